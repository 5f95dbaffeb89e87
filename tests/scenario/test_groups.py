"""Named groups of actors, and the assumptions of polarisation, in the file."""

from __future__ import annotations

import pytest

from comity.scenario import ScenarioError, loads

CASE = b"""
comity: 1
title: A council
actors: [{id: A, name: Aland}, {id: B, name: Borduria}, {id: C, name: Caldonia}]
groups:
  - {id: north, name: The north, members: [A, B]}
  - {id: coast, name: The coast, members: [A]}
assumptions: {polarisation: {alpha: 1.2, reach: {value: 0.3, range: [0.2, 0.4]}}}
"""


def test_groups_are_read_and_an_actor_may_be_in_several() -> None:
    case = loads(CASE)
    assert [(group.name, group.members) for group in case.file.groups] == [
        ("The north", ("A", "B")),
        ("The coast", ("A",)),
    ]
    held = {item.path: item for item in case.all_inputs() if "polarisation" in item.path}
    assert held["assumptions.polarisation.alpha"].value == 1.2
    assert held["assumptions.polarisation.alpha"].domain == (0.0, 1.6)
    assert held["assumptions.polarisation.alpha"].spread is None
    assert held["assumptions.polarisation.reach"].spread == (0.2, 0.4)
    assert not held["assumptions.polarisation.reach"].assumed


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"members: [A, B]", b"members: [A, Aland]", "no actor has the id 'Aland'"),
        (b"members: [A, B]", b"members: [A, A]", "'A' is listed twice"),
        (b"members: [A]", b"members: []", "the list is empty"),
        (b"id: coast", b"id: north", "the group id 'north' is given twice"),
        (b"alpha: 1.2", b"alpha: 1.7", "1.7 is outside 0 to 1.6"),
        (b"value: 0.3", b"value: 0.6", "0.6 is outside 0.01 to 0.5"),
    ],
)
def test_mistakes_are_named(old: bytes, new: bytes, says: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        loads(CASE.replace(old, new))
    assert says in str(raised.value)
