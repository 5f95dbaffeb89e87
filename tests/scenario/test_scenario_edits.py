"""Edits splice one value: every other byte stays, and edits can be taken back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.scenario import ScenarioError, open_shipped, read_scenario, replace_value
from comity.scenario.edits import Scalar, scalar_text, value_at
from comity.scenario.paths import IdentityPaths
from comity.scenario.yaml_tree import read_tree

SMALL = """\
# The first comment — with a dash
comity: 1
title:   "Fishing: quotas"   # kept
summary: |
  First line.

  Third line.
notes:
actors:
  - {id: A, name: Åland, capability: 3 , note: }
  - id: B
    name: 'Borduria'
    capability:
      value: 2.50   # half-way
      range: [1, 4]
institution:
  name: Council
  weights:
    votes: {unit: votes, values: {A: 3, B: {value: "5/2", note: x}}}
  rules:
    - {id: simple, name: Majority, passes: {any: [{weight: votes, quota: "1/2", strict: true}]}}
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        ("title", "Fishing", '"Fishing: quotas"', "Fishing"),
        ("title", "no: 1 # x", '"Fishing: quotas"', '"no: 1 # x"'),
        ("actors[A].capability", 7, "capability: 3 ,", "capability: 7 ,"),
        ("actors[A].name", "Ö\n😀\u200b", "Åland", '"Ö\\x0a😀\\u200b"'),
        ("actors[A].note", "seen", "note: }", "note: seen}"),
        ("actors[B].capability", 1.25, "2.50", "1.25"),
        ("actors[B].capability.value", 4, "2.50", "4"),
        ("actors[B].capability.range[1]", 5, "[1, 4]", "[1, 5]"),
        ("actors[1].name", "Syldavia", "'Borduria'", "Syldavia"),
        ("notes", "none", "notes:\n", "notes: none\n"),
        ("summary", "One line.", "|\n  First line.\n\n  Third line.", '"One line."'),
        ("institution.weights[votes][A]", Fraction(33, 2), "{A: 3,", '{A: "33/2",'),
        ("institution.weights[votes][B]", 4, '"5/2"', "4"),
        ("institution.weights[votes].unit", "seats", "unit: votes", "unit: seats"),
        ("institution.rules[simple].passes.any[0].quota", "65%", '"1/2"', '"65%"'),
        ("institution.rules[simple].passes.any[0].strict", False, "strict: true", "strict: false"),
    ],
)
@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_one_value_is_spliced(path: str, value: Scalar, old: str, new: str, crlf: bool, mark: str) -> None:
    assert SMALL.count(old) == 1
    before, after = mark + SMALL, mark + SMALL.replace(old, new)
    if crlf:
        before, after = before.replace("\n", "\r\n"), after.replace("\n", "\r\n")
    assert replace_value(before.encode(), path, value).decode() == after


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("actors[C].capability", 1, "the file has no such value"),
        ("actors[A].capabilty", 1, "the file has no such value"),
        ("", 1, "the file has no such value"),
        ("actors[", 1, "the file has no such value"),
        ("actors[99999999999999999999]", 1, "the file has no such value"),
        ("actors", 1, "this is a list"),
        ("institution.weights[votes]", 1, "this is a mapping"),
        ("actors[A].capability", -1, "the capability -1 is not above 0"),
        ("actors[A].capability", "many", "a number is needed"),
        ("actors[A].capability", float("nan"), "nan is not a finite number"),
        ("actors[A].id", "B", "the actor id 'B' is given twice"),
        ("title", 5, "a text is needed"),
    ],
)
def test_edits_that_cannot_be_made(path: str, value: Scalar, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        replace_value(SMALL.encode(), path, value)


@given(st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.text(max_size=20)))
@settings(max_examples=150, deadline=None)
def test_any_scalar_is_read_back_as_written(value: Scalar) -> None:
    if isinstance(value, str) and any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        return  # no UTF-8 file can hold it
    text = f"a: {scalar_text(value)}\n".encode()
    try:
        assert read_tree(text, "x").data == {"a": value}
    except ScenarioError as error:
        assert "control character" in str(error)  # noqa: PT017 (escapes that no scenario may hold)


def _edits() -> st.SearchStrategy[tuple[str, Scalar]]:
    actors = st.sampled_from([actor.id for actor in open_shipped("car-emissions").scenario.actors])
    return st.one_of(
        st.tuples(actors.map(lambda name: f"positions[{name},date].position"), st.floats(4, 10)),
        st.tuples(actors.map(lambda name: f"positions[{name},date].salience"), st.integers(2, 100)),
        st.tuples(actors.map(lambda name: f"actors[{name}].capability"), st.floats(0.001, 5)),
        st.tuples(
            actors.map(lambda name: f"actors[{name}].name"),
            st.text("aé: #'\"{}[]😀", min_size=1).map("n".__add__),
        ),
        st.tuples(actors.map(lambda name: f"institution.weights[votes][{name}]"), st.integers(1, 10**20)),
        st.tuples(st.just("issues[date].outcome"), st.floats(4, 10)),
        st.tuples(st.just("institution.rules[qualified-majority].passes.quota"), st.integers(1, 20)),
    )


@settings(max_examples=40, deadline=None)
@given(edits=st.lists(_edits(), min_size=1, max_size=4), crlf=st.booleans(), mark=st.booleans())
def test_edits_leave_all_other_bytes_and_can_be_taken_back(
    edits: list[tuple[str, Scalar]], crlf: bool, mark: bool
) -> None:
    text = open_shipped("car-emissions").text
    if crlf:
        text = text.replace("\n", "\r\n")
    original = ("\ufeff" * mark + text).encode()
    current = original
    undo: list[tuple[str, Scalar]] = []
    for path, value in edits:
        tree = read_tree(current, "x")
        loc = IdentityPaths(tree.data).locate(path)
        assert loc is not None
        span = tree.value_span(loc)
        undo.append((path, value_at(tree.data, loc)))
        edited = replace_value(current, path, value)
        prefix, suffix = tree.text[: span.start].encode(), tree.text[span.end :].encode()
        assert edited.startswith(prefix)
        assert edited.endswith(suffix)
        middle = edited[len(prefix) : len(edited) - len(suffix)]
        assert middle.decode() == scalar_text(value)
        assert value_at(read_scenario(edited).tree.data, loc) == value
        current = edited
    for path, value in reversed(undo):
        current = replace_value(current, path, value)
    assert current == original
