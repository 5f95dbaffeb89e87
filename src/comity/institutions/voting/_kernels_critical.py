"""Compiled loops over coalitions and their critical members: minimal winning coalitions, Johnston's shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

CountArray = NDArray[np.uint64]
IndexArray = NDArray[np.int64]


@compiled
def count_critical(
    first_sums: IndexArray,
    second_sums: IndexArray,
    weights: IndexArray,
    thresholds: IndexArray,
    terms: IndexArray,
) -> tuple[IndexArray, IndexArray]:
    """Count winning coalitions by how many of their members are critical, visiting all pairs of subsets of the halves.

    ``first_sums`` and ``second_sums`` are (subsets, bounds), bit i of a subset for the i-th member of its half;
    ``weights`` (n, bounds). A coalition satisfies a bound when its sum reaches the threshold, and wins when all bounds
    (bits) of one of the ``terms`` are satisfied; a member is critical when it wins only with it. Returns two (n, n + 1)
    counts: winning coalitions with this member critical, by the number of critical members; and those of them in
    which everybody is critical.
    """
    n, bounds = weights.shape
    half = 0
    while 1 << half < first_sums.shape[0]:
        half += 1
    critical = np.zeros((n, n + 1), dtype=np.int64)
    minimal = np.zeros((n, n + 1), dtype=np.int64)
    sums = np.zeros(bounds, dtype=np.int64)
    needed = np.zeros(n, dtype=np.int64)
    for a in range(first_sums.shape[0]):
        for b in range(second_sums.shape[0]):
            satisfied = np.int64(0)
            for c in range(bounds):
                sums[c] = first_sums[a, c] + second_sums[b, c]
                if sums[c] >= thresholds[c]:
                    satisfied |= np.int64(1) << c
            wins = False
            for t in range(terms.size):
                if satisfied & terms[t] == terms[t]:
                    wins = True
                    break
            if not wins:
                continue
            coalition = np.int64(a) | np.int64(b) << half
            found = 0
            size = 0
            for i in range(n):
                if coalition >> i & 1 == 0:
                    continue
                size += 1
                left = satisfied
                for c in range(bounds):
                    if sums[c] - weights[i, c] < thresholds[c]:
                        left &= ~(np.int64(1) << c)
                still = False
                for t in range(terms.size):
                    if left & terms[t] == terms[t]:
                        still = True
                        break
                if not still:
                    needed[found] = i
                    found += 1
            for k in range(found):
                critical[needed[k], found] += 1
                if found == size:
                    minimal[needed[k], found] += 1
    return critical, minimal


@compiled
def minimal_by_lightest(
    weights: IndexArray, quota: int, rows: int, modulus: np.uint64
) -> tuple[CountArray, CountArray]:
    """Count the minimal winning coalitions of a weighted game by their lightest member, modulo ``modulus``.

    ``weights`` descending and positive. The members before the lightest one, of weight w, add up to q - w .. q - 1.
    With ``rows`` above one the counts are by size; with one row they are of all sizes together. Returns (rows + 1,)
    counts by size (without sizes: all in the first cell) and (members, rows + 1) counts of those that hold a member.
    The number of sets that hold member i comes from removing it: sums below s with i are the alternating sum of
    those below s - w_i, s - 2 w_i, ... The modulus is below 2^63, or 0 for 2^64; see ``_kernels.counts_by_sum``.
    """
    n = weights.size
    sized = 1 if rows > 1 else 0
    # Running totals of the numbers of sets by their sum; a member joins them by the same rule as it joins the numbers.
    below = np.zeros((rows, quota), dtype=np.uint64)
    below[0, :] = np.uint64(1)
    total = np.zeros(rows + 1, dtype=np.uint64)
    holding = np.zeros((n, rows + 1), dtype=np.uint64)
    for m in range(n):
        w = weights[m]
        for k in range(rows):
            window = below[k, quota - 1]
            if w < quota:
                window -= below[k, quota - 1 - w]
                window = min(window, window + modulus)
            x = total[k + sized] + window
            total[k + sized] = min(x, x - modulus)
            x = holding[m, k + sized] + window
            holding[m, k + sized] = min(x, x - modulus)
            for i in range(m):
                v = weights[i]
                with_i = np.uint64(0)
                s = quota - 1 - v
                row = k - sized
                add = True
                while s >= 0 and row >= 0:
                    window = below[row, s]
                    if s - w >= 0:
                        window -= below[row, s - w]
                        window = min(window, window + modulus)
                    if add:
                        with_i += window
                        with_i = min(with_i, with_i - modulus)
                    else:
                        with_i -= window
                        with_i = min(with_i, with_i + modulus)
                    add = not add
                    s -= v
                    row -= sized
                x = holding[i, k + sized] + with_i
                holding[i, k + sized] = min(x, x - modulus)
        for k in range(rows - 1, sized - 1, -1):
            high = np.int64(quota)
            while high > w:
                # A block no longer than the weight does not read what it writes.
                low = max(w, high - w)
                here = below[k, low:high]
                less = below[k - sized, low - w : high - w]
                for s in range(high - low):
                    x = here[s] + less[s]
                    here[s] = min(x, x - modulus)
                high = low
    return total, holding
