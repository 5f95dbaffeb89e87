"""The challenge model in plain NumPy: one row at a time, all pairs of actors at once. The peer of our benchmark.

No fast public implementation can be installed, so this is how a careful NumPy user writes the ``scholz-paper``
variant (equations of Scholz, Calbert & Smith 2011), with the same rules for ties and for stopping as Comity's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
TINY = 1e-9


def final_median(
    positions: FloatArray,
    salience: FloatArray,
    capability: FloatArray,
    status_quo_probability: float,
    rounds: int,
    *,
    stop_tolerance: float = 0.0,
    risk: bool = True,
) -> float:
    """Return the median after the last round of one row; the first three arguments ``(n_actors,)``."""
    lowest, length = positions.min(), np.ptp(positions)
    y, w, Q = (positions - lowest) / length, capability * salience, status_quo_probability
    states, quiet, median = [y], 0, _median(y, w)
    for _ in range(rounds):
        R = np.ptp(y)
        if R <= TINY:
            break
        z = (y - y.min()) / R
        after = _round(y, z, w, salience, Q, R, _median(z, w), risk)
        if after is None:
            break
        order = np.argsort(after, kind="stable")
        steps = np.diff(after[order], prepend=after[order[0]])
        y = np.empty_like(after)
        y[order] = after[order][np.maximum.accumulate(np.where(steps > TINY, np.arange(len(y)), 0))]
        before, median = median, _median(y, w)
        quiet = quiet + 1 if abs(median - before) < stop_tolerance else 0
        if quiet >= 2 or any(np.abs(y - state).max() <= 1e-9 for state in states):
            break
        states.append(y)
    return float(lowest + length * _median(y, w))


def _median(y: FloatArray, w: FloatArray) -> float:
    order = np.argsort(y, kind="stable")
    return float(y[order[np.searchsorted(np.cumsum(w[order]), (0.5 - TINY) * w.sum())]])


def _round(
    y: FloatArray, z: FloatArray, w: FloatArray, s: FloatArray, Q: float, R: float, mu: float, risk: bool
) -> FloatArray | None:
    n = len(z)
    d = np.abs(z[:, None] - z)
    votes = w * (d[None, :, :] - d[:, None, :])  # [i, j, k]: k for i over j, as |z_k - z_j| - |z_k - z_i|
    won = np.maximum(votes, 0).sum(axis=2)
    cast = won + won.T
    P = np.divide(won, cast, out=np.full((n, n), 0.5), where=cast > TINY * w.sum())
    total = np.abs(z - mu)[:, None] + d
    pleased = np.abs(z - mu)[:, None] < d - TINY

    def utilities(r: FloatArray | float) -> FloatArray:
        success, failure = 2 - 4 * (0.5 - 0.5 * d) ** r, 2 - 4 * (0.5 + 0.5 * d) ** r
        found: FloatArray = s * (P * success + (1 - P) * failure) + (1 - s) * success - Q * (2 - 4 * 0.5**r)
        if Q < 1:
            base = np.where(pleased, np.maximum(0.5 - 0.25 * total, 0), 0.5 + 0.25 * total)
            found -= (1 - Q) * (2 - 4 * base**r)
        return found

    first = utilities(1.0)
    np.fill_diagonal(first, 0)
    security = first.sum(axis=0)
    low, high = security.min(), security.max()
    attitude = (2 * security - high - low) / (high - low) if high - low > TINY else np.zeros(n)
    E = utilities(((1 - attitude / 3) / (1 + attitude / 3))[:, None] if risk else 1.0)

    mine, theirs = E, E.T
    open_to = (theirs > TINY) & (mine < -TINY) & (d > TINY)
    if not open_to.any():
        return None
    share = np.divide(-mine, theirs, out=np.zeros((n, n)), where=open_to)
    target = np.where(share <= 1, y[:, None] + (y - y[:, None]) * share, y)
    value = np.where(open_to, theirs, -np.inf)
    rivals = value >= value.max(axis=1, keepdims=True) - TINY
    move = np.where(rivals & open_to, np.abs(target - y[:, None]), np.inf)
    rivals = move <= move.min(axis=1, keepdims=True) + TINY * R
    chosen = np.where(rivals, target, np.inf).min(axis=1)
    return np.where(open_to.any(axis=1), chosen, y)
