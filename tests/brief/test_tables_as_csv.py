"""Tables as CSV: what a spreadsheet would run is marked as text, and numbers stay numbers."""

from __future__ import annotations

import csv
import io

import pytest

from comity.brief.as_csv import to_csv


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1"])
def test_a_name_never_begins_a_formula(name: str) -> None:
    heads, row = read(to_csv([{"actor": name, name: 1}]))
    assert heads == ["actor", f"'{name}"]
    assert row == [f"'{name}", "1"]


def test_numbers_and_other_texts_stand_as_they_are() -> None:
    rows = [{"a": -2.5, "b": "France = 1", "c": None}, {"a": 3.0, "b": "'quoted'", "c": "x,y"}]
    assert read(to_csv(rows)) == [["a", "b", "c"], ["-2.5", "France = 1", ""], ["3.0", "'quoted'", "x,y"]]


def test_a_table_without_rows_is_an_empty_line() -> None:
    assert to_csv([]) == b"\n"
