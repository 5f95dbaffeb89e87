"""A rule over sums: its clauses as tables of weights and thresholds, met or not met by sums that are already there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.enumeration import as_bound
from comity.rules import Members, Rule, Unless, Veto, Weighted, clauses_needed, clauses_of, joined, without_unless

BoolArray = NDArray[np.bool_]
_FITS_INT64 = 2**62


@dataclass(frozen=True)
class ClauseSums:
    """A rule read as a function of sums of weights, one sum a table; clauses with the same weights share a table.

    Example:
        >>> from comity.rules import All, Members, Weighted
        >>> sums = ClauseSums(All((Members(3, 2), Weighted((3, 2, 1), 4))))
        >>> sums.tables, sums.passes([np.array([2, 2]), np.array([3, 4])]).tolist()
        (((1, 1, 1), (3, 2, 1)), [False, True])
    """

    rule: Rule

    @cached_property
    def _plain(self) -> Rule:
        return without_unless(self.rule)

    @cached_property
    def tables(self) -> tuple[tuple[int, ...], ...]:
        """The different tables of weights, in the order of the clauses."""
        return tuple(dict.fromkeys(as_bound(clause)[0] for clause in clauses_of(self._plain)))

    @cached_property
    def _leaves(self) -> tuple[tuple[int, int], ...]:
        """For each clause in order, the place of its table and the sum that it needs."""
        bounds = [as_bound(clause) for clause in clauses_of(self._plain)]
        return tuple((self.tables.index(weights), needed) for weights, needed in bounds)

    @property
    def dtype(self) -> Any:
        """int64 where every sum fits, else Python integers."""
        return np.int64 if max(map(sum, self.tables)) < _FITS_INT64 else object

    def passes(self, sums: Sequence[NDArray[Any]]) -> BoolArray:
        """Say where the rule is met.

        Args:
            sums: for each table, (...,) sums of the weights of those in favour; one shape.

        Returns:
            (...,) booleans.
        """
        leaves = iter(self._leaves)
        return self._met(self._plain, sums, leaves)

    def _met(self, rule: Rule, sums: Sequence[NDArray[Any]], leaves: Iterator[tuple[int, int]]) -> BoolArray:
        if isinstance(rule, Members | Veto | Weighted):
            table, needed = next(leaves)
            return np.asarray(sums[table] >= needed, dtype=np.bool_)
        assert not isinstance(rule, Unless)
        return joined(rule, np.stack([self._met(clause, sums, leaves) for clause in rule.clauses]))

    def one_passes(self, amounts: Sequence[int]) -> bool:
        """Say whether the rule is met by one sum a table; the same as ``passes``, faster for a single coalition."""
        return self._one_met(self._plain, amounts, iter(self._leaves))

    def _one_met(self, rule: Rule, amounts: Sequence[int], leaves: Iterator[tuple[int, int]]) -> bool:
        if isinstance(rule, Members | Veto | Weighted):
            table, needed = next(leaves)
            return amounts[table] >= needed
        assert not isinstance(rule, Unless)
        return sum([self._one_met(clause, amounts, leaves) for clause in rule.clauses]) >= clauses_needed(rule)

    def of_subsets(self, members: Sequence[int]) -> list[NDArray[Any]]:
        """Return for each table the sums of every subset of some members: (2^k,), bit i for the i-th of them."""
        return [subset_sums([table[member] for member in members], self.dtype) for table in self.tables]

    def of_counts(self, kinds: Sequence[Sequence[int]]) -> list[NDArray[Any]]:
        """Return for each table the sums of every vector "so many of each kind", the last kind varying fastest."""
        sizes = [len(kind) for kind in kinds]
        return [grid([table[kind[0]] for kind in kinds], sizes, self.dtype) for table in self.tables]


def subset_sums(weights: Sequence[int], dtype: Any) -> NDArray[Any]:
    """Return the sum of every subset's weights, bit i of the place for the i-th member.

    Example:
        >>> subset_sums([5, 3], np.int64).tolist()
        [0, 5, 3, 8]
    """
    sums = np.zeros(1, dtype=dtype)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums


def grid(values: Sequence[int], sizes: Sequence[int], dtype: Any) -> NDArray[Any]:
    """Return the sums of values times counts over all count vectors, the last kind varying fastest.

    Example:
        >>> grid([4, 1], [1, 2], np.int64).tolist()
        [0, 1, 2, 4, 5, 6]
    """
    sums = np.zeros(1, dtype=dtype)
    for value, size in zip(values, sizes, strict=True):
        steps = np.array([value * count for count in range(size + 1)], dtype=dtype)
        sums = (sums[:, None] + steps).ravel()
    return sums
