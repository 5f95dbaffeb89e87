"""What relates one field of a scenario to another: known ids, values inside their scales, sums and ranges.

These checks are functions over the raw data, not model validators, so that they run even where the schema
finds fault: all problems of a file appear at once. They skip what has the wrong type, since the schema
reports that.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from comity.scenario import oversight_references, rule_references
from comity.scenario.deal_references import check_deal, deal_cells
from comity.scenario.faults import Fault, Suggestions, items, mapping, number, sequence
from comity.scenario.oversight_numbers import SECTIONS, numbers
from comity.scenario.reform_references import check_reform
from comity.scenario.schema import assumption_domains
from comity.scenario.seats import seat_ids
from comity.scenario.yaml_tree import Loc

_Interval = tuple[float, float]


def check_references(data: Any) -> list[Fault]:
    """Return everything in the raw data of a scenario that contradicts something else in it.

    Args:
        data: plain data as ``read_tree`` returns it, of any shape.

    Returns:
        Faults by place; empty where the file is consistent.

    Example:
        >>> for fault in check_references({"issues": [{"id": "date", "scale": {"low": 9, "high": 4}}]}):
        ...     print(fault.loc, fault.message)
        ('issues', 0, 'scale', 'low') the low end 9 is not below the high end 4
    """
    root = mapping(data)
    suggestions = Suggestions()
    found: list[Fault] = []
    for section in ("actors", "issues", "groups", "sources"):
        found += _duplicates(root, section)
    scales = _scales(root)
    found += _scale_ends(root)
    found += _issues(root, scales)
    found += _positions(root, scales, suggestions)
    found += _groups(root, suggestions)
    found += _seat_ids(root)
    found += _saliences(root)
    found += _capabilities(root)
    found += _assumptions(root)
    found += _oversight(root)
    found += _sources(root, suggestions)
    found += rule_references.check_institution(root, suggestions)
    found += check_reform(root, suggestions)
    found += check_deal(root, suggestions)
    found += [fault for loc, cell in deal_cells(root) for fault in _cell(cell, loc, lambda value: None)]
    found += oversight_references.check_oversight(root, suggestions)
    return found


def _duplicates(root: Mapping[str, Any], section: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for index, item in items(root.get(section)):
        name = item.get("id")
        if isinstance(name, str) and seen.setdefault(name, index) != index:
            kind = section.removesuffix("s")
            yield Fault(
                (section, index, "id"),
                f"the {kind} id '{name}' is given twice",
                f"entry {seen[name] + 1} of {section} has it already; give each {kind} an id of its own",
            )


def _seat_ids(root: Mapping[str, Any]) -> Iterator[Fault]:
    """Report an id that is also the id of a numbered seat."""
    numbered = {
        name: actor["id"]
        for _, actor in items(root.get("actors"))
        if isinstance(actor.get("id"), str) and isinstance(actor.get("count"), int) and 0 < actor["count"] <= 1000
        for name in seat_ids(actor["id"], actor["count"])
    }
    for index, actor in items(root.get("actors")):
        name = actor.get("id")
        if isinstance(name, str) and name in numbered:
            yield Fault(
                ("actors", index, "id"),
                f"the id '{name}' is also that of a seat of '{numbered[name]}', which has a count",
                "give one of the two another id",
            )


@dataclass(frozen=True)
class _Scale:
    """The scale of one issue, where both ends can be read."""

    interval: _Interval
    unit: str


def _scales(root: Mapping[str, Any]) -> dict[str, _Scale]:
    scales: dict[str, _Scale] = {}
    for _, issue in items(root.get("issues")):
        scale = mapping(issue.get("scale"))
        low, high = number(scale.get("low")), number(scale.get("high"))
        name = issue.get("id")
        if isinstance(name, str) and low is not None and high is not None and low < high:
            unit = scale.get("unit")
            scales.setdefault(name, _Scale((low, high), f" {unit}" if isinstance(unit, str) else ""))
    return scales


def _scale_ends(root: Mapping[str, Any]) -> Iterator[Fault]:
    for index, issue in items(root.get("issues")):
        scale = mapping(issue.get("scale"))
        low, high = number(scale.get("low")), number(scale.get("high"))
        if low is not None and high is not None and not low < high:
            yield Fault(
                ("issues", index, "scale", "low"),
                f"the low end {low:g} is not below the high end {high:g}",
                "exchange the ends and their meanings" if low > high else "a scale has two different ends",
            )


def _issues(root: Mapping[str, Any], scales: Mapping[str, _Scale]) -> Iterator[Fault]:
    for index, issue in items(root.get("issues")):
        name = issue.get("id")
        scale = scales.get(name) if isinstance(name, str) else None
        for field in ("reference_point", "proposal", "outcome"):
            yield from _cell(issue.get(field), ("issues", index, field), _on_scale(scale))


def _positions(root: Mapping[str, Any], scales: Mapping[str, _Scale], suggestions: Suggestions) -> Iterator[Fault]:
    actors = _ids(root, "actors")
    issues = _ids(root, "issues")
    seen: dict[tuple[str, str], int] = {}
    for index, row in items(root.get("positions")):
        actor, issue = row.get("actor"), row.get("issue")
        for field, name, known in (("actor", actor, actors), ("issue", issue, issues)):
            if isinstance(name, str) and name not in known:
                yield Fault(
                    ("positions", index, field),
                    f"no {field} has the id '{name}'",
                    suggestions.among(name, known),
                )
        if isinstance(actor, str) and isinstance(issue, str):
            first = seen.setdefault((actor, issue), index)
            if first != index:
                yield Fault(
                    ("positions", index),
                    f"the position of '{actor}' on '{issue}' is given twice",
                    f"entry {first + 1} of positions has it already; keep one of the two",
                )
        if "position" not in row and "salience" not in row:
            yield Fault(
                ("positions", index),
                "this row has neither a position nor a salience",
                "write 'position:', empty where it is unknown",
            )
        scale = scales.get(issue) if isinstance(issue, str) else None
        yield from _cell(row.get("position"), ("positions", index, "position"), _on_scale(scale))


def _groups(root: Mapping[str, Any], suggestions: Suggestions) -> Iterator[Fault]:
    actors = _ids(root, "actors")
    for index, group in items(root.get("groups")):
        seen: set[str] = set()
        for at, name in enumerate(sequence(group.get("members"))):
            if not isinstance(name, str):
                continue
            loc = ("groups", index, "members", at)
            if name not in actors:
                yield Fault(loc, f"no actor has the id '{name}'", suggestions.among(name, actors))
            elif name in seen:
                yield Fault(loc, f"'{name}' is listed twice", "list each member once")
            seen.add(name)


_OutOfBounds = Callable[[float], tuple[str, str] | None]


def _on_scale(scale: _Scale | None) -> _OutOfBounds:
    def outside(value: float) -> tuple[str, str] | None:
        if scale is None or scale.interval[0] <= value <= scale.interval[1]:
            return None
        low, high = scale.interval
        return (
            f"{value:g} is outside the issue's scale, {low:g} to {high:g}{scale.unit}",
            "correct the value, or widen the scale",
        )

    return outside


def _cell(cell: Any, loc: Loc, outside: _OutOfBounds) -> Iterator[Fault]:
    """Check every number of one cell against its legal values, and its range against its value."""
    bare = number(cell)
    if bare is not None:
        if (fault := outside(bare)) is not None:
            yield Fault(loc, *fault)
        return
    detail = mapping(cell)
    if not detail:
        return
    value = number(detail.get("value"))
    if value is not None and (fault := outside(value)) is not None:
        yield Fault((*loc, "value"), *fault)
    coded = []
    for index, item in items(detail.get("evidence")):
        read = number(item.get("value"))
        if read is None:
            continue
        coded.append(read)
        if (fault := outside(read)) is not None:
            yield Fault((*loc, "evidence", index, "value"), *fault)
    yield from _range(detail, loc, value, coded, outside)
    if detail.get("value") is None and not coded:
        for field, what in (("range", "a range"), ("evidence", "evidence")):
            if sequence(detail.get(field)):
                yield Fault((*loc, field), f"{what} without a number", "write the best estimate as 'value'")
                break


def _range(
    detail: Mapping[str, Any], loc: Loc, value: float | None, coded: list[float], outside: _OutOfBounds
) -> Iterator[Fault]:
    written = sequence(detail.get("range"))
    ends = [number(end) for end in written]
    estimate = value if value is not None else (statistics.median(coded) if coded else None)
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        low, high = ends[0], ends[1]
        if low > high:
            yield Fault((*loc, "range"), f"the range begins at {low:g} and ends at {high:g}", "exchange the ends")
            return
        for index, end in enumerate((low, high)):
            if (fault := outside(end)) is not None:
                yield Fault((*loc, "range", index), *fault)
        where = "its range"
    elif not written and len(coded) > 1:
        low, high = min(coded), max(coded)
        where = "the range of the coders' values"
    else:
        return
    if estimate is not None and not low <= estimate <= high:
        yield Fault(
            (*loc, "value") if value is not None else (*loc, "range"),
            f"the value {estimate:g} is outside {where}, {low:g} to {high:g}",
            "correct the value or the range",
        )


def _saliences(root: Mapping[str, Any]) -> Iterator[Fault]:
    rows = [(index, row["salience"], row) for index, row in items(root.get("positions")) if "salience" in row]
    rows = [row for row in rows if row[1] is not None]
    if not rows:
        return
    declared = root.get("salience_scale")
    if declared is None:
        largest = max((value for _, cell, _ in rows for value in _estimates(cell)), default=0.0)
        yield Fault(
            ("positions", rows[0][0], "salience"),
            "the file has saliences and no salience_scale",
            f"write 'salience_scale: {1 if largest <= 1 else 100}' at the top level if they run from 0 to "
            f"{1 if largest <= 1 else 100}",
        )
        return
    if isinstance(declared, bool) or declared not in (1, 100):
        return
    bound = float(declared)

    def outside(value: float) -> tuple[str, str] | None:
        if 0 <= value <= bound:
            return None
        remedy = "correct the value"
        if bound == 1 and 1 < value <= 100:
            remedy = f"write {value / 100:g}, or declare 'salience_scale: 100'"
        return f"{value:g} is outside 0 to {bound:g}", remedy

    for index, cell, _ in rows:
        yield from _cell(cell, ("positions", index, "salience"), outside)
    if bound == 100:
        yield from _mixed_saliences([(index, cell) for index, cell, _ in rows])
    yield from _all_zero([(cell, row) for _, cell, row in rows], root)


def _mixed_saliences(rows: list[tuple[int, Any]]) -> Iterator[Fault]:
    """Report saliences that look as if they were meant on the scale from 0 to 1.

    Nothing is guessed: 0.8 beside 80 may be 0.8 or 80 of 100, so the file has to say which.
    """
    bare = [(index, value) for index, cell in rows if (value := number(cell)) is not None]
    small = [(index, value) for index, value in bare if 0 < value <= 1]
    if not small:
        return
    everything = [value for _, cell in rows for value in _estimates(cell)]
    if max(everything) > 1:
        for index, value in small:
            yield Fault(
                ("positions", index, "salience"),
                f"{value:g} stands beside saliences of up to {max(everything):g} on a scale of 0 to 100",
                f"write {100 * value:g} if {100 * value:g} of 100 is meant, "
                f"or {{value: {value:g}}} if {value:g} of 100 is really meant",
            )
    elif any(value < 1 for _, value in small):
        yield Fault(
            ("salience_scale",),
            "no salience is above 1, and the scale is declared to run to 100",
            "write 'salience_scale: 1', or the saliences from 0 to 100",
        )


def _all_zero(rows: list[tuple[Any, Mapping[str, Any]]], root: Mapping[str, Any]) -> Iterator[Fault]:
    largest: dict[str, float] = {}
    for cell, row in rows:
        issue = row.get("issue")
        values = _estimates(cell)
        if isinstance(issue, str):
            largest[issue] = max([largest.get(issue, 0.0), *values] if values else [math.inf])
    for index, issue_item in items(root.get("issues")):
        name = issue_item.get("id")
        if isinstance(name, str) and largest.get(name) == 0:
            yield Fault(
                ("issues", index),
                f"every salience on '{name}' is 0: the issue matters to nobody",
                "give at least one actor a salience above 0, or leave the issue out",
            )


def _capabilities(root: Mapping[str, Any]) -> Iterator[Fault]:
    def outside(value: float) -> tuple[str, str] | None:
        if value > 0:
            return None
        return (
            f"the capability {value:g} is not above 0",
            "leave an actor without any capability out, or estimate it",
        )

    for index, actor in items(root.get("actors")):
        yield from _cell(actor.get("capability"), ("actors", index, "capability"), outside)


def _assumptions(root: Mapping[str, Any]) -> Iterator[Fault]:
    assumptions = mapping(root.get("assumptions"))
    for section, field, domain in assumption_domains():

        def outside(
            value: float, low: float = domain.low, high: float = domain.high, step: float | None = domain.step
        ) -> tuple[str, str] | None:
            if not low <= value <= high:
                return f"{value:g} is outside {low:g} to {high:g}", "correct the value"
            if step == 1 and value != int(value):
                return f"{value:g} is not a whole number", "write a whole number"
            return None

        yield from _cell(mapping(assumptions.get(section)).get(field), ("assumptions", section, field), outside)


def _oversight(root: Mapping[str, Any]) -> Iterator[Fault]:
    institution = mapping(root.get("institution"))
    for section, model in SECTIONS.items():
        held = mapping(institution.get(section))
        for name in numbers(model):
            bounds = partial(oversight_references.outside, section, name)
            yield from _cell(held.get(name), ("institution", section, name), bounds)
    for index, stage in items(mapping(institution.get("disputes")).get("stages")):

        def no_length(value: float) -> tuple[str, str] | None:
            return None if 0 <= value <= 36_500 else (f"{value:g} is outside 0 to 36,500", "correct the value")

        yield from _cell(stage.get("length"), ("institution", "disputes", "stages", index, "length"), no_length)


def _estimates(cell: Any) -> list[float]:
    """The value of a cell, or its coders' values where none is written."""
    bare = number(cell)
    if bare is not None:
        return [bare]
    detail = mapping(cell)
    value = number(detail.get("value"))
    if value is not None:
        return [value]
    return [read for _, item in items(detail.get("evidence")) if (read := number(item.get("value"))) is not None]


def _ids(root: Mapping[str, Any], section: str) -> frozenset[str]:
    return frozenset(item["id"] for _, item in items(root.get(section)) if isinstance(item.get("id"), str))


def _sources(root: Mapping[str, Any], suggestions: Suggestions) -> Iterator[Fault]:
    """Report every ``source`` of any cell, row, table or rule that the file does not list."""
    known = _ids(root, "sources")
    citing = ("actors", "issues", "positions", "assumptions", "institution", "reform", "deal")
    waiting: list[tuple[Loc, Any]] = [((section,), root.get(section)) for section in citing]
    while waiting:
        loc, value = waiting.pop()
        if isinstance(value, dict):
            name = value.get("source")
            if isinstance(name, str) and name not in known:
                yield Fault(
                    (*loc, "source"),
                    f"no source has the id '{name}'",
                    suggestions.among(name, known, "sources"),
                )
            waiting.extend(((*loc, key), item) for key, item in value.items() if isinstance(item, dict | list))
        elif isinstance(value, list):
            waiting.extend(((*loc, index), item) for index, item in enumerate(value) if isinstance(item, dict | list))
