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
from comity.bargaining._kernels.scholz_paper import LANES, paper_rounds

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
) -> None:
    """Play every row to its stop; fill the results of all rows and the record of row 0."""
    n_rows, n = positions.shape
    y = np.empty((LANES, n))
    weight = np.empty((LANES, n))
    order = np.empty((LANES, n), np.int64)
    # In sorted order, a column a row; a column without a row, or whose row has stopped, is played for nothing.
    ys = np.zeros((n, LANES))
    ws = np.ones((n, LANES))
    ss = np.ones((n, LANES))
    r = np.empty((n, LANES))
    Q = np.ones(LANES)
    R = np.ones(LANES)
    mu = np.zeros(LANES)
    actors = np.zeros((4, n, LANES))
    pairs = np.zeros((3, n * (n - 1) // 2 * LANES))
    blocks = np.zeros((24, n * LANES))
    repeated = np.zeros((2, n, n * LANES))
    proposer = np.zeros((n, LANES), np.int64)
    offers = np.zeros((LANES, 3, n))
    accepted = np.zeros((LANES, 2, n), np.int64)
    column = np.empty((3, n))
    exponents = np.empty(n)
    security = np.empty(n)
    P = np.empty((n, n))
    e = np.empty((n, n))
    table = np.empty((n, n + 1))
    lowest, length, total = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    quiet = np.zeros(LANES, np.int64)  # consecutive rounds in which the median hardly moved
    playing = np.zeros(LANES, np.bool_)
    longest = rounds[0]
    for row in range(1, n_rows):
        longest = max(longest, rounds[row])
    past = np.empty((LANES, longest + 1, n))
    for batch in range(0, n_rows, LANES):
        lanes = min(LANES, n_rows - batch)
        for lane in range(lanes):
            row = batch + lane
            low = high = positions[row, 0]
            for i in range(1, n):
                low = min(low, positions[row, i])
                high = max(high, positions[row, i])
            lowest[lane] = low
            length[lane] = high - low
            Q[lane] = status_quo_probability[row]
            total[lane] = 0.0
            for i in range(n):
                y[lane, i] = (positions[row, i] - low) / length[lane] if length[lane] > 0.0 else 0.0
                weight[lane, i] = capability[row, i] * salience[row, i]
                total[lane] += weight[lane, i]
                order[lane, i] = i
            quiet[lane] = 0
            mu[lane] = 0.0
            playing[lane] = True
            stopped[row] = ROUNDS
            cycle_length[row] = 0
        left = lanes
        done = 0
        while left > 0:
            for lane in range(lanes):
                if not playing[lane]:
                    continue
                row = batch + lane
                # Every function is called at one place: the compiler copies it into each.
                _sort_and_merge(y[lane], order[lane])
                before = mu[lane]
                mu[lane] = _lower_median(y[lane], weight[lane], order[lane], total[lane])
                median[row] = lowest[lane] + length[lane] * mu[lane]
                mean[row] = lowest[lane] + length[lane] * _mean(y[lane], weight[lane], total[lane])
                for i in range(n):
                    past[lane, done, i] = y[lane, i]
                    if row == 0:
                        record_positions[done, i] = lowest[lane] + length[lane] * y[lane, i]
                if row == 0:
                    record_median[done] = median[0]
                    record_mean[done] = mean[0]
                spread = y[lane, order[lane, n - 1]] - y[lane, order[lane, 0]]
                stops = False
                if done > 0:
                    quiet[lane] = quiet[lane] + 1 if abs(mu[lane] - before) < stop_tolerance[row] else 0
                    period = _seen_before(past[lane], done)
                    if period > 1:
                        stopped[row] = CYCLE
                        cycle_length[row] = period
                        stops = True
                    elif period == 1 or quiet[lane] >= 2:
                        stopped[row] = SETTLED
                        stops = True
                if not stops and spread <= TINY:
                    stopped[row] = NO_OFFERS
                    stops = True
                if stops or done == rounds[row]:
                    played[row] = done
                    playing[lane] = False
                    left -= 1
                    continue
                R[lane] = spread
                if range_kind == INITIAL:
                    R[lane] = 1.0
                elif range_kind == FIXED:
                    R[lane] = fixed_range / length[lane]
                for k in range(n):
                    actor = order[lane, k]
                    ys[k, lane] = y[lane, actor]
                    ws[k, lane] = weight[lane, actor]
                    ss[k, lane] = salience[row, actor]
                if as_code:
                    for k in range(n):
                        column[0, k], column[1, k], column[2, k] = ys[k, lane], ws[k, lane], ss[k, lane]
                    code_round(
                        column[0], column[1], column[2], Q[lane], R[lane], loser_moves, by_rows, risk, total[lane],
                        exponents, security, e, table, P, offers[lane], accepted[lane],
                    )  # fmt: skip
                    for k in range(n):
                        r[k, lane] = exponents[k]
            if left > 0 and not as_code:
                paper_rounds(
                    ys, ws, ss, Q, R, mu, loser_moves, by_rows, risk, actors, pairs, blocks, repeated,
                    r, offers, accepted, proposer,
                )  # fmt: skip
            for lane in range(lanes):
                if not playing[lane]:
                    continue
                row = batch + lane
                moved = 0
                for k in range(n):
                    actor = order[lane, k]
                    if row == 0:
                        record_risk[done, actor] = r[k, lane]
                        record_kind[done, actor] = accepted[lane, 1, k]
                        toward = accepted[lane, 0, k]
                        record_toward[done, actor] = order[lane, toward] if accepted[lane, 1, k] != STAYS else -1
                    if accepted[lane, 1, k] != STAYS:
                        moved += 1
                        y[lane, actor] = offers[lane, 2, k]
                if moved == 0:
                    stopped[row] = NO_OFFERS
                    played[row] = done
                    playing[lane] = False
                    left -= 1
            done += 1
