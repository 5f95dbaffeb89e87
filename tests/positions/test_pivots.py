from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.positions import PositionsError, median_actors, pivotal_members
from comity.rules import Members, Weighted, unbeaten_interval


def test_black_1948_the_median_member_is_pivotal_under_simple_majority() -> None:
    low, high = pivotal_members(Members(5, 3), [30, 10, 50, 20, 40])
    assert (low.tolist(), high.tolist()) == ([0], [0])


def test_a_quota_of_four_of_five_leaves_the_second_from_either_end() -> None:
    low, high = pivotal_members(Members(5, 4), [30, 10, 50, 20, 40])
    assert (low.tolist(), high.tolist()) == ([3], [4])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 9)), min_size=1, max_size=7), st.data())
def test_pivots_stand_at_the_ends_of_the_unbeaten_interval(held: list[tuple[int, int]], data: st.DataObject) -> None:
    positions = np.array([[pair[0] for pair in held]], float)
    weights = tuple(pair[1] for pair in held)
    rule = Weighted(weights, data.draw(st.integers(sum(weights) // 2 + 1, sum(weights))))
    ends = unbeaten_interval(rule, positions)
    for found, end in zip(pivotal_members(rule, positions), ends, strict=True):
        assert positions[0, found[0]] == end[0]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 5)), min_size=1, max_size=7))
def test_medians_by_counting_half_of_the_weight_on_either_side(held: list[tuple[int, int]]) -> None:
    at, weights = [pair[0] for pair in held], [pair[1] for pair in held]
    full = weights if sum(weights) else [1] * len(weights)
    low, high = median_actors(at, weights)
    for found in (at[low[0]], at[high[0]]):
        assert sum(w for x, w in zip(at, full, strict=True) if x < found) <= sum(full) / 2
        assert sum(w for x, w in zip(at, full, strict=True) if x > found) <= sum(full) / 2
    assert at[low[0]] <= at[high[0]]


@pytest.mark.parametrize(
    ("positions", "weights", "says"),
    [
        ([1.0, np.nan], [1, 1], "positions: a position is not a finite number"),
        ([1.0, 2.0], [1, -1], "weights: a weight is negative"),
        ([1.0, 2.0], [1, 1, 1], "does not fit"),
    ],
)
def test_bad_numbers_of_a_median_are_named(positions: list[float], weights: list[float], says: str) -> None:
    with pytest.raises(PositionsError, match=says):
        median_actors(positions, weights)


def test_bad_numbers_of_a_rule_are_named() -> None:
    with pytest.raises(PositionsError, match="the rule has 2 members"):
        pivotal_members(Members(2, 2), [1.0])
    with pytest.raises(PositionsError, match="not a finite number"):
        pivotal_members(Members(2, 2), [1.0, np.nan])
