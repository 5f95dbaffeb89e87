"""Reading tables that strangers wrote: what is wrong, where, and what would be right."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

LARGEST_FILE = 50_000_000
"""Bytes; a table of decisions is far smaller, and a larger file is most likely the wrong one."""


class DataError(Exception):
    """A data file that cannot be used.

    Attributes:
        path: the file.
        line: line of the problem, counted from 1, or None if the whole file is wrong.
        field: the column, or None.
        problem: what is wrong.
        remedy: what would be right.

    """

    def __init__(
        self, path: Path, problem: str, remedy: str, *, line: int | None = None, field: str | None = None
    ) -> None:
        where = str(path) + ("" if line is None else f":{line}") + ("" if field is None else f": {field}")
        super().__init__(f"{where}: {problem}; {remedy}")
        self.path = path
        self.line = line
        self.field = field
        self.problem = problem
        self.remedy = remedy


def read_text(path: Path) -> str:
    """Return the text of a file, or say why it cannot be one.

    Raises:
        DataError: missing, a directory, unreadable, larger than ``LARGEST_FILE``, or not UTF-8 text.

    """
    try:
        if path.is_dir():
            raise DataError(path, "is a directory", "name a CSV file")
        # Looked at before it is opened: opening a named pipe would wait for ever.
        if path.exists() and not path.is_file():
            raise DataError(path, "is not a regular file", "name a CSV file")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise DataError(path, "does not exist", "check the name and the folder") from None
    except (OSError, ValueError) as error:
        raise DataError(path, f"cannot be read ({error})", "check its name and permissions") from None
    if len(content) > LARGEST_FILE:
        raise DataError(path, f"is larger than {LARGEST_FILE // 1_000_000} MB", "split it, or name the table")
    if b"\0" in content:
        raise DataError(path, "is not a text file", "save the table as CSV, in UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(path, "is not UTF-8 text", "save the table as CSV, in UTF-8", line=line) from None


def read_table(path: Path) -> tuple[tuple[str, ...], Iterator[tuple[int, dict[str, str]]]]:
    """Return the header of a CSV file and its rows as (line, cells by column), cells stripped of blanks.

    Raises:
        DataError: as :func:`read_text`; no header, or a column named twice. While rows are read: a row with
            another number of cells than the header, or broken quoting.

    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = tuple(name.strip() for name in next(reader, []))
    except csv.Error as error:
        raise DataError(path, f"is not a CSV table ({error})", "check the quotes", line=1) from None
    if not any(header):
        raise DataError(path, "is empty", "the first line must name the columns", line=1)
    for name in header:
        if header.count(name) > 1:
            raise DataError(path, "column named twice", "keep one of the two", line=1, field=name)

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                message = f"broken row ({error})"
                raise DataError(path, message, "check the quotes", line=reader.line_num) from None
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"{len(cells)} cells under {len(header)} columns"
                raise DataError(path, message, "quote cells that hold commas", line=reader.line_num)
            yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))

    return header, rows()


def number(cell: str) -> float:
    """Return the finite number that a cell holds, or NaN.

    Example:
        >>> number("7.5"), number("inf"), number("n/a")
        (7.5, nan, nan)

    """
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
