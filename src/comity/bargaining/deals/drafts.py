"""The single negotiating text: drafts from a package to the frontier, one issue changed a step, nobody losing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .frontier import frontier_in_units, table_frontier
from .packages import DealError, Packages
from .units import Numbers

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_SEARCHED = 1_000_000
MOST_BETTER = 4_000


@dataclass(frozen=True)
class Drafts:
    """A path of drafts.

    Attributes:
        packages: ``(n_drafts, n_issues)``, the first the one to start from.
        utilities: ``(n_drafts, n_parties)``; never falls for anybody.
        on_frontier: is the last draft on the Pareto frontier? If not, no further change of one issue that costs nobody
            anything leads there (of the shortest paths; see ``shortest``).
        shortest: every path was searched, so none has fewer drafts, and one that is missing does not exist. Else each
            step is the one that seemed best.
        issues_a_step: how many issues a step changes at most; where ``shortest`` the fewest that reach the frontier.

    """

    packages: IntArray
    utilities: FloatArray
    on_frontier: bool
    shortest: bool
    issues_a_step: int = 1


def path_of_drafts(packages: Packages, start: ArrayLike, *, most_issues: int = 1) -> Drafts:
    """Return the shortest path of drafts from a package to the frontier on which nobody loses at any step.

    Up to 1,000,000 packages every path is searched, breadth first; of the frontier packages that take equally few
    drafts the one whose smallest gain, as a share of the party's range, is largest is taken. Where no path reaches
    the frontier, the path leads to the draft that is best in the same sense. With more packages each step is the
    change with the largest smallest gain, then the largest sum of shares, among those that cost nobody anything.

    Args:
        packages: the packages.
        start: ``(n_issues,)`` the package to start from.
        most_issues: how many issues a step may change, where steps of fewer do not reach the frontier. With more than
            1,000,000 packages, or 4,000 better for all than the start, only the last step changes more than one.

    Returns:
        The path.

    Raises:
        DealError: an option does not exist, or the combination is forbidden.

    Source: Raiffa 1982, The Art and Science of Negotiation, on single negotiating texts; Fisher & Ury 1981, Getting to
    Yes (from memory, not opened).

    Example:
        >>> packages = Packages([[[0, 0], [2, 1]], [[0, 0], [1, 1], [0, 2]]], [0, 0])
        >>> path_of_drafts(packages, [0, 0]).packages.tolist()
        [[0, 0], [1, 0], [1, 1]]
    """
    first = np.asarray(start, np.int64)
    if first.shape != (packages.n_issues,):
        raise DealError("start", f"has to be an option of each of {packages.n_issues} issues")
    packages.units_of(first)
    spread = packages.best() - packages.worst()
    ranges = np.where(spread > 0, spread, 1.0) * np.array(packages.scale, np.float64)
    if math.prod(packages.sizes) <= MOST_SEARCHED:
        path, on_frontier, issues = _shortest(packages, first, ranges, most_issues)
        if on_frontier or most_issues == 1:
            return Drafts(path, packages.of(path), on_frontier, shortest=True, issues_a_step=issues)
    else:
        path = _step_by_step(packages, first, ranges)
    last = packages.units_of(path[-1])[0]
    above = frontier_in_units(packages, last)
    if (above.units == last).all():
        return Drafts(path, packages.of(path), on_frontier=True, shortest=False)
    # What one issue at a time cannot reach: the frontier package that is best for all in the sense above, at once.
    shares = np.sort((above.units - last) / ranges, axis=1)
    draft = above.packages[np.lexsort(shares.T[::-1])[-1]]
    issues = int((draft != path[-1]).sum())
    if issues > most_issues:
        return Drafts(path, packages.of(path), on_frontier=False, shortest=False)
    path = np.vstack([path, draft])
    return Drafts(path, packages.of(path), on_frontier=True, shortest=False, issues_a_step=issues)


def _shortest(packages: Packages, first: IntArray, ranges: FloatArray, most_issues: int) -> tuple[IntArray, bool, int]:
    from . import _kernels

    sizes = np.array(packages.sizes)
    table, allowed = _whole_table(packages)
    rows = np.flatnonzero(allowed)
    target = np.zeros(len(table), np.bool_)
    target[rows[table_frontier(table[rows], None)[1]]] = True
    here = int(np.ravel_multi_index(tuple(first), packages.sizes))
    before = _kernels.steps_from(table, allowed, sizes, here, target)
    issues = 1
    better = np.flatnonzero(allowed & (table >= table[here]).all(axis=1))
    if len(better) <= MOST_BETTER:
        # With as many issues as there are, one step leads from anywhere to a frontier package that is better for all.
        while not ((before >= 0) & target).any() and issues < min(most_issues, len(sizes)):
            issues += 1
            before = _wider_steps(table, packages.sizes, better, here, target, issues)
    ends = np.flatnonzero((before >= 0) & target)
    on_frontier = bool(len(ends))
    if not on_frontier:
        ends = np.flatnonzero(before >= 0)
    shares = np.sort((table[ends] - table[here]) / ranges, axis=1)
    at = int(ends[np.lexsort((-ends, *shares.T[::-1]))[-1]])
    path = [at]
    while at != here:
        at = int(before[at])
        path.append(at)
    return np.stack(np.unravel_index(np.array(path[::-1]), packages.sizes), axis=1), on_frontier, issues


def _wider_steps(
    table: Numbers, sizes: tuple[int, ...], better: IntArray, here: int, target: NDArray[np.bool_], issues: int
) -> IntArray:
    """As ``steps_from``, with steps of several issues, among the packages that are better for all than the start."""
    options = np.stack(np.unravel_index(better, sizes), axis=1)
    worth = table[better]
    before = np.full(len(table), -1, np.int64)
    before[here] = here
    layer = np.flatnonzero(better == here)
    while len(layer) and not ((before >= 0) & target).any():
        found = []
        for at in layer.tolist():
            near = (options != options[at]).sum(axis=1) <= issues
            fits = np.flatnonzero(near & (worth >= worth[at]).all(axis=1) & (before[better] < 0))
            before[better[fits]] = better[at]
            found.append(fits)
        layer = np.concatenate(found)
    return before


def _whole_table(packages: Packages) -> tuple[Numbers, NDArray[np.bool_]]:
    """Units of every combination of options, in mixed-radix order, and whether it is allowed."""
    table = np.zeros((*packages.sizes, packages.n_parties), np.int64)
    allowed = np.ones(packages.sizes, np.bool_)
    for group in packages.groups:
        own = tuple(packages.sizes[at] for at in group.issues)
        units, there = np.zeros((*own, packages.n_parties), np.int64), np.zeros(own, np.bool_)
        units[tuple(group.options.T)] = group.units
        there[tuple(group.options.T)] = True
        shape = [size if at in group.issues else 1 for at, size in enumerate(packages.sizes)]
        table += units.reshape(*shape, packages.n_parties)
        allowed &= there.reshape(shape)
    return table.reshape(-1, packages.n_parties), allowed.ravel()


def _step_by_step(packages: Packages, first: IntArray, ranges: FloatArray) -> IntArray:
    path = [first]
    while True:
        held = path[-1]
        best: tuple[tuple[float, float], IntArray] | None = None
        for group in packages.groups:
            own = held[list(group.issues)]
            at = int(np.flatnonzero((group.options == own).all(axis=1))[0])
            gains = group.units - group.units[at]
            fits = (gains >= 0).all(axis=1) & (gains > 0).any(axis=1) & ((group.options != own).sum(axis=1) == 1)
            for option in np.flatnonzero(fits).tolist():
                shares = gains[option] / ranges
                worth = (float(shares.min()), float(shares.sum()))
                if best is None or worth > best[0]:
                    draft = held.copy()
                    draft[list(group.issues)] = group.options[option]
                    best = (worth, draft)
        if best is None:
            return np.array(path)
        path.append(best[1])
