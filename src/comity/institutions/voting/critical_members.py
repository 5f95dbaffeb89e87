"""Winning coalitions by how many of their members are critical: what Johnston's index and minimal coalitions rest on.

A member is critical in a coalition that passes only with it. A coalition is vulnerable when somebody is critical in
it, and minimal when everybody is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.enumeration import (
    MOST_MEMBERS,
    Bound,
    enumeration_can_count,
    subset_sums_of,
    ways_to_pass,
)
from comity.institutions.voting.kinds import ALGORITHM as BY_KINDS
from comity.institutions.voting.kinds import kinds_of, passes_by_counts, vectors_of
from comity.institutions.voting.tallies import TooLarge
from comity.rules import Rule, clauses_of

BY_ENUMERATION = "visiting every coalition and each of its members"
SECONDS_AT_MOST = 60.0
_FEW_VECTORS = 20_000
_MANY_VECTORS = 2**20
_SECONDS_PER_COALITION_AND_BOUND = 8e-9
_FITS_INT64 = 62


@dataclass(frozen=True)
class CriticalMembers:
    """Coalitions by their critical members.

    Attributes:
        vulnerable: for each member, n + 1 numbers: the coalitions in which it is critical, by how many members are.
        minimal: for each member, n + 1 numbers: those of them in which everybody is critical (so, by size).
        algorithm: what counted them, in words.
    """

    vulnerable: tuple[tuple[int, ...], ...]
    minimal: tuple[tuple[int, ...], ...]
    algorithm: str


def seconds_for_critical_members(rule: Rule) -> float:
    """Return about how long ``critical_members`` takes; infinite where no algorithm here takes the rule.

    Example:
        >>> from comity.rules import Members
        >>> seconds_for_critical_members(Members(100, 60)) < 1
        True
    """
    vectors = vectors_of(kinds_of(rule))
    by_kinds = vectors * 1e-6 if vectors <= _MANY_VECTORS else math.inf
    if vectors <= _FEW_VECTORS or not _can_visit(rule):
        return by_kinds
    return min(by_kinds, seconds_to_visit(rule))


def _can_visit(rule: Rule) -> bool:
    try:
        return enumeration_can_count(rule)
    except TooLarge:  # more ways to pass than it takes
        return False


def seconds_to_visit(rule: Rule) -> float:
    """Return about how long visiting every coalition and each of its members takes, whatever the size.

    Example:
        >>> from comity.rules import Members
        >>> 1 < seconds_to_visit(Members(27, 15)) < 60
        True
    """
    bounds = max(2, len(list(clauses_of(rule))))
    return float(2.0**rule.n * bounds * _SECONDS_PER_COALITION_AND_BOUND)


def critical_members(rule: Rule) -> CriticalMembers:
    """Count coalitions by their critical members, exactly.

    Args:
        rule: the decision rule over n members; told apart into few kinds of members, or at most about 30 of them.

    Returns:
        The counts, in member order.

    Raises:
        TooLarge: more than a minute of work; the message says how long it would take.

    Example:
        >>> from comity.rules import Weighted
        >>> found = critical_members(Weighted((2, 1, 1), 3))
        >>> found.vulnerable[0], found.minimal[0]
        ((0, 1, 2, 0), (0, 0, 2, 0))
    """
    seconds = seconds_for_critical_members(rule)
    if seconds > SECONDS_AT_MOST:
        raise TooLarge(
            f"{rule.n} members whom the rule tells apart: visiting the coalitions that pass and each of their members "
            f"would take {in_time(seconds_to_visit(rule))}; the limit is {MOST_MEMBERS} members and "
            f"{SECONDS_AT_MOST:.0f} seconds, or {_MANY_VECTORS:,} ways to take so many members of each kind."
        )
    vectors = vectors_of(kinds_of(rule))
    if vectors <= _FEW_VECTORS or not _can_visit(rule) or vectors * 1e-6 < seconds_to_visit(rule):
        return _by_kinds(rule)
    return _by_enumeration(rule)


def in_time(seconds: float) -> str:
    """A span of time in words.

    Example:
        >>> in_time(90), in_time(7200), in_time(1e12)
        ('about 90 seconds', 'about 2 hours', 'about 3e+04 years')
    """
    if seconds < 1000:
        return f"about {seconds:,.0f} seconds"
    if seconds < 3.6e5:
        return f"about {seconds / 3600:,.0f} hours"
    return f"about {seconds / 3.15e7:.0e} years" if seconds > 3.15e7 else f"about {seconds / 86400:,.0f} days"


def _by_kinds(rule: Rule) -> CriticalMembers:
    kinds = kinds_of(rule)
    n = rule.n
    sizes = [len(kind) for kind in kinds]
    shape = [size + 1 for size in sizes]
    passing = passes_by_counts(rule, kinds).reshape(shape)
    places = np.nonzero(passing)
    critical = []
    for axis, count in enumerate(places):
        without = list(places)
        without[axis] = np.maximum(count - 1, 0)
        critical.append((count > 0) & ~passing[tuple(without)])
    counts = np.stack(places)
    many = np.where(np.stack(critical), counts, 0).sum(axis=0)
    members = counts.sum(axis=0)
    dtype: Any = np.int64 if n <= _FITS_INT64 else object
    ways = np.ones(places[0].size, dtype=dtype)
    for size, count in zip(sizes, places, strict=True):
        ways = ways * np.array([math.comb(size, k) for k in range(size + 1)], dtype=dtype)[count]
    vulnerable: list[tuple[int, ...]] = [()] * n
    minimal: list[tuple[int, ...]] = [()] * n
    for kind, size, count, here in zip(kinds, sizes, places, critical, strict=True):
        # Of C(size, k) choices of k members of this kind, C(size - 1, k - 1) hold a given one.
        with_one = ways[here] * count[here] // size
        everybody = many[here] == members[here]
        found = _by_number(many[here], with_one, n, dtype)
        all_critical = _by_number(many[here][everybody], with_one[everybody], n, dtype)
        for member in kind:
            vulnerable[member], minimal[member] = found, all_critical
    return CriticalMembers(tuple(vulnerable), tuple(minimal), BY_KINDS)


def _by_number(number: NDArray[Any], ways: NDArray[Any], n: int, dtype: Any) -> tuple[int, ...]:
    counts = np.zeros(n + 1, dtype=dtype)
    np.add.at(counts, number, ways)
    return tuple(int(count) for count in counts)


@lru_cache(maxsize=2)  # two indices and the minimal winning coalitions ask for the same counts
def _by_enumeration(rule: Rule) -> CriticalMembers:
    from comity.institutions.voting import _kernels_critical

    n = rule.n
    terms = ways_to_pass(rule)
    bounds: list[Bound] = list(dict.fromkeys(bound for term in terms for bound in sorted(term)))
    number = {bound: index for index, bound in enumerate(bounds)}
    half = n // 2
    tables: Sequence[Sequence[int]] = [weights for weights, _ in bounds]
    vulnerable, minimal = _kernels_critical.count_critical(
        subset_sums_of([weights[:half] for weights in tables]),
        subset_sums_of([weights[half:] for weights in tables]),
        np.ascontiguousarray(np.array(tables, dtype=np.int64).T),
        np.array([needed for _, needed in bounds], dtype=np.int64),
        np.array([sum(1 << number[bound] for bound in term) for term in terms], dtype=np.int64),
    )
    return CriticalMembers(
        tuple(tuple(row) for row in vulnerable.tolist()), tuple(tuple(row) for row in minimal.tolist()), BY_ENUMERATION
    )
