"""Compiled loops of the challenge model; equation numbers are those of Scholz, Calbert & Smith (2011).

Inside a row, positions are mapped to ``y = (x - min x) / R_0`` and the actors are sorted by (position, given
order), so that the votes of all actors for one position over another are differences of running sums: O(n^2)
a round. Reductions are loops: Numba compiles them several times faster than ``array.min()``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled
from comity.bargaining._kernels.powers import exponentials, logarithms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Two numbers of order one that differ by less are equal: rounding must not decide a tie, or platforms differ.
TINY = 1e-12
# Two states of the game (positions as shares of R_0) that differ by less are the same state.
SAME_STATE = 1e-9

# Stands for a base of zero, of which no logarithm exists: its powers are below 1e-150.
SMALLEST = 1e-300

ROUNDS, SETTLED, NO_OFFERS, CYCLE = 0, 1, 2, 3
STAYS, COMPROMISE, CAPITULATION, CONFLICT = 0, 1, 2, 3
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
def _risk_exponents(security: Floats, r: Floats) -> None:
    """``R_i`` (34) and ``r_i`` (33) in place; equal securities give r = 1."""
    low = high = security[0]
    for i in range(1, security.size):
        low = min(low, security[i])
        high = max(high, security[i])
    for i in range(security.size):
        attitude = 0.0
        if high - low > TINY:
            attitude = (2.0 * security[i] - high - low) / (high - low)
        r[i] = (1.0 - attitude / 3.0) / (1.0 + attitude / 3.0)


@compiled
def _pair_probabilities(z: Floats, w: Floats, sums: Floats, moments: Floats, P: Floats) -> None:
    """``P_ij`` of each pair i < j, linear votes (26-31); ``P_ji = 1 - P_ij`` is left to the reader."""
    n = z.size
    sums[0] = 0.0
    moments[0] = 0.0
    for k in range(n):
        sums[k + 1] = sums[k] + w[k]
        moments[k + 1] = moments[k] + w[k] * z[k]
    negligible = TINY * sums[n]
    pair = 0
    for i in range(n - 1):
        m = i + 1  # the first actor nearer to j than to i; it only grows with j
        for j in range(i + 1, n):
            d = z[j] - z[i]
            both = z[i] + z[j]
            while m < j and 2.0 * z[m] < both:
                m += 1
            votes_for = sums[i + 1] * d + both * (sums[m] - sums[i + 1]) - 2.0 * (moments[m] - moments[i + 1])
            against = (sums[n] - sums[j]) * d + 2.0 * (moments[j] - moments[m]) - both * (sums[j] - sums[m])
            cast = votes_for + against
            P[pair] = votes_for / cast if cast > negligible else 0.5
            pair += 1


@compiled
def _better_or_worse(gap: float, z: float, d: float, r: float) -> float:
    """``T U_b + (1 - T) U_w`` (22, 23): would the other's drift to the median please the challenger?"""
    if gap < d - TINY:
        base = 0.5 - 0.25 * z
        return 2.0 - 4.0 * base**r if base > 0.0 else 2.0
    return float(2.0 - 4.0 * (0.5 + 0.25 * z) ** r)


@compiled
def _consider(
    mover: int,
    proposer: int,
    value: float,
    move: float,
    target: float,
    kind: int,
    scale: float,
    offers: Floats,  # (3, n_actors): the value, move and target of the best offer so far
    accepted: Integers,  # (2, n_actors): its proposer and kind
) -> None:
    """Keep the offer that a mover prefers: largest ``value``, then least ``move``, then low ``target``."""
    better = accepted[1, mover] == STAYS
    if not better:
        gain = value - offers[0, mover]
        less = offers[1, mover] - move
        better = gain > TINY
        if not better and gain >= -TINY:
            better = less > TINY * scale
            if not better and less >= -TINY * scale:
                better = target < offers[2, mover] - TINY * scale
    if better:
        offers[0, mover] = value
        offers[1, mover] = move
        offers[2, mover] = target
        accepted[0, mover] = proposer
        accepted[1, mover] = kind


@compiled
def _paper_round(
    y: Floats,  # sorted positions, and in the same order:
    w: Floats,
    s: Floats,
    Q: float,
    R: float,
    mu: float,
    loser_moves: bool,
    by_rows: bool,
    risk: bool,
    z: Floats,
    r: Floats,
    security: Floats,
    sums: Floats,
    moments: Floats,
    pairs: Floats,  # (11, n_pairs) scratch; row 0 holds P_ij
    offers: Floats,
    accepted: Integers,
) -> None:
    """One round of the ``scholz-paper`` variant: offers accepted, in sorted order (5-7, figure 6)."""
    n = y.size
    for i in range(n):
        z[i] = (y[i] - y[0]) / R
        security[i] = 0.0
        r[i] = 1.0
        accepted[1, i] = STAYS
    centre = (mu - y[0]) / R
    n_pairs = n * (n - 1) // 2
    P = pairs[0]
    _pair_probabilities(z, w, sums, moments, P)
    if risk:
        # Pass 1, all exponents one: what i expects of challenging j (gains), and j of challenging i (losses).
        gains, losses = pairs[1], pairs[2]
        pair = 0
        for i in range(n - 1):
            for j in range(i + 1, n):
                d = 2.0 * (z[j] - z[i])
                p = 2.0 * P[pair]
                gains[pair] = d * (1.0 - s[j] * (2.0 - p))
                losses[pair] = d * (1.0 - s[i] * p)
                pair += 1
        if Q < 1.0:
            pair = 0
            for i in range(n - 1):
                for j in range(i + 1, n):
                    d = z[j] - z[i]
                    gap = abs(z[i] - centre)
                    gains[pair] -= (1.0 - Q) * (gap + d if gap < d - TINY else -gap - d)
                    gap = abs(z[j] - centre)
                    losses[pair] -= (1.0 - Q) * (gap + d if gap < d - TINY else -gap - d)
                    pair += 1
        if not by_rows:
            gains, losses = losses, gains
        pair = 0
        for i in range(n - 1):
            summed = security[i]
            for j in range(i + 1, n):
                summed += gains[pair]
                security[j] += losses[pair]
                pair += 1
            security[i] = summed
        _risk_exponents(security, r)
    for i in range(n):
        security[i] = Q * (2.0 - 4.0 * 0.5 ** r[i])  # from here on: Q U_q (24) of each challenger
    # All powers of all pairs: logarithms once a pair, exponentials once an ordered pair, array by array.
    logs, powers = pairs[1:3].reshape(-1), pairs[3:7].reshape(-1)
    scratch = pairs[7:11].reshape(-1)
    pair = 0
    for i in range(n - 1):
        for j in range(i + 1, n):
            d = z[j] - z[i]
            logs[pair] = max(0.5 - 0.5 * d, SMALLEST)
            logs[n_pairs + pair] = 0.5 + 0.5 * d
            pair += 1
    logarithms(logs, scratch, 2 * n_pairs)
    pair = 0
    for i in range(n - 1):
        for j in range(i + 1, n):
            log_lower, log_upper = logs[pair], logs[n_pairs + pair]
            powers[pair] = r[i] * log_lower
            powers[n_pairs + pair] = r[i] * log_upper
            powers[2 * n_pairs + pair] = r[j] * log_lower
            powers[3 * n_pairs + pair] = r[j] * log_upper
            pair += 1
    exponentials(powers, scratch, 4 * n_pairs)
    pair = 0
    for i in range(n - 1):
        for j in range(i + 1, n):
            p = P[pair]
            Us, Uf = 2.0 - 4.0 * powers[pair], 2.0 - 4.0 * powers[n_pairs + pair]
            scratch[pair] = Us - s[j] * (1.0 - p) * (Us - Uf) - security[i]
            Us, Uf = 2.0 - 4.0 * powers[2 * n_pairs + pair], 2.0 - 4.0 * powers[3 * n_pairs + pair]
            scratch[n_pairs + pair] = Us - s[i] * p * (Us - Uf) - security[j]
            pair += 1
    pair = -1
    for i in range(n - 1):
        for j in range(i + 1, n):
            pair += 1
            d = z[j] - z[i]
            if d <= TINY:
                continue
            a, b = scratch[pair], scratch[n_pairs + pair]
            if Q < 1.0:
                gap = abs(z[i] - centre)
                a -= (1.0 - Q) * _better_or_worse(gap, gap + d, d, r[i])
                gap = abs(z[j] - centre)
                b -= (1.0 - Q) * _better_or_worse(gap, gap + d, d, r[j])
            if a > TINY and b > TINY:
                if not loser_moves or abs(a - b) <= TINY:
                    continue
                mover, share, kind = (i, 1.0, CONFLICT) if b > a else (j, 1.0, CONFLICT)
            elif b > TINY and a < -TINY:
                mover, share, kind = (i, -a / b, COMPROMISE) if -a <= b + TINY else (i, 1.0, CAPITULATION)
            elif a > TINY and b < -TINY:
                mover, share, kind = (j, -b / a, COMPROMISE) if -b <= a + TINY else (j, 1.0, CAPITULATION)
            else:
                continue
            other = j if mover == i else i
            move = (y[other] - y[mover]) * min(1.0, share)
            target = y[other] if share >= 1.0 else y[mover] + move
            value = b if mover == i else a
            _consider(mover, other, value, abs(move), target, kind, R, offers, accepted)


@compiled
def _all_pairs_votes(y: Floats, w: Floats, r: Floats, R: float, e: Floats, sums: Floats, risky: bool) -> float:
    """Fill ``e[k, i] = (|y_k - y_i|/R)^r_k`` and its sums ``sums[i, m] = sum_{k<m} w_k e_ki``.

    Returns the sum of ``|w_k (e_ki - e_kj)|`` over all actors and ordered pairs. ``e[k]`` falls to 0 at k and
    rises again, so a merge of both arms sorts it, and a sorted list gives its sum of differences in one pass.
    """
    n = y.size
    for k in range(n):
        e[k, k] = 0.0
        for i in range(k + 1, n):
            d = (y[i] - y[k]) / R
            if risky and d > 0.0:
                log_d = np.log(d)
                e[k, i] = np.exp(r[k] * log_d)
                e[i, k] = np.exp(r[i] * log_d)
            else:
                e[k, i] = d
                e[i, k] = d
    for i in range(n):
        sums[i, 0] = 0.0
        for k in range(n):
            sums[i, k + 1] = sums[i, k] + w[k] * e[k, i]
    everything = 0.0
    for k in range(n):
        left = k - 1
        right = k + 1
        differences = 0.0
        for rank in range(1, n):
            if left >= 0 and (right >= n or e[k, left] <= e[k, right]):
                value = e[k, left]
                left -= 1
            else:
                value = e[k, right]
                right += 1
            differences += (2 * rank - n + 1) * value
        everything += 2.0 * w[k] * differences
    return everything


@compiled
def _all_pairs_probabilities(y: Floats, sums: Floats, everything: float, total: float, P: Floats) -> None:
    """``P[i, j]``: votes for i over j as a share of all votes over all pairs; 0 for actors at one place."""
    n = y.size
    known = everything > TINY * total
    for i in range(n):
        P[i, i] = 0.0
        m = i + 1
        for j in range(i + 1, n):
            if y[j] - y[i] <= TINY:
                P[i, j] = 0.0
                P[j, i] = 0.0
                continue
            both = y[i] + y[j]
            while m < j and 2.0 * y[m] < both:
                m += 1
            if known:
                P[i, j] = max(0.0, sums[j, m] - sums[i, m]) / everything
                P[j, i] = max(0.0, (sums[i, n] - sums[i, m]) - (sums[j, n] - sums[j, m])) / everything
            else:
                P[i, j] = 0.5
                P[j, i] = 0.5


@compiled
def _code_round(
    y: Floats,
    w: Floats,
    s: Floats,
    Q: float,
    R: float,
    loser_moves: bool,
    by_rows: bool,
    risk: bool,
    total: float,
    r: Floats,
    security: Floats,
    e: Floats,
    sums: Floats,
    P: Floats,
    offers: Floats,
    accepted: Integers,
) -> None:
    """One round of the ``scholz-code`` variant: a pair's utilities are seen with i's own exponent."""
    n = y.size
    for i in range(n):
        security[i] = 0.0
        r[i] = 1.0
        accepted[1, i] = STAYS
    for step in range(2 if risk else 1):
        everything = _all_pairs_votes(y, w, r, R, e, sums, step == 1)
        _all_pairs_probabilities(y, sums, everything, total, P)
        if step == 1 or not risk:
            break
        for i in range(n - 1):
            for j in range(i + 1, n):
                d = (y[j] - y[i]) / R
                a = 2.0 * d * (s[j] * (2.0 * P[i, j] - 1.0) + 1.0 - s[j])
                b = 2.0 * d * (s[i] * (2.0 * P[j, i] - 1.0) + 1.0 - s[i])
                security[i] += a if by_rows else b
                security[j] += b if by_rows else a
        _risk_exponents(security, r)
    for i in range(n):
        security[i] = Q * (2.0 - 4.0 * 0.5 ** r[i])  # from here on: Q U_q of each actor
    for i in range(n - 1):
        for j in range(i + 1, n):
            d = (y[j] - y[i]) / R
            if y[j] - y[i] <= TINY:
                continue
            log_upper = np.log(0.5 + 0.5 * d)
            log_lower = np.log(0.5 - 0.5 * d) if d < 1.0 else -np.inf
            for side in range(2):
                mover, other = (i, j) if side == 0 else (j, i)
                Us = 2.0 - 4.0 * np.exp(r[mover] * log_lower)
                Uf = 2.0 - 4.0 * np.exp(r[mover] * log_upper)
                a = Us - s[other] * (1.0 - P[mover, other]) * (Us - Uf) - security[mover]
                b = Us - s[mover] * (1.0 - P[other, mover]) * (Us - Uf) - security[mover]
                if a > TINY and b > a + TINY and loser_moves:
                    # Conflicts come before compromises (value 1 against 0), the least move first.
                    value, kind, share = 1.0, CONFLICT, 1.0
                    rank = abs(y[other] - y[mover])
                elif b > TINY and a < -TINY and -a <= b + TINY:
                    # The program ranks compromises by this mean, not by the move that it then makes.
                    value, kind, share = 0.0, COMPROMISE, min(1.0, -a / b)
                    rank = (-a * y[mover] + b * y[other]) / (b - a)
                else:
                    continue
                target = y[other] if share >= 1.0 else y[mover] + share * (y[other] - y[mover])
                _consider(mover, other, value, rank, target, kind, R, offers, accepted)


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
    rounds: int,
    stop_tolerance: float,
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
    record_positions: Floats,  # (rounds + 1, n_actors) of row 0
    record_median: Floats,  # (rounds + 1,)
    record_mean: Floats,
    record_risk: Floats,  # (rounds, n_actors)
    record_toward: Integers,
    record_kind: Integers,
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
    accepted = np.empty((2, n), np.int64)
    past = np.empty((rounds + 1, n))
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
            past[0, i] = y[i]
        _sort_by_position(y, order)
        mu = _lower_median(y, weight, order, total)
        if row == 0:
            for i in range(n):
                record_positions[0, i] = positions[0, i]
            record_median[0] = lowest + length * mu
            record_mean[0] = lowest + length * _mean(y, weight, total)
        reason = ROUNDS
        period = done = quiet = 0  # quiet: consecutive rounds in which the median hardly moved
        while done < rounds:
            spread = y[order[n - 1]] - y[order[0]]
            if spread <= TINY:
                reason = NO_OFFERS
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
                _code_round(
                    ys, ws, ss, Q, R, loser_moves, by_rows, risk, total, r, security, e, table, P,
                    offers, accepted,
                )  # fmt: skip
            else:
                _paper_round(
                    ys, ws, ss, Q, R, mu, loser_moves, by_rows, risk, z, r, security, sums, moments, pairs,
                    offers, accepted,
                )  # fmt: skip
            moved = 0
            for k in range(n):
                actor = order[k]
                if row == 0:
                    record_risk[done, actor] = r[k]
                    record_kind[done, actor] = accepted[1, k]
                    record_toward[done, actor] = order[accepted[0, k]] if accepted[1, k] != STAYS else -1
                if accepted[1, k] != STAYS:
                    moved += 1
                    y[actor] = offers[2, k]
            if moved == 0:
                reason = NO_OFFERS
                break
            done += 1
            for i in range(n):
                past[done, i] = y[i]
            _sort_by_position(y, order)
            before = mu
            mu = _lower_median(y, weight, order, total)
            if row == 0:
                for i in range(n):
                    record_positions[done, i] = lowest + length * y[i]
                record_median[done] = lowest + length * mu
                record_mean[done] = lowest + length * _mean(y, weight, total)
            quiet = quiet + 1 if abs(mu - before) < stop_tolerance else 0
            period = _seen_before(past, done)
            if period > 1:
                reason = CYCLE
                break
            if period == 1 or quiet >= 2:
                reason = SETTLED
                period = 0
                break
        median[row] = lowest + length * mu
        mean[row] = lowest + length * _mean(y, weight, total)
        played[row] = done
        stopped[row] = reason
        cycle_length[row] = period
