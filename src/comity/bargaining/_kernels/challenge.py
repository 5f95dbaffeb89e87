"""The rounds of the challenge model, on every row.

Inside a row, positions are mapped to ``y = (x - min x) / R_0`` and the actors are sorted by (position, given
order), so that the votes of all actors for one position over another are differences of running sums: O(n^2)
a round. Reductions are loops: Numba compiles them several times faster than ``array.min()``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled
from comity.bargaining._kernels.offers import STAYS, TINY
from comity.bargaining._kernels.scholz_code import code_round
from comity.bargaining._kernels.scholz_paper import paper_round

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Two states of the game (positions as shares of R_0) that differ by less are the same state.
SAME_STATE = 1e-9

ROUNDS, SETTLED, NO_OFFERS, CYCLE = 0, 1, 2, 3
CURRENT, INITIAL, FIXED = 0, 1, 2


@compiled
def _sort_by_position(y: Floats, order: Integers) -> None:
    """Insertion sort of ``order`` by (position, actor); nearly free when little moved."""
    for k in range(1, order.size):
        actor = order[k]
        at = k
        while at > 0 and (y[order[at - 1]] > y[actor] or (y[order[at - 1]] == y[actor] and order[at - 1] > actor)):
            order[at] = order[at - 1]
            at -= 1
        order[at] = actor


@compiled
def _sort_and_merge(y: Floats, order: Integers) -> None:
    """Sort the actors, and bring those that differ by rounding only to one place.

    Without it, an exponent of 0.5 turns a difference of 1e-16 at the end of the range into one of 1e-8, and a few
    rounds later platforms disagree.
    """
    _sort_by_position(y, order)
    for k in range(1, order.size):
        if y[order[k]] - y[order[k - 1]] <= TINY:
            y[order[k]] = y[order[k - 1]]
    _sort_by_position(y, order)  # at one place, the given order counts


@compiled
def _lower_median(y: Floats, weight: Floats, order: Integers, total: float) -> float:
    """Smallest position whose cumulative weight reaches half; without any weight, every actor counts one."""
    n = order.size
    reached = 0.0
    half = (0.5 - TINY) * (total if total > 0.0 else float(n))
    for k in range(n):
        reached += weight[order[k]] if total > 0.0 else 1.0
        if reached >= half:
            return float(y[order[k]])
    return float(y[order[n - 1]])


@compiled
def _mean(y: Floats, weight: Floats, total: float) -> float:
    summed = 0.0
    for i in range(y.size):
        summed += weight[i] * y[i] if total > 0.0 else y[i] / y.size
    return summed / total if total > 0.0 else summed


@compiled
def _seen_before(past: Floats, rounds_done: int) -> int:
    """How many rounds ago the newest state was seen (0: never)."""
    n = past.shape[1]
    for back in range(1, rounds_done + 1):
        same = True
        for i in range(n):
            if abs(past[rounds_done, i] - past[rounds_done - back, i]) > SAME_STATE:
                same = False
                break
        if same:
            return back
    return 0


@compiled
def challenge_rows(
    positions: Floats,  # (n_rows, n_actors), as are salience and capability
    salience: Floats,
    capability: Floats,
    status_quo_probability: Floats,  # (n_rows,)
    rounds: Integers,  # (n_rows,), as is stop_tolerance
    stop_tolerance: Floats,
    as_code: bool,
    loser_moves: bool,
    by_rows: bool,
    risk: bool,
    range_kind: int,
    fixed_range: float,
    median: Floats,  # (n_rows,) results
    mean: Floats,
    played: Integers,
    stopped: Integers,
    cycle_length: Integers,
    record_positions: Floats,  # (rounds[0] + 1, n_actors) of row 0
    record_median: Floats,  # (rounds[0] + 1,)
    record_mean: Floats,
    record_risk: Floats,  # (rounds[0], n_actors)
    record_toward: Integers,
    record_kind: Integers,
    record_offers: Integers,
) -> None:
    """Play every row to its stop; fill the results of all rows and the record of row 0."""
    n_rows, n = positions.shape
    y = np.empty(n)
    weight = np.empty(n)
    order = np.empty(n, np.int64)
    ys = np.empty(n)
    ws = np.empty(n)
    ss = np.empty(n)
    z = np.empty(n)
    r = np.empty(n)
    security = np.empty(n)
    sums = np.empty(n + 1)
    moments = np.empty(n + 1)
    P = np.empty((n, n))
    pairs = np.empty((11, n * (n - 1) // 2))
    e = np.empty((n, n))
    table = np.empty((n, n + 1))
    offers = np.empty((3, n))
    accepted = np.empty((3, n), np.int64)
    longest = rounds[0]
    for row in range(1, n_rows):
        longest = max(longest, rounds[row])
    past = np.empty((longest + 1, n))
    for row in range(n_rows):
        lowest = highest = positions[row, 0]
        for i in range(1, n):
            lowest = min(lowest, positions[row, i])
            highest = max(highest, positions[row, i])
        length = highest - lowest
        Q = status_quo_probability[row]
        total = 0.0
        for i in range(n):
            y[i] = (positions[row, i] - lowest) / length if length > 0.0 else 0.0
            weight[i] = capability[row, i] * salience[row, i]
            total += weight[i]
            order[i] = i
        reason = ROUNDS
        period = done = quiet = 0  # quiet: consecutive rounds in which the median hardly moved
        mu = 0.0
        while True:  # every function is called at one place: the compiler copies it into each
            _sort_and_merge(y, order)
            before = mu
            mu = _lower_median(y, weight, order, total)
            median[row] = lowest + length * mu
            mean[row] = lowest + length * _mean(y, weight, total)
            for i in range(n):
                past[done, i] = y[i]
                if row == 0:
                    record_positions[done, i] = lowest + length * y[i]
            if row == 0:
                record_median[done] = median[0]
                record_mean[done] = mean[0]
            if done > 0:
                quiet = quiet + 1 if abs(mu - before) < stop_tolerance[row] else 0
                period = _seen_before(past, done)
                if period > 1:
                    reason = CYCLE
                    break
                if period == 1 or quiet >= 2:
                    reason = SETTLED
                    period = 0
                    break
            spread = y[order[n - 1]] - y[order[0]]
            if spread <= TINY:
                reason = NO_OFFERS
                break
            if done == rounds[row]:
                break
            R = spread
            if range_kind == INITIAL:
                R = 1.0
            elif range_kind == FIXED:
                R = fixed_range / length
            for k in range(n):
                ys[k] = y[order[k]]
                ws[k] = weight[order[k]]
                ss[k] = salience[row, order[k]]
            if as_code:
                code_round(
                    ys, ws, ss, Q, R, loser_moves, by_rows, risk, total, r, security, e, table, P,
                    offers, accepted,
                )  # fmt: skip
            else:
                paper_round(
                    ys, ws, ss, Q, R, mu, loser_moves, by_rows, risk, z, r, security, sums, moments, pairs,
                    offers, accepted,
                )  # fmt: skip
            moved = 0
            for k in range(n):
                actor = order[k]
                if row == 0:
                    record_risk[done, actor] = r[k]
                    record_kind[done, actor] = accepted[1, k]
                    record_offers[done, actor] = accepted[2, k]
                    record_toward[done, actor] = order[accepted[0, k]] if accepted[1, k] != STAYS else -1
                if accepted[1, k] != STAYS:
                    moved += 1
                    y[actor] = offers[2, k]
            if moved == 0:
                reason = NO_OFFERS
                break
            done += 1
        played[row] = done
        stopped[row] = reason
        cycle_length[row] = period
