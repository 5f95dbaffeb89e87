"""Compiled loops of this room: the best division of few actors into blocs. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@compiled
def best_divisions(gains: FloatArray, tolerance: float) -> IntArray:
    """Divide n actors into blocs so that the sum of ``gains`` over pairs within a bloc is largest, for every row.

    ``gains`` has shape (rows, n, n), symmetric, its diagonal not read. By dynamic programming over sets of actors: the
    best division of a set is a bloc with its first actor, and the best division of the rest. About 3^(n - 1) / 2 steps
    a row. Where two divisions are within ``tolerance``, the first bloc is the larger one.

    Returns the number of each actor's bloc, (rows, n), counted in the order of their first actors.
    """
    rows, n, _ = gains.shape
    result = np.zeros((rows, n), dtype=np.int64)
    size = 1 << n
    inside = np.zeros(size)
    best = np.zeros(size)
    choice = np.zeros(size, dtype=np.int64)
    first = np.zeros(size, dtype=np.int64)
    for s in range(1, size):
        at = 0
        while not (s >> at) & 1:
            at += 1
        first[s] = at
    for row in range(rows):
        for s in range(1, size):
            at = first[s]
            rest = s & (s - 1)
            total = inside[rest]
            for other in range(at + 1, n):
                if (rest >> other) & 1:
                    total += gains[row, at, other]
            inside[s] = total
        for s in range(1, size):
            # Sets that are reached: what is left of all actors once blocs with the first ones are taken.
            if s != size - 1 and s & 1:
                continue
            low = s & -s
            rest = s ^ low
            part = rest
            top = -np.inf
            taken = s
            while True:
                value = inside[part | low] + best[rest ^ part]
                if value > top + tolerance:
                    top = value
                    taken = part | low
                if part == 0:
                    break
                part = (part - 1) & rest
            best[s] = top
            choice[s] = taken
        left = size - 1
        bloc = 0
        while left:
            taken = choice[left]
            for actor in range(n):
                if (taken >> actor) & 1:
                    result[row, actor] = bloc
            bloc += 1
            left ^= taken
    return result
