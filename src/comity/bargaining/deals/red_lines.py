"""Red lines that leave no zone of agreement: the smallest move that opens one, and which demands conflict."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .packages import DealError, Packages, TooManyPoints, UtilityTable
from .pruning import pruned_sums
from .units import Numbers

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


Measure = Literal["share of range", "utility"]
MOST_PARTIES = 12


@dataclass(frozen=True)
class Shortfalls:
    """The packages that come closest to what all demand, in every respect that could matter.

    Attributes:
        missing: ``(n_points, n_parties)`` by how much each is short of each red line, in the unit of the case; no row
            is at least as short as another for everybody.
        packages: ``(n_points, n_issues)`` a package for each.
        ranges: ``(n_parties,)`` best less worst package of each party (1 where all are alike).

    """

    missing: FloatArray
    packages: IntArray
    ranges: FloatArray
    _units: Numbers
    _scale: tuple[int, ...]


def shortfalls(space: Packages | UtilityTable) -> Shortfalls:
    """Return the packages that fall short of the red lines by least, as a frontier of what is missing.

    What a party has beyond its red line does not count, so sums are cut there: any measure that falls when somebody's
    shortfall falls has its best package among these, and so has every set of parties that can be satisfied together.

    Args:
        space: the packages with their red lines.

    Returns:
        The frontier of shortfalls; one row of zeros where the zone of agreement is not empty.

    Raises:
        TooManyPoints: an exact answer would take too much memory.

    Example:
        >>> shortfalls(Packages([[[3, 0], [0, 3], [1, 1]]], disagreement=[2, 2])).missing.tolist()
        [[2.0, 0.0], [1.0, 1.0], [0.0, 2.0]]
    """
    floor = space.floor
    scale = np.array(space.scale, np.float64)
    if isinstance(space, Packages):
        pruned = pruned_sums(space, enough=floor)
        missing, packages = floor - pruned.units, pruned.first(space)
    else:
        from .frontier import table_frontier

        units, rows, tied = table_frontier(np.minimum(space.units, floor), None)
        missing, packages = floor - units, rows[np.cumsum([0, *tied])[:-1]][:, None]
    order = np.lexsort(-missing.T[::-1])
    missing, packages = missing[order], packages[order]
    ranges = space.best() - space.worst()
    return Shortfalls(missing / scale, packages, np.where(ranges > 0, ranges, 1.0), missing, space.scale)


@dataclass(frozen=True)
class Relaxation:
    """Red lines moved so that a package meets them all.

    Attributes:
        parties: who has to move.
        moves: ``(n_parties,)`` by how much each red line moves, in the unit of the case; 0 for the others.
        total: the sum of the moves in the measure asked for.
        package: ``(n_issues,)`` a package that then is acceptable to all.

    """

    parties: tuple[int, ...]
    moves: FloatArray
    total: float
    package: IntArray


def smallest_total(found: Shortfalls, measure: Measure = "share of range") -> tuple[Relaxation, ...]:
    """Return the relaxations of red lines with the smallest total that open a zone; all that are tied.

    Args:
        found: the frontier of shortfalls.
        measure: what is added up: shares of each party's own range, or utilities (only where one unit is worth the
            same to every party).

    Returns:
        One for each package that is as good; nobody moves where the zone is not empty.

    Raises:
        DealError: the measure is neither.

    Source: least absolute deviations as in elastic programming, Chinneck & Dravnieks 1991, ORSA Journal on Computing 3
    (from memory, not opened); here by search over an exact frontier.

    Example:
        >>> found = shortfalls(Packages([[[3, 0], [0, 4], [1, 1]]], disagreement=[2, 2]))
        >>> [(each.parties, each.total) for each in smallest_total(found, "utility")]
        [((0,), 2.0), ((0, 1), 2.0), ((1,), 2.0)]
    """
    totals = _totals(found, measure)
    near = np.flatnonzero(totals <= totals.min() + 1e-9 * max(1.0, float(totals.min())))
    if np.issubdtype(found._units.dtype, np.integer) and len(near) > 1:
        exact = [_exact_total(found, int(row), measure) for row in near]
        near = near[[total == min(exact) for total in exact]]
    return tuple(_relaxation(found, int(row), totals) for row in near)


def smallest_sets(found: Shortfalls, measure: Measure = "share of range") -> tuple[Relaxation, ...]:
    """Return, for every smallest set of parties whose moves open a zone, the least that they have to move.

    A set is listed where no part of it would do. They come with the fewest parties first, then by their total.

    Args:
        found: the frontier of shortfalls.
        measure: see ``smallest_total``.

    Returns:
        One relaxation for each minimal set of parties; nobody moves where the zone is not empty.

    Raises:
        DealError: the measure is neither.

    Example:
        >>> found = shortfalls(Packages([[[3, 0], [0, 4], [1, 1]]], disagreement=[2, 2]))
        >>> [each.parties for each in smallest_sets(found)]
        [(1,), (0,)]
    """
    totals = _totals(found, measure)
    best: dict[tuple[int, ...], int] = {}
    for row, short in enumerate(found.missing > 0):
        who = tuple(np.flatnonzero(short).tolist())
        if who not in best or totals[row] < totals[best[who]]:
            best[who] = row
    minimal = [who for who in best if not any(set(other) < set(who) for other in best)]
    minimal.sort(key=lambda who: (len(who), totals[best[who]], who))
    return tuple(_relaxation(found, best[who], totals) for who in minimal)


def conflicting_demands(found: Shortfalls) -> tuple[tuple[int, ...], ...]:
    """Return every irreducible set of parties whose red lines no package meets together.

    Take any one party out of such a set, and some package meets the red lines of those left.

    Args:
        found: the frontier of shortfalls, of up to 12 parties.

    Returns:
        The sets, the fewest parties first; none where the zone is not empty.

    Raises:
        TooManyPoints: more than 12 parties.

    Source: irreducible inconsistent subsystems, van Loon 1981, European Journal of Operational Research 8 (from memory,
    not opened); every set is tried.

    Example:
        >>> conflicting_demands(shortfalls(Packages([[[3, 0, 1], [0, 3, 1]]], disagreement=[2, 2, 1])))
        ((0, 1),)
    """
    parties = found.missing.shape[1]
    if parties > MOST_PARTIES:
        raise TooManyPoints("disagreement", f"{parties} parties; every set of up to {MOST_PARTIES} is tried")
    masks = np.arange(1 << parties)
    met = (found.missing <= 0) @ (1 << np.arange(parties))
    feasible = np.zeros(1 << parties, np.bool_)
    feasible[np.unique(met)] = True
    for party in range(parties):  # a part of what can be met can be met
        without = masks[(masks >> party & 1) == 0]
        feasible[without] |= feasible[without | 1 << party]
    sets = []
    for mask in masks[~feasible].tolist():
        members = tuple(party for party in range(parties) if mask >> party & 1)
        if all(feasible[mask & ~(1 << party)] for party in members):
            sets.append(members)
    return tuple(sorted(sets, key=lambda members: (len(members), members)))


def _totals(found: Shortfalls, measure: Measure) -> FloatArray:
    if measure not in ("share of range", "utility"):
        raise DealError("measure", f'has to be "share of range" or "utility", is {measure!r}')
    return np.asarray((found.missing / (found.ranges if measure == "share of range" else 1.0)).sum(axis=1))


def _exact_total(found: Shortfalls, row: int, measure: Measure) -> Fraction:
    from .units import as_fraction

    ranges = [as_fraction(each) for each in found.ranges.tolist()] if measure == "share of range" else None
    units = zip(found._units[row].tolist(), found._scale, strict=True)
    return sum(
        (Fraction(int(unit), scale) / (ranges[at] if ranges else 1) for at, (unit, scale) in enumerate(units)),
        Fraction(0),
    )


def _relaxation(found: Shortfalls, row: int, totals: FloatArray) -> Relaxation:
    moves = found.missing[row]
    who = tuple(np.flatnonzero(moves > 0).tolist())
    return Relaxation(who, moves, float(totals[row]), found.packages[row])
