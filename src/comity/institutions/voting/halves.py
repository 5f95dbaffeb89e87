"""Meeting in the middle: split the members in two halves, sort the sums of one, and search for partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.tallies import ExactTally, from_winning_by_size
from comity.rules import Members, Rule, Unless, Veto, Weighted, clauses_needed, clauses_of, without_unless

ALGORITHM = "meeting in the middle"
MOST_MEMBERS = 40
MOST_MEMBERS_OF_HUGE_WEIGHT = 30
_FITS_INT64 = 2**62


def one_weight_of(rule: Rule) -> tuple[int, ...] | None:
    """Return the weights that all weighted clauses share, ones where there is no such clause, None if they differ.

    Example:
        >>> from comity.rules import All
        >>> one_weight_of(All((Weighted((3, 2, 1), 4), Weighted((3, 2, 1), 5), Members(3, 2))))
        (3, 2, 1)
    """
    tables = {clause.weights for clause in clauses_of(rule) if isinstance(clause, Weighted)}
    return None if len(tables) > 1 else next(iter(tables), (1,) * rule.n)


def halves_can_count(rule: Rule) -> bool:
    """Say whether ``count_by_halves`` takes this rule: one table of weights, and not too many members.

    Example:
        >>> halves_can_count(Members(40, 21)), halves_can_count(Members(41, 21))
        (True, False)
    """
    weights = one_weight_of(rule)
    if weights is None:
        return False
    return rule.n <= (MOST_MEMBERS if sum(weights) < _FITS_INT64 else MOST_MEMBERS_OF_HUGE_WEIGHT)


def _sum_needed(rule: Rule, size: int, vetoes: dict[Veto, bool], never: int) -> int:
    """Return the smallest sum of weights with which a coalition of this size and these vetoes passes."""
    if isinstance(rule, Weighted):
        return rule.threshold
    if isinstance(rule, Members):
        return 0 if size >= rule.at_least else never
    if isinstance(rule, Veto):
        return 0 if vetoes[rule] else never
    assert not isinstance(rule, Unless)
    needed = sorted(_sum_needed(clause, size, vetoes, never) for clause in rule.clauses)
    return needed[clauses_needed(rule) - 1]


@dataclass(frozen=True)
class _Group:
    """Subsets of one half that have the same size and hold the same parts of the vetoes, by ascending sum."""

    size: int
    vetoes: int
    sums: NDArray[Any]
    holds: NDArray[np.float64]  # (subsets, members of the half): 1 where the subset holds the member


def _groups(members: Sequence[int], weights: Sequence[int], vetoes: Sequence[Veto]) -> list[_Group]:
    dtype: Any = np.int64 if sum(weights) < _FITS_INT64 else object
    masks = np.arange(1 << len(members), dtype=np.int64)
    sums = np.zeros(masks.size, dtype=dtype)
    sizes = np.zeros(masks.size, dtype=np.int64)
    for bit, member in enumerate(members):
        has = (masks >> bit) & 1
        sums = sums + (has.astype(dtype) * weights[member])
        sizes += has
    held = np.zeros(masks.size, dtype=np.int64)
    for index, veto in enumerate(vetoes):
        part = sum(1 << bit for bit, member in enumerate(members) if member in veto.members)
        held |= ((masks & part) == part).astype(np.int64) << index
    keys = sizes * (1 << len(vetoes)) + held
    groups = []
    for key in np.unique(keys):
        chosen = np.flatnonzero(keys == key)
        chosen = chosen[np.argsort(sums[chosen], kind="stable")]
        holds = ((masks[chosen, None] >> np.arange(len(members))) & 1).astype(np.float64)
        groups.append(_Group(int(sizes[chosen[0]]), int(held[chosen[0]]), sums[chosen], holds))
    return groups


def count_by_halves(rule: Rule) -> ExactTally:
    """Count swings exactly for one table of weights, with numbers of members, vetoes, "and" and "or".

    For a coalition of given size and given vetoes such a rule asks for a sum of weights. So for each subset of one
    half, a binary search among the sorted sums of the other half's subsets of each size counts the partners with
    whom it passes. Time grows as n 2^(n/2).

    Args:
        rule: a rule for which ``halves_can_count`` holds.

    Returns:
        The exact tally, Banzhaf and Shapley-Shubik.

    Source: Horowitz and Sahni (1974) for the split; Dubey and Shapley (1979) for swings from winning coalitions;
    from memory, not opened.

    Example:
        >>> from comity.rules import All
        >>> count_by_halves(All((Members(4, 2), Weighted((5, 3, 2, 1), 6)))).swings
        (6, 2, 2, 2)
    """
    rule = without_unless(rule)
    n = rule.n
    weights = one_weight_of(rule)
    if weights is None:
        raise ValueError("the weighted clauses have different weights")
    vetoes = list(dict.fromkeys(clause for clause in clauses_of(rule) if isinstance(clause, Veto)))
    never = sum(weights) + 1
    # Alternate between the halves in order of weight, so that both spread over the whole range.
    order = sorted(range(n), key=lambda member: -weights[member])
    first, second = order[::2], order[1::2]
    winning = np.zeros(n + 1, dtype=np.int64)
    held = np.zeros((n, n + 1), dtype=np.int64)
    first_groups, second_groups = (_groups(half, weights, vetoes) for half in (first, second))
    for a in first_groups:
        for b in second_groups:
            size = a.size + b.size
            complete = a.vetoes & b.vetoes
            whole = {veto: bool(complete >> index & 1) for index, veto in enumerate(vetoes)}
            needed = _sum_needed(rule, size, whole, never)
            if needed >= never:
                continue
            # The subsets of b from this place on pass with each subset of a.
            place = np.searchsorted(b.sums, needed - a.sums)
            partners_of_a = (b.sums.size - place).astype(np.float64)
            partners_of_b = np.cumsum(np.bincount(place, minlength=b.sums.size + 1))[:-1].astype(np.float64)
            # Products of counts below 2^40: exact in floating point, and fast there.
            winning[size] += int(partners_of_a.sum())
            held[first, size] += (partners_of_a @ a.holds).astype(np.int64)
            held[second, size] += (partners_of_b @ b.holds).astype(np.int64)
    return from_winning_by_size(winning.tolist(), held.tolist(), ALGORITHM)
