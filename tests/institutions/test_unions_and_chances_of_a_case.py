"""Unions and yes-probabilities of a scenario: read, checked, redrawn and said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.findings import ask, registry
from comity.institutions.analyses.yes_probabilities import share_that_passes
from comity.institutions.voting.yes_probabilities import chances
from comity.rules import All, Members, Veto, Weighted
from comity.scenario import Scenario, ScenarioError, load, loads, what_if

CASE = b"""
comity: 1
title: A council of three
actors: [{id: A, name: Aland}, {id: B, name: Borduria}, {id: C, name: Caldonia}]
institution:
  name: The council
  rules: [{id: main, name: Main rule, passes: {members: 2}}]
  unions: [{name: North, members: [A, B]}]
  yes_probability: {A: 0.9, B: {value: 0.2, range: [0.1, 0.4]}}
"""


def _first(case: Scenario, name: str):  # type: ignore[no-untyped-def]
    return ask(registry().get(name), case, draws=200)[0]


def test_owen_1977_two_of_three_who_vote_together_have_it_all() -> None:
    found = _first(loads(CASE), "unions")
    rows = {record["name"]: record for record in found.table.records()}
    assert [rows[name]["owen_exact"] for name in ("Aland", "Borduria", "Caldonia")] == ["1/2", "1/2", "0"]
    assert rows["Aland"]["union"] == "North"
    assert "North: 100 % as one, 67 % one by one" in found.sentence


def test_a_union_can_be_asked_for_without_writing_it_down() -> None:
    case = what_if(load("eu-council"), "union:Netherlands+Belgium+Luxembourg")
    found = ask(registry().get("unions"), case, draws=0, search=False)
    assert len(found) == 2
    assert "Netherlands and Belgium and Luxembourg" in found[0].sentence
    with pytest.raises(Exception, match="in the union"):
        what_if(case, "union:Luxembourg+Malta")


def test_chances_with_the_files_probabilities_and_a_coin_for_the_others() -> None:
    found = _first(loads(CASE), "yes-probabilities")
    # Two of three with 0.9, 0.2 and 0.5: 0.9*0.2 + 0.9*0.8*0.5 + 0.1*0.2*0.5.
    assert found.value == pytest.approx(100 * (0.9 * 0.2 + 0.9 * 0.8 * 0.5 + 0.1 * 0.2 * 0.5))
    assert "(1 member taken at one half)" in found.sentence
    assert "50 %" in found.sentence
    assert found.bands is not None
    assert {item.path for item in found.inputs} >= {
        "institution.yes_probability[A]",
        "institution.yes_probability[B]",
    }
    moved = loads(CASE).with_values({"institution.yes_probability[A]": 0.0})
    assert _first(moved, "yes-probabilities").value == pytest.approx(10.0)


def test_a_private_probability_leaves_no_trace_with_others() -> None:
    def shared(value: str) -> Scenario:
        cell = f"{{value: {value}, private: true}}".encode()
        return loads(CASE.replace(b"{value: 0.2, range: [0.1, 0.4]}", cell)).redacted()

    assert shared("0.3") == shared("0.8")
    assert "yes_probability[B]" not in repr(shared("0.3").all_inputs())


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.data())
def test_all_rows_at_once_equal_one_by_one(n: int, data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 5), min_size=n, max_size=n))
    rule = All((Weighted(tuple(weights), data.draw(st.integers(1, sum(weights)))), Members(n, 2), Veto(n, (0,))))
    yes = np.array(data.draw(st.lists(st.lists(st.floats(0, 1), min_size=n, max_size=n), min_size=1, max_size=4)))
    expected = [chances(rule, row.tolist()).passes for row in yes]
    assert share_that_passes(rule, yes).tolist() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"members: [A, B]}]", b"members: [A, X]}]", "no member has the id 'X'"),
        (b"[A, B]}]", b"[A, B]}, {name: South, members: [B, C]}]", "'B' is in union 1 already"),
        (b"members: [A, B]}]", b"members: [A, A]}]", "'A' is in this union already"),
        (b"{A: 0.9,", b"{A: 1.9,", "1.9 is not a probability"),
        (b"{A: 0.9,", b"{X: 0.9,", "no member has the id 'X'"),
    ],
)
def test_mistakes_are_named(old: bytes, new: bytes, says: str) -> None:
    assert old in CASE
    with pytest.raises(ScenarioError) as raised:
        loads(CASE.replace(old, new))
    assert says in str(raised.value)
