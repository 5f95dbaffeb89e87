"""Compiled loops of this room: agreement of pairs, one actor moved, the best division into blocs. Arrays in and out."""

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


@compiled
def agreement_moved(here: FloatArray, there: FloatArray, care: FloatArray, now: FloatArray, change: FloatArray) -> None:
    """The mean agreement of all pairs, and what each actor's move from ``here`` to ``there`` alone adds to it.

    ``here``, ``there`` and ``care`` have shape (rows, actors, issues), NaN in ``here`` where no position is stated.
    Written to ``now`` (rows,), NaN where no pair can be compared, and ``change`` (rows, actors).
    """
    rows, n, m = here.shape
    for row in range(rows):
        pairs = 0
        apart = 0.0
        change[row, :] = 0.0
        for i in range(n):
            for j in range(i + 1, n):
                weight = 0.0
                distance = 0.0
                nearer_i = 0.0
                nearer_j = 0.0
                for k in range(m):
                    x = here[row, i, k]
                    y = here[row, j, k]
                    if np.isnan(x) or np.isnan(y):
                        continue
                    w = (care[row, i, k] + care[row, j, k]) / 2
                    between = abs(x - y)
                    weight += w
                    distance += w * between
                    nearer_i += w * (between - abs(there[row, i, k] - y))
                    nearer_j += w * (between - abs(there[row, j, k] - x))
                if weight > 0:
                    pairs += 1
                    apart += distance / weight
                    change[row, i] += nearer_i / weight
                    change[row, j] += nearer_j / weight
        now[row] = 1 - apart / pairs if pairs else np.nan
        if pairs:
            change[row, :] /= pairs


@compiled
def pair_agreement(here: FloatArray, care: FloatArray, alike: FloatArray, beyond: FloatArray) -> None:
    """Agreement and agreement beyond chance of each pair, in the order of the upper triangle.

    ``here`` and ``care`` have shape (rows, actors, issues), NaN in ``here`` where no position is stated. Written to
    ``alike`` and ``beyond`` (rows, pairs), NaN where they are not defined.
    """
    rows, n, m = here.shape
    chance = np.empty(m)
    for row in range(rows):
        for k in range(m):
            pairs = 0
            apart = 0.0
            for i in range(n):
                for j in range(i + 1, n):
                    between = abs(here[row, i, k] - here[row, j, k])
                    if not np.isnan(between):
                        pairs += 1
                        apart += between
            chance[k] = apart / pairs if pairs else 0.0
        at = 0
        for i in range(n):
            for j in range(i + 1, n):
                weight = 0.0
                observed = 0.0
                expected = 0.0
                for k in range(m):
                    between = abs(here[row, i, k] - here[row, j, k])
                    if np.isnan(between):
                        continue
                    w = (care[row, i, k] + care[row, j, k]) / 2
                    weight += w
                    observed += w * between
                    expected += w * chance[k]
                alike[row, at] = 1 - observed / weight if weight > 0 else np.nan
                beyond[row, at] = 1 - observed / expected if expected > 0 else np.nan
                at += 1
