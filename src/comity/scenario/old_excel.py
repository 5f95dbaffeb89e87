"""What the old format of Excel (.xls) holds, looked at before calamine reads it: how far it reaches, and its errors.

Calamine reads a cell in error as an empty one, and allocates what a sheet says of its size. The format is that of
Microsoft's [MS-CFB] and [MS-XLS]: a small file system of sectors, and in it one stream of records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_END = 0xFFFFFFFA  # this and what is above marks no sector
_BEGIN, _CLOSE, _SHEET, _LOCK = 0x809, 0x0A, 0x85, 0x2F
_SIZE, _TRUTH_OR_ERROR, _FORMULA, _SHARED, _SHARED_TEXTS, _MORE = 0x200, 0x205, 0x06, 0xFD, 0xFC, 0x3C
_SEVERAL = 0xBD
# Records that begin with their row and column: numbers, texts, truth values, formulas.
_CELLS = frozenset((0x203, 0x27E, 0x204, 0xD6, _SHARED, _TRUTH_OR_ERROR, _FORMULA, _SEVERAL))
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
NOT_COMPUTED = "#FORMULA!"
_TO_COMPUTE = 256


class LockedError(ValueError):
    """The workbook has a password."""


@dataclass
class OldSheet:
    """One sheet: how many cells it has room for, and its errors by row and column from 1."""

    cells: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass
class OldWorkbook:
    """A workbook: its sheets in order, the most characters that its shared texts can come to, and nothing else of it.

    ``content`` is a file with its cells alone: what else stood beside them, macros among it, is not in it.
    """

    sheets: list[OldSheet]
    characters: int
    content: bytes


def look_at(content: bytes) -> OldWorkbook:
    """Look at an old Excel workbook.

    Args:
        content: the bytes of the file.

    Returns:
        Its sheets.

    Raises:
        LockedError: it has a password.
        ValueError: it is damaged, or no workbook.

    Example:
        >>> look_at(b"no workbook")
        Traceback (most recent call last):
        ValueError: no old Excel workbook, or a damaged one
    """
    try:
        return _looked_at(_stream(content))
    except (struct.error, IndexError, KeyError):
        raise ValueError("no old Excel workbook, or a damaged one") from None


def _looked_at(stream: bytes) -> OldWorkbook:
    offsets = []
    texts = 0
    before = 0
    for kind, data in _records(stream, 0):
        if kind == _LOCK:
            raise LockedError
        if kind == _SHEET:
            offsets.append(struct.unpack_from("<L", data)[0])
        elif kind == _SHARED_TEXTS or (kind == _MORE and before == _SHARED_TEXTS):
            texts += len(data)
        before = before if kind == _MORE else kind
    shared = 0
    sheets = []
    for offset in offsets:
        sheet = OldSheet()
        last_row = last_column = 0
        for kind, data in _records(stream, offset):
            if kind == _SIZE:
                first, last, left, right = struct.unpack_from("<LLHH" if len(data) >= 12 else "<HHHH", data)
                sheet.cells = max(sheet.cells, max(last - first, 0) * max(right - left, 0))
            elif kind in _CELLS:
                row, column = struct.unpack_from("<HH", data)
                end = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _SEVERAL else column
                last_row, last_column = max(last_row, row + 1), max(last_column, end + 1)
                shared += kind == _SHARED
                code = _error(kind, data)
                if code is not None:
                    sheet.errors[row + 1, column + 1] = (
                        _ERRORS.get(code, "#N/A") if code < _TO_COMPUTE else NOT_COMPUTED
                    )
        sheet.cells = max(sheet.cells, last_row * last_column)
        sheets.append(sheet)
    return OldWorkbook(sheets, shared * min(texts, 65535), _packed(stream))


def _error(kind: int, data: bytes) -> int | None:
    """The code of the error that a cell holds."""
    if kind == _TRUTH_OR_ERROR and data[7] == 1:
        return data[6]
    # A result that is no number says so by its last two bytes.
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return data[8]
    # An empty text, which is also what other programs write for a formula that they have not computed.
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 3:
        return _TO_COMPUTE
    return None


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from here to the end of what begins here; what is embedded in it is passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + length]
        at += 4 + length
        depth += (kind == _BEGIN) - (kind == _CLOSE)
        if depth == 1 and kind != _BEGIN:
            yield kind, data
        if depth <= 0:
            return
    raise ValueError("the records do not end")


def _stream(content: bytes) -> bytes:
    """The stream that holds the workbook."""
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    start, _, cutoff, small_start = struct.unpack_from("<LLLL", content, 48)
    if not (7 <= shift <= 16 and 4 <= small_shift <= shift):
        raise ValueError("no compound file")
    heads = [each for each in struct.unpack_from("<109L", content, 76) if each < _END]
    size = 1 << shift

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    table = _numbers(b"".join(map(sector, heads)))
    entries = b"".join(sector(each) for each in _chain(start, table))
    found: dict[str, tuple[int, int]] = {}
    for at in range(0, len(entries) - 127, 128):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        name = entries[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        first, long = struct.unpack_from("<LL", entries, at + 116)
        if kind:
            found.setdefault("/" if kind == 5 else name.casefold(), (first, long))
    if "encryptedpackage" in found:
        raise LockedError
    first, long = found.get("workbook") or found.get("book") or (_END, 0)
    if long >= cutoff:
        return b"".join(sector(each) for each in _chain(first, table))[:long]
    # Short streams share the sectors of the root entry.
    small = b"".join(sector(each) for each in _chain(found["/"][0], table))
    small_table = _numbers(b"".join(sector(each) for each in _chain(small_start, table)))
    step = 1 << small_shift
    return b"".join(small[each * step : (each + 1) * step] for each in _chain(first, small_table))[:long]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}L", data[: len(data) // 4 * 4])


def _chain(start: int, table: tuple[int, ...]) -> Iterator[int]:
    """The sectors that follow each other from the first on."""
    for _ in table:
        if start >= _END:
            return
        yield start
        start = table[start]


def _packed(stream: bytes) -> bytes:
    """A compound file that holds the stream of a workbook and nothing else."""
    size, free, end, table_mark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // size)
    # The table has a number for itself, for the directory and for each sector of the stream.
    heads = -(-(sectors + 1) // (size // 4 - 1))
    first = heads + 1
    table = [table_mark] * heads + [end, *range(first + 1, first + sectors), end]
    table += [free] * (heads * size // 4 - len(table))

    def entry(name: str, kind: int, start: int, length: int, child: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBLLL", len(written), kind, 1, free, free, child)
        return written.ljust(64, b"\0") + links + bytes(36) + struct.pack("<LQ", start, length)

    directory = entry("Root Entry", 5, end, 0, 1) + entry("Workbook", 2, first, len(stream), free)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<9L", 0, heads, heads, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109L", *range(heads), *[free] * (109 - heads))
    numbers = struct.pack(f"<{len(table)}L", *table)
    return header + numbers + directory.ljust(size, b"\0") + stream.ljust(sectors * size, b"\0")
