"""Whatever is done to a line of a register is found, but for a cut of its end, which a receipt finds."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.people.hash_chain import START, canonical, chained, checked

LINKS = ("number", "previous", "hash")
NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.text(min_size=1, max_size=6).filter(lambda key: key not in LINKS)
CONTENTS = st.lists(st.dictionaries(KEYS, VALUES, max_size=3), min_size=2, max_size=6)


def chain(contents: list[dict[str, Any]]) -> list[bytes]:
    lines: list[bytes] = []
    previous = START
    for number, content in enumerate(contents, 1):
        entry = chained(content, number, previous)
        previous = entry["hash"]
        lines.append(canonical(entry))
    return lines


def test_the_hash_is_sha_256_of_all_else_that_the_line_holds() -> None:
    entry = json.loads(chain([{"kind": "freeze"}])[0])
    said = b'{"kind":"freeze","number":1,"previous":"' + b"0" * 64 + b'"}'
    assert entry["hash"] == hashlib.sha256(said).hexdigest()


@given(CONTENTS)
def test_a_chain_as_written_has_no_fault_and_says_what_was_put_in(contents: list[dict[str, Any]]) -> None:
    entries, faults = checked(chain(contents))
    assert faults == []
    assert [{k: v for k, v in e.items() if k not in LINKS} for e in entries] == contents


@given(CONTENTS, st.data())
def test_any_byte_that_is_changed_is_found_in_its_line(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = chain(contents)
    at = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != lines[at][place]))
    lines[at] = lines[at][:place] + bytes([other]) + lines[at][place + 1 :]
    faults = checked(lines)[1]
    assert faults
    assert faults[0].line == at + 1


@given(CONTENTS, st.data())
def test_lines_taken_out_swapped_or_doubled_are_found(contents: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = chain(contents)
    at = data.draw(st.integers(0, len(lines) - 2))
    assert checked(lines[:at] + lines[at + 1 :])[1]
    assert checked([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])[1]
    assert checked([*lines[: at + 1], lines[at], *lines[at + 1 :]])[1]
    # The one thing that a chain cannot show by itself.
    assert checked(lines[: at + 1])[1] == []


def test_a_line_that_is_changed_with_its_hash_no_longer_leads_to_the_next() -> None:
    lines = chain([{"estimate": 7.4}, {"estimate": 8.1}, {"estimate": 9.0}])
    lines[1] = canonical(chained({"estimate": 8.9}, 2, json.loads(lines[0])["hash"]))
    (fault,) = checked(lines)[1]
    assert fault.line == 3
    assert "does not follow" in fault.problem


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"number":' + b"9" * 5000 + b"}", "not JSON"),
        (b"[1]", "no entry"),
        (b'{"kind":"freeze"}', "no number"),
        (b'{"number":true,"previous":"","hash":""}', "no number"),
        (b'{"number":1,"previous":"","hash":"","x":1e999}', "never writes"),
        (b'{"number":1,"previous":"","hash":"","x":"\\ud800"}', "never writes"),
    ],
)
def test_what_comity_never_wrote_is_said(line: bytes, says: str) -> None:
    (fault,) = checked([line])[1]
    assert says in fault.problem


def test_the_same_said_in_another_way_is_a_change() -> None:
    (line,) = chain([{"a": 1.5}])
    for other in (line.replace(b'"a":1.5', b'"a": 1.5'), line.replace(b"1.5", b"1.50"), line + b"\r", b" " + line):
        assert "not as it was written" in checked([other])[1][0].problem
