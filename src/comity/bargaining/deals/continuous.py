"""Continuous issues: outcomes between positions, by formula where there is one and by convex programming elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .packages import DealError
from .solutions import NoZone

FloatArray = NDArray[np.float64]
Losses = Literal["quadratic", "city-block"]

_TOLERANCE = 1e-12
_GAP = 1e-8
_SAME = 1e-6
_MOST_ROUNDS = 500


@dataclass(frozen=True)
class Scales:
    """Issues that can be settled anywhere on a scale; a party loses the further the outcome is from its ideal point.

    u_i(x) = -sum_k s_ik |x_k - x_ik|^a, with a = 2 (quadratic losses) or 1 (city-block).

    Attributes:
        ideal_points: ``(n_parties, n_issues)``.
        saliences: ``(n_parties, n_issues)`` not negative; what a unit of loss on the issue weighs.
        disagreement: ``(n_parties,)`` utility without a deal, in the unit of u (so at most 0 for anybody to agree).
        losses: how losses grow.

    Raises:
        DealError: shapes do not fit, a number is not finite, or a salience is negative.

    Example:
        >>> Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1.0, -1.0]).of([0.5]).tolist()
        [-0.25, -0.25]

    """

    ideal_points: ArrayLike
    saliences: ArrayLike
    disagreement: ArrayLike
    losses: Losses = "quadratic"

    def __post_init__(self) -> None:
        ideals = np.asarray(self.ideal_points, np.float64)
        weights = np.asarray(self.saliences, np.float64)
        floor = np.asarray(self.disagreement, np.float64)
        if ideals.ndim != 2 or weights.shape != ideals.shape or not ideals.size:
            raise DealError("saliences", f"has to be (n_parties, n_issues) like the ideal points, {ideals.shape}")
        if floor.shape != (len(ideals),):
            raise DealError("disagreement", f"has to be one number for each of {len(ideals)} parties")
        if self.losses not in ("quadratic", "city-block"):
            raise DealError("losses", f"has to be quadratic or city-block, is {self.losses}")
        for field, array in (("ideal_points", ideals), ("saliences", weights), ("disagreement", floor[:, None])):
            bad = np.argwhere(~np.isfinite(array) | ((array < 0) if field == "saliences" else False))
            if len(bad):
                party, issue = bad[0].tolist()
                raise DealError(
                    field,
                    f"has to be finite{' and not negative' if field == 'saliences' else ''}, is {array[party, issue]}",
                    party=party,
                    issue=None if field == "disagreement" else issue,
                )
        object.__setattr__(self, "ideal_points", ideals)
        object.__setattr__(self, "saliences", weights)
        object.__setattr__(self, "disagreement", floor)

    def of(self, outcome: ArrayLike) -> FloatArray:
        """Return the utilities ``(..., n_parties)`` of outcomes ``(..., n_issues)``."""
        apart = np.abs(np.asarray(outcome, np.float64)[..., None, :] - np.asarray(self.ideal_points))
        losses = np.asarray(self.saliences) * (apart**2 if self.losses == "quadratic" else apart)
        return np.asarray(-losses.sum(axis=-1))


@dataclass(frozen=True)
class Outcome:
    """An outcome on continuous issues.

    Attributes:
        outcome: ``(n_issues,)`` where each issue is settled.
        utilities: ``(n_parties,)``.
        gains: ``(n_parties,)`` over the disagreement.
        algorithm: how it was found.

    """

    outcome: FloatArray
    utilities: FloatArray
    gains: FloatArray
    algorithm: str


def efficient_outcome(scales: Scales, weights: ArrayLike) -> FloatArray:
    """Return the outcome that is best for a weighted sum of utilities, one of the efficient ones.

    Quadratic losses: x_k = sum_i l_i s_ik x_ik / sum_i l_i s_ik. City-block losses: the weighted (lower) median of
    each issue. Every efficient outcome is one of these, as losses are convex.

    Args:
        scales: the issues.
        weights: ``(n_parties,)`` l, not negative, not all 0.

    Returns:
        ``(n_issues,)``; where nobody with a weight cares about an issue, the unweighted mean.

    Raises:
        DealError: a weight is negative or not finite, or they sum to zero.

    Source: Tollison & Willett 1979, International Organization 33, for the trade-off (from memory, not opened).

    Example:
        >>> efficient_outcome(Scales([[0.0], [1.0]], [[1.0], [3.0]], [-1.0, -1.0]), [1.0, 1.0]).tolist()
        [0.75]
    """
    ideals, saliences = np.asarray(scales.ideal_points), np.asarray(scales.saliences)
    given = _weights(weights, len(ideals))
    power = given[:, None] * saliences
    total = power.sum(axis=0)
    idle = total <= 0
    if scales.losses == "quadratic":
        return np.asarray(
            np.where(idle, ideals.mean(axis=0), (power * ideals).sum(axis=0) / np.where(idle, 1.0, total))
        )
    order = np.argsort(ideals, axis=0, kind="stable")
    reached = np.cumsum(np.take_along_axis(power, order, axis=0), axis=0)
    at = np.argmax(reached >= 0.5 * total * (1 - _TOLERANCE), axis=0)
    median = np.take_along_axis(ideals, np.take_along_axis(order, at[None], axis=0), axis=0)[0]
    return np.asarray(np.where(idle, ideals.mean(axis=0), median))


def best_smallest_share(scales: Scales, sizes: ArrayLike | None = None) -> tuple[float, FloatArray]:
    """Return the largest t such that some outcome gives every party at least d_i + t · size_i, and that outcome.

    Below 0 the zone of agreement is empty, and -t is by how many sizes all would have to give way.

    Args:
        scales: the issues.
        sizes: ``(n_parties,)`` positive; None for 1 each.

    Returns:
        t, and the outcome ``(n_issues,)``; by linear programming for city-block losses, else by convex programming.

    Raises:
        DealError: the program could not be solved.

    Example:
        >>> t, outcome = best_smallest_share(Scales([[0.0], [1.0]], [[1.0], [1.0]], [-0.5, -0.5], "city-block"))
        >>> abs(t) < 1e-9, outcome.round(9).tolist()
        (True, [0.5])
    """
    ideals = np.asarray(scales.ideal_points)
    rise = np.ones(len(ideals)) if sizes is None else np.asarray(sizes, np.float64)
    return _city_block_share(scales, rise) if scales.losses == "city-block" else _quadratic_share(scales, rise)


def _city_block_share(scales: Scales, rise: FloatArray) -> tuple[float, FloatArray]:
    """Columns: the outcome, t, and a distance for each party and issue."""
    from scipy.optimize import linprog

    rows, bounds = _distance_rows(scales, 1)
    n, k = np.asarray(scales.ideal_points).shape
    limits = np.zeros((n, k + 1 + n * k))
    limits[:, k] = rise
    for party in range(n):
        limits[party, k + 1 + party * k : k + 1 + (party + 1) * k] = np.asarray(scales.saliences)[party]
    cost = np.zeros(k + 1 + n * k)
    cost[k] = -1.0
    found: Any = linprog(
        cost,
        A_ub=np.vstack([rows, limits]),
        b_ub=np.concatenate([bounds, -np.asarray(scales.disagreement)]),
        bounds=[*_box(scales), (None, None), *([(0, None)] * (n * k))],
        method="highs",
    )
    if found.status != 0:
        raise DealError("saliences", f"the linear program was not solved ({found.message})")
    return float(found.x[k]), np.asarray(found.x[:k])


def _quadratic_share(scales: Scales, rise: FloatArray) -> tuple[float, FloatArray]:
    """Maximise t over outcomes and t together: utilities are concave, so the only peak is the largest."""
    ideals, saliences = np.asarray(scales.ideal_points), np.asarray(scales.saliences)
    floor = np.asarray(scales.disagreement)

    def slack(x: FloatArray) -> FloatArray:
        return np.asarray(scales.of(x[:-1]) - floor - x[-1] * rise)

    def slope(x: FloatArray) -> FloatArray:
        return np.hstack([-2 * saliences * (x[:-1] - ideals), -rise[:, None]])

    middle = efficient_outcome(scales, np.ones(len(ideals)) / np.maximum(rise, 1e-300))
    start = np.append(middle, ((scales.of(middle) - floor) / rise).min())
    direction = np.append(np.zeros(ideals.shape[1]), -1.0)
    box = [*_box(scales), (None, None)]
    found = _solved(lambda x: -float(x[-1]), lambda x: direction, start, [(slack, slope)], box)
    outcome = found[:-1]
    return float(((scales.of(outcome) - floor) / rise).min()), outcome


def nash_outcome(scales: Scales, weights: ArrayLike | None = None) -> Outcome:
    """Return the outcome with the largest (weighted) product of gains over the disagreement.

    The sum of logarithms of concave gains is concave, so the optimum found is the only one (in utilities).

    Args:
        scales: the issues.
        weights: ``(n_parties,)`` bargaining weights, positive; None for all alike.

    Returns:
        The outcome.

    Raises:
        NoZone: no outcome gives everybody more than no deal.
        DealError: a weight is not positive, or the program could not be solved.

    Source: Nash 1950, Econometrica 18 (from memory, not opened).

    Example:
        >>> nash_outcome(Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1.0, -1.0])).outcome.round(6).tolist()
        [0.5]
    """
    ideals, saliences = np.asarray(scales.ideal_points), np.asarray(scales.saliences)
    floor = np.asarray(scales.disagreement)
    powers = np.ones(len(ideals)) if weights is None else _weights(weights, len(ideals))
    if (powers <= 0).any():
        raise DealError("weights", "has to be positive", party=int(np.argmin(powers)))
    powers = powers / powers.sum()
    start = _inside(scales)
    if scales.losses == "quadratic":

        def value(x: FloatArray) -> float:
            gains = scales.of(x) - floor
            return np.inf if (gains <= 0).any() else -float(powers @ np.log(gains))

        def slope(x: FloatArray) -> FloatArray:
            pulls = powers / np.maximum(scales.of(x) - floor, 1e-300)
            return np.asarray((2 * pulls[:, None] * saliences * (x - ideals)).sum(axis=0))

        outcome = _newton(value, slope, start, scales, powers)
        return _outcome(scales, outcome, "Newton's method on the sum of logarithms of gains, which is concave")
    outcome = _city_block_nash(scales, powers, start)
    return _outcome(scales, outcome, "linear programs with tangents of the logarithm (HiGHS)")


def _newton(value: Any, slope: Any, start: FloatArray, scales: Scales, powers: FloatArray) -> FloatArray:
    """Damped Newton steps: the objective is smooth, convex, and infinite where somebody gains nothing."""
    ideals, saliences = np.asarray(scales.ideal_points), np.asarray(scales.saliences)
    x, here = start, value(start)
    for _ in range(_MOST_ROUNDS):
        gains = scales.of(x) - np.asarray(scales.disagreement)
        pulls = 2 * saliences * (x - ideals)
        curve = np.diag((powers / gains) @ (2 * saliences)) + (pulls * (powers / gains**2)[:, None]).T @ pulls
        grade = slope(x)
        step = np.linalg.lstsq(curve, -grade, rcond=None)[0]
        if -grade @ step < _TOLERANCE * _TOLERANCE:
            break
        size = 1.0
        while size > 1e-14 and value(x + size * step) > here + 0.25 * size * (grade @ step):
            size /= 2
        if size <= 1e-14:
            break
        x = x + size * step
        here = value(x)
    return x


def _city_block_nash(scales: Scales, powers: FloatArray, start: FloatArray) -> FloatArray:
    """Maximise by linear programs in which tangents stand for the logarithms, one more a party each time.

    Tangents lie above the logarithm, so a program's optimum bounds the true one from above; it ends where they meet.
    Columns: the outcome, a distance for each party and issue, and each party's gain and its logarithm.
    """
    from scipy.optimize import linprog

    n, k = np.asarray(scales.ideal_points).shape
    floor = np.asarray(scales.disagreement)
    distances, bounds = _distance_rows(scales, 0)
    rows = np.hstack([distances, np.zeros((2 * n * k, 2 * n))])
    gain, logarithm = k + n * k + np.arange(n), k + n * k + n + np.arange(n)
    gains = np.zeros((n, rows.shape[1]))
    for party in range(n):
        gains[party, k + party * k : k + (party + 1) * k] = np.asarray(scales.saliences)[party]
        gains[party, gain[party]] = 1.0
    cost = np.zeros(rows.shape[1])
    cost[logarithm] = -powers
    box = [*_box(scales), *([(0, None)] * (n * k + n)), *([(None, None)] * n)]
    best = start
    value = float(powers @ np.log(scales.of(start) - floor))
    points = [(scales.of(start) - floor) * factor for factor in (0.25, 0.5, 1.0, 2.0, 4.0)]
    for _ in range(_MOST_ROUNDS):
        tangents = np.zeros((n * len(points), rows.shape[1]))
        limits = np.zeros(n * len(points))
        for at, touched in enumerate(points):
            block = np.arange(at * n, at * n + n)
            tangents[block, logarithm], tangents[block, gain] = 1.0, -1 / touched
            limits[block] = np.log(touched) - 1
        found: Any = linprog(
            cost,
            A_ub=np.vstack([rows, gains, tangents]),
            b_ub=np.concatenate([bounds, -floor, limits]),
            bounds=box,
            method="highs",
        )
        if found.status != 0:
            raise DealError("saliences", f"the linear program was not solved ({found.message})")
        reached = scales.of(found.x[:k]) - floor
        if (reached > 0).all() and powers @ np.log(reached) > value:
            best, value = np.asarray(found.x[:k]), float(powers @ np.log(reached))
        if -found.fun - value <= _GAP:
            break
        # Where the program gives a party next to nothing, a tangent on the way there from the best says enough.
        touched = np.maximum(found.x[gain], 0.1 * (scales.of(best) - floor))
        if all(np.abs(np.array(points)[:, party] / each - 1).min() < _SAME for party, each in enumerate(touched)):
            break  # these tangents are there already: what is left of the gap is the programs' own accuracy
        points.append(touched)
    return best


def kalai_smorodinsky_outcome(scales: Scales) -> Outcome:
    """Return the outcome that gives all parties the largest equal share of what each could gain at most.

    Args:
        scales: the issues.

    Returns:
        The outcome; where several give the same smallest share, one of them.

    Raises:
        NoZone: no outcome gives everybody more than no deal.
        DealError: the program could not be solved.

    Source: Kalai & Smorodinsky 1975, Econometrica 43 (from memory, not opened).

    Example:
        >>> found = kalai_smorodinsky_outcome(Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1.0, -1.0]))
        >>> found.outcome.round(6).tolist()
        [0.5]
    """
    _inside(scales)
    _, outcome = best_smallest_share(scales, ideal_gains(scales))
    kind = "linear programming (HiGHS)" if scales.losses == "city-block" else "convex programming (SLSQP, SciPy)"
    return _outcome(scales, outcome, kind)


def ideal_gains(scales: Scales) -> FloatArray:
    """Return the most each party can gain while nobody is below its disagreement, ``(n_parties,)``.

    Raises:
        NoZone: no outcome gives everybody more than no deal.
        DealError: the program could not be solved.

    Example:
        >>> ideal_gains(Scales([[0.0], [1.0]], [[1.0], [1.0]], [-1.0, -0.25])).round(6).tolist()
        [0.75, 0.25]
    """
    start = _inside(scales)
    ideals, floor = np.asarray(scales.ideal_points), np.asarray(scales.disagreement)
    found = np.zeros(len(ideals))
    for party in range(len(ideals)):
        if (scales.of(ideals[party]) >= floor).all():
            found[party] = -floor[party]
        elif scales.losses == "city-block":
            found[party] = _city_block_ideal(scales, party)
        else:
            found[party] = _quadratic_ideal(scales, party, start)
    return found


def _quadratic_ideal(scales: Scales, party: int, start: FloatArray) -> float:
    ideals, saliences = np.asarray(scales.ideal_points), np.asarray(scales.saliences)
    floor = np.asarray(scales.disagreement)

    def value(x: FloatArray) -> float:
        return -float(scales.of(x)[party])

    def slope(x: FloatArray) -> FloatArray:
        return np.asarray(2 * saliences[party] * (x - ideals[party]))

    def slack(x: FloatArray) -> FloatArray:
        return np.asarray(scales.of(x) - floor)

    def slacks(x: FloatArray) -> FloatArray:
        return np.asarray(-2 * saliences * (x - ideals))

    return float(scales.of(_solved(value, slope, start, [(slack, slacks)], _box(scales)))[party] - floor[party])


def _city_block_ideal(scales: Scales, party: int) -> float:
    from scipy.optimize import linprog

    rows, bounds = _distance_rows(scales, 0)
    n, k = np.asarray(scales.ideal_points).shape
    lengths = np.zeros((n, k + n * k))
    for other in range(n):
        lengths[other, k + other * k : k + (other + 1) * k] = np.asarray(scales.saliences)[other]
    found: Any = linprog(
        lengths[party],
        A_ub=np.vstack([rows, lengths]),
        b_ub=np.concatenate([bounds, -np.asarray(scales.disagreement)]),
        bounds=[*_box(scales), *([(0, None)] * (n * k))],
        method="highs",
    )
    if found.status != 0:
        raise DealError("saliences", f"the linear program was not solved ({found.message})", party=party)
    return float(-found.fun - np.asarray(scales.disagreement)[party])


def _distance_rows(scales: Scales, between: int) -> tuple[FloatArray, FloatArray]:
    """Rows for ± (x_k - x_ik) <= distance_ik; ``between`` columns lie between the outcome and the distances."""
    ideals = np.asarray(scales.ideal_points)
    n, k = ideals.shape
    outcome = np.tile(np.eye(k), (n, 1))
    gap = np.zeros((n * k, between))
    rows = np.vstack([np.hstack([outcome, gap, -np.eye(n * k)]), np.hstack([-outcome, gap, -np.eye(n * k)])])
    return rows, np.concatenate([ideals.ravel(), -ideals.ravel()])


def _box(scales: Scales) -> list[tuple[float | None, float | None]]:
    """Outcomes beyond all ideal points are never better for anybody."""
    ideals = np.asarray(scales.ideal_points)
    return list(zip(ideals.min(axis=0).tolist(), ideals.max(axis=0).tolist(), strict=True))


def _inside(scales: Scales) -> FloatArray:
    share, outcome = best_smallest_share(scales)
    if share <= _TOLERANCE * max(1.0, float(np.abs(np.asarray(scales.disagreement)).max())):
        raise NoZone("disagreement", f"no outcome gives everybody more than no deal (all would miss it by {-share:g})")
    return outcome


def _solved(value: Any, slope: Any, start: FloatArray, rooms: Any, box: Any) -> FloatArray:
    from scipy.optimize import minimize

    found: Any = minimize(
        value,
        start,
        jac=slope,
        bounds=box,
        constraints=[{"type": "ineq", "fun": room, "jac": slopes} for room, slopes in rooms],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": _MOST_ROUNDS},
    )
    if not np.isfinite(found.x).all() or found.status not in (0, 8):  # 8: no further descent at this accuracy
        raise DealError("saliences", f"the convex program was not solved ({found.message})")
    return np.asarray(found.x)


def _outcome(scales: Scales, outcome: FloatArray, algorithm: str) -> Outcome:
    utilities = scales.of(outcome)
    return Outcome(outcome, utilities, utilities - np.asarray(scales.disagreement), algorithm)


def _weights(weights: ArrayLike, parties: int) -> FloatArray:
    given = np.asarray(weights, np.float64)
    if given.shape != (parties,):
        raise DealError("weights", f"has to be one number for each of {parties} parties")
    for party, weight in enumerate(given.tolist()):
        if not np.isfinite(weight) or weight < 0:
            raise DealError("weights", f"has to be finite and not negative, is {weight}", party=party)
    if not given.any():
        raise DealError("weights", "sum to zero: give some party a positive weight")
    return given
