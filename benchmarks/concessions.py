"""The cheapest change of a text that completes a qualified majority; on 12 members, beside every coalition priced."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Workload
from benchmarks.voting_power import eu_populations, lisbon_rule
from comity.institutions.concessions.cheapest import Change, cheapest_change
from comity.institutions.concessions.support import Stakes, salience_weights
from comity.rules import All, Members, Rule, Weighted, passes

N_ISSUES = 5
SMALL = 12
TEXTS = 6


@cache
def stakes(n: int, seed: int) -> Stakes:
    """Members spread over five issues, and a text near the first of them."""
    random = np.random.Generator(np.random.Philox(seed))
    positions, salience = random.random((2, n, N_ISSUES))
    text = np.clip(positions[0] + random.normal(0, 0.1, N_ISSUES), 0, 1)
    return Stakes(positions, salience_weights(positions, 0.1 + salience), text, random.uniform(0, 0.5, N_ISSUES))


def small_rule() -> Rule:
    populations = eu_populations()[:SMALL]
    return All((Members.of(SMALL, "55%"), Weighted.of(populations, "65%")))


@cache
def texts(rule: Rule) -> list[Stakes]:
    """The first texts that do not pass."""
    drawn = (stakes(rule.n, seed) for seed in itertools.count())
    return list(itertools.islice((each for each in drawn if not passes(rule, each.in_favour(each.proposal))), TEXTS))


def council() -> list[tuple[Change, ...]]:
    return [cheapest_change(lisbon_rule(), each, [1 / N_ISSUES] * N_ISSUES) for each in texts(lisbon_rule())]


def ours() -> tuple[Change, ...]:
    return cheapest_change(small_rule(), texts(small_rule())[0], [1 / N_ISSUES] * N_ISSUES)


def every_coalition() -> list[tuple[frozenset[int], float]]:
    """Every smallest coalition that passes, each with the linear program of its cheapest text."""
    rule = small_rule()
    found: list[tuple[frozenset[int], float]] = []
    for size in range(1, SMALL + 1):
        for coalition in itertools.combinations(range(SMALL), size):
            held = frozenset(coalition)
            if not any(smaller <= held for smaller, _ in found) and passes(rule, [at in held for at in range(SMALL)]):
                found.append((held, _cost(coalition)))
    return found


def _cost(coalition: tuple[int, ...]) -> float:
    """Columns: the text, how far it moves, and a distance for each member and issue."""
    from scipy.optimize import linprog

    held = texts(small_rule())[0]
    points = [held.proposal, *(held.positions[member] for member in coalition)]
    width = N_ISSUES * (1 + len(points))
    text = np.tile(np.eye(N_ISSUES), (len(points), 1))
    distances = np.eye(width - N_ISSUES)
    apart = np.concatenate(points)
    limits = np.zeros((len(coalition), width))
    for row, member in enumerate(coalition):
        start = N_ISSUES * (2 + row)
        limits[row, start : start + N_ISSUES] = held.weights[member]
    rows = np.vstack([np.hstack([text, -distances]), np.hstack([-text, -distances]), limits])
    bounds: NDArray[np.float64] = np.concatenate([apart, -apart, held.losses(held.reference)[list(coalition)]])
    cost = np.zeros(width)
    cost[N_ISSUES : 2 * N_ISSUES] = 1 / N_ISSUES
    found: Any = linprog(cost, A_ub=rows, b_ub=bounds, bounds=(0, 1), method="highs")
    return float(found.fun)


def same(changes: tuple[Change, ...], priced: list[tuple[frozenset[int], float]]) -> bool:
    """Is the first the cheapest of all, and the next the cheapest without one whom the first cannot spare?"""
    first, second = changes
    spared = set(first.needed or first.completing)
    others = [cost for coalition, cost in priced if not spared <= coalition]
    wanted = (min(cost for _, cost in priced), min(others))
    return bool(np.allclose((first.cost, second.cost), wanted, rtol=0, atol=1e-6))


def _scipy(*_: Any) -> str:
    from importlib.metadata import version

    return f"scipy {version('scipy')}"


WORKLOADS: tuple[Workload, ...] = (
    Workload(
        name=f"cheapest completing concession and the next, EU-27 Lisbon, {N_ISSUES} issues, {TEXTS} texts",
        ours=council,
        peer_name="none that does it",
        goal_seconds=1.0 * TEXTS,
        repeat=3,
    ),
    Workload(
        name=f"cheapest completing concession and the next, {SMALL} members, {N_ISSUES} issues",
        ours=ours,
        peer=every_coalition,
        peer_name="a linear program for every smallest coalition (ours)",
        peer_version=_scipy,
        same=same,
        repeat=3,
    ),
)
