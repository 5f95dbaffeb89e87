"""Veto players: how far apart they stand, which of them adds nothing, and what all of them would leave alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.institutions.spatial.directions import FloatArray
from comity.rules import RuleError

BoolArray = NDArray[np.bool_]
_ON_THE_EDGE = 1e-9


def _ideal_points(points: ArrayLike) -> FloatArray:
    held = np.asarray(points, dtype=np.float64)
    if held.ndim == 2:
        held = held[None]
    if held.ndim != 3 or held.shape[1] < 1 or held.shape[2] not in (1, 2):
        raise RuleError("points", f"has shape {np.shape(points)}; it has to be rows, veto players, and 1 or 2 issues")
    if not np.isfinite(held).all():
        raise RuleError("points", "a coordinate is not a finite number")
    return held


@dataclass(frozen=True)
class VetoPlayers:
    """How far apart the veto players stand, a row each.

    Attributes:
        widest: (n_rows,) distance between the two furthest apart.
        size: (n_rows,) length (one issue) or area (two) of their unanimity core.
        absorbed: (n_rows, n) True for those who stand inside the unanimity core of the others.
    """

    widest: FloatArray
    size: FloatArray
    absorbed: BoolArray


def hull(points: ArrayLike) -> FloatArray:
    """Return the convex hull of points in the plane: the unanimity core, or Pareto set, of members who stand there.

    Args:
        points: (n, 2) ideal points.

    Returns:
        (n_corners, 2) corners, counter-clockwise, without points that lie on an edge: one if all stand together, two
        if they stand on a line.

    Raises:
        RuleError: points of another shape, or not finite.

    Source: Tsebelis (2002), Veto Players; from memory, not opened. The algorithm is the monotone chain of Andrew
    (1979).

    Example:
        >>> hull([[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [1.0, 2.0]]).tolist()
        [[0.0, 0.0], [2.0, 0.0], [1.0, 2.0]]
    """
    held = _ideal_points(points)[0]
    if held.shape[1] != 2:
        raise RuleError("points", "a hull needs two issues")
    ordered = sorted({(x, y) for x, y in held.tolist()})
    if len(ordered) < 3:
        return np.array(ordered)
    thin = _ON_THE_EDGE * float(np.ptp(held, axis=0).max()) ** 2

    def chain(walk: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for x, y in walk:
            while len(kept) > 1:
                (a, b), (c, d) = kept[-2:]
                if (c - a) * (y - b) - (d - b) * (x - a) > thin:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1]))


def absorbed(points: ArrayLike) -> BoolArray:
    """Say which veto players stand inside the unanimity core of the others, and so change nothing by their veto.

    Whatever all others would give up, such a player gives up too: its ideal point is a mixture of theirs, so no
    outcome can be nearer to each of them and further from it.

    Args:
        points: (n_rows, n, m) or (n, m) ideal points of n veto players on m = 1 or 2 issues.

    Returns:
        (n_rows, n) True where the player is absorbed; of two who stand together each is absorbed by the other.

    Raises:
        RuleError: points of another shape, or not finite.

    Source: Tsebelis (1995), Decision making in political systems; Tsebelis (2002), the absorption rule; both from
    memory, not opened.

    Example:
        >>> absorbed([[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [1.0, 2.0]])[0].tolist()
        [False, False, True, False]
        >>> absorbed([[1.0], [4.0], [9.0]])[0].tolist()
        [False, True, False]
    """
    held = _ideal_points(points)
    n_rows, n, _ = held.shape
    if n == 1:
        return np.zeros((n_rows, 1), dtype=np.bool_)
    if held.shape[2] == 1:
        held = np.concatenate([held, np.zeros_like(held)], axis=2)
    spread = np.maximum(np.ptp(held, axis=1).max(axis=-1), 1e-300)[:, None]
    found = np.zeros((n_rows, n), dtype=np.bool_)
    for player in range(n):
        others = np.delete(held, player, axis=1) - held[:, player, None, :]
        together = (np.linalg.norm(others, axis=-1) <= _ON_THE_EDGE * spread).any(axis=1)
        angles = np.sort(np.arctan2(others[..., 1], others[..., 0]), axis=1)
        around = np.hstack([angles, angles[:, :1] + 2 * np.pi])
        # Surrounded, or on a line between two of them, when no half turn is free of others.
        widest = np.diff(around, axis=1).max(axis=1)
        found[:, player] = together | (widest <= np.pi + _ON_THE_EDGE)
    return found


def veto_players_apart(points: ArrayLike) -> VetoPlayers:
    """Return how far apart veto players stand, the size of their unanimity core, and who is absorbed.

    Args:
        points: (n_rows, n, m) or (n, m) ideal points of n veto players on m = 1 or 2 issues, in one unit.

    Returns:
        The distances, by row.

    Raises:
        RuleError: points of another shape, or not finite.

    Source: Tsebelis (2002), Veto Players; from memory, not opened.

    Example:
        >>> found = veto_players_apart([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
        >>> round(float(found.widest[0]), 3), round(float(found.size[0]), 3)
        (2.828, 2.0)
    """
    held = _ideal_points(points)
    gaps = np.linalg.norm(held[:, :, None, :] - held[:, None, :, :], axis=-1)
    inside = absorbed(held)
    if held.shape[2] == 1:
        return VetoPlayers(gaps.max(axis=(1, 2)), np.ptp(held[..., 0], axis=1), inside)
    return VetoPlayers(gaps.max(axis=(1, 2)), np.array([_area(hull(row)) for row in held]), inside)


def _area(corners: FloatArray) -> float:
    after = corners[np.arange(1, len(corners) + 1) % len(corners)]
    return float(abs((corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]).sum()) / 2)
