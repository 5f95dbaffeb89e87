"""Swing weights: how much the step from the worst to the best on each issue is worth beside the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class ElicitationError(ValueError):
    """Answers from which no number can be computed."""


@dataclass(frozen=True)
class SwingWeights:
    """Weights from the points of swings.

    Attributes:
        weights: ``(n_issues,)``, with the sum 1.
        low: ``(n_issues,)`` the least that each weight can be with all points in their ranges.
        high: ``(n_issues,)`` the most that it can be.

    """

    weights: FloatArray
    low: FloatArray
    high: FloatArray


def swing_weights(points: ArrayLike, low: ArrayLike | None = None, high: ArrayLike | None = None) -> SwingWeights:
    """Return the weights that points for swings from worst to best stand for, each with its exact interval.

    A weight is largest where its own points are at their high end and all others at their low end, so the interval over
    all points within their ranges is exact. Several passes over the same questions are ranges too: from the least to
    the most points that an issue was given.

    Args:
        points: ``(n_issues,)`` points of each swing, at least 0 and not all 0; in any unit.
        low: ``(n_issues,)`` least points of each; the points themselves where None.
        high: ``(n_issues,)`` most points of each; the points themselves where None.

    Returns:
        The weights.

    Raises:
        ElicitationError: points below 0 or not finite, all of them 0, or outside their own range.

    Source: von Winterfeldt & Edwards 1986, *Decision Analysis and Behavioral Research*, ch. 8 (from memory, not
    opened): the points are divided by their sum.

    Example:
        >>> found = swing_weights([100, 60, 40], low=[100, 50, 30], high=[100, 70, 60])
        >>> found.weights.tolist(), found.high.round(3).tolist()
        ([0.5, 0.3, 0.2], [0.556, 0.35, 0.286])
    """
    given = np.asarray(points, np.float64)
    least = given if low is None else np.asarray(low, np.float64)
    most = given if high is None else np.asarray(high, np.float64)
    if given.ndim != 1 or not len(given) or least.shape != given.shape or most.shape != given.shape:
        raise ElicitationError("points and their ranges are one number an issue")
    if not np.isfinite([given, least, most]).all() or (least < 0).any():
        raise ElicitationError("points are at least 0")
    if ((least > given) | (given > most)).any():
        raise ElicitationError("points lie in their own range")
    if given.sum() <= 0:
        raise ElicitationError("at least one swing has points above 0")
    return SwingWeights(given / given.sum(), _share(least, most), _share(most, least))


def _share(own: FloatArray, others: FloatArray) -> FloatArray:
    """Each entry's share of itself and the others; 0 where both are 0."""
    total = own + others.sum() - others
    return np.asarray(np.divide(own, total, out=np.zeros_like(own), where=total > 0))
