"""What a member that controls the agenda can get: the best proposal that a coalition passes against the status quo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.institutions.spatial.directions import FloatArray, Sweep, in_the_plane
from comity.institutions.spatial.winset import WHOLE_PLANE, Box
from comity.rules import Rule, RuleError, unbeaten_interval, winsets_on_a_line


@dataclass(frozen=True)
class ClosedRule:
    """What each setter proposes where nobody may amend, a row each.

    Attributes:
        outcome: (n_rows, n_setters) the outcome, the status quo where nothing better for the setter passes.
        gain: (n_rows, n_setters) how much nearer to the setter than the status quo, in the unit of the positions.
    """

    outcome: FloatArray
    gain: FloatArray


def closed_rule(rule: Rule, positions: ArrayLike, status_quo: ArrayLike, setters: ArrayLike) -> ClosedRule:
    """Return the best proposal of each setter that passes against the status quo on one line, without amendments.

    With the status quo s below the unbeaten interval [low, high] everything up to 2 low - s passes, so the setter
    takes the point of [s, 2 low - s] that is nearest to it; above, of [2 high - s, s]. The binding pivot is the
    member at low, or at high. A member that is indifferent accepts.

    Args:
        rule: the decision rule over n members.
        positions: (n_rows, n) or (n,) positions of the members on one scale.
        status_quo: (n_rows,) or a number, on the same scale.
        setters: (n_rows, n_setters) or (n_setters,) positions of those that would propose, members or not.

    Returns:
        The outcomes and gains.

    Raises:
        RuleError: shapes that do not fit, or numbers that are not finite.

    Source: Romer and Rosenthal (1978), Political resource allocation, controlled agendas, and the status quo, Public
    Choice 33; from memory, not opened.

    Example:
        >>> from comity.rules import Members
        >>> closed_rule(Members(3, 2), [2.0, 5.0, 9.0], 3.0, [2.0, 4.0, 9.0]).outcome[0].tolist()
        [3.0, 4.0, 7.0]
    """
    low, high = winsets_on_a_line(rule, positions, status_quo)
    wishes = np.atleast_2d(np.asarray(setters, dtype=np.float64))
    if not np.isfinite(wishes).all():
        raise RuleError("setters", "a position is not a finite number")
    if wishes.ndim != 2 or (len(wishes) != len(low) and 1 not in (len(wishes), len(low))):
        raise RuleError("setters", f"has shape {np.shape(setters)}; it has to be rows and setters, or setters")
    outcome = np.clip(wishes, low[:, None], high[:, None])
    start = np.broadcast_to(np.asarray(status_quo, dtype=np.float64), low.shape)
    return ClosedRule(outcome, np.abs(wishes - start[:, None]) - np.abs(wishes - outcome))


def open_rule(rule: Rule, positions: ArrayLike, status_quo: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return where an open rule ends on one line: any member may amend until nothing beats what is on the table.

    What is left is unbeaten, and beats the status quo or is the status quo: with the status quo s below the unbeaten
    interval [low, high] it lies in [low, min(high, 2 low - s)]. Under simple majority of an odd number that is the
    median, whoever proposes first.

    Args:
        rule: the decision rule over n members.
        positions: (n_rows, n) or (n,) positions of the members on one scale.
        status_quo: (n_rows,) or a number, on the same scale.

    Returns:
        low, high: (n_rows,) the ends of what may remain; NaN where some group would replace any outcome.

    Raises:
        RuleError: shapes that do not fit, or numbers that are not finite.

    Source: Romer and Rosenthal (1978); Black (1948); both from memory, not opened.

    Example:
        >>> from comity.rules import Members
        >>> [ends.tolist() for ends in open_rule(Members(3, 2), [2.0, 5.0, 9.0], 3.0)]
        [[5.0], [5.0]]
    """
    least, most = winsets_on_a_line(rule, positions, status_quo)
    low, high = unbeaten_interval(rule, np.atleast_2d(np.asarray(positions, dtype=np.float64)))
    none = low > high
    return np.where(none, np.nan, np.maximum(low, least)), np.where(none, np.nan, np.minimum(high, most))


def nearest_in_winset(
    sweep: Sweep, status_quo: ArrayLike, setter: ArrayLike, box: Box = WHOLE_PLANE, *, row: int = 0
) -> FloatArray:
    """Return the outcome nearest to a setter in the plane that passes against the status quo, or the status quo.

    The edge of the winset is made of circles about pivots, one an arc of directions; the nearest point of each, the
    corners where two meet, where the edge leaves the box, the setter's own point and the status quo are all there is
    to compare. A member that is indifferent accepts.

    Args:
        sweep: the pivots by direction, from ``pivot_sweep``; exact if the sweep is.
        status_quo: (2,) the row's status quo.
        setter: (2,) the setter's ideal point.
        box: left, bottom, right, top: the outcomes that exist.
        row: which row of the sweep.

    Returns:
        (2,) the outcome.

    Raises:
        RuleError: points of another shape, not finite, or outside the box.

    Source: the plane's counterpart of Romer and Rosenthal (1978); from memory, not opened.

    Example:
        >>> from comity.institutions.spatial.directions import pivot_sweep
        >>> from comity.rules import Members
        >>> both = pivot_sweep(Members(2, 2), [[0.0, 0.0], [4.0, 0.0]])
        >>> nearest_in_winset(both, [1.0, 3.0], [4.0, 0.0]).round(3).tolist()
        [3.162, 0.0]
    """
    start, wish = (in_the_plane(*each).reshape(2) for each in (("status_quo", status_quo), ("setter", setter)))
    sides = np.array(box, dtype=np.float64)
    for name, point in (("status_quo", start), ("setter", wish)):
        if (point < sides[:2]).any() or (point > sides[2:]).any():
            raise RuleError(name, "lies outside the box of outcomes")
    ends = sweep.ends[row]
    pivots = sweep.points[row][sweep.pivots[row]]
    radius = np.linalg.norm(pivots - start, axis=1)
    outward = wish - pivots
    length = np.linalg.norm(outward, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        on_circle = np.where(length[:, None] > 0, pivots + outward * (radius / length)[:, None], start)
    along = np.stack([np.cos(ends[:-1]), np.sin(ends[:-1])], axis=-1)
    meets = start + along * np.clip(2 * (along * (pivots - start)).sum(axis=1), 0, None)[:, None]
    found = [wish[None], start[None], on_circle, meets]
    for axis in (0, 1):
        for side in sides[[axis, axis + 2]]:
            if np.isfinite(side):
                half = np.sqrt(np.clip(radius**2 - (side - pivots[:, axis]) ** 2, 0, None))
                for way in (-1, 1):
                    crossing = np.empty_like(pivots)
                    crossing[:, axis] = side
                    crossing[:, 1 - axis] = pivots[:, 1 - axis] + way * half
                    found.append(crossing)
    candidates = np.concatenate(found)
    slack = float(sweep.slack[row])
    inside = (candidates >= sides[:2] - slack).all(axis=1) & (candidates <= sides[2:] + slack).all(axis=1)
    candidates = np.clip(candidates[inside], sides[:2], sides[2:])
    away = candidates - start
    distance = np.linalg.norm(away, axis=1)
    angle = np.arctan2(away[:, 1], away[:, 0]) % (2 * np.pi)
    arc = np.clip(np.searchsorted(ends, angle, side="right") - 1, 0, len(pivots) - 1)
    unit = away / np.where(distance > 0, distance, 1.0)[:, None]
    passing = distance <= 2 * (unit * (pivots[arc] - start)).sum(axis=1) + slack
    passing |= distance <= slack
    candidates = candidates[passing]
    return np.asarray(candidates[np.linalg.norm(candidates - wish, axis=1).argmin()])
