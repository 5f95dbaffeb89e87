"""The quota curve as a case is asked for it."""

from __future__ import annotations

import pytest

from comity.findings import CannotAnswerError, OptionError, ask, registry
from comity.findings.registry import parse_options
from comity.institutions.analyses.quota_curve import shares_between
from comity.scenario import load, loads

SIX = b"""
comity: 1
title: The Six
actors: [{id: F, name: France}, {id: D, name: Germany}, {id: I, name: Italy}, {id: B, name: Belgium},
  {id: N, name: Netherlands}, {id: L, name: Luxembourg}]
institution:
  name: Council
  weights: {votes: {unit: votes, values: {F: 4, D: 4, I: 4, B: 2, N: 2, L: 1}}}
  rules:
    - {id: main, name: Main rule, passes: {weight: votes, quota: 12}}
    - {id: other, name: Other rule, passes: {weight: votes, quota: 15}}
    - {id: heads, name: Heads, passes: {members: 4}}
"""


def test_rules_that_differ_in_their_quota_alone_have_one_curve() -> None:
    found = ask(registry().get("quota-curve"), loads(SIX), draws=0, search=False)
    assert [finding.key for finding in found] == ["quota-curve", "quota-jumps"]
    jumps = found[1].table
    assert jumps is not None
    records = jumps.records()
    # 17 votes in all: without the 4 of France 13 are left, so from 14 on nothing passes without it.
    veto = [record for record in records if record["change"] == "can block alone" and record["name"] == "France"]
    assert [record["weight_needed"] for record in veto] == [14]
    assert any(record["name"] == "Luxembourg" and record["change"] == "has no power" for record in records)
    chart = found[0].chart
    assert chart is not None
    assert "quota, as a share" in repr(chart())


def test_everybody_at_every_quota_is_one_row_each() -> None:
    options = parse_options(registry().get("quota-curve"), {"members": "all", "between": "60%:90%"})
    table = ask(registry().get("quota-curve"), loads(SIX), options, draws=0, search=False)[0].table
    assert table is not None
    assert len(table.rows) == 6 * 181
    at_first = [record for record in table.records() if record["quota"] == 0.6]
    assert sum(float(record["banzhaf_normalised"] or 0) for record in at_first) == pytest.approx(1)


def test_members_who_are_nearly_level_are_not_said_to_change_their_rank() -> None:
    """At 90 % the heaviest of 190 members differ by less than the floats of the curve: no rank is made of that."""
    case = load("imf-governors-2020")
    jumps = ask(registry().get("quota-curve"), case, draws=0, search=False)[1].table
    assert jumps is not None
    assert {record["change"] for record in jumps.records()} == {"can block alone"}
    first = jumps.records()[0]
    assert case.file.institution is not None
    votes = case.file.institution.weights["votes"]
    assert first["name"] == "United States"
    assert first["weight_needed"] == votes.total - votes.values["USA"].value + 1


def test_a_body_without_one_quota_of_one_table_has_no_curve() -> None:
    with pytest.raises(CannotAnswerError, match="one quota of one table"):
        ask(registry().get("quota-curve"), load("eu-council"), draws=0, search=False)


@pytest.mark.parametrize("text", ["50%", "90%:50%", "a:b", "3:9", "50%:120%", "", "0%:50%"])
def test_a_range_that_is_none_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="quota"):
        shares_between(text)
    with pytest.raises(OptionError, match=r"^--between: (?!Value error)"):
        parse_options(registry().get("quota-curve"), {"between": text})
