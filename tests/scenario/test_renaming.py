"""An actor's new id: every reference follows, and nothing else does."""

from __future__ import annotations

import pytest

from comity.scenario.errors import ScenarioError
from comity.scenario.library import case_text, shipped_names
from comity.scenario.reading import read_scenario
from comity.scenario.renaming import rename_actor

ALWAYS = b"comity: 1\ntitle: t\nactors: [{id: A, name: A}, {id: B, name: B}]\n"


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_case_stays_right_and_comes_back(name: str) -> None:
    text = case_text(name)
    scenario = read_scenario(text, name).scenario
    for actor in scenario.actors[:3]:
        renamed = rename_actor(text, actor.id, "somebody-else", name)
        now = read_scenario(renamed, name).scenario
        assert now.actors[scenario.actors.index(actor)].id == "somebody-else"
        mine = [row.position for row in scenario.positions if row.actor == actor.id]
        assert [row.position for row in now.positions if row.actor == "somebody-else"] == mine
        assert rename_actor(renamed, "somebody-else", actor.id, name) == text


def test_keys_and_lists_follow_and_names_do_not() -> None:
    text = b"""comity: 1
title: A
actors:
  - {id: A, name: A, iso3: AAA, count: 2}   # A is many
  - {id: "B", name: B}
groups: [{id: G, name: A, members: ["A", B]}]
institution:
  name: A
  weights: {votes: {unit: votes, values: {A: 2, "B": 1}}}
  rules: [{id: r, name: A, passes: {weight: votes, quota: 2}}]
"""
    read_scenario(text)
    renamed = rename_actor(text, "A", "no").decode()
    assert "{id: no, name: A, iso3: AAA, count: 2}   # A is many" in renamed
    assert "{id: G, name: A, members: [no, B]}" in renamed
    assert 'values: {no: 2, "B": 1}' in renamed
    assert "title: A\n" in renamed
    assert read_scenario(rename_actor(text, "B", "C")).scenario.groups[0].members == ("A", "C")


def test_a_draft_with_other_faults_is_renamed_in_all_the_same() -> None:
    text = ALWAYS + b"issues: [{id: i, question: q, scale: {low: 3, high: 1, low_means: a, high_means: b}}]\n"
    text += b"positions: [{actor: A, issue: i, position: 9}, {actor: Z, issue: i}]\n"
    assert b"{actor: C, issue: i, position: 9}, {actor: Z, issue: i}" in rename_actor(text, "A", "C")
    twice = text.replace(b"actor: Z", b"actor: A")
    assert b"{actor: C, issue: i, position: 9}, {actor: C, issue: i}" in rename_actor(twice, "A", "C")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("A", "B", "given twice"),
        ("A", "not an id", "is no id"),
        ("A", "", "is no id"),
        ("Z", "C", "no actor has the id"),
    ],
)
def test_what_cannot_be_is_told(old: str, new: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        rename_actor(ALWAYS, old, new)
