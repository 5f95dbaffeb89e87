"""Weights from pairwise comparisons: two published readings, their consistency, and which answers to think over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .swing_weights import ElicitationError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

RANDOM_INDEX: tuple[float, ...] = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Saaty's mean consistency index of random matrices of 1 to 10 items: Saaty 1980, *The Analytic Hierarchy Process*.

As reprinted in many places (read in two: a table in a journal of IWA Publishing, and the R package mathmodels); the
book itself was not opened. Others print slightly other values, since each drew its own random matrices.
"""
TOO_INCONSISTENT = 0.10
MOST_ITEMS = 30
LARGEST_RATIO = 1e6


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights from pairwise comparisons.

    Attributes:
        eigenvector: ``(n_items,)`` the principal eigenvector, with the sum 1.
        geometric_mean: ``(n_items,)`` the weights with the least squared error in logarithms, with the sum 1; of a
            complete matrix these are the geometric means of its rows.
        low: ``(n_items,)`` the least weight over both readings, over the comparisons without each one of them, and over
            the ends of the ranges of single comparisons.
        high: ``(n_items,)`` the most.
        largest_eigenvalue: n_items where the comparisons agree with each other, else above it.
        consistency_index: how far it lies above, a missing comparison counted as agreeing.
        consistency_ratio: the index over that of random answers; None for fewer than three items, for more than the
            published table has, and where comparisons are missing.
        worst_triple: the three items whose comparisons contradict each other most; None where none are complete.
        worst_factor: by what factor: 1 where the third comparison is the product of the other two.
        missing: comparisons that were not made.

    """

    eigenvector: FloatArray
    geometric_mean: FloatArray
    low: FloatArray
    high: FloatArray
    largest_eigenvalue: float
    consistency_index: float
    consistency_ratio: float | None
    worst_triple: tuple[int, int, int] | None
    worst_factor: float
    missing: int


def pairwise_weights(ratios: ArrayLike, low: ArrayLike | None = None, high: ArrayLike | None = None) -> PairwiseWeights:
    """Return the weights that comparisons of two items at a time stand for, and how consistent these are.

    Args:
        ratios: ``(n_items, n_items)``: how many times as much the row weighs as the column, above 0; only what stands
            above the diagonal is read, and NaN is a comparison that was not made.
        low: the least each ratio may be, in the same places; NaN where no range is stated.
        high: the most; NaN where no range is stated.

    Returns:
        Both readings, the span, and the consistency.

    Raises:
        ElicitationError: fewer than two or more than 30 items, a ratio that is not above 0, a ratio outside its range,
            or items that no chain of comparisons connects.

    Source: eigenvector, consistency index and ratio: Saaty 1977, *Journal of Mathematical Psychology* 15; geometric
    mean: Crawford & Williams 1985, *Journal of Mathematical Psychology* 29; missing comparisons: Harker 1987,
    *Mathematical Modelling* 9 (all from memory, not opened).

    Example:
        >>> found = pairwise_weights([[1, 2, 6], [0, 1, 3], [0, 0, 1]])
        >>> found.eigenvector.round(3).tolist(), round(found.consistency_ratio, 6)
        ([0.6, 0.3, 0.1], 0.0)
    """
    logs = _logarithms(ratios)
    made = np.isfinite(logs)
    n = len(logs)
    if not _connected(made):
        raise ElicitationError("no chain of comparisons connects all the items; compare more of them")
    eigenvalue, eigenvector = _principal(logs, made)
    mean = _least_squares(logs, made)
    found = [eigenvector, mean]
    for changed in _variants(logs, made, low, high):
        kept = np.isfinite(changed)
        found += [_principal(changed, kept)[1], _least_squares(changed, kept)]
    missing = int((~made).sum()) // 2
    index = max(0.0, (eigenvalue - n) / (n - 1))
    ratio = index / RANDOM_INDEX[n - 1] if 3 <= n <= len(RANDOM_INDEX) and not missing else None
    triple, factor = _worst_triple(logs, made)
    return PairwiseWeights(
        eigenvector=eigenvector,
        geometric_mean=mean,
        low=np.min(found, axis=0),
        high=np.max(found, axis=0),
        largest_eigenvalue=eigenvalue,
        consistency_index=index,
        consistency_ratio=ratio,
        worst_triple=triple,
        worst_factor=factor,
        missing=missing,
    )


def _logarithms(ratios: ArrayLike) -> FloatArray:
    """Logarithms of the ratios above the diagonal, with their opposites below it; NaN where none is given."""
    given = np.asarray(ratios, np.float64)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or not 2 <= len(given) <= MOST_ITEMS:
        raise ElicitationError(f"comparisons are a square table of 2 to {MOST_ITEMS} items")
    upper = np.triu(np.ones_like(given, dtype=np.bool_), 1)
    stated = upper & ~np.isnan(given)
    if not ((given[stated] >= 1 / LARGEST_RATIO) & (given[stated] <= LARGEST_RATIO)).all():
        raise ElicitationError(f"a comparison is a number of times above 0, at most {LARGEST_RATIO:g}")
    logs = np.full(given.shape, np.nan)
    logs[stated] = np.log(given[stated])
    logs.T[stated] = -logs[stated]
    np.fill_diagonal(logs, 0.0)
    return logs


def _connected(made: BoolArray) -> bool:
    reached = np.zeros(len(made), np.bool_)
    reached[0] = True
    for _ in range(len(made)):
        reached = reached | made[reached].any(axis=0)
    return bool(reached.all())


def _principal(logs: FloatArray, made: BoolArray) -> tuple[float, FloatArray]:
    """The principal eigenvalue and eigenvector; a missing comparison stands as the ratio of the weights themselves.

    In Harker's form the missing entries are 0 and the diagonal counts them, which leaves the matrix irreducible.
    """
    matrix = np.where(made, np.exp(np.where(made, logs, 0.0)), 0.0)
    np.fill_diagonal(matrix, 1.0 + (~made).sum(axis=1))
    values, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(values.real))
    weights = np.abs(vectors[:, at].real)
    return float(values[at].real), weights / weights.sum()


def _least_squares(logs: FloatArray, made: BoolArray) -> FloatArray:
    """The weights whose log ratios are nearest to those given: one linear system of the graph of comparisons."""
    n = len(logs)
    laplacian = np.diag(made.sum(axis=1)) - made.astype(np.float64)
    right = np.where(made, logs, 0.0).sum(axis=1)
    # Adding the constant vector fixes the sum of the logarithms at 0 and leaves the differences alone.
    weights = np.exp(np.linalg.solve(laplacian + 1.0 / n, right))
    return np.asarray(weights / weights.sum())


def _variants(logs: FloatArray, made: BoolArray, low: ArrayLike | None, high: ArrayLike | None) -> Iterator[FloatArray]:
    """The comparisons without each one that can be spared, and with each at the ends of its range."""
    pairs = [(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(made, 1)), strict=True)]
    for i, j in pairs:
        without = made.copy()
        without[i, j] = without[j, i] = False
        if _connected(without):
            yield np.where(without, logs, np.nan)
    for given, side in ((low, -1.0), (high, 1.0)):
        if given is None:
            continue
        bounds = np.asarray(given, np.float64)
        for i, j in pairs:
            end = float(bounds[i, j])
            if np.isnan(end):
                continue
            if not 1 / LARGEST_RATIO <= end <= LARGEST_RATIO or side * (np.log(end) - logs[i, j]) < -1e-9:
                raise ElicitationError("a comparison lies in its own range, and the range above 0")
            moved = logs.copy()
            moved[i, j], moved[j, i] = np.log(end), -np.log(end)
            yield moved


def _worst_triple(logs: FloatArray, made: BoolArray) -> tuple[tuple[int, int, int] | None, float]:
    worst, size = None, 0.0
    for i, j, k in combinations(range(len(logs)), 3):
        if made[i, j] and made[j, k] and made[i, k]:
            gap = abs(float(logs[i, j] + logs[j, k] - logs[i, k]))
            if worst is None or gap > size + 1e-12:
                worst, size = (i, j, k), gap
    return worst, float(np.exp(size))
