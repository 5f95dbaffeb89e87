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
        w = weights[i]
        factor = 1.0 / no
        swing, size = 0.0, 0.0
        s = quota - 1
        above = below[s]
        while s >= 0 and factor != 0.0:
            s -= w
            under = below[s] if s >= 0 else 0.0
            swing += factor * (above - under)
            size += abs(factor) * (above + under)
            above = under
            factor *= ratio
        swings[i] = swing
        sizes[i] = size
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
def polynomial_below(
    weights: IndexArray,
    groups: IndexArray,
    block: int,
    point: np.uint64,
    bits: np.uint64,
    delta: np.uint64,
    value: CountArray,
) -> None:
    """Fill ``value[s]`` with the sum of point^size over the coalitions with a sum up to s, modulo 2^bits - delta.

    Adding a member of weight w turns the values x into x[s] + point x[s - w]: a filter with a delay of w cells. The
    members of a group (places ``groups[g]`` to ``groups[g + 1]``; chosen so that their delays together fit in a
    processor's own cache) take one block of cells after the other, each with its last w cells in a ring; so a group
    costs one pass through memory. Four members share a loop: half the loads and stores. ``weights`` ascending; the
    sums reached so far stay few for most members. (1 + point)^2 (2^bits + 2^20) is below 2^64, so that values are
    folded after every second member, and bits at most 58.
    """
    prime = (np.uint64(1) << bits) - delta
    mask = (np.uint64(1) << bits) - np.uint64(1)
    widest = np.int64(0)
    for g in range(groups.size - 1):
        widest = max(widest, weights[groups[g] : groups[g + 1]].sum())
    ring = np.empty(widest, dtype=np.uint64)
    start = np.empty(weights.size, dtype=np.int64)
    place = np.empty(weights.size, dtype=np.int64)
    value[0] = np.uint64(1)
    reached = np.int64(1)
    for g in range(groups.size - 1):
        first, last = groups[g], groups[g + 1]
        total = np.int64(0)
        for k in range(first, last):
            start[k] = total
            place[k] = 0
            total += weights[k]
        ring[:total] = np.uint64(0)
        before = reached
        reached = min(np.int64(value.size), before + total)
        value[before:reached] = np.uint64(0)
        for low in range(0, reached, block):
            high = min(reached, np.int64(low + block))
            k = first
            while k + 3 < last:
                a, b, c, d = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
                at_a, at_b, at_c, at_d = place[k], place[k + 1], place[k + 2], place[k + 3]
                s = np.int64(low)
                while s < high:
                    size = min(high - s, a - at_a, b - at_b, c - at_c, d - at_d)
                    x = value[s : s + size]
                    ring_a = ring[start[k] + at_a : start[k] + at_a + size]
                    ring_b = ring[start[k + 1] + at_b : start[k + 1] + at_b + size]
                    ring_c = ring[start[k + 2] + at_c : start[k + 2] + at_c + size]
                    ring_d = ring[start[k + 3] + at_d : start[k + 3] + at_d + size]
                    for i in range(size):
                        old = x[i]
                        new = old + point * ring_a[i]
                        ring_a[i] = old
                        old = _fold(new + point * ring_b[i], bits, mask, delta)
                        ring_b[i] = new
                        new = old + point * ring_c[i]
                        ring_c[i] = old
                        x[i] = _fold(new + point * ring_d[i], bits, mask, delta)
                        ring_d[i] = new
                    s += size
                    at_a, at_b, at_c, at_d = at_a + size, at_b + size, at_c + size, at_d + size
                    at_a = at_a if at_a < a else np.int64(0)
                    at_b = at_b if at_b < b else np.int64(0)
                    at_c = at_c if at_c < c else np.int64(0)
                    at_d = at_d if at_d < d else np.int64(0)
                place[k], place[k + 1], place[k + 2], place[k + 3] = at_a, at_b, at_c, at_d
                k += 4
            while k < last:
                w, at = weights[k], place[k]
                s = np.int64(low)
                while s < high:
                    length = min(high - s, w - at)
                    x = value[s : s + length]
                    ring_w = ring[start[k] + at : start[k] + at + length]
                    for i in range(length):
                        old = x[i]
                        x[i] = _fold(old + point * ring_w[i], bits, mask, delta)
                        ring_w[i] = old
                    s += length
                    at += length
                    if at == w:
                        at = np.int64(0)
                place[k] = at
                k += 1
    value[reached:] = np.uint64(0)
    running = np.uint64(0)
    for part in range(0, value.size, 16):  # so many values add up to less than 2^64
        end = min(value.size, part + 16)
        for cell in range(part, end):
            running += value[cell]
            value[cell] = running
        running = _fold(running, bits, mask, delta)
        for cell in range(part, end):
            folded = _fold(value[cell], bits, mask, delta)
            value[cell] = min(folded, folded - prime)


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
def _times(a: np.uint64, b: np.uint64, prime: np.uint64, inverse: float) -> np.uint64:
    """Product of two residues modulo ``prime`` below 2^58, ``inverse`` its reciprocal.

    One factor is cut in two, so that the quotient of each part is below 2^30 and its estimate off by one at most.
    """
    half = np.uint64(29)
    high = a >> half
    rest = high * b - np.uint64(float(high) * float(b) * inverse) * prime
    rest = min(rest, rest + prime)
    rest = min(rest, rest - prime)
    low = a & np.uint64(0x1FFFFFFF)
    # (2^29 rest + low b) / prime is below 2^30.
    product = (rest << half) + low * b
    quotient = np.uint64((float(rest) * 536870912.0 + float(low) * float(b)) * inverse)
    rest = product - quotient * prime
    rest = min(rest, rest + prime)
    return min(rest, rest - prime)


@compiled
def product_modulo(left: CountArray, right: CountArray, prime: np.uint64) -> CountArray:
    """Matrix product of residues modulo ``prime`` below 2^58: (rows, inner) by (inner, columns)."""
    inverse = 1.0 / float(prime)
    result = np.zeros((left.shape[0], right.shape[1]), dtype=np.uint64)
    for i in range(left.shape[0]):
        for k in range(left.shape[1]):
            factor = left[i, k]
            for j in range(right.shape[1]):
                total = result[i, j] + _times(factor, right[k, j], prime, inverse)
                result[i, j] = min(total, total - prime)
    return result


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
