"""Members and their weights from a table: names and numbers that a person has and the library does not."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from comity.scenario.case import Scenario, loads
from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.library import body_text
from comity.scenario.table_cells import Row, folded, read_rows, rows_below
from comity.scenario.table_numbers import number_style
from comity.scenario.yaml_tree import scan_tree

_FRACTION = re.compile(r"[+-]?[0-9]+/[0-9]+")
_MEMBER = re.compile(r"\bm([0-9]+)\b")


def body_with_members(name: str, content: bytes, table_name: str) -> Scenario:
    """A shipped body with the members and weights of a CSV table.

    Args:
        name: the body, such as ``gef``.
        content: the table, a CSV, .xlsx, .xls or .ods: a column ``name``, and a column for each weight table of the
            body (``contributions``).
        table_name: what the table is called in errors.

    Returns:
        The case.

    Raises:
        ScenarioError: no such body, or a table that does not fit it; every problem with its line.

    Example:
        >>> table = b"name,contributions\\nNorth,60\\nSouth,25\\nEast,15\\n"
        >>> case = body_with_members("gef", table, "contributions.csv")
        >>> [actor.name for actor in case.file.actors]
        ['North', 'South', 'East']
    """
    body = scan_tree(body_text(name), name)[0].data
    tables: dict[str, Any] = body["institution"].get("weights", {})
    rows = _rows(content, table_name, ["name", *tables])
    for column, weights in tables.items():
        # The table is given in place of the shipped one, and what was said of that one does not hold of it.
        weights.pop("source", None)
        weights.pop("unverified", None)
        weights["values"] = _values(rows, column)
        weights["note"] = f"From {table_name}."
    return _case({**body, "actors": _actors(rows)}, rows, f"{name} with {table_name}", table_name)


def from_weights(content: bytes, table_name: str, quota: str, *, strict: bool = False) -> Scenario:
    """A case of nothing but the voting weights of a CSV table and a quota, as a person typed them.

    Args:
        content: the table, a CSV, .xlsx, .xls or .ods, with the columns ``name`` and ``weight``.
        table_name: what the table is called in errors.
        quota: what is needed: a number, a fraction or a percentage.
        strict: more than that is needed.

    Returns:
        The case.

    Raises:
        ScenarioError: a table or a quota that cannot be meant; every problem with its line.

    Example:
        >>> case = from_weights(b"name,weight\\nA,2\\nB,1\\nC,1\\n", "mine.csv", "3")
        >>> [int(item.value) for item in case.all_inputs() if "weights" in item.path]
        [2, 1, 1]
    """
    rows = _rows(content, table_name, ["name", "weight"])
    passes = {"weight": "weight", "quota": _number(quota), "strict": strict}
    institution = {
        "name": "a body with these weights",
        "weights": {"weight": {"unit": "weight", "values": _values(rows, "weight")}},
        "rules": [{"id": "quota", "name": f"a quota of {quota}", "passes": passes}],
    }
    data = {"comity": 1, "title": "Voting weights", "actors": _actors(rows), "institution": institution}
    return _case(data, rows, table_name, table_name)


def _actors(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [{"id": f"m{number}", "name": row.text("name")} for number, row in enumerate(rows, 1)]


def _values(rows: Sequence[Row], column: str) -> dict[str, int | str]:
    return {f"m{number}": _number(row.text(column)) for number, row in enumerate(rows, 1)}


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?[0-9]{1,40}", text) else text


def _case(data: dict[str, Any], rows: Sequence[Row], name: str, table_name: str) -> Scenario:
    try:
        return loads(json.dumps(data, ensure_ascii=False, default=str).encode(), name=name)
    except ScenarioError as error:
        # The problems are of a file that nobody wrote: each goes to the line of the member that it names.
        raise ScenarioError(table_name, [_placed(problem, rows) for problem in error.problems]) from None


def _placed(problem: Problem, rows: Sequence[Row]) -> Problem:
    found = _MEMBER.search(problem.path)
    if found is None or not 1 <= int(found[1]) <= len(rows):
        return Problem(1, 1, problem.path, problem.message, problem.remedy)
    row = rows[int(found[1]) - 1]
    return Problem(row.line, 1, row.text("name"), problem.message, problem.remedy)


def _rows(content: bytes, name: str, columns: Sequence[str]) -> list[Row]:
    """The rows of a table with these columns; every line that does not fit is a problem of its own."""
    grid = read_rows(content, name, columns)
    problems = list(grid.problems)
    found: list[Row] = []
    lines: dict[str, int] = {}
    for row in rows_below(grid):
        named = {column: row.cells[folded(column)] for column in columns}
        empty = next((column for column in columns if not named[column].text), None)
        if empty is not None:
            message = f"the cell under '{empty}' is empty"
            problems.append(named[empty].problem("", message, "write it, or leave the line out"))
            continue
        who = named["name"].text
        before = lines.setdefault(who.casefold(), row.line)
        if before != row.line:
            message = f"{shown(who)} is named twice"
            problems.append(named["name"].problem("", message, f"line {before} has it already; give each a name"))
        found.append(Row(row.line, named))
    if not found and not problems:
        problems.append(Problem(1, 1, "", "the table names nobody", f"each line is: {','.join(columns)}"))
    found = _with_points(found, columns[1:], grid.separator, problems)
    if problems:
        raise ScenarioError(name, problems)
    return found


def _with_points(found: list[Row], columns: Sequence[str], separator: str, problems: list[Problem]) -> list[Row]:
    """The rows with the decimals of their weights written with a point; a fraction such as 33/2 stays as it is."""
    style = number_style((row.cells[column] for row in found for column in columns), separator)
    written: list[Row] = []
    for row in found:
        cells = dict(row.cells)
        for column in columns:
            cell = cells[column]
            plain, message, remedy = style.plain(cell)
            if plain is not None:
                cells[column] = replace(cell, text=plain)
            elif not _FRACTION.fullmatch(cell.text):
                problems.append(cell.problem(column, f"{shown(cell.text)} {message}", remedy))
        written.append(Row(row.line, cells))
    return written
