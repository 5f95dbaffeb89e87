"""The sheet of whoever leads a rehearsal: a timetable, all the numbers, what the analyses found, and what to ask.

What it says of deals are the findings of the analyses, in their words; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.brief.common_knowledge import common_sections, estimate, grid, names, positions, section, sheet, together
from comity.brief.document import Document, table_words
from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.scenario import Scenario, ScenarioFile
from comity.scenario.one_side import as_seen_by

_ASKED = ("deal-space", "deal-solutions", "log-rolls", "open-zone", "debrief")
_ASKED_OF_POSITIONS = ("contested", "agreement", "blocking", "forecast")
_MOST_ROWS = 12
_ACTORS_IN_A_TABLE = 8
_OPENING = 2  # minutes of an opening statement
_QUESTIONS = (
    "What did you think the others wanted, and what did they want? Who asked, and who guessed?",
    "Which issue mattered little to one of you and much to another, and was it traded?",
    "When did you first name a number or an option, and what did that do to the rest?",
    "Who spoke for those who were not at the table?",
    "Was the deal better for you than no deal? How do you know, and when did you check?",
    "What could all of you have had that you did not see?",
)


def facilitator_sheet(case: Scenario, *, seed: int = 0, draws: int = 200) -> Document:
    """The sheet of whoever leads the rehearsal; it holds every secret.

    >>> from comity.scenario import load
    >>> found = facilitator_sheet(load("car-emissions"), draws=0)
    >>> found["banner"]
    'Confidential: for the facilitator only. It holds the numbers of all.'
    """
    file = case.file
    findings, lacking = _findings(case, seed, draws)
    sections = [
        _timetable(file),
        *common_sections(as_seen_by(case, None)),
        *_numbers(file),
        *(_told(finding) for finding in findings),
        *([section("What could not be answered", lacking)] if lacking else []),
        section("Questions for the debriefing", [*_asked(findings), *_QUESTIONS]),
        *([_agreed_form(file)] if file.deal else []),
    ]
    notes = [*([file.notes] if file.notes else []), *([file.deal.note] if file.deal and file.deal.note else [])]
    about = [(issue.id, issue.note) for issue in file.issues]
    about += [(issue.id, issue.note) for issue in file.deal.issues] if file.deal else []
    notes += [f"On {issue}: {note}" for issue, note in about if note]
    notes += [f"Not verified: {text}" for text in file.unverified]
    if notes:
        sections.append(section("What the authors of the case note", notes))
    banner = "Confidential: for the facilitator only. It holds the numbers of all."
    return sheet("_facilitator", "For the facilitator", case, banner, sections)


def _timetable(file: ScenarioFile) -> Document:
    """A suggestion: reading, preparing, two rounds with talks in between, a vote, and time to look back."""
    count = len(file.actors)
    steps = [
        (5, "Hand out the sheets, one an actor; say the rule and what is common to all."),
        (15, "Each reads alone: what do I need, what can I give, what do I have without a deal?"),
        (_OPENING * min(count, 15), f"Opening statements, up to {_OPENING} minutes each."),
        (20, "First round, all together: which issues, which options?"),
        (15, "Talks in twos and threes. Nobody shows a sheet."),
        (20, "Second round, all together: one text, changed until it stands or falls."),
        (5, "Decide by the rule; write down what was agreed, or that nothing was."),
        (25, "Look back: the questions below, then the numbers."),
    ]
    total = sum(minutes for minutes, _ in steps)
    table = grid("Minutes", ("minutes", "what"), steps)
    lines = [f"A suggestion: {total} minutes for {count} roles. With more people, two or three play an actor together."]
    return section("Timetable", lines, table)


def _numbers(file: ScenarioFile) -> list[Document]:
    """All the numbers, as the case has them."""
    found = []
    if file.deal is not None:
        parties = file.deal.parties
        called = names(file, [party.actor for party in parties])
        rows: list[list[Any]] = [
            [name, party.unit, estimate(party.batna), estimate(party.red_line)]
            for name, party in zip(called, parties, strict=True)
        ]
        columns = ("party", "unit", "without a deal", "red line")
        kept = [at for at in range(len(columns)) if any(row[at] is not None for row in rows)]
        table = grid(
            "What each has without a deal", [columns[at] for at in kept], [[r[at] for at in kept] for r in rows]
        )
        found.append(section("Lines", [], table))
        worth: list[list[Any]] = [
            [issue.id, option.name, *(estimate(p.utilities.get(issue.id, {}).get(option.id)) for p in parties)]
            for issue in file.deal.issues
            for option in issue.options
        ]
        for each in file.deal.together:
            adds = [estimate(each.utilities.get(party.actor)) for party in parties]
            worth.append(["together", together(file.deal, each.options), *adds])
        found += _parts("What each option is worth", ("issue", "option"), called, worth)
    if file.positions:
        wanted = positions(file)
        cares = {(r.actor, r.issue): value for r in file.positions if (value := estimate(r.salience)) is not None}
        rows = [
            [actor.name, issue.id, wanted.get(key), cares.get(key)]
            for actor in file.actors
            for issue in file.issues
            if (key := (actor.id, issue.id)) in wanted or key in cares
        ]
        columns = ("actor", "issue", "position", f"salience (of {file.salience_scale or 100})")
        found.append(section("Positions", [], grid("Who wants what", columns, rows)))
    return found


def _parts(title: str, first: Sequence[str], called: Sequence[str], rows: list[list[Any]]) -> list[Document]:
    """A table with a column an actor, in as many parts as fit the paper."""
    lead = len(first)
    parts = []
    for low in range(0, len(called), _ACTORS_IN_A_TABLE):
        high = low + _ACTORS_IN_A_TABLE
        held = [[*row[:lead], *row[lead + low : lead + high]] for row in rows]
        parts.append(
            section(title if low == 0 else f"{title} (continued)", [], grid(title, (*first, *called[low:high]), held))
        )
    return parts


def _findings(case: Scenario, seed: int, draws: int) -> tuple[list[Finding], list[str]]:
    """What the analyses say of the case, and what they could not."""
    known = registry()
    found: list[Finding] = []
    lacking: list[str] = []
    for name in _ASKED if case.file.deal is not None else _ASKED_OF_POSITIONS:
        if name not in known.analyses:
            continue
        analysis = known.get(name)
        try:
            found += ask(analysis, case, seed=seed, draws=draws, search=False)
        except CannotAnswerError as error:
            if name != "debrief":
                lacking.append(f"{analysis.question} The case {error}.")
        except Exception as error:  # one analysis' fault must not take the whole sheet down
            lacking.append(f"{analysis.question} Failed: {type(error).__name__}: {error}.")
    return found, lacking


def _told(finding: Finding) -> Document:
    about = f" ({finding.subject})" if finding.subject else ""
    lines = [finding.sentence, finding.reading]
    table = finding.table
    if table is None or len(table.columns) > _ACTORS_IN_A_TABLE + 4:
        return section(f"{finding.question}{about}", lines)
    words = table_words(table)
    left = len(words["rows"]) - _MOST_ROWS
    after = [f"{left} more rows: comity ask {finding.analysis} CASE --format csv."] if left > 0 else []
    words = {**words, "rows": words["rows"][:_MOST_ROWS]}
    words["columns"] = [{**column, "blank": False} for column in words["columns"]]
    return section(f"{finding.question}{about}", lines, words, after)


def _asked(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(question for finding in findings for question in finding.ask_next))[:4]


def _agreed_form(file: ScenarioFile) -> Document:
    """What was agreed, to be written down and scored."""
    assert file.deal is not None
    rows = [[issue.id, ", ".join(f"{o.id} ({o.name})" for o in issue.options), "", ""] for issue in file.deal.issues]
    table = grid("What was agreed", ("issue", "options", "group 1", "group 2"), rows, 2)
    example = ",".join(f"{issue.id}={issue.options[0].id}" for issue in file.deal.issues[:3])
    more = ",..." if len(file.deal.issues) > 3 else ""
    how = f"Score it: comity debrief CASE --deal {example}{more}; once for each group, or --deal none."
    return section("What was agreed", [how], table)
