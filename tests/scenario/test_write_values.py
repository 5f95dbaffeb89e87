"""New cells, rows and sections are spliced in: every line that was there stays, and the data are what was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.scenario import ScenarioError, open_shipped, read_scenario, shipped_names
from comity.scenario.edits import block_lines, changed_data, flow_text, write_values
from comity.scenario.yaml_tree import Loc, read_tree

SMALL = """\
# A comment at the top
comity: 1
title: Fish   # kept
actors:
  - {id: A, name: Åland, note: }   # in one line
  - id: B
    name: Borduria     # the last key of B

  # before C
  - {
      id: C,   # C
      name: Syldavia  # no comma
    }
issues:
- id: quota
  question: How much?
  scale: {low: 0, high: 10, low_means: none, high_means: all}
salience_scale: 1
"""
QUOTA = {"actor": "A", "issue": "quota", "position": {"value": 4.0, "range": [3, 5.5]}}


@pytest.mark.parametrize(
    ("loc", "value", "new"),
    [
        (
            ("positions", 0),
            QUOTA,
            "scale: 1\npositions:\n  - {actor: A, issue: quota, position: {value: 4, range: [3, 5.5]}}\n",
        ),
        (("actors", 0, "capability"), 2, "note: , capability: 2}   # in one line"),
        (("actors", 1, "capability"), {"value": 2}, "# the last key of B\n    capability: {value: 2}\n"),
        (("actors", 2, "capability"), 3, "name: Syldavia, capability: 3  # no comma"),
        (("actors", 3), {"id": "D", "name": "Dea"}, "    }\n  - {id: D, name: Dea}\nissues"),
        (("issues", 0, "proposal"), {"value": 3, "note": "a: b # c"}, '\n  proposal: {value: 3, note: "a: b # c"}\n'),
        (("issues", 0, "scale", "unit"), "tonnes", "high_means: all, unit: tonnes}"),
        (("issues", 1), {"id": "date", "question": "When?"}, "\n- {id: date, question: When?}\n"),
        (("sources", 0), {"id": "s", "title": "T"}, "salience_scale: 1\nsources:\n  - {id: s, title: T}\n"),
        (("ranges", "position"), 0.2, "\nranges: {position: 0.2}\n"),
        (("title",), "A: B", 'title: "A: B"   # kept'),
    ],
)
@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_lines_that_were_there_stay(loc: Loc, value: object, new: str, breaks: str) -> None:
    text = SMALL.replace("\n", breaks)
    whole = {"scale": {"low": 0, "high": 1, "low_means": "a", "high_means": "b"}}
    if loc == ("issues", 1):
        value = {"id": "date", "question": "When", **whole}
        new = "\n- {id: date, question: When, scale: {low: 0, high: 1, low_means: a, high_means: b}}\n"
    edited = write_values(text.encode(), [(loc, value)]).decode()
    assert new.replace("\n", breaks) in edited
    before, after = text.split(breaks), edited.split(breaks)
    assert sum(line not in after for line in before) <= 1
    assert read_tree(edited.encode(), "x").data == changed_data(read_tree(text.encode(), "x").data, [(loc, value)])


def test_without_a_last_line_break_and_with_a_section_in_braces() -> None:
    text = b"{comity: 1, title: T, actors: [{id: A, name: A}], sources: []}"
    edited = write_values(text, [(("sources", 0), {"id": "s", "title": "t"}), (("actors", 0, "note"), "x")])
    assert edited.endswith(b"actors: [{id: A, name: A, note: x}], sources: [{id: s, title: t}]}")
    bare = b"comity: 1\ntitle: T\nactors: [{id: A, name: A}]"
    assert write_values(bare, [(("notes",), "n")]) == bare + b"\nnotes: n"


@pytest.mark.parametrize("empty", ["positions:", "positions:   # none yet", "positions: []", "positions: null"])
def test_a_section_that_is_there_and_empty(empty: str) -> None:
    edited = write_values(
        f"{SMALL}{empty}\n# end\n".encode(), [(("positions", 0), QUOTA), (("positions", 1), {**QUOTA, "actor": "B"})]
    )
    assert [row.actor for row in read_scenario(edited).scenario.positions] == ["A", "B"]
    assert edited.endswith(b"# end\n")
    assert edited.startswith(SMALL.encode())


def test_many_changes_at_once_are_those_one_by_one() -> None:
    text = SMALL.encode()
    changes = [
        (("positions", 0), QUOTA),
        (("positions", 1), {**QUOTA, "actor": "B"}),
        (("actors", 3), {"id": "D", "name": "Dea"}),
        (("actors", 4), {"id": "E", "name": "Eos"}),
        (("actors", 0, "note"), "n"),
        (("actors", 0, "capability"), 1),
        (("actors", 2, "capability"), 2),
        (("actors", 2, "note"), "m"),
        (("issues", 0, "proposal"), 3),
        (("issues", 0, "note"), "o"),
        (("positions", 0, "salience"), 1),
        (("positions", 2), {**QUOTA, "actor": "C"}),
        (("actors", 3, "note"), "p"),
    ]
    edited = write_values(text, changes)
    one_by_one = text
    for change in changes:
        one_by_one = write_values(one_by_one, [change])
    assert read_tree(edited, "x").data == read_tree(one_by_one, "x").data
    assert read_tree(edited, "x").data == changed_data(read_tree(text, "x").data, changes)
    assert [line for line in SMALL.splitlines() if line.strip().startswith("#")] == [
        line for line in edited.decode().splitlines() if line.strip().startswith("#")
    ]


def test_long_rows_are_broken_over_lines() -> None:
    quote = "We want the quota to be four tonnes, and not a kilogram more. " * 3
    row = {
        "actor": "A",
        "issue": "quota",
        "position": {"value": 4, "evidence": [{"quote": quote.strip(), "coder": "X"}]},
    }
    edited = write_values(SMALL.encode(), [(("positions", 0), row)])
    assert (
        b"  - actor: A\n    issue: quota\n    position:\n      value: 4\n      evidence:\n        - quote: " in edited
    )
    assert read_scenario(edited).scenario.positions[0].position is not None


def test_what_would_not_be_right_is_refused_with_its_place() -> None:
    with pytest.raises(ScenarioError, match="outside the issue's scale"):
        write_values(SMALL.encode(), [(("positions", 0), {**QUOTA, "position": {"value": 11}})], "new.yaml")
    with pytest.raises(ScenarioError, match="no actor has the id 'X'"):
        write_values(SMALL.encode(), [(("positions", 0), {**QUOTA, "actor": "X"})])
    with pytest.raises(ScenarioError, match=r"unknown key|not used|key"):
        write_values(SMALL.encode(), [(("positoins", 0), QUOTA)])


def test_a_value_is_not_lost_to_what_would_stand_below_it() -> None:
    with pytest.raises(ValueError, match="would be lost"):
        write_values(SMALL.encode(), [(("actors", 0, "name", "value"), 3)])


scalars = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufeff"), max_size=30),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9),
    st.booleans(),
    st.none(),
)
keys = st.text("abc_-XY", min_size=1, max_size=5).filter(lambda key: key[0].isalpha())
data = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=3), max_leaves=12
)


@given(st.dictionaries(keys, data, min_size=1, max_size=4))
def test_what_is_written_is_read_back(value: dict[str, object]) -> None:
    assert read_tree(("\n".join(block_lines(value)) + "\n").encode(), "x").data == value
    assert read_tree(flow_text(value).encode(), "x").data == value


@settings(max_examples=15)
@given(st.data())
def test_cells_of_shipped_scenarios_can_be_put_in_their_rows(draw: st.DataObject) -> None:
    name = draw.draw(st.sampled_from([each for each in shipped_names() if open_shipped(each).scenario.positions]))
    document = open_shipped(name)
    number = draw.draw(st.integers(0, len(document.scenario.positions) - 1))
    note = draw.draw(st.text("abc:#{}[]'\"\\ é,-", min_size=1, max_size=20).filter(str.strip))
    changes = [(("positions", number, "note"), note)]
    edited = write_values(document.text.encode(), changes, name)
    assert read_scenario(edited).tree.data == changed_data(document.tree.data, changes)
    before, after = document.text.splitlines(), edited.decode().splitlines()
    assert len([line for line in before if line not in after]) <= 1
