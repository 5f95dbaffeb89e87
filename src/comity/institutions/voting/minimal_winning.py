"""Minimal winning coalitions: those that pass, and no longer pass whoever leaves.

Counted exactly, by the cheapest algorithm that counts them; or streamed one after the other, for any rule. Two indices
look at nothing else: Deegan and Packel (1978), for whom each is equally likely and its members share equally, and
Holler and Packel (1983), for whom what it decides is a good that all of its members have whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from comity.institutions.voting.clause_sums import ClauseSums
from comity.institutions.voting.counting import WeightedGame
from comity.institutions.voting.critical_members import (
    SECONDS_AT_MOST,
    CriticalMembers,
    critical_members,
    in_time,
    seconds_for_critical_members,
    seconds_to_visit,
)
from comity.institutions.voting.enumeration import MOST_MEMBERS
from comity.institutions.voting.kinds import kinds_of, vectors_of
from comity.institutions.voting.moduli import from_residues, primes_below
from comity.institutions.voting.tallies import TooLarge
from comity.rules import All, AtLeastOf, AtLeastOne, Rule, Weighted, passes, without_unless

BY_LIGHTEST = "counting minimal winning coalitions by their lightest member, modulo several numbers"
BY_SEARCH = "listing every minimal winning coalition"
_FEW_VECTORS = 20_000
_MOST_CELLS = 2**26
_SECONDS_PER_CELL = 2e-9
_MOST_LISTED = 50_000
_MOST_STEPS = 1_500_000  # of one member each


@dataclass(frozen=True)
class MinimalWinning:
    """The minimal winning coalitions of a rule, counted.

    Attributes:
        count: how many there are.
        holding: for each member, how many of them hold it.
        by_size: n + 1 numbers, how many there are of each size; None where they were counted without sizes.
        holding_by_size: for each member n + 1 numbers; None as ``by_size``.
        algorithm: what counted them, in words.
    """

    count: int
    holding: tuple[int, ...]
    by_size: tuple[int, ...] | None
    holding_by_size: tuple[tuple[int, ...], ...] | None
    algorithm: str

    @property
    def deegan_packel(self) -> tuple[Fraction, ...] | None:
        """The Deegan–Packel index: the mean over minimal winning coalitions of one shared among those in it."""
        if self.holding_by_size is None:
            return None
        return tuple(
            sum((Fraction(held, size) for size, held in enumerate(row) if held), Fraction(0)) / self.count
            for row in self.holding_by_size
        )

    @property
    def holler_packel(self) -> tuple[Fraction, ...]:
        """The public good index: the minimal winning coalitions that hold a member, scaled to add up to one."""
        total = sum(self.holding)
        return tuple(Fraction(held, total) for held in self.holding)


def _plain(rule: Rule) -> Rule:
    rule = without_unless(rule)
    while isinstance(rule, All | AtLeastOne | AtLeastOf) and len(rule.clauses) == 1:
        rule = rule.clauses[0]
    return rule


def _rows(game: WeightedGame) -> int:
    """One more than the most others that stand before the lightest member of a minimal winning coalition."""
    lightest = np.cumsum(game.weights)
    return max(2, int(np.searchsorted(lightest, game.quota)) + 1)


def _cells_by_lightest(rule: Weighted, *, sizes: bool) -> int:
    game = WeightedGame(rule)
    return game.quota * (_rows(game) if sizes else 1)


def _seconds_by_lightest(rule: Weighted, *, sizes: bool) -> float:
    moduli = rule.n // 63 + 1
    return float(rule.n * _cells_by_lightest(rule, sizes=sizes) * moduli * _SECONDS_PER_CELL)


def _can_count_by_lightest(rule: Rule, *, sizes: bool) -> bool:
    return (
        isinstance(rule, Weighted)
        and _cells_by_lightest(rule, sizes=sizes) <= _MOST_CELLS
        and _seconds_by_lightest(rule, sizes=sizes) <= SECONDS_AT_MOST
    )


def minimal_winning(rule: Rule, *, sizes: bool = True) -> MinimalWinning:
    """Count the minimal winning coalitions, all of them and those that hold each member, exactly.

    Args:
        rule: the decision rule over n members.
        sizes: count by size too (the Deegan–Packel index needs it); for one weighted clause with many members the
            count without sizes is very much faster.

    Returns:
        The counts.

    Raises:
        TooLarge: more than a minute of work.

    Source: Deegan and Packel (1978), A new index of power for simple n-person games; Holler and Packel (1983), Power,
    luck and the right index; from memory, not opened. Counting by the lightest member is ours.

    Example:
        >>> found = minimal_winning(Weighted((4, 4, 4, 2, 2, 1), 12))
        >>> found.count, found.holding, [str(share) for share in found.deegan_packel]
        (4, (3, 3, 3, 3, 3, 0), ['5/24', '5/24', '5/24', '3/16', '3/16', '0'])
    """
    rule = _plain(rule)
    by_members = seconds_for_critical_members(rule)
    if (
        isinstance(rule, Weighted)
        and vectors_of(kinds_of(rule)) > _FEW_VECTORS
        and _can_count_by_lightest(rule, sizes=sizes)
        and _seconds_by_lightest(rule, sizes=sizes) < by_members
    ):
        return _by_lightest(rule, sizes=sizes)
    if by_members <= SECONDS_AT_MOST:
        return _by_members(critical_members(rule))
    if sizes and _can_count_by_lightest(rule, sizes=False):
        raise _too_large(rule, sizes=True)  # so many that listing them does not finish either
    try:
        return _by_search(rule)
    except TooLarge:
        raise _too_large(rule, sizes=sizes) from None


def _too_large(rule: Rule, *, sizes: bool) -> TooLarge:
    needs = in_time(seconds_to_visit(rule))
    instead = ""
    if isinstance(rule, Weighted) and _seconds_by_lightest(rule, sizes=sizes) < seconds_to_visit(rule):
        gigabytes = _cells_by_lightest(rule, sizes=sizes) * 8 / 1e9
        needs = f"{in_time(_seconds_by_lightest(rule, sizes=sizes))} and {gigabytes:,.1f} GB"
        if sizes and _can_count_by_lightest(rule, sizes=False):
            instead = " Without their sizes, as the Holler–Packel index needs them, they can be counted."
    by_size = " by size" if sizes else ""
    return TooLarge(
        f"counting the minimal winning coalitions of {rule.n} members{by_size} would take {needs}; the limit is "
        f"{SECONDS_AT_MOST:.0f} seconds and {_MOST_CELLS * 8 / 1e9:.1f} GB, or {MOST_MEMBERS} members.{instead}"
    )


def _by_members(found: CriticalMembers) -> MinimalWinning:
    # A coalition of size k stands in k members' counts.
    by_size = tuple(sum(column) // size if size else 0 for size, column in enumerate(zip(*found.minimal, strict=True)))
    return MinimalWinning(
        sum(by_size), tuple(sum(row) for row in found.minimal), by_size, found.minimal, found.algorithm
    )


def _by_lightest(rule: Weighted, *, sizes: bool) -> MinimalWinning:
    from comity.institutions.voting import _kernels_critical

    game = WeightedGame(rule)
    rows = _rows(game) if sizes else 1
    # Minimal winning coalitions hold no other of them, so they are at most 2^n; so are sums of what is counted here.
    moduli = [2**64]
    for prime in primes_below(2**63):
        if math.prod(moduli) > 2**game.n:
            break
        moduli.append(prime)
    descending = np.ascontiguousarray(game.weights[::-1])
    residues = []
    for modulus in moduli:
        counted = _kernels_critical.minimal_by_lightest(descending, game.quota, rows, np.uint64(modulus % 2**64))
        total, holding = counted
        residues.append([int(value) for value in (*total, *holding.ravel())])
    numbers = from_residues(residues, moduli)
    width = rows + 1
    n = rule.n
    table: list[tuple[int, ...]] = [(0,) * (n + 1)] * n
    for place, member in enumerate(reversed(game.members), start=1):
        row = numbers[place * width : (place + 1) * width]
        table[member] = tuple((row + [0] * (n + 1))[: n + 1])
    total_by_size = tuple((numbers[:width] + [0] * (n + 1))[: n + 1])
    return MinimalWinning(
        sum(total_by_size),
        tuple(sum(row) for row in table),
        total_by_size if sizes else None,
        tuple(table) if sizes else None,
        BY_LIGHTEST,
    )


def _by_search(rule: Rule) -> MinimalWinning:
    n = rule.n
    table = [[0] * (n + 1) for _ in range(n)]
    by_size = [0] * (n + 1)
    for coalition in stream_minimal_winning(rule, most_steps=_MOST_STEPS // n):
        by_size[len(coalition)] += 1
        if sum(by_size) > _MOST_LISTED:
            raise TooLarge(f"more than {_MOST_LISTED:,} minimal winning coalitions")
        for member in coalition:
            table[member][len(coalition)] += 1
    rows = tuple(tuple(row) for row in table)
    return MinimalWinning(sum(by_size), tuple(sum(row) for row in rows), tuple(by_size), rows, BY_SEARCH)


def stream_minimal_winning(rule: Rule, *, most_steps: int | None = None) -> Iterator[tuple[int, ...]]:
    """Yield the minimal winning coalitions one after the other, in a fixed order, without holding them in memory.

    Members join in order of their weight, the heaviest first; a branch ends where the members that are left cannot
    make it pass, and where it passes. Of one weighted clause every branch that passes is minimal, so that the next
    coalition is at most n steps away.

    Args:
        rule: the decision rule over n members.
        most_steps: give up after so many steps; None never gives up.

    Yields:
        Member indices, ascending.

    Raises:
        TooLarge: ``most_steps`` were not enough.

    Example:
        >>> list(stream_minimal_winning(Weighted((4, 4, 4, 2, 2, 1), 12)))
        [(0, 1, 2), (0, 1, 3, 4), (0, 2, 3, 4), (1, 2, 3, 4)]
    """
    rule = _plain(rule)
    n = rule.n
    sums = ClauseSums(rule)
    total = [max(1, sum(table)) for table in sums.tables]
    order = sorted(
        range(n), key=lambda m: (-sum(Fraction(t[m], all_) for t, all_ in zip(sums.tables, total, strict=True)), m)
    )
    tables = [[table[member] for member in order] for table in sums.tables]
    rest = [[sum(table[place:]) for place in range(n + 1)] for table in tables]

    wins = sums.one_passes
    steps = 0
    # Who may still join, who has, their sums.
    stack: list[tuple[int, list[int], list[int]]] = [(0, [], [0] * len(tables))]
    while stack:
        place, chosen, amounts = stack.pop()
        steps += 1
        if most_steps is not None and steps > most_steps:
            raise TooLarge(f"listing minimal winning coalitions of {n} members takes more than {most_steps:,} steps")
        if wins(amounts):
            if all(not wins([a - table[other] for a, table in zip(amounts, tables, strict=True)]) for other in chosen):
                yield tuple(sorted(order[other] for other in chosen))
            continue
        if place == n or not wins([a + left[place] for a, left in zip(amounts, rest, strict=True)]):
            continue
        stack.append((place + 1, chosen, amounts))
        joined = [a + table[place] for a, table in zip(amounts, tables, strict=True)]
        stack.append((place + 1, [*chosen, place], joined))


def is_minimal_winning(rule: Rule, coalition: tuple[int, ...]) -> bool:
    """Say whether a coalition passes and no longer passes whoever leaves.

    Example:
        >>> is_minimal_winning(Weighted((2, 1, 1), 3), (0, 1)), is_minimal_winning(Weighted((2, 1, 1), 3), (0, 1, 2))
        (True, False)
    """
    row: Any = np.zeros(rule.n, dtype=np.bool_)
    row[list(coalition)] = True
    without = np.repeat(row[None, :], len(coalition), axis=0)
    without[np.arange(len(coalition)), list(coalition)] = False
    return bool(passes(rule, row)) and not bool(passes(rule, without).any())
