"""Counting coalitions by how many members of each kind they hold: members that the rule does not tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.tallies import ExactTally, from_winning_by_size
from comity.rules import Members, Rule, Unless, Veto, Weighted, clauses_of, joined, without_unless

ALGORITHM = "counting by kinds of member (closed form)"
_FITS_INT64 = 62


def kinds_of(rule: Rule) -> list[list[int]]:
    """Group members that have equal weight and equal veto in every clause.

    Example:
        >>> kinds_of(Weighted((4, 4, 4, 2, 2, 1), 12))
        [[0, 1, 2], [3, 4], [5]]
    """
    kinds: dict[tuple[int, ...], list[int]] = {}
    clauses = [clause for clause in clauses_of(rule) if not isinstance(clause, Members)]
    vetoes = [None if isinstance(clause, Weighted) else frozenset(clause.members) for clause in clauses]
    for member in range(rule.n):
        key = tuple(
            clause.weights[member] if isinstance(clause, Weighted) else int(member in (veto or ()))
            for clause, veto in zip(clauses, vetoes, strict=True)
        )
        kinds.setdefault(key, []).append(member)
    return list(kinds.values())


def vectors_of(kinds: Sequence[Sequence[int]]) -> int:
    """Return how many vectors "so many of each kind" there are.

    Example:
        >>> vectors_of([[0, 1, 2], [3, 4], [5]])
        24
    """
    return math.prod(len(kind) + 1 for kind in kinds)


def _grid(values: Sequence[int], sizes: Sequence[int], dtype: Any) -> NDArray[Any]:
    """Return the sums of values times counts over all count vectors, the last kind varying fastest."""
    sums = np.zeros(1, dtype=dtype)
    for value, size in zip(values, sizes, strict=True):
        steps = np.array([value * count for count in range(size + 1)], dtype=dtype)
        sums = (sums[:, None] + steps).ravel()
    return sums


def _passes(rule: Rule, kinds: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    if isinstance(rule, Unless):
        return _passes(without_unless(rule), kinds)
    sizes = [len(kind) for kind in kinds]
    if isinstance(rule, Weighted):
        dtype: Any = np.int64 if rule.total < 2**63 else object
        sums = _grid([rule.weights[kind[0]] for kind in kinds], sizes, dtype)
        return np.asarray(sums >= rule.threshold, dtype=np.bool_)
    if isinstance(rule, Members):
        return np.asarray(_grid([1] * len(kinds), sizes, np.int64) >= rule.at_least)
    if isinstance(rule, Veto):
        veto = set(rule.members)
        return np.asarray(_grid([int(kind[0] in veto) for kind in kinds], sizes, np.int64) == len(veto))
    return joined(rule, np.stack([_passes(clause, kinds) for clause in rule.clauses]))


def count_by_kinds(rule: Rule, kinds: Sequence[Sequence[int]]) -> ExactTally:
    """Count swings exactly, visiting each vector of counts once and weighing it with its binomial coefficients.

    Args:
        rule: any rule.
        kinds: from ``kinds_of``.

    Returns:
        The exact tally, Banzhaf and Shapley-Shubik.

    Example:
        >>> rule = Weighted((4, 4, 4, 2, 2, 1), 12)
        >>> count_by_kinds(rule, kinds_of(rule)).swings
        (10, 10, 10, 6, 6, 0)
    """
    n = rule.n
    sizes = [len(kind) for kind in kinds]
    dtype: Any = np.int64 if n <= _FITS_INT64 else object
    wins = np.flatnonzero(_passes(rule, kinds))
    counts = np.unravel_index(wins, [size + 1 for size in sizes])
    ways = np.ones(wins.size, dtype=dtype)
    members = np.zeros(wins.size, dtype=np.int64)
    for size, count in zip(sizes, counts, strict=True):
        ways = ways * np.array([math.comb(size, k) for k in range(size + 1)], dtype=dtype)[count]
        members += count
    winning = np.zeros(n + 1, dtype=dtype)
    np.add.at(winning, members, ways)
    held: list[list[int]] = [[] for _ in range(n)]
    for kind, size, count in zip(kinds, sizes, counts, strict=True):
        # Of C(size, k) choices of k members of this kind, C(size - 1, k - 1) hold a given one.
        with_one = np.zeros(n + 1, dtype=dtype)
        np.add.at(with_one, members, ways * count // size)
        by_size = [int(value) for value in with_one]
        for member in kind:
            held[member] = by_size
    return from_winning_by_size([int(value) for value in winning], held, ALGORITHM)
