"""Compiled loops of voting power: counting coalitions by the sum of their weights. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

FloatArray = NDArray[np.float64]
CountArray = NDArray[np.uint64]
IndexArray = NDArray[np.int64]


@compiled
def mass_by_sum(weights: IndexArray, cells: int, yes: float) -> FloatArray:
    """Probability of each sum of weights below ``cells`` when every member says yes with probability ``yes``.

    ``weights`` ascending and positive, so that the sums reached so far stay few for most members. Two members are
    added in one sweep (half the memory traffic); a block is never longer than the smaller of the two weights, so
    it does not read what it writes and the compiler may use vector instructions.
    """
    mass = np.zeros(cells, dtype=np.float64)
    mass[0] = 1.0
    no = 1.0 - yes
    reached = np.int64(1)
    first = 0
    if weights.size % 2 == 1:
        a = weights[0]
        mass[0] = no
        if a < cells:
            mass[a] = yes
        reached = min(np.int64(cells), 1 + a)
        first = 1
    none, one, both = no * no, no * yes, yes * yes
    for k in range(first, weights.size, 2):
        a, b = weights[k], weights[k + 1]
        reached = min(np.int64(cells), reached + a + b)
        high = reached
        while high > a + b:
            low = max(a + b, high - a)
            here = mass[low:high]
            less_a = mass[low - a : high - a]
            less_b = mass[low - b : high - b]
            less_both = mass[low - a - b : high - a - b]
            for s in range(high - low):
                here[s] = none * here[s] + (one * (less_a[s] + less_b[s]) + both * less_both[s])
            high = low
        while high > b:
            low = max(b, high - a)
            here = mass[low:high]
            less_a = mass[low - a : high - a]
            less_b = mass[low - b : high - b]
            for s in range(high - low):
                here[s] = none * here[s] + one * (less_a[s] + less_b[s])
            high = low
        while high > a:
            low = max(a, high - a)
            here = mass[low:high]
            less_a = mass[low - a : high - a]
            for s in range(high - low):
                here[s] = none * here[s] + one * less_a[s]
            high = low
        for s in range(high):
            mass[s] = none * mass[s]
    return mass


@compiled
def counts_by_sum(weights: IndexArray, cells: int, modulus: np.uint64) -> CountArray:
    """Number of coalitions with each sum of weights below ``cells``, modulo ``modulus`` (0 stands for 2^64).

    As ``mass_by_sum``. The modulus is below 2^63, so that the sum of two residues does not overflow; unsigned
    ``min(x, x - modulus)`` reduces without a branch, since x - modulus wraps to a large number when x is smaller.
    """
    count = np.zeros(cells, dtype=np.uint64)
    count[0] = np.uint64(1)
    reached = np.int64(1)
    first = 0
    if weights.size % 2 == 1:
        a = weights[0]
        if a < cells:
            count[a] = np.uint64(1)
        reached = min(np.int64(cells), 1 + a)
        first = 1
    for k in range(first, weights.size, 2):
        a, b = weights[k], weights[k + 1]
        reached = min(np.int64(cells), reached + a + b)
        high = reached
        while high > a + b:
            low = max(a + b, high - a)
            here = count[low:high]
            less_a = count[low - a : high - a]
            less_b = count[low - b : high - b]
            less_both = count[low - a - b : high - a - b]
            for s in range(high - low):
                x = here[s] + less_both[s]
                x = min(x, x - modulus)
                y = less_a[s] + less_b[s]
                y = min(y, y - modulus)
                x += y
                here[s] = min(x, x - modulus)
            high = low
        while high > b:
            low = max(b, high - a)
            here = count[low:high]
            less_a = count[low - a : high - a]
            less_b = count[low - b : high - b]
            for s in range(high - low):
                y = less_a[s] + less_b[s]
                x = here[s] + min(y, y - modulus)
                here[s] = min(x, x - modulus)
            high = low
        while high > a:
            low = max(a, high - a)
            here = count[low:high]
            less_a = count[low - a : high - a]
            for s in range(high - low):
                x = here[s] + less_a[s]
                here[s] = min(x, x - modulus)
            high = low
    return count


@compiled
def accumulate_mass(mass: FloatArray) -> None:
    """Turn masses into running totals, in place; a compensated sum keeps the error near one rounding."""
    total, lost = 0.0, 0.0
    for s in range(mass.size):
        term = mass[s] - lost
        new = total + term
        lost = (new - total) - term
        total = new
        mass[s] = total


@compiled
def accumulate_counts(count: CountArray, modulus: np.uint64) -> None:
    """Turn counts into running totals modulo ``modulus`` (0 stands for 2^64), in place."""
    total = np.uint64(0)
    for s in range(count.size):
        total += count[s]
        total = min(total, total - modulus)
        count[s] = total


@compiled
def swing_mass(below: FloatArray, weights: IndexArray, quota: int, yes: float) -> tuple[FloatArray, FloatArray]:
    """Probability that the others leave each member the swing, from running totals ``below`` of all members.

    Removing a member from mass c gives d[s] = (c[s] - yes d[s - w]) / no. Unrolled, and summed over the w sums
    below the quota, that is an alternating sum of running totals: no second array. Its terms shrink for yes <= 1/2.
    Also returns the sum of the terms' sizes, which bounds the rounding error.
    """
    swings = np.zeros(weights.size)
    sizes = np.zeros(weights.size)
    no = 1.0 - yes
    ratio = -yes / no
    for i in range(weights.size):
        factor = 1.0 / no
        s = quota - 1
        above = below[s]
        while s >= 0 and factor != 0.0:
            s -= weights[i]
            under = below[s] if s >= 0 else 0.0
            swings[i] += factor * (above - under)
            sizes[i] += abs(factor) * (above + under)
            above = under
            factor *= ratio
    return swings, sizes


@compiled
def swing_counts(below: CountArray, weights: IndexArray, quota: int, modulus: np.uint64) -> CountArray:
    """Number of swings of each member modulo ``modulus`` (0 stands for 2^64): see ``swing_mass``."""
    swings = np.zeros(weights.size, dtype=np.uint64)
    for i in range(weights.size):
        total = np.uint64(0)
        s = quota - 1
        above = below[s]
        add = True
        while s >= 0:
            s -= weights[i]
            under = below[s] if s >= 0 else np.uint64(0)
            window = above - under
            window = min(window, window + modulus)
            if add:
                total += window
                total = min(total, total - modulus)
            else:
                total -= window
                total = min(total, total + modulus)
            above = under
            add = not add
        swings[i] = total
    return swings


@compiled
def _fold(x: np.uint64, bits: np.uint64, mask: np.uint64, delta: np.uint64) -> np.uint64:
    """Bring ``x`` near [0, p) for the prime p = 2^bits - delta: 2^bits is delta modulo p."""
    return (x & mask) + (x >> bits) * delta


@compiled
def polynomial_by_sum(
    weights: IndexArray, cells: int, point: np.uint64, bits: np.uint64, delta: np.uint64
) -> CountArray:
    """Sum of point^size over the coalitions with each sum of weights below ``cells``, modulo 2^bits - delta.

    As ``counts_by_sum``, for a small ``point``: (1 + 2 point) 2^bits is below 2^64, so that products fit. Values are
    folded, not fully reduced.
    """
    mask = (np.uint64(1) << bits) - np.uint64(1)
    value = np.zeros(cells, dtype=np.uint64)
    value[0] = np.uint64(1)
    reached = np.int64(1)
    first = 0
    if weights.size % 2 == 1:
        a = weights[0]
        if a < cells:
            value[a] = point
        reached = min(np.int64(cells), 1 + a)
        first = 1
    for k in range(first, weights.size, 2):
        a, b = weights[k], weights[k + 1]
        reached = min(np.int64(cells), reached + a + b)
        high = reached
        while high > a + b:
            low = max(a + b, high - a)
            here = value[low:high]
            less_a = value[low - a : high - a]
            less_b = value[low - b : high - b]
            less_both = value[low - a - b : high - a - b]
            for s in range(high - low):
                with_b = _fold(less_b[s] + point * less_both[s], bits, mask, delta)
                here[s] = _fold(here[s] + point * (less_a[s] + with_b), bits, mask, delta)
            high = low
        while high > b:
            low = max(b, high - a)
            here = value[low:high]
            less_a = value[low - a : high - a]
            less_b = value[low - b : high - b]
            for s in range(high - low):
                here[s] = _fold(here[s] + point * (less_a[s] + less_b[s]), bits, mask, delta)
            high = low
        while high > a:
            low = max(a, high - a)
            here = value[low:high]
            less_a = value[low - a : high - a]
            for s in range(high - low):
                here[s] = _fold(here[s] + point * less_a[s], bits, mask, delta)
            high = low
    return value


@compiled
def accumulate_polynomial(value: CountArray, bits: np.uint64, delta: np.uint64) -> None:
    """Turn folded values into running totals modulo 2^bits - delta, fully reduced, in place."""
    prime = (np.uint64(1) << bits) - delta
    mask = (np.uint64(1) << bits) - np.uint64(1)
    total = np.uint64(0)
    for s in range(value.size):
        total = _fold(total + value[s], bits, mask, delta)
        total = min(total, total - prime)
        value[s] = total


@compiled
def swing_polynomial(
    below: CountArray, weights: IndexArray, quota: int, point: np.uint64, bits: np.uint64, delta: np.uint64
) -> CountArray:
    """Sum of point^size over each member's swings (size without the member), modulo 2^bits - delta.

    The alternating sum of ``swing_mass``, sum over k of (-point)^k (C[q-1-kw] - C[q-1-(k+1)w]), by Horner's rule
    from its last term.
    """
    prime = (np.uint64(1) << bits) - delta
    mask = (np.uint64(1) << bits) - np.uint64(1)
    swings = np.zeros(weights.size, dtype=np.uint64)
    for i in range(weights.size):
        w = weights[i]
        s = (quota - 1) % w
        total = np.uint64(0)
        under = np.uint64(0)
        while s < quota:
            window = below[s] + prime - under
            total = _fold(window + point * (prime - total), bits, mask, delta)
            total = min(total, total - prime)
            under = below[s]
            s += w
        swings[i] = total
    return swings


@compiled
def count_by_enumeration(
    first_sums: IndexArray,
    first_sizes: IndexArray,
    second_sums: IndexArray,
    second_sizes: IndexArray,
    thresholds: IndexArray,
    terms: IndexArray,
    most: int,
) -> tuple[IndexArray, IndexArray]:
    """Count the winning coalitions of each half's subset by size, visiting all pairs of subsets of the halves.

    ``first_sums`` and ``second_sums`` are (subsets, clauses); a coalition satisfies a clause when its sum reaches
    the threshold, and wins when all clauses (bits) of one of the ``terms`` are satisfied. Returns (subsets, most + 1)
    for each half: winning coalitions with that subset as their part in the half, by the size of the whole.
    """
    clauses = thresholds.size
    first = np.zeros((first_sizes.size, most + 1), dtype=np.int64)
    second = np.zeros((second_sizes.size, most + 1), dtype=np.int64)
    for a in range(first_sizes.size):
        for b in range(second_sizes.size):
            satisfied = np.int64(0)
            for c in range(clauses):
                if first_sums[a, c] + second_sums[b, c] >= thresholds[c]:
                    satisfied |= np.int64(1) << c
            for t in range(terms.size):
                if satisfied & terms[t] == terms[t]:
                    size = first_sizes[a] + second_sizes[b]
                    first[a, size] += 1
                    second[b, size] += 1
                    break
    return first, second
