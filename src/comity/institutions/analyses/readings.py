"""How do different styles of argument read the case, and what in the file does each rest on?"""

from __future__ import annotations

from comity.findings import Analysis, Answer, Citation, Claim, Options, PageLine, Reads, Rows, Table, View
from comity.institutions.analyses.rules_of import CHAPTER
from comity.scenario.reform import Reform

STYLES = Citation(
    "readings", "Readings as the file's authors state them, with the evidence that they name; no simulation."
)


def _take(view: View, rows: Rows) -> Reform:
    reform: Reform = view.object("reform")
    return reform


def _run(reform: Reform, options: Options) -> Answer[Reform]:
    return Answer(reform, None, "none stated")


def _say(answer: Answer[Reform]) -> tuple[Claim, ...]:
    readings = answer.detail.readings
    if not readings:
        return ()
    texts = [f"{reading.style.capitalize()}: {reading.sentence}" for reading in readings]
    rows = tuple(
        (reading.style, reading.sentence, item)
        for reading in readings
        for item in (reading.evidence or ("no evidence in this file",))
    )
    return (
        Claim(
            key="readings",
            sentence=" ".join(texts),
            reading="Readings are not on trial here: none is weighed, and several can hold at once.",
            table=Table("Readings, with the evidence of each", ("style", "reading", "evidence"), rows),
            lines=tuple(PageLine("readings", text, 10 + at) for at, text in enumerate(texts)),
        ),
    )


READINGS = Analysis(
    name="readings",
    chapter=CHAPTER,
    question="How do different styles of argument read the case?",
    version=1,
    method=STYLES,
    reads=Reads(needs=("reform",)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
