"""What every forecast reads: positions, salience and capability of the actors, a row for each redraw; checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class ProfileError(ValueError):
    """A number that no forecast can use; says which field, row and actor.

    Attributes:
        field: ``"positions"``, ``"salience"``, ``"capability"``, or the name of another argument.
        row: the row of the first bad number, or None if the whole array is wrong.
        actor: the actor (column) of the first bad number, or None.

    """

    def __init__(self, field: str, problem: str, row: int | None = None, actor: int | None = None) -> None:
        where = "" if actor is None else f"[row {row}, actor {actor}]"
        super().__init__(f"{field}{where}: {problem}")
        self.field = field
        self.row = row
        self.actor = actor


@dataclass(frozen=True)
class Profile:
    """One issue as the models see it: three arrays of the same shape ``(n_rows, n_actors)``.

    ``weight`` is capability times salience; a row in which all weights are zero has weight 1 for everybody
    (:func:`profile` refuses that in row 0, the case as written).
    """

    positions: FloatArray
    salience: FloatArray
    capability: FloatArray
    weight: FloatArray


def profile(
    positions: ArrayLike, salience: ArrayLike, capability: ArrayLike, *, largest_salience: float | None = None
) -> Profile:
    """Check three arrays and bring them to one shape.

    Args:
        positions: ``(n_rows, n_actors)``, or ``(1, n_actors)`` or ``(n_actors,)`` where all rows share it.
        salience: the same shapes; not negative, all on one scale.
        capability: the same shapes; not negative, in any unit.
        largest_salience: refuse a salience above it (1 for the challenge model); None for no limit.

    Returns:
        The arrays, C-contiguous float64, of shape ``(n_rows, n_actors)``.

    Raises:
        ProfileError: a number that is not finite, negative or above its limit; shapes that do not fit; no
            actors; or nothing but zero weights in row 0.

    Example:
        >>> profile([0, 10], [0.5, 1.0], [[1, 1], [1, 3]]).weight.tolist()
        [[0.5, 1.0], [0.5, 3.0]]

    """
    given = {"positions": positions, "salience": salience, "capability": capability}
    arrays = {}
    for field, values in given.items():
        array = np.atleast_2d(np.asarray(values, dtype=np.float64))
        if array.ndim != 2 or array.size == 0:
            raise ProfileError(field, f"shape {array.shape}; expected (n_rows, n_actors) with at least one actor")
        arrays[field] = array
        _refuse(field, array, ~np.isfinite(array), "is not a finite number")
    for field in ("salience", "capability"):
        _refuse(field, arrays[field], arrays[field] < 0, "is negative")
    if largest_salience is not None:
        array = arrays["salience"]
        _refuse("salience", array, array > largest_salience, f"is above {largest_salience:g}")
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{field} {array.shape}" for field, array in arrays.items())
        raise ProfileError("positions", f"shapes do not fit together: {shapes}") from None
    if any(array.shape[1] != shape[1] for array in arrays.values()):
        raise ProfileError("positions", "the arrays name different numbers of actors")
    full = {field: np.ascontiguousarray(np.broadcast_to(array, shape)) for field, array in arrays.items()}
    weight = full["capability"] * full["salience"]
    empty = weight.sum(axis=1) <= 0
    if empty[0]:
        raise ProfileError("salience", "capability times salience is zero for every actor; give one a weight")
    weight[empty] = 1.0
    return Profile(full["positions"], full["salience"], full["capability"], weight)


def _refuse(field: str, array: FloatArray, bad: NDArray[np.bool_], problem: str) -> None:
    if bad.any():
        row, actor = (int(k) for k in np.argwhere(bad)[0])
        raise ProfileError(field, f"{array[row, actor]:g} {problem}", row, actor)
