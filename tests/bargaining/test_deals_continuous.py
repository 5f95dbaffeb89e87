"""Continuous issues: the efficient formula, and every solution beside a fine grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bargaining.deals import (
    DealError,
    NoZone,
    Scales,
    UtilityTable,
    best_smallest_share,
    efficient_outcome,
    ideal_gains,
    kalai_smorodinsky_outcome,
    nash_outcome,
)
from comity.bargaining.deals.continuous import Losses

GRID = np.stack(np.meshgrid(*[np.linspace(0, 1, 401)] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
LOSSES: list[Losses] = ["quadratic", "city-block"]
TENTHS = st.integers(0, 10).map(lambda tenths: tenths / 10)
WEIGHTS = st.integers(1, 9).map(float)


@st.composite
def scales(draw: st.DrawFn, losses: Losses) -> Scales:
    parties = draw(st.integers(2, 4))
    points = draw(st.lists(st.tuples(TENTHS, TENTHS), min_size=parties, max_size=parties))
    saliences = draw(st.lists(st.tuples(WEIGHTS, WEIGHTS), min_size=parties, max_size=parties))
    middle = Scales(points, saliences, np.zeros(parties), losses).of(np.mean(points, axis=0))
    room = draw(st.lists(st.integers(1, 30).map(lambda tenths: tenths / 10), min_size=parties, max_size=parties))
    return Scales(points, saliences, middle - np.array(room), losses)


@given(scales("quadratic"), st.data())
def test_the_efficient_formula_has_no_slope_left(given_scales: Scales, data: st.DataObject) -> None:
    n = len(np.asarray(given_scales.disagreement))
    weights = data.draw(st.lists(WEIGHTS, min_size=n, max_size=n))
    x = efficient_outcome(given_scales, weights)
    ideals, saliences = np.asarray(given_scales.ideal_points), np.asarray(given_scales.saliences)
    power = np.array(weights)[:, None] * saliences
    assert x == pytest.approx((power * ideals).sum(axis=0) / power.sum(axis=0))
    assert (given_scales.of(GRID) @ weights).max() <= given_scales.of(x) @ weights + 1e-9


@given(scales("city-block"), st.data())
def test_the_weighted_median_is_best_for_city_block_losses(given_scales: Scales, data: st.DataObject) -> None:
    n = len(np.asarray(given_scales.disagreement))
    weights = data.draw(st.lists(WEIGHTS, min_size=n, max_size=n))
    x = efficient_outcome(given_scales, weights)
    assert (given_scales.of(GRID) @ weights).max() <= given_scales.of(x) @ weights + 1e-9


@pytest.mark.parametrize("losses", LOSSES)
@settings(max_examples=25)
@given(data=st.data())
def test_solutions_are_at_least_as_good_as_a_fine_grid(losses: Losses, data: st.DataObject) -> None:
    case = data.draw(scales(losses))
    gains = case.of(GRID) - np.asarray(case.disagreement)
    inside = gains[(gains > 1e-9).all(axis=1)]
    weights = np.array(data.draw(st.lists(WEIGHTS, min_size=gains.shape[1], max_size=gains.shape[1])))

    found = nash_outcome(case, weights)
    assert (found.gains > 0).all()
    reached = (weights / weights.sum()) @ np.log(found.gains)
    best = ((weights / weights.sum()) @ np.log(inside).T).max()
    assert reached >= best - 1e-6
    assert reached <= best + 0.5  # a grid of 1/400 is not far behind

    ideal = ideal_gains(case)
    assert (ideal >= inside.max(axis=0) - 1e-6).all()
    shares = (inside / ideal).min(axis=1).max()
    assert (kalai_smorodinsky_outcome(case).gains / ideal).min() >= shares - 1e-6
    t, outcome = best_smallest_share(case)
    assert t >= gains.min(axis=1).max() - 1e-6
    assert (case.of(outcome) - np.asarray(case.disagreement)).min() == pytest.approx(t, abs=1e-6)


@given(scales("quadratic"))
def test_the_nash_outcome_is_the_efficient_one_with_weights_one_over_gains(case: Scales) -> None:
    found = nash_outcome(case)
    assert found.outcome == pytest.approx(efficient_outcome(case, 1 / found.gains), abs=1e-7)


def test_the_weighted_mean_is_the_nash_outcome_when_no_deal_is_very_bad() -> None:
    x, c, s = np.array([0.0, 0.4, 1.0]), np.array([3.0, 1.0, 2.0]), np.array([0.5, 1.0, 0.8])
    mean = (c * s) @ x / (c * s).sum()
    gaps = [
        abs(nash_outcome(Scales(x[:, None], s[:, None], [-bad] * 3), c).outcome[0] - mean)
        for bad in (10.0, 100.0, 1000.0)
    ]
    assert gaps[0] > 5 * gaps[1] > 25 * gaps[2]  # the gap shrinks like one over it


def test_an_empty_zone_says_by_how_much_all_miss_it() -> None:
    case = Scales([[0.0], [1.0]], [[1.0], [1.0]], [-0.1, -0.1])
    t, _ = best_smallest_share(case)
    assert t == pytest.approx(-0.15)
    for solve in (nash_outcome, kalai_smorodinsky_outcome, ideal_gains):
        with pytest.raises(NoZone, match=r"0\.15"):
            solve(case)


def test_one_issue_equals_the_table_of_its_grid() -> None:
    from comity.bargaining.deals import nash, zone_of_agreement

    case = Scales([[0.0], [0.3], [1.0]], [[1.0], [2.0], [1.5]], [-1.0, -1.0, -1.2])
    grid = np.linspace(0, 1, 100_001)[:, None]
    table = nash(zone_of_agreement(UtilityTable(case.of(grid), case.disagreement)))
    assert grid[table.packages[0, 0], 0] == pytest.approx(nash_outcome(case).outcome[0], abs=1e-5)


def test_bad_numbers_are_refused_by_name() -> None:
    with pytest.raises(DealError, match=r"ideal_points\[issue 0, party 1\]"):
        Scales([[0.0], [np.nan]], [[1.0], [1.0]], [-1, -1])
    with pytest.raises(DealError, match=r"saliences\[issue 0, party 0\]"):
        Scales([[0.0], [1.0]], [[-1.0], [1.0]], [-1, -1])
    with pytest.raises(DealError, match=r"disagreement\[party 1\]"):
        Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1, np.inf])
    with pytest.raises(DealError, match="saliences: has to be"):
        Scales([[0.0], [1.0]], [[1.0]], [-1, -1])
    with pytest.raises(DealError, match="disagreement: has to be one"):
        Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1])
    with pytest.raises(DealError, match="losses"):
        Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1, -1], "cubic")  # type: ignore[arg-type]
    case = Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1, -1])
    with pytest.raises(DealError, match="weights: sum to zero"):
        efficient_outcome(case, [0, 0])
    with pytest.raises(DealError, match=r"weights\[party 1\]"):
        nash_outcome(case, [1, 0])
    with pytest.raises(DealError, match="weights: has to be one"):
        nash_outcome(case, [1])


def test_a_city_block_optimum_at_a_corner_of_the_distances_is_found() -> None:
    # Three parties gain 0.325 - x each, one x - 0.125: the product peaks where 3 / (0.325 - x) = 1 / (x - 0.125).
    case = Scales([[0.9, 0.0], *[[0.0, 0.0]] * 3], np.ones((4, 2)), [-0.775, *[-0.325] * 3], "city-block")
    assert nash_outcome(case).outcome == pytest.approx([0.175, 0.0], abs=1e-5)
