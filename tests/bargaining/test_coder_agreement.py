"""Krippendorff's alpha: the published examples, a slow reference, and what is undefined."""

from __future__ import annotations

import math
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bargaining.elicitation import ElicitationError, coder_agreement
from comity.bargaining.elicitation.coder_agreement import Level

N = float("nan")
# Four observers, twelve units: data C of Krippendorff 2011, as the R package irr ships them; its printed results.
KRIPPENDORFF_2011 = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
PUBLISHED: tuple[tuple[Level, float], ...] = (
    ("nominal", 0.743),
    ("ordinal", 0.815),
    ("interval", 0.849),
    ("ratio", 0.797),
)


@pytest.mark.parametrize(("level", "alpha"), PUBLISHED)
def test_krippendorff_2011_four_observers(level: Level, alpha: float) -> None:
    found = coder_agreement(KRIPPENDORFF_2011, level)
    assert found.alpha is not None
    assert round(found.alpha, 3) == alpha
    assert (found.units, found.readings) == (11, 40)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.691), ("interval", 0.811)])
def test_three_coders_fifteen_units_as_in_the_encyclopedias(level: Level, alpha: float) -> None:
    coders = [
        [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
        [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
        [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
    ]
    found = coder_agreement(coders, level).alpha
    assert found is not None
    assert round(found, 3) == alpha


def slow_alpha(readings: list[list[float]], level: str) -> float | None:
    """Pair by pair from the definition, for nominal and interval."""
    units = [[value for value in column if not math.isnan(value)] for column in zip(*readings, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in units for value in unit]

    def apart(one: float, other: float) -> float:
        return float(one != other) if level == "nominal" else (one - other) ** 2

    expected = sum(apart(*pair) for pair in permutations(pooled, 2)) if len(pooled) > 1 else 0.0
    if expected == 0:
        return None
    observed = sum(sum(apart(*pair) for pair in permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    return 1 - (len(pooled) - 1) * observed / expected


tables = st.integers(2, 4).flatmap(
    lambda coders: st.integers(1, 6).flatmap(
        lambda units: st.lists(
            st.lists(st.sampled_from([N, 0.0, 1.0, 2.0, 7.5]), min_size=units, max_size=units),
            min_size=coders,
            max_size=coders,
        )
    )
)


@given(tables, st.sampled_from(["nominal", "interval"]))
def test_agrees_with_every_pair_counted(readings: list[list[float]], level: Level) -> None:
    found, slow = coder_agreement(readings, level).alpha, slow_alpha(readings, level)
    assert (found is None) == (slow is None)
    if slow is not None:
        assert found == pytest.approx(slow)


@given(tables, st.sampled_from(get_args(Level)))
def test_the_order_of_coders_and_units_does_not_matter(readings: list[list[float]], level: Level) -> None:
    turned = [row[::-1] for row in readings[::-1]]
    one, other = coder_agreement(readings, level), coder_agreement(turned, level)
    assert one.alpha == pytest.approx(other.alpha)
    assert one.observed == pytest.approx(other.observed[::-1], nan_ok=True)


def test_what_is_undefined_has_no_coefficient() -> None:
    assert coder_agreement([[1, N], [N, 2]]).alpha is None
    assert coder_agreement([[3, 3], [3, 3]]).alpha is None
    assert coder_agreement([[1, 2], [1, 2]]).alpha == 1


@pytest.mark.parametrize(
    ("readings", "level"),
    [([1, 2], "interval"), ([[math.inf], [1]], "interval"), ([[-1], [1]], "ratio"), ([[1], [1]], "x")],
)
def test_bad_readings(readings: list[list[float]], level: Level) -> None:
    with pytest.raises(ElicitationError):
        coder_agreement(readings, level)
