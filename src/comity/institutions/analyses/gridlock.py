"""Can what applies if nothing is agreed be moved at all, and what could a member that sets the agenda get?"""

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
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Spec
from comity.findings.spatial_chart import interval_on_a_line
from comity.findings.wording import band, listing, on_scale
from comity.institutions.analyses.plane import DISTANCES_ONLY, Plane, plane_of
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS
from comity.institutions.spatial import closed_rule, open_rule, winsets_on_a_line
from comity.rules import rule_in_words, unbeaten_interval

PIVOTS = Citation(
    "Romer & Rosenthal 1978; Krehbiel 1998",
    "The gridlock interval between the pivots of a rule (Krehbiel 1998, Pivotal Politics), and the best proposal of a "
    "member that alone may propose (Romer & Rosenthal 1978, Political resource allocation, controlled agendas, and the "
    "status quo, Public Choice 33); both from memory, not opened.",
)
LABELS = (
    "nothing moves what applies if nothing is agreed",
    "only lower outcomes beat what applies if nothing is agreed",
    "only higher outcomes beat what applies if nothing is agreed",
    "lower and higher outcomes beat what applies if nothing is agreed",
    "nothing can pass",
)


@dataclass(frozen=True)
class Stuck:
    """The case as written, in the unit of the scale."""

    plane: Plane
    verdict: int
    positions: FloatArray
    status_quo: float
    interval: tuple[float, float]
    winset: tuple[float, float]
    proposals: FloatArray
    amended: tuple[float, float] | None

    @property
    def scale(self) -> tuple[float, float]:
        """The ends of the issue's scale."""
        return self.plane.axes[0].low, self.plane.axes[0].high


def _take(view: View, rows: Rows) -> Plane:
    plane = plane_of(view, rows, least=1)
    if plane.reference is None:
        raise CannotAnswerError("needs what applies if nothing is agreed (the issue's `reference_point`)")
    return plane


def _run(plane: Plane, options: Options) -> Answer[Stuck]:
    assert plane.reference is not None
    axis, positions, start = plane.axes[0], plane.positions[:, :, 0], plane.reference[:, 0]
    n_rows = len(plane.body.rules)
    verdict = np.full(n_rows, 4, dtype=np.int64)
    low, high = start.copy(), start.copy()
    # Rounding in a scale's arithmetic is not a reason to change a law.
    moves = 1e-9 * (axis.high - axis.low)
    for rule, rows in plane.by_rule():
        low[rows], high[rows] = winsets_on_a_line(rule, positions[rows], start[rows])
        verdict[rows] = (start[rows] - low[rows] > moves) + 2 * (high[rows] - start[rows] > moves)
    values = {"lowest": np.clip(low, axis.low, axis.high), "highest": np.clip(high, axis.low, axis.high)}
    return Answer(
        _as_written(plane, int(verdict[0]), positions[0], start[0]), Outcome(verdict, LABELS, values), "redraws"
    )


def _as_written(plane: Plane, verdict: int, positions: FloatArray, start: float) -> Stuck:
    rule, axis = plane.body.rule, plane.axes[0]
    interval = tuple(float(end) for end in unbeaten_interval(rule, positions))
    ends = [float(end[0]) for end in winsets_on_a_line(rule, positions, start)]
    amended = [float(end[0]) for end in open_rule(rule, positions, start)]
    return Stuck(
        plane,
        verdict,
        positions,
        float(start),
        (interval[0], interval[1]),
        (max(ends[0], axis.low), min(ends[1], axis.high)),
        closed_rule(rule, positions, start, positions).outcome[0],
        None if np.isnan(amended[0]) else (amended[0], amended[1]),
    )


def _say(answer: Answer[Stuck]) -> tuple[Claim, ...]:
    found = answer.detail
    body, axis, scale = found.plane.body, found.plane.axes[0], found.scale
    start = f"What applies if nothing is agreed ({on_scale(found.status_quo, scale)} {axis.unit}".rstrip() + ")"
    low, high = found.interval
    span = on_scale(low, scale) if low == high else band(found.interval, scale)
    span = f"{span} {axis.unit}".rstrip()
    beaten = f"{band(found.winset, scale)} {axis.unit}".rstrip()
    if low > high:
        sentence = f"{start} can be moved in the model: outcomes in {beaten} beat it, and so could others beat those."
    elif found.verdict == 0:
        sentence = f"{start} lies in the gridlock interval, {span}: in the model no group that can pass a decision "
        sentence += "prefers another outcome to it."
    else:
        side = "below" if found.status_quo < low else "above"
        sentence = f"{start} lies {side} the gridlock interval, {span}: in the model outcomes in {beaten} beat it."
    setters = _setters(found)
    rows = tuple(
        (name, float(at), float(best), float(abs(at - found.status_quo) - abs(at - best)))
        for name, at, best in zip(body.members, found.positions, found.proposals, strict=True)
    )
    return (
        Claim(
            key="gridlock",
            sentence=sentence,
            reading=f"{body.rule_name}: {rule_in_words(body.rule, body.members)}. {setters}".strip(),
            table=Table(
                "What each member could get if it alone proposed and nobody amended",
                ("member", "position", "best_proposal", "nearer_by"),
                rows,
            ),
            chart=partial(_chart, found),
            chart_summary=sentence,
            lines=(PageLine("the rule", sentence, 12),),
            caveats=(
                DISTANCES_ONLY,
                "A member that is indifferent is taken to accept; all know where all stand.",
            ),
            ask_next=body.to_verify,
            lead=3,
        ),
    )


def _setters(found: Stuck) -> str:
    """Who could get what by proposing, in words."""
    if found.verdict == 0:
        return "Whoever proposes, the status quo stays."
    scale, axis, names = found.scale, found.plane.axes[0], found.plane.body.members
    parts = []
    for best in dict.fromkeys((float(found.proposals.min()), float(found.proposals.max()))):
        who = [name for name, each in zip(names, found.proposals, strict=True) if each == best]
        parts.append(f"{on_scale(best, scale)} {axis.unit}".rstrip() + f" ({listing(who, limit=4)})")
    text = f"If one member alone proposed and nobody could amend, the proposer could get {' to '.join(parts)}."
    if found.amended is not None:
        low, high = found.amended
        where = on_scale(low, scale) if low == high else f"within {band(found.amended, scale)}"
        text += f" If every member may amend, what remains is {where} {axis.unit}".rstrip() + "."
    return text


def _chart(found: Stuck) -> Spec:
    axis = found.plane.axes[0]
    return interval_on_a_line(
        found.plane.body.members,
        found.positions,
        found.scale,
        axis.unit or axis.id,
        found.interval,
        found.winset,
        found.status_quo,
    )


GRIDLOCK = Analysis(
    name="gridlock",
    chapter=CHAPTER,
    question="Can what applies if nothing is agreed be moved, and what could a member that sets the agenda get?",
    version=1,
    method=PIVOTS,
    reads=Reads(
        needs=("issues", "positions.position", "institution.rules", "issues.reference_point"), optional=RULE_FIELDS
    ),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="issues",
    work=lambda plane: 5_000.0 * len(plane.body.members),
)
