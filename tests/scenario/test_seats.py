"""Members alike are written once with a count, and read as so many actors."""

from __future__ import annotations

import pytest

from comity.scenario import ScenarioError, loads

COUNCIL = b"""
comity: 1
title: A council
actors:
  - {id: big, name: Permanent member, count: 2}
  - {id: small, name: Elected member, count: 3}
  - {id: chair, name: Chair}
institution:
  name: The council
  weights:
    votes: {unit: votes, values: {big: 4, small: 1, chair: 2}}
  rules:
    - id: rule
      name: The rule
      in_force: 1946
      until: 1965-08-30
      passes:
        at_least: 2
        of:
          - {veto: [big]}
          - {weight: votes, quota: 13}
          - unless: {members: 6}
          - all: [{any: [{members: "1/2"}]}]
"""


def test_each_seat_has_the_weight_and_the_veto_of_its_entry() -> None:
    file = loads(COUNCIL).file
    assert [actor.id for actor in file.actors] == ["big-1", "big-2", "small-1", "small-2", "small-3", "chair"]
    assert file.actors[4].name == "Elected member 3"
    institution = file.institution
    assert institution is not None
    assert institution.weights["votes"].total == 13
    assert institution.rules[0].passes.of[0].veto == ("big-1", "big-2")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"quota: 13", b"quota: 14", "the quota 14 is above the total weight, 13"),
        (b"unless: {members: 6}", b"unless: {members: 7}", "the quota 7 is above the number of members, 6"),
        (b"id: chair, name", b"id: small-2, name", "is also that of a seat of 'small'"),
        (b"count: 2}", b"count: 2000}", "is not at most 1000"),
        (b"at_least: 2", b"at_least: 5", "5 clauses are asked for and 4 are given"),
        (b'members: "1/2"', b"members: 3, of_voting: true", "a share is needed"),
        (b"veto: [big]", b"veto: [big-1]", "no actor has the id 'big-1'"),
    ],
)
def test_mistakes_are_named(old: bytes, new: bytes, says: str) -> None:
    text = COUNCIL.replace(b"chair: 2", b"small-2: 2") if b"small-2" in new else COUNCIL
    with pytest.raises(ScenarioError) as raised:
        loads(text.replace(old, new))
    assert says in str(raised.value)
