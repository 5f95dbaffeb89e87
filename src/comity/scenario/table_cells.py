"""A table that a person gives, as cells with their places: a CSV in any of its separators, or a sheet of a workbook.

This is the one reader of tables. What a cell holds is never guessed: an empty one is empty, and one that a workbook
marks as an error, a date or a truth value says so, for whoever needs a number there to refuse it by its place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from comity.scenario.errors import Problem, ScenarioError, nearest, shown

LARGEST_TABLE = 5 * 1024 * 1024
MOST_CELLS = 400_000
SPREADSHEET_ERROR = "an error of the spreadsheet"
NO_RESULT = "a formula whose result the file does not hold"
# A header stands in the first lines; above it there may be a title.
_HEADER_WITHIN = 20
_SEPARATORS = {"\t": "tabs", ";": "semicolons", ",": "commas"}
_ERROR = re.compile(r"#(N/A|[A-Z0-9_/]+[!?]|GETTING_DATA)|Err:[0-9]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]")
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

IsHeader = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a table.

    Attributes:
        text: what stands in it, without blanks at its ends and with single blanks inside.
        line: its line in the file, or its row in the sheet, from 1.
        column: where it begins in the line, in characters, or its column in the sheet, from 1.
        place: its sheet and cell, such as ``Sheet1!C4``; empty in a CSV.
        fault: what it holds where that is neither a text nor a number: ``an error of the workbook``.
        exact: a number of a workbook, which has no way of writing of its own.
    """

    text: str
    line: int
    column: int
    place: str = ""
    fault: str = ""
    exact: bool = False

    def problem(self, name: str, message: str, remedy: str = "") -> Problem:
        """Return a problem at this cell; ``name`` is the column's."""
        return Problem(self.line, self.column, ": ".join(filter(None, (self.place, name))), message, remedy)

    @property
    def broken(self) -> bool:
        """Whether a number may have been meant here that the file does not hold."""
        return self.fault in (SPREADSHEET_ERROR, NO_RESULT)

    @property
    def where(self) -> str:
        """The cell's place in words, as a note on a number prints it."""
        return self.place or f"line {self.line}"


@dataclass(frozen=True)
class Row:
    """One row of a table: its line, and its cells by column."""

    line: int
    cells: Mapping[str, TableCell]

    def text(self, name: str) -> str:
        """What stands under this column; nothing where there is no such column."""
        cell = self.cells.get(name)
        return "" if cell is None else cell.text

    def problem(self, name: str, message: str, remedy: str = "") -> Problem:
        """Return a problem at this column of the row."""
        cell = self.cells.get(name) or TableCell("", self.line, 1)
        return cell.problem(name, message, remedy)


@dataclass
class Grid:
    """The cells of one table, and where its header stands.

    Attributes:
        name: the file's name.
        sheet: the sheet's name; empty in a CSV.
        rows: the rows that are not empty.
        header: which of them is the header.
        separator: between the cells of a CSV; empty in a workbook.
        notes: what a reader should know of how it was read, one sentence each.
        problems: rows that cannot be read.
    """

    name: str
    sheet: str
    rows: list[tuple[TableCell, ...]]
    header: int = 0
    separator: str = ""
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> tuple[TableCell, ...]:
        """The cells of the header."""
        return self.rows[self.header] if self.rows else ()


def read_grid(content: bytes, name: str, is_header: IsHeader, sheet: str | None = None) -> Grid:
    r"""Read the table of a CSV, an Excel or an OpenDocument workbook, whichever the bytes are.

    Args:
        content: the bytes of the file, at most 5 MB. A CSV is in UTF-8, with commas, semicolons or tabs.
        name: the file's name, for errors.
        is_header: whether these texts, in small letters, are the header that is looked for.
        sheet: the sheet of a workbook; None for the first that has such a header.

    Returns:
        The table. Where nothing is the header that is looked for, the first line is, for the caller to say what lacks.

    Raises:
        ScenarioError: too large, no text, no workbook, or no such sheet.

    Example:
        >>> grid = read_grid(b"May 2025\nname;weight\n A ;3\n", "mine.csv", lambda texts: "name" in texts)
        >>> [[cell.text for cell in row] for row in grid.rows[grid.header:]]
        [['name', 'weight'], ['A', '3']]
        >>> grid.notes
        ['Columns are separated by semicolons.', "Line 1 ('May 2025') is no header."]
    """
    if len(content) > LARGEST_TABLE:
        raise _stop(name, 1, "the table is larger than 5 MB", "split it, or check that it is the right file")
    if content.startswith((_ZIP, _OLD_OFFICE)):
        grid = _chosen_sheet(content, name, is_header, sheet)
    else:
        if sheet is not None:
            raise _stop(name, 1, f"there is no sheet {shown(sheet)}: this is no workbook", "leave --sheet out")
        grid = _text_grid(content, name, is_header)
    for row in grid.rows[: grid.header]:
        said = " ".join(cell.text for cell in row if cell.text)
        grid.notes.append(f"Line {row[0].line} ({shown(said)}) is no header.")
    for cell in (cell for row in grid.rows for cell in row if _CONTROL.search(cell.text)):
        grid.problems.append(cell.problem("", "the cell holds a control character", "remove it"))
    return grid


def read_rows(content: bytes, name: str, columns: Sequence[str]) -> Grid:
    r"""Read a table whose first columns have to be these; raises ScenarioError where one is missing.

    Example:
        >>> grid = read_rows(b"name\tweight\nA\t3\n", "mine.tsv", ["name", "weight"])
        >>> [row.text("weight") for row in rows_below(grid)]
        ['3']
    """
    wanted = {folded(column) for column in columns}
    grid = read_grid(content, name, lambda texts: wanted <= set(texts))
    lacking = [column for column in columns if folded(column) not in {folded(cell.text) for cell in grid.names}]
    if lacking:
        remedy = f"the first line has to be: {','.join(columns)}"
        raise _stop(name, 1, f"the column '{lacking[0]}' is missing", remedy)
    return grid


def rows_below(grid: Grid) -> Iterator[Row]:
    """Yield the rows below the header, their cells by the header's texts in small letters."""
    header = [folded(cell.text) for cell in grid.names]
    for cells in grid.rows[grid.header + 1 :]:
        yield Row(cells[0].line, dict(zip(header, cells, strict=False)))


def folded(text: str) -> str:
    """Return a text as names of columns are compared: small letters, and blanks for underscores.

    Example:
        >>> folded("Ideal_Point"), folded("ISO-3 ")
        ('ideal point', 'iso-3')
    """
    return " ".join(text.casefold().replace("_", " ").split())


def _stop(name: str, line: int, message: str, remedy: str) -> ScenarioError:
    return ScenarioError(name, [Problem(line, 1, "", message, remedy)])


def _cell(text: str, line: int, column: int, place: str = "", fault: str = "", exact: bool = False) -> TableCell:
    # Blanks of all kinds, among them the no-break space and the mark that some programs begin a text with.
    text = " ".join(text.replace("\ufeff", " ").replace("\u200b", " ").split())
    if not fault and _ERROR.fullmatch(text):
        fault = SPREADSHEET_ERROR
    return TableCell(text, line, column, place, fault, exact)


def _header_at(rows: Iterable[Sequence[TableCell]], is_header: IsHeader) -> int | None:
    for at, row in zip(range(_HEADER_WITHIN), rows, strict=False):
        if is_header([folded(cell.text) for cell in row]):
            return at
    return None


def _text_grid(content: bytes, name: str, is_header: IsHeader) -> Grid:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _stop(name, line, "this is not text in UTF-8", "save the table as CSV in UTF-8") from None
    if "\0" in text:
        raise _stop(name, 1, "this is not a text file", "save the table as CSV in UTF-8, or as .xlsx or .ods")
    separator = _separator(text, is_header)
    grid = Grid(name, "", [], separator=separator)
    if separator != ",":
        grid.notes.append(f"Columns are separated by {_SEPARATORS[separator]}.")
    lines = text.split("\n")
    cells = 0
    for start, texts in _records(text, separator, grid.problems):
        cells += len(texts)
        if cells > MOST_CELLS:
            raise _stop(name, start, f"the table has more than {MOST_CELLS:,} cells", "keep the rows that are needed")
        columns = _columns(lines[start - 1], separator, len(texts))
        row = tuple(_cell(each, start, column) for each, column in zip(texts, columns, strict=True))
        if any(cell.text for cell in row):
            grid.rows.append(row)
    grid.header = _header_at(grid.rows, is_header) or 0
    _same_width(grid)
    return grid


def _separator(text: str, is_header: IsHeader) -> str:
    """The separator under which a header is found; else the one that the first line has most of."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    top = "\n".join(text.split("\n", 2 * _HEADER_WITHIN)[: 2 * _HEADER_WITHIN])
    for separator in _SEPARATORS:
        records = _records(top, separator, [])
        rows = ([_cell(each, start, 1) for each in texts] for start, texts in records if any(map(str.strip, texts)))
        if separator in top and _header_at(rows, is_header) is not None:
            return separator
    return max(reversed(_SEPARATORS), key=first.count)


def _records(text: str, separator: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV with their first lines; what cannot be read ends them, and is a problem."""
    # A tab or a semicolon with blanks about it is no part of a cell; nor is a blank after a comma.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            what = "this is not a CSV table" if start == 1 else "a broken row"
            problems.append(Problem(start, 1, "", f"{what} ({error})", "check the quotes"))
            return
        if record is None:
            return
        if record:
            yield start, record


def _columns(line: str, separator: str, cells: int) -> list[int]:
    """The column of the text at which each cell begins; 1 where quotes make that uncertain."""
    pieces = line.split(separator)
    if '"' in line or len(pieces) != cells:
        return [1] * cells
    found: list[int] = []
    start = 1
    for piece in pieces:
        blank = len(piece) - len(piece.lstrip())
        found.append(start + (blank if blank < len(piece) else 0))
        start += len(piece) + 1
    return found


def _same_width(grid: Grid) -> None:
    """Give every row below the header as many cells as it has; one that has others cannot be read by column."""
    width = len(grid.names)
    kept = grid.rows[: grid.header + 1]
    for row in grid.rows[grid.header + 1 :]:
        if len(row) < width or any(cell.text for cell in row[width:]):
            remedy = "put quotes around a cell that holds a comma; write decimals with a point"
            if grid.separator != ",":
                remedy = f"give each line all its {_SEPARATORS[grid.separator]}"
            message = f"{len(row)} cells under {width} columns"
            grid.problems.append(Problem(row[0].line, 1, "", message, remedy))
        else:
            kept.append(row[:width])
    grid.rows = kept


def _chosen_sheet(content: bytes, name: str, is_header: IsHeader, wanted: str | None) -> Grid:
    from comity.scenario.workbooks import open_workbook

    book = open_workbook(content, name)
    if wanted is not None:
        near = nearest(wanted, book.sheets)
        known = next((each for each in book.sheets if each.casefold() == wanted.strip().casefold()), None)
        if known is None:
            remedy = f"did you mean {shown(near)}?" if near else "it has " + ", ".join(map(shown, book.sheets))
            raise _stop(name, 1, f"there is no sheet {shown(wanted)}", remedy)
        names: Sequence[str] = (known,)
    else:
        names = book.visible
    first: Grid | None = None
    unread: ScenarioError | None = None
    for sheet in names:
        try:
            rows = [tuple(_cell(*each) for each in row) for row in book.rows(sheet)]
        except ScenarioError as error:
            unread = unread or error
            continue
        grid = Grid(name, sheet, [row for row in rows if any(cell.text for cell in row)])
        at = _header_at(grid.rows, is_header)
        if at is not None:
            grid.header = at
            if len(book.sheets) > 1 and wanted is None:
                others = ", ".join(shown(each) for each in book.sheets if each != sheet)
                grid.notes.append(f"The sheet {shown(sheet)} is read, the first with a table; not read: {others}.")
            return grid
        if first is None or (grid.rows and not first.rows):
            first = grid
    if unread is not None:
        raise unread
    return first or Grid(name, "", [])
