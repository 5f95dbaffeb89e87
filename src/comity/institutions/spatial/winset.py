"""The winset: every outcome that a coalition able to pass it prefers to the status quo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.institutions.spatial.core import in_core
from comity.institutions.spatial.directions import FloatArray, Sweep, in_the_plane, salience_weights
from comity.rules import Rule, RuleError, passes, pivots

BoolArray = NDArray[np.bool_]
Box: TypeAlias = tuple[float, float, float, float]
WHOLE_PLANE: Box = (-np.inf, -np.inf, np.inf, np.inf)
_FEWEST_STEPS = 180


def beats(
    rule: Rule, points: ArrayLike, outcomes: ArrayLike, status_quo: ArrayLike, salience: ArrayLike | None = None
) -> BoolArray:
    """Say of each outcome whether the members strictly nearer to it than to the status quo pass together.

    Args:
        rule: the decision rule over n members.
        points: (n, 2) ideal points.
        outcomes: (..., 2) outcomes, in the unit of the points.
        status_quo: (2,) what applies if nothing passes.
        salience: (n, 2) or (2,) weights of the two issues in each member's squared distance; None: equal.

    Returns:
        (...,) True where the outcome beats the status quo.

    Raises:
        RuleError: shapes that do not fit, numbers that are not finite, a salience not above zero.

    Source: Euclidean spatial voting as in Davis, DeGroot and Hinich (1972); from memory, not opened.

    Example:
        >>> from comity.rules import Members
        >>> corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
        >>> beats(Members(3, 2), corners, [[0.4, 0.3], [2.0, 2.0]], [0.6, 0.6]).tolist()
        [True, False]
    """
    ideal = in_the_plane("points", points, rule.n)[0]
    compared, start = in_the_plane("outcomes", outcomes), in_the_plane("status_quo", status_quo)
    weight = salience_weights(salience, ideal.shape)
    at = 1.0 if weight is None else weight
    to_outcome = (at * (compared[..., None, :] - ideal) ** 2).sum(axis=-1)
    to_status_quo = (at * (start - ideal) ** 2).sum(axis=-1)
    return passes(rule, to_outcome < to_status_quo)


def reach_along(
    rule: Rule, points: ArrayLike, status_quo: ArrayLike, angles: ArrayLike, salience: ArrayLike | None = None
) -> FloatArray:
    """Return how far along each direction an outcome beats the status quo; zero or less where none does.

    Member i prefers the point at distance r in the direction u exactly when r < 2 u·A(y - s) / u·A u, with ideal
    point y, status quo s and A the member's saliences. The supporters only ever leave as r grows, so the winset is
    all of the ray up to the distance at which the last member needed leaves, and nothing beyond.

    Args:
        rule: the decision rule over n members.
        points: (n_rows, n, 2) or (n, 2) ideal points.
        status_quo: (n_rows, 2) or (2,).
        angles: (n_rows, K) or (K,) directions in radians from the first axis.
        salience: (n_rows, n, 2), (n, 2) or (2,) weights of the issues in the squared distance; None: equal.

    Returns:
        (n_rows, K) distances.

    Raises:
        RuleError: shapes that do not fit, numbers that are not finite, a salience not above zero.

    Example:
        >>> from comity.rules import Members
        >>> line = [[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]]
        >>> [round(each, 12) for each in reach_along(Members(3, 2), line, [4.0, 0.0], [0.0, np.pi])[0].tolist()]
        [-6.0, 6.0]
    """
    ideal = in_the_plane("points", points, rule.n)
    start = np.atleast_2d(in_the_plane("status_quo", status_quo))
    turned = np.atleast_2d(np.asarray(angles, dtype=np.float64))
    toward = np.stack([np.cos(turned), np.sin(turned)], axis=-1)
    weight = salience_weights(salience, ideal.shape)
    gradient = ideal - start[:, None, :]
    if weight is not None:
        gradient = weight * gradient
    leaves_at = 2 * (toward @ gradient.transpose(0, 2, 1))
    if weight is not None:
        leaves_at /= toward**2 @ weight.transpose(0, 2, 1)
    order = np.argsort(-leaves_at, axis=-1, kind="stable")
    last = pivots(rule, order)
    return np.asarray(np.take_along_axis(leaves_at, last[..., None], axis=-1)[..., 0])


@dataclass(frozen=True)
class Winsets:
    """Winsets in the plane, a row each.

    Attributes:
        area: (n_rows,) area inside the box, in squared units of the points.
        reach: (n_rows,) how far from the status quo the furthest outcome lies that beats it, inside the box.
        empty: (n_rows,) no outcome beats the status quo: it is in the core.
    """

    area: FloatArray
    reach: FloatArray
    empty: BoolArray


def winsets(sweep: Sweep, status_quo: ArrayLike, box: Box = WHOLE_PLANE) -> Winsets:
    """Return the area and the reach of the winset of each row's status quo, in closed form on each arc.

    Args:
        sweep: the pivots by direction, from ``pivot_sweep``; exact if the sweep is.
        status_quo: (n_rows, 2) or (2,), inside the box.
        box: left, bottom, right, top: outcomes outside it do not count; default: the whole plane.

    Returns:
        The winsets. ``empty`` where the reach is below a billionth of the spread of the points.

    Raises:
        RuleError: a status quo of another shape, not finite, or outside the box.

    Example:
        >>> from comity.institutions.spatial.directions import pivot_sweep
        >>> from comity.rules import Members
        >>> both = pivot_sweep(Members(2, 2), [[0.0, 0.0], [2.0, 0.0]])
        >>> found = winsets(both, [1.0, 1.0])  # two discs of radius sqrt(2) that overlap in a lens
        >>> round(float(found.area[0]), 12) == round(np.pi - 2, 12), bool(found.empty[0])
        (True, False)
    """
    from comity.institutions.spatial import _kernels

    start = np.atleast_2d(in_the_plane("status_quo", status_quo))
    if len(start) not in (1, len(sweep.points)):
        raise RuleError("status_quo", f"has {len(start)} rows; the ideal points have {len(sweep.points)}")
    start = np.array(np.broadcast_to(start, (len(sweep.points), 2)))  # writable: one compiled kernel for all
    sides = np.array(box, dtype=np.float64)
    if (start < sides[:2]).any() or (start > sides[2:]).any():
        raise RuleError("status_quo", "lies outside the box of outcomes")
    area, reach = _kernels.winset_sizes(
        np.ascontiguousarray(sweep.points), start, sweep.angles, np.ascontiguousarray(sweep.pivots), sides
    )
    return Winsets(area, reach, reach <= sweep.slack)


def winsets_by_salience(
    rule: Rule,
    points: ArrayLike,
    status_quo: ArrayLike,
    salience: ArrayLike | None,
    box: Box = WHOLE_PLANE,
    *,
    steps: int = _FEWEST_STEPS,
) -> Winsets:
    """Return the same as ``winsets`` for members who weigh the issues differently, the area by quadrature.

    Indifference curves are then ellipses. Whether the winset is empty stays exact: the set of members who would go at
    all in a direction changes only at right angles to a member's own gradient. The area is the midpoint rule over
    ``steps`` even directions; with 180 it was within 0.3 % of the box's area of a fine rule in 60 random cases of 3 to
    9 members.

    Args:
        rule: the decision rule over n members.
        points: (n_rows, n, 2) or (n, 2) ideal points.
        status_quo: (n_rows, 2) or (2,), inside the box.
        salience: (n_rows, n, 2), (n, 2) or (2,) weights of the issues in the squared distance; None: equal.
        box: left, bottom, right, top.
        steps: directions of the quadrature.

    Returns:
        The winsets; the reach is that of the directions tried.

    Raises:
        RuleError: as ``reach_along``; a status quo outside the box.

    Example:
        >>> from comity.rules import Members
        >>> one = winsets_by_salience(Members(1, 1), [[1.0, 0.0]], [0.0, 0.0], [1.0, 4.0])  # an ellipse, 2 by 1
        >>> round(float(one.area[0]), 3) == round(np.pi / 2, 3)
        True
    """
    ideal = in_the_plane("points", points, rule.n)
    start = np.broadcast_to(np.atleast_2d(in_the_plane("status_quo", status_quo)), (len(ideal), 2))
    sides = np.array(box, dtype=np.float64)
    if (start < sides[:2]).any() or (start > sides[2:]).any():
        raise RuleError("status_quo", "lies outside the box of outcomes")
    angles = np.asarray((np.arange(steps) + 0.5) * (2 * np.pi / steps), dtype=np.float64)
    radius = np.clip(reach_along(rule, ideal, start, angles, salience), 0.0, None)
    radius = np.minimum(radius, _exits(start, angles, sides))
    area = (radius**2).sum(axis=1) * (np.pi / steps)
    return Winsets(area, radius.max(axis=1), in_core(rule, ideal, start, salience))


def _exits(start: FloatArray, angles: FloatArray, sides: FloatArray) -> FloatArray:
    """How far each ray runs before it leaves the box: (n_rows, K)."""
    distance = np.full((len(start), angles.shape[-1]), np.inf)
    for axis, along in enumerate((np.cos(angles), np.sin(angles))):
        wall = np.where(along > 0, sides[axis + 2], sides[axis])
        with np.errstate(divide="ignore", invalid="ignore"):
            there = (wall - start[:, axis, None]) / along
        distance = np.fmin(distance, np.where(along == 0, np.inf, there))
    return distance


def winset_outline(
    sweep: Sweep, status_quo: ArrayLike, box: Box = WHOLE_PLANE, *, row: int = 0, step: float = np.pi / 180
) -> FloatArray:
    """Return the edge of one row's winset as a closed line, for drawing.

    Args:
        sweep: the pivots by direction.
        status_quo: (2,) the row's status quo, inside the box.
        box: left, bottom, right, top; the line is cut there.
        row: which row of the sweep.
        step: the widest angle between two points of the line, in radians.

    Returns:
        (n_points, 2): it goes round the status quo, and through it where no outcome in a direction beats it. No
        point at all where the winset is empty.

    Raises:
        RuleError: as ``winsets``.

    Example:
        >>> from comity.institutions.spatial.directions import pivot_sweep
        >>> from comity.rules import Members
        >>> len(winset_outline(pivot_sweep(Members(2, 2), [[0.0, 0.0], [2.0, 0.0]]), [1.0, 0.0]))
        0
    """
    start = in_the_plane("status_quo", status_quo).reshape(2)
    one = Sweep(sweep.points[row : row + 1], sweep.angles[row : row + 1], sweep.pivots[row : row + 1], sweep.exact)
    if winsets(one, start, box).empty[0]:
        return np.empty((0, 2))
    ends = one.ends[0]
    from_pivot = one.points[0][one.pivots[0]] - start
    sides = np.array(box, dtype=np.float64)
    corners = np.array([np.arctan2(y - start[1], x - start[0]) for x in sides[[0, 2]] for y in sides[[1, 3]]])
    corners %= 2 * np.pi
    angles, lengths = [], []
    for low, high, toward in zip(ends[:-1], ends[1:], from_pivot, strict=True):
        if high > low:
            within = corners[(corners > low) & (corners < high)] if np.isfinite(sides).all() else corners[:0]
            fan = np.union1d(np.linspace(low, high, 2 + int((high - low) / step)), within)
            over = _beyond(start, toward, fan, sides)
            # Where the circle leaves the box, between two steps.
            leaves = np.flatnonzero((over[:-1] > 0) != (over[1:] > 0))
            share = over[leaves] / (over[leaves] - over[leaves + 1])
            fan = np.union1d(fan, fan[leaves] + share * (fan[leaves + 1] - fan[leaves]))
            angles.append(fan)
            lengths.append(2 * (np.cos(fan) * toward[0] + np.sin(fan) * toward[1]))
    turned = np.concatenate(angles)
    length = np.clip(np.concatenate(lengths), 0.0, _exits(start[None], turned, sides)[0])
    line = start + length[:, None] * np.stack([np.cos(turned), np.sin(turned)], axis=-1)
    apart = np.ones(len(line), dtype=np.bool_)
    apart[1:] = (np.abs(np.diff(line, axis=0)) > 1e-12).any(axis=1)
    return np.asarray(line[apart])


def _beyond(start: FloatArray, toward: FloatArray, fan: FloatArray, sides: FloatArray) -> FloatArray:
    """How far the circle's edge lies beyond the box in each direction of a fan; below zero where it lies inside."""
    edge = 2 * (np.cos(fan) * toward[0] + np.sin(fan) * toward[1])
    return np.asarray(np.maximum(edge - _exits(start[None], fan, sides)[0], -1e9))
