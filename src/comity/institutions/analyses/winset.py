"""On a map of two issues: what beats what applies if nothing is agreed, and does anything stand unbeaten?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from comity.findings import Analysis, Answer, Citation, Claim, Options, Outcome, PageLine, Reads, Rows, Table, View
from comity.findings.contract import FloatArray, Spec, Value
from comity.findings.spatial_chart import map_of_two_issues
from comity.findings.wording import percent, two
from comity.institutions.analyses.plane import DISTANCES_ONLY, Plane, plane_of
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS
from comity.institutions.spatial import (
    Core,
    Yolk,
    core,
    core_areas,
    nearest_in_winset,
    pivot_sweep,
    winset_outline,
    winsets,
    yolk,
)
from comity.rules import Members, rule_in_words

SPATIAL_VOTING = Citation(
    "McKelvey 1976; Ferejohn, McKelvey & Packel 1984",
    "Winset, core and yolk with Euclidean preferences: what a coalition able to pass it prefers to the status quo, "
    "what nothing beats, and the smallest circle that meets every pivotal line (Plott 1967; McKelvey 1976; "
    "Greenberg 1979; Ferejohn, McKelvey & Packel 1984; Stone & Tovey 1992; from memory, not opened).",
)
LABELS = (
    "nothing beats what applies if nothing is agreed",
    "something beats what applies if nothing is agreed, and some outcome stands unbeaten",
    "something beats what applies if nothing is agreed, and no outcome stands unbeaten",
    "some outcome stands unbeaten",
    "no outcome stands unbeaten",
    "nothing can pass",
)
SQUARE = (0.0, 0.0, 1.0, 1.0)
EXACT_UP_TO = 27
_ARCS = 180


@dataclass(frozen=True)
class Map:
    """The map of the case as written."""

    plane: Plane
    share: float
    core: Core
    yolk: Yolk
    outline: FloatArray
    proposals: FloatArray


def _take(view: View, rows: Rows) -> Plane:
    return plane_of(view, rows, least=2)


def _run(plane: Plane, options: Options) -> Answer[Map]:
    n_rows = len(plane.body.rules)
    verdict = np.full(n_rows, LABELS.index("nothing can pass"), dtype=np.int64)
    share, unbeaten = np.zeros(n_rows), np.zeros(n_rows)
    large = len(plane.body.members) > EXACT_UP_TO
    for rule, rows in plane.by_rule():
        # The case as written is exact; in a large body its redraws look along even directions.
        parts = [rows[rows == 0], rows[rows > 0]] if large else [rows]
        for at, arcs in zip(parts, (None, _ARCS) if large else (None,), strict=True):
            if not len(at):
                continue
            sweep = pivot_sweep(rule, plane.points[at], arcs=arcs)
            area, none = core_areas(sweep)
            unbeaten[at] = area
            if plane.status_quo is None:
                verdict[at] = np.where(none, 4, 3)
                continue
            found = winsets(sweep, plane.status_quo[at], SQUARE)
            share[at] = found.area
            verdict[at] = np.where(found.empty, 0, np.where(none, 2, 1))
    values = {"unbeaten_share": unbeaten}
    if plane.status_quo is not None:
        values["winset_share"] = share
    return Answer(_as_written(plane, float(share[0])), Outcome(verdict, LABELS, values), "redraws")


def _as_written(plane: Plane, share: float) -> Map:
    sweep = pivot_sweep(plane.body.rule, plane.points[0])
    outline, proposals = np.empty((0, 2)), np.empty((0, 2))
    if plane.status_quo is not None:
        start = plane.status_quo[0]
        outline = winset_outline(sweep, start, SQUARE)
        proposals = np.array([nearest_in_winset(sweep, start, wish, SQUARE) for wish in plane.points[0]])
    return Map(plane, share, core(sweep), yolk(sweep), outline, proposals)


def _say(answer: Answer[Map]) -> tuple[Claim, ...]:
    found = answer.detail
    plane, body = found.plane, found.plane.body
    first, second = plane.axes
    held = found.core
    if held.empty:
        stands = "no outcome stands unbeaten: whatever is chosen, some group that can pass a decision prefers another"
    elif len(held.corners) == 1:
        at = held.corners[0]
        stands = f"one outcome stands unbeaten: {first.at(at[0])} with {second.at(at[1])}"
    elif held.area == 0.0:
        stands = "the outcomes that nothing beats are a stretch of one line"
    else:
        stands = f"the outcomes that nothing beats cover {percent(held.area)} of it"
    if plane.status_quo is None:
        start = ""
    elif len(found.outline):
        start = f"outcomes in {percent(found.share)} of it beat what applies if nothing is agreed, and "
    else:
        start = "no outcome beats what applies if nothing is agreed, and "
    sentence = f"On the map of {plane.called}, in the model, {start}{stands}."
    needs = f"{body.rule_name}: {rule_in_words(body.rule, body.members)}."
    return (
        Claim(
            key="winset",
            sentence=sentence,
            reading=f"{needs} {_reading(found)}",
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=f"Map of {plane.called} with the {len(body.members)} members. {sentence}",
            lines=(PageLine("the rule", sentence, 14, general=True),),
            caveats=(DISTANCES_ONLY, plane.scaled, *_redrawn(plane)),
            ask_next=body.to_verify,
            names_subject=True,
        ),
    )


def _reading(found: Map) -> str:
    """How far things can wander, and what would always leave something unbeaten."""
    rule = found.plane.body.rule
    text = ""
    if found.core.empty:
        text = (
            f"The yolk has a radius of {two(found.yolk.radius)} scale lengths: what beats an outcome lies at most two "
            "radii further from its centre. "
        )
    if isinstance(rule, Members) and 3 * rule.at_least > 2 * rule.n:
        text += "More than two thirds of the members are needed, which on two issues always leaves something unbeaten."
    elif isinstance(rule, Members):
        text += (
            f"A rule that needs more than two thirds, {2 * rule.n // 3 + 1} of {rule.n}, would on two issues always "
            "leave something unbeaten (Greenberg 1979)."
        )
    return f"{text} An outcome that is beaten is not thereby given up.".strip()


def _redrawn(plane: Plane) -> tuple[str, ...]:
    if len(plane.body.members) <= EXACT_UP_TO:
        return ()
    return (f"With more than {EXACT_UP_TO} members the redraws look along {2 * _ARCS} directions, not along all.",)


def _table(found: Map) -> Table:
    plane = found.plane
    first, second = plane.axes
    columns: tuple[str, ...] = ("member", f"position_{first.id}", f"position_{second.id}")
    rows: list[tuple[Value, ...]] = []
    for at, name in enumerate(plane.body.members):
        x, y = plane.points[0, at]
        row: tuple[Value, ...] = (name, *(float(each) for each in plane.positions[0, at]))
        if plane.status_quo is not None:
            proposed = found.proposals[at]
            nearer = np.linalg.norm(plane.status_quo[0] - (x, y)) - np.linalg.norm(proposed - (x, y))
            best: list[Value] = [axis.stated(float(share)) for axis, share in zip(plane.axes, proposed, strict=True)]
            rows.append((*row, *best, max(0.0, float(nearer))))
        else:
            rows.append(row)
    if plane.status_quo is not None:
        columns += (f"best_{first.id}", f"best_{second.id}", "nearer_by")
    caption = "Members, and what each could get if it alone proposed and nobody amended (nearer by: in scale lengths)"
    return Table(caption if plane.status_quo is not None else "Members on the map", columns, tuple(rows))


def _chart(found: Map) -> Spec:
    plane = found.plane
    low = np.array([axis.low for axis in plane.axes])
    length = np.array([axis.high - axis.low for axis in plane.axes])

    def stated(shares: FloatArray) -> FloatArray:
        return np.asarray(low + shares * length)

    turn = np.linspace(0, 2 * np.pi, 91)[:-1]
    circle = found.yolk.centre + found.yolk.radius * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    start = None if plane.reference is None else plane.reference[0]
    first, second = plane.axes
    return map_of_two_issues(
        plane.body.members,
        plane.positions[0],
        ((first.low, first.high), (second.low, second.high)),
        (_title(first.id, first.unit), _title(second.id, second.unit)),
        status_quo=None if start is None else (float(start[0]), float(start[1])),
        winset=stated(found.outline) if len(found.outline) else None,
        core=stated(found.core.corners) if not found.core.empty else None,
        circle=stated(circle) if found.core.empty else None,
    )


def _title(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _work(plane: Plane) -> float:
    n = len(plane.body.members)
    arcs = n * (n - 1) + 4 if n <= EXACT_UP_TO else 2 * _ARCS
    return 5_000.0 + 15.0 * arcs * n


WINSET = Analysis(
    name="winset",
    chapter=CHAPTER,
    question="On a map of two issues, what beats what applies if nothing is agreed, and what stands unbeaten?",
    version=1,
    method=SPATIAL_VOTING,
    reads=Reads(
        needs=("issues", "positions.position", "institution.rules"), optional=(*RULE_FIELDS, "issues.reference_point")
    ),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=_work,
)
