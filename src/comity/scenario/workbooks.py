"""Sheets of an Excel or OpenDocument workbook, read with calamine from parts that were looked at first.

A workbook is a zip of XML files, and a hostile one is small on disk and fills the memory, or names one far cell and
makes its reader allocate all cells before it. So the parts are unpacked within a limit and measured, and only they are
given on. Calamine also reads a cell that is in error, or whose formula was never computed, as an empty one, and an
empty cell is a missing number here: such cells are marked before it sees them.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from comity.scenario.errors import Problem, ScenarioError, printable, shown
from comity.scenario.old_excel import NOT_COMPUTED, LockedError, OldWorkbook, look_at
from comity.scenario.table_cells import MOST_CELLS, NO_RESULT

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LARGEST_UNPACKED = 16 * 1024 * 1024
_MOST_TEXT = 64 * 1024 * 1024
_MOST_PARTS = 2000
_EXCEL, _OPEN = "xl/workbook.xml", "content.xml"
# Parts that hold no cell: they are never unpacked, macros among them.
_UNREAD = re.compile(
    r"xl/(activex|charts?|chartsheets|ctrlprops|customxml|diagrams|drawings|embeddings|externallinks|media|pivotcache|"
    r"pivottables|printersettings|revisions|slicers?|slicercaches|theme|threadedcomments|querytables|connections)",
    re.IGNORECASE,
)
_FAR = "keep only the table, and delete what stands far from it"
Placed = tuple[str, int, int, str, str, bool]


@dataclass(frozen=True)
class Workbook:
    """An open workbook.

    Attributes:
        name: the file's name.
        sheets: the names of its sheets, in order.
        visible: those that are not hidden.
    """

    name: str
    sheets: tuple[str, ...]
    visible: tuple[str, ...]
    _book: CalamineWorkbook
    _errors: Mapping[str, Mapping[tuple[int, int], str]]

    def rows(self, sheet: str) -> Iterator[list[Placed]]:
        """Yield the rows of a sheet from the first on: text, row, column, place, what is wrong, whether a number."""
        # One that was too large was not given on; why calamine does not find it is known here only.
        with _reading(self.name, f"the sheet {shown(sheet)} is damaged, or larger than {MOST_CELLS:,} cells", _FAR):
            values = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        letters = [column_letters(column) for column in range(1, max(map(len, values), default=0) + 1)]
        errors = self._errors.get(sheet, {})
        for line, row in enumerate(values, 1):
            cells: list[Placed] = []
            for column, value in enumerate(row, 1):
                text, fault, exact = _text(errors.get((line, column), value))
                cells.append((text, line, column, f"{printable(sheet)}!{letters[column - 1]}{line}", fault, exact))
            yield cells


def open_workbook(content: bytes, name: str) -> Workbook:
    """Open a workbook.

    Args:
        content: its bytes: .xlsx, .xlsm (its macros are not read), .xls or .ods.
        name: the file's name, for errors.

    Returns:
        The workbook, whose sheets are read one by one.

    Raises:
        ScenarioError: no such workbook, damaged, locked, or larger than a table can be.

    Example:
        >>> open_workbook(b"PK", "mine.xlsx")
        Traceback (most recent call last):
        comity.scenario.errors.ScenarioError: mine.xlsx:1:1: this workbook is damaged; save it again as .xlsx or .ods
    """
    old: OldWorkbook | None = None
    with _reading(name, "this workbook is damaged"):
        if content.startswith(b"PK"):
            vetted = _packed(_vetted(_unpacked(content, name), name))
        else:
            old = _looked_at(content, name)
            vetted = old.content
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with _reading(name, "this workbook is damaged"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(vetted))
        every = book.sheets_metadata
        errors = (
            {}
            if old is None
            else dict(zip((each.name for each in every), (each.errors for each in old.sheets), strict=True))
        )
    sheets = [each for each in every if each.typ == SheetTypeEnum.WorkSheet]
    visible = tuple(each.name for each in sheets if each.visible == SheetVisibleEnum.Visible)
    return Workbook(name, tuple(each.name for each in sheets), visible, book, errors)


def column_letters(column: int) -> str:
    """Return the letters of a column from 1, as a spreadsheet names it.

    Example:
        >>> column_letters(1), column_letters(27), column_letters(16384)
        ('A', 'AA', 'XFD')
    """
    letters = ""
    while column > 0:
        column, last = divmod(column - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def _text(value: Any) -> tuple[str, str, bool]:
    """A value of calamine as text, what is wrong with it, and whether it is a number."""
    if isinstance(value, bool):
        return str(value).upper(), "a truth value", False
    if isinstance(value, int | float):
        whole = float(value).is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value), "", True
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value), "a date or a time", False
    text = str(value)
    return text, NO_RESULT if text == NOT_COMPUTED else "", False


def _refused(name: str, message: str, remedy: str) -> ScenarioError:
    return ScenarioError(name, [Problem(1, 1, "", message, remedy)])


@contextmanager
def _reading(name: str, message: str, remedy: str = "save it again as .xlsx or .ods") -> Iterator[None]:
    """Turn whatever a reader of damaged files raises into an error of ours."""
    try:
        yield
    except (ScenarioError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic in calamine is no Exception
        raise _refused(name, message, remedy) from None


def _unpacked(content: bytes, name: str) -> dict[str, bytes]:
    """The parts that may hold cells, unpacked within the limit; the sizes that a zip states are not trusted."""
    remedy = "keep only the sheet with the table"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_PARTS:
            raise _refused(name, f"the workbook has more than {_MOST_PARTS:,} parts", remedy)
        if any(entry.flag_bits & 1 for entry in entries):
            raise _refused(name, "this workbook is locked", "save it without a password")
        parts: dict[str, bytes] = {}
        left = LARGEST_UNPACKED
        for entry in entries:
            lowered = entry.filename.lower()
            wanted = lowered.endswith((".xml", ".rels")) or lowered == "mimetype"
            if not wanted or _UNREAD.match(lowered) or lowered.startswith(("docprops/", "customxml/")):
                continue
            with archive.open(entry) as stream:
                part = stream.read(left + 1)
            left -= len(part)
            if left < 0:
                size = LARGEST_UNPACKED // 1024**2
                raise _refused(name, f"the workbook is larger than {size} MB once unpacked", remedy)
            parts[entry.filename] = part
    return parts


def _vetted(parts: dict[str, bytes], name: str) -> dict[str, bytes]:
    """The parts that calamine is given."""
    if _EXCEL in parts:
        return _excel_parts(parts, name)
    if _OPEN in parts:
        return _open_document_parts(parts, name)
    raise _refused(name, "this is no workbook that can be read", "save it as .xlsx, .ods or .csv")


def _looked_at(content: bytes, name: str) -> OldWorkbook:
    """An old Excel workbook that is not too large; calamine reads all its sheets at once."""
    try:
        old = look_at(content)
    except LockedError:
        raise _refused(name, "this workbook is locked", "save it without a password") from None
    if max((sheet.cells for sheet in old.sheets), default=0) > MOST_CELLS or old.characters > 4 * _MOST_TEXT:
        raise _refused(name, f"the workbook has more than {MOST_CELLS:,} cells", _FAR)
    return old


def _packed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return packed.getvalue()


def _parsed(data: bytes, name: str, begin: Any, end: Any, text: Any) -> None:
    """Walk over XML; a document type, which could define entities that grow, is refused."""

    def doctype(*_: object) -> None:
        raise _refused(name, "the workbook declares a document type", "save it again as .xlsx or .ods")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise _refused(name, "this workbook is damaged", "save it again as .xlsx or .ods") from None


# --- Excel: cells in sheets, and texts that many cells share ---


class _Measured:
    """How far the cells of a part of an Excel workbook reach, and how long its texts are."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = 0
        self.shared = self.longest = self.length = 0
        self.inside = False

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            stated = attributes.get("r", "")
            self.row = int(stated) if stated.isascii() and stated.isdigit() else self.row + 1
            self.column = 0
        elif tag == "c":
            found = re.fullmatch(r"\$?([A-Za-z]{1,7})\$?([0-9]{1,9})", attributes.get("r", ""))
            self.column += 1
            if found is not None:
                self.column, self.row = _column_number(found[1]), int(found[2])
            self.shared += attributes.get("t") == "s"
            self.inside = True
        elif self.inside:
            # Cells that hold something; a format alone reaches to the end of many a sheet.
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)
        if tag == "si":
            self.length = 0

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "c":
            self.inside = False
        elif tag.rpartition(":")[2] == "si":
            self.longest = max(self.longest, self.length)

    def text(self, data: str) -> None:
        self.length += len(data)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _excel_parts(parts: dict[str, bytes], name: str) -> dict[str, bytes]:
    vetted: dict[str, bytes] = {}
    longest = shared = 0
    for part, data in parts.items():
        measured = _Measured()
        _parsed(data, name, measured.begin, measured.end, measured.text)
        # A sheet that is too large is left out: it is an error only where it is the one that is asked for.
        if measured.last_row * measured.last_column <= MOST_CELLS:
            vetted[part] = _marked_in_excel(data)
            longest, shared = max(longest, measured.longest), shared + measured.shared
    if longest * shared > _MOST_TEXT:
        raise _refused(name, "the texts of the workbook are too long", "keep only the sheet with the table")
    return vetted


_ERROR_CELL = re.compile(rb"(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(?:\"e\"|'e')")
_FORMULA_ONLY = re.compile(
    rb"<((?:\w+:)?)c\b([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f\s*>)"
    rb"\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>\s*</(?:\w+:)?v\s*>)?\s*</(?:\w+:)?c\s*>"
)
_TYPE = re.compile(rb"\st\s*=\s*(?:\"\w*\"|'\w*')")


def _marked_in_excel(data: bytes) -> bytes:
    """A sheet whose errors are texts (#N/A), and whose formulas without a result are texts that say so."""

    def formula(found: re.Match[bytes]) -> bytes:
        prefix, attributes, empty = found[1], found[2], found[3]
        if empty and re.search(rb"\st\s*=\s*[\"']str[\"']", attributes):
            return found[0]  # the result is a text of no length
        words = b" ".join((b"<" + prefix + b"c", _TYPE.sub(b"", attributes).strip(), b't="str">'))
        return words + b"<%bv>%b</%bv></%bc>" % (prefix, NOT_COMPUTED.encode(), prefix, prefix)

    return _FORMULA_ONLY.sub(formula, _ERROR_CELL.sub(rb'\1"str"', data))


# --- OpenDocument: rows and cells that stand for many ---


class _Counted:
    """How many cells an OpenDocument spreadsheet stands for once its repeated rows and cells are written out."""

    def __init__(self) -> None:
        self.cells = self.characters = 0
        self.last_row = self.last_column = 0
        self.row = self.column = self.rows = self.columns = self.length = self.widest = 0
        self.filled = False

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.row = self.last_row = self.last_column = 0
        elif tag == "table:table-row":
            self.rows = _repeated(attributes, "table:number-rows-repeated")
            self.column, self.filled = 0, False
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.columns = _repeated(attributes, "table:number-columns-repeated")
            self.column += self.columns
            self.length = 0
            if any(each.startswith("office:") or each == "table:formula" for each in attributes):
                self._fill()
        elif tag == "text:p":
            self._fill()

    def _fill(self) -> None:
        self.filled = True
        self.last_column = max(self.last_column, self.column)

    def end(self, tag: str) -> None:
        if tag in ("table:table-cell", "table:covered-table-cell"):
            self.characters += self.length * self.columns * self.rows
        elif tag == "table:table-row":
            self.row += self.rows
            if self.filled:
                self.last_row = self.row
        elif tag == "table:table":
            self.cells += self.last_row * self.last_column

    def text(self, data: str) -> None:
        self.length += len(data)


def _repeated(attributes: dict[str, str], name: str) -> int:
    stated = attributes.get(name, "1")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 1


def _open_document_parts(parts: dict[str, bytes], name: str) -> dict[str, bytes]:
    counted = _Counted()
    _parsed(parts[_OPEN], name, counted.begin, counted.end, counted.text)
    if counted.cells > MOST_CELLS or counted.characters > _MOST_TEXT:
        message = f"the workbook has more than {MOST_CELLS:,} cells"
        raise _refused(name, message, _FAR)
    kept = {part: data for part, data in parts.items() if part in ("mimetype", "META-INF/manifest.xml")}
    return {**kept, _OPEN: _marked_in_open_document(parts[_OPEN])}


_OPEN_ERROR = re.compile(
    rb"(<table:table-cell\b[^<>]*)(>\s*<text:p\b[^<>]*>(?:<text:span\b[^<>]*>)?(?:#[A-Z]|Err:[0-9]))"
)
_OPEN_FORMULA = re.compile(
    rb"<table:table-cell\b(?=[^<>]*\stable:formula=)(?![^<>]*\soffice:value-type=)([^<>]*?)(/?)>"
)
_OPEN_VALUE = re.compile(rb"\soffice:(?:value-type|value|string-value|boolean-value|date-value)=(?:\"[^\"]*\"|'[^']*')")


def _marked_in_open_document(data: bytes) -> bytes:
    """A spreadsheet whose errors are texts (#N/A), and whose formulas without a result are texts that say so."""

    def error(found: re.Match[bytes]) -> bytes:
        return _OPEN_VALUE.sub(b"", found[1]) + b' office:value-type="string"' + found[2]

    def formula(found: re.Match[bytes]) -> bytes:
        text = b"<text:p>" + NOT_COMPUTED.encode() + b"</text:p>"
        closing = b"</table:table-cell>" if found[2] else b""
        return b'<table:table-cell office:value-type="string"' + found[1] + b">" + text + closing

    return _OPEN_FORMULA.sub(formula, _OPEN_ERROR.sub(error, data))
