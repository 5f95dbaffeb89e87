"""Who is pivotal in which direction: the one computation that winsets, cores and yolks in the plane rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.institutions.voting.enumeration import ways_to_pass
from comity.institutions.voting.tallies import TooLarge
from comity.rules import Rule, RuleError, pivots

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
ROUNDING = 1e-9
_MOST_BOUNDS = 62
_BATCH = 4_000_000


@dataclass(frozen=True)
class Sweep:
    """The pivotal member of every direction in the plane, by arcs.

    Attributes:
        points: (n_rows, n, 2) ideal points.
        angles: (n_rows, K) rising from 0, below pi: arc k runs from angle k to the next (the last to pi), and arc
            K + k is its opposite.
        pivots: (n_rows, 2 K) the member whose arrival makes the coalition pass when those furthest along the
            direction join first.
        exact: the arcs are cut wherever two members change places, so each has one pivot. Otherwise they are even,
            and the pivot is that of an arc's middle.
    """

    points: FloatArray
    angles: FloatArray
    pivots: IndexArray
    exact: bool

    @property
    def ends(self) -> FloatArray:
        """Where each arc of the whole turn begins, and the end of the last: (n_rows, 2 K + 1), from 0 to 2 pi."""
        last = np.full((len(self.angles), 1), 2 * np.pi)
        return np.hstack([self.angles, self.angles + np.pi, last])

    @property
    def slack(self) -> FloatArray:
        """What counts as touching, by row: a billionth of the spread of the ideal points."""
        spread = np.ptp(self.points, axis=1).max(axis=-1)
        return np.asarray(ROUNDING * np.where(spread > 0, spread, 1.0))


def in_the_plane(name: str, values: ArrayLike, n: int | None = None) -> FloatArray:
    """Check points of the plane: (..., 2), or (n_rows, n, 2) where there is one a member; raises RuleError."""
    points = np.asarray(values, dtype=np.float64)
    if n is not None and points.ndim == 2:
        points = points[None]
    if points.shape[-1:] != (2,) or (n is not None and (points.ndim != 3 or points.shape[1] != n)):
        wanted = "the last axis has to be the two issues" if n is None else f"it has to be rows, {n} members, 2 issues"
        raise RuleError(name, f"has shape {np.shape(values)}; {wanted}")
    if not np.isfinite(points).all():
        raise RuleError(name, "a coordinate is not a finite number")
    return points


def salience_weights(salience: ArrayLike | None, shape: tuple[int, ...]) -> FloatArray | None:
    """Check the weights of the issues in members' squared distances, broadcast to the ideal points; or raise."""
    if salience is None:
        return None
    weights = np.asarray(salience, dtype=np.float64)
    if not np.isfinite(weights).all() or (weights <= 0).any():
        raise RuleError("salience", "every salience has to be a finite number above zero")
    try:
        return np.broadcast_to(weights, shape)
    except ValueError:
        raise RuleError("salience", f"has shape {weights.shape}, which does not fit ideal points {shape}") from None


def pivot_sweep(rule: Rule, points: ArrayLike, *, arcs: int | None = None) -> Sweep:
    """Return the pivotal member of every direction in the plane.

    Two members change places only in the two directions at right angles to the line between them, so between those
    directions the order, and with it the pivot, is fixed.

    Args:
        rule: the decision rule over n members.
        points: (n_rows, n, 2) or (n, 2) ideal points, in one unit on both issues.
        arcs: None for the exact arcs, n(n - 1)/2 + 2 a half turn; or this many even arcs a half turn, rounded up to
            an even number, where n is large and many rows are asked for: then what is derived is an approximation.

    Returns:
        The sweep.

    Raises:
        RuleError: points of another shape or not finite; fewer than two arcs.

    Example:
        >>> from comity.rules import Members
        >>> sweep = pivot_sweep(Members(3, 2), [[0.0, 0.0], [1.0, 0.0], [0.4, 1.0]])
        >>> int(sweep.pivots[0, 0])  # just above the first axis the third member stands in the middle
        2
    """
    held = in_the_plane("points", points, rule.n)
    angles = _critical_angles(held) if arcs is None else _even_angles(arcs, len(held))
    return Sweep(held, angles, _pivots(rule, held, angles), arcs is None)


def _critical_angles(points: FloatArray) -> FloatArray:
    first, second = np.triu_indices(points.shape[1], 1)
    between = points[:, second] - points[:, first]
    normal = np.arctan2(between[..., 0], -between[..., 1]) % np.pi
    normal[normal >= np.pi] = 0.0
    angles = np.zeros((len(points), len(first) + 2))
    angles[:, 2:] = normal
    angles[:, 1] = np.pi / 2  # no arc is longer than a quarter turn
    angles.sort(axis=1)
    return angles


def _even_angles(arcs: int, n_rows: int) -> FloatArray:
    if arcs < 2:
        raise RuleError("arcs", f"{arcs} is not at least 2")
    half = arcs + arcs % 2
    return np.broadcast_to(np.arange(half) * (np.pi / half), (n_rows, half)).copy()


def _pivots(rule: Rule, points: FloatArray, angles: FloatArray) -> IndexArray:
    coded = _as_bounds(rule)
    if coded is None:
        return _pivots_by_sorting(rule, points, angles)
    from comity.institutions.spatial import _kernels

    return _kernels.pivots_by_arc(np.ascontiguousarray(points), angles, *coded)


def _pivots_by_sorting(rule: Rule, points: FloatArray, angles: FloatArray) -> IndexArray:
    """The same, for rules too involved for the compiled loop."""
    n_rows, half = angles.shape
    ends = np.hstack([angles, np.full((n_rows, 1), np.pi)])
    middle = (ends[:, :-1] + ends[:, 1:]) / 2
    found = np.empty((n_rows, 2 * half), dtype=np.int64)
    at_once = max(1, _BATCH // (half * rule.n))
    for start in range(0, n_rows, at_once):
        rows = slice(start, start + at_once)
        toward = np.stack([np.cos(middle[rows]), np.sin(middle[rows])], axis=-1)
        order = np.argsort(-(toward @ points[rows].transpose(0, 2, 1)), axis=-1, kind="stable")
        found[rows, :half] = pivots(rule, order)
        found[rows, half:] = pivots(rule, order[..., ::-1])
    return found


def _as_bounds(rule: Rule) -> tuple[Any, Any, Any] | None:
    """The rule as weights (n, bounds), sums needed and bit sets of bounds; None where that would not fit."""
    try:
        terms = ways_to_pass(rule)
    except TooLarge:
        return None
    bounds = list(dict.fromkeys(bound for term in terms for bound in sorted(term)))
    if len(bounds) > _MOST_BOUNDS or any(sum(weights) >= 2**62 for weights, _ in bounds):
        return None
    number = {bound: index for index, bound in enumerate(bounds)}
    weights = np.array([weights for weights, _ in bounds], dtype=np.int64).T
    needed = np.array([least for _, least in bounds], dtype=np.int64)
    sets = np.array([sum(1 << number[bound] for bound in term) for term in terms], dtype=np.int64)
    return np.ascontiguousarray(weights), needed, sets
