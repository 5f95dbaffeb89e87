"""Voting power as the quota moves: every member's index at many quotas, and where something changes.

All quotas share one table of the sums of weights, so a thousand of them cost little more than one. When a member
can block alone, or pass alone, follows from whole numbers and needs no table.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from comity.institutions.voting.counting import (
    FIRST_NODES,
    QUADRATURE_AGREES,
    ROUNDING,
    WeightedGame,
    can_count_sums,
    relative_error_of,
    swings_at,
)
from comity.institutions.voting.voting_power import GOOD_ENOUGH, voting_power
from comity.rules import Weighted

FloatArray = NDArray[np.float64]
Change = Literal["can block alone", "has no power", "has power", "rank"]

# Up to so many members every share of coalitions is a whole multiple of 2^-n that a float holds exactly.
_EXACT_IN_FLOATS = 50
_DIFFERENT = 1e-12
# Normalising divides by a sum that is as accurate as its parts: twice the bound of one index.
_LARGEST_ERROR = 2 * GOOD_ENOUGH


@dataclass(frozen=True)
class QuotaCurve:
    """Voting power of n members of one weighted clause at several quotas.

    Attributes:
        weights: weights of the n members, whole numbers.
        total: the sum of all weights.
        thresholds: for each quota the smallest sum of weights that passes, a whole number.
        banzhaf: (n_quotas, n) absolute Banzhaf indices.
        banzhaf_normalised: (n_quotas, n) the same, scaled to add up to one at each quota.
        shapley_shubik: (n_quotas, n) Shapley-Shubik indices; None where not asked for.
        efficiency: (n_quotas,) share of all coalitions that pass.
        relative_error: (n_quotas,) bound on the relative error of each index; 0.0 where exact.
        veto_from: for each member the smallest threshold at which nothing passes without it.
        alone_up_to: for each member the largest threshold that it reaches alone.
    """

    weights: tuple[int, ...]
    total: int
    thresholds: tuple[int, ...]
    banzhaf: FloatArray
    banzhaf_normalised: FloatArray
    shapley_shubik: FloatArray | None
    efficiency: FloatArray
    relative_error: FloatArray
    veto_from: tuple[int, ...]
    alone_up_to: tuple[int, ...]


@dataclass(frozen=True)
class Jump:
    """A change between one quota of a curve and the next higher one.

    Attributes:
        member: whom it happens to, by index.
        change: what happens: from here on the member can block alone, has no power (is a dummy) although it may
            have weight, has power again, or has another rank by the Banzhaf index.
        quota: the place in the curve of the first quota after the change.
        threshold: where exactly: the smallest threshold at which it holds. For "can block alone" it may lie
            between two quotas of the curve; otherwise it is the threshold of the quota.
        before: rank before (1: nobody has more), for a change of rank; else None.
        after: rank after.
    """

    member: int
    change: Change
    quota: int
    threshold: int
    before: int | None = None
    after: int | None = None


def quota_curve(
    weights: Sequence[int],
    quotas: Sequence[int | Fraction | str],
    *,
    strict: bool = False,
    shapley_shubik: bool = False,
) -> QuotaCurve:
    """Compute the Banzhaf indices of all members at many quotas from one table of sums.

    In floating point with a bound on the error, exact up to 50 members; a quota for which the bound is above 2e-8 (or
    for which a member may have no power) is counted exactly by itself. Weights whose sums do not fit in memory
    (see ``voting_power``) are counted quota by quota.

    Args:
        weights: (n,) whole numbers.
        quotas: counts of weight (int), or shares of the total (Fraction, "2/3", "65%"), in any order.
        strict: more than the quota is needed, not just the quota.
        shapley_shubik: compute the Shapley-Shubik indices too; some fifty times the time.

    Returns:
        The curve, in the order of the quotas.

    Raises:
        RuleError: a weight or a quota that cannot be (see ``Weighted``).
        TooLarge: see ``voting_power``.
        ValueError: no quota.

    Source: generating function of Brams and Affuso (1976); from memory, not opened. Removing a member by an
    alternating sum of running totals is ours.

    Example:
        >>> curve = quota_curve((4, 4, 4, 2, 2, 1), [9, 12, 17])
        >>> curve.banzhaf[1].tolist(), curve.efficiency.tolist()
        ([0.3125, 0.3125, 0.3125, 0.1875, 0.1875, 0.0], [0.5, 0.21875, 0.015625])
        >>> curve.veto_from
        (14, 14, 14, 16, 16, 17)
    """
    if not quotas:
        raise ValueError("a curve needs at least one quota")
    clauses = [Weighted.of(weights, quota, strict=strict) for quota in quotas]
    clause = clauses[0]
    shape = (len(clauses), clause.n)
    banzhaf, efficiency, error = np.zeros(shape), np.zeros(shape[0]), np.full(shape[0], np.inf)
    shapley = np.zeros(shape) if shapley_shubik else None
    counted = [k for k, one in enumerate(clauses) if can_count_sums(one, both_ways=shapley_shubik)]
    games = [WeightedGame(clauses[k]) for k in counted]
    if games:
        below, swings, bounds = swings_at(games[0], 0.5, [game.cells for game in games])
        for k, game, tallied, values, bound in zip(counted, games, below, swings, bounds, strict=True):
            banzhaf[k] = games[0].in_order(values)
            # The tallied part is the coalitions that lose, or by duality those that cannot be blocked.
            efficiency[k] = 1.0 - tallied if game.quota <= game.dual_quota else tallied
            error[k] = 0.0 if game.n <= _EXACT_IN_FLOATS else 2 * relative_error_of(bound, values)
        good = [place for place, k in enumerate(counted) if error[k] <= _LARGEST_ERROR]
        if shapley is not None and good:
            found, bound = _integrals([games[place] for place in good])
            for place, values, size in zip(good, found, bound, strict=True):
                shapley[counted[place]] = games[0].in_order(values)
                error[counted[place]] = max(error[counted[place]], 2 * relative_error_of(size, values))
    for k in np.flatnonzero(error > _LARGEST_ERROR).tolist():
        power = voting_power(clauses[k], shapley_shubik=shapley_shubik)
        banzhaf[k], efficiency[k], error[k] = power.banzhaf, power.efficiency, power.relative_error
        if shapley is not None and power.shapley_shubik is not None:
            shapley[k] = power.shapley_shubik
    return QuotaCurve(
        weights=clause.weights,
        total=clause.total,
        thresholds=tuple(one.threshold for one in clauses),
        banzhaf=banzhaf,
        banzhaf_normalised=banzhaf / banzhaf.sum(axis=1, keepdims=True),
        shapley_shubik=shapley,
        efficiency=efficiency,
        relative_error=error,
        veto_from=tuple(clause.total - weight + 1 for weight in clause.weights),
        alone_up_to=clause.weights,
    )


def _integrals(games: Sequence[WeightedGame]) -> tuple[FloatArray, FloatArray]:
    """Return Shapley-Shubik by distinct weight for each game, and a bound on the error; more nodes until they agree."""
    n = games[0].n
    enough = (n + 1) // 2  # the integrand is a polynomial of degree n - 1: this many nodes are exact
    nodes = min(FIRST_NODES, enough)
    values, bound = _quadratures(games, nodes)
    open_ = np.arange(len(games))
    while nodes < enough and open_.size:
        nodes = min(nodes + nodes // 4, enough)
        after, size = _quadratures([games[k] for k in open_.tolist()], nodes)
        change = np.abs(after - values[open_])
        values[open_] = after
        bound[open_] = size + (change if nodes < enough else 0.0)
        open_ = open_[(change > QUADRATURE_AGREES * after).any(axis=1)]
    return values, bound


def _quadratures(games: Sequence[WeightedGame], nodes: int) -> tuple[FloatArray, FloatArray]:
    points, weights = np.polynomial.legendre.leggauss(nodes)
    total = np.zeros((len(games), games[0].distinct[0].size))
    error = np.zeros_like(total)
    for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
        if point > 0.5 + 1e-12:
            continue  # done together with its mirror image: the dual game at 1 - point
        quotas = [game.quota for game in games]
        if abs(point - 0.5) > 1e-12:
            quotas += [game.dual_quota for game in games]
        _, swings, bounds = swings_at(games[0], float(point), quotas)
        total += weight * np.array(swings).reshape(-1, *total.shape).sum(axis=0)
        error += weight * np.array(bounds).reshape(-1, *total.shape).sum(axis=0)
    return total, error + 4 * ROUNDING * total


def jumps(curve: QuotaCurve) -> tuple[Jump, ...]:
    """Find where along a curve a member comes to block alone, loses or gains all power, or changes its rank.

    More weight never means a lower index under one quota, so a change of rank is a tie that begins or ends. Ranks are
    compared where the curve is exact.

    Args:
        curve: from ``quota_curve``; its quotas are taken in ascending order.

    Returns:
        The changes, by ascending threshold and then by member.

    Example:
        >>> curve = quota_curve((4, 4, 4, 2, 2, 1), [12, 13, 16])
        >>> [(jump.member, jump.change, jump.threshold) for jump in jumps(curve) if jump.member in (0, 5)]
        [(5, 'has power', 13), (5, 'rank', 13), (0, 'can block alone', 14), (5, 'has no power', 16), (5, 'rank', 16)]
    """
    order = sorted(range(len(curve.thresholds)), key=lambda k: curve.thresholds[k])
    found: list[Jump] = []
    for earlier, later in itertools.pairwise(order):
        low, high = curve.thresholds[earlier], curve.thresholds[later]
        ranks_before, ranks_after = ranks(curve, earlier), ranks(curve, later)
        exact = curve.relative_error[earlier] == 0 == curve.relative_error[later]
        for member, threshold in enumerate(curve.veto_from):
            if low < threshold <= high:
                found.append(Jump(member, "can block alone", later, threshold))
            idle_before, idle_after = curve.banzhaf[earlier, member] == 0, curve.banzhaf[later, member] == 0
            if idle_before != idle_after:
                found.append(Jump(member, "has no power" if idle_after else "has power", later, high))
            # In floating point members who are nearly level would seem to be: ranks are compared where exact.
            if exact and ranks_before[member] != ranks_after[member]:
                found.append(Jump(member, "rank", later, high, ranks_before[member], ranks_after[member]))
    return tuple(sorted(found, key=lambda jump: (jump.threshold, jump.member)))


def ranks(curve: QuotaCurve, quota: int) -> list[int]:
    """Rank the members by the Banzhaf index at one quota; those that the error does not tell apart share a rank.

    Args:
        curve: from ``quota_curve``.
        quota: place of the quota in the curve.

    Returns:
        For each member one more than the number of members that have more.

    Example:
        >>> ranks(quota_curve((4, 4, 4, 2, 2, 1), [12]), 0)
        [1, 1, 1, 4, 4, 6]
    """
    values = curve.banzhaf[quota]
    descending = np.argsort(-values, kind="stable")
    sorted_values = values[descending]
    tolerance = _DIFFERENT + 2 * curve.relative_error[quota]
    starts = np.concatenate([[True], sorted_values[1:] < sorted_values[:-1] * (1 - tolerance)])
    result = np.empty(values.size, dtype=np.int64)
    result[descending] = np.maximum.accumulate(np.where(starts, np.arange(values.size), 0)) + 1
    return [int(rank) for rank in result]
