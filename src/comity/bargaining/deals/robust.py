"""Deals over draws of uncertain utilities: how often each is acceptable, the robust one, and what a choice forgoes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .packages import DealError, TooManyPoints

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_PACKAGES = 100_000
MOST_CELLS = 400_000_000
RULES = ("nash", "kalai-smorodinsky", "raiffa", "egalitarian", "utilitarian")
_ALIKE = 1e-12
_ROOM = 20_000_000


@dataclass(frozen=True)
class Draws:
    """Utilities of packages, drawn again and again; row 0 is the case as written.

    Attributes:
        packages: ``(n_packages, n_issues)`` option indices; of a table ``(n_packages, 1)`` rows.
        disagreement: ``(n_draws, n_parties)``.
        issues: an issue each, ``(n_draws, n_options, n_parties)``; empty where a table is given.
        table: ``(n_draws, n_packages, n_parties)``, or None where issues are given.

    """

    packages: IntArray
    disagreement: FloatArray
    issues: tuple[FloatArray, ...]
    table: FloatArray | None

    @property
    def n_draws(self) -> int:
        """How many draws there are."""
        return len(self.disagreement)

    def block(self, low: int, high: int) -> FloatArray:
        """Utilities of all packages in some draws, ``(high - low, n_packages, n_parties)``."""
        from . import _kernels_of_draws

        if self.table is not None:
            return self.table[low:high]
        options = np.concatenate([issue[low:high] for issue in self.issues], axis=1)
        starts = np.cumsum([0, *(issue.shape[1] for issue in self.issues)])
        return np.asarray(_kernels_of_draws.summed(options, starts, self.packages))


def additive_draws(issues: Sequence[ArrayLike], disagreement: ArrayLike, packages: ArrayLike | None = None) -> Draws:
    """Return draws of additive utilities.

    Args:
        issues: an issue each, ``(n_draws, n_options, n_parties)``, or ``(n_options, n_parties)`` where it is not drawn.
        disagreement: ``(n_draws, n_parties)``, or ``(n_parties,)`` where it is not drawn.
        packages: ``(n_packages, n_issues)`` option indices to look at; None for all.

    Returns:
        The draws.

    Raises:
        DealError: a number is not finite, or shapes do not fit.
        TooManyPoints: more than 100,000 packages.

    Example:
        >>> draws = additive_draws([[[[1.0], [2.0]], [[3.0], [0.0]]]], [[0.0], [1.0]])
        >>> draws.n_draws, draws.packages.tolist()
        (2, [[0], [1]])
    """
    arrays = [np.asarray(each, np.float64) for each in issues]
    floor = np.atleast_2d(np.asarray(disagreement, np.float64))
    n = max([len(floor), *(len(array) for array in arrays if array.ndim == 3)], default=0)
    parties = floor.shape[1]
    full = []
    for issue, array in enumerate(arrays):
        array = array[None] if array.ndim == 2 else array
        if array.ndim != 3 or array.shape[2] != parties or len(array) not in (1, n) or not array.shape[1]:
            raise DealError("utilities", f"has to be ({n}, n_options, {parties}), is {array.shape}", issue=issue)
        _finite(array, "utilities", issue)
        full.append(np.ascontiguousarray(np.broadcast_to(array, (n, *array.shape[1:]))))
    if not full:
        raise DealError("utilities", "there is no issue")
    sizes = [array.shape[1] for array in full]
    if packages is None:
        count = int(np.prod([float(size) for size in sizes]))
        _few(count)
        chosen = np.indices(sizes).reshape(len(sizes), -1).T.copy()
    else:
        chosen = np.ascontiguousarray(np.asarray(packages, np.int64))
        if chosen.ndim != 2 or chosen.shape[1] != len(sizes) or ((chosen < 0) | (chosen >= np.array(sizes))).any():
            raise DealError("packages", f"has to be an option of each of {len(sizes)} issues")
        _few(len(chosen))
    return Draws(chosen, _floors(floor, n), tuple(full), None)


def table_draws(table: ArrayLike, disagreement: ArrayLike) -> Draws:
    """Return draws of utilities that are given package by package.

    Args:
        table: ``(n_draws, n_packages, n_parties)``.
        disagreement: ``(n_draws, n_parties)``, or ``(n_parties,)`` where it is not drawn.

    Returns:
        The draws.

    Raises:
        DealError: a number is not finite, or shapes do not fit.
        TooManyPoints: more than 100,000 packages.

    Example:
        >>> table_draws([[[1.0], [2.0]]], [0.0]).packages.tolist()
        [[0], [1]]
    """
    array = np.ascontiguousarray(np.asarray(table, np.float64))
    floor = np.atleast_2d(np.asarray(disagreement, np.float64))
    if array.ndim != 3 or not array.size or floor.shape[1] != array.shape[2]:
        raise DealError("utilities", f"has to be (n_draws, n_packages, {floor.shape[1]}), is {array.shape}")
    _few(array.shape[1])
    _finite(array, "utilities", None)
    return Draws(np.arange(array.shape[1])[:, None], _floors(floor, len(array)), (), array)


@dataclass(frozen=True)
class Robust:
    """How packages and fairness rules fare over draws. Every share is exact for the draws given.

    Attributes:
        draws: how many draws were looked at.
        accepted_by: ``(n_packages, n_parties)`` share of draws in which the package gives the party at least what no
            deal does.
        accepted_by_all: ``(n_packages,)`` share of draws in which it does so for all.
        zone_exists: share of draws in which some package does.
        best: the packages with the largest smallest share over parties; of those, with the largest share of all
            accepting; all that are tied.
        solved: for each rule the package that it picks in each draw, ``(n_draws,)``, -1 where no zone is there; the
            first of those tied.
        regret: for each rule, of the package that it picks in draw 0: ``(n_parties,)`` mean over draws of what the
            party would have had under the same rule in that draw, less what it has from the package (no deal, where
            somebody does not accept it). NaN where the rule picks nothing in draw 0. Below 0: it did better.
        worst_regret: the same, the largest over draws.

    """

    draws: int
    accepted_by: FloatArray
    accepted_by_all: FloatArray
    zone_exists: float
    best: tuple[int, ...]
    solved: Mapping[str, IntArray]
    regret: Mapping[str, FloatArray]
    worst_regret: Mapping[str, FloatArray]


def robust_deal(draws: Draws, *, comparable: bool = False) -> Robust:
    """Return how often each package is acceptable over draws, the most robust one, and the regret of each rule's pick.

    Args:
        draws: utilities, draw 0 the case as written.
        comparable: one unit of utility is worth the same to every party; without it the egalitarian and utilitarian
            rules are left out.

    Returns:
        Shares, the robust packages, and regrets in each party's own unit.

    Raises:
        TooManyPoints: draws times packages times parties are more than 400,000,000.

    Source: regret as in Savage 1951, Journal of the American Statistical Association 46 (from memory, not opened).

    Example:
        >>> found = robust_deal(table_draws([[[2.0, 1.0], [1.0, 1.5]], [[0.5, 2.0], [1.0, 1.0]]], [1.0, 1.0]))
        >>> found.accepted_by_all.tolist(), found.best
        ([0.5, 1.0], (1,))
    """
    from . import _kernels_of_draws

    packages, parties = len(draws.packages), draws.disagreement.shape[1]
    if draws.n_draws * packages * parties > MOST_CELLS:
        raise TooManyPoints(
            "draws", f"{draws.n_draws:,} draws of {packages:,} packages: take fewer draws or look at fewer packages"
        )
    rules = RULES if comparable else RULES[:3]
    each, together = np.zeros((packages, parties), np.int64), np.zeros(packages, np.int64)
    picks = np.empty((draws.n_draws, len(RULES)), np.int64)
    size = max(1, _ROOM // (packages * parties))
    got = {rule: np.full((draws.n_draws, parties), np.nan) for rule in rules}
    kept = {rule: np.full((draws.n_draws, parties), np.nan) for rule in rules}
    for low in range(0, draws.n_draws, size):
        high = min(low + size, draws.n_draws)
        table, floors = draws.block(low, high), draws.disagreement[low:high]
        alike = _alike(table, floors)
        block_each, block_together = _kernels_of_draws.acceptances(table, floors, alike)
        each, together = each + block_each, together + block_together
        picks[low:high] = _kernels_of_draws.solved_draws(table, floors, alike)
        rows = np.arange(high - low)
        for at, rule in enumerate(rules):
            pick, chosen = picks[low:high, at], picks[0, at]
            got[rule][low:high] = np.where((pick >= 0)[:, None], table[rows, pick], floors)
            if chosen >= 0:
                stands = np.asarray((table[:, chosen] >= floors - alike).all(axis=1))
                kept[rule][low:high] = np.where(stands[:, None], table[:, chosen], floors)
    worst = each.min(axis=1)
    best = np.flatnonzero(worst == worst.max())
    best = best[together[best] == together[best].max()]
    regrets = {rule: got[rule] - kept[rule] for rule in rules}
    return Robust(
        draws=draws.n_draws,
        accepted_by=each / draws.n_draws,
        accepted_by_all=together / draws.n_draws,
        zone_exists=float((picks[:, 0] >= 0).mean()),
        best=tuple(best.tolist()),
        solved={rule: picks[:, at] for at, rule in enumerate(rules)},
        regret={rule: lost.mean(axis=0) for rule, lost in regrets.items()},
        worst_regret={rule: lost.max(axis=0) for rule, lost in regrets.items()},
    )


def picks_in_draws(draws: Draws, *, comparable: bool = False) -> Mapping[str, IntArray]:
    """Return the package that each rule picks in each draw, and nothing else of what ``robust_deal`` tells.

    Args:
        draws: utilities, draw 0 the case as written.
        comparable: see ``robust_deal``.

    Returns:
        For each rule ``(n_draws,)`` places of packages, the first of those tied; -1 where no zone is there.

    Source: the rules of ``nash``, ``kalai_smorodinsky``, ``raiffa``, ``egalitarian`` and ``utilitarian``, draw by draw.

    Example:
        >>> picks = picks_in_draws(table_draws([[[2.0, 1.0], [1.0, 1.5]], [[0.5, 2.0], [1.0, 1.0]]], [1.0, 1.0]))
        >>> picks["nash"].tolist()
        [0, 1]
    """
    from . import _kernels_of_draws

    size = max(1, _ROOM // max(1, len(draws.packages) * draws.disagreement.shape[1]))
    picks = np.empty((draws.n_draws, len(RULES)), np.int64)
    for low in range(0, draws.n_draws, size):
        high = min(low + size, draws.n_draws)
        table, floors = draws.block(low, high), draws.disagreement[low:high]
        picks[low:high] = _kernels_of_draws.solved_draws(table, floors, _alike(table, floors))
    return {rule: picks[:, at] for at, rule in enumerate(RULES if comparable else RULES[:3])}


def _alike(table: FloatArray, floors: FloatArray) -> FloatArray:
    """By how little sums of floats may differ and still be alike, ``(n_parties,)``."""
    largest = np.maximum(table.max(axis=(0, 1)), -table.min(axis=(0, 1)))
    return np.asarray(_ALIKE * np.maximum(largest, np.abs(floors).max(axis=0)))


@dataclass(frozen=True)
class Closest:
    """How near each draw comes to a deal that all accept.

    Attributes:
        acceptable: ``(n_draws,)`` how many packages all accept.
        least: ``(n_draws,)`` the smallest total of what a package lacks, in shares of ranges; 0 with a zone.
        movers: ``(n_draws, n_parties)`` who is short in that package; of packages tied, in the first.

    """

    acceptable: IntArray
    least: FloatArray
    movers: NDArray[np.bool_]


def closest_deals(tables: ArrayLike, disagreement: ArrayLike, alike: ArrayLike) -> Closest:
    """Return how many packages all accept in each draw, and the smallest total move of red lines that one needs.

    Args:
        tables: ``(n_draws, n_packages, n_parties)`` utilities.
        disagreement: ``(n_draws, n_parties)`` the least that each accepts.
        alike: ``(n_parties,)`` by how little a utility may miss the line and still meet it.

    Returns:
        One number a draw each.

    Raises:
        DealError: shapes do not fit.

    Source: the measure of ``smallest_total``, draw by draw.

    Example:
        >>> found = closest_deals([[[3.0, 0.0], [0.0, 4.0], [1.0, 1.0]]], [[2.0, 2.0]], [0.0, 0.0])
        >>> found.acceptable.tolist(), found.least.tolist(), found.movers.tolist()
        ([0], [0.5], [[False, True]])
    """
    from . import _kernels_of_draws

    table, floors = np.ascontiguousarray(tables, np.float64), np.ascontiguousarray(disagreement, np.float64)
    slack = np.ascontiguousarray(alike, np.float64)
    if table.ndim != 3 or floors.shape != (len(table), table.shape[2]) or slack.shape != floors.shape[1:]:
        raise DealError("disagreement", f"has to fit utilities {table.shape}, is {floors.shape} and {slack.shape}")
    return Closest(*_kernels_of_draws.closest(table, floors, slack))


def _few(count: int) -> None:
    if count > MOST_PACKAGES:
        raise TooManyPoints(
            "packages", f"{count:,} packages; over draws up to {MOST_PACKAGES:,} are looked at: name those of interest"
        )


def _floors(floor: FloatArray, draws: int) -> FloatArray:
    if floor.ndim != 2 or len(floor) not in (1, draws):
        raise DealError("disagreement", f"has to be ({draws}, n_parties), is {floor.shape}")
    _finite(floor[:, None], "disagreement", None)
    return np.ascontiguousarray(np.broadcast_to(floor, (draws, floor.shape[1])))


def _finite(array: FloatArray, field: str, issue: int | None) -> None:
    if not np.isfinite(array).all():
        draw, _, party = np.argwhere(~np.isfinite(array))[0].tolist()
        raise DealError(field, f"is missing or not finite in draw {draw}: give a number", party=party, issue=issue)
