"""Before and after a change, side by side."""

from __future__ import annotations

from comity.brief import compose
from comity.brief.comparison import compared
from comity.findings import ask, registry
from comity.scenario import Scenario, loads, what_if

CASE = b"""
comity: 1
title: The Six
actors: [{id: F, name: France}, {id: D, name: Germany}, {id: I, name: Italy}, {id: B, name: Belgium},
  {id: N, name: Netherlands}, {id: L, name: Luxembourg}]
institution:
  name: Council
  weights: {votes: {unit: votes, values: {F: 4, D: 4, I: 4, B: 2, N: 2, L: 1}}}
  rules: [{id: main, name: Main rule, passes: {weight: votes, quota: 12}}]
"""


def _finding(case: Scenario):  # type: ignore[no-untyped-def]
    return ask(registry().get("voting-power"), case, draws=0, search=False)[0]


def test_what_moved_is_a_row_a_member_with_before_after_and_change() -> None:
    case = loads(CASE)
    left = what_if(case, "weight:L=2")
    found = compared(_finding(case), _finding(left), "Luxembourg has two votes")
    assert found is not None
    assert found.table is not None
    rows = {record["name"]: record for record in found.table.records()}
    luxembourg = rows["Luxembourg"]
    assert luxembourg["shapley_shubik_before"] == 0
    assert luxembourg["shapley_shubik_after"] == luxembourg["shapley_shubik_change"] > 0  # type: ignore[operator]
    assert "rises most for Luxembourg, 0 %→" in found.sentence
    assert found.sentence.startswith("In the model, changing only this (Luxembourg has two votes)")
    assert found.chart is not None
    assert found.chart()["$schema"]
    assert abs(sum(rows[name]["shapley_shubik_change"] for name in rows)) < 1e-12  # type: ignore[misc]


def test_who_left_is_said_to_be_gone() -> None:
    case = loads(CASE)
    found = compared(_finding(case), _finding(what_if(case, "leave:Belgium")), "Belgium leaves")
    assert found is not None
    assert found.table is not None
    assert "Gone: Belgium." in found.sentence
    assert next(r for r in found.table.records() if r["name"] == "Belgium")["banzhaf_after"] is None


def test_a_brief_of_a_changed_case_has_the_comparison_as_a_chapter_and_says_what_was_changed() -> None:
    case = loads(CASE)
    brief = compose(what_if(case, "leave:Italy"), before=case, draws=20)
    assert not brief.failed
    assert "What if" in [chapter.title for chapter in brief.chapters]
    assert brief.page_one[0].slot == "what if"
    assert "Italy leaves" in brief.page_one[0].lines[0]


def test_nothing_that_moved_is_no_comparison() -> None:
    case = loads(CASE)
    assert compared(_finding(case), _finding(case), "nothing") is None
