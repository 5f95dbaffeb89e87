"""A forecast held to the decision rule: moved to the nearest outcome that the rule lets stand, on one line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.rules import winset_ends

from .profiles import FloatArray, ProfileError


@dataclass(frozen=True)
class UnderRule:
    """Where forecasts go under a rule; each of shape ``(n_rows,)``.

    Attributes:
        outcome: the forecast, moved to the nearest outcome that the rule lets stand.
        lowest: the lowest outcome that the rule lets stand; equal to ``outcome`` where it rules nothing out.
        highest: the highest.
        anything: no outcome is unbeaten and no reference point is given, so that the rule excludes nothing.

    """

    outcome: FloatArray
    lowest: FloatArray
    highest: FloatArray
    anything: NDArray[np.bool_]


def under_rule(
    forecast: ArrayLike, core_low: ArrayLike, core_high: ArrayLike, reference_point: ArrayLike | None = None
) -> UnderRule:
    """Move forecasts to the nearest outcome that a decision rule lets stand, on one line.

    Without a reference point an outcome stands when no group that can pass a decision would replace it: the core.
    With one, the forecast is what is proposed, and nobody may amend: it has to pass against the reference point
    (Romer and Rosenthal's setter, here a compromise); where nothing passes, the reference point stays.

    Each member prefers what is nearer. A member's weight in the rule is its votes: how much it cares (salience) is
    no voting weight, and enters, if at all, only the forecast that is moved.

    Args:
        forecast: ``(n_rows,)`` or a number, in the unit of the scale: what would be agreed or proposed.
        core_low: ``(n_rows,)`` or a number: lower end of the unbeaten interval, from
            :func:`comity.rules.unbeaten_interval`.
        core_high: the same shapes: its upper end; below the lower end where no outcome is unbeaten.
        reference_point: the same shapes: what applies if nothing is agreed; None where it is unknown.

    Returns:
        The outcomes, and the ends of what could stand. A NaN of any argument gives NaN in its row.

    Raises:
        ProfileError: shapes that do not fit, or an infinite number.

    Source:
        Black (1948); Romer & Rosenthal (1978), Political resource allocation, controlled agendas, and the status quo,
        Public Choice 33; both from memory, not opened.

    Example:
        >>> under_rule([7.4], [8.0], [9.0]).outcome.tolist()
        [8.0]
        >>> under_rule([7.4, 7.4], [2.0, 2.0], [3.0, 3.0], [1.0, 2.5]).outcome.tolist()
        [3.0, 2.5]

    """
    given = {"forecast": forecast, "core_low": core_low, "core_high": core_high}
    if reference_point is not None:
        given["reference_point"] = reference_point
    arrays = {field: np.atleast_1d(np.asarray(values, dtype=np.float64)) for field, values in given.items()}
    for field, array in arrays.items():
        if np.isinf(array).any():
            raise ProfileError(field, "is not a finite number")
    try:
        wish, low, high, *start = np.broadcast_arrays(*arrays.values())
    except ValueError:
        shapes = ", ".join(f"{field} {array.shape}" for field, array in arrays.items())
        raise ProfileError("forecast", f"shapes do not fit together: {shapes}") from None
    if start:
        lowest, highest = winset_ends(low, high, start[0])
        anything = np.zeros(wish.shape, dtype=np.bool_)
    else:
        anything = low > high
        lowest, highest = np.where(anything, wish, low), np.where(anything, wish, high)
    missing = np.isnan(wish) | np.isnan(lowest) | np.isnan(highest)
    outcome = np.where(missing, np.nan, np.clip(wish, lowest, highest))
    return UnderRule(outcome, lowest, highest, anything)
