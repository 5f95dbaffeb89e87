"""A deal that was reached: changes of one issue that would have cost nobody anything, and its rank in the zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .packages import DealError, Packages

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ALIKE = 1e-9


@dataclass(frozen=True)
class SingleChanges:
    """Packages one issue away from a deal that give nobody less and somebody more.

    Attributes:
        packages: ``(n, n_issues)``, the best first: by how many parties gain, then by the smallest of those gains as a
            share of the party's range.
        issues: ``(n,)`` the issue on which each differs.
        gains: ``(n, n_parties)`` what each party gains, in the unit of the case.

    """

    packages: IntArray
    issues: IntArray
    gains: FloatArray


def single_changes(packages: Packages, deal: ArrayLike) -> SingleChanges:
    """Return every change of one issue of a deal that costs nobody anything and gives somebody more.

    Args:
        packages: the packages.
        deal: ``(n_issues,)`` option indices.

    Returns:
        The changes; none where each takes something from somebody. A deal with none may still be off the frontier,
        where only a change of several issues at once helps.

    Raises:
        DealError: an option does not exist, or the deal holds a forbidden combination.

    Source: Raiffa 1982, The Art and Science of Negotiation, on improving a deal that was struck (from memory, not
    opened).

    Example:
        >>> packages = Packages([[[0, 0], [2, 1]], [[0, 0], [1, -1]]], disagreement=[0, 0])
        >>> found = single_changes(packages, [0, 0])
        >>> found.packages.tolist(), found.gains.tolist()
        ([[1, 0]], [[2.0, 1.0]])
    """
    start = np.asarray(deal, np.int64)
    if start.shape != (packages.n_issues,):
        raise DealError("deal", f"has to be an option of each of {packages.n_issues} issues")
    before = packages.units_of(start)[0]
    scale = np.array(packages.scale, np.float64)
    spread = (packages.best() - packages.worst()) * scale
    kept: list[tuple[int, float, int, IntArray, IntArray]] = []
    for issue, size in enumerate(packages.sizes):
        for option in range(size):
            other = start.copy()
            other[issue] = option
            try:
                gain = packages.units_of(other)[0] - before
            except DealError:
                continue  # forbidden beside what was agreed on the other issues
            if (gain >= 0).all() and gain.any():
                rises = gain > 0
                kept.append((int(rises.sum()), float((gain[rises] / spread[rises]).min()), issue, other, gain))
    kept.sort(key=lambda each: (-each[0], -each[1]))
    return SingleChanges(
        np.array([each[3] for each in kept], np.int64).reshape(-1, packages.n_issues),
        np.array([each[2] for each in kept], np.int64),
        np.array([each[4] for each in kept], np.float64).reshape(-1, packages.n_parties) / scale,
    )


@dataclass(frozen=True)
class Ranked:
    """How a deal stands among packages; 1 is the best, and equals share a rank.

    Attributes:
        of: how many packages it was ranked among, itself included.
        by_product: rank by the product of gains (Nash's measure).
        by_smallest_share: rank by the smallest share of what each party could gain (Kalai and Smorodinsky's measure).

    """

    of: int
    by_product: int
    by_smallest_share: int


def rank_by_gains(gains: ArrayLike, deal: ArrayLike) -> Ranked:
    """Return the rank of a deal among the packages that all parties accept.

    Both measures leave the order as it is when a party's scale is stretched, so nothing is compared across parties.

    Args:
        gains: ``(n, n_parties)`` what each package gives each party over its line; not below 0.
        deal: ``(n_parties,)`` the same of the deal, which is one of them.

    Returns:
        The ranks.

    Raises:
        DealError: there are no packages, or the shapes do not fit.

    Source: Nash 1950, Econometrica 18; Kalai & Smorodinsky 1975, Econometrica 43 (from memory, not opened).

    Example:
        >>> rank_by_gains([[4, 1], [2, 2], [1, 4], [2, 3]], [2, 2])
        Ranked(of=4, by_product=2, by_smallest_share=1)
    """
    rows, own = np.asarray(gains, np.float64), np.asarray(deal, np.float64)
    if rows.ndim != 2 or not len(rows) or own.shape != rows.shape[1:]:
        raise DealError("gains", "has to be one row a package and one number a party")
    most = rows.max(axis=0)
    able = most > 0
    if not able.any():
        return Ranked(len(rows), 1, 1)
    shares, share = rows[:, able] / most[able], own[able] / most[able]
    ranks = [1 + int((of > one + _ALIKE).sum()) for of, one in ((shares.prod(axis=1), share.prod()),
                                                                (shares.min(axis=1), share.min()))]  # fmt: skip
    return Ranked(len(rows), *ranks)
