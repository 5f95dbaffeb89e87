"""Counting coalitions by how many members of each kind they hold: members that the rule does not tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.clause_sums import ClauseSums
from comity.institutions.voting.tallies import ExactTally, from_winning_by_size
from comity.rules import Members, Rule, Weighted, clauses_of, without_unless

ALGORITHM = "counting by kinds of member (closed form)"
_FITS_INT64 = 62


def kinds_of(rule: Rule) -> list[list[int]]:
    """Group members that have equal weight and equal veto in every clause.

    Example:
        >>> kinds_of(Weighted((4, 4, 4, 2, 2, 1), 12))
        [[0, 1, 2], [3, 4], [5]]
    """
    kinds: dict[tuple[int, ...], list[int]] = {}
    rule = without_unless(rule)  # a veto of several turned round tells them apart
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


def passes_by_counts(rule: Rule, kinds: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    """Say for every vector "so many of each kind" whether it passes, the last kind varying fastest.

    Example:
        >>> passes_by_counts(Weighted((2, 1, 1), 2), [[0], [1, 2]]).tolist()
        [False, False, True, True, True, True]
    """
    sums = ClauseSums(rule)
    return sums.passes(sums.of_counts(kinds))


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
    wins = np.flatnonzero(passes_by_counts(rule, kinds))
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
