"""Forecasts held to a rule, and two solutions on one line: closed forms, brute force, corners."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bargaining import ProfileError, kalai_smorodinsky_on_a_line, nash_on_a_line, under_rule
from comity.rules import Members, unbeaten_interval

places = st.integers(0, 10).map(float)


def test_romer_and_rosenthal_in_closed_form() -> None:
    """A setter at 9, a pivot at 4 and nothing agreed at 1: it gets 2 * 4 - 1 = 7."""
    found = under_rule(9.0, 4.0, 4.0, 1.0)
    assert (found.outcome[0], found.lowest[0], found.highest[0]) == (7, 1, 7)
    assert under_rule(6.0, 4.0, 4.0, 1.0).outcome[0] == 6
    assert under_rule(0.0, 4.0, 4.0, 1.0).outcome[0] == 1


def test_inside_the_core_nothing_passes_against_what_applies() -> None:
    assert under_rule([0.0, 9.0], 2.0, 6.0, 3.0).outcome.tolist() == [3, 3]


@settings(deadline=None)
@given(x=st.lists(places, min_size=3, max_size=7), k=st.integers(1, 7), wish=places, start=places)
def test_the_outcome_is_the_nearest_that_passes(x: list[float], k: int, wish: float, start: float) -> None:
    """By asking every point of a fine line whether enough members like it at least as well as what applies."""
    n = len(x)
    rule = Members(n, min(max(k, n // 2 + 1), n))
    low, high = unbeaten_interval(rule, x)
    outcome = float(under_rule(wish, low, high, start).outcome[0])
    line = np.arange(-10, 21, 0.125)
    likes = np.abs(np.array(x)[:, None] - line) <= np.abs(np.array(x)[:, None] - start)
    stands = line[(likes.sum(axis=0) >= rule.at_least) | (line == start)]
    assert abs(outcome - wish) == pytest.approx(np.abs(stands - wish).min())


def test_a_rule_that_beats_everything_excludes_nothing() -> None:
    found = under_rule(5.0, 8.0, 2.0)
    assert (found.outcome[0], bool(found.anything[0])) == (5, True)


def test_what_is_unknown_stays_unknown() -> None:
    found = under_rule([1.0, np.nan, 1.0], [2.0, 2.0, np.nan], [3.0, 3.0, 3.0], [0.0, 0.0, 0.0])
    assert np.isnan(found.outcome).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("arguments", "field"), [(([1.0, 2.0], [1.0] * 3, 2.0), "forecast"), ((np.inf, 1.0, 2.0), "forecast")]
)
def test_bad_input_of_a_rule_is_named(arguments: Any, field: str) -> None:
    with pytest.raises(ProfileError) as caught:
        under_rule(*arguments)
    assert caught.value.field == field


LINE = np.linspace(-10, 20, 30_001)


def gains(x: list[float], start: float) -> Any:
    at = np.array(x)[:, None]
    return np.abs(at - start) - np.abs(at - LINE)


@settings(deadline=None, max_examples=50)
@given(x=st.lists(places, min_size=1, max_size=5), start=places)
def test_nash_is_the_largest_product(x: list[float], start: float) -> None:
    each = gains(x, start)
    allowed = (each >= -1e-9).all(axis=0)
    product = np.where(allowed, np.prod(np.maximum(each, 0), axis=0), -1)
    found = float(nash_on_a_line(x, start)[0])
    if product.max() <= 0:
        assert found == start
    else:
        assert found == pytest.approx(LINE[product.argmax()], abs=2e-3)


@settings(deadline=None, max_examples=50)
@given(x=st.lists(places, min_size=1, max_size=5), start=places)
def test_kalai_smorodinsky_gives_all_the_same_share_of_their_way(x: list[float], start: float) -> None:
    found = float(kalai_smorodinsky_on_a_line(x, start)[0])
    moving = [at for at in x if at != start]
    if not moving:
        assert found == start
        return
    shares = (gains(moving, start) / np.abs(np.array(moving) - start)[:, None]).min(axis=0)
    assert found == pytest.approx(LINE[shares.argmax()], abs=2e-3)


@settings(deadline=None, max_examples=30)
@given(x=st.lists(places, min_size=2, max_size=5), start=places)
def test_both_follow_the_scale_and_its_mirror(x: list[float], start: float) -> None:
    for solve in (nash_on_a_line, kalai_smorodinsky_on_a_line):
        here = solve(x, start)[0]
        assert solve(2 * np.array(x) + 3, 2 * start + 3)[0] == pytest.approx(2 * here + 3)
        assert solve(-np.array(x), -start)[0] == pytest.approx(-here)


def test_absent_actors_and_unknown_reference_points() -> None:
    for solve in (nash_on_a_line, kalai_smorodinsky_on_a_line):
        table = [[2.0, np.nan, 8.0], [2.0, 5.0, 8.0]]
        found = solve(table, [0.0, np.nan])
        assert found[0] == solve([2.0, 8.0], 0.0)[0]
        assert np.isnan(found[1])
        with pytest.raises(ProfileError):
            solve(table, [0.0, 1.0, 2.0])
        with pytest.raises(ProfileError):
            solve([[np.nan, np.nan]], 0.0)
