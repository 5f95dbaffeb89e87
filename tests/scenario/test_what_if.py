"""What if a member left, joined, or voted with another weight: edits of a case in memory."""

from __future__ import annotations

from fractions import Fraction

import pytest

from comity.findings import OptionError, ask, registry
from comity.scenario import Scenario, load, loads, what_if

CASE = b"""
comity: 1
title: A council
actors:
  - {id: A, name: Aland}
  - {id: B, name: Borduria}
  - {id: C, name: Caldonia}
issues: [{id: tax, question: How high?, scale: {low: 0, high: 10, low_means: none, high_means: all}}]
positions: [{actor: A, issue: tax, position: 2}, {actor: B, issue: tax, position: 4}]
institution:
  name: The council
  weights: {votes: {unit: votes, values: {A: 4, B: 2, C: 1}}}
  rules:
    - id: main
      name: Main rule
      passes:
        all:
          - {weight: votes, quota: "1/2", strict: true}
          - {unless: {veto: [A, B]}}
          - {at_least: 1, of: [{veto: [A]}, {veto: [B]}]}
reform:
  body: council
  stages: [main]
  texts:
    - id: t
      name: T
      needs: 2
      seats: [{id: s, name: seat, count: 3}]
      support: [{actor: A, stance: for, how: speech}]
"""


def _votes(case: Scenario) -> dict[str, Fraction]:
    assert case.file.institution is not None
    return {actor: cell.value for actor, cell in case.file.institution.weights["votes"].values.items()}


def _power(case: Scenario) -> tuple[str, ...]:
    return tuple(finding.sentence for finding in ask(registry().get("voting-power"), case, draws=0, search=False))


def test_a_member_that_leaves_is_gone_from_every_section() -> None:
    left = what_if(loads(CASE), "leave:aland")
    assert [actor.id for actor in left.file.actors] == ["B", "C"]
    assert [row.actor for row in left.file.positions] == ["B"]
    assert _votes(left) == {"B": 2, "C": 1}
    assert left.file.reform is not None
    assert left.file.reform.texts[0].support == ()
    assert left.cover.changes == ("Aland leaves",)
    assert _power(left)


def test_a_set_number_of_a_member_that_leaves_goes_with_it() -> None:
    case = loads(CASE).with_values({"institution.weights[votes,A]": 5.0})
    assert what_if(case, "leave:A").moves == {}
    assert what_if(case, "leave:B").moves == {"institution.weights[votes,A]": 5.0}


def test_a_member_joins_with_its_weight() -> None:
    joined = what_if(loads(CASE), "join:Dalmasca East=5/2")
    assert joined.file.actors[-1].name == "Dalmasca East"
    assert _votes(joined)["Dalmasca-East"] == Fraction(5, 2)
    assert joined.cover.changes == ("Dalmasca East joins with 2.5 votes",)


def test_members_who_vote_as_one_have_their_weights_added() -> None:
    merged = what_if(loads(CASE), "merge:A+Caldonia")
    assert _votes(merged) == {"A": 5, "B": 2}
    assert merged.file.actors[0].name == "Aland and Caldonia"


def test_a_weight_and_all_square_roots() -> None:
    assert _votes(what_if(loads(CASE), "weight:C=9"))["C"] == 9
    assert _votes(what_if(loads(CASE), "weight:votes:C=9"))["C"] == 9
    roots = _votes(what_if(loads(CASE), "square-root"))
    assert roots["A"] == 2
    assert float(roots["B"]) == pytest.approx(2**0.5, abs=1e-3)


def test_changes_add_up_and_the_case_they_start_from_stays_as_it_is() -> None:
    case = loads(CASE)
    both = what_if(what_if(case, "weight:B=3"), "leave:C")
    assert _votes(both) == {"A": 4, "B": 3}
    assert both.cover.changes == ("Borduria's votes 2→3", "Caldonia leaves")
    assert _votes(case) == {"A": 4, "B": 2, "C": 1}


def test_the_rest_of_the_union_after_a_member_leaves() -> None:
    before, after = load("eu-council"), what_if(load("eu-council"), "leave:DEU")
    assert _power(before) != _power(after)
    assert "France" in _power(after)[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("leav:A", "did you mean leave"),
        ("leave:", "is not a change"),
        ("leave:Alund", "did you mean Aland"),
        ("join:Aland=3", "is in this case already"),
        ("join:New", "write join:Name=weight"),
        ("join:New=-3", "is negative"),
        ("join:New=many", "is not a weight"),
        ("join:New=power:3", "no weight table is called 'power'"),
        ("merge:A", "two or more different members"),
        ("weight:A", "write weight:Name=100"),
        ("weight:gold:A=3", "the tables are votes"),
        ("square-root:gold", "no weight table is called 'gold'"),
    ],
)
def test_what_cannot_be_done_is_said(change: str, says: str) -> None:
    with pytest.raises(OptionError) as raised:
        what_if(loads(CASE), change)
    assert says in str(raised.value)


def test_members_who_are_counted_cannot_vote_as_one_member() -> None:
    with pytest.raises(OptionError, match="counts members"):
        what_if(load("eu-council"), "merge:DEU+FRA")


def test_the_last_member_cannot_leave() -> None:
    with pytest.raises(OptionError, match="the only member"):
        what_if(what_if(what_if(loads(CASE), "leave:C"), "leave:B"), "leave:A")
