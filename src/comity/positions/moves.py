"""What the move of one actor alone changes: where it could go, and the agreement of all pairs once it is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from comity.positions.table import FloatArray, PositionsError, PositionTable


def where_others_stand(table: PositionTable, weights: ArrayLike) -> FloatArray:
    """The weighted mean position of all the others, for each actor and issue.

    Args:
        table: positions and saliences, checked.
        weights: ``(n_rows, n_actors, n_issues)`` or one row; not negative. Others without any weight on an issue count
            alike there.

    Returns:
        ``(n_rows, n_actors, n_issues)``; NaN where the actor states no position, or no other does.

    Raises:
        PositionsError: weights that do not fit, or a negative or missing one where a position is stated.

    Example:
        >>> from comity.positions.table import position_table
        >>> table = position_table([[0.0], [0.5], [1.0]], [[1], [1], [1]])
        >>> where_others_stand(table, table.salience)[0, :, 0].tolist()
        [0.75, 0.5, 0.25]
    """
    held = np.asarray(weights, dtype=np.float64)
    held = held[None] if held.ndim == 2 else held
    shape = table.positions.shape
    if held.ndim != 3 or held.shape[1:] != shape[1:] or len({len(held), shape[0]} - {1}) > 1:
        raise PositionsError("weights", f"shape {held.shape} does not fit positions of {shape}")
    if not (np.where(table.stated, held, 0.0) >= 0).all():
        raise PositionsError("weights", "a weight is negative or missing where a position is stated")
    at = np.where(table.stated, table.positions, 0.0)
    heavy = np.where(table.stated, held, 0.0)
    found = np.full((max(len(at), len(heavy)), *shape[1:]), np.nan)
    # Nobody's weight first, so that it stands only where the others have none.
    for share in (table.stated[None].astype(np.float64), heavy):
        others = _of_others(share)
        np.divide(_of_others(share * at), others, out=found, where=(others > 0) & table.stated)
    inside: FloatArray = np.clip(found, 0.0, 1.0)
    return inside


def far_ends(table: PositionTable) -> FloatArray:
    """For each actor and issue the end of the scale that is farther from it; NaN where it states no position.

    Example:
        >>> from comity.positions.table import position_table
        >>> far_ends(position_table([[0.2], [0.7]], [[1], [1]]))[0, :, 0].tolist()
        [1.0, 0.0]
    """
    here = table.positions
    return np.where(np.isnan(here), np.nan, np.where(here > 0.5, 0.0, 1.0))


def each_moved(table: PositionTable, targets: FloatArray) -> PositionTable:
    """The case as written once for each actor, in which that actor alone stands at its target.

    Args:
        table: positions and saliences, checked.
        targets: ``(n_rows, n_actors, n_issues)``; the first row is taken; NaN: it stays where it is.

    Returns:
        A table of n_actors rows.

    Example:
        >>> from comity.positions.table import position_table
        >>> table = position_table([[0.2], [0.7]], [[1], [1]])
        >>> each_moved(table, far_ends(table)).positions[:, :, 0].tolist()
        [[1.0, 0.7], [0.2, 0.0]]
    """
    n = table.stated.shape[0]
    where, care = (np.repeat(held[:1], n, axis=0) for held in (table.positions, table.salience))
    own = np.arange(n)
    where[own, own] = np.where(np.isnan(targets[0]), table.positions[0], targets[0])
    return PositionTable(where, care, table.stated)


def agreement_changes(table: PositionTable, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The mean agreement of all pairs, and what each actor's move alone adds to it.

    Args:
        table: positions and saliences, checked.
        targets: ``(n_rows, n_actors, n_issues)`` where each would stand; NaN: it stays where it is.

    Returns:
        ``(n_rows,)`` the mean over pairs that can be compared, NaN where none can; ``(n_rows, n_actors)`` the changes.
        As many rows as the table or the targets have; one row of either stands for all.

    Source:
        Agreement as in ``agreement`` (Signorino and Ritter 1999); the move of one actor is ours.

    Example:
        >>> from comity.positions.table import position_table
        >>> table = position_table([[0.0], [0.0], [1.0]], [[1], [1], [1]])
        >>> now, change = agreement_changes(table, where_others_stand(table, table.salience))
        >>> now.round(3).tolist(), change.round(3).tolist()
        ([0.333], [[0.0, 0.0, 0.667]])
    """
    # Numba is imported where it is needed first: the command line starts without it.
    from comity.positions._kernels import agreement_moved

    shape = (max(table.n_rows, len(targets)), *table.stated.shape)
    where, care, going = (
        np.ascontiguousarray(np.broadcast_to(held, shape)) for held in (table.positions, table.salience, targets)
    )
    now, change = np.empty(shape[0]), np.empty(shape[:2])
    agreement_moved(where, np.where(np.isnan(going), where, going), care, now, change)
    return now, change


def _of_others(values: FloatArray) -> FloatArray:
    """The sum over the others, for each actor; summed without it, so that nothing is left over of it."""
    n = values.shape[1]
    rest: FloatArray = np.einsum("ij,rjm->rim", 1.0 - np.eye(n), values)
    return rest
