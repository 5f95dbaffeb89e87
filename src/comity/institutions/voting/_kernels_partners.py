"""Compiled loops over sets of partners, 64 coalitions to a machine word. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

BitArray = NDArray[np.uint64]
IndexArray = NDArray[np.int64]


@compiled
def _ones(word: np.uint64) -> np.uint64:
    """Number of bits set, by adding neighbours in pairs, fours, eights, and all bytes by one multiplication."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


@compiled
def count_partners(
    ranks: IndexArray,
    positions: IndexArray,
    edges: IndexArray,
    terms: IndexArray,
    snapshots: int,
) -> IndexArray:
    """Count the partners of each subset of one half with whom it passes, by the partners' size.

    A partner is a subset of the other half. Of the partners in order of falling sum under a bound, those that are
    needed to satisfy it are a first part: ``ranks`` (subsets, bounds) says how long. ``positions`` (bounds, partners)
    gives the bit of each partner in that order. Bits are grouped by the partners' size, group g in words
    ``edges[g]`` to ``edges[g + 1]``. A pair passes when all bounds (bits) of one of the ``terms`` are satisfied.
    First parts are kept at ``snapshots`` lengths, and made from the next shorter one.

    Returns (subsets, groups).
    """
    bounds, partners = positions.shape
    words = edges[-1]
    stride = (partners + snapshots) // snapshots
    kept = np.zeros((bounds, partners // stride + 1, words), dtype=np.uint64)
    sets = np.zeros((bounds, words), dtype=np.uint64)
    one = np.uint64(1)
    for c in range(bounds):
        for p in range(partners):
            if p % stride == 0:
                kept[c, p // stride] = sets[c]
            bit = positions[c, p]
            sets[c, bit >> 6] |= one << np.uint64(bit & 63)
        if partners % stride == 0:
            kept[c, partners // stride] = sets[c]
    result = np.zeros((ranks.shape[0], edges.size - 1), dtype=np.int64)
    both = np.empty(words, dtype=np.uint64)
    either = np.empty(words, dtype=np.uint64)
    for a in range(ranks.shape[0]):
        for c in range(bounds):
            nearest = ranks[a, c] // stride
            sets[c] = kept[c, nearest]
            for p in range(nearest * stride, ranks[a, c]):
                bit = positions[c, p]
                sets[c, bit >> 6] |= one << np.uint64(bit & 63)
        either[:] = np.uint64(0)
        for t in range(terms.size):
            both[:] = ~np.uint64(0)
            empty = False
            for c in range(bounds):
                if (terms[t] >> c) & 1:
                    empty = empty or ranks[a, c] == 0
                    for w in range(words):
                        both[w] &= sets[c, w]
            if not empty:
                for w in range(words):
                    either[w] |= both[w]
        for g in range(edges.size - 1):
            count = np.uint64(0)
            for w in range(edges[g], edges[g + 1]):
                count += _ones(either[w])
            result[a, g] = np.int64(count)
    return result
