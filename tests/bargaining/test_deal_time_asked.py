"""Time and power, and issues on their scales, asked of a case: closed forms, and what is secret stays so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from comity.brief import compose
from comity.brief.as_json import render_json
from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.scenario import Scenario, load, loads, skeleton

BASIN = load("river-basin")
RIVER = loads(skeleton("several-issues").encode(), "several-issues")
FACTORS = {"highland": 0.86, "midland": 0.9, "lowland": 0.88, "cities": 0.84, "rivers": 0.95, "bank": 0.93}


def asked(name: str, case: Scenario = BASIN, **options: Any) -> tuple[Finding, ...]:
    analysis = registry().get(name)
    return ask(analysis, case, analysis.options(**options), draws=30, search=False)


def by_key(found: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.key: finding for finding in found}


def rows_of(finding: Finding) -> dict[Any, tuple[Any, ...]]:
    assert finding.table is not None
    return {row[0]: row for row in finding.table.rows}


def set_factors(**factors: float) -> Scenario:
    return BASIN.with_values({f"deal.discount_factor[{who}]": value for who, value in factors.items()})


def test_shares_are_the_stationary_equilibrium_with_the_risk_of_a_breakdown() -> None:
    found = by_key(asked("time-and-power"))
    waits = {who: factor * (1 - 0.04) for who, factor in FACTORS.items()}
    total = 1 + sum(wait / (1 - wait) for wait in waits.values())
    names = {actor.id: actor.name for actor in BASIN.file.actors}
    rows = rows_of(found["time-and-power"])
    for who, wait in waits.items():
        own = 1 / (1 - wait) / total
        _, factor, expected, first, other, _ = rows[names[who]]
        assert (factor, first, other) == pytest.approx((FACTORS[who], own, wait * own))
        assert expected == pytest.approx(own * (1 + 5 * wait) / 6)
    assert sum(row[2] for row in rows.values()) == pytest.approx(1)


def test_of_two_the_shares_are_rubinstein_s() -> None:
    found = by_key(asked("time-and-power", set_factors(highland=0.8, midland=0.9).with_values({"deal.breakdown": 0.0})))
    assert found["pairs"].table is not None
    row = next(row for row in found["pairs"].table.rows if row[:2] == ("Highland", "Midland"))
    first = (1 - 0.9) / (1 - 0.8 * 0.9)
    assert row[2:4] == pytest.approx((first, 1 - first))


def test_haste_costs_nobody_anything_where_all_are_alike_and_votes_are_baron_and_ferejohn_s() -> None:
    case = set_factors(**dict.fromkeys(FACTORS, 0.9)).with_values({"deal.breakdown": 0.0})
    found = by_key(asked("time-and-power", case))
    assert "haste costs nobody anything" in found["time-and-power"].reading
    assert [row[5] for row in rows_of(found["time-and-power"]).values()] == pytest.approx([0.0] * 6)
    # Three members, two votes: 1 - d / 3 for whoever proposes, d / 3 for the one whose vote is bought.
    votes = rows_of(found["by-votes"])
    assert [votes[name][1:] for name in votes] == [pytest.approx((1 / 3, 0.3, 0.7))] * 3


def test_haste_costs_what_being_as_patient_as_the_most_patient_would_add() -> None:
    rows = rows_of(by_key(asked("time-and-power"))["time-and-power"])
    changed = rows_of(by_key(asked("time-and-power", set_factors(cities=0.95)))["time-and-power"])
    assert rows["League of Cities"][5] == pytest.approx(changed["League of Cities"][2] - rows["League of Cities"][2])
    assert rows["Rivers Watch"][5] == pytest.approx(0.0)


def test_a_rule_that_is_no_number_of_equal_votes_is_not_guessed_at() -> None:
    file = BASIN.file
    assert file.institution is not None
    assert file.deal is not None
    rules = tuple(
        rule.model_copy(update={"passes": loads(WEIGHTED).file.institution.rules[0].passes})  # type: ignore[union-attr]
        if rule.id == "two-of-three"
        else rule
        for rule in file.institution.rules
    )
    weights = loads(WEIGHTED).file.institution.weights  # type: ignore[union-attr]
    institution = file.institution.model_copy(update={"rules": rules, "weights": weights})
    found = by_key(asked("time-and-power", Scenario(file.model_copy(update={"institution": institution}), "x")))
    assert "by-votes" not in found
    assert any("no plain number of equal votes" in caveat for caveat in found["time-and-power"].caveats)


WEIGHTED = b"""
comity: 1
title: Weighted
actors: [{id: highland, name: H}, {id: midland, name: M}, {id: lowland, name: L}]
institution:
  name: Body
  weights: {votes: {unit: votes, values: {highland: 3, midland: 2, lowland: 1}}}
  rules: [{id: r, name: r, passes: {weight: votes, quota: 4}}]
"""


def test_patience_is_a_secret_and_leaves_no_trace_for_others() -> None:
    def shared(value: float) -> str:
        case = set_factors(**dict.fromkeys(FACTORS, value)).redacted()
        return render_json(compose(case, audience="shared", draws=20, only=["deal-space", "time-and-power", "drafts"]))

    assert shared(0.5) == shared(0.7)
    with pytest.raises(CannotAnswerError, match="how patient each party is"):
        asked("time-and-power", BASIN.redacted())


def test_no_party_is_asked_that_does_not_say_how_patient_it_is() -> None:
    deal = BASIN.file.deal
    assert deal is not None
    parties = tuple(party.model_copy(update={"discount_factor": None}) if party.actor in ("bank", "midland") else party
                    for party in deal.parties)  # fmt: skip
    case = Scenario(BASIN.file.model_copy(update={"deal": deal.model_copy(update={"parties": parties})}), "x")
    found = by_key(asked("time-and-power", case))
    assert len(rows_of(found["time-and-power"])) == 4
    assert "by-votes" not in found
    assert any("How patient Midland is is not stated" in caveat for caveat in found["time-and-power"].caveats)


def losses(case: Scenario, outcome: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Quadratic losses of the three states, straight from the file."""
    scales = [(issue.scale.low, issue.scale.high) for issue in case.file.issues]
    found = []
    for actor in ("upper", "middle", "lower"):
        rows = {row.issue: row for row in case.file.positions if row.actor == actor}
        loss = 0.0
        for issue, (low, high), value in zip(case.file.issues, scales, outcome, strict=True):
            row = rows[issue.id]
            assert row.position is not None
            assert row.salience is not None
            apart = (value - (row.position.estimate or 0.0)) / (high - low)
            loss += (row.salience.estimate or 0.0) * apart**2
        found.append(-loss)
    return np.array(found)


def test_on_the_scales_no_outcome_on_a_grid_has_a_larger_product_of_gains() -> None:
    (found,) = asked("continuous-deal", RIVER)
    rows = rows_of(found)
    reference = losses(RIVER, np.array([3.0, 10.0, 0.0]))
    best = float(np.prod(losses(RIVER, np.array(rows["nash"][1:4])) - reference))
    grids = (np.linspace(3, 12, 31), np.linspace(0, 100, 31), np.linspace(0, 400, 31))
    for outcome in np.stack(np.meshgrid(*grids), axis=-1).reshape(-1, 3)[::3]:
        gains = losses(RIVER, outcome) - reference
        assert (gains < 0).any() or float(np.prod(gains)) <= best * (1 + 1e-6)
    # Kalai and Smorodinsky: the smallest shares are as large as they can be, and here equal for the two that bind.
    shares = sorted(rows["kalai-smorodinsky"][4:])
    assert shares[0] == pytest.approx(shares[1], abs=1e-5)
    assert shares[0] >= min(rows["nash"][4:]) - 1e-9
    assert "worse than the reference points for Upper State" in found.reading
    assert any("Development bank is left out" in caveat for caveat in found.caveats)


def test_on_the_scales_it_is_said_where_nothing_is_better_for_all() -> None:
    stays = RIVER.with_values({"issues[filling].reference_point": 4.0, "issues[data].reference_point": 30.0,
                               "issues[compensation].reference_point": 50.0})  # fmt: skip
    (found,) = asked("continuous-deal", stays)
    assert "no settlement of these issues is better than the reference points for every one" in found.sentence
    assert found.chart is None


def test_on_the_scales_two_reference_points_are_needed() -> None:
    with pytest.raises(CannotAnswerError, match="needs two issues with what applies if nothing is agreed"):
        asked("continuous-deal")
    assert "city-block" in str(asked("continuous-deal", RIVER, losses="city-block")[0].options)
