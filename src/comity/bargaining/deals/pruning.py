"""Frontiers of sums without listing packages: settle issue after issue and drop partial sums that cannot recover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .packages import Packages, TooManyPoints
from .units import Numbers

IntArray = NDArray[np.int64]

# Candidates of one step: about 1 GB for three parties, and about a minute for more, where comparing takes longer.
MOST_CANDIDATES = {1: 20_000_000, 2: 20_000_000, 3: 20_000_000}
MOST_CANDIDATES_MANY = 3_000_000


@dataclass(frozen=True)
class Step:
    """What one group of issues added: for each state, the states before it and the options that lead there.

    Attributes:
        group: which group of issues.
        starts: ``(n_states + 1,)`` where the ways into each state start.
        before: ``(n_ways,)`` the state before.
        option: ``(n_ways,)`` the joint option of the group.

    """

    group: int
    starts: IntArray
    before: IntArray
    option: IntArray


@dataclass(frozen=True)
class Pruned:
    """States that were left after all issues, and how each came about.

    Attributes:
        units: ``(n_states, n_parties)`` distinct sums, the largest first column first.
        steps: the ways into them, a step a group.

    """

    units: IntArray
    steps: tuple[Step, ...]

    def counts(self, packages: Packages) -> list[int]:
        """How many packages lead to each state; exact."""
        counts = np.ones(1, np.int64 if packages.n_packages < 1 << 62 else np.object_)
        for step in self.steps:
            if not len(step.before):
                return []
            counts = np.add.reduceat(counts[step.before], step.starts[:-1])
        return [int(count) for count in counts.tolist()]

    def first(self, packages: Packages) -> IntArray:
        """One package for each state, ``(n_states, n_issues)``."""
        found = np.empty((len(self.units), packages.n_issues), np.int64)
        at = np.arange(len(self.units))
        for step in reversed(self.steps):
            way = step.starts[at]
            group = packages.groups[step.group]
            found[:, list(group.issues)] = group.options[step.option[way]]
            at = step.before[way]
        return found

    def all_of(self, packages: Packages, state: int, limit: int) -> IntArray:
        """Packages that lead to a state, up to a limit, ``(n, n_issues)``."""
        found = np.zeros((1, packages.n_issues), np.int64)
        at = np.array([state])
        for step in reversed(self.steps):
            group = packages.groups[step.group]
            ways = step.starts[at + 1] - step.starts[at]
            row = np.repeat(np.arange(len(at)), ways)
            way = np.arange(len(row)) - np.repeat(np.cumsum(ways) - ways, ways) + np.repeat(step.starts[at], ways)
            row, way = row[:limit], way[:limit]
            found = found[row]
            found[:, list(group.issues)] = group.options[step.option[way]]
            at = step.before[way]
        return found


def pruned_sums(packages: Packages, *, at_least: Numbers | None = None, enough: Numbers | None = None) -> Pruned:
    """Return the sums that no other dominates, with every package that gives them.

    A partial sum that another one dominates can be dropped: whatever is added to both, the other stays ahead. So no
    package that gives a frontier point passes through a dropped partial sum.

    Args:
        packages: the packages.
        at_least: ``(n_parties,)`` units; sums below it for anybody are left out, and so is every partial sum that
            cannot reach it even with the best of all that is still open.
        enough: ``(n_parties,)`` units; what a party has beyond it does not count (sums are cut there), which leaves
            far fewer points. The cut is made as soon as even the worst of what is open keeps a party there.

    Returns:
        The states after all issues.

    Raises:
        TooManyPoints: a step would compare more candidates than is reasonable.

    Source:
        Partial sums as in dynamic programming of multi-objective knapsacks, Villarreal & Karwan 1981, Mathematical
        Programming 21; sweep and staircase of Kung, Luccio & Preparata 1975, Journal of the ACM 22 (from memory, not
        opened). Four columns and more: a k-d tree whose nodes hold the largest numbers below them, our choice.

    Example:
        >>> packages = Packages([[[3, 0], [0, 3], [1, 1]], [[2, 0], [0, 1]]], disagreement=[0, 0])
        >>> pruned_sums(packages).units.tolist()
        [[5, 0], [3, 1], [2, 3], [0, 4]]
    """
    from . import _kernels

    order = sorted(range(len(packages.groups)), key=lambda at: (len(packages.groups[at].options), at))
    highest = [packages.groups[at].units.max(axis=0) for at in order]
    lowest = [packages.groups[at].units.min(axis=0) for at in order]
    states = np.zeros((1, packages.n_parties), np.int64)
    steps = []
    for place, at in enumerate(order):
        options = _worth_taking(packages.groups[at].units)
        candidates = len(states) * len(options)
        if candidates > MOST_CANDIDATES.get(packages.n_parties, MOST_CANDIDATES_MANY):
            raise TooManyPoints(
                "utilities",
                f"the frontier has {len(states):,} partial sums after {place} of {len(order)} steps, too many: "
                "leave out an issue, give issues fewer options, round utilities, or put parties together",
            )
        rows = _kernels.sums(states, packages.groups[at].units[options])
        identity = np.arange(candidates)
        starts = np.arange(len(options) + 1) * len(states)
        if at_least is not None:
            reach = at_least - sum(highest[place + 1 :], np.zeros(packages.n_parties, np.int64))
            identity = np.flatnonzero((rows >= reach).all(axis=1))
            rows = rows[identity]
            starts = np.searchsorted(identity, starts)
        if enough is not None:
            rows = np.minimum(rows, enough - sum(lowest[place + 1 :], np.zeros(packages.n_parties, np.int64)))
            sequence = np.lexsort(-rows.T[::-1])
        else:
            sequence = _kernels.merged(rows, starts)
        groups = _kernels.distinct(rows, sequence) if len(rows) else np.zeros(1, np.int64)
        unique = rows[sequence[groups[:-1]]]
        keep = _kernels.undominated(unique, np.iinfo(np.int64).min)
        states = unique[keep]
        sizes = np.diff(groups)
        ways = identity[sequence[np.repeat(keep, sizes)]]
        steps.append(
            Step(
                group=at,
                starts=np.cumsum(np.concatenate([[0], sizes[keep]])),
                before=ways % max(1, candidates // len(options)),
                option=options[ways // max(1, candidates // len(options))],
            )
        )
    return Pruned(states, tuple(steps))


def _worth_taking(units: IntArray) -> IntArray:
    """Options that no other option of the same issue dominates, equal ones kept."""
    from . import _kernels

    sequence = np.lexsort(-units.T[::-1])
    groups = _kernels.distinct(units, sequence)
    keep = _kernels.undominated(units[sequence[groups[:-1]]], np.iinfo(np.int64).min)
    return np.sort(sequence[np.repeat(keep, np.diff(groups))])
