"""Two bargaining solutions of a single issue, with what applies if nothing is agreed as the disagreement point."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .profiles import FloatArray, ProfileError

_HALVINGS = 60


def nash_on_a_line(positions: ArrayLike, reference_point: ArrayLike) -> FloatArray:
    """Return the Nash solution of one issue for actors who want the outcome near to them.

    Each loses by distance. An actor at the reference point, or two on either side of it, leave nothing that hurts
    nobody: then the reference point is all that everyone accepts, and it is the solution. Otherwise all stand on one
    side, and the product of their gains is largest at a point from the nearest of them on.

    Args:
        positions: ``(n_rows, n_actors)`` or ``(n_actors,)``; NaN for an actor that is not there.
        reference_point: ``(n_rows,)`` or a number, in the same unit; NaN where it is unknown.

    Returns:
        ``(n_rows,)`` outcomes, NaN where the reference point is unknown.

    Raises:
        ProfileError: shapes that do not fit.

    Source:
        Nash (1950), The bargaining problem, Econometrica 18; from memory, not opened.

    Example:
        >>> nash_on_a_line([[2.0, 8.0, 8.0], [0.0, 8.0, 8.0]], 0.0).round(6).tolist()
        [2.666667, 0.0]

    """
    ahead, start, side = _ahead(positions, reference_point)
    nearest = np.nanmin(ahead, axis=1)
    gain_all = nearest > 0
    ahead, nearest = ahead[gain_all], nearest[gain_all]
    # Past the nearest actor its own gain falls: the derivative of the sum of logarithms is positive, then negative.
    low, high = nearest.copy(), 2 * nearest
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            beyond = middle[:, None] > ahead
            gain = ahead - np.abs(ahead - middle[:, None])
            rises = np.nansum(np.where(beyond, -1.0, 1.0) / gain, axis=1) > 0
            low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    found = np.array(start)
    found[gain_all] += side[gain_all] * low
    return found


def kalai_smorodinsky_on_a_line(positions: ArrayLike, reference_point: ArrayLike) -> FloatArray:
    """Return the Kalai-Smorodinsky solution of one issue for actors who want the outcome near to them.

    Every actor gets the same share, as large as can be, of the way from the reference point to its own position.
    Actors at the reference point have no way to go and are left out; where two others stand on either side of it,
    nothing helps both, and it stays.

    Args:
        positions: ``(n_rows, n_actors)`` or ``(n_actors,)``; NaN for an actor that is not there.
        reference_point: ``(n_rows,)`` or a number, in the same unit; NaN where it is unknown.

    Returns:
        ``(n_rows,)`` outcomes, NaN where the reference point is unknown.

    Raises:
        ProfileError: shapes that do not fit.

    Source:
        Kalai & Smorodinsky (1975), Other solutions to Nash's bargaining problem, Econometrica 43; from memory, not
        opened.

    Example:
        >>> kalai_smorodinsky_on_a_line([[2.0, 8.0], [0.0, 8.0], [-1.0, 8.0]], 0.0).tolist()
        [3.2, 8.0, 0.0]

    """
    ahead, start, side = _ahead(positions, reference_point)
    moving = np.where(ahead == 0, np.nan, ahead)
    none = np.isnan(moving).all(axis=1)
    moving[none] = 0.0
    nearest, farthest = np.nanmin(moving, axis=1), np.nanmax(moving, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        best = 2 / (1 / nearest + 1 / farthest)  # shares 1 - |x_i - x| / x_i of the first and the last are equal
    return np.asarray(np.where(np.isnan(start), np.nan, np.where(nearest > 0, start + side * best, start)))


def _ahead(positions: ArrayLike, reference_point: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How far each actor stands from the reference point, on the side where the last stands; that point, and +-1."""
    where = np.atleast_2d(np.asarray(positions, dtype=np.float64))
    start = np.atleast_1d(np.asarray(reference_point, dtype=np.float64))
    if where.ndim != 2 or start.ndim != 1 or len(start) not in (1, len(where)):
        raise ProfileError("reference_point", f"shape {start.shape} for positions of shape {where.shape}")
    absent = np.atleast_1d(np.isnan(where).all(axis=1))
    if absent.any():
        raise ProfileError("positions", "nobody has a position", int(absent.argmax()))
    start = np.broadcast_to(start, (len(where),))
    away = where - np.nan_to_num(start)[:, None]
    side = np.where(np.nanmax(away, axis=1) >= -np.nanmin(away, axis=1), 1.0, -1.0)
    return side[:, None] * away, start, side
