"""What both readings of the challenge model share: risk attitudes, and which of many offers an actor accepts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Two numbers of order one that differ by less are equal: rounding must not decide a tie, or platforms differ.
TINY = 1e-9

STAYS, COMPROMISE, CAPITULATION, CONFLICT = 0, 1, 2, 3


@compiled
def risk_exponents(security: Floats, r: Floats) -> None:
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
def consider(
    mover: int,
    proposer: int,
    value: float,
    move: float,
    target: float,
    kind: int,
    scale: float,
    offers: Floats,  # (3, n_actors): the value, move and target of the best offer so far
    accepted: Integers,  # (3, n_actors): its proposer and kind, and how many offers there were
) -> None:
    """Keep the offer that a mover prefers: largest ``value``, then least ``move``, then low ``target``."""
    accepted[2, mover] += 1
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
