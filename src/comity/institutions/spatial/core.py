"""The core in the plane: outcomes that no coalition able to pass another would leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.institutions.spatial.directions import FloatArray, Sweep, in_the_plane, salience_weights
from comity.rules import Rule, RuleError, passes

BoolArray = NDArray[np.bool_]
_A_POINT = 1e-6


@dataclass(frozen=True)
class Core:
    """The core of one configuration.

    Attributes:
        corners: (n_corners, 2) its corners in order: none where it is empty, one where it is a point, two where it is
            a stretch of a line.
        area: its area; zero for a point or a stretch.
    """

    corners: FloatArray
    area: float

    @property
    def empty(self) -> bool:
        """Is there no such outcome?"""
        return len(self.corners) == 0


def in_core(rule: Rule, points: ArrayLike, outcomes: ArrayLike, salience: ArrayLike | None = None) -> BoolArray:
    """Say of each row's outcome whether no other beats it: decided at every direction that matters, not sampled.

    Who would go at all in a direction changes only where the direction is at right angles to some member's own
    gradient, so one direction between each two of those decides.

    Args:
        rule: the decision rule over n members.
        points: (n_rows, n, 2) or (n, 2) ideal points.
        outcomes: (n_rows, 2) or (2,) the outcome of each row.
        salience: (n_rows, n, 2), (n, 2) or (2,) weights of the issues in the squared distance; None: equal.

    Returns:
        (n_rows,) True where the outcome is in the core. A member within a billionth of indifference is taken to be
        indifferent.

    Raises:
        RuleError: shapes that do not fit, numbers that are not finite, a salience not above zero.

    Source: Plott (1967), A notion of equilibrium and its possibility under majority rule; from memory, not opened.

    Example:
        >>> from comity.rules import Members
        >>> cross = [[0.0, 0.0], [2.0, 2.0], [0.0, 2.0], [2.0, 0.0], [1.0, 1.0]]
        >>> [bool(in_core(Members(5, 3), cross, at)[0]) for at in ([1.0, 1.0], [1.0, 1.01])]
        [True, False]
    """
    ideal = in_the_plane("points", points, rule.n)
    start = np.atleast_2d(in_the_plane("outcomes", outcomes))
    if len(ideal) == 1 or len(start) == 1:
        n_rows = max(len(ideal), len(start))
        ideal = np.broadcast_to(ideal, (n_rows, rule.n, 2))
        start = np.broadcast_to(start, (n_rows, 2))
    if len(ideal) != len(start):
        raise RuleError("outcomes", f"has {len(start)} rows; the ideal points have {len(ideal)}")
    gradient = ideal - start[:, None, :]
    weight = salience_weights(salience, ideal.shape)
    if weight is not None:
        gradient = weight * gradient
    normal = np.arctan2(gradient[..., 0], -gradient[..., 1])
    angles = np.sort(np.hstack([normal % (2 * np.pi), (normal + np.pi) % (2 * np.pi)]), axis=1)
    after = np.hstack([angles[:, 1:], angles[:, :1] + 2 * np.pi])
    middle = (angles + after) / 2
    toward = np.stack([np.cos(middle), np.sin(middle)], axis=-1)
    size = np.linalg.norm(gradient, axis=-1)
    unit = gradient / np.where(size > 0, size, 1.0)[..., None]
    willing = toward @ unit.transpose(0, 2, 1) > 1e-9
    spread = np.maximum(np.ptp(ideal, axis=1).max(axis=-1), 1e-300)
    willing &= (size > 1e-9 * spread[:, None])[:, None, :]
    return np.asarray(~passes(rule, willing).any(axis=1))


def core(sweep: Sweep, *, row: int = 0) -> Core:
    """Return the core of one row, as a polygon.

    An outcome is unbeaten exactly when it lies in {x: u·x >= h(u)} for every direction u, where h(u) is the pivot's
    place along u. On an arc of directions with one pivot all these half-planes go through that pivot, so the two at
    the arc's ends imply the others and the core is a polygon. Under unanimity it is the convex hull of the ideal
    points, the Pareto set. With more than n m / (m + 1) of n members needed, on m issues, it is never empty
    (Greenberg 1979); under simple majority it almost always is (Plott 1967).

    Args:
        sweep: the pivots by direction, from ``pivot_sweep``; exact if the sweep is.
        row: which row of the sweep.

    Returns:
        The core, each half-plane widened by a billionth of the spread of the points, so that a core of a single
        point is found.

    Raises:
        IndexError: there is no such row.

    Source: Plott (1967); Greenberg (1979), Consistent majority rules over compact sets of alternatives; both from
    memory, not opened.

    Example:
        >>> from comity.institutions.spatial.directions import pivot_sweep
        >>> from comity.rules import Members
        >>> corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
        >>> core(pivot_sweep(Members(3, 2), corners)).empty, round(core(pivot_sweep(Members(3, 3), corners)).area, 6)
        (True, 0.5)
    """
    from comity.institutions.spatial import _kernels

    slack = float(sweep.slack[row])
    found = _kernels.core_polygon(
        np.ascontiguousarray(sweep.points[row]),
        np.ascontiguousarray(sweep.angles[row]),
        np.ascontiguousarray(sweep.pivots[row]),
        slack,
    )
    corners = _merged(found, slack / 1e-9 * _A_POINT)
    if len(corners) < 3:
        return Core(corners, 0.0)
    after = np.roll(corners, -1, axis=0)
    return Core(corners, float(abs((corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]).sum()) / 2))


def _merged(corners: FloatArray, apart: float) -> FloatArray:
    """Corners without those that are one place for a reader; a sliver becomes its two ends."""
    kept: list[FloatArray] = []
    for corner in corners:
        if all(np.abs(corner - other).max() > apart for other in kept):
            kept.append(corner)
    if len(kept) < 3:
        return np.array(kept).reshape(-1, 2)
    outline = np.array(kept)
    gaps = np.linalg.norm(outline[:, None] - outline[None], axis=-1)
    one, other = np.unravel_index(int(gaps.argmax()), gaps.shape)
    along = (outline[other] - outline[one]) / gaps[one, other]
    across = np.abs((outline - outline[one]) @ np.array([-along[1], along[0]]))
    return outline[[one, other]] if across.max() <= apart else outline


def core_areas(sweep: Sweep) -> tuple[FloatArray, BoolArray]:
    """Return the area of each row's core, and whether it is empty.

    Args:
        sweep: the pivots by direction, from ``pivot_sweep``.

    Returns:
        area: (n_rows,) in squared units of the points, zero where empty; empty: (n_rows,).

    Example:
        >>> from comity.institutions.spatial.directions import pivot_sweep
        >>> from comity.rules import Members
        >>> area, empty = core_areas(pivot_sweep(Members(3, 2), [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
        >>> area.tolist(), empty.tolist()
        ([0.0], [True])
    """
    from comity.institutions.spatial import _kernels

    found = _kernels.core_sizes(
        np.ascontiguousarray(sweep.points), sweep.angles, np.ascontiguousarray(sweep.pivots), sweep.slack
    )
    return np.maximum(found, 0.0), found < 0
