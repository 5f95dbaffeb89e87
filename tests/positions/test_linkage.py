from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from comity.positions import linkage

shares = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0, np.nan])
cases = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.tuples(
        arrays(float, size, elements=shares), arrays(float, size, elements=st.sampled_from([0.0, 0.1, 0.4, 1.0]))
    )
)


def utility(positions: np.ndarray, salience: np.ndarray, actor: int, outcome: dict[int, float]) -> float:
    return -float(sum(salience[actor, issue] * abs(positions[actor, issue] - at) for issue, at in outcome.items()))


@settings(max_examples=80)
@given(cases)
def test_gains_are_differences_of_utility_between_the_swap_and_halfway(case: tuple[np.ndarray, np.ndarray]) -> None:
    positions, salience = case
    found = linkage(positions, salience)
    trades = 0
    for pair, (i, j) in enumerate(found.pairs.tolist()):
        trading = False
        for k in range(positions.shape[1]):
            for other in range(positions.shape[1]):
                involved = positions[[i, j]][:, [k, other]]
                if np.isnan(involved).any():
                    assert np.isnan(found.first_gain[pair, k, other] + found.second_gain[pair, k, other])
                    continue
                halfway = {at: float(positions[[i, j], at].mean()) for at in (k, other)}
                swap = {k: float(positions[i, k]), other: float(positions[j, other])} if k != other else halfway
                gains = [
                    utility(positions, salience, who, swap) - utility(positions, salience, who, halfway)
                    for who in (i, j)
                ]
                assert found.first_gain[pair, k, other] == pytest.approx(gains[0], abs=1e-12)
                assert found.second_gain[pair, k, other] == pytest.approx(gains[1], abs=1e-12)
                trading = trading or min(gains) > 1e-12
        trades += trading
    assert found.trading_pairs.tolist() == [trades]
    assert (found.best[0] >= 0) == (trades > 0)


def test_the_best_trade_is_the_one_that_gives_most_to_whom_it_gives_less() -> None:
    found = linkage([[0, 0, 0], [1, 1, 1]], [[0.9, 0.5, 0.1], [0.1, 0.5, 0.9]])
    assert found.best.tolist() == [0 * 9 + 0 * 3 + 2]  # the first has its way on issue 0, the second on issue 2
    assert found.best_gain.tolist() == pytest.approx([0.4])
    np.testing.assert_allclose(found.smaller_gain[0, 0], [0, 0.2, 0.4])


@pytest.mark.parametrize(
    ("positions", "salience"),
    [
        ([[0.5, 0.5], [0.5, 0.5]], [[1, 0], [0, 1]]),
        ([[0, 0], [1, 1]], [[1, 0.5], [1, 0.5]]),
        ([[0, 0], [1, 1]], [[0, 0], [0, 0]]),
        ([[0], [1]], [[1], [1]]),
        ([[0, 1]], [[1, 1]]),
        ([[0, 0], [1, 0]], [[1, 0], [0, 1]]),
    ],
    ids=["all alike", "the same concerns", "nobody cares", "one issue", "one actor", "apart on one issue only"],
)
def test_nobody_could_trade(positions: list[list[float]], salience: list[list[float]]) -> None:
    found = linkage(positions, salience)
    assert found.best.tolist() == [-1]
    assert found.best_gain.tolist() == [0.0]
    assert found.trading_pairs.tolist() == [0]


def test_shares_count_the_redraws_and_not_the_case_as_written() -> None:
    positions = np.array([[0.0, 0.0], [1.0, 1.0]])
    yes, no = [[0.9, 0.1], [0.1, 0.9]], [[0.9, 0.1], [0.9, 0.1]]
    found = linkage(np.array([positions] * 4), np.array([no, yes, no, yes]))
    assert found.share[0, 0, 1] == pytest.approx(2 / 3)
    assert found.best.tolist() == [-1, 1, -1, 1]


def test_many_rows_are_done_in_parts_that_agree() -> None:
    draw = np.random.default_rng(2)
    positions, salience = draw.random((9, 4, 3)), draw.random((9, 4, 3))
    found = linkage(positions, salience)
    for row in range(9):
        alone = linkage(positions[row], salience[row])
        assert alone.best[0] == found.best[row]
        assert alone.best_gain[0] == found.best_gain[row]
    import sys
    from unittest.mock import patch

    with patch.object(sys.modules["comity.positions.linkage"], "_MOST_NUMBERS", 100):
        parts = linkage(positions, salience)
    np.testing.assert_array_equal(parts.share, found.share)
    np.testing.assert_array_equal(parts.best, found.best)
    np.testing.assert_array_equal(parts.first_gain, found.first_gain)
