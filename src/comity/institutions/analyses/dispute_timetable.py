"""When is a dispute over? The stages of its procedure, one after the other, from a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Estimate,
    Options,
    Outcome,
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray
from comity.findings.wording import listing, plural, two
from comity.institutions.analyses.oversight_of import CHAPTER, notes_of
from comity.institutions.oversight.disputes import stage_ends

SUMS = Citation("sum of the stages", "Each stage begins when the one before it ends; lengths are added.")
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class _Procedure:
    section: Any
    days: FloatArray
    start: date | None


def _take_procedure(view: View, rows: Rows) -> _Procedure:
    section = view.object("institution.disputes")
    lengths = view.numbers("institution.disputes.stages.length", rows)
    unknown = [stage.name for stage, length in zip(section.stages, lengths[0], strict=True) if np.isnan(length)]
    if unknown:
        raise CannotAnswerError(f"needs the length of every stage; none is stated for {listing(unknown, limit=5)}")
    factor = np.array([DAYS_A_MONTH if stage.unit == "months" else 1.0 for stage in section.stages])
    start = date.fromisoformat(section.start) if section.start and len(section.start) == 10 else None
    return _Procedure(section, lengths * factor, start)


def _run_procedure(taken: _Procedure, options: Options) -> Answer[_Procedure]:
    total = stage_ends(taken.days)[:, -1]
    if taken.start is not None:
        ends = np.datetime64(taken.start) + np.round(total).astype("timedelta64[D]")
        whole = ends.astype("datetime64[Y]").astype(np.int64) + 1970
        words = [f"over in {year}" for year in whole]
    else:
        words = [f"over within {plural(int(years), 'year')}" for years in np.maximum(np.ceil(total / 365.25), 1)]
    labels = tuple(dict.fromkeys(words))
    at = {label: index for index, label in enumerate(labels)}
    verdict = np.array([at[word] for word in words], dtype=np.int64)
    return Answer(taken, Outcome(verdict, labels, {"months": total / DAYS_A_MONTH}), "redraws")


def _say_procedure(answer: Answer[_Procedure]) -> tuple[Claim, ...]:
    taken, section = answer.detail, answer.detail.section
    ends = stage_ends(taken.days)[0]
    total = float(ends[-1])

    def on(days: float) -> str | None:
        return None if taken.start is None else str(np.datetime64(taken.start) + np.timedelta64(round(days), "D"))

    rows = tuple(
        (stage.name, stage.article, float(length), on(float(end - length)), on(float(end)), float(end))
        for stage, length, end in zip(section.stages, taken.days[0], ends, strict=True)
    )
    long = max(range(len(section.stages)), key=lambda at: (taken.days[0, at], -at))
    about = f"the {plural(len(section.stages), 'stage')} of a complaint about {section.subject} take about"
    when = f", from {on(0.0)} to about {on(total)}" if taken.start is not None else ""
    sentence = f"One after the other {about} {two(total / DAYS_A_MONTH)} months{when}."
    unverified = [f"“{stage.name}”" for stage in section.stages if stage.unverified]
    stage_notes = [f"“{stage.name}”: {stage.note}" for stage in section.stages if stage.note]
    return (
        Claim(
            key="timetable",
            sentence=sentence,
            reading=f"The longest is “{section.stages[long].name}”." if len(section.stages) > 1 else "",
            estimate=Estimate("months", "length of the procedure", "months", (0.0, total / DAYS_A_MONTH), None),
            table=Table(
                "The stages in order, a month counted as 365.25 / 12 days",
                ("stage", "article", "days", "from", "to", "days_from_start"),
                rows,
            ),
            lines=(PageLine("where it stands", sentence, 30, general=True),),
            caveats=(
                "A time limit is what a treaty allows, not what a case takes; a settlement can end it at any stage.",
                *([f"Not verified: the length of {listing(unverified)}."] if unverified else []),
                *stage_notes,
                *notes_of(section, "The section on the dispute"),
            ),
            lead=1,
        ),
    )


TIMETABLE = Analysis(
    name="dispute-timetable",
    chapter=CHAPTER,
    question="When is the dispute over?",
    version=1,
    method=SUMS,
    reads=Reads(needs=("institution.disputes", "institution.disputes.stages.length")),
    options=Options,
    take=_take_procedure,
    run=_run_procedure,
    say=_say_procedure,
)
