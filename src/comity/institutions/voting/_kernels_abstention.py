"""Compiled loops of abstention: the sum of weights where each member adds none, one or two of its weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]


@compiled
def mass_of_three(weights: IndexArray, cells: int) -> FloatArray:
    """Probability of each sum below ``cells`` where each member adds 0, w or 2w with one third.

    ``weights`` ascending and positive, so that the sums reached so far stay few for most members. A block is never
    longer than the weight, so it does not read what it writes.
    """
    mass = np.zeros(cells, dtype=np.float64)
    mass[0] = 1.0
    third = 1.0 / 3.0
    reached = np.int64(1)
    for w in weights:
        reached = min(np.int64(cells), reached + 2 * w)
        high = reached
        while high > 2 * w:
            low = max(2 * w, high - w)
            here = mass[low:high]
            one = mass[low - w : high - w]
            two = mass[low - 2 * w : high - 2 * w]
            for s in range(high - low):
                here[s] = third * (here[s] + one[s] + two[s])
            high = low
        if high > w:
            here = mass[w:high]
            one = mass[: high - w]
            for s in range(high - w):
                here[s] = third * (here[s] + one[s])
            high = w
        for s in range(high):
            mass[s] = third * mass[s]
    return mass
