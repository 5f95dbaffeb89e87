"""The members of a body from a table: names and weights that a person has and the library does not."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from typing import Any

from comity.scenario.case import Scenario, loads
from comity.scenario.errors import Problem, ScenarioError
from comity.scenario.library import body_text
from comity.scenario.yaml_tree import LARGEST_FILE, scan_tree


def body_with_members(name: str, content: bytes, table_name: str) -> Scenario:
    """A shipped body with the members and weights of a CSV table.

    Args:
        name: the body, such as ``gef``.
        content: the table: a column ``name``, and a column for each weight table of the body (``contributions``).
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
    ids = [f"m{number}" for number in range(1, len(rows) + 1)]
    body["actors"] = [{"id": each, "name": row[0]} for each, row in zip(ids, rows, strict=True)]
    for column, weights in enumerate(tables.values(), 1):
        weights["values"] = {each: _number(row[column]) for each, row in zip(ids, rows, strict=True)}
        weights["note"] = f"From {table_name}."
        # What the shipped table cites says nothing of a person's own numbers.
        weights.pop("source", None)
        weights.pop("unverified", None)
    return loads(json.dumps(body, ensure_ascii=False, default=str).encode(), name=f"{name} with {table_name}")


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() and len(text) < 40 else text


def _rows(content: bytes, name: str, columns: Sequence[str]) -> list[list[str]]:
    """The cells of a CSV in the order of ``columns``; every line that does not fit is an error of its own."""

    def fault(line: int, message: str, remedy: str) -> Problem:
        return Problem(line, 1, "", message, remedy)

    if len(content) > LARGEST_FILE:
        raise ScenarioError(name, [fault(1, "the file is larger than 5 MB", "")])
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ScenarioError(name, [fault(1, "the file is not text in UTF-8", "save it as CSV, UTF-8")]) from None
    reader = csv.reader(lines, skipinitialspace=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ScenarioError(name, [fault(reader.line_num, str(error), "save it as CSV")]) from None
    header = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    lacking = [column for column in columns if column not in header]
    if lacking:
        raise ScenarioError(
            name,
            [fault(1, f"the column '{lacking[0]}' is missing", f"the first line has to be: {','.join(columns)}")],
        )
    problems = []
    found: list[list[str]] = []
    for line, row in rows[1:]:
        if len(row) != len(header):
            problems.append(fault(line, f"{len(row)} cells stand under {len(header)} columns", "one cell a column"))
            continue
        cells = [row[header.index(column)].strip() for column in columns]
        empty = next((column for column, cell in zip(columns, cells, strict=True) if not cell), None)
        if empty is not None:
            problems.append(fault(line, f"the cell under '{empty}' is empty", "write it, or leave the line out"))
            continue
        found.append(cells)
    if not rows[1:]:
        problems.append(fault(1, "the table names nobody", f"each line is: {','.join(columns)}"))
    if problems:
        raise ScenarioError(name, problems)
    return found
