"""Sets of partners: for rules with several tables of weights, 64 coalitions at a time.

As in meeting in the middle the members are split in two halves. Under one bound, the subsets of the second half with
whom a subset of the first reaches it are a first part of those subsets in order of falling sum. "And" and "or" of
bounds are intersections and unions of these sets, kept as bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.enumeration import Bound, subset_sums_of, ways_to_pass
from comity.institutions.voting.tallies import ExactTally, from_winning_by_size
from comity.rules import Rule

ALGORITHM = "meeting in the middle with sets of partners"
MOST_MEMBERS = 34
_MOST_BOUNDS = 16
_SNAPSHOTS = 256

IndexArray = NDArray[np.int64]


def partner_sets_can_count(rule: Rule) -> bool:
    """Say whether ``count_by_partner_sets`` takes this rule.

    Example:
        >>> from comity.rules import Members
        >>> partner_sets_can_count(Members(34, 20)), partner_sets_can_count(Members(35, 20))
        (True, False)
    """
    if rule.n > MOST_MEMBERS:
        return False
    bounds = frozenset[Bound]().union(*ways_to_pass(rule))
    return len(bounds) <= _MOST_BOUNDS and all(sum(weights) < 2**62 for weights, _ in bounds)


def count_by_partner_sets(rule: Rule) -> ExactTally:
    """Count swings exactly for any rule of at most 34 members and a few tables of weights.

    Args:
        rule: a rule for which ``partner_sets_can_count`` holds.

    Returns:
        The exact tally, Banzhaf and Shapley-Shubik.

    Source: Horowitz and Sahni (1974) for the split, from memory, not opened; sets as bits are ours.

    Example:
        >>> from comity.rules import All, Weighted
        >>> two_tables = All((Weighted((3, 2, 1), 4), Weighted((1, 2, 3), 3)))
        >>> count_by_partner_sets(two_tables).swings
        (3, 1, 1)
    """
    n, half = rule.n, rule.n // 2
    terms = ways_to_pass(rule)
    bounds = list(dict.fromkeys(bound for term in terms for bound in sorted(term)))
    number = {bound: index for index, bound in enumerate(bounds)}
    masks = np.array([sum(1 << number[bound] for bound in term) for term in terms], dtype=np.int64)
    needed = np.array([threshold for _, threshold in bounds], dtype=np.int64)
    tables = [weights for weights, _ in bounds]
    first = subset_sums_of([weights[:half] for weights in tables])
    second = subset_sums_of([weights[half:] for weights in tables])
    sizes = [subset_sums_of([(1,) * members])[:, 0] for members in (half, n - half)]
    held = [
        *_by_size_with_each(_partners(first, second, sizes[1], needed, masks), sizes[0], n),
        *_by_size_with_each(_partners(second, first, sizes[0], needed, masks), sizes[1], n),
    ]
    # Every coalition of size s holds s members.
    winning = [sum(by_size[s] for by_size in held) // s for s in range(1, n + 1)]
    return from_winning_by_size([0, *winning], held, ALGORITHM)


def _partners(
    mine: IndexArray, theirs: IndexArray, sizes: IndexArray, needed: IndexArray, terms: IndexArray
) -> IndexArray:
    """Return for each subset of mine how many of theirs it passes with, by their size: (subsets, sizes)."""
    from comity.institutions.voting._kernels_partners import count_partners

    per_size = np.bincount(sizes)
    edges = np.concatenate([[0], np.cumsum(-(-per_size // 64))])
    by_size = np.argsort(sizes, kind="stable")
    bit = np.empty_like(by_size)
    bit[by_size] = np.arange(sizes.size) + (edges[:-1] * 64 - np.cumsum(per_size) + per_size)[sizes[by_size]]
    falling = [np.argsort(-column, kind="stable") for column in theirs.T]
    # A partner is enough when its sum is at least what is missing.
    ranks = [
        np.searchsorted(-column[order], column_of_mine - threshold, side="right")
        for column, order, column_of_mine, threshold in zip(theirs.T, falling, mine.T, needed, strict=True)
    ]
    return count_partners(
        np.ascontiguousarray(np.stack(ranks, axis=1)),
        np.stack([bit[order] for order in falling]),
        edges,
        terms,
        _SNAPSHOTS,
    )


def _by_size_with_each(partners: IndexArray, sizes: IndexArray, n: int) -> list[list[int]]:
    """Return for each member of a half the passing coalitions that hold it, by size of the whole."""
    members = int(sizes.max())
    held = np.zeros((members, n + 1), dtype=np.int64)
    for size in range(1, members + 1):
        chosen = np.flatnonzero(sizes == size)
        holds = ((chosen[:, None] >> np.arange(members)) & 1).astype(np.float64)
        # Numbers of coalitions, below 2^34: exact in floating point, and fast there.
        held[:, size : size + partners.shape[1]] += (holds.T @ partners[chosen].astype(np.float64)).astype(np.int64)
    return [[int(count) for count in row] for row in held]
