"""Weights and utilities from answers: published examples, slow references, and answers that no number follows from."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bargaining.elicitation import (
    RANDOM_INDEX,
    ElicitationError,
    answers_check,
    pairwise_check,
    pairwise_weights,
    swing_check,
    swing_weights,
    utilities_from_answers,
)

NAN, INF = float("nan"), float("inf")
# Saaty 2008, "Decision making with the analytic hierarchy process", Int. J. Services Sciences 1: the relative
# consumption of drinks (table 2) and the flexibility of jobs (table 4), as reprinted with their results in public tests
# of the package ahpy; the paper itself was not opened.
DRINKS: list[list[float]] = [
    [1, 9, 5, 2, 1, 1, 1 / 2],
    [0, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [0, 0, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [0, 0, 0, 1, 1 / 2, 1, 1 / 3],
    [0, 0, 0, 0, 1, 2, 1 / 2],
    [0, 0, 0, 0, 0, 1, 1 / 3],
    [0, 0, 0, 0, 0, 0, 1],
]


def test_saaty_2008_drinks_and_flexibility() -> None:
    found = pairwise_weights(DRINKS)
    assert found.eigenvector.round(3).tolist() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert found.consistency_ratio is not None
    assert round(found.consistency_ratio, 3) == 0.022
    jobs = pairwise_weights([[1.0, 1 / 3, 1 / 6], [0.0, 1.0, 1 / 4], [0.0, 0.0, 1.0]])
    assert jobs.eigenvector.round(3).tolist() == [0.091, 0.218, 0.691]


def test_saaty_1980_random_index_as_reprinted() -> None:
    assert RANDOM_INDEX == (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)


def test_three_items_have_a_closed_form() -> None:
    # Of three items both readings are the row's geometric means, and the eigenvalue is 1 + r + 1/r with r the cube root
    # of the factor by which the triple is off (Saaty 1977; from memory).
    found = pairwise_weights([[1, 2, 4], [0, 1, 5], [0, 0, 1]])
    means = np.cbrt([2 * 4, 1 / 2 * 5, 1 / 20])
    assert found.eigenvector == pytest.approx(means / means.sum())
    assert found.geometric_mean == pytest.approx(means / means.sum())
    root = np.cbrt(2 * 5 / 4)
    assert found.largest_eigenvalue == pytest.approx(1 + root + 1 / root)
    assert found.worst_triple == (0, 1, 2)
    assert found.worst_factor == pytest.approx(2.5)


weights = st.lists(st.floats(0.05, 20), min_size=2, max_size=7).map(np.array)


@given(weights, st.data())
def test_consistent_comparisons_give_back_the_weights_also_where_some_are_missing(
    true: np.ndarray[tuple[int], np.dtype[np.float64]], data: st.DataObject
) -> None:
    n = len(true)
    ratios = true[:, None] / true[None, :]
    whole = pairwise_weights(ratios)
    for found in (whole.eigenvector, whole.geometric_mean, whole.low, whole.high):
        assert found == pytest.approx(true / true.sum(), rel=1e-6)
    assert whole.consistency_index == pytest.approx(0, abs=1e-9)
    chain = {(at, at + 1) for at in range(n - 1)}
    dropped = data.draw(st.sets(st.sampled_from(sorted(set(combinations(range(n), 2)) - chain) or [(0, 1)])))
    for pair in dropped - chain:
        ratios[pair] = NAN
    part = pairwise_weights(ratios)
    assert part.eigenvector == pytest.approx(true / true.sum(), rel=1e-6)
    assert part.geometric_mean == pytest.approx(true / true.sum(), rel=1e-6)
    assert part.missing == len(dropped - chain)


@given(st.lists(st.floats(0.11, 9), min_size=6, max_size=6))
def test_inconsistent_comparisons_agree_with_a_power_iteration_and_the_rows_geometric_means(drawn: list[float]) -> None:
    matrix = np.ones((4, 4))
    for (i, j), ratio in zip(combinations(range(4), 2), drawn, strict=True):
        matrix[i, j], matrix[j, i] = ratio, 1 / ratio
    vector = np.ones(4)
    for _ in range(2000):
        vector = matrix @ vector
        vector /= vector.sum()
    found = pairwise_weights(matrix)
    assert found.eigenvector == pytest.approx(vector, rel=1e-6)
    means = matrix.prod(axis=1) ** 0.25
    assert found.geometric_mean == pytest.approx(means / means.sum(), rel=1e-9)
    assert (found.low <= found.eigenvector + 1e-12).all()
    assert (found.geometric_mean <= found.high + 1e-12).all()
    assert found.largest_eigenvalue >= 4 - 1e-9


def test_a_range_of_one_comparison_widens_the_weights_and_nothing_else_does_for_two_items() -> None:
    low, high = np.full((2, 2), NAN), np.full((2, 2), NAN)
    low[0, 1], high[0, 1] = 1, 4
    found = pairwise_weights([[1, 2], [0, 1]], low, high)
    assert found.low.tolist() == pytest.approx([1 / 2, 1 / 5])
    assert found.high.tolist() == pytest.approx([4 / 5, 1 / 2])
    assert found.consistency_ratio is None
    assert "cannot contradict" in pairwise_check(("a", "b"), found)


@pytest.mark.parametrize(
    "ratios",
    [
        [[1]],
        [[1, 0], [0, 1]],
        [[1, -2], [0, 1]],
        [[1, INF], [0, 1]],
        [[1, NAN], [0, 1]],
        [[1, 2, NAN, NAN], [0, 1, NAN, NAN], [0, 0, 1, 3], [0, 0, 0, 1]],
        np.ones((31, 31)),
        [1, 2],
    ],
)
def test_comparisons_that_give_no_weights(ratios: object) -> None:
    with pytest.raises(ElicitationError):
        pairwise_weights(ratios)  # type: ignore[arg-type]


def test_a_range_that_does_not_hold_its_comparison() -> None:
    with pytest.raises(ElicitationError, match="own range"):
        pairwise_weights([[1, 2], [0, 1]], low=[[NAN, 3], [NAN, NAN]])


spans = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50), st.floats(0, 50)), min_size=2, max_size=5)


@given(spans)
def test_swing_intervals_are_those_of_all_corners(drawn: list[tuple[float, float, float]]) -> None:
    points = np.array([each[0] for each in drawn]) + 1
    low = np.maximum(points - [each[1] for each in drawn], 0)
    high = points + [each[2] for each in drawn]
    found = swing_weights(points, low, high)
    corners = np.array([ends for ends in product(*zip(low, high, strict=True)) if sum(ends) > 0])
    shares = corners / corners.sum(axis=1, keepdims=True)
    assert found.low == pytest.approx(shares.min(axis=0), abs=1e-12)
    assert found.high == pytest.approx(shares.max(axis=0), abs=1e-12)
    assert found.weights.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("points", "low", "high"),
    [
        ([], None, None),
        ([0, 0], None, None),
        ([-1, 2], None, None),
        ([NAN, 2], None, None),
        ([1, 2], [2, 2], None),
        ([1, 2], None, [1, 1]),
        ([1, 2], [1], None),
    ],
)
def test_points_that_give_no_weights(points: list[float], low: list[float] | None, high: list[float] | None) -> None:
    with pytest.raises(ElicitationError):
        swing_weights(points, low, high)


def test_two_passes_are_told_apart() -> None:
    assert "the points are the same" in swing_check(("a", "b"), {"a": 1, "b": 2}, {"a": 1, "b": 2})
    assert "One pass" in swing_check(("a", "b"), {"a": 1, "b": 2}, {})


def test_siskos_2005_utastar_transport_example() -> None:
    # Ranking of means of transport by price, time and comfort: data as in the R package MCDA; the largest utilities of
    # the three criteria from the post-optimality table of Siskos, Grigoroudis & Matsatsinis 2005 (from memory).
    grids = ([30, 16, 2], [40, 30, 20, 10], [0, 1, 2, 3])
    means = {"rer": (3, 10, 1), "metro1": (4, 20, 2), "metro2": (2, 20, 0), "bus": (6, 40, 0), "taxi": (30, 30, 3)}

    def row(of: tuple[float, ...]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        parts = []
        for grid, at in zip(grids, of, strict=True):
            sign = 1 if grid[1] > grid[0] else -1
            ends = sign * np.array(grid)
            parts += [np.interp(sign * at, ends, np.eye(len(grid))[k]) for k in range(len(grid))]
        return np.array(parts)

    known = {name: row(of) for name, of in means.items()}
    order = [("rer", "metro1"), ("metro1", "metro2"), ("metro2", "bus"), ("bus", "taxi")]
    rows = [known[one] - known[other] for one, other in order]
    found = utilities_from_answers([3, 4, 4], rows, [0.05, 0, 0.05, 0.05], [INF, 0, INF, INF], total=1)
    assert found.conflict is None
    assert found.high[[2, 6, 10]] == pytest.approx([0.9375, 0.95, 0.43125])
    assert found.high[1] == pytest.approx(0.9, abs=1e-6)
    sums = np.array(rows) @ found.values
    assert (sums >= np.array([0.05, 0, 0.05, 0.05]) - 1e-7).all()


def test_what_the_answers_leave_open_of_two_issues_is_the_closed_form() -> None:
    # One answer: the first swing is worth between twice and three times the second, of 60 in all.
    found = utilities_from_answers([2, 2], [[0, 1, 0, -2], [0, 1, 0, -3]], [0, -INF], [INF, 0], [0, 0], total=60)
    assert found.low == pytest.approx([0, 40, 0, 15])
    assert found.high == pytest.approx([0, 45, 0, 20])
    assert found.values == pytest.approx([0, 42.5, 0, 17.5])


@settings(max_examples=25)
@given(st.lists(st.integers(0, 30), min_size=6, max_size=6), st.lists(st.integers(0, 728), min_size=1, max_size=5))
def test_intervals_hold_the_utilities_that_answered(steps: list[int], packages: list[int]) -> None:
    true = np.cumsum(np.array(steps, np.float64).reshape(2, 3), axis=1) + np.array([[1], [2]])
    true = np.hstack([np.zeros((2, 1)), true])
    total = float(true[:, -1].sum())
    flat = true.ravel()
    rows = []
    for code in packages:
        digits = [(code // 3**k) % 3 - 1 for k in range(6)]
        rows.append(np.insert(np.array(digits, np.float64), [0, 3], 0.0))
    said = np.array(rows) @ flat
    found = utilities_from_answers([4, 4], rows, said - 0.5, said + 0.5, total=total)
    assert found.conflict is None
    tolerance = 1e-6 * total
    assert (found.low <= flat + tolerance).all()
    assert (flat <= found.high + tolerance).all()
    answered = np.array(rows) @ found.values
    assert (abs(answered - said) <= 0.5 + tolerance).all()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 4)), min_size=2, max_size=6))
def test_a_conflict_is_irreducible_and_of_the_smallest_size_by_trying_every_set(
    drawn: list[tuple[int, int, int]],
) -> None:
    rows = []
    for one, other, times in drawn:
        row = np.zeros(8)
        row[2 * one + 1] += 1.0
        row[2 * other + 1] -= times
        rows.append(row)
    least = [0.5] * len(rows)

    def conflicts(some: tuple[int, ...]) -> bool:
        found = utilities_from_answers(
            [2, 2, 2, 2], [rows[at] for at in some], [least[at] for at in some], [INF] * len(some), total=10
        )
        return found.conflict is not None

    every = [some for size in range(1, len(rows) + 1) for some in combinations(range(len(rows)), size)]
    smallest = next((len(some) for some in every if conflicts(some)), None)
    found = utilities_from_answers([2, 2, 2, 2], rows, least, [INF] * len(rows), total=10)
    assert (found.conflict is None) == (smallest is None)
    if found.conflict is not None:
        assert found.conflict.smallest
        assert len(found.conflict.answers) == smallest
        assert conflicts(found.conflict.answers)
        assert found.conflict.off.sum() > 0
        assert np.isnan(found.values).all()
        options = [(f"issue {at // 2}", f"option {at % 2}") for at in range(8)]
        assert "No utilities agree" in answers_check(options, found, len(rows))


def test_answers_that_leave_nothing_open_and_those_that_do() -> None:
    options = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
    fixed = utilities_from_answers([2, 2], [[0, 1, 0, -3]], [0], [0])
    assert "leave no utility open" in answers_check(options, fixed, 1)
    free = utilities_from_answers([2, 2], np.empty((0, 4)), [], [])
    assert free.high.tolist() == pytest.approx([0, 100, 0, 100])
    assert "ask about it next" in answers_check(options, free, 0)


@pytest.mark.parametrize(
    ("options", "rows", "low", "high", "total"),
    [
        ([], [], [], [], 1),
        ([1, 1], [], [], [], 1),
        ([2, 0], [], [], [], 1),
        ([2, 2], [[0, 1, 0, NAN]], [0], [0], 1),
        ([2, 2], [[0, 1, 0, 1]], [1], [0], 1),
        ([2, 2], [[0, 1, 0, 1]], [NAN], [0], 1),
        ([2, 2], [[0, 1, 0, 1]], [0], [0], 0),
        ([2, 2], [[0, 1, 0, 1]], [0, 0], [0], 1),
        ([150, 150], [], [], [], 1),
    ],
)
def test_programs_that_cannot_be_meant(
    options: list[int], rows: list[list[float]], low: list[float], high: list[float], total: float
) -> None:
    with pytest.raises(ElicitationError):
        utilities_from_answers(options, np.reshape(rows, (-1, max(sum(options), 1))), low, high, total=total)
