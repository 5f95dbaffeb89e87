"""One round of the challenge model as published: equation numbers of Scholz, Calbert & Smith (2011)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled, inlined
from comity.bargaining._kernels.offers import (
    CAPITULATION,
    COMPROMISE,
    CONFLICT,
    STAYS,
    TINY,
    consider,
    risk_exponents,
)
from comity.bargaining._kernels.powers import exponentials, logarithms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Stands for a base of zero, of which no logarithm exists: its powers are below 1e-150.
SMALLEST = 1e-300


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


@inlined
def paper_round(
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
        accepted[2, i] = 0
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
        risk_exponents(security, r)
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
            consider(mover, other, value, abs(move), target, kind, R, offers, accepted)
