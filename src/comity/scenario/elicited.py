"""Elicited numbers as cells of a scenario: saliences and utilities with their ranges, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.scenario.answers import Answers
from comity.scenario.edits import Change, changed_data, value_at
from comity.scenario.yaml_tree import Loc

_NO_RANGE = "no range follows from the answers, the case's default is assumed"


@dataclass(frozen=True)
class Elicited:
    """A number with the range that the answers leave."""

    value: float
    low: float
    high: float

    def rounded(self, digits: int) -> Elicited:
        """Return it with so many digits after the point."""
        return Elicited(*(round(number, digits) + 0.0 for number in (self.value, self.low, self.high)))


@dataclass(frozen=True)
class ElicitedNumbers:
    """What follows from a person's answers.

    Attributes:
        saliences: by issue, on the salience scale of the case.
        utilities: by issue and option of the deal.
    """

    saliences: Mapping[str, Elicited]
    utilities: Mapping[tuple[str, str], Elicited]


def saliences_of(
    issues: Sequence[str],
    weights: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    scale: float = 100,
    most_important: float | None = None,
) -> dict[str, Elicited]:
    """Return weights as saliences: the heaviest issue gets the salience stated for it, the others in proportion.

    Args:
        issues: the issues.
        weights: their weights, not all 0.
        low: least weight of each.
        high: most weight of each.
        scale: upper end of the salience scale.
        most_important: salience of the heaviest issue; the upper end where None.

    Returns:
        By issue; no end of a range lies outside the scale.

    Example:
        >>> found = saliences_of(("quota", "date"), (0.8, 0.2), (0.7, 0.1), (0.9, 0.3), most_important=90)
        >>> found["date"]
        Elicited(value=22.5, low=11.2, high=33.8)
    """
    factor = (scale if most_important is None else most_important) / max(weights)
    digits = 1 if scale > 1 else 3
    return {
        issue: Elicited(weight * factor, least * factor, min(most * factor, scale)).rounded(digits)
        for issue, weight, least, most in zip(issues, weights, low, high, strict=True)
    }


def cell_changes(data: Any, loc: Loc, cell: Mapping[str, Any]) -> list[Change]:
    """Return the edits that put a cell at a place, and keep what else the cell there says.

    A range that the new number does not have is taken out, since it spoke of another number; evidence is added to the
    evidence that is there; that a cell is private stays.

    Example:
        >>> cell_changes({"a": {"value": 1, "range": [0, 2], "private": True}}, ("a",), {"value": 5})
        [(('a', 'value'), 5), (('a', 'range'), None)]
    """
    try:
        held = value_at(data, loc)
    except (KeyError, IndexError, TypeError):
        held = None
    if not isinstance(held, dict):
        return [(loc, dict(cell))]
    changes: list[Change] = []
    for key, value in cell.items():
        if key == "evidence" and isinstance(held.get(key), list):
            new = [item for item in value if item not in held[key]]
            changes += [((*loc, key, len(held[key]) + number), item) for number, item in enumerate(new)]
        else:
            changes.append(((*loc, key), value))
    if "range" not in cell and held.get("range") is not None:
        changes.append(((*loc, "range"), None))
    return changes


def row_changes(data: Any, actor: str, issue: str, field: str, cell: Mapping[str, Any]) -> list[Change]:
    """Return the edits that put a cell in the row of an actor and issue; a new row where there is none.

    Example:
        >>> row_changes({"positions": []}, "A", "quota", "position", {"value": 5})
        [(('positions', 0), {'actor': 'A', 'issue': 'quota', 'position': {'value': 5}})]
    """
    rows = data.get("positions") or []
    for number, row in enumerate(rows):
        if row.get("actor") == actor and row.get("issue") == issue:
            return cell_changes(data, ("positions", number, field), cell)
    return [(("positions", len(rows)), {"actor": actor, "issue": issue, field: dict(cell)})]


def source_change(data: Any, stem: str, entry: Mapping[str, Any]) -> tuple[str, list[Change]]:
    """Return the id of a source of this title, and the edit that adds it where the scenario does not have it.

    Example:
        >>> source_change({}, "elicited", {"title": "Interview"})
        ('elicited', [(('sources', 0), {'id': 'elicited', 'title': 'Interview'})])
    """
    sources = data.get("sources") or []
    for held in sources:
        if entry["title"] in (held.get("id"), held.get("title")):
            return str(held["id"]), []
    taken = {held.get("id") for held in sources}
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    name = next(each for each in names if each not in taken)
    return name, [(("sources", len(sources)), {"id": name, **entry})]


def pasted(answers: Answers, numbers: ElicitedNumbers) -> dict[str, Any]:
    """Return the cells as the part of a scenario that a person can paste."""
    part: dict[str, Any] = {}
    words = _asked(answers, "swing weights" if answers.swing else "pairwise comparisons")
    if numbers.saliences:
        part["positions"] = [
            {"actor": answers.actor, "issue": issue, "salience": _cell(number, words)}
            for issue, number in numbers.saliences.items()
        ]
    if numbers.utilities:
        utilities: dict[str, dict[str, Any]] = {}
        words = _asked(answers, "indifference")
        for (issue, option), number in numbers.utilities.items():
            utilities.setdefault(issue, {})[option] = _cell(number, words)
        part["deal"] = {"parties": [{"actor": answers.actor, "batna": None, "utilities": utilities}]}
    return part


def elicited_changes(data: Any, answers: Answers, numbers: ElicitedNumbers) -> list[Change]:
    """Return the edits that put elicited numbers into a scenario.

    Args:
        data: the raw data of the scenario.
        answers: what was answered.
        numbers: what follows from it.

    Returns:
        Places with what is to stand there, each number with its range, its source and that nobody verified it.
    """
    actor = next((each.get("name") for each in data["actors"] if each.get("id") == answers.actor), answers.actor)
    when = f", {answers.date}" if answers.date else ""
    entry: dict[str, Any] = {"title": f"Answers of {actor} by {answers.method}{when}"}
    if answers.by:
        entry["author"] = answers.by
    if answers.note:
        entry["note"] = answers.note
    source, changes = source_change(data, "elicited", entry)
    if numbers.saliences and data.get("salience_scale") is None:
        changes.append((("salience_scale",), 100))
    words = _asked(answers, "swing weights" if answers.swing else "pairwise comparisons")
    data = changed_data(data, changes)
    for issue, number in numbers.saliences.items():
        new = row_changes(data, answers.actor, issue, "salience", _cell(number, words, source))
        data = changed_data(data, new)
        changes += new
    return changes + _utility_changes(data, answers, numbers, source)


def _utility_changes(data: Any, answers: Answers, numbers: ElicitedNumbers, source: str) -> list[Change]:
    if not numbers.utilities:
        return []
    parties = data["deal"].get("parties") or []
    words = _asked(answers, "indifference")
    cells = {place: _cell(number, words, source) for place, number in numbers.utilities.items()}
    for at, party in enumerate(parties):
        if party.get("actor") == answers.actor:
            here: Loc = ("deal", "parties", at, "utilities")
            return [change for place, cell in cells.items() for change in cell_changes(data, (*here, *place), cell)]
    utilities: dict[str, dict[str, Any]] = {}
    for (issue, option), cell in cells.items():
        utilities.setdefault(issue, {})[option] = cell
    return [(("deal", "parties", len(parties)), {"actor": answers.actor, "batna": None, "utilities": utilities})]


def _asked(answers: Answers, method: str) -> str:
    return method + (f", {answers.date}" if answers.date else "")


def _cell(number: Elicited, words: str, source: str | None = None) -> dict[str, Any]:
    """A number with its range and what it rests on; as a source of the case where it has an id there."""
    cell: dict[str, Any] = {"value": number.value}
    if number.low < number.high:
        cell["range"] = [number.low, number.high]
    elif number.high == 0:
        # The worst option is the zero that the others are counted from: it is not uncertain.
        cell["range"] = [0, 0]
    else:
        words = f"{words}; {_NO_RANGE}"
    if source is not None:
        cell |= {"source": source, "unverified": True}
    return {**cell, "note": words}
