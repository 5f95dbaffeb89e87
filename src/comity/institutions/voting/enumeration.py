"""Visiting every coalition, for rules with several tables of weights and few members."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.tallies import ExactTally, TooLarge, from_winning_by_size
from comity.rules import All, AtLeastOf, AtLeastOne, Members, Rule, Unless, Veto, Weighted, without_unless

ALGORITHM = "visiting every coalition"
MOST_MEMBERS = 30
_MOST_TERMS = 512
_SECONDS_PER_COALITION_AND_CLAUSE = 1.5e-9

Bound = tuple[tuple[int, ...], int]  # weights, and the sum that they have to reach
Term = frozenset[Bound]  # all of these bounds together


def as_bound(rule: Weighted | Members | Veto) -> Bound:
    """Write a clause as weights and the sum that they have to reach.

    Example:
        >>> as_bound(Veto(3, (0, 2)))
        ((1, 0, 1), 2)
    """
    if isinstance(rule, Weighted):
        return rule.weights, rule.threshold
    if isinstance(rule, Members):
        return (1,) * rule.n, rule.at_least
    return tuple(int(member in rule.members) for member in range(rule.n)), len(rule.members)


def _without_supersets(terms: Iterable[Term]) -> list[Term]:
    """Drop a term that asks for all that another one asks for, and more."""
    kept: list[Term] = []
    for term in sorted(set(terms), key=len):
        if not any(other <= term for other in kept):
            kept.append(term)
    return kept


def ways_to_pass(rule: Rule) -> list[Term]:
    """Write the rule as "any of these", each "all of these bounds on sums of weights".

    Args:
        rule: any rule.

    Returns:
        The terms; a bound is (weights, the sum needed), with weights of one for numbers of members.

    Raises:
        TooLarge: more than a few hundred terms.

    Example:
        >>> len(ways_to_pass(AtLeastOne((All((Members(4, 3), Veto(4, (0,)))), Members(4, 4)))))
        2
    """
    if isinstance(rule, Unless):
        return ways_to_pass(without_unless(rule))
    if isinstance(rule, AtLeastOf):
        if math.comb(len(rule.clauses), rule.k) > _MOST_TERMS:
            raise TooLarge(f"{rule.k} of {len(rule.clauses)} clauses have more than {_MOST_TERMS} ways to pass")
        rule = AtLeastOne(tuple(All(chosen) for chosen in itertools.combinations(rule.clauses, rule.k)))
    if isinstance(rule, AtLeastOne):
        terms = _without_supersets(term for clause in rule.clauses for term in ways_to_pass(clause))
    elif isinstance(rule, All):
        terms = [frozenset()]
        for clause in rule.clauses:
            pairs = itertools.product(terms, ways_to_pass(clause))
            terms = _without_supersets(left | right for left, right in pairs)
            if len(terms) > _MOST_TERMS:
                break
    else:
        terms = [frozenset([as_bound(rule)])]
    if len(terms) > _MOST_TERMS:
        raise TooLarge(f"the rule has more than {_MOST_TERMS} different ways to pass; combine its clauses otherwise")
    return terms


def seconds_to_enumerate(n: int, clauses: int) -> float:
    """Return about how long visiting every coalition of n members takes.

    Example:
        >>> 0.1 < seconds_to_enumerate(27, 3) < 10
        True
    """
    return float(2**n * max(clauses, 2) * _SECONDS_PER_COALITION_AND_CLAUSE)


def enumeration_can_count(rule: Rule) -> bool:
    """Say whether ``count_by_enumeration`` takes this rule.

    Example:
        >>> enumeration_can_count(Members(31, 20))
        False
    """
    if rule.n > MOST_MEMBERS:
        return False
    bounds = frozenset[Bound]().union(*ways_to_pass(rule))
    return len(bounds) <= 62 and all(sum(weights) < 2**62 for weights, _ in bounds)


def subset_sums_of(tables: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Return the sums of every subset's weights: (2^members, tables), bit i of the row for the i-th member.

    Example:
        >>> subset_sums_of([[5, 3], [1, 1]]).tolist()
        [[0, 0], [5, 1], [3, 1], [8, 2]]
    """
    sums = np.zeros((1, len(tables)), dtype=np.int64)
    for member in range(len(tables[0]) if tables else 0):
        added = np.array([weights[member] for weights in tables], dtype=np.int64)
        sums = np.concatenate([sums, sums + added])
    return sums


def count_by_enumeration(rule: Rule) -> ExactTally:
    """Count swings exactly by visiting all 2^n coalitions, for any rule of at most 30 members.

    Args:
        rule: a rule for which ``enumeration_can_count`` holds.

    Returns:
        The exact tally, Banzhaf and Shapley-Shubik.

    Example:
        >>> two_tables = All((Weighted((3, 2, 1), 4), Weighted((1, 2, 3), 3)))
        >>> count_by_enumeration(two_tables).swings
        (3, 1, 1)
    """
    from comity.institutions.voting import _kernels

    n = rule.n
    terms = ways_to_pass(rule)
    bounds = list(dict.fromkeys(bound for term in terms for bound in sorted(term)))
    number = {bound: index for index, bound in enumerate(bounds)}
    half = n // 2
    tables = [weights for weights, _ in bounds] + [(1,) * n]
    first = subset_sums_of([weights[:half] for weights in tables])
    second = subset_sums_of([weights[half:] for weights in tables])
    first_count, second_count = _kernels.count_by_enumeration(
        np.ascontiguousarray(first[:, :-1]),
        np.ascontiguousarray(first[:, -1]),
        np.ascontiguousarray(second[:, :-1]),
        np.ascontiguousarray(second[:, -1]),
        np.array([needed for _, needed in bounds], dtype=np.int64),
        np.array([sum(1 << number[bound] for bound in term) for term in terms], dtype=np.int64),
        n,
    )
    held = []
    for member in range(n):
        count, bit = (first_count, member) if member < half else (second_count, member - half)
        rows = (np.arange(count.shape[0]) >> bit) & 1 == 1
        held.append(count[rows].sum(axis=0).tolist())
    return from_winning_by_size(first_count.sum(axis=0).tolist(), held, ALGORITHM)
