"""How many packages which parties accept: by trying each, or by adding up equal partial sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .packages import MOST_LISTED, Packages, TooManyPoints, UtilityTable, edges_of

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_PARTIES = 16
MOST_STATES = 60_000


@dataclass(frozen=True)
class Acceptance:
    """Packages by who accepts them: whom they give at least as much as no deal.

    Attributes:
        accept: ``(n_kinds, n_parties)`` who accepts, each combination that occurs once.
        counts: ``(n_kinds,)`` how many packages exactly these parties accept.

    """

    accept: BoolArray
    counts: IntArray


def acceptance(space: Packages | UtilityTable) -> Acceptance:
    """Return how many packages each set of parties accepts, for a decision rule to be asked which of them pass.

    Args:
        space: up to 10,000,000 packages and 16 parties.

    Returns:
        Every set of parties that accepts some package, with the number of packages.

    Raises:
        TooManyPoints: more packages or parties.

    Example:
        >>> found = acceptance(Packages([[[4, 0], [0, 1]], [[1, 0], [0, 3]]], disagreement=[2, 1]))
        >>> found.accept.tolist(), found.counts.tolist()
        ([[True, False], [False, True], [True, True]], [1, 2, 1])
    """
    from . import _kernels

    if space.n_packages > MOST_LISTED or space.n_parties > MOST_PARTIES:
        raise TooManyPoints(
            "utilities",
            f"{space.n_packages:,} packages and {space.n_parties} parties: each package is tried for up to "
            f"{MOST_LISTED:,} packages and {MOST_PARTIES} parties",
        )
    if isinstance(space, Packages):
        options = np.concatenate([group.units for group in space.groups])
        counts = _kernels.counts_by_acceptance(options, edges_of(space), space.floor)
    else:
        counts = _kernels.counts_by_acceptance(
            np.ascontiguousarray(space.units), np.array([0, space.n_packages]), space.floor
        )
    kinds = np.flatnonzero(counts)
    return Acceptance((kinds[:, None] >> np.arange(space.n_parties) & 1).astype(np.bool_), counts[kinds])


def acceptable_to_all(space: Packages | UtilityTable) -> int | None:
    """Return how many packages all parties accept, exactly; None where that would take too long.

    Up to 10,000,000 packages are tried one by one. Of more, equal partial sums are counted together (a convolution
    over whole units), after every party's sum is cut where the worst of what is open keeps it above its red line.

    Args:
        space: the packages.

    Returns:
        The number, or None where there are more than 60,000 different partial sums.

    Example:
        >>> acceptable_to_all(Packages([[[0, 1], [1, 0]]] * 40, disagreement=[20, 20])) == 137846528820
        True
    """
    if isinstance(space, UtilityTable):
        return int((space.units >= space.floor).all(axis=1).sum())
    if space.n_packages <= MOST_LISTED and space.n_parties <= MOST_PARTIES:
        found = acceptance(space)
        return int(found.counts[found.accept.all(axis=1)].sum())
    none = np.zeros(space.n_parties, np.int64)
    groups = sorted(space.groups, key=lambda group: -len(group.options))
    states = none[None]
    counts = np.ones(1, np.int64 if space.n_packages < 1 << 62 else np.object_)
    for place, group in enumerate(groups):
        if len(states) * len(group.options) > MOST_STATES * 10:
            return None
        most = sum((later.units.max(axis=0) for later in groups[place + 1 :]), none)
        least = sum((later.units.min(axis=0) for later in groups[place + 1 :]), none)
        rows = (states[None] + group.units[:, None]).reshape(-1, space.n_parties)
        counts = np.tile(counts, len(group.options))
        alive = (rows >= space.floor - most).all(axis=1)
        rows, counts = np.minimum(rows[alive], space.floor - least), counts[alive]
        if not len(rows):
            return 0
        order = np.lexsort(rows.T)
        rows, counts = rows[order], counts[order]
        new = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])
        counts = np.add.reduceat(counts, np.flatnonzero(new))
        states = rows[new]
        if len(states) > MOST_STATES:
            return None
    return int(counts.sum())
