"""The yolk: the smallest circle that meets every pivotal line, and so bounds where majorities can lead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.institutions.spatial.directions import FloatArray, Sweep

_AT_ONCE = 16
_START = 64
_MOST_ROUNDS = 200


@dataclass(frozen=True)
class Yolk:
    """The smallest circle that meets every pivotal half-plane.

    Attributes:
        centre: (2,) its centre; where the core is not empty, a point deep in the core.
        radius: its radius; zero where the core is not empty.
        gap: how much smaller the true radius could be at most: the distance to a proven lower bound.
        rounds: linear programs solved.
    """

    centre: FloatArray
    radius: float
    gap: float
    rounds: int


def yolk(sweep: Sweep, *, row: int = 0) -> Yolk:
    """Return the yolk of one row, with a proof of how accurate it is.

    For each direction u the half-plane {x: u·x >= h(u)} holds what a coalition able to pass something would go to,
    h(u) being the pivot's place along u. The yolk is the smallest circle that meets all of them: radius
    min over c of max over u of h(u) - u·c, and zero where the core is not empty. Under a rule by which of two
    complementary groups exactly one passes (a simple majority of an odd number) the edges are the median lines, and
    this is the yolk of Ferejohn, McKelvey and Packel. Under other rules it is its counterpart: whatever beats a point
    at distance d from the centre lies within d plus two radii of it.

    A line at an arc's end passes through two ideal points; such lines alone may give too small a circle (Stone and
    Tovey 1992). So directions inside the arcs count too: a linear program over some directions gives a lower bound
    and a centre, the largest h(u) - u·c over all directions at that centre an upper bound, arc by arc in closed form,
    and the worst directions join the program until both meet.

    Args:
        sweep: the pivots by direction, from ``pivot_sweep``; exact if the sweep is.
        row: which row of the sweep.

    Returns:
        The yolk, with a gap of at most a billionth of the spread of the points but in hard cases, where it says more.

    Raises:
        ArithmeticError: the linear program failed, which no finite input is known to cause.

    Source: Ferejohn, McKelvey and Packel (1984), Limiting distributions for continuous state Markov voting models;
    Stone and Tovey (1992), Limiting median lines do not suffice to determine the yolk; both from memory, not opened.

    Example:
        >>> from comity.institutions.spatial.directions import pivot_sweep
        >>> from comity.rules import Members
        >>> right_angle = yolk(pivot_sweep(Members(3, 2), [[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]]))
        >>> right_angle.centre.round(6).tolist(), round(right_angle.radius, 6)  # the inscribed circle
        ([1.0, 1.0], 1.0)
    """
    from scipy.optimize import linprog

    ideal = sweep.points[row]
    middle = (ideal.min(axis=0) + ideal.max(axis=0)) / 2
    size = float(np.ptp(ideal, axis=0).max()) or 1.0
    ends = sweep.ends[row]
    real = np.flatnonzero(np.diff(ends) > 0)
    low, high = ends[:-1][real], ends[1:][real]
    pivot = (ideal[sweep.pivots[row][real]] - middle) / size
    # A few arcs to begin with, and the four sides, between which the program is bounded.
    quarters = np.minimum(np.searchsorted(low, np.arange(4) * (np.pi / 2)), len(low) - 1)
    first = np.union1d(quarters, np.arange(0, len(low), max(1, len(low) // _START)))
    angles, pivots = low[first], pivot[first]
    best, centre, bound = np.inf, np.zeros(2), -np.inf
    rounds = 0
    while rounds < _MOST_ROUNDS and best - max(bound, 0.0) > 1e-10:
        rounds += 1
        toward = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        least = (toward * pivots).sum(axis=1)
        solved = linprog(
            [0.0, 0.0, 1.0],
            A_ub=-np.hstack([toward, np.ones((len(toward), 1))]),
            b_ub=-least,
            bounds=[(-1.0, 1.0), (-1.0, 1.0), (None, None)],
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        if solved.x is None:
            raise ArithmeticError(f"the linear program of the yolk failed: {solved.message}")
        bound, tried = float(solved.x[2]), np.array(solved.x[:2])
        worst, where = _worst(tried, low, high, pivot)
        if worst.max() < best:
            best, centre = float(worst.max()), tried
        if best <= 0.0:
            break
        chosen = np.argsort(-worst)[:_AT_ONCE]
        angles, pivots = np.concatenate([angles, where[chosen]]), np.concatenate([pivots, pivot[chosen]])
    radius = max(best, 0.0)
    gap = max(0.0, radius - max(bound, 0.0))
    return Yolk(centre * size + middle, radius * size, gap * size, rounds)


def _worst(centre: FloatArray, low: FloatArray, high: FloatArray, pivot: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The largest u·(pivot - centre) on each arc, and the angle where it is."""
    away = pivot - centre
    distance = np.linalg.norm(away, axis=1)
    toward = np.arctan2(away[:, 1], away[:, 0])
    offset = (toward - low) % (2 * np.pi)
    length = high - low
    inside = offset <= length
    nearer_to_low = np.cos(low - toward) >= np.cos(high - toward)
    where = np.where(inside, low + offset, np.where(nearer_to_low, low, high))
    return distance * np.cos(where - toward), where
