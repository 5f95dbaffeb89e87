"""Which actors belong together, and how firm that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

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
from comity.findings.contract import FloatArray, IntArray, Spec, Value
from comity.findings.wording import listing, percent, two
from comity.positions.agreement import agreement_of
from comity.positions.analyses.agreement import by_bloc
from comity.positions.analyses.networks import network_between
from comity.positions.analyses.stated import CHAPTER, NAMED, NEEDS, OPTIONAL, Stated, share_of_redraws, stated_of
from comity.positions.blocs import MOST_EXACT, blocs, pairs_changed, together
from comity.positions.table import BoolArray

MODULARITY = Citation(
    "Newman & Girvan 2004; Traag et al. 2019",
    "Blocs of largest modularity (Newman & Girvan 2004, Physical Review E 69) in the network of agreement beyond "
    f"chance; every division compared up to {MOST_EXACT} actors, beyond by the Leiden algorithm (Traag, Waltman & van "
    "Eck 2019, Scientific Reports 9). Firmness is the share of redraws together (after Lancichinetti & Fortunato "
    "2012). Cited from memory.",
)
_SAME, _JOIN, _SPLIT, _SEVERAL = "the blocs are as written", "blocs join", "a bloc splits", "several actors change bloc"


@dataclass(frozen=True)
class Division:
    """The blocs of the case as written, and how firm they are over the redraws."""

    stated: Stated
    bloc: tuple[int, ...]
    modularity: float
    exact: bool
    together: FloatArray
    same: float | None
    alone: FloatArray
    within: tuple[float, ...]
    with_rest: tuple[float, ...]

    @property
    def blocs(self) -> tuple[tuple[int, ...], ...]:
        """The members of each bloc."""
        return tuple(
            tuple(actor for actor, held in enumerate(self.bloc) if held == number)
            for number in range(max(self.bloc) + 1)
        )

    def firmness(self, actor: int) -> float:
        """In what share of the redraws the actor is with those that are in its bloc as written; alone, if it is."""
        mates = [other for other in self.blocs[self.bloc[actor]] if other != actor]
        return float(self.together[actor, mates].mean() if mates else self.alone[actor])


def _take(view: View, rows: Rows) -> Stated:
    taken = stated_of(view, rows)
    if len(taken.actors) < 3:
        raise CannotAnswerError("needs an actor with a position, and two more: of two there are no blocs")
    return taken


def _run(taken: Stated, options: Options) -> Answer[Division]:
    found = agreement_of(taken.table)
    divided = blocs(network_between(found))
    members, written = divided.members, divided.members[0]
    changed = pairs_changed(members, written)
    verdict, labels = _verdict(taken.actors, members, changed)
    redrawn = members[1:] if len(members) > 1 else members
    alone = np.stack([(redrawn == redrawn[:, [actor]]).sum(axis=1) == 1 for actor in range(len(written))], axis=1)
    alike = found.agreement[:1]
    within, with_rest = [], []
    for actor in range(len(written)):
        own = np.asarray(written == written[actor])
        at = np.arange(len(written)) == actor
        within.append(_mean(alike[0, actor, own & ~at]))
        with_rest.append(_mean(alike[0, actor, ~own]))
    detail = Division(
        taken,
        tuple(written.tolist()),
        float(divided.modularity[0]),
        divided.exact,
        together(redrawn),
        share_of_redraws(np.asarray(~changed.any(axis=(1, 2)))),
        alone.mean(axis=0),
        tuple(within),
        tuple(with_rest),
    )
    values = {"modularity": divided.modularity, "blocs": members.max(axis=1) + 1.0}
    return Answer(detail, Outcome(verdict, labels, values), "redraws")


def _mean(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _verdict(actors: tuple[str, ...], members: IntArray, changed: BoolArray) -> tuple[IntArray, tuple[str, ...]]:
    """What became of the blocs of the case as written (row 0), in each row."""
    labels = (_SAME, _JOIN, _SPLIT, _SEVERAL, *(f"{name} changes bloc" for name in actors))
    of_actor = changed.sum(axis=2)
    pairs = of_actor.sum(axis=1) // 2
    explains = of_actor == pairs[:, None]
    same = members[:, :, None] == members[:, None, :]
    joins = ~(changed & ~same).any(axis=(1, 2))
    splits = ~(changed & same).any(axis=(1, 2))
    verdict = np.full(len(members), 3, dtype=np.int64)
    verdict[splits] = 2
    verdict[joins] = 1
    only = explains.sum(axis=1) == 1
    verdict[only] = 4 + explains[only].argmax(axis=1)
    verdict[pairs == 0] = 0
    return verdict, labels


def _say(answer: Answer[Division]) -> tuple[Claim, ...]:
    found = answer.detail
    actors = found.stated.actors
    return (_blocs_claim(found, actors),)


def _blocs_claim(found: Division, actors: tuple[str, ...]) -> Claim:
    groups = sorted(found.blocs, key=lambda group: (-len(group), group))
    named = "; ".join(listing([actors[actor] for actor in group], limit=NAMED) for group in groups[:NAMED])
    more = f"; {len(groups) - NAMED} more" if len(groups) > NAMED else ""
    if len(groups) == 1:
        sentence = f"The stated positions of the {len(actors)} actors make one bloc."
    elif len(groups) == len(actors):
        sentence = f"No two of the {len(actors)} actors agree more than chance would have it: there are no blocs."
    else:
        sentence = f"By stated positions the {len(actors)} actors fall into {len(groups)} blocs: {named}{more}."
    parts = []
    if found.same is not None:
        parts.append(f"The same blocs come out in {percent(found.same)} of the redraws of the inputs.")
        loosest = min(range(len(actors)), key=lambda actor: (found.firmness(actor), actor))
        if found.firmness(loosest) < 1 and 1 < len(groups) < len(actors):
            parts.append(f"Least firm is {actors[loosest]}, so placed in {percent(found.firmness(loosest))} of them.")
    method = "Every division was compared." if found.exact else "Found by search, not by comparing every division."
    rows = tuple(_row(found, actor) for actor in by_bloc(found.bloc))
    return Claim(
        key="blocs",
        sentence=sentence,
        reading=" ".join(parts),
        table=Table(
            f"Blocs by stated positions (modularity {two(found.modularity)})",
            ("actor", "bloc", "so_placed_in_redraws", "agreement_in_bloc", "agreement_with_rest"),
            rows,
        ),
        chart=partial(_chart, found),
        chart_summary=f"{sentence} {' '.join(parts)}".strip(),
        caveats=(
            *found.stated.notes,
            f"A bloc here is who agrees beyond chance, not who has allied. {method} How many blocs there are is part "
            "of the answer; small blocs in a large network can be merged (resolution limit).",
        ),
    )


def _row(found: Division, actor: int) -> tuple[Value, ...]:
    def shown(value: float) -> float | None:
        return None if np.isnan(value) else round(value, 4)

    return (
        found.stated.actors[actor],
        found.bloc[actor] + 1,
        None if found.same is None else shown(found.firmness(actor)),
        shown(found.within[actor]),
        shown(found.with_rest[actor]),
    )


def _chart(found: Division) -> Spec:
    from comity.findings.heat_map import pairs

    order = by_bloc(found.bloc)
    names = [found.stated.actors[actor] for actor in order]
    values = found.together[np.ix_(order, order)]
    title = "share of redraws in one bloc; lines set today's blocs apart"
    return pairs(names, values, title, groups=[found.bloc[actor] for actor in order])


def _work(taken: Stated) -> float:
    n = len(taken.actors)
    return taken.steps + (3.0**n / 2 if n <= MOST_EXACT else 10_000.0 * n)


BLOCS = Analysis(
    name="blocs",
    chapter=CHAPTER,
    question="Which actors belong together, and how firmly?",
    version=1,
    method=MODULARITY,
    reads=Reads(needs=NEEDS, optional=OPTIONAL),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=_work,
)
