"""The deal space: exact frontiers and solutions of additive packages, of tables, and deals over draws."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Workload
from comity.bargaining.deals import (
    Packages,
    Robust,
    Solution,
    UtilityTable,
    additive_draws,
    egalitarian,
    kalai_smorodinsky,
    nash,
    pareto_frontier,
    raiffa,
    robust_deal,
    utilitarian,
    zone_of_agreement,
)

FloatArray = NDArray[np.float64]

OPTIONS = 10
RED_LINE = 0.3
DRAWS = 2000
SIZES = (3, 3, 4, 4, 5)  # 720 packages, as Harbour park has


@cache
def additive(parties: int, n_issues: int) -> tuple[FloatArray, ...]:
    """Weights from the flat Dirichlet distribution, values uniform with the best at 1; nine decimals."""
    random = np.random.Generator(np.random.Philox([parties, n_issues]))
    weights = random.dirichlet(np.ones(n_issues), size=parties)
    values = random.random((n_issues, OPTIONS, parties))
    values /= values.max(axis=1, keepdims=True)
    return tuple((values * weights.T[:, None]).round(9))


@cache
def anticorrelated() -> FloatArray:
    """A million points near a plane: what one party gains the others lose."""
    random = np.random.Generator(np.random.Philox(6))
    return random.dirichlet(np.ones(3), size=10**6) + random.normal(0, 0.004, (10**6, 3))


@cache
def drawn() -> tuple[list[FloatArray], FloatArray]:
    random = np.random.Generator(np.random.Philox(7))
    issues = [random.random((size, 6)) + random.normal(0, 0.1, (DRAWS, size, 6)) for size in SIZES]
    return issues, random.normal(2.2, 0.1, (DRAWS, 6))


def solved(parties: int, n_issues: int) -> tuple[int, Solution, dict[str, Solution]]:
    """Points of the zone's frontier, Nash's, and what the other rules pick."""
    zone = zone_of_agreement(Packages(additive(parties, n_issues), [RED_LINE] * parties), count=False)
    others = {
        "kalai-smorodinsky": kalai_smorodinsky(zone),
        "egalitarian": egalitarian(zone, comparable=True),
        "utilitarian": utilitarian(zone, comparable=True),
        "raiffa": raiffa(zone),
    }
    return zone.frontier.n_points, nash(zone), others


def solver(parties: int, n_issues: int) -> Callable[[], tuple[int, Solution, dict[str, Solution]]]:
    return lambda: solved(parties, n_issues)


def negmas() -> tuple[int, FloatArray]:
    """Its frontier above the reserved values, and the solutions that it has."""
    from negmas import LinearAdditiveUtilityFunction, make_issue
    from negmas.outcomes import make_os
    from negmas.preferences.ops import kalai_points, max_welfare_points, nash_points
    from negmas.preferences.ops import pareto_frontier as frontier_of

    tables = additive(3, 6)
    space = make_os([make_issue(OPTIONS, name=f"issue {at}") for at in range(len(tables))])
    utilities = [
        LinearAdditiveUtilityFunction(
            values=[dict(enumerate(table[:, party].tolist())) for table in tables],
            weights=[1.0] * len(tables),
            outcome_space=space,
            reserved_value=RED_LINE,
        )
        for party in range(3)
    ]
    points, _ = frontier_of(utilities, outcomes=list(space.enumerate_or_sample()), sort_by_welfare=True)
    best = nash_points(utilities, points, outcome_space=space)
    kalai_points(utilities, points, outcome_space=space)
    max_welfare_points(utilities, points, outcome_space=space)
    return len({tuple(np.round(point, 9)) for point in points}), np.array(best[0][0])


def same_as_negmas(ours: tuple[int, Solution, dict[str, Solution]], theirs: tuple[int, FloatArray]) -> bool:
    return ours[0] == theirs[0] and bool(np.allclose(ours[1].utilities[0], theirs[1], atol=1e-8))


def frontier_by_numpy(table: FloatArray) -> FloatArray:
    """Vectorised reference: the best by the sum stays, and drops whatever it dominates, again and again."""
    left = table[np.argsort(-table.sum(axis=1), kind="stable")]
    at = 0
    while at < len(left):
        keep = (left > left[at]).any(axis=1)
        keep[: at + 1] = True
        left = left[keep]
        at += 1
    return left


def points_of_table() -> FloatArray:
    return pareto_frontier(UtilityTable(anticorrelated(), [0.0] * 3)).utilities


def points_of_five() -> FloatArray:
    return pareto_frontier(Packages(additive(5, 6), [0.0] * 5)).utilities


def five_by_numpy() -> FloatArray:
    table = np.zeros((1, 5))
    for issue in additive(5, 6):
        table = (table[:, None] + issue[None]).reshape(-1, 5)
    return frontier_by_numpy(table)


def same_points(ours: FloatArray, theirs: FloatArray) -> bool:
    """The same set of points; sums of floats may end a little apart."""
    rows = [np.unique(points.round(8), axis=0) for points in (ours, theirs)]
    return rows[0].shape == rows[1].shape and bool(np.allclose(rows[0], rows[1], atol=2e-8))


def robust() -> Robust:
    return robust_deal(additive_draws(*drawn()), comparable=True)


def numpy_version() -> str:
    return version("numpy")


WORKLOADS: list[Workload] = [
    Workload(
        name="deals: frontier and all solutions, 3 parties, 10^6 additive packages",
        ours=solver(3, 6),
        peer=negmas,
        peer_name="negmas",
        peer_version=lambda: version("negmas"),
        goal_ratio=1000,
        same=same_as_negmas,
    ),
    Workload(
        name="deals: frontier and all solutions, 3 parties, 10^12 additive packages",
        ours=solver(3, 12),
        peer_name="none can",
        goal_seconds=0.1,
    ),
    Workload(
        name="deals: frontier and all solutions, 3 parties, 10^20 additive packages",
        ours=solver(3, 20),
        peer_name="none can",
        goal_seconds=1.0,
    ),
    Workload(
        name="deals: frontier of a table, 10^6 x 3 anticorrelated",
        ours=points_of_table,
        peer=lambda: frontier_by_numpy(anticorrelated()),
        peer_name="numpy, vectorised",
        peer_version=numpy_version,
        goal_ratio=20,
        same=same_points,
        peer_limit=120,
    ),
    Workload(
        name="deals: frontier, 5 parties, 10^6 additive packages",
        ours=points_of_five,
        peer=five_by_numpy,
        peer_name="numpy, vectorised",
        peer_version=numpy_version,
        goal_ratio=20,
        goal_seconds=3.0,
        same=same_points,
        peer_limit=300,
    ),
    Workload(
        name="deals: robust deal, 6 parties, 720 packages, 2000 draws",
        ours=robust,
        peer_name="none needed",
        goal_seconds=1.0,
    ),
]
