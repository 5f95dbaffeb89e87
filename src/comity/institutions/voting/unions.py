"""Members in unions that were formed beforehand: the Owen value and the Banzhaf–Owen value.

A union votes as one with respect to the other unions; inside, its members' parts depend on what each could do with
some of the others of its union. A member in no union is a union of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.clause_sums import ClauseSums
from comity.institutions.voting.kinds import vectors_of
from comity.institutions.voting.tallies import TooLarge, shapley_weights
from comity.institutions.voting.voting_power import voting_power
from comity.rules import All, AtLeastOf, AtLeastOne, Members, Rule, RuleError, Unless, Veto, Weighted, without_unless

ALGORITHM = "counting unions and members of a union by kinds"
_MOST_PAIRS = 2**28
_PAIRS_AT_ONCE = 2**16
_SECOND_VECTORS = 2**12
_FITS_FLOAT = 52


@dataclass(frozen=True)
class UnionPower:
    """Voting power with a priori unions.

    Attributes:
        unions: every union by its members' indices, members of their own included.
        owen: for each member its Owen value, which adds up to one.
        banzhaf_owen: for each member its Banzhaf–Owen value.
        of_unions: for each union its Shapley–Shubik index among the unions, which its members share.
        algorithm: what computed them, in words.
    """

    unions: tuple[tuple[int, ...], ...]
    owen: tuple[Fraction, ...]
    banzhaf_owen: tuple[Fraction, ...]
    of_unions: tuple[Fraction, ...]
    algorithm: str


def unions_of(
    unions: Sequence[Sequence[int]], n: int, names: Sequence[str] | None = None
) -> tuple[tuple[int, ...], ...]:
    """Return unions as a partition of the members: those named in none are one each.

    Args:
        unions: member indices of each union.
        n: number of members.
        names: n names, for the messages.

    Returns:
        The unions as given, then the others one by one.

    Raises:
        RuleError: an empty union, a member that does not exist, or one that is named twice.

    Example:
        >>> unions_of([(0, 1)], 3)
        ((0, 1), (2,))
    """
    seen: dict[int, int] = {}
    for number, union in enumerate(unions):
        field = f"unions[{number}]"
        if not union:
            raise RuleError(field, "the union has no member")
        for member in union:
            if not 0 <= member < n:
                raise RuleError(field, f"there is no member {member}; they are 0 to {n - 1}")
            who = names[member] if names is not None else f"member {member}"
            if seen.get(member) == number:
                raise RuleError(field, f"{who} is named twice")
            if member in seen:
                raise RuleError(field, f"{who} is in unions[{seen[member]}] too; a member is in one union at most")
            seen[member] = number
    alone = ((member,) for member in range(n) if member not in seen)
    return (*(tuple(union) for union in unions), *alone)


def merged(rule: Rule, groups: Sequence[Sequence[int]]) -> Rule:
    """Return the rule over groups of members who vote as one.

    Args:
        rule: the decision rule over n members; abstention is not considered.
        groups: a partition of the members.

    Returns:
        The rule over the groups, in their order.

    Example:
        >>> merged(Members(4, 3), [(0, 1), (2,), (3,)])
        Weighted(weights=(2, 1, 1), quota=3, strict=False, unit='members')
    """
    rule = without_unless(rule)
    assert not isinstance(rule, Unless)
    if isinstance(rule, Weighted):
        weights = tuple(sum(rule.weights[member] for member in group) for group in groups)
        return replace(rule, weights=weights, of_voting=None)
    if isinstance(rule, Members):
        return Weighted(tuple(len(group) for group in groups), rule.at_least, unit="members")
    if isinstance(rule, Veto):
        holders = set(rule.members)
        return Veto(len(groups), tuple(at for at, group in enumerate(groups) if holders.intersection(group)))
    clauses = tuple(merged(clause, groups) for clause in rule.clauses)
    if isinstance(rule, AtLeastOf):
        return AtLeastOf(clauses, rule.k)
    return All(clauses) if isinstance(rule, All) else AtLeastOne(clauses)


def union_power(rule: Rule, unions: Sequence[Sequence[int]], names: Sequence[str] | None = None) -> UnionPower:
    """Compute the Owen value and the Banzhaf–Owen value, exactly.

    Args:
        rule: the decision rule over n members.
        unions: member indices of each union; who is in none is a union of its own.
        names: n names, for the messages.

    Returns:
        The values of all members.

    Raises:
        RuleError: see ``unions_of``.
        TooLarge: the other unions and the members of a union have too many coalitions.

    Source: Owen (1977), Values of games with a priori unions; (1982), Modification of the Banzhaf–Coleman index for
    games with a priori unions; from memory, not opened.

    Example:
        >>> found = union_power(Members(3, 2), [(0, 1)])
        >>> [str(value) for value in found.owen], [str(value) for value in found.banzhaf_owen]
        (['1/2', '1/2', '0'], ['1/2', '1/2', '0'])
    """
    partition = unions_of(unions, rule.n, names)
    between = voting_power(merged(rule, partition), exact=True)
    assert between.shapley_shubik_exact is not None
    assert between.banzhaf_exact is not None
    owen = [Fraction(0)] * rule.n
    banzhaf_owen = [Fraction(0)] * rule.n
    for number, union in enumerate(partition):
        if len(union) == 1:
            owen[union[0]] = between.shapley_shubik_exact[number]
            banzhaf_owen[union[0]] = between.banzhaf_exact[number]
            continue
        others = [other for other in partition if other is not union]
        for member, (share, decisive) in _inside(rule, union, others).items():
            owen[member], banzhaf_owen[member] = share, decisive
    return UnionPower(
        partition, tuple(owen), tuple(banzhaf_owen), between.shapley_shubik_exact, f"{ALGORITHM}; {between.algorithm}"
    )


def _kinds(sums: ClauseSums, players: Sequence[int]) -> list[list[int]]:
    """Players with the same weight in every table."""
    found: dict[tuple[int, ...], list[int]] = {}
    for player in players:
        found.setdefault(tuple(table[player] for table in sums.tables), []).append(player)
    return list(found.values())


def _counts(kinds: Sequence[Sequence[int]], dtype: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return (vectors, kinds) numbers of each kind, and (vectors,) in how many ways they are chosen."""
    shape = [len(kind) + 1 for kind in kinds]
    counts = np.indices(shape).reshape(len(kinds), math.prod(shape)).T
    ways = np.ones(counts.shape[0], dtype=dtype)
    for column, kind in enumerate(kinds):
        ways = ways * np.array([math.comb(len(kind), k) for k in range(len(kind) + 1)], dtype=dtype)[counts[:, column]]
    return counts, ways


def _inside(rule: Rule, union: Sequence[int], others: Sequence[Sequence[int]]) -> dict[int, tuple[Fraction, Fraction]]:
    """Return each member's Owen and Banzhaf–Owen value in a union of several."""
    game = merged(rule, [*((member,) for member in union), *others])
    sums = ClauseSums(game)
    own = _kinds(sums, range(len(union)))
    outside = _kinds(sums, range(len(union), game.n))
    pairs = vectors_of(own) * vectors_of(outside)
    if pairs > _MOST_PAIRS:
        raise TooLarge(
            f"a union of {len(union)} members beside {len(others)} other unions has {pairs:.1e} kinds of coalitions; "
            f"at most {_MOST_PAIRS:.1e} are counted, about 28 members of the union and other unions together."
        )
    wins = _wins_by_unions(sums, own, outside, len(others))
    counts, ways = _counts(own, object)
    shape = tuple(len(kind) + 1 for kind in own)
    table = wins.reshape(*shape, len(others) + 1)
    between = np.array(shapley_weights(len(others) + 1), dtype=object)
    inside = shapley_weights(len(union))
    found: dict[int, tuple[Fraction, Fraction]] = {}
    for column, kind in enumerate(own):
        share = decisive = Fraction(0)
        for row, number in zip(counts, ways, strict=True):
            if row[column] == 0:
                continue
            with_it, without = tuple(row), tuple(row - (np.arange(len(own)) == column))
            swings = table[with_it] - table[without]
            # Of the choices of this many of each kind, those that hold a given member of this one.
            holding = number * int(row[column]) // len(kind)
            share += holding * inside[int(row.sum()) - 1] * swings.dot(between)
            decisive += holding * Fraction(int(swings.sum()))
        decisive /= 2 ** (len(others) + len(union) - 1)
        for player in kind:
            found[union[player]] = share, decisive
    return found


def _wins_by_unions(
    sums: ClauseSums, own: Sequence[Sequence[int]], outside: Sequence[Sequence[int]], others: int
) -> NDArray[Any]:
    """Return (vectors of own, others + 1): the sets of other unions, by their number, with whom each vector passes."""
    # Numbers of sets of other unions are below 2^52, exact in floating point and fast there, or Python integers.
    dtype: Any = np.float64 if others <= _FITS_FLOAT else object
    one_or_zero = np.float64 if dtype is np.float64 else np.int64  # booleans would stay booleans among objects
    at = len(outside)
    while at and vectors_of(outside[at - 1 :]) <= _SECOND_VECTORS:
        at -= 1
    parts = outside[:at], outside[at:]
    first, second = (_by_number(part, others, dtype) for part in parts)
    mine, one, two = (sums.of_counts(part) for part in (own, *parts))
    found = np.zeros((vectors_of(own), others + 1), dtype=object)
    step = max(1, _PAIRS_AT_ONCE // second.shape[0])
    for vector in range(found.shape[0]):
        pairs = np.zeros((others + 1, others + 1), dtype=dtype)
        for start in range(0, first.shape[0], step):
            rows = slice(start, start + step)
            met = sums.passes([a[vector] + b[rows, None] + c[None, :] for a, b, c in zip(mine, one, two, strict=True)])
            pairs = pairs + first[rows].T @ (met.astype(one_or_zero).astype(dtype, copy=False) @ second)
        for number in range(others + 1):
            found[vector, number] = sum(int(pairs[k, number - k]) for k in range(number + 1))
    return found


def _by_number(kinds: Sequence[Sequence[int]], most: int, dtype: Any) -> NDArray[Any]:
    """Return (vectors, most + 1): in how many ways each vector is chosen, in the column of its number of unions."""
    counts, ways = _counts(kinds, dtype)
    table = np.zeros((ways.size, most + 1), dtype=dtype)
    table[np.arange(ways.size), counts.sum(axis=1)] = ways
    return table
