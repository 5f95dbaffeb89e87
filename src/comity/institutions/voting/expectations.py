"""Expected values over independent kinds of members, and over all kinds but one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray


def all_but_one(values: NDArray[Any], masses: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """Return, for each axis, the expected value given the place on that axis.

    Args:
        values: (k1, k2, ...) values, one axis a kind.
        masses: for each axis (k,) probabilities of its places; floats, or Fractions in arrays of objects.

    Returns:
        For each axis (k,) the mean over all the other axes.

    Example:
        >>> import numpy as np
        >>> both = np.array([[0, 0], [0, 1]])
        >>> [found.tolist() for found in all_but_one(both, [np.array([0.5, 0.5]), np.array([0.9, 0.1])])]
        [[0.0, 0.1], [0.0, 0.5]]
    """
    if values.ndim <= 1:
        return [values] if values.ndim else []
    # Splitting the axes in two makes each of about log2(axes) levels as dear as one mean over everything.
    middle = values.ndim // 2
    front, back = list(masses[:middle]), list(masses[middle:])
    return [
        *all_but_one(_mean_of_last(values, back), front),
        *all_but_one(_mean_of_first(values, front), back),
    ]


def _mean_of_last(values: NDArray[Any], masses: Sequence[NDArray[Any]]) -> NDArray[Any]:
    for mass in reversed(masses):
        values = values.reshape(-1, mass.size).dot(mass).reshape(values.shape[:-1])
    return values


def _mean_of_first(values: NDArray[Any], masses: Sequence[NDArray[Any]]) -> NDArray[Any]:
    for mass in masses:
        values = mass.dot(values.reshape(mass.size, -1)).reshape(values.shape[1:])
    return values
