"""Delegation: closed forms against integration and search, the core against brute force, and what is said of a case."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.institutions.oversight.delegation import (
    agents_choice,
    delegation_losses,
    loss_under_cap,
    narrowings,
)
from comity.rules import Members, Rule, RuleError, Veto, Weighted, unbeaten_interval
from comity.scenario import Scenario, loads

DELEGATION, DISCRETION = (registry().analyses[name] for name in ("delegation", "discretion"))
BIASES = st.floats(0.0, 20.0)
SHOCKS = st.floats(0.1, 20.0)


def integrated(bias: float, shock: float, cap: float) -> float:
    """The loss by the midpoint rule: the agent wants the shock and its bias, and stops at the cap."""
    steps = 40_000
    shocks = -shock + (np.arange(steps) + 0.5) * (2 * shock / steps)
    return float(np.mean((np.minimum(shocks + abs(bias), cap) - shocks) ** 2))


def test_epstein_and_ohalloran_delegate_where_the_squared_bias_is_below_the_variance() -> None:
    shock = 6.0
    variance = shock**2 / 3
    edge = variance**0.5
    found = delegation_losses([0.0, edge - 1e-9, edge + 1e-9], shock)
    assert found.alone == pytest.approx([variance] * 3)
    assert (found.full < found.alone).tolist() == [True, True, False]


def test_melumad_and_shibano_cap_at_the_shock_less_the_bias_and_none_beyond() -> None:
    found = delegation_losses([0.0, 2.0, -2.0, 6.0, 9.0], 6.0)
    assert found.cap.tolist() == [6.0, 4.0, 4.0, 0.0, 0.0]
    assert found.capped == pytest.approx([0.0, 4 - 16 / 18, 4 - 16 / 18, 12.0, 12.0])


@settings(max_examples=30)
@given(bias=BIASES, shock=SHOCKS, share=st.floats(-1.5, 2.5))
def test_the_loss_under_any_cap_is_the_integral(bias: float, shock: float, share: float) -> None:
    cap = share * shock
    assert float(loss_under_cap(bias, shock, cap)) == pytest.approx(integrated(bias, shock, cap), rel=1e-4, abs=1e-6)


@settings(max_examples=30)
@given(bias=BIASES, shock=SHOCKS)
def test_no_cap_does_better_than_the_best_one(bias: float, shock: float) -> None:
    caps = np.linspace(-shock, shock + bias, 4001)
    searched = loss_under_cap(bias, shock, caps)
    found = delegation_losses(bias, shock)
    assert float(found.capped) == pytest.approx(float(searched.min()), rel=1e-4, abs=2 * (caps[1] - caps[0]) ** 2)
    assert float(found.capped) <= float(searched.min()) + 1e-9 * shock**2
    assert float(found.capped) <= min(float(found.alone), float(found.full)) + 1e-9
    if 1e-3 < bias < shock:
        assert float(found.cap) == pytest.approx(float(caps[searched.argmin()]), abs=2 * (caps[1] - caps[0]))


def test_a_bias_beyond_the_shock_leaves_the_agent_at_the_cap_whatever_it_sees() -> None:
    assert float(loss_under_cap(9.0, 6.0, 0.0)) == pytest.approx(float(delegation_losses(9.0, 6.0).alone))


@pytest.mark.parametrize(
    ("bias", "shock", "says"),
    [(1.0, 0.0, "shock: 0 is not above 0"), (1.0, -2.0, "not above 0"), (float("nan"), 1.0, "not finite")],
)
def test_bad_numbers_are_refused(bias: float, shock: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        delegation_losses(bias, shock)
    with pytest.raises(ValueError, match="cap: a number is not finite"):
        loss_under_cap(1.0, 1.0, np.inf)


@st.composite
def principals(draw: st.DrawFn) -> tuple[Rule, list[float]]:
    n = draw(st.integers(2, 6))
    weights = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any))
    total = sum(weights)
    rules: list[Rule] = [
        Weighted(tuple(weights), draw(st.integers(total // 2 + 1, total))),
        Members(n, draw(st.integers(n // 2 + 1, n))),
        Veto(n, (0,)),
    ]
    return draw(st.sampled_from(rules)), draw(st.lists(st.integers(0, 8).map(float), min_size=n, max_size=n))


@settings(max_examples=60)
@given(case=principals())
def test_no_single_move_leaves_less_room_than_is_said(case: tuple[Rule, list[float]]) -> None:
    rule, positions = case
    low, high = (float(end) for end in unbeaten_interval(rule, positions))
    said = {each.member: each.high - each.low for each in narrowings(rule, positions)}
    for member in range(rule.n):
        best = high - low
        for moved in np.arange(low, high + 0.5, 0.5):
            tried = [*positions]
            tried[member] = float(moved)
            bottom, top = unbeaten_interval(rule, tried)
            best = min(best, float(top - bottom)) if low <= bottom <= top <= high else best
        if low < high:
            assert said.get(member, high - low) == pytest.approx(best)
    assert bool(said) <= (low < high)


def test_an_agent_under_unanimity_has_the_whole_span_and_under_majority_the_median() -> None:
    positions = [0.0, 20.0, 50.0, 70.0, 100.0]
    everyone = unbeaten_interval(Members(5, 5), positions)
    majority = unbeaten_interval(Members(5, 3), positions)
    assert agents_choice(*everyone, ideal_point=90.0).item() == 90.0
    assert agents_choice(*majority, ideal_point=90.0).item() == 50.0
    assert narrowings(Members(5, 3), positions) == ()
    assert [each.member for each in narrowings(Members(5, 5), positions)] == [4, 0]


def test_members_who_stand_together_at_an_end_cannot_narrow_it_alone() -> None:
    assert narrowings(Members(4, 4), [0.0, 0.0, 9.0, 9.0]) == ()
    assert [each.member for each in narrowings(Members(4, 4), [0.0, 0.0, 5.0, 9.0])] == [3]


def test_positions_that_do_not_fit_the_rule_are_refused() -> None:
    with pytest.raises(RuleError, match="positions"):
        narrowings(Members(3, 2), [1.0, 2.0])


def case(*, agent: Any = 80, quota: Any = 4, **delegation: Any) -> Scenario:
    where = {"A": 10, "B": 30, "C": 50, "D": 60, "E": 95, "office": agent}
    data = {
        "comity": 1,
        "title": "An office",
        "actors": [
            {"id": name, "name": name, **({"roles": ["delivers"]} if name == "office" else {})} for name in where
        ],
        "issues": [
            {"id": "w", "question": "?", "scale": {"low": 0, "high": 100, "low_means": "no", "high_means": "yes"}}
        ],
        "positions": [
            {"actor": name, "issue": "w", "position": position}
            for name, position in where.items()
            if position is not None
        ],
        "institution": {
            "name": "Council",
            "rules": [{"id": "r", "name": "the quota", "passes": {"members": quota}}],
            "delegation": {"agent": "office", **delegation},
        },
    }
    return loads(json.dumps(data).encode())


def answered(analysis: Any, scenario: Scenario, **settings: Any) -> Finding:
    (finding,) = ask(analysis, scenario, **{"draws": 200, "search": False, **settings})
    return finding


@pytest.mark.parametrize(
    ("bias", "verdict", "words"),
    [
        (0, "delegate: even without a limit the agent does better", "needs no limit"),
        (3, "delegate: even without a limit the agent does better", "up to 7 points above"),
        (-3, "delegate: even without a limit the agent does better", "up to 7 points below"),
        (8, "delegate only under a limit", "the Council"),
        (12, "delegate nothing", "nothing is delegated"),
    ],
)
def test_the_finding_says_how_far_to_delegate(bias: float, verdict: str, words: str) -> None:
    finding = answered(DELEGATION, case(bias=bias, shock=10))
    assert finding.verdict == verdict
    assert words in finding.sentence
    assert "No track record" in finding.sentence
    assert finding.table is not None
    assert finding.table.rows[0][3] == 0.0


def test_the_flip_of_the_bias_is_where_the_theory_puts_it() -> None:
    finding = answered(DELEGATION, case(bias=3, shock=10), search=True)
    assert isinstance(finding.flips, tuple)
    nearest = {flip.path: flip for flip in finding.flips}["institution.delegation.bias"]
    assert abs(nearest.flips_at) == pytest.approx(10 / 3**0.5, rel=1e-4)
    assert nearest.becomes == "delegate only under a limit"


@pytest.mark.parametrize(
    ("agent", "quota", "verdict", "choice"),
    [
        (80, 5, "the agent can have what it wants", 80.0),
        (80, 4, "the members hold the agent below what it wants", 60.0),
        (20, 4, "the members hold the agent above what it wants", 30.0),
        (80, 2, "some group that can pass a decision would replace anything the agent does", 80.0),
    ],
)
def test_the_rule_decides_what_the_agent_can_have(agent: float, quota: int, verdict: str, choice: float) -> None:
    finding = answered(DISCRETION, case(agent=agent, quota=quota))
    assert finding.verdict == verdict
    assert finding.value == choice
    assert finding.chart is not None
    assert finding.chart()["$schema"].endswith(".json")


def test_who_could_narrow_the_room_is_named() -> None:
    finding = answered(DISCRETION, case())
    assert finding.reading == (
        "Its ends are where B and D stand. Of single members A could take away most: at 60 it would leave 50–60."
    )
    assert finding.table is not None
    assert [row[0] for row in finding.table.rows] == ["A", "B", "D", "E"]
    joined = answered(DISCRETION, case(quota=3))
    assert joined.table is not None
    assert joined.table.rows == ()


def test_an_agent_without_a_position_is_not_given_one() -> None:
    with pytest.raises(CannotAnswerError, match="needs a position of the agent, office; none is stated"):
        answered(DISCRETION, case(agent=None))


def test_without_a_bias_the_question_says_what_is_missing() -> None:
    with pytest.raises(CannotAnswerError, match=r"needs the agent's bias \(`institution\.delegation\.bias`\)"):
        answered(DELEGATION, case(shock=10))
