"""Who blocks a text, and the smallest change of it that they would accept while nobody else turns away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .packages import DealError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Unblocking:
    """A change of a text after which some parties no longer block it.

    Attributes:
        package: the row of the changed text.
        issues: the issues that change.
        changes: ``(n_parties,)`` what each party gains by the change; below 0: what it costs the party.
        largest_cost: the largest cost to anybody, as a share of that party's range over all packages.

    """

    package: int
    issues: tuple[int, ...]
    changes: FloatArray
    largest_cost: float


def cheapest_change(
    packages: ArrayLike,
    utilities: ArrayLike,
    disagreement: ArrayLike,
    start: int,
    blockers: Sequence[int] | None = None,
    *,
    alike: ArrayLike | None = None,
) -> Unblocking | None:
    """Return the smallest change of a text that some who block it accept, while all who accept it still do.

    The fewest issues change; of such changes the one whose largest cost to anybody, as a share of that party's range,
    is smallest, then the one with the largest sum of such shares; then the first.

    Args:
        packages: ``(n_packages, n_issues)`` option indices.
        utilities: ``(n_packages, n_parties)``.
        disagreement: ``(n_parties,)`` the least that each accepts.
        start: the row of the text.
        blockers: who should no longer block; None for everybody who does.
        alike: ``(n_parties,)`` by how little a utility may miss the line and still meet it; None for not at all.

    Returns:
        The change; None where no package would do. Nothing changes where nobody of them blocks.

    Raises:
        DealError: shapes do not fit, or there is no such row.

    Source: none; our own measure, by trying every package.

    Example:
        >>> found = cheapest_change([[0, 0], [0, 1], [1, 1]], [[9, 1], [6, 3], [5, 9]], [4, 2], start=0)
        >>> found.package, found.issues, found.changes.tolist()
        (1, (1,), [-3.0, 2.0])
    """
    options, worth = np.asarray(packages, np.int64), np.asarray(utilities, np.float64)
    floor = np.asarray(disagreement, np.float64)
    if options.ndim != 2 or worth.ndim != 2 or len(options) != len(worth) or floor.shape != worth.shape[1:]:
        raise DealError("utilities", f"{worth.shape} do not fit packages {options.shape} and lines {floor.shape}")
    if not 0 <= start < len(options):
        raise DealError("start", f"there is no package {start}")
    accept = worth >= floor - (0.0 if alike is None else np.asarray(alike, np.float64))
    held = accept[start].copy()
    held[list(range(len(floor)) if blockers is None else blockers)] = True
    rows = np.flatnonzero(accept[:, held].all(axis=1))
    if not len(rows):
        return None
    spread = worth.max(axis=0) - worth.min(axis=0)
    changes = worth[rows] - worth[start]
    shares = changes / np.where(spread > 0, spread, 1.0)
    cost = np.maximum(-shares, 0.0).max(axis=1)
    apart = (options[rows] != options[start]).sum(axis=1)
    best = int(np.lexsort((rows, -shares.sum(axis=1).round(12), cost.round(12), apart))[0])
    issues = np.flatnonzero(options[rows[best]] != options[start])
    return Unblocking(int(rows[best]), tuple(issues.tolist()), changes[best], float(cost[best]))
