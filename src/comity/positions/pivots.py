"""Who is pivotal on one issue: under its decision rule, or as the weighted median where there is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from comity.positions.table import FloatArray, IntArray, PositionsError
from comity.rules import Rule, pivots

# Cumulative weights that differ from one half by less than this share of the total reach it: 0.1 + 0.2 is 0.3.
_EQUAL = 1e-9


def pivotal_members(rule: Rule, positions: ArrayLike) -> tuple[IntArray, IntArray]:
    """The two members that mark the ends of what a rule leaves standing on one line.

    When members join from the highest position down, the first marks the lower end: its arrival makes the coalition
    pass. The second does when they join from the lowest up. Under a simple majority of an odd number both are the
    median member.

    Args:
        rule: the decision rule over n members.
        positions: ``(n_rows, n)`` or ``(n,)``, in any unit.

    Returns:
        Indices of members at the lower and at the upper end, ``(n_rows,)`` each. Of several at one position, one.

    Raises:
        PositionsError: a position that is not finite, or not one for each member.

    Source:
        Black (1948), On the rationale of group decision-making, Journal of Political Economy 56; from memory, not
        opened.

    Example:
        >>> from comity.rules import Members
        >>> low, high = pivotal_members(Members(5, 4), [0.0, 1.0, 2.0, 3.0, 10.0])
        >>> low.tolist(), high.tolist()
        ([1], [3])
    """
    values = np.atleast_2d(np.asarray(positions, dtype=np.float64))
    if values.ndim != 2 or values.shape[1] != rule.n:
        raise PositionsError("positions", f"shape {values.shape}; the rule has {rule.n} members")
    if not np.isfinite(values).all():
        raise PositionsError("positions", "a position is not a finite number")
    upward = np.argsort(values, axis=1, kind="stable")
    return pivots(rule, upward[:, ::-1]).astype(np.int64), pivots(rule, upward).astype(np.int64)


def median_actors(positions: ArrayLike, weights: ArrayLike) -> tuple[IntArray, IntArray]:
    """The actors at the lower and at the upper weighted median.

    Args:
        positions: ``(n_rows, n_actors)`` or ``(n_actors,)``, in any unit.
        weights: the same shapes, or one row; not negative; a row of zeros counts all actors alike.

    Returns:
        Indices of actors, ``(n_rows,)`` each: where the cumulative weight reaches one half, and where it passes it.

    Raises:
        PositionsError: a number that is not finite, a negative weight, or shapes that do not fit.

    Source:
        Black (1948), as in ``pivotal_members``; from memory, not opened.

    Example:
        >>> low, high = median_actors([4, 7, 10], [2, 1, 1])
        >>> low.tolist(), high.tolist()
        ([0], [1])
    """
    values, held = (np.atleast_2d(np.asarray(each, dtype=np.float64)) for each in (positions, weights))
    if values.ndim != 2 or values.shape[1:] != held.shape[1:] or values.size == 0:
        raise PositionsError("weights", f"shape {held.shape} does not fit positions of shape {values.shape}")
    if not np.isfinite(values).all():
        raise PositionsError("positions", "a position is not a finite number")
    if not (np.isfinite(held) & (held >= 0)).all():
        raise PositionsError("weights", "a weight is negative or not a finite number")
    shape = np.broadcast_shapes(values.shape, held.shape)
    values = np.broadcast_to(values, shape)
    full: FloatArray = np.array(np.broadcast_to(held, shape))
    full[full.sum(axis=1) == 0] = 1.0
    order = np.argsort(values, axis=1, kind="stable")
    reached = np.cumsum(np.take_along_axis(full, order, axis=1), axis=1)
    total = reached[:, -1:]
    lower = np.argmax(reached >= (0.5 - _EQUAL) * total, axis=1)
    upper = np.argmax(reached > (0.5 + _EQUAL) * total, axis=1)
    low, high = (np.take_along_axis(order, end[:, None], axis=1)[:, 0].astype(np.int64) for end in (lower, upper))
    return low, high
