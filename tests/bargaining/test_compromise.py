"""The simple forecasts: printed cases, an obvious reference, bad input."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bargaining import ProfileError, profile, simple_forecasts

WHOLE = st.integers(0, 20)
ACTORS = st.lists(st.tuples(WHOLE, WHOLE, WHOLE), min_size=1, max_size=8).filter(
    lambda rows: any(s * c for _, s, c in rows)
)


def test_car_emissions_starts_at_the_published_numbers() -> None:
    found = simple_forecasts(
        [4, 7, 4, 4, 10, 10, 10, 7, 4, 7],
        [80, 40, 20, 80, 60, 60, 90, 10, 100, 70],
        [0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08],
        low=4,
        high=10,
    )
    assert found.weighted_mean[0] == pytest.approx(7.389956, abs=1e-6)
    assert found.unweighted_mean[0] == pytest.approx(6.7)
    assert found.weighted_median[0] == found.upper_median[0] == 7
    assert not found.tie[0]
    assert found.midpoint[0] == 7


@given(ACTORS)
def test_agrees_with_exact_fractions(rows: list[tuple[int, int, int]]) -> None:
    x, s, c = zip(*rows, strict=True)
    found = simple_forecasts(x, s, c, low=0, high=20)
    total = sum(b * d for b, d in zip(s, c, strict=True))
    mean = Fraction(sum(a * b * d for a, b, d in rows), total)
    assert found.weighted_mean[0] == pytest.approx(float(mean))
    below = {at: sum(b * d for a, b, d in rows if a <= at) for at in x}
    assert found.weighted_median[0] == min(at for at in x if 2 * below[at] >= total)
    assert found.upper_median[0] == min(at for at in x if 2 * below[at] > total)
    assert found.tie[0] == (found.upper_median[0] > found.weighted_median[0])
    assert found.unweighted_mean[0] == pytest.approx(sum(x) / len(x))


def test_the_median_of_decimal_weights_is_a_tie() -> None:
    found = simple_forecasts([1, 2, 3], [0.1, 0.2, 0.3], [1, 1, 1], low=0, high=4)
    assert (found.weighted_median[0], found.upper_median[0], bool(found.tie[0])) == (2, 3, True)


def test_rows_share_what_does_not_vary() -> None:
    found = simple_forecasts([0, 10], [[1, 1], [1, 3], [0, 0]], [[2, 2]], low=0, high=10)
    assert found.weighted_mean.tolist() == [5, 7.5, 5]  # the last redraw has no weight: everybody counts alike
    assert found.weighted_median.tolist() == [0, 10, 0]
    assert found.midpoint.shape == (3,)


@pytest.mark.parametrize("n", [1, 4])
def test_all_at_one_place(n: int) -> None:
    found = simple_forecasts([6.5] * n, [0.3] * n, [2] * n, low=0, high=10)
    assert found.weighted_mean[0] == pytest.approx(6.5)
    assert found.weighted_median[0] == 6.5
    assert not found.tie[0]


def test_bad_input_names_field_row_and_actor() -> None:
    with pytest.raises(ProfileError, match=r"capability\[row 1, actor 0\]: -2 is negative") as caught:
        profile([1, 2], [1, 1], [[1, 1], [-2, 1]])
    assert (caught.value.field, caught.value.row, caught.value.actor) == ("capability", 1, 0)
    with pytest.raises(ProfileError, match="zero for every actor"):
        profile([1, 2], [0, 0], [1, 1])
    with pytest.raises(ProfileError, match="not a finite number"):
        profile([1, np.nan], [1, 1], [1, 1])
    with pytest.raises(ProfileError, match="do not fit"):
        profile([[1, 2], [1, 2]], np.ones((3, 2)), [1, 1])
    with pytest.raises(ProfileError, match="different numbers of actors"):
        profile([1], [1, 1], [1, 1])
