"""Small workbooks made in a test: the XML that Excel and LibreOffice write, as little of it as a reader needs."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"


class Raw(str):
    """A cell as XML, with REF where its name is."""


ERROR = Raw('<c r="REF" t="e"><v>#N/A</v></c>')
DATE = Raw('<c r="REF" s="1"><v>45000</v></c>')
FORMULA = Raw('<c r="REF"><f>3*1.5</f><v>4.5</v></c>')
NOT_COMPUTED = Raw('<c r="REF"><f>3*1.5</f></c>')
EMPTY_TEXT = Raw('<c r="REF" t="str"><f>""</f><v></v></c>')

Value = str | float | bool | None


def packed(parts: Mapping[str, str]) -> bytes:
    """A zip of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def sheet_xml(rows: Sequence[Sequence[Value]]) -> str:
    """The rows of a sheet of Excel."""
    lines = []
    for line, row in enumerate(rows, 1):
        cells = ""
        for column, value in enumerate(row):
            name = f"{chr(ord('A') + column)}{line}"
            if isinstance(value, Raw):
                cells += value.replace("REF", name)
            elif isinstance(value, bool):
                cells += f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
            elif isinstance(value, str):
                cells += f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
            elif value is not None:
                cells += f'<c r="{name}"><v>{value!r}</v></c>'
        lines.append(f'<row r="{line}">{cells}</row>')
    return "".join(lines)


def excel_parts(sheets: Mapping[str, str | Sequence[Sequence[Value]]], hidden: Sequence[str] = ()) -> dict[str, str]:
    """The parts of an .xlsx with these sheets, each as rows or as XML."""
    names, relations, parts = "", "", {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        names += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="rId{number}"/>'
        target = f"worksheets/sheet{number}.xml"
        relations += f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="{target}"/>'
        body = rows if isinstance(rows, str) else sheet_xml(rows)
        parts[f"xl/{target}"] = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
    relations += f'<Relationship Id="rIdS" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{relations}</Relationships>",
        "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        **parts,
    }


def xlsx(sheets: Mapping[str, str | Sequence[Sequence[Value]]], hidden: Sequence[str] = ()) -> bytes:
    """An .xlsx with these sheets."""
    return packed(excel_parts(sheets, hidden))


def ods_cell(value: Value) -> str:
    """A cell of LibreOffice."""
    if isinstance(value, Raw):
        return str(value)
    if value is None:
        return "<table:table-cell/>"
    kind, stated = ("string", "") if isinstance(value, str) else ("float", f' office:value="{value!r}"')
    text = escape(value) if isinstance(value, str) else repr(value)
    return f'<table:table-cell office:value-type="{kind}"{stated}><text:p>{text}</text:p></table:table-cell>'


ODS_ERROR = Raw(
    '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
)
ODS_DIVISION = Raw(
    '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>'
    "</table:table-cell>"
)
ODS_NOT_COMPUTED = Raw('<table:table-cell table:formula="of:=1+1"/>')
ODS_REST = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)


def ods(rows: str | Sequence[Sequence[Value]], name: str = "Sheet1") -> bytes:
    """An .ods with one sheet."""
    body = rows
    if not isinstance(rows, str):
        body = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(f'xmlns:{each}="{_OASIS}:{each}:1.0"' for each in ("office", "table", "text"))
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'{_XML}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0"/>',
            "content.xml": f'{_XML}<office:document-content {spaces} xmlns:calcext="urn:org:calcext">'
            f'<office:body><office:spreadsheet><table:table table:name="{name}">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


OldValue = str | float | bool | bytes


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of the old Excel format."""
    return struct.pack("<HH", kind, len(data)) + data


def xls_stream(
    rows: Sequence[Sequence[OldValue | None]], size: tuple[int, ...] | None = None, lock: bool = False
) -> bytes:
    """The stream of an .xls with one sheet.

    Bytes are the code of an error, two of them that of a formula's error, three one that was never computed.
    """
    texts: list[str] = []
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, bytes) and len(value) == 1:
                cells += record(0x205, place + value + b"\1")
            elif isinstance(value, bytes):
                result = bytes([len(value), 0, value[0], 0, 0, 0, 255, 255])
                cells += record(0x06, place + result + struct.pack("<HLH", len(value), 0, 0))
            elif isinstance(value, bool):
                cells += record(0x205, place + bytes([value, 0]))
            elif isinstance(value, str):
                cells += record(0xFD, place + struct.pack("<L", len(texts)))
                texts.append(value)
            elif value is not None:
                cells += record(0x203, place + struct.pack("<d", value))
    size = size or (0, len(rows), 0, max(map(len, rows)))
    sheet = record(0x809, struct.pack("<HHHHLL", 0x600, 0x10, 0, 0, 0, 0))
    sheet += record(0x200, struct.pack("<LLHHH", *size, 0)) + cells + record(0x0A)
    shared = struct.pack("<LL", len(texts), len(texts))
    shared += b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)

    def book(offset: int) -> bytes:
        found = record(0x809, struct.pack("<HHHHLL", 0x600, 0x05, 0, 0, 0, 0)) + (
            record(0x2F, b"\0" * 6) if lock else b""
        )
        found += record(0x85, struct.pack("<LBBBB", offset, 0, 0, 6, 0) + b"Sheet1")
        return found + record(0xFC, shared) + record(0x0A)

    return book(len(book(0))) + sheet


def xls(stream: bytes) -> bytes:
    """An .xls: a file system with a table of sectors, a directory and this one stream."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBLLL", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return written.ljust(64, b"\0") + links + bytes(36) + struct.pack("<LQ", start, size)

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 2, len(stream), 0xFFFFFFFF)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9L", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    return header + struct.pack("<128L", *table) + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")
