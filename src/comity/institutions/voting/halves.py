"""Meeting in the middle: split the members in two halves, sort the sums of one, and search for partners."""

from __future__ import annotations

import math
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


def told_apart(rule: Rule) -> list[int]:
    """Return the members with weight or in a veto; the others count by their number alone.

    Example:
        >>> from comity.rules import All
        >>> told_apart(All((Weighted((3, 0, 2, 0), 3), Members(4, 2))))
        [0, 2]
    """
    weights = one_weight_of(rule) or (1,) * rule.n
    held = {member for clause in clauses_of(rule) if isinstance(clause, Veto) for member in clause.members}
    return [member for member in range(rule.n) if weights[member] or member in held]


def halves_can_count(rule: Rule) -> bool:
    """Say whether ``count_by_halves`` takes this rule: one table of weights, and not too many members told apart.

    Example:
        >>> halves_can_count(Members(40, 21)), halves_can_count(Members(41, 21))
        (True, False)
        >>> halves_can_count(Weighted((1,) * 40 + (0,) * 100, 21))
        True
    """
    weights = one_weight_of(rule)
    if weights is None:
        return False
    return len(told_apart(rule)) <= (MOST_MEMBERS if sum(weights) < _FITS_INT64 else MOST_MEMBERS_OF_HUGE_WEIGHT)


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
    whom it passes. Members without weight or veto are alike: they are only counted, however many there are. Time
    grows as n 2^(n/2) in the others.

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
    order = sorted(told_apart(rule), key=lambda member: -weights[member])
    first, second = order[::2], order[1::2]
    idle = sorted(set(range(n)) - set(order))
    # By size, by whole vetoes and by the sum needed: coalitions of those told apart, in all and holding each of them.
    counts: dict[tuple[int, int, int], tuple[int, NDArray[np.int64]]] = {}
    asked: dict[tuple[int, int], dict[int, list[int]]] = {}
    first_groups, second_groups = (_groups(half, weights, vetoes) for half in (first, second))
    for a in first_groups:
        for b in second_groups:
            size = a.size + b.size
            complete = a.vetoes & b.vetoes
            if (size, complete) not in asked:
                whole = {veto: bool(complete >> index & 1) for index, veto in enumerate(vetoes)}
                sums: dict[int, list[int]] = {}
                for joining in range(len(idle) + 1):
                    sums.setdefault(_sum_needed(rule, size + joining, whole, never), []).append(joining)
                asked[size, complete] = {needed: each for needed, each in sums.items() if needed < never}
            for needed in asked[size, complete]:
                # The subsets of b from this place on pass with each subset of a.
                place = np.searchsorted(b.sums, needed - a.sums)
                partners_of_a = (b.sums.size - place).astype(np.float64)
                partners_of_b = np.cumsum(np.bincount(place, minlength=b.sums.size + 1))[:-1].astype(np.float64)
                # Products of counts below 2^40: exact in floating point, and fast there.
                holding = np.concatenate([partners_of_a @ a.holds, partners_of_b @ b.holds]).astype(np.int64)
                before, holding_before = counts.get((size, complete, needed), (0, np.zeros(len(order), np.int64)))
                counts[size, complete, needed] = before + int(partners_of_a.sum()), holding_before + holding
    winning = [0] * (n + 1)
    held = [[0] * (n + 1) for _ in range(n)]
    holding_an_idle = [0] * (n + 1)
    for (size, complete, needed), (passing, by_member) in counts.items():
        for joining in asked[size, complete][needed]:
            ways = math.comb(len(idle), joining)
            winning[size + joining] += ways * passing
            for member, count in zip((*first, *second), by_member.tolist(), strict=True):
                held[member][size + joining] += ways * count
            if joining:
                holding_an_idle[size + joining] += math.comb(len(idle) - 1, joining - 1) * passing
    for member in idle:
        held[member] = holding_an_idle
    return from_winning_by_size(winning, held, ALGORITHM)
