"""Who agrees with whom? Pairs of actors by the nearness of their stated positions, weighted by salience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    Outcome,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Spec, Value
from comity.findings.wording import plural, two
from comity.positions.agreement import Agreement, agreement_of, agreement_of_pairs
from comity.positions.analyses.networks import network_between
from comity.positions.analyses.stated import (
    CHAPTER,
    NEEDS,
    OPTIONAL,
    Stated,
    eight_in_ten,
    stated_of,
)
from comity.positions.blocs import blocs
from comity.positions.table import pairs_of

S_SCORE = Citation(
    "Signorino & Ritter 1999; Häge 2011",
    "Agreement of pairs weighted by salience (Signorino & Ritter 1999, International Studies Quarterly 43), and beyond "
    "chance with a base rate for each issue (after Häge 2011, Political Analysis 19). Cited from memory.",
)
LABELS = (
    "on average the actors agree little (below 1/3)",
    "on average the actors agree in part (1/3 to 2/3)",
    "on average the actors agree largely (above 2/3)",
    "nothing that matters is shared by any two",
)


@dataclass(frozen=True)
class Pairwise:
    """Agreement of the case as written, and of each pair in every row, ``(n_rows, n_pairs)``."""

    stated: Stated
    written: Agreement
    redrawn: FloatArray
    mean: float

    @cached_property
    def bloc(self) -> tuple[int, ...]:
        """The blocs as written, which order the chart; not worked out for each case that a search tries."""
        return tuple(blocs(network_between(self.written, slice(0, 1))).members[0].tolist())


def _take(view: View, rows: Rows) -> Stated:
    return stated_of(view, rows)


def _run(taken: Stated, options: Options) -> Answer[Pairwise]:
    held, _ = agreement_of_pairs(taken.table)
    known = ~np.isnan(held)
    if not known[0].any():
        raise CannotAnswerError("needs two actors that share an issue which matters to one of them")
    count = known.sum(axis=1)
    mean: FloatArray = np.where(known, held, 0.0).sum(axis=1) / np.maximum(count, 1)
    verdict = np.where(count > 0, np.clip((mean * 3).astype(np.int64), 0, 2), 3).astype(np.int64)
    detail = Pairwise(taken, agreement_of(taken.table.as_written), held, float(mean[0]))
    return Answer(detail, Outcome(verdict, LABELS, {"mean_agreement": mean}), "redraws")


def _say(answer: Answer[Pairwise]) -> tuple[Claim, ...]:
    found = answer.detail
    actors = found.stated.actors
    first, second = pairs_of(len(actors))
    held = found.written.agreement[0, first, second]
    known = np.flatnonzero(~np.isnan(held))
    most, least = float(held[known].max()), float(held[known].min())

    def who(value: float, verb: str) -> str:
        at = known[held[known] == value]
        one = f"{actors[first[at[0]]]} and {actors[second[at[0]]]}"
        return f"{one} {verb}" if len(at) == 1 else f"{plural(len(at), 'pair')} {verb}, such as {one}"

    if len(known) == 1:
        sentence = f"The stated positions of {who(most, 'agree')} to {two(most)} of 1."
    elif most == least:
        sentence = f"The stated positions of every pair agree to the same degree: {two(most)} of 1."
    else:
        sentence = (
            f"In stated positions, weighted by salience, {who(most, 'agree most')} ({two(most)} of 1), and "
            f"{who(least, 'agree least')} ({two(least)}). The mean of {len(known)} pairs is {two(found.mean)}."
        )
    reading = "1 is the same position on every shared issue, 0 opposite ends of every scale."
    if found.stated.one_issue:
        reading = "With one issue, agreement is nearness on it: 1 the same position, 0 opposite ends of the scale."
    notes = [*found.stated.notes]
    apart = len(held) - len(known)
    if apart:
        notes.append(
            f"{plural(apart, 'pair')} of actors cannot be compared: they share no issue that matters to either."
        )
    order = sorted(known.tolist(), key=lambda pair: (-held[pair], pair))
    table = Table(
        "Agreement of pairs in stated positions, the most agreeing first",
        ("actor", "other", "agreement", "beyond_chance", "issues_in_common", "low_8_in_10", "high_8_in_10"),
        tuple(_row(found, pair, first[pair], second[pair]) for pair in order),
    )
    return (
        Claim(
            key="agreement",
            sentence=sentence,
            reading=reading,
            table=table,
            chart=partial(_chart, found) if len(actors) > 2 else None,
            chart_summary=sentence if len(actors) > 2 else "",
            caveats=tuple(notes),
        ),
    )


def _row(found: Pairwise, pair: int, first: int, second: int) -> tuple[Value, ...]:
    actors, written = found.stated.actors, found.written
    beyond = float(written.beyond_chance[0, first, second])
    return (
        actors[first],
        actors[second],
        round(float(written.agreement[0, first, second]), 4),
        None if np.isnan(beyond) else round(beyond, 4),
        int(written.issues[first, second]),
        *eight_in_ten(found.redrawn[:, pair]),
    )


def by_bloc(bloc: Sequence[int]) -> list[int]:
    """The actors in the order of their blocs.

    Example:
        >>> by_bloc([0, 1, 0])
        [0, 2, 1]
    """
    return sorted(range(len(bloc)), key=lambda actor: (bloc[actor], actor))


def _chart(found: Pairwise) -> Spec:
    from comity.findings.heat_map import pairs

    order = by_bloc(found.bloc)
    values = found.written.agreement[0][np.ix_(order, order)]
    names = [found.stated.actors[actor] for actor in order]
    return pairs(names, values, "agreement, 0 to 1; lines set blocs apart", groups=[found.bloc[a] for a in order])


AGREEMENT = Analysis(
    name="agreement",
    chapter=CHAPTER,
    question="Who agrees with whom, as far as positions are stated?",
    version=1,
    method=S_SCORE,
    reads=Reads(needs=NEEDS, optional=OPTIONAL),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: taken.steps,
)
