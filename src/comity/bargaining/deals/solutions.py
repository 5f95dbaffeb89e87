"""What each fairness rule picks from the zone of agreement; exact, with all ties.

Every rule here prefers a package to one that it dominates, so the best of the zone lies on the zone's frontier, and
looking only there loses nothing. For Nash, Kalai and Smorodinsky's continuation, the egalitarian continuation and the
sum this is plain: the product of positive gains, the ascending list of gains (or shares) read from its least, and the
sum all rise where somebody gains and nobody loses. Where no product can be positive, a package that dominates another
lets at least the same parties gain, and more of them or by more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .frontier import Zone
from .packages import DealError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CLOSE = 1e-9
_ALIKE = 1e-12
_MOST_STEPS = 10_000

Exact = Callable[[int], list[Fraction]]


class NoZone(DealError):
    """There is no package that all parties accept, so no fairness rule has anything to choose from."""


@dataclass(frozen=True)
class Solution:
    """What a fairness rule picks.

    Attributes:
        rule: ``"nash"``, ``"kalai-smorodinsky"``, ``"egalitarian"``, ``"utilitarian"`` or ``"raiffa"``.
        points: ``(n_tied,)`` points of the zone's frontier, all those tied under the rule.
        utilities: ``(n_tied, n_parties)`` what each party has.
        gains: ``(n_tied, n_parties)`` the same over the disagreement.
        packages: ``(n_tied, n_issues)`` one package for each point; ``n_packages`` says how many give it.
        n_packages: how many packages give each point.
        gaining: for each point the parties who gain, where the rule had to leave out some because not all can gain
            together (Nash); else all parties.
        path: the points a stepwise rule went through, ``(n_steps, n_parties)``; empty for the others.
        source: where the rule is published.

    """

    rule: str
    points: IntArray
    utilities: FloatArray
    gains: FloatArray
    packages: IntArray
    n_packages: tuple[int, ...]
    gaining: tuple[tuple[int, ...], ...]
    path: FloatArray
    source: str


def nash(zone: Zone, weights: ArrayLike | None = None) -> Solution:
    """Return the package with the largest product of gains over the disagreement (weighted: gains to their powers).

    Where not all can gain together, the product is over the largest set of parties that can; of several such sets of
    the same size each gives its own point.

    Args:
        zone: the zone of agreement.
        weights: ``(n_parties,)`` bargaining weights, positive, only ratios matter; None for all alike.

    Returns:
        The solution; ``gaining`` says over whom the product was taken.

    Raises:
        NoZone: the zone is empty.
        DealError: a weight is not positive and finite, or they sum to zero.

    Source:
        Nash 1950, The bargaining problem, Econometrica 18; weighted: Kalai 1977, International Journal of Game Theory
        6 (from memory, not opened).

    Example:
        >>> from comity.bargaining.deals import UtilityTable, zone_of_agreement
        >>> zone = zone_of_agreement(UtilityTable([[9, 1], [6, 4], [3, 6], [0, 7]], disagreement=[0, 0]))
        >>> nash(zone).utilities.tolist(), nash(zone, [3, 1]).utilities.tolist()
        ([[6.0, 4.0]], [[6.0, 4.0]])
    """
    _not_empty(zone)
    parties = zone.frontier.space.n_parties
    powers = np.ones(parties) if weights is None else _checked_weights(weights, parties)
    gains = _gains(zone)
    rises = gains > _noise(zone)
    many = rises.sum(axis=1)
    equal = bool((powers == powers[0]).all()) and _is_exact(zone)
    chosen: list[int] = []
    for members in np.unique(rises[many == many.max()], axis=0):
        rows = np.flatnonzero((rises == members).all(axis=1))
        if not members.any():
            chosen += rows.tolist()
            continue
        logs = np.log(gains[np.ix_(rows, np.flatnonzero(members))]) @ (powers[members] / powers[members].sum())
        rows = rows[logs >= logs.max() - (_CLOSE if equal else _ALIKE)]
        if equal and len(rows) > 1:
            whole = _whole_gains(zone)
            products = [
                prod(gain for gain, rose in zip(whole(row), members, strict=True) if rose) for row in rows.tolist()
            ]
            rows = rows[[product == max(products) for product in products]]
        chosen += rows.tolist()
    return _solution(zone, "nash", sorted(chosen), "Nash 1950, Econometrica 18", rises=rises)


def kalai_smorodinsky(zone: Zone) -> Solution:
    """Return the package with the largest smallest share of what each party could gain at most, then the next, ...

    A party's share is its gain over its largest gain in the zone. A party that can gain nothing has no share. After
    the smallest share, the second smallest is made as large as possible, and so on.

    Args:
        zone: the zone of agreement.

    Returns:
        The solution.

    Raises:
        NoZone: the zone is empty.

    Source:
        Kalai & Smorodinsky 1975, Econometrica 43; the continuation for more than two parties or for ties: Imai 1983,
        Econometrica 51 (from memory, not opened).

    Example:
        >>> from comity.bargaining.deals import UtilityTable, zone_of_agreement
        >>> zone = zone_of_agreement(UtilityTable([[9, 1], [6, 4], [3, 6], [0, 7]], disagreement=[0, 0]))
        >>> kalai_smorodinsky(zone).utilities.tolist()
        [[6.0, 4.0]]
    """
    _not_empty(zone)
    gains = _gains(zone)
    ideal = gains.max(axis=0)
    able = np.flatnonzero(ideal > _noise(zone))
    exact: Exact | None = None
    if _is_exact(zone):
        whole = _whole_gains(zone)
        tops = zone.frontier.units.max(axis=0) - zone.frontier.space.floor
        most = [int(tops[party]) for party in able]

        def shares(row: int) -> list[Fraction]:
            return [Fraction(whole(row)[party], top) for party, top in zip(able.tolist(), most, strict=True)]

        exact = shares
    chosen = _leximin(gains[:, able] / ideal[able], exact)
    return _solution(zone, "kalai-smorodinsky", chosen, "Kalai & Smorodinsky 1975, Econometrica 43; Imai 1983")


def egalitarian(zone: Zone, *, comparable: bool) -> Solution:
    """Return the package with the largest smallest gain, then the largest second smallest, and so on.

    Args:
        zone: the zone of agreement.
        comparable: one unit of utility is worth the same to every party; refused otherwise.

    Returns:
        The solution.

    Raises:
        NoZone: the zone is empty.
        DealError: utilities are not declared comparable.

    Source: Kalai 1977, Proportional solutions to bargaining situations, Econometrica 45 (from memory, not opened).

    Example:
        >>> from comity.bargaining.deals import UtilityTable, zone_of_agreement
        >>> zone = zone_of_agreement(UtilityTable([[9, 1], [6, 4], [5, 5], [0, 7]], disagreement=[0, 0]))
        >>> egalitarian(zone, comparable=True).utilities.tolist()
        [[5.0, 5.0]]
    """
    _not_empty(zone)
    _comparable(comparable, "egalitarian")
    chosen = _leximin(_gains(zone), _fractions(zone) if _is_exact(zone) else None)
    return _solution(zone, "egalitarian", chosen, "Kalai 1977, Econometrica 45")


def utilitarian(zone: Zone, *, comparable: bool) -> Solution:
    """Return the package of the zone with the largest sum of utilities.

    Args:
        zone: the zone of agreement.
        comparable: one unit of utility is worth the same to every party; refused otherwise.

    Returns:
        The solution.

    Raises:
        NoZone: the zone is empty.
        DealError: utilities are not declared comparable.

    Source: Harsanyi 1955, Journal of Political Economy 63 (from memory, not opened).

    Example:
        >>> from comity.bargaining.deals import UtilityTable, zone_of_agreement
        >>> zone = zone_of_agreement(UtilityTable([[9, 1], [6, 4], [3, 6], [0, 7]], disagreement=[0, 0]))
        >>> utilitarian(zone, comparable=True).utilities.tolist()
        [[9.0, 1.0], [6.0, 4.0]]
    """
    _not_empty(zone)
    _comparable(comparable, "utilitarian")
    totals = _gains(zone).sum(axis=1)
    near = totals >= totals.max() - (_CLOSE if _is_exact(zone) else _ALIKE) * max(1.0, abs(float(totals.max())))
    rows = np.flatnonzero(near)
    if _is_exact(zone) and len(rows) > 1:
        gains = _fractions(zone)
        sums = [sum(gains(row), Fraction(0)) for row in rows.tolist()]
        rows = rows[[each == max(sums) for each in sums]]
    return _solution(zone, "utilitarian", rows.tolist(), "Harsanyi 1955, Journal of Political Economy 63")


def raiffa(zone: Zone) -> Solution:
    """Return where balanced increments lead: from the disagreement, step after step, 1/n of the way to the ideals.

    At each step the ideals are the most each party can have among the packages that are still at least as good for
    everybody as the point reached. Packages are discrete, so the steps can pass between the last of them: then, of
    those that were still in reach, the one with the largest smallest share of the way to the ideals is taken (that is
    our choice; the source has convex sets only).

    Args:
        zone: the zone of agreement.

    Returns:
        The solution, with the path of points.

    Raises:
        NoZone: the zone is empty.

    Source:
        Raiffa 1953, Arbitration schemes for generalized two-person games, Annals of Mathematics Studies 28 (from
        memory, not opened).

    Example:
        >>> from comity.bargaining.deals import UtilityTable, zone_of_agreement
        >>> zone = zone_of_agreement(UtilityTable([[x, 8 - x] for x in range(9)], disagreement=[0, 0]))
        >>> raiffa(zone).utilities.tolist(), raiffa(zone).path.tolist()
        ([[4.0, 4.0]], [[0.0, 0.0], [4.0, 4.0]])
    """
    _not_empty(zone)
    gains = _gains(zone)
    noise = _noise(zone)
    reached = np.zeros(gains.shape[1])
    path = [reached]
    alive = np.arange(len(gains))
    for _ in range(_MOST_STEPS):
        ideal = gains[alive].max(axis=0)
        step = reached + (ideal - reached) / gains.shape[1]
        ahead = alive[(gains[alive] >= step - noise).all(axis=1)]
        if len(alive) == 1 or not len(ahead) or (step - reached <= noise).all():
            break
        reached, alive = step, ahead
        path.append(reached)
    room = gains[alive].max(axis=0) - reached
    able = room > noise
    shares = (gains[alive][:, able] - reached[able]) / room[able]
    chosen = alive[_leximin(shares, None)].tolist()
    found = _solution(zone, "raiffa", chosen, "Raiffa 1953, Annals of Mathematics Studies 28")
    return replace(found, path=np.array(path) + zone.disagreement)


def _solution(
    zone: Zone, rule: str, points: Sequence[int], source: str, rises: NDArray[np.bool_] | None = None
) -> Solution:
    at = np.array(points, np.int64)
    everybody = tuple(range(zone.frontier.space.n_parties))
    utilities = zone.frontier.utilities[at]
    return Solution(
        rule=rule,
        points=at,
        utilities=utilities,
        gains=_gains(zone)[at],
        packages=zone.frontier.packages[at],
        n_packages=tuple(zone.frontier.n_tied[point] for point in at.tolist()),
        gaining=tuple(
            everybody if rises is None else tuple(np.flatnonzero(rises[point]).tolist()) for point in at.tolist()
        ),
        path=np.zeros((0, len(everybody))),
        source=f"{source} (from memory, not opened)",
    )


def _not_empty(zone: Zone) -> None:
    if zone.empty:
        raise NoZone("disagreement", "the zone of agreement is empty: no package gives everybody what no deal does")


def _comparable(comparable: bool, rule: str) -> None:
    if not comparable:
        raise DealError(
            "comparable", f"the {rule} rule adds or compares utilities of different parties: declare them comparable"
        )


def _checked_weights(weights: ArrayLike, parties: int) -> FloatArray:
    given = np.asarray(weights, np.float64)
    if given.shape != (parties,):
        raise DealError("weights", f"has to be one number for each of {parties} parties")
    for party, weight in enumerate(given.tolist()):
        if not np.isfinite(weight) or weight < 0:
            raise DealError("weights", f"has to be positive and finite, is {weight}", party=party)
    if not given.any():
        raise DealError("weights", "sum to zero: give every party a positive weight")
    for party, weight in enumerate(given.tolist()):
        if weight == 0:
            raise DealError("weights", "has to be positive; leave the party out to give it no weight", party=party)
    return given


def _is_exact(zone: Zone) -> bool:
    return bool(np.issubdtype(zone.frontier.units.dtype, np.integer))


def _gains(zone: Zone) -> FloatArray:
    """Gains over the disagreement; of whole units the difference is taken before it is made a float."""
    space = zone.frontier.space
    return np.asarray((zone.frontier.units - space.floor) / np.array(space.scale, np.float64))


def _noise(zone: Zone) -> FloatArray:
    """What rounding may leave of a gain of nothing; zero where utilities are whole units."""
    if _is_exact(zone):
        return np.zeros(zone.frontier.space.n_parties)
    return np.asarray(_ALIKE * np.abs(zone.frontier.utilities).max(axis=0))


def _whole_gains(zone: Zone) -> Callable[[int], list[int]]:
    floor = [int(number) for number in zone.frontier.space.floor.tolist()]
    units = zone.frontier.units

    def gains(row: int) -> list[int]:
        return [int(number) - least for number, least in zip(units[row].tolist(), floor, strict=True)]

    return gains


def _fractions(zone: Zone) -> Exact:
    whole, scale = _whole_gains(zone), zone.frontier.space.scale

    def gains(row: int) -> list[Fraction]:
        return [Fraction(gain, unit) for gain, unit in zip(whole(row), scale, strict=True)]

    return gains


def _leximin(shares: FloatArray, exact: Exact | None) -> list[int]:
    """Rows whose ascending list of shares is largest, read from the least; near ties are settled exactly."""
    ascending = np.sort(shares, axis=1)
    alive = np.arange(len(shares))
    lists: dict[int, list[Fraction]] = {}
    for column in range(shares.shape[1]):
        values = ascending[alive, column]
        slack = (_ALIKE if exact is None else _CLOSE) * max(1.0, abs(float(values.max())))
        alive = alive[values >= values.max() - slack]
        if len(alive) == 1:
            break
        if exact is not None:
            for row in alive.tolist():
                if row not in lists:
                    lists[row] = sorted(exact(row))
            best = max(lists[row][column] for row in alive.tolist())
            alive = np.array([row for row in alive.tolist() if lists[row][column] == best])
    return [int(row) for row in alive.tolist()]
