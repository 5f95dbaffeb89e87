"""A CSV that a person gives: its rows with their lines, and what is wrong with it as problems of the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.scenario.errors import Problem, ScenarioError

LARGEST_TABLE = 5 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One row: its line, its cells by column, stripped of blanks, and where in the line each begins."""

    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]


def read_csv(content: bytes, name: str, problems: list[Problem]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the header of a CSV, in small letters, and its rows.

    Args:
        content: the bytes of the file, in UTF-8, at most 5 MB.
        name: the file's name, for errors.
        problems: gets a row with another number of cells than the header, as the rows are read.

    Returns:
        The header, and the rows that have as many cells; empty lines are passed over.

    Raises:
        ScenarioError: too large, no text, or quotes that never end: nothing after it can be read.

    Example:
        >>> header, rows = read_csv(b"name, weight\\n A , 3\\n", "mine.csv", [])
        >>> header, [(row.line, dict(row.cells)) for row in rows]
        (('name', 'weight'), [(2, {'name': 'A', 'weight': '3'})])
    """

    def stop(line: int, message: str, remedy: str) -> ScenarioError:
        return ScenarioError(name, [*problems, Problem(line, 1, "", message, remedy)])

    if len(content) > LARGEST_TABLE:
        raise stop(1, "the table is larger than 5 MB", "split it, or check that it is the right file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise stop(line, "this is not text in UTF-8", "save the table as CSV in UTF-8") from None
    if "\0" in text:
        raise stop(1, "this is not a text file", "save the table as CSV in UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    try:
        header = tuple(cell.strip().casefold() for cell in next(reader, []))
    except csv.Error as error:
        raise stop(1, f"this is not a CSV table ({error})", "check the quotes") from None
    if len(header) == 1 and ";" in header[0]:
        raise stop(1, "the columns are separated by semicolons", "separate them by commas")
    lines = text.split("\n")

    def rows() -> Iterator[Row]:
        while True:
            start = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise stop(start, f"a broken row ({error})", "check the quotes") from None
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                remedy = "put quotes around a cell that holds a comma; write decimals with a point"
                problems.append(Problem(start, 1, "", f"{len(cells)} cells under {len(header)} columns", remedy))
                continue
            named = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            yield Row(start, named, _columns(lines[start - 1], header))

    return header, rows()


def _columns(line: str, header: Sequence[str]) -> dict[str, int]:
    """The column of the text at which each cell begins; nothing where quotes make that uncertain."""
    if '"' in line:
        return {}
    found: dict[str, int] = {}
    start = 1
    for name, cell in zip(header, line.split(","), strict=False):
        found[name] = start + len(cell) - len(cell.lstrip())
        start += len(cell) + 1
    return found
