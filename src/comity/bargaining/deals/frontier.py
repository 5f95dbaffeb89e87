"""The Pareto frontier of packages, and the zone of possible agreement in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .acceptance import acceptable_to_all
from .packages import DealError, Packages, UtilityTable
from .pruning import Pruned, pruned_sums
from .units import LARGEST, Numbers, as_fraction

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_CHAMPIONS = 16
_SAMPLE = 4096
_LISTED = 1000


@dataclass(frozen=True)
class Frontier:
    """Utilities that no package improves for one party without taking from another, and the packages that give them.

    Attributes:
        space: the packages that it is the frontier of.
        units: ``(n_points, n_parties)`` distinct points in units, the largest first column first.
        utilities: ``(n_points, n_parties)`` the same in the unit of the case.
        packages: ``(n_points, n_issues)`` one package for each point (of a table: ``(n_points, 1)`` rows).
        n_tied: how many packages give each point; above 1 they are tied in the eyes of all parties.
        algorithm: how it was found.

    """

    space: Packages | UtilityTable
    units: Numbers
    utilities: FloatArray
    packages: IntArray
    n_tied: tuple[int, ...]
    algorithm: str
    _pruned: Pruned | None
    _rows: IntArray | None

    @property
    def n_points(self) -> int:
        """How many distinct points it has."""
        return len(self.units)

    def tied(self, point: int, limit: int = _LISTED) -> IntArray:
        """Return the packages that give a point, up to a limit, ``(n, n_issues)``."""
        if self._pruned is not None and isinstance(self.space, Packages):
            return self._pruned.all_of(self.space, point, limit)
        start = sum(self.n_tied[:point])
        rows = np.zeros(0, np.int64) if self._rows is None else self._rows
        return rows[start : start + min(limit, self.n_tied[point])][:, None]


def pareto_frontier(space: Packages | UtilityTable, *, at_least: ArrayLike | None = None) -> Frontier:
    """Return the exact Pareto frontier of all packages.

    A package is dominated where another gives everybody at least as much and somebody more. Packages that give
    everybody the same are tied: one point, all of them kept.

    Args:
        space: additive packages with what is coupled or forbidden, however many; or a table of utilities.
        at_least: ``(n_parties,)`` leave out what is below this for anybody, in the unit of the case.

    Returns:
        The frontier; no points where nothing is left.

    Raises:
        TooManyPoints: an exact answer would take too much memory.

    Source:
        Kung, Luccio & Preparata 1975, On finding the maxima of a set of vectors, Journal of the ACM 22 (from memory,
        not opened), for the sweep; see ``pruned_sums`` for additive packages.

    Example:
        >>> found = pareto_frontier(Packages([[[4, 0], [0, 1]], [[1, 0], [0, 3]]], disagreement=[0, 0]))
        >>> found.utilities.tolist(), found.packages.tolist()
        ([[5.0, 0.0], [4.0, 3.0], [0.0, 4.0]], [[0, 0], [0, 1], [1, 1]])
    """
    floor = None if at_least is None else units_at_least(space, at_least)
    return frontier_in_units(space, floor)


def frontier_in_units(space: Packages | UtilityTable, floor: Numbers | None) -> Frontier:
    """Return the frontier of what is at least a floor in units; see ``pareto_frontier``."""
    scale = np.array(space.scale, np.float64)
    if isinstance(space, Packages):
        pruned = pruned_sums(space, at_least=floor)
        kind = "pruning of partial sums, issue after issue; " + _sweep(space.n_parties)
        tied = tuple(pruned.counts(space))
        return Frontier(space, pruned.units, pruned.units / scale, pruned.first(space), tied, kind, pruned, None)
    units, rows, tied = table_frontier(space.units, floor)
    firsts = rows[np.cumsum([0, *tied])[:-1]] if tied else rows
    return Frontier(space, units, units / scale, firsts[:, None], tied, _sweep(space.n_parties), None, rows)


def units_at_least(space: Packages | UtilityTable, bound: ArrayLike) -> Numbers:
    """Return a bound in units, rounded up (but for the last bits of a float), so that whole units compare with it.

    Raises:
        DealError: the bound is not one finite number a party.
    """
    given = np.asarray(bound, np.float64)
    if given.shape != (space.n_parties,) or not np.isfinite(given).all():
        raise DealError("at_least", f"has to be one finite number for each of {space.n_parties} parties")
    if not np.issubdtype(space.floor.dtype, np.integer):
        return given
    units = []
    for number, scale in zip(given.tolist(), space.scale, strict=True):
        # Utilities that come back as floats may be a little above the units that they stand for.
        rounding = Fraction(2 * math.ulp(number)) * scale
        exact = math.ceil(as_fraction(number) * scale - rounding)
        units.append(max(-LARGEST, min(LARGEST, exact)))
    return np.array(units, np.int64)


def _sweep(parties: int) -> str:
    if parties <= 2:
        return "one sort and a running maximum"
    if parties == 3:
        return "one sort and a staircase (Kung, Luccio & Preparata 1975)"
    return "one sort and a k-d tree of the other columns"


def table_frontier(table: Numbers, floor: Numbers | None) -> tuple[Numbers, IntArray, tuple[int, ...]]:
    """Return the distinct points, the rows that give them (point after point), and how many rows each has."""
    from . import _kernels

    chosen = np.arange(len(table)) if floor is None else np.flatnonzero((table >= floor).all(axis=1))
    rows = table if floor is None else table[chosen]
    if len(rows) > _SAMPLE:
        keep = _kernels.not_below(rows, _champions(rows))
        chosen, rows = chosen[keep], rows[keep]
    if not len(rows):
        return rows, chosen, ()
    order = np.argsort(-rows[:, 0])
    first = rows[order, 0]
    if (first[1:] == first[:-1]).any():
        order = np.lexsort(-rows.T[::-1])
    rows, chosen = rows[order], chosen[order]
    groups = _kernels.distinct(rows, np.arange(len(rows)))
    unique = rows[groups[:-1]]
    lowest = np.iinfo(np.int64).min if np.issubdtype(rows.dtype, np.integer) else -np.inf
    kept = _kernels.undominated(unique, lowest)
    sizes = np.diff(groups)
    return unique[kept], chosen[np.repeat(kept, sizes)], tuple(sizes[kept].tolist())


def _champions(rows: Numbers) -> Numbers:
    """A few rows that dominate many: the best by sums of the columns' shares of their ranges, by different weights."""
    sample = rows[:: max(1, len(rows) // _SAMPLE)]
    low, high = sample.min(axis=0), sample.max(axis=0)
    shares = (sample - low) / np.where(high > low, high - low, 1)
    weights = np.vstack([np.ones(rows.shape[1]), np.ones((rows.shape[1], rows.shape[1])) + np.eye(rows.shape[1])])
    best = np.concatenate([np.argmax(shares @ weights.T, axis=0), [np.argmax(shares.min(axis=1))]])
    return np.ascontiguousarray(sample[np.unique(best)[:_CHAMPIONS]])


@dataclass(frozen=True)
class Zone:
    """The zone of possible agreement: what gives everybody at least what it has without a deal.

    Attributes:
        frontier: the Pareto points in it (none where it is empty).
        disagreement: ``(n_parties,)`` what each party has without a deal.
        ideals: ``(n_parties,)`` the most each party can have in the zone; None where it is empty.
        out_of_reach: parties whose red line is above every package.
        n_packages: how many packages there are.
        n_acceptable: how many packages are in the zone; None where counting them would take too long.

    """

    frontier: Frontier
    disagreement: FloatArray
    ideals: FloatArray | None
    out_of_reach: tuple[int, ...]
    n_packages: int
    n_acceptable: int | None

    @property
    def empty(self) -> bool:
        """Is there no package that all parties prefer to no deal, or like as much?"""
        return self.frontier.n_points == 0


def zone_of_agreement(space: Packages | UtilityTable, *, count: bool = True) -> Zone:
    """Return the zone of possible agreement; an empty one is a finding, not an error.

    The zone's own frontier is the part of the frontier that is in it: whatever dominates a package that all accept
    is accepted by all too.

    Args:
        space: the packages, with their red lines.
        count: count the packages in the zone, too.

    Returns:
        The zone.

    Raises:
        TooManyPoints: an exact answer would take too much memory.

    Source: Raiffa 1982, The Art and Science of Negotiation (from memory, not opened).

    Example:
        >>> zone = zone_of_agreement(Packages([[[4, 0], [0, 1]], [[1, 0], [0, 3]]], disagreement=[2, 1]))
        >>> zone.empty, zone.frontier.utilities.tolist(), zone.ideals.tolist(), zone.n_acceptable
        (False, [[4.0, 3.0]], [4.0, 3.0], 1)
    """
    reach = (
        sum(group.units.max(axis=0) for group in space.groups)
        if isinstance(space, Packages)
        else np.asarray(space.units).max(axis=0)
    )
    frontier = frontier_in_units(space, space.floor)
    ideals = frontier.utilities.max(axis=0) if frontier.n_points else None
    number = 0 if ideals is None else acceptable_to_all(space) if count else None
    return Zone(
        frontier=frontier,
        disagreement=np.asarray(space.disagreement, np.float64),
        ideals=ideals,
        out_of_reach=tuple(np.flatnonzero(reach < space.floor).tolist()),
        n_packages=space.n_packages,
        n_acceptable=number,
    )
