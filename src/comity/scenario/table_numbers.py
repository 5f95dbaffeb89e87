"""How a table writes its numbers: decimal points or decimal commas, told from the table itself, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from comity.scenario.table_cells import TableCell

_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?([0-9]+,[0-9]+|,[0-9]+)([eE][+-]?[0-9]{1,3})?")
# One to three digits and then three may be thousands as well as a decimal fraction: 1,234 or 1.234.
_MAYBE_COMMA = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_MAYBE_POINT = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([ ,.'’][0-9]{3})+([.,][0-9]+)?")
_PERCENT = re.compile(r"\s*%$")
LONGEST_NUMBER = 60


@dataclass(frozen=True)
class NumberStyle:
    """How a table writes decimals.

    Attributes:
        comma: a cell that shows a decimal comma, or None where none does.
        point: a cell that shows a decimal point, or None where none does.
        strict: columns are separated by semicolons or tabs, as where decimals have commas: 1.234 may be a thousand.

    Example:
        >>> cells = [TableCell(text, line, 1) for line, text in enumerate(["1,5", "2", "12,25 %", "1,234"], 1)]
        >>> style = number_style(cells, ";")
        >>> [style.plain(cell)[0] for cell in cells]
        ['1.5', '2', '12.25%', '1.234']
        >>> number_style(cells[3:], ";").plain(cells[3])
        (None, 'may be 1.234 or 1234', 'write 1.234, or 1234')
    """

    comma: TableCell | None
    point: TableCell | None
    strict: bool

    def plain(self, cell: TableCell) -> tuple[str | None, str, str]:
        """Return a number as it is written with a point, such as 1.5 or 35%, or why it is none, and a remedy."""
        if cell.fault:
            return None, f"is {cell.fault}, not a number", "write a number, or leave the cell empty"
        text = _bare(cell.text)
        percent = "%" if _PERCENT.search(text) else ""
        text = _PERCENT.sub("", text)
        if cell.exact or (len(text) <= LONGEST_NUMBER and _PLAIN.fullmatch(text)):
            if cell.exact or not _MAYBE_POINT.fullmatch(text) or (self.comma is None and not self._unsure):
                if not cell.exact and self.comma is not None and "." in text:
                    return self._mixed("point", "comma", self.comma)
                return text + percent, "", ""
            return self._either(text)
        if len(text) <= LONGEST_NUMBER and _COMMA.fullmatch(text):
            if self.comma is None:
                return self._either(text)
            if self.point is not None:
                return self._mixed("comma", "point", self.point)
            return text.replace(",", ".") + percent, "", ""
        if _THOUSANDS.fullmatch(text):
            return None, "has marks between thousands", "write the number without them, such as 1234.5"
        return None, "is not a number", "write a number, or nothing"

    @property
    def _unsure(self) -> bool:
        return self.strict and self.point is None

    @staticmethod
    def _either(text: str) -> tuple[None, str, str]:
        fraction, whole = text.replace(",", "."), text.replace(",", "").replace(".", "")
        return None, f"may be {fraction} or {whole}", f"write {fraction}, or {whole}"

    @staticmethod
    def _mixed(here: str, there: str, other: TableCell) -> tuple[None, str, str]:
        return (
            None,
            f"has a decimal {here}, and {other.text} ({other.where}) a decimal {there}",
            "write all with a point",
        )


def number_style(cells: Iterable[TableCell], separator: str) -> NumberStyle:
    """Tell from the cells that hold numbers how a table writes decimals."""
    comma = point = None
    for cell in cells:
        if cell.exact or cell.fault:
            continue
        text = _PERCENT.sub("", _bare(cell.text))
        if comma is None and _COMMA.fullmatch(text) and not _MAYBE_COMMA.fullmatch(text):
            comma = cell
        if point is None and "." in text and _PLAIN.fullmatch(text) and not _MAYBE_POINT.fullmatch(text):
            point = cell
    return NumberStyle(comma, point, separator in (";", "\t"))


def is_numeric(cell: TableCell) -> bool:
    """Whether a cell is written as a number in any style.

    Example:
        >>> [is_numeric(TableCell(text, 1, 1)) for text in ("1,5", "35 %", "1.234,5", "A", "")]
        [True, True, True, False, False]
    """
    text = _PERCENT.sub("", _bare(cell.text))
    return bool(cell.exact or _PLAIN.fullmatch(text) or _COMMA.fullmatch(text) or _THOUSANDS.fullmatch(text))


def _bare(text: str) -> str:
    """The text with the minus sign of typesetters as the one of keyboards."""
    return text.replace("−", "-")
