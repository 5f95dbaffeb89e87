from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.positions import LARGEST_ALPHA, PositionsError, contest


def slowly(at: list[float], weights: list[float], alpha: float, reach: float) -> float:
    total = sum(weights)
    share = [weight / total for weight in weights]
    found = 0.0
    for i, here in enumerate(at):
        felt = sum(share[j] * max(0.0, 1 - abs(here - there) / reach) for j, there in enumerate(at))
        for j, there in enumerate(at):
            found += share[i] * felt**alpha * share[j] * abs(here - there)
    return 2 ** (1 + alpha) * found


people = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 1)), min_size=1, max_size=6)
alphas, reaches = st.floats(0, LARGEST_ALPHA), st.floats(0.01, 0.5)


def one_issue(held: list[tuple[float, float]], alpha: float, reach: float) -> float:
    at, weights = (np.array([pair[side] for pair in held])[:, None] for side in (0, 1))
    return float(contest(at, weights, alpha, reach).polarisation[0, 0])


@settings(max_examples=60)
@given(people, alphas, reaches)
def test_all_rows_at_once_equal_the_sums_one_by_one(
    held: list[tuple[float, float]], alpha: float, reach: float
) -> None:
    at, weights = [pair[0] for pair in held], [pair[1] for pair in held]
    assert one_issue(held, alpha, reach) == pytest.approx(slowly(at, weights, alpha, reach), abs=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 1.6])
@pytest.mark.parametrize("share", [0.5, 0.3, 0.05])
def test_esteban_and_ray_1994_two_groups(alpha: float, share: float) -> None:
    """K (p^(1+a) (1-p) + (1-p)^(1+a) p) d, for two groups of shares p and 1 - p at distance d."""
    at = np.array([[0.1], [0.1], [0.9]])
    weights = np.array([[share / 4], [3 * share / 4], [1 - share]])
    found = contest(at, weights, alpha, 0.2).polarisation[0, 0]
    groups = share ** (1 + alpha) * (1 - share) + (1 - share) ** (1 + alpha) * share
    assert found == pytest.approx(2 ** (1 + alpha) * groups * 0.8)


@pytest.mark.parametrize("alpha", [0.25, 1.0, 1.6])
def test_of_n_equal_atoms_it_is_their_mean_distance_shrunk_by_n(alpha: float) -> None:
    """Esteban and Ray's index of n equal atoms: n^-alpha times the mean distance (times the constant)."""
    at = np.linspace(0, 1, 5)
    found = contest(at[:, None], np.ones((5, 1)), alpha, 0.2).polarisation[0, 0]
    mean = np.abs(at[:, None] - at).mean()
    assert found == pytest.approx(2 ** (1 + alpha) * 5**-alpha * mean)


def test_alpha_of_zero_is_ginis_mean_difference_doubled() -> None:
    at = np.array([0.0, 0.2, 0.7, 1.0])
    found = contest(at[:, None], np.ones((4, 1)), 0.0, 0.2).polarisation[0, 0]
    assert found == pytest.approx(2 * np.abs(at[:, None] - at).mean())


@settings(max_examples=40)
@given(people, alphas, reaches)
def test_it_lies_between_all_at_one_place_and_two_camps_at_the_ends(
    held: list[tuple[float, float]], alpha: float, reach: float
) -> None:
    assert -1e-12 <= one_issue(held, alpha, reach) <= 1 + 1e-9
    together = [(0.4, weight) for _, weight in held]
    assert one_issue(together, alpha, reach) == pytest.approx(0)


@settings(max_examples=30)
@given(people, alphas, reaches, st.floats(0.1, 50))
def test_the_order_of_actors_the_direction_and_the_unit_of_weight_do_not_matter(
    held: list[tuple[float, float]], alpha: float, reach: float, unit: float
) -> None:
    found = one_issue(held, alpha, reach)
    turned = [(1 - at, unit * weight) for at, weight in reversed(held)]
    assert one_issue(turned, alpha, reach) == pytest.approx(found, abs=1e-9)


def test_splitting_an_actor_into_two_alike_changes_nothing() -> None:
    whole = contest([[0.0], [0.6]], [[2.0], [1.0]], 1.3, 0.2)
    split = contest([[0.0], [0.0], [0.6]], [[0.5], [1.5], [1.0]], 1.3, 0.2)
    assert split.polarisation[0, 0] == pytest.approx(whole.polarisation[0, 0])
    assert split.spread[0, 0] == pytest.approx(whole.spread[0, 0])


def test_missing_positions_and_zero_weights() -> None:
    nan = np.nan
    found = contest([[0.0, nan, 0.2], [1.0, nan, nan], [nan, nan, 0.8]], [[1, 1, 0], [1, 1, 0], [1, 1, 0]], 1.0, 0.2)
    assert found.polarisation[0, 0] == pytest.approx(1.0)
    assert np.isnan(found.polarisation[0, 1])
    assert found.weighted.tolist() == [[True, False, False]]
    assert found.mean[0, 2] == pytest.approx(0.5)
    assert found.spread[0, 2] == pytest.approx(0.6)


def test_alpha_and_reach_may_differ_by_row() -> None:
    at = np.array([[0.0], [0.1], [1.0]])
    both = contest(at, np.ones((3, 1)), [0.5, 1.5], [0.1, 0.4])
    for row, (alpha, reach) in enumerate(((0.5, 0.1), (1.5, 0.4))):
        assert both.polarisation[row, 0] == contest(at, np.ones((3, 1)), alpha, reach).polarisation[0, 0]


@pytest.mark.parametrize(
    ("positions", "weights", "alpha", "reach", "says"),
    [
        ([[0.5]], [[1]], 1.7, 0.2, "alpha: is outside 0 to 1.6"),
        ([[0.5]], [[1]], 1.0, 0.0, "reach: is not above 0"),
        ([[1.5]], [[1]], 1.0, 0.2, "outside 0 to 1"),
        ([[0.5]], [[-1]], 1.0, 0.2, "negative or missing"),
        ([[0.5]], [[np.nan]], 1.0, 0.2, "negative or missing"),
        ([[0.5, 0.1]], [[1, 1, 1]], 1.0, 0.2, "does not fit"),
        ([0.5], [1], 1.0, 0.2, "expected"),
    ],
)
def test_bad_numbers_are_named(positions: object, weights: object, alpha: float, reach: float, says: str) -> None:
    with pytest.raises(PositionsError, match=says):
        contest(positions, weights, alpha, reach)  # type: ignore[arg-type]
