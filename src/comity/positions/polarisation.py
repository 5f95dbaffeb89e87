"""How contested an issue is: how far the positions spread, and how far they gather in camps that are far apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.positions.table import BoolArray, FloatArray, PositionsError

LARGEST_ALPHA = 1.6
_MOST_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Contest:
    """How contested each issue is; ``(n_rows, n_issues)`` each. NaN where nobody states a position.

    Attributes:
        mean: the weighted mean position, 0 to 1.
        spread: the weighted standard deviation as a share of the largest there can be: 0 (all at one place) to 1 (half
            the weight at each end).
        polarisation: Esteban and Ray's, 0 (all at one place) to 1 (two equal camps at the ends).
        weighted: is the issue's weight anybody's; where it is nobody's, all count alike.
    """

    mean: FloatArray
    spread: FloatArray
    polarisation: FloatArray
    weighted: BoolArray


def contest(positions: ArrayLike, weights: ArrayLike, alpha: ArrayLike, reach: ArrayLike) -> Contest:
    """Measure the spread and the polarisation of each issue.

    With shares of weight w and positions x, polarisation is ``2^(1 + alpha) sum_ij w_i I_i^alpha w_j |x_i - x_j|``,
    where ``I_i = sum_j w_j max(0, 1 - |x_i - x_j| / reach)`` is the weight of those that stand near i. Where actors
    stand at few places, each at least ``reach`` from the next, this is Esteban and Ray's index of the groups at those
    places; with alpha 0 it is Gini's mean difference, doubled.

    Args:
        positions: ``(n_rows, n_actors, n_issues)`` or ``(n_actors, n_issues)``, on each scale 0 to 1; NaN: not stated.
        weights: the same shapes, or one row; not negative; an issue on which they are all zero counts all alike.
        alpha: a number or ``(n_rows,)``: how much it adds to the contest that the like-minded are many; 0 to 1.6.
        reach: a number or ``(n_rows,)``: how near two stand that feel with each other, as a share of the scale; above
            0, at most 0.5.

    Returns:
        The contest on every issue.

    Raises:
        PositionsError: shapes that do not fit, or a number outside its bounds.

    Source:
        Esteban and Ray (1994), On the measurement of polarization, Econometrica 62; identification with those near by
        as in Duclos, Esteban and Ray (2004), Econometrica 72, with a triangular kernel. From memory, not opened.

    Example:
        >>> found = contest([[0.0, 0.4], [0.0, 0.5], [1.0, 0.5], [1.0, 0.6]], np.ones((4, 2)), 1.0, 0.2)
        >>> found.polarisation.round(3).tolist(), found.spread.round(3).tolist()
        ([[1.0, 0.175]], [[1.0, 0.141]])
    """
    where, held = _three(positions, "positions"), _three(weights, "weights")
    powers, near = np.atleast_1d(np.asarray(alpha, float)), np.atleast_1d(np.asarray(reach, float))
    try:
        n_rows = np.broadcast_shapes((len(where),), (len(held),), powers.shape, near.shape)[0]
        shape = (n_rows, *np.broadcast_shapes(where.shape[1:], held.shape[1:]))
    except ValueError:
        raise PositionsError("weights", f"shape {held.shape} does not fit positions of {where.shape}") from None
    if not ((powers >= 0) & (powers <= LARGEST_ALPHA)).all():
        raise PositionsError("alpha", f"is outside 0 to {LARGEST_ALPHA}")
    if not ((near > 0) & (near <= 0.5)).all():
        raise PositionsError("reach", "is not above 0 and at most 0.5")
    if ((where < 0) | (where > 1)).any():
        raise PositionsError("positions", "a position is outside 0 to 1; divide by the length of the issue's scale")
    stated = ~np.isnan(where)
    if not (np.where(stated, held, 0.0) >= 0).all():
        raise PositionsError("weights", "a weight is negative or missing where a position is stated")
    places = np.broadcast_to(where, shape)
    known = np.broadcast_to(stated, shape)
    heavy = np.where(known, np.broadcast_to(held, shape), 0.0)
    weighted: BoolArray = np.asarray(heavy.sum(axis=1) > 0)
    heavy = np.where(weighted[:, None, :], heavy, known.astype(float))
    nobody = ~known.any(axis=1)
    total = heavy.sum(axis=1)
    total[nobody] = 1.0
    share = heavy / total[:, None, :]
    at = np.where(known, places, 0.0)
    mean = (share * at).sum(axis=1)
    spread = 2 * np.sqrt((share * (at - mean[:, None, :]) ** 2).sum(axis=1))
    power, radius = np.broadcast_to(powers, (n_rows,)), np.broadcast_to(near, (n_rows,))
    polarised = np.empty_like(mean)
    chunk = max(1, _MOST_NUMBERS // (shape[1] ** 2))
    for issue in range(shape[2]):
        for start in range(0, n_rows, chunk):
            rows = slice(start, start + chunk)
            polarised[rows, issue] = _polarised(at[rows, :, issue], share[rows, :, issue], power[rows], radius[rows])
    for values in (mean, spread, polarised):
        values[nobody] = np.nan
    return Contest(mean, spread, polarised, weighted)


def _polarised(at: FloatArray, share: FloatArray, alpha: FloatArray, reach: FloatArray) -> FloatArray:
    apart = np.abs(at[:, :, None] - at[:, None, :])
    near = np.maximum(0.0, 1 - apart / reach[:, None, None])
    felt = (near * share[:, None, :]).sum(axis=2)
    alien = (apart * share[:, None, :]).sum(axis=2)
    found: FloatArray = 2 ** (1 + alpha) * (share * felt ** alpha[:, None] * alien).sum(axis=1)
    return found


def _three(held: ArrayLike, name: str) -> FloatArray:
    array = np.asarray(held, dtype=np.float64)
    array = array[None] if array.ndim == 2 else array
    if array.ndim != 3 or array.size == 0:
        raise PositionsError(name, f"shape {array.shape}; expected (n_rows, n_actors, n_issues), none of them 0")
    return array
