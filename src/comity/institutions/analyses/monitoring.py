"""How often must somebody look so that breaking the obligation does not pay, and what does that cost?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    Citation,
    Claim,
    Estimate,
    Options,
    Outcome,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import percent, two
from comity.institutions.analyses.oversight_of import (
    CHAPTER,
    ILLUSTRATION,
    enough,
    notes_of,
    number_of,
    starting,
    stated,
)
from comity.institutions.oversight.monitoring import (
    deters,
    inspection_game,
    inspections_needed,
    least_detection,
    least_penalty,
)

INSPECTION_GAME = Citation(
    "Avenhaus, von Stengel & Zamir 2002",
    "The inspection game: the frequency of inspection from which a violation does not pay, p = g / (d (g + f)), and an "
    "equilibrium in which violations occur at the rate r = k / (d a') that repays an inspection (Avenhaus, von Stengel "
    "& Zamir 2002, Inspection games, Handbook of Game Theory 3, chapter 51). Cited from memory.",
)
_AMOUNTS = ("gain", "penalty", "detection", "inspection_probability", "inspection_cost", "detection_value", "inspected")
LABELS = (
    "inspections as planned deter",
    "enough inspections would deter, those planned are too few",
    "enough inspections deter",
    "no frequency of inspection deters",
)


@dataclass(frozen=True)
class _Taken:
    section: Any
    numbers: dict[str, FloatArray]


@dataclass(frozen=True)
class Deterrence:
    """What it takes to deter in the case as written.

    ``frequency`` is the planned probability of inspection, or 1; the least penalty and detection hold at it.
    """

    section: Any
    today: dict[str, float]
    frequency: float
    needed: float
    least_penalty: float
    least_detection: float
    violations: float | None
    cost: float | None
    worth_inspecting: bool | None


def _take(view: View, rows: Rows) -> _Taken:
    numbers = {name: number_of(view, rows, f"institution.monitoring.{name}") for name in _AMOUNTS}
    return _Taken(view.object("institution.monitoring"), numbers)


def _run(taken: _Taken, options: Options) -> Answer[Deterrence]:
    gain, penalty, detection, planned, cost, worth, inspected = (taken.numbers[name] for name in _AMOUNTS)
    needed = inspections_needed(gain, penalty, detection)
    can = needed <= 1
    if stated(planned):
        verdict = np.where(~can, 3, np.where(deters(gain, penalty, detection, planned), 0, 1))
    else:
        verdict = np.where(can, 2, 3)
    at = float(planned[0]) if stated(planned) and planned[0] > 0 else 1.0
    values = {"inspections_needed": 100.0 * np.minimum(needed, 1.0)}
    violations = total = worth_it = None
    if stated(cost) and stated(worth):
        game = inspection_game(gain, penalty, detection, inspection_cost=cost, detection_value=worth)
        values["violation_probability"] = game.violation_probability
        violations, worth_it = float(game.violation_probability[0]), bool(game.worth_inspecting[0])
    if stated(cost) and stated(inspected):
        total = float(min(needed[0], 1.0) * cost[0] * inspected[0])
    detail = Deterrence(
        taken.section,
        {name: float(each[0]) for name, each in taken.numbers.items()},
        at,
        float(needed[0]),
        float(least_penalty(gain[0], detection[0], at)),
        float(least_detection(gain[0], penalty[0], at)),
        violations,
        total,
        worth_it,
    )
    return Answer(detail, Outcome(verdict.astype(np.int64), LABELS, values), "redraws")


def _often(probability: float, period: str) -> str:
    return f"every {period}" if probability >= 1 else f"in {percent(probability)} of {period}s"


def _what_deters(found: Deterrence, verdict: str) -> str:
    """The sentence of a case in which some frequency of inspection deters."""
    section, planned = found.section, found.today["inspection_probability"]
    if found.needed == 0:
        return f"A party gains nothing by breaking {section.obligation}, so in the model nobody has to inspect."
    needed = _often(min(enough(found.needed), 1.0), section.period)
    sentence = (
        f"To make it pay to comply with {section.obligation}, in the model, {section.monitor} must inspect a party "
        f"{needed}"
    )
    if np.isfinite(planned):
        which = "enough" if verdict == LABELS[0] else "too little"
        sentence += f"; planned is {_often(planned, section.period)}, which is {which}"
    return f"{sentence}."


def _what_would(found: Deterrence) -> str:
    """The sentence of a case in which no frequency deters: which number would have to change, and how far."""
    section, today = found.section, found.today
    penalty = "No penalty is enough either while no inspection finds anything"
    if np.isfinite(found.least_penalty):
        least = two(enough(found.least_penalty))
        penalty = f"It would take a penalty of at least {least} {section.unit} (today {two(today['penalty'])})"
    detection = ""
    if found.least_detection <= 1:
        least = percent(min(enough(found.least_detection), 1.0))
        detection = f" or inspections that find at least {least} of violations (today {percent(today['detection'])})"
    planned = f"inspected {_often(found.frequency, section.period)}"
    return (
        f"No frequency of inspection makes it pay to comply with {section.obligation}, in the model. "
        f"{penalty}{detection}, for a party that is {planned if found.frequency < 1 else 'always inspected'}."
    )


def _say(answer: Answer[Deterrence]) -> tuple[Claim, ...]:
    found, section, today = answer.detail, answer.detail.section, answer.detail.today
    monitor, unit = starting(section.monitor), section.unit
    assert answer.outcome is not None
    verdict = answer.outcome.label(0)
    sentence = _what_deters(found, verdict) if found.needed <= 1 else _what_would(found)
    parts = []
    if found.cost is not None and 0 < found.needed <= 1:
        parts.append(f"Inspections at that frequency cost {two(found.cost)} {unit} a {section.period} in all.")
    if found.worth_inspecting is False and found.needed > 0:
        parts.append(
            "A violation found is worth less to the inspector than it takes to find one: only an inspector bound "
            "beforehand inspects."
        )
    elif found.violations is not None and found.needed <= 1 and today["gain"] > 0:
        parts.append(
            f"That holds if the frequency is announced and kept. Decided afresh each time, a party breaks the "
            f"obligation {_often(found.violations, section.period)}: the rate at which an inspection repays its cost."
        )
    return (
        Claim(
            key="deterrence",
            sentence=sentence,
            reading=" ".join(parts),
            estimate=(
                Estimate("inspections_needed", "inspections needed", f"% of {section.period}s", (0.0, 100.0), None)
                if found.needed <= 1
                else None
            ),
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=f"{monitor}: {verdict}.",
            caveats=(
                ILLUSTRATION,
                "A party is taken to break an obligation because it pays. One that cannot comply is not deterred but "
                "helped (Chayes & Chayes 1993), and an obligation that is not clear is not broken.",
                "Every party is taken to be alike, and no inspection to accuse a party that complies.",
                *notes_of(section, "The section on monitoring"),
            ),
            ask_next=("Of the violations that were found, how many came from want of means and not of will?",),
            lead=25,
        ),
    )


def _table(found: Deterrence) -> Table:
    today, planned = found.today, found.today["inspection_probability"]
    reach = today["detection"] * found.frequency
    rows: list[tuple[Value, ...]] = [
        ("probability of inspection", _up_to(planned, 1.0), _up_to(found.needed, 1.0), "at least"),
        ("penalty", today["penalty"], _up_to(found.least_penalty), "at least"),
        ("probability of detection", today["detection"], _up_to(found.least_detection, 1.0), "at least"),
        ("gain", today["gain"], _up_to(today["penalty"] * reach / (1 - reach) if reach < 1 else np.inf), "at most"),
    ]
    often = f"at the planned frequency ({percent(found.frequency)})"
    how = often if found.frequency < 1 else "where every party is always inspected"
    return Table(
        f"What would deter, each number changed alone; the last three {how}",
        ("number", "today", "deters", "bound"),
        tuple(rows),
    )


def _up_to(value: float, most: float = np.inf) -> float | None:
    """A probability above 1, and a number without end, cannot be reached: the table leaves them empty."""
    return value if np.isfinite(value) and value <= most else None


def _chart(found: Deterrence) -> dict[str, Any]:
    from comity.findings.curves import frontier

    today, planned = found.today, found.today["inspection_probability"]
    detection = np.linspace(0.01, 1.0, 100)
    curves = {"inspected every time": least_penalty(today["gain"], detection)}
    if np.isfinite(planned) and 0 < planned < 1:
        curves["inspected as planned"] = least_penalty(today["gain"], detection, planned)
    return frontier(
        detection,
        curves,
        (today["detection"], today["penalty"]),
        scale=(0.0, 1.0),
        x_title="probability that an inspection finds a violation",
        y_title=f"penalty, {found.section.unit}",
        above="above a line complying pays",
    )


MONITORING = Analysis(
    name="monitoring",
    chapter=CHAPTER,
    question="How often must somebody look so that breaking the obligation does not pay?",
    version=1,
    method=INSPECTION_GAME,
    reads=Reads(
        needs=("institution.monitoring", *(f"institution.monitoring.{name}" for name in _AMOUNTS[:3])),
        optional=tuple(f"institution.monitoring.{name}" for name in _AMOUNTS[3:]),
    ),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
