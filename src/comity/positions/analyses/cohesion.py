"""Does a named group of actors hold together, and more than with the rest?"""

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
from comity.findings.contract import FloatArray, Spec, Value
from comity.findings.wording import listing, percent, plural, two
from comity.positions.agreement import agreement_of_pairs
from comity.positions.analyses.stated import (
    CHAPTER,
    NAMED,
    NEEDS,
    OPTIONAL,
    Stated,
    eight_in_ten,
    share_of_redraws,
    stated_of,
)
from comity.positions.cohesion import cohesion_of_pairs
from comity.positions.table import BoolArray
from comity.scenario.schema import Group

MEAN_AGREEMENT = Citation(
    "Hix, Noury & Roland 2005",
    "Mean agreement of a group's pairs, beside that of its members with the rest (cohesion after Hix, Noury & Roland "
    "2005, British Journal of Political Science 35, over stated positions and not over votes). Cited from memory.",
)


@dataclass(frozen=True)
class _Taken:
    stated: Stated
    groups: tuple[Group, ...]
    inside: BoolArray


@dataclass(frozen=True)
class Held:
    """The cohesion of each group that can be compared; ``(n_rows, n_groups)``, with the groups that cannot."""

    stated: Stated
    groups: tuple[Group, ...]
    members: tuple[int, ...]
    within: FloatArray
    with_rest: FloatArray
    left_out: tuple[str, ...]


def _take(view: View, rows: Rows) -> _Taken:
    stated = stated_of(view, rows)
    groups: tuple[Group, ...] = view.object("groups")
    ids = view.ids("actors")
    here = [ids[at] for at in stated.kept]
    return _Taken(stated, groups, np.array([[name in group.members for name in here] for group in groups]))


def _run(taken: _Taken, options: Options) -> Answer[Held]:
    agreement, _ = agreement_of_pairs(taken.stated.table)
    found = [cohesion_of_pairs(agreement, inside) for inside in taken.inside]
    known = [not (np.isnan(each.within[0]) or np.isnan(each.with_rest[0])) for each in found]
    if not any(known):
        raise CannotAnswerError("needs a group of two actors with positions, and an actor with a position outside it")
    kept = np.flatnonzero(known)
    within, rest = (np.stack([getattr(found[at], name) for at in kept], axis=1) for name in ("within", "with_rest"))
    holds = np.nan_to_num(within - rest) > 1e-12
    present, verdict = np.unique(holds, axis=0, return_inverse=True)
    groups = tuple(taken.groups[at] for at in kept)
    detail = Held(
        taken.stated,
        groups,
        tuple(int(taken.inside[at].sum()) for at in kept),
        within,
        rest,
        tuple(group.name for group, there in zip(taken.groups, known, strict=True) if not there),
    )
    labels = tuple(_label([group.name for group, one in zip(groups, row, strict=True) if one]) for row in present)
    values = {f"gap_{group.id}": np.nan_to_num(within[:, at] - rest[:, at]) for at, group in enumerate(groups)}
    return Answer(detail, Outcome(verdict.ravel().astype(np.int64), labels, values), "redraws")


def _label(names: list[str]) -> str:
    return f"agreement is greater within than with the rest: {listing(names) if names else 'in no group'}"


def _say(answer: Answer[Held]) -> tuple[Claim, ...]:
    found = answer.detail
    parts = []
    for at, group in enumerate(found.groups):
        within, rest = float(found.within[0, at]), float(found.with_rest[0, at])
        verb = "more than" if within - rest > 1e-12 else "less than" if rest - within > 1e-12 else "as much as"
        parts.append(f"{group.name} {two(within)} of 1 within, {verb} with the rest ({two(rest)})")
    more = f"; {plural(len(parts) - NAMED, 'group')} more in the table" if len(parts) > NAMED else ""
    sentence = f"Mean agreement in stated positions: {'; '.join(parts[:NAMED])}{more}."
    shares = [share_of_redraws(found.within[:, at] > found.with_rest[:, at]) for at in range(len(found.groups))]
    told = [
        f"{group.name} in {percent(share)}"
        for group, share in zip(found.groups, shares, strict=True)
        if share is not None
    ]
    reading = (
        f"More within than with the rest over the redraws of the inputs: {'; '.join(told[:NAMED])}." if told else ""
    )
    notes = [*found.stated.notes, "A group is a name in the file; that its members act together is not in it."]
    if found.left_out:
        notes.append(
            "Not compared, since two members with positions or an actor outside are lacking: "
            f"{listing(found.left_out)}."
        )
    rows = tuple(_row(found, at, shares[at]) for at in range(len(found.groups)))
    return (
        Claim(
            key="cohesion",
            sentence=sentence,
            reading=reading,
            table=Table(
                "Agreement within each group, and with the rest",
                (
                    "group",
                    "members_with_positions",
                    "within",
                    "with_rest",
                    "difference",
                    "low_8_in_10",
                    "high_8_in_10",
                    "more_within_in_redraws",
                ),
                rows,
            ),
            chart=partial(_chart, found),
            chart_summary=sentence,
            caveats=tuple(notes),
        ),
    )


def _row(found: Held, at: int, share: float | None) -> tuple[Value, ...]:
    gap = found.within[:, at] - found.with_rest[:, at]
    return (
        found.groups[at].name,
        found.members[at],
        round(float(found.within[0, at]), 4),
        round(float(found.with_rest[0, at]), 4),
        round(float(gap[0]), 4),
        *eight_in_ten(gap),
        share,
    )


def _chart(found: Held) -> Spec:
    from comity.findings.charts import bars

    names = [group.name for group in found.groups]
    return bars(names, {"within": found.within[0], "with the rest": found.with_rest[0]}, "mean agreement, 0 to 1")


COHESION = Analysis(
    name="cohesion",
    chapter=CHAPTER,
    question="Do the named groups hold together?",
    version=1,
    method=MEAN_AGREEMENT,
    reads=Reads(needs=("groups", *NEEDS), optional=OPTIONAL),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: taken.stated.steps + 20.0 * taken.inside.size * taken.inside.shape[1],
)
