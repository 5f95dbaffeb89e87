"""Joint gains left on the table: what could still be had beyond a proposed deal, and how far the frontier is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .frontier import Frontier, units_at_least
from .packages import DealError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ALIKE = 1e-12


@dataclass(frozen=True)
class JointGains:
    """What the frontier has to offer beyond a proposed deal.

    Attributes:
        proposed: ``(n_parties,)`` utilities of the deal.
        points: ``(n,)`` frontier points that dominate it; none where it is on the frontier itself.
        most_each: ``(n_parties,)`` the most each party could gain with nobody losing; these are not to be had together.
        equal_share: the largest share s such that one point gives every party at least s of the most it could gain.
        equal_point: the frontier point that gives it; None where nothing dominates the deal.
        equal_gains: ``(n_parties,)`` what each party gains there.

    """

    proposed: FloatArray
    points: IntArray
    most_each: FloatArray
    equal_share: float
    equal_point: int | None
    equal_gains: FloatArray

    @property
    def efficient(self) -> bool:
        """Does no package give everybody as much, and somebody more?"""
        return self.equal_point is None


def gains_over(frontier: Frontier, proposed: ArrayLike) -> JointGains:
    """Return the joint gains that a proposed deal leaves on the table.

    Args:
        frontier: the Pareto frontier of all packages.
        proposed: ``(n_parties,)`` utilities of the deal, in the unit of the case.

    Returns:
        The points that dominate it, and what they give.

    Raises:
        DealError: the utilities are not one finite number a party.

    Source: Raiffa 1982, The Art and Science of Negotiation (from memory, not opened), for joint gains.

    Example:
        >>> from comity.bargaining.deals import UtilityTable, pareto_frontier
        >>> frontier = pareto_frontier(UtilityTable([[9, 1], [6, 4], [3, 6], [2, 2]], disagreement=[0, 0]))
        >>> found = gains_over(frontier, [2, 2])
        >>> found.points.tolist(), found.most_each.tolist(), found.equal_share, found.equal_gains.tolist()
        ([1, 2], [4.0, 4.0], 0.5, [4.0, 2.0])
    """
    floor = units_at_least(frontier.space, proposed)
    given = np.asarray(proposed, np.float64)
    tiny = _ALIKE * np.maximum(np.abs(frontier.utilities).max(axis=0, initial=0.0), np.abs(given))
    points = np.flatnonzero((frontier.units >= floor).all(axis=1))
    points = points[((frontier.utilities[points] - given) > tiny).any(axis=1)]
    nothing = np.zeros(len(given))
    if not len(points):
        return JointGains(given, points, nothing, 0.0, None, nothing)
    gains = np.maximum(frontier.utilities[points] - given, 0.0)
    most = gains.max(axis=0)
    able = most > tiny
    shares = np.sort(gains[:, able] / most[able], axis=1)
    best = int(np.lexsort(shares.T[::-1])[-1])
    return JointGains(given, points, most, float(shares[best, 0]), int(points[best]), gains[best])


@dataclass(frozen=True)
class Distance:
    """How far a proposed deal is from the frontier, each party's utility as a share of its range on the frontier.

    Attributes:
        equal_rise: how much every party could gain together at least, as a share of its range; 0 on the frontier, and
            where only some can gain.
        nearest: the frontier point that is nearest (Euclid).
        nearest_distance: the distance to it, in ranges; 0 only at the point itself.

    """

    equal_rise: float
    nearest: int
    nearest_distance: float


def distance_to_frontier(frontier: Frontier, proposed: ArrayLike) -> Distance:
    """Return how far a proposed deal is from the frontier, in units that do not depend on the parties' scales.

    Args:
        frontier: the Pareto frontier of all packages; not empty.
        proposed: ``(n_parties,)`` utilities of the deal, in the unit of the case.

    Returns:
        The rise that all could have together, and the nearest point.

    Raises:
        DealError: the frontier is empty, or the utilities are not one finite number a party.

    Example:
        >>> from comity.bargaining.deals import UtilityTable, pareto_frontier
        >>> frontier = pareto_frontier(UtilityTable([[8, 0], [4, 4], [0, 8], [2, 2]], disagreement=[0, 0]))
        >>> distance_to_frontier(frontier, [2, 2]).equal_rise
        0.25
    """
    if not frontier.n_points:
        raise DealError("frontier", "is empty")
    floor = np.asarray(proposed, np.float64)
    units_at_least(frontier.space, floor)
    low, high = frontier.utilities.min(axis=0), frontier.utilities.max(axis=0)
    ranges = np.where(high > low, high - low, 1.0)
    apart = (frontier.utilities - floor) / ranges
    differ = high > low
    rise = float(apart[:, differ].min(axis=1).max()) if differ.any() else 0.0
    lengths = np.sqrt((apart**2).sum(axis=1))
    nearest = int(np.argmin(lengths))
    return Distance(max(0.0, rise), nearest, float(lengths[nearest]))
