"""Workbooks: what calamine would pass over in silence is an error by its cell, and a hostile file is refused small."""

from __future__ import annotations

import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_workbooks import (
    DATE,
    EMPTY_TEXT,
    ERROR,
    FORMULA,
    NOT_COMPUTED,
    ODS_DIVISION,
    ODS_ERROR,
    ODS_NOT_COMPUTED,
    ODS_REST,
    Value,
    excel_parts,
    ods,
    ods_cell,
    packed,
    xls,
    xls_stream,
    xlsx,
)

from comity.scenario import ScenarioError
from comity.scenario.table_cells import Grid, read_grid
from comity.scenario.workbooks import LARGEST_UNPACKED, column_letters

HEADER: list[Value] = ["actor", "issue", "position"]
SMALL: list[list[Value]] = [["actor", "date"], ["FRA", 4.5]]


def is_header(texts: object) -> bool:
    return isinstance(texts, list) and "actor" in texts


def grid(content: bytes, sheet: str | None = None) -> Grid:
    return read_grid(content, "mine.xlsx", is_header, sheet)


def refused(content: bytes) -> str:
    with pytest.raises(ScenarioError) as caught:
        grid(content)
    return str(caught.value)


def test_numbers_texts_and_places_come_as_they_stand() -> None:
    rows: list[list[Value]] = [
        [],
        ["Positions of 2025"],
        HEADER,
        ["  France\u00a0 ", "tax", 10.0],
        ["A\nB", 2030, 0.1],
        ["x", EMPTY_TEXT, FORMULA],
    ]
    found = grid(xlsx({"Sheet1": rows}))
    assert [[cell.text for cell in row] for row in found.rows[found.header :]] == [
        HEADER,
        ["France", "tax", "10"],
        ["A B", "2030", "0.1"],
        ["x", "", "4.5"],
    ]
    last = found.rows[-1][2]
    assert (last.place, last.line, last.column, last.exact) == ("Sheet1!C6", 6, 3, True)
    assert found.notes == ["Line 2 ('Positions of 2025') is no header."]


def test_what_is_no_number_says_what_it_is() -> None:
    found = grid(xlsx({"S": [HEADER, [ERROR, DATE, True], [NOT_COMPUTED, "#REF!", "#1"]]}))
    assert [[(cell.place, cell.fault) for cell in row] for row in found.rows[1:]] == [
        [
            ("S!A2", "an error of the spreadsheet"),
            ("S!B2", "a date or a time"),
            ("S!C2", "a truth value"),
        ],
        [
            ("S!A3", "a formula whose result the file does not hold"),
            ("S!B3", "an error of the spreadsheet"),
            ("S!C3", ""),
        ],
    ]


def test_an_open_document_marks_its_errors_too() -> None:
    rows: list[list[Value]] = [HEADER, ["FRA", "tax", 1.5], [ODS_ERROR, ODS_DIVISION, ODS_NOT_COMPUTED]]
    content = ods(
        "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows) + ODS_REST
    )
    found = grid(content)
    assert [cell.text for cell in found.rows[1]] == ["FRA", "tax", "1.5"]
    assert [cell.fault for cell in found.rows[2]] == [
        "an error of the spreadsheet",
        "an error of the spreadsheet",
        "a formula whose result the file does not hold",
    ]


def test_the_first_visible_sheet_with_a_table_is_read_and_said() -> None:
    book = xlsx({"Old": SMALL, "Notes": [["Read me"]], "Now": SMALL, "Later": SMALL}, hidden=["Old"])
    found = grid(book)
    assert found.sheet == "Now"
    assert found.notes == ["The sheet 'Now' is read, the first with a table; not read: 'Old', 'Notes', 'Later'."]
    assert grid(book, "old").sheet == "Old"
    with pytest.raises(ScenarioError, match=r"no sheet 'Latr'; did you mean 'Later'\?"):
        grid(book, "Latr")


def test_a_far_cell_is_refused_and_not_allocated() -> None:
    # Calamine allocates every cell up to the last: half a terabyte here, and the process is gone.
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "the sheet 'S' is damaged, or larger than 400,000 cells" in refused(xlsx({"S": far}))
    unnamed = '<row r="1048576"><c><v>1</v></c></row>'
    assert "larger than 400,000 cells" in refused(xlsx({"S": unnamed}))
    assert grid(xlsx({"Far": far, "Table": SMALL})).sheet == "Table"
    # A format without a value reaches to the end of many an honest sheet.
    formatted = '<row r="1"><c r="A1" t="str"><v>actor</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert grid(xlsx({"S": formatted})).names[0].text == "actor"


def test_what_grows_when_it_is_unpacked_is_refused() -> None:
    text = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * 20_000_000}</t></is></c></row>'
    content = xlsx({"S": text})
    assert len(content) < 100_000
    assert "larger than 16 MB once unpacked" in refused(content)


def test_the_size_that_a_zip_states_is_not_trusted() -> None:
    parts = excel_parts({"S": f'<row r="1"><c r="A1"><v>{"1" * (LARGEST_UNPACKED + 1)}</v></c></row>'})
    content = bytearray(packed(parts))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    stated = struct.pack("<L", size)
    for at in (content.find(stated), content.rfind(stated)):
        content[at : at + 4] = struct.pack("<L", 100)
    assert "damaged" in refused(bytes(content))


def test_shared_texts_that_many_cells_repeat_are_refused() -> None:
    parts = excel_parts({"S": f'<row r="1">{"<c t=" + chr(34) + "s" + chr(34) + "><v>0</v></c>"}</row>' * 5000})
    parts["xl/sharedStrings.xml"] = f"<sst><si><t>{'a' * 100_000}</t></si></sst>"
    assert "texts of the workbook are too long" in refused(packed(parts))


@pytest.mark.parametrize(
    "body",
    [
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="float" office:value="1"/></table:table-row>',
        '<table:table-row table:number-rows-repeated="100"><table:table-cell table:number-columns-repeated="1000">'
        f"<text:p>{'a' * 10_000}</text:p></table:table-cell></table:table-row>",
    ],
)
def test_repeated_cells_of_an_open_document_are_counted(body: str) -> None:
    assert "more than 400,000 cells" in refused(ods(body))


def with_part(name: str, text: str) -> bytes:
    return packed({**excel_parts({"S": SMALL}), name: text})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (xlsx({"S": SMALL})[:700], "damaged"),
        (b"PK\x03\x04", "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "damaged"),
        (packed({"a.txt": "hello"}), "no workbook that can be read"),
        (packed({"xl/workbook.bin": ""}), "no workbook that can be read"),
        (with_part("xl/workbook.xml", "<workbook>"), "damaged"),
        (with_part("xl/workbook.xml", "not xml"), "damaged"),
        (with_part("xl/worksheets/sheet1.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "document type"),
        (packed({f"xl/{number}.xml": "<a/>" for number in range(2001)}), "more than 2,000 parts"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_remedy(content: bytes, says: str) -> None:
    found = refused(content)
    assert says in found
    assert found.startswith("mine.xlsx:1:1: ")
    assert "; " in found


def test_a_locked_part_is_refused() -> None:
    content = bytearray(xlsx({"S": SMALL}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + offset] |= 1
    assert "locked" in refused(bytes(content))


def test_macros_and_pictures_are_not_unpacked() -> None:
    parts = excel_parts({"S": SMALL})
    parts |= {"xl/vbaProject.bin": "a" * LARGEST_UNPACKED, "xl/drawings/drawing1.xml": "a" * LARGEST_UNPACKED}
    assert grid(packed(parts)).rows[1][1].text == "4.5"


@given(st.data())
def test_a_broken_workbook_is_a_table_or_an_error_of_ours(data: st.DataObject) -> None:
    content = bytearray(
        data.draw(st.sampled_from([xlsx({"S": SMALL}), ods(SMALL), xls(xls_stream([["actor", "date"], ["FRA", 4.5]]))]))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ScenarioError):
        grid(bytes(content))


def test_an_old_workbook_marks_its_errors_too() -> None:
    rows: list[list[str | float | bool | bytes | None]] = [
        ["actor", "issue", "position"],
        ["FRA", "tax", 1.5],
        [b"\x2a", b"\x07\x07", True],
        [None, b"\0\0\0", 2.0],
    ]
    found = grid(xls(xls_stream(rows)))
    assert [cell.text for cell in found.rows[1]] == ["FRA", "tax", "1.5"]
    assert [(cell.place, cell.text, cell.fault) for cell in found.rows[2]] == [
        ("Sheet1!A3", "#N/A", "an error of the spreadsheet"),
        ("Sheet1!B3", "#DIV/0!", "an error of the spreadsheet"),
        ("Sheet1!C3", "TRUE", "a truth value"),
    ]
    assert found.rows[3][1].fault == "a formula whose result the file does not hold"


@pytest.mark.parametrize("size", [(0, 0xFFFFFFFF, 0, 255), (0, 65536, 0, 256)])
def test_what_an_old_workbook_says_of_its_size_is_not_allocated(size: tuple[int, ...]) -> None:
    assert "more than 400,000 cells" in refused(xls(xls_stream([["actor", 1.0]], size)))


def test_an_old_workbook_that_is_large_is_read_and_a_locked_or_broken_one_refused() -> None:
    rows: list[list[str | float | bool | bytes | None]] = [[f"actor {number}", float(number)] for number in range(1000)]
    stream = xls_stream([["actor", "tax"], *rows])
    assert grid(xls(stream)).rows[1000][1].text == "999"
    assert "locked" in refused(xls(xls_stream([["actor"]], lock=True)))
    assert "damaged" in refused(xls(stream)[:2000])
    assert "damaged" in refused(xls(stream[:200]))


def test_columns_have_the_letters_of_spreadsheets() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 52, 702, 703)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]
