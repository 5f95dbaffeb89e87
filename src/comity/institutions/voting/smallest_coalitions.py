"""The fewest members that can pass something together, and the fewest that can block it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from comity.institutions.voting.enumeration import Bound, ways_to_pass
from comity.institutions.voting.tallies import TooLarge
from comity.rules import Rule, dual

_MOST_STEPS = 2_000_000


def smallest_winning(rule: Rule) -> tuple[int, ...]:
    """Return a coalition of the fewest members that passes, the ones with most weight where there is a choice.

    Exact: for one weighted clause (with or without numbers of members and vetoes) by taking the heaviest; for
    several tables of weights by a search with bounds.

    Args:
        rule: the decision rule over n members; everyone together always passes.

    Returns:
        Member indices, ascending.

    Raises:
        TooLarge: the search did not finish in two million steps.

    Example:
        >>> from comity.rules import Weighted
        >>> smallest_winning(Weighted((4, 4, 4, 2, 2, 1), 11))
        (0, 1, 2)
    """
    best: tuple[int, ...] | None = None
    for term in sorted(ways_to_pass(rule), key=sorted):
        found = _fewest(list(term), rule.n, rule.n if best is None else len(best) - 1)
        if found is not None:
            best = found
    if best is None:
        raise AssertionError("everyone together passes under every rule")
    return best


def smallest_blocking(rule: Rule) -> tuple[int, ...]:
    """Return a group of the fewest members without whom nothing passes.

    Args:
        rule: the decision rule over n members.

    Returns:
        Member indices, ascending; see ``smallest_winning`` for ties.

    Raises:
        TooLarge: see ``smallest_winning``.

    Example:
        >>> from comity.rules import Weighted
        >>> smallest_blocking(Weighted((4, 4, 4, 2, 2, 1), 12))
        (0, 1)
    """
    return smallest_winning(dual(rule))


def _fewest(bounds: Sequence[Bound], n: int, most: int) -> tuple[int, ...] | None:
    """Return the smallest set of at most ``most`` members that reaches all bounds, or None."""
    total = [sum(weights) for weights, _ in bounds]
    # Who is needed by some bound is in; the search is over the others.
    needed = [
        member
        for member in range(n)
        if any(total[row] - weights[member] < quota for row, (weights, quota) in enumerate(bounds))
    ]
    missing = [quota - sum(weights[member] for member in needed) for weights, quota in bounds]
    rows = [row for row in range(len(bounds)) if missing[row] > 0]
    others = [member for member in range(n) if member not in set(needed)]
    if not rows:
        return tuple(needed) if len(needed) <= most else None
    others.sort(key=lambda member: -sum(bounds[row][0][member] / missing[row] for row in rows))
    tables = [[bounds[row][0][member] for member in others] for row in rows]
    amounts = [missing[row] for row in rows]
    # No fewer than any one bound asks for by itself.
    least = max(_heaviest_needed(table, amount) for table, amount in zip(tables, amounts, strict=True))
    for size in range(least, min(most - len(needed), len(others)) + 1):
        chosen = _choose(tables, amounts, size)
        if chosen is not None:
            return tuple(sorted(needed + [others[place] for place in chosen]))
    return None


def _heaviest_needed(table: Sequence[int], amount: int) -> int:
    """Return how many of the heaviest entries reach ``amount``."""
    sums = itertools.accumulate(sorted(table, reverse=True))
    return next(count for count, total in enumerate(sums, start=1) if total >= amount)


def _choose(tables: list[list[int]], missing: list[int], size: int) -> list[int] | None:
    """Return ``size`` places whose entries reach ``missing`` in every table, or None: depth first, with bounds."""
    places = len(tables[0])
    # most[row][start][k]: the most that k places from ``start`` on can add in this table.
    most = [
        [[0, *itertools.accumulate(sorted(table[start:], reverse=True)[:size])] for start in range(places + 1)]
        for table in tables
    ]
    steps = 0
    stack: list[tuple[int, list[int], list[int]]] = [(0, [], missing)]
    while stack:
        start, chosen, left = stack.pop()
        steps += 1
        if steps > _MOST_STEPS:
            raise TooLarge(f"the smallest coalition of {places} members was not found in {_MOST_STEPS:,} steps")
        if all(amount <= 0 for amount in left):
            return chosen
        still = min(size - len(chosen), places - start)
        if still == 0 or any(amount > most[row][start][still] for row, amount in enumerate(left)):
            continue
        stack.append((start + 1, chosen, left))
        stack.append(  # looked at first
            (start + 1, [*chosen, start], [amount - tables[row][start] for row, amount in enumerate(left)])
        )
    return None
