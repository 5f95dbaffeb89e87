"""Which issues are contested, and which are not? Spread and polarisation of the stated positions on each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from comity.findings import Analysis, Answer, Citation, Claim, Options, Outcome, Reads, Rows, Table, View
from comity.findings.contract import FloatArray, Spec, Value
from comity.findings.wording import percent, two
from comity.positions.analyses.stated import (
    CHAPTER,
    NEEDS,
    OPTIONAL,
    Stated,
    eight_in_ten,
    share_of_redraws,
    stated_of,
    weights_of,
)
from comity.positions.polarisation import Contest, contest

ESTEBAN_RAY = Citation(
    "Esteban & Ray 1994",
    "Polarisation of positions (Esteban & Ray 1994, On the measurement of polarization, Econometrica 62), in which "
    "those who stand near each other feel with each other (after Duclos, Esteban & Ray 2004, Econometrica 72); spread "
    "is the weighted standard deviation as a share of the largest there can be. Cited from memory.",
)
ASSUMED = ("assumptions.polarisation.alpha", "assumptions.polarisation.reach")
_ONE = tuple(f"polarisation is in the {third} third of what it can be" for third in ("lower", "middle", "upper"))


@dataclass(frozen=True)
class _Taken:
    stated: Stated
    weights: FloatArray
    weighed_by: str
    alpha: FloatArray
    reach: FloatArray


@dataclass(frozen=True)
class Contested:
    """The contest on each issue as written, with bands; and in what share of the redraws an issue is the first."""

    taken: _Taken
    written: Contest
    bands: tuple[tuple[float | None, float | None], ...]
    first: tuple[float | None, ...]
    alpha: float
    reach: float


def _take(view: View, rows: Rows) -> _Taken:
    stated = stated_of(view, rows)
    weights, by = weights_of(view, rows, stated)
    alpha, reach = (view.numbers(name, rows) for name in ASSUMED)
    return _Taken(stated, weights, by, alpha, reach)


def _run(taken: _Taken, options: Options) -> Answer[Contested]:
    table = taken.stated.table
    found = contest(table.positions, taken.weights, taken.alpha, taken.reach)
    many = table.stated.sum(axis=0) > 1
    ranked = np.where(many, found.polarisation, -1.0)
    first = ranked.argmax(axis=1)
    if taken.stated.one_issue:
        verdict = np.clip((found.polarisation[:, 0] * 3).astype(np.int64), 0, 2)
        labels = _ONE
    else:
        verdict = first.astype(np.int64)
        labels = tuple(f"{issue.id} is the most polarised issue" for issue in taken.stated.issues)
    written = Contest(found.mean[:1], found.spread[:1], found.polarisation[:1], found.weighted[:1])
    detail = Contested(
        taken,
        written,
        tuple(eight_in_ten(found.polarisation[:, issue]) for issue in range(len(taken.stated.issues))),
        tuple(None if taken.stated.one_issue else share_of_redraws(first == issue) for issue in range(len(many))),
        float(taken.alpha[0]),
        float(taken.reach[0]),
    )
    values = {"most_polarised": ranked.max(axis=1)}
    return Answer(detail, Outcome(verdict, labels, values), "redraws")


def _say(answer: Answer[Contested]) -> tuple[Claim, ...]:
    found = answer.detail
    stated = found.taken.stated
    polarised, spread = found.written.polarisation[0], found.written.spread[0]
    many = np.flatnonzero(stated.table.stated.sum(axis=0) > 1)
    order = sorted(many.tolist(), key=lambda issue: (-polarised[issue], issue))
    ids = [issue.id for issue in stated.issues]
    top, low = order[0], order[-1]
    parts = [
        "0 would be all at one place, 1 two equal camps at the two ends of the scale.",
    ]
    if spread[top] == 0:
        sentence = f"Nothing is contested on {ids[top]}: all stated positions are the same."
        if len(order) > 1:
            sentence = "Nothing is contested: on every issue all stated positions are the same."
        parts = []
    elif len(order) == 1:
        sentence = f"On {ids[top]} the polarisation of the stated positions is {two(polarised[top])} of 1."
        parts.append(f"Their spread is {two(spread[top])} of the largest there can be.")
    else:
        sentence = (
            f"The most polarised issue is {ids[top]} ({two(polarised[top])} of 1), the least {ids[low]} "
            f"({two(polarised[low])})."
        )
        often = found.first[top]
        if often is not None:
            parts.append(f"In {percent(often)} of the redraws {ids[top]} is the most polarised.")
        widest = max(order, key=lambda issue: (spread[issue], -issue))
        if widest != top:
            parts.append(f"By spread alone {ids[widest]} comes first ({two(spread[widest])}).")
    rows = tuple(_row(found, issue) for issue in [*order, *(i for i in range(len(ids)) if i not in order)])
    notes = [
        *stated.notes,
        f"Positions are weighted by {found.taken.weighed_by}. Alpha {found.alpha:g} and reach {found.reach:g} are "
        "assumptions of the case (`assumptions.polarisation`) and are redrawn with the rest, where they have a range.",
    ]
    nobody = [ids[issue] for issue in order if not found.written.weighted[0, issue]]
    if nobody:
        notes.append(f"Nobody cares about {', '.join(nobody)}: all count alike there.")
    return (
        Claim(
            key="contested",
            sentence=sentence,
            reading=" ".join(parts),
            table=Table(
                "How contested each issue is, the most polarised first",
                (
                    "issue",
                    "question",
                    "actors",
                    "polarisation",
                    "low_8_in_10",
                    "high_8_in_10",
                    "spread",
                    "weighted_mean",
                    "first_in_redraws",
                ),
                rows,
            ),
            chart=partial(_chart, found, order) if len(order) > 1 else None,
            chart_summary=sentence if len(order) > 1 else "",
            caveats=tuple(notes),
        ),
    )


def _row(found: Contested, issue: int) -> tuple[Value, ...]:
    held, scale = found.taken.stated.issues[issue], found.taken.stated.issues[issue].scale
    written = found.written
    return (
        held.id,
        held.question,
        int(found.taken.stated.table.stated[:, issue].sum()),
        round(float(written.polarisation[0, issue]), 4),
        *found.bands[issue],
        round(float(written.spread[0, issue]), 4),
        float(f"{scale.low + float(written.mean[0, issue]) * (scale.high - scale.low):.6g}"),
        found.first[issue],
    )


def _chart(found: Contested, order: list[int]) -> Spec:
    from comity.findings.charts import bars

    names = [found.taken.stated.issues[issue].id for issue in order]
    written = found.written
    series = {"polarisation": written.polarisation[0, order], "spread": written.spread[0, order]}
    return bars(names, series, "0: all at one place; 1: the largest there can be")


CONTESTED = Analysis(
    name="contested",
    chapter=CHAPTER,
    question="Which issues are contested, and which are not?",
    version=1,
    method=ESTEBAN_RAY,
    reads=Reads(needs=NEEDS, optional=(*OPTIONAL, "actors.capability", *ASSUMED)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: taken.stated.steps,
)
