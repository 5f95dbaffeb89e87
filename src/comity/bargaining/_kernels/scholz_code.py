"""One round of the challenge model as McKibben's port of Scholz's program plays it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled, inlined
from comity.bargaining._kernels.offers import COMPROMISE, CONFLICT, STAYS, TINY, consider, risk_exponents

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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


@inlined
def code_round(
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
        accepted[2, i] = 0
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
        risk_exponents(security, r)
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
                consider(mover, other, value, rank, target, kind, R, offers, accepted)
