"""What every question of this room reads: positions and salience, rows first, then actors, then issues; checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class PositionsError(ValueError):
    """A number that no model of positions can use; says which field it is in, and what would be right.

    Attributes:
        field: ``"positions"``, ``"salience"``, or the name of another argument.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


@dataclass(frozen=True)
class PositionTable:
    """Who wants what: three arrays of the same shape ``(n_rows, n_actors, n_issues)``.

    Attributes:
        positions: on each issue's scale, 0 to 1; NaN where none is stated, in every row or in none.
        salience: not negative; NaN is not admitted, 0 where no position is stated.
        stated: is there a position, ``(n_actors, n_issues)``.
    """

    positions: FloatArray
    salience: FloatArray
    stated: BoolArray

    @property
    def n_rows(self) -> int:
        """How many rows."""
        return len(self.positions)

    @property
    def as_written(self) -> PositionTable:
        """The first row alone."""
        return PositionTable(self.positions[:1], self.salience[:1], self.stated)


def position_table(positions: ArrayLike, salience: ArrayLike) -> PositionTable:
    """Check two arrays and bring them to one shape.

    Args:
        positions: ``(n_rows, n_actors, n_issues)``, or ``(n_actors, n_issues)`` for one row; shares of the issue's
            scale, 0 to 1; NaN where no position is stated.
        salience: the same shapes, or one row that all share; not negative, on one scale; where there is no position
            it is not read.

    Returns:
        The table.

    Raises:
        PositionsError: a shape that does not fit, a position outside 0 to 1, one that is missing in some rows only, or
            a salience that is negative or missing where a position stands.

    Example:
        >>> table = position_table([[0.0, 1.0], [0.5, np.nan]], [[1, 1], [1, 1]])
        >>> table.positions.shape, table.stated.tolist()
        ((1, 2, 2), [[True, True], [True, False]])
    """
    where, matters = (_rows(name, held) for name, held in (("positions", positions), ("salience", salience)))
    if where.shape[1:] != matters.shape[1:] or len({len(where), len(matters)} - {1}) > 1:
        raise PositionsError("salience", f"shape {matters.shape} does not fit positions of shape {where.shape}")
    missing = np.isnan(where)
    if (missing != missing[0]).any():
        raise PositionsError("positions", "a position is missing in some rows and stated in others")
    if ((where < 0) | (where > 1)).any():
        raise PositionsError("positions", "a position is outside 0 to 1; divide by the length of the issue's scale")
    shape = (max(len(where), len(matters)), *where.shape[1:])
    where = np.broadcast_to(where, shape)
    held = np.where(missing[0], 0.0, np.broadcast_to(matters, shape))
    if not np.isfinite(held).all():
        raise PositionsError("salience", "a salience is missing, or infinite, where a position is stated")
    if (held < 0).any():
        raise PositionsError("salience", "a salience is negative")
    return PositionTable(where, held, ~missing[0])


def _rows(name: str, held: ArrayLike) -> FloatArray:
    array = np.asarray(held, dtype=np.float64)
    array = array[None] if array.ndim == 2 else array
    if array.ndim != 3 or array.size == 0:
        raise PositionsError(name, f"shape {array.shape}; expected (n_rows, n_actors, n_issues), none of them 0")
    return array


def pairs_of(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs of n actors, each once: two arrays of ``n * (n - 1) / 2`` indices.

    Example:
        >>> [each.tolist() for each in pairs_of(3)]
        [[0, 0, 1], [1, 2, 2]]
    """
    first, second = np.triu_indices(n, 1)
    return first, second


def squared(values: FloatArray, n: int, diagonal: float) -> FloatArray:
    """Values of pairs ``(n_rows, n_pairs)`` as symmetric matrices ``(n_rows, n, n)``.

    Example:
        >>> squared(np.array([[0.5]]), 2, 1.0).tolist()
        [[[1.0, 0.5], [0.5, 1.0]]]
    """
    first, second = pairs_of(n)
    full = np.full((len(values), n, n), diagonal)
    full[:, first, second] = values
    full[:, second, first] = values
    return full
