from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from comity.positions import Agreement, PositionsError, agreement, cohesion, position_table


def slowly(positions: np.ndarray, salience: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Agreement and agreement beyond chance of one row, pair by pair and issue by issue."""
    n, m = positions.shape
    alike, beyond = np.eye(n), np.eye(n)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            weight = observed = expected = 0.0
            for k in range(m):
                if np.isnan(positions[i, k]) or np.isnan(positions[j, k]):
                    continue
                care = (salience[i, k] + salience[j, k]) / 2
                stated = [positions[a, k] for a in range(n) if not np.isnan(positions[a, k])]
                gaps = [abs(a - b) for at, a in enumerate(stated) for b in stated[at + 1 :]]
                weight += care
                observed += care * abs(positions[i, k] - positions[j, k])
                expected += care * sum(gaps) / len(gaps)
            alike[i, j] = 1 - observed / weight if weight > 0 else np.nan
            beyond[i, j] = 1 - observed / expected if expected > 0 else np.nan
    return alike, beyond


shares = st.sampled_from([0.0, 0.25, 0.4, 0.5, 0.9, 1.0, np.nan])
cases = st.tuples(st.integers(2, 5), st.integers(1, 4)).flatmap(
    lambda size: st.tuples(
        arrays(float, size, elements=shares), arrays(float, size, elements=st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    )
)


@settings(max_examples=60)
@given(cases)
def test_all_pairs_at_once_equal_pair_by_pair(case: tuple[np.ndarray, np.ndarray]) -> None:
    found = agreement(*case)
    for fast, slow in zip((found.agreement[0], found.beyond_chance[0]), slowly(*case), strict=True):
        np.testing.assert_allclose(fast, slow, atol=1e-12)


def test_lijphart_1963_index_of_agreement_on_votes() -> None:
    """IA = (f + g / 2) / n: f votes alike, g votes one step apart, of n; yes, abstain, no are 0, 1/2, 1."""
    yes, abstain, no = 0.0, 0.5, 1.0
    one = [yes, yes, abstain, no, no, yes]
    other = [yes, abstain, abstain, yes, abstain, yes]
    found = agreement([one, other], np.ones((2, 6)))
    assert found.agreement[0, 0, 1] == pytest.approx((3 + 2 / 2) / 6)


def test_signorino_and_ritter_1999_s_is_twice_the_agreement_less_one() -> None:
    """S = 1 - 2 sum w |x_i - x_j| / (d_max sum w), with the common weights 1, 2 and 3."""
    weights = np.array([[1.0, 2.0, 3.0]] * 2)
    found = agreement([[0.0, 0.2, 1.0], [0.5, 0.2, 0.25]], weights)
    assert found.s[0, 0, 1] == pytest.approx(1 - 2 * (1 * 0.5 + 2 * 0.0 + 3 * 0.75) / 6)


def test_beyond_chance_is_zero_on_average_over_the_pairs_of_one_issue() -> None:
    """Häge 2011: A = 1 - D_o / D_e; with one issue the mean of D_o over pairs is D_e."""
    found = agreement([[0.0], [0.3], [0.35], [1.0]], np.ones((4, 1)))
    first, second = np.triu_indices(4, 1)
    assert found.beyond_chance[0, first, second].mean() == pytest.approx(0)


@settings(max_examples=30)
@given(cases, st.randoms(use_true_random=False), st.floats(0.01, 100))
def test_order_of_actors_direction_of_scales_and_unit_of_salience_do_not_matter(
    case: tuple[np.ndarray, np.ndarray], draw: object, factor: float
) -> None:
    positions, salience = case
    found = agreement(positions, salience)
    order = np.random.default_rng(0).permutation(len(positions))
    moved = agreement(positions[order], salience[order] * factor)
    np.testing.assert_allclose(moved.agreement[0], found.agreement[0][np.ix_(order, order)], atol=1e-12)
    turned = positions.copy()
    turned[:, 0] = 1 - turned[:, 0]
    np.testing.assert_allclose(agreement(turned, salience).beyond_chance, found.beyond_chance, atol=1e-9)


def test_rows_are_answered_each_on_its_own() -> None:
    draw = np.random.default_rng(1)
    positions, salience = draw.random((7, 5, 3)), draw.random((7, 5, 3))
    positions[:, 2, 1] = np.nan
    found = agreement(positions, salience)
    for row in range(7):
        alone = agreement(positions[row], salience[row])
        np.testing.assert_array_equal(alone.agreement[0], found.agreement[row])
        np.testing.assert_array_equal(alone.beyond_chance[0], found.beyond_chance[row])


def test_all_alike_agree_fully_and_nobody_can_say_what_is_beyond_chance() -> None:
    found: Agreement = agreement(np.full((3, 2), 0.5), np.ones((3, 2)))
    assert (found.agreement == 1).all()
    assert np.isnan(found.beyond_chance[0, 0, 1])


def test_no_shared_issue_or_none_that_matters_is_not_known() -> None:
    nan = np.nan
    apart = agreement([[0.0, nan], [nan, 1.0]], np.ones((2, 2)))
    assert np.isnan(apart.agreement[0, 0, 1])
    assert apart.issues.tolist() == [[1, 0], [0, 1]]
    assert np.isnan(agreement([[0.0], [1.0]], [[0.0], [0.0]]).agreement[0, 0, 1])
    alone = agreement([[0.3]], [[1.0]])
    assert alone.agreement.tolist() == [[[1.0]]]


@pytest.mark.parametrize(
    ("positions", "salience", "says"),
    [
        ([[0.0], [2.0]], [[1], [1]], "positions: a position is outside 0 to 1; divide by the length"),
        ([[0.0], [1.0]], [[1], [-1]], "salience: a salience is negative"),
        ([[0.0], [1.0]], [[1], [np.nan]], "salience: a salience is missing"),
        ([[0.0], [1.0]], [[1, 1], [1, 1]], "does not fit positions"),
        ([0.0, 1.0], [1, 1], "expected .n_rows, n_actors, n_issues"),
        ([[[0.0], [np.nan]], [[0.0], [1.0]]], [[1], [1]], "missing in some rows"),
    ],
)
def test_bad_numbers_are_named(positions: object, salience: object, says: str) -> None:
    with pytest.raises(PositionsError, match=says):
        position_table(positions, salience)  # type: ignore[arg-type]


def test_cohesion_is_the_mean_over_pairs_and_leaves_out_what_is_not_known() -> None:
    nan = np.nan
    values = [[[1, 0.9, nan, 0.1], [0.9, 1, 0.5, 0.3], [nan, 0.5, 1, 0.7], [0.1, 0.3, 0.7, 1]]]
    found = cohesion(values, [True, True, True, False])
    assert found.within[0] == pytest.approx((0.9 + 0.5) / 2)
    assert found.with_rest[0] == pytest.approx((0.1 + 0.3 + 0.7) / 3)
    assert found.gap[0] == pytest.approx(0.7 - 1.1 / 3)
    everybody = cohesion(values, [True] * 4)
    assert np.isnan(everybody.with_rest[0])
    assert np.isnan(cohesion(values, [True, False, False, False]).within[0])
    with pytest.raises(PositionsError, match="does not fit a group of 3"):
        cohesion(values, [True, True, False])
