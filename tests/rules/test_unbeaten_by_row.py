"""The unbeaten interval where rules differ from row to row: the same as one row at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.rules import (
    All,
    Members,
    RuleError,
    Veto,
    Weighted,
    unbeaten_by_row,
    unbeaten_by_weights,
    unbeaten_interval,
    winset_ends,
    winsets_on_a_line,
)

N = 4
weighted = (
    st.lists(st.integers(0, 6), min_size=N, max_size=N)
    .filter(any)
    .flatmap(lambda weights: st.integers(1, sum(weights)).map(lambda quota: Weighted(tuple(weights), quota)))
)
rules = st.one_of(weighted, st.integers(1, N).map(lambda k: Members(N, k)), weighted.map(
    lambda rule: All((rule, Veto(N, (0,))))
))  # fmt: skip


@settings(deadline=None)
@given(drawn=st.lists(rules, min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_rows_with_rules_of_their_own(drawn: list[Weighted], seed: int) -> None:
    positions = np.random.default_rng(seed).integers(0, 6, (len(drawn) + 1, N)).astype(float)
    low, high = unbeaten_by_row([*drawn, None], positions)
    for row, rule in enumerate(drawn):
        alone = unbeaten_interval(rule, positions[row])
        assert (low[row], high[row]) == (alone[0], alone[1])
    assert (low[-1], high[-1]) == (positions[-1].min(), positions[-1].max())


@settings(deadline=None)
@given(first=weighted, second=weighted, seed=st.integers(0, 1000))
def test_conditions_that_all_have_to_be_met(first: Weighted, second: Weighted, seed: int) -> None:
    positions = np.random.default_rng(seed).integers(0, 6, (3, N)).astype(float)
    weights = np.array([[first.weights] * 3, [second.weights] * 3])
    quotas = np.array([[first.threshold] * 3, [second.threshold] * 3])
    expected = unbeaten_interval(All((first, second)), positions)
    found = unbeaten_by_weights(weights, quotas, positions)
    assert [end.tolist() for end in found] == [end.tolist() for end in expected]


def test_who_has_no_vote_has_no_place() -> None:
    low, high = unbeaten_by_weights([[[0, 2, 1]]], [[2]], [[np.nan, 3.0, 9.0]])
    assert (low[0], high[0]) == (3, 3)


def test_a_quota_that_is_unknown_or_cannot_be_met_gives_no_interval() -> None:
    low, high = unbeaten_by_weights([[[1, 1], [1, 1]]], [[3, np.nan]], [[0.0, 1.0], [0.0, 1.0]])
    assert np.isnan([*low, *high]).all()


def test_ends_of_the_winset_are_arithmetic() -> None:
    rule, positions, start = Members(5, 3), np.array([[0.0, 1.0, 4.0, 7.0, 9.0]]), np.array([1.0])
    ends = winset_ends(*unbeaten_interval(rule, positions), start)
    assert [end.tolist() for end in ends] == [end.tolist() for end in winsets_on_a_line(rule, positions, start)]


def test_shapes_are_checked() -> None:
    with pytest.raises(RuleError):
        unbeaten_by_row([Members(2, 1)], [[0.0, 1.0], [0.0, 1.0]])
    with pytest.raises(RuleError):
        unbeaten_by_weights([[1.0, 1.0]], [[1.0]], [[0.0, 1.0]])
    with pytest.raises(RuleError):
        unbeaten_by_weights([[[1.0, 1.0]]], [[1.0]], [[0.0, np.nan]])
