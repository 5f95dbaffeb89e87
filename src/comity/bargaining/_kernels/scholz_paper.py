"""One round of the challenge model as published: equation numbers of Scholz, Calbert & Smith (2011).

Several rows play their rounds side by side: the last axis of every array is ``LANES`` long and holds a row each. For
one actor i the loops run over all later actors j of all these rows at once (flat, ``j * LANES + lane``), without
branches, so that the compiler turns them into vector instructions; what belongs to i is repeated for that purpose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled, inlined
from comity.bargaining._kernels.offers import CAPITULATION, COMPROMISE, CONFLICT, STAYS, TINY, consider
from comity.bargaining._kernels.powers import exponentials, logarithms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LANES = 8
# Stands for a base of zero, of which no logarithm exists: its powers are below 1e-150.
SMALLEST = 1e-300
LN_HALF = -0.6931471805599453


@compiled
def _repeat(values: Floats, repeated: Floats, length: int) -> None:
    """Fill ``repeated[:length]`` with the ``LANES`` values again and again; written out, it is one vector store."""
    a, b, c, d = values[0], values[1], values[2], values[3]
    e, f, g, h = values[4], values[5], values[6], values[7]
    for x in range(0, length, LANES):
        repeated[x] = a
        repeated[x + 1] = b
        repeated[x + 2] = c
        repeated[x + 3] = d
        repeated[x + 4] = e
        repeated[x + 5] = f
        repeated[x + 6] = g
        repeated[x + 7] = h


@compiled
def _pair_probabilities(z: Floats, w: Floats, blocks: Floats, repeated: Floats, P: Floats) -> None:
    """``P_ij`` of each pair i < j, linear votes (26-31); ``P_ji = 1 - P_ij`` is left to the reader."""
    n = z.shape[0]
    size = n * LANES
    z_flat = z.reshape(-1)
    twice_z, weight = repeated[0], repeated[1]
    votes_for, against, both, z_i, upto_i, after, least = (
        blocks[0], blocks[1], blocks[2], blocks[3], blocks[4], blocks[5], blocks[6],
    )  # fmt: skip
    w_flat, weight_of_all, upto = w.reshape(-1), blocks[7], blocks[8]
    for x in range(size):
        both[x] = 2.0 * z_flat[x]
    for k in range(n):
        _repeat(both[k * LANES :], twice_z[k], size)
        _repeat(w[k], weight[k], size)
    for x in range(size - LANES, size):
        after[x] = w_flat[x]
    for x in range(size - LANES - 1, -1, -1):
        after[x] = after[x + LANES] + w_flat[x]  # weight from j on
    for lane in range(LANES):
        weight_of_all[lane] = TINY * after[lane]
        upto[lane] = 0.0
    _repeat(weight_of_all, least, size)
    first = 0
    for i in range(n - 1):
        for lane in range(LANES):
            upto[lane] += w[i, lane]
        _repeat(upto, upto_i, size)
        _repeat(z[i], z_i, size)
        low = (i + 1) * LANES
        length = size - low
        z_j, after_j = z_flat[low:], after[low:]
        for x in range(length):
            d = z_j[x] - z_i[x]
            both[x] = z_j[x] + z_i[x]
            votes_for[x] = upto_i[x] * d
            against[x] = after_j[x] * d
        for k in range(i + 1, n - 1):
            twice, w_k = twice_z[k], weight[k]
            skipped = (k - i) * LANES
            both_k, for_k, against_k = both[skipped:], votes_for[skipped:], against[skipped:]
            for x in range(length - skipped):
                nearer = both_k[x] - twice[x]
                for_k[x] += w_k[x] * (nearer if nearer > 0.0 else 0.0)
                against_k[x] += w_k[x] * (0.0 if nearer > 0.0 else -nearer)
        mine = P[first : first + length]
        for x in range(length):
            cast = votes_for[x] + against[x]
            share = votes_for[x] / cast
            mine[x] = share if cast > least[x] else 0.5
        first += length


@compiled
def _risk_exponents(
    z: Floats,
    s: Floats,
    P: Floats,
    by_itself: Floats,
    centre: Floats,
    by_rows: bool,
    drifts: bool,
    blocks: Floats,
    security: Floats,
    r: Floats,
) -> None:
    """Pass 1, all exponents one: what i expects of challenging j, and j of i; then ``R_i`` (34) and ``r_i`` (33)."""
    n = z.shape[0]
    size = n * LANES
    z_flat, s_flat, security_flat = z.reshape(-1), s.reshape(-1), security.reshape(-1)
    gains, losses, z_i, s_i, change, middle = blocks[0], blocks[1], blocks[2], blocks[3], blocks[4], blocks[5]
    _repeat(by_itself, change, size)
    _repeat(centre, middle, size)
    first = 0
    for i in range(n - 1):
        _repeat(z[i], z_i, size)
        _repeat(s[i], s_i, size)
        low = (i + 1) * LANES
        length = size - low
        mine = P[first : first + length]
        z_j, s_j, security_j = z_flat[low:], s_flat[low:], security_flat[low:]
        for x in range(length):
            d = 2.0 * (z_j[x] - z_i[x])
            p = 2.0 * mine[x]
            gains[x] = d * (1.0 - s_j[x] * (2.0 - p))
            losses[x] = d * (1.0 - s_i[x] * p)
        if drifts:
            for x in range(length):
                d = z_j[x] - z_i[x]
                gap = abs(z_i[x] - middle[x])
                gains[x] -= change[x] * (gap + d if gap < d - TINY else -gap - d)
                gap = abs(z_j[x] - middle[x])
                losses[x] -= change[x] * (gap + d if gap < d - TINY else -gap - d)
        own, others = (gains, losses) if by_rows else (losses, gains)
        for x in range(length):
            security_j[x] += others[x]
        for lane in range(LANES):
            summed = security[i, lane]
            for j in range(n - 1 - i):
                summed += own[j * LANES + lane]
            security[i, lane] = summed
        first += length
    for lane in range(LANES):
        least = most = security[0, lane]
        for i in range(1, n):
            least = min(least, security[i, lane])
            most = max(most, security[i, lane])
        for i in range(n):
            attitude = 0.0
            if most - least > TINY:
                attitude = (2.0 * security[i, lane] - most - least) / (most - least)
            r[i, lane] = (1.0 - attitude / 3.0) / (1.0 + attitude / 3.0)


@compiled
def _offer(
    mover: int, other: int, mine: float, theirs: float, y: Floats, R: float, offers: Floats, accepted: Integers
) -> None:
    """Let ``mover`` consider what it is offered; ``mine`` and ``theirs`` are the gains both expect of a challenge."""
    share, kind = 1.0, CONFLICT
    if mine < 0.0:
        share, kind = (-mine / theirs, COMPROMISE) if -mine <= theirs + TINY else (1.0, CAPITULATION)
    move = (y[other] - y[mover]) * min(1.0, share)
    target = y[other] if share >= 1.0 else y[mover] + move
    consider(mover, other, theirs, abs(move), target, kind, R, offers, accepted)


@compiled
def _accept(
    lane: int,
    y: Floats,
    R: float,
    loser_moves: bool,
    gains: Floats,
    best: Floats,
    second: Floats,
    proposer: Integers,
    offers: Floats,
    accepted: Integers,
) -> None:
    """Let each actor of one row accept the best offer: where the value alone does not decide, one after the other."""
    n = y.shape[0]
    row = y[:, lane]
    for mover in range(n):
        accepted[1, mover] = STAYS
        if best[mover, lane] == 0.0:
            continue
        alone = best[mover, lane] - second[mover, lane] > TINY
        chosen = proposer[mover, lane]
        for other in range(chosen if alone else 0, chosen + 1 if alone else n):
            if other == mover:
                continue
            low, high = min(mover, other), max(mover, other)
            pair = low * (2 * n - low - 1) // 2 + high - low - 1
            side = 0 if mover < other else 1
            place = pair * LANES + lane
            mine, theirs = gains[side, place], gains[1 - side, place]
            challenged = mine < -TINY or (loser_moves and mine > TINY and theirs > mine + TINY)
            if theirs > TINY and challenged and abs(row[other] - row[mover]) > TINY * R:
                _offer(mover, other, mine, theirs, row, R, offers, accepted)


@inlined
def paper_rounds(
    y: Floats,  # (n_actors, LANES) sorted positions, and in the same order:
    w: Floats,
    s: Floats,
    Q: Floats,  # (LANES,), as are R and mu
    R: Floats,
    mu: Floats,
    loser_moves: bool,
    by_rows: bool,
    risk: bool,
    actors: Floats,  # (4, n_actors, LANES) scratch
    pairs: Floats,  # (3, n_pairs * LANES) scratch
    blocks: Floats,  # (24, n_actors * LANES) scratch
    repeated: Floats,  # (2, n_actors, n_actors * LANES) scratch
    r: Floats,  # results: exponents (n_actors, LANES), and for each row in sorted order
    offers: Floats,  # (LANES, 3, n_actors)
    accepted: Integers,  # (LANES, 2, n_actors)
    proposer: Integers,  # (n_actors, LANES) scratch
) -> None:
    """One round of the ``scholz-paper`` variant in each row: offers accepted, in sorted order (5-7, figure 6)."""
    n = y.shape[0]
    size = n * LANES
    z, security, best, second = actors[0], actors[1], actors[2], actors[3]
    centre, by_itself = blocks[22], blocks[23]
    drifts = False  # may the status quo change by itself?
    for lane in range(LANES):
        centre[lane] = (mu[lane] - y[0, lane]) / R[lane]
        by_itself[lane] = 1.0 - Q[lane]
        drifts = drifts or Q[lane] < 1.0
    for i in range(n):
        for lane in range(LANES):
            z[i, lane] = (y[i, lane] - y[0, lane]) / R[lane]
            security[i, lane] = best[i, lane] = second[i, lane] = 0.0
            proposer[i, lane] = 0
            r[i, lane] = 1.0
    P, gains = pairs[0], pairs[1:]
    _pair_probabilities(z, w, blocks, repeated, P)
    if risk:
        _risk_exponents(z, s, P, by_itself, centre, by_rows, drifts, blocks, security, r)
    z_flat, s_flat, r_flat, utility = z.reshape(-1), s.reshape(-1), r.reshape(-1), security.reshape(-1)
    best_flat, second_flat, proposer_flat = best.reshape(-1), second.reshape(-1), proposer.reshape(-1)
    for x in range(size):
        utility[x] = r_flat[x] * LN_HALF
    exponentials(utility, blocks[0], size)
    for i in range(n):
        for lane in range(LANES):
            security[i, lane] = Q[lane] * (2.0 - 4.0 * security[i, lane])  # from here on: Q U_q (24)
    # Powers of the pairs of one actor with all after it: logarithms once a pair, exponentials once an ordered pair.
    logs, powers, scratch = blocks[0:4], blocks[4:10], blocks[10:16].reshape(-1)
    z_i, s_i, r_i, utility_i, change, middle = (
        blocks[16], blocks[17], blocks[18], blocks[19], blocks[20], blocks[21],
    )  # fmt: skip
    _repeat(by_itself, change, size)
    _repeat(centre, middle, size)
    contested = 1.0 if loser_moves else 0.0
    first = 0
    for i in range(n - 1):
        low = (i + 1) * LANES
        length = size - low
        _repeat(z[i], z_i, length)
        _repeat(s[i], s_i, length)
        _repeat(r[i], r_i, length)
        _repeat(security[i], utility_i, length)
        z_j, s_j, r_j, utility_j = z_flat[low:], s_flat[low:], r_flat[low:], utility[low:]
        lower, upper, drift_i, drift_j = logs[0], logs[1], logs[2], logs[3]
        for x in range(length):
            half = 0.5 * (z_j[x] - z_i[x])
            lower[x] = max(0.5 - half, SMALLEST)
            upper[x] = 0.5 + half
        if drifts:  # T U_b + (1 - T) U_w (22, 23): would the other's drift to the median please the challenger?
            for x in range(length):
                d = z_j[x] - z_i[x]
                gap = abs(z_i[x] - middle[x])
                quarter = 0.25 * (gap + d)
                drift_i[x] = max(0.5 - quarter if gap < d - TINY else 0.5 + quarter, SMALLEST)
                gap = abs(z_j[x] - middle[x])
                quarter = 0.25 * (gap + d)
                drift_j[x] = max(0.5 - quarter if gap < d - TINY else 0.5 + quarter, SMALLEST)
        for block in range(4 if drifts else 2):
            logarithms(logs[block], scratch, length)
        i_lower, i_upper, j_lower, j_upper = powers[0], powers[1], powers[2], powers[3]
        i_drift, j_drift = powers[4], powers[5]
        for x in range(length):
            i_lower[x] = r_i[x] * lower[x]
            i_upper[x] = r_i[x] * upper[x]
            j_lower[x] = r_j[x] * lower[x]
            j_upper[x] = r_j[x] * upper[x]
        if drifts:
            for x in range(length):
                i_drift[x] = r_i[x] * drift_i[x]
                j_drift[x] = r_j[x] * drift_j[x]
        for block in range(6 if drifts else 4):
            exponentials(powers[block], scratch, length)
        mine, a_, b_ = P[first : first + length], gains[0, first : first + length], gains[1, first : first + length]
        for x in range(length):
            p = mine[x]
            Us, Uf = 2.0 - 4.0 * i_lower[x], 2.0 - 4.0 * i_upper[x]
            a_[x] = Us - s_j[x] * (1.0 - p) * (Us - Uf) - utility_i[x]
            Us, Uf = 2.0 - 4.0 * j_lower[x], 2.0 - 4.0 * j_upper[x]
            b_[x] = Us - s_i[x] * p * (Us - Uf) - utility_j[x]
        if drifts:
            for x in range(length):
                a_[x] -= change[x] * (2.0 - 4.0 * i_drift[x])
                b_[x] -= change[x] * (2.0 - 4.0 * j_drift[x])
        # Only the value of an offer decides unless two are within TINY: keep the best and the second-best.
        to_i, to_j = powers[4], powers[5]
        for x in range(length):
            a, b = a_[x], b_[x]
            apart = z_j[x] - z_i[x] > TINY
            conflict = contested if (a > TINY) & (b > TINY) & apart else 0.0
            to_i[x] = b if (b > TINY) & (a < -TINY) & apart else (conflict * b if b > a + TINY else 0.0)
            to_j[x] = a if (a > TINY) & (b < -TINY) & apart else (conflict * a if a > b + TINY else 0.0)
        best_j, second_j, proposer_j = best_flat[low:], second_flat[low:], proposer_flat[low:]
        for x in range(length):
            value, leads = to_j[x], best_j[x]
            follows = leads if value > leads else value
            second_j[x] = follows if follows > second_j[x] else second_j[x]
            proposer_j[x] = i if value > leads else proposer_j[x]
            best_j[x] = value if value > leads else leads
        for lane in range(LANES):
            leads, runner_up, who = best[i, lane], second[i, lane], proposer[i, lane]
            for j in range(i + 1, n):
                value = to_i[(j - i - 1) * LANES + lane]
                follows = leads if value > leads else value
                runner_up = follows if follows > runner_up else runner_up
                who = j if value > leads else who
                leads = value if value > leads else leads
            best[i, lane], second[i, lane], proposer[i, lane] = leads, runner_up, who
        first += length
    for lane in range(LANES):
        _accept(lane, y, R[lane], loser_moves, gains, best, second, proposer, offers[lane], accepted[lane])
