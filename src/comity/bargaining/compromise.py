"""Simple forecasts: the weighted mean (the compromise model), the unweighted mean, the median, the midpoint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .profiles import FloatArray, profile

# Cumulative weights that differ from one half by less than this share of the total reach it: 0.1 + 0.2 is 0.3.
_EQUAL = 1e-9


@dataclass(frozen=True)
class SimpleForecasts:
    """Forecasts that need no theory of the bargaining, one number a row; each of shape ``(n_rows,)``.

    Attributes:
        weighted_mean: mean of the positions, weighted by capability times salience.
        unweighted_mean: mean of the positions, every actor alike.
        weighted_median: smallest position at which the cumulative weight reaches one half (the lower median).
        upper_median: smallest position at which the cumulative weight passes one half.
        tie: the two medians differ: the weight is split exactly in half between them.
        midpoint: the middle of the scale ("always the middle").

    """

    weighted_mean: FloatArray
    unweighted_mean: FloatArray
    weighted_median: FloatArray
    upper_median: FloatArray
    tie: NDArray[np.bool_]
    midpoint: FloatArray


def weighted_mean(positions: ArrayLike, salience: ArrayLike, capability: ArrayLike) -> FloatArray:
    """Return the weighted mean of :func:`simple_forecasts` alone, which is what a search asks for again and again.

    Args:
        positions: ``(n_rows, n_actors)``, or ``(1, n_actors)`` or ``(n_actors,)`` where all rows share it.
        salience: the same shapes; not negative, any one scale.
        capability: the same shapes; not negative, any unit.

    Returns:
        ``(n_rows,)``, in the unit of the positions.

    Raises:
        ProfileError: as :func:`simple_forecasts`.

    Source:
        Van den Bos (1991); Achen (2006).

    Example:
        >>> weighted_mean([4, 7, 10], [80, 40, 60], [16, 8, 16]).tolist()
        [6.625]

    """
    given = profile(positions, salience, capability)
    return np.asarray((given.weight * given.positions).sum(axis=1) / given.weight.sum(axis=1))


def simple_forecasts(
    positions: ArrayLike, salience: ArrayLike, capability: ArrayLike, *, low: float, high: float
) -> SimpleForecasts:
    """Forecast the outcome of one issue by means, median and midpoint, for all rows at once.

    Args:
        positions: ``(n_rows, n_actors)``, or ``(1, n_actors)`` or ``(n_actors,)`` where all rows share it; in
            the unit of the issue's scale.
        salience: the same shapes; not negative, any one scale (only its ratios matter).
        capability: the same shapes; not negative, any unit (only its ratios matter).
        low: the lower end of the scale.
        high: the upper end of the scale.

    Returns:
        A number a row for each forecast, in the unit of the scale. A redraw (a row after the first) in which
        nobody has any weight is treated as one in which all have the same.

    Raises:
        ProfileError: a number that is not finite or negative, shapes that do not fit, or row 0 without weight.

    Source:
        Weighted mean: Van den Bos (1991); Achen (2006), in Thomson, Stokman, Achen & König, *The European Union
        Decides*. Weighted median: Black (1948), *The Theory of Committees and Elections*.

    Example:
        >>> found = simple_forecasts([4, 7, 10], [80, 40, 60], [16, 8, 16], low=4, high=10)
        >>> round(float(found.weighted_mean[0]), 3), float(found.weighted_median[0]), bool(found.tie[0])
        (6.625, 4.0, True)

    """
    given = profile(positions, salience, capability)
    total = given.weight.sum(axis=1)
    order = np.argsort(given.positions, axis=1, kind="stable")
    sorted_positions = np.take_along_axis(given.positions, order, axis=1)
    reached = np.cumsum(np.take_along_axis(given.weight, order, axis=1), axis=1)
    rows = np.arange(len(order))
    lower = sorted_positions[rows, np.argmax(reached >= (0.5 - _EQUAL) * total[:, None], axis=1)]
    upper = sorted_positions[rows, np.argmax(reached > (0.5 + _EQUAL) * total[:, None], axis=1)]
    return SimpleForecasts(
        weighted_mean=(given.weight * given.positions).sum(axis=1) / total,
        unweighted_mean=given.positions.mean(axis=1),
        weighted_median=lower,
        upper_median=upper,
        tie=upper > lower,
        midpoint=np.full(len(order), (low + high) / 2),
    )
