"""Log-rolls: trades across issues that talks about one issue at a time would miss, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .frontier import Frontier
from .joint_gains import JointGains, gains_over
from .packages import DealError, Group, Packages, TooManyPoints

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_CELLS = 50_000_000


@dataclass(frozen=True)
class Trade:
    """One party gives on some issue, another on another, and both gain.

    Attributes:
        parties: who gives on the first of ``issues``, and who gives on the second.
        issues: the two issues; of issues that are coupled all that move together.
        before: options that are given up, one for each issue in ``issues``.
        after: options that are taken instead.
        worth: ``(n_parties,)`` what the trade changes for each party, in the unit of the case.
        losers: other parties whom it leaves worse off.

    """

    parties: tuple[int, int]
    issues: tuple[tuple[int, ...], tuple[int, ...]]
    before: tuple[tuple[int, ...], tuple[int, ...]]
    after: tuple[tuple[int, ...], tuple[int, ...]]
    worth: FloatArray
    losers: tuple[int, ...]


@dataclass(frozen=True)
class Linkage:
    """What talking about all issues together could add to settling each alone.

    Attributes:
        package: ``(n_issues,)`` where each issue is settled alone.
        utilities: ``(n_parties,)`` what that gives.
        gains: what the joint frontier has beyond it.

    """

    package: IntArray
    utilities: FloatArray
    gains: JointGains


def settled_alone(packages: Packages) -> IntArray:
    """Return the package that comes of settling each issue by itself.

    On each issue the option is taken that gives all parties the largest equal share of the way from their worst to
    their best option (then the next smallest share, and so on; then the first). Coupled issues count as one. That
    rule is our choice: the source leaves open how an issue is settled alone.

    Args:
        packages: the packages.

    Returns:
        ``(n_issues,)`` option indices.

    Source: the contrast is Tollison & Willett 1979, An economic theory of mutually advantageous issue linkages,
    International Organization 33 (from memory, not opened).

    Example:
        >>> settled_alone(Packages([[[4, 0], [3, 1], [0, 2]], [[2, 0], [1, 4], [0, 8]]], [0, 0])).tolist()
        [1, 1]
    """
    found = np.zeros(packages.n_issues, np.int64)
    for group in packages.groups:
        low, high = group.units.min(axis=0), group.units.max(axis=0)
        able = high > low
        shares = np.sort((group.units[:, able] - low[able]) / (high[able] - low[able]), axis=1).round(12)
        keys = (-np.arange(len(shares)), *shares.T[::-1])
        found[list(group.issues)] = group.options[int(np.lexsort(keys)[-1])]
    return found


def linkage(packages: Packages, frontier: Frontier, alone: ArrayLike | None = None) -> Linkage:
    """Return what linking issues could add: the joint frontier beyond what is settled issue by issue.

    Args:
        packages: the packages.
        frontier: their Pareto frontier.
        alone: ``(n_issues,)`` where each issue is settled alone; None to use ``settled_alone``.

    Returns:
        The settlement, and the joint gains beyond it.

    Raises:
        DealError: an option does not exist, or the combination is forbidden.

    Source: Tollison & Willett 1979; Sebenius 1983, both International Organization (from memory, not opened).

    Example:
        >>> from comity.bargaining.deals import pareto_frontier
        >>> packages = Packages([[[4, 0], [2, 1], [0, 2]], [[2, 0], [1, 4], [0, 8]]], [0, 0])
        >>> linkage(packages, pareto_frontier(packages)).gains.most_each.tolist()
        [1.0, 3.0]
    """
    package = settled_alone(packages) if alone is None else np.asarray(alone, np.int64)
    utilities = packages.of(package)[0]
    return Linkage(package, utilities, gains_over(frontier, utilities))


def log_rolls(packages: Packages, settlement: ArrayLike) -> tuple[Trade, ...]:
    """Return trades between two parties across two issues that leave both better off than a settlement.

    In each, one party loses on the first issue and gains more on the second, and the other the reverse. For every two
    parties and two issues the best is listed: the one with the largest smaller gain, as shares of the two parties'
    ranges, if possible without a loser among the others.

    Args:
        packages: the packages.
        settlement: ``(n_issues,)`` the package to start from.

    Returns:
        Trades; those without other losers first, then by the smaller of the two gains.

    Raises:
        DealError: an option does not exist, or the combination is forbidden.
        TooManyPoints: two groups of coupled issues have too many options together.

    Source: Tollison & Willett 1979; Raiffa 1982, The Art and Science of Negotiation (from memory, not opened).

    Example:
        >>> packages = Packages([[[4, 0], [2, 1], [0, 2]], [[2, 0], [1, 4], [0, 8]]], [0, 0])
        >>> [(trade.parties, trade.after, trade.worth.tolist()) for trade in log_rolls(packages, [1, 1])]
        [((1, 0), ((0,), (2,)), [1.0, 3.0])]
    """
    start = np.atleast_2d(np.asarray(settlement, np.int64))
    if len(start) != 1:
        raise DealError("settlement", "has to be one package")
    packages.units_of(start)
    scale = np.array(packages.scale, np.float64)
    spread = packages.best() - packages.worst()
    ranges = np.where(spread > 0, spread, 1.0)
    moves = []
    for group in packages.groups:
        held = int(np.flatnonzero((group.options == start[0, list(group.issues)]).all(axis=1))[0])
        moves.append((group, held, (group.units - group.units[held]) / scale))
    found: list[tuple[bool, float, Trade]] = []
    for one, other in combinations(moves, 2):
        found += _between(one, other, ranges)
    found.sort(key=lambda each: (not each[0], -each[1], each[2].parties, each[2].issues))
    return tuple(trade for _, _, trade in found)


Moves = tuple[Group, int, FloatArray]


def _between(one: Moves, other: Moves, ranges: FloatArray) -> Iterator[tuple[bool, float, Trade]]:
    (first, held, here), (second, kept, there) = one, other
    parties = len(ranges)
    if len(here) * len(there) * parties > MOST_CELLS:
        raise TooManyPoints(
            "couplings", f"issues {first.issues} and {second.issues} have {len(here) * len(there):,} options together"
        )
    worth = here[:, None] + there[None]
    tiny = 1e-12 * ranges
    gains, shares = worth > tiny, worth / ranges
    harmed = worth < -tiny
    for giver, taker in permutations(range(parties), 2):
        fits = gains[..., giver] & gains[..., taker]
        fits &= ((here[:, giver] < 0) & (here[:, taker] > 0))[:, None]
        fits &= ((there[:, giver] > 0) & (there[:, taker] < 0))[None]
        if not fits.any():
            continue
        clean = fits & ~harmed.any(axis=2)
        allowed = clean if clean.any() else fits
        smaller = np.where(allowed, np.minimum(shares[..., giver], shares[..., taker]), -np.inf)
        a, b = np.unravel_index(int(np.argmax(smaller)), smaller.shape)
        yield (
            bool(clean.any()),
            float(smaller[a, b]),
            Trade(
                parties=(giver, taker),
                issues=(first.issues, second.issues),
                before=(tuple(first.options[held].tolist()), tuple(second.options[kept].tolist())),
                after=(tuple(first.options[a].tolist()), tuple(second.options[b].tolist())),
                worth=worth[a, b],
                losers=tuple(np.flatnonzero(harmed[a, b]).tolist()),
            ),
        )
