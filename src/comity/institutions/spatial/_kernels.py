"""Compiled loops of preferences in the plane: pivots by direction, areas of winsets, cores. Arrays in, arrays out."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from comity._compiled import compiled

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]


@compiled
def first_that_passes(order: IndexArray, up: bool, weights: IndexArray, needed: IndexArray, terms: IndexArray) -> int:
    """The member whose arrival makes the coalition pass, members joining from the front (``up``) or the back.

    ``weights`` (n, bounds) and ``needed`` (bounds,): bound b is met when the sum of its weights reaches what is
    needed. ``terms``: bit sets of bounds; the coalition passes when all bounds of one of them are met.
    """
    n, bounds = weights.shape
    sums = np.zeros(bounds, dtype=np.int64)
    met = np.int64(0)
    for step in range(n):
        member = order[step] if up else order[n - 1 - step]
        changed = False
        for b in range(bounds):
            before = sums[b] >= needed[b]
            sums[b] += weights[member, b]
            if not before and sums[b] >= needed[b]:
                met |= np.int64(1) << b
                changed = True
        if changed:
            for t in range(terms.size):
                if met & terms[t] == terms[t]:
                    return int(member)
    return int(order[n - 1] if up else order[0])


@compiled
def pivots_by_arc(
    points: FloatArray, angles: FloatArray, weights: IndexArray, needed: IndexArray, terms: IndexArray
) -> IndexArray:
    """The pivot of each arc of directions when the furthest along join first: (rows, 2 K).

    ``points`` (rows, n, 2); ``angles`` (rows, K) ascending in [0, pi), the first of them 0: arc k runs from angle k
    to the next, and arc K + k is its opposite, with the order reversed. The order changes little from arc to arc, so
    it is kept sorted by insertion.
    """
    rows, n = points.shape[0], points.shape[1]
    half = angles.shape[1]
    found = np.empty((rows, 2 * half), dtype=np.int64)
    order = np.empty(n, dtype=np.int64)
    along = np.empty(n, dtype=np.float64)
    for row in range(rows):
        for i in range(n):
            order[i] = i
        for k in range(half):
            end = angles[row, k + 1] if k + 1 < half else math.pi
            middle = 0.5 * (angles[row, k] + end)
            x, y = math.cos(middle), math.sin(middle)
            for i in range(n):
                along[i] = x * points[row, i, 0] + y * points[row, i, 1]
            for i in range(1, n):
                member = order[i]
                j = i
                while j > 0 and along[order[j - 1]] < along[member]:
                    order[j] = order[j - 1]
                    j -= 1
                order[j] = member
            found[row, k] = first_that_passes(order, True, weights, needed, terms)
            found[row, half + k] = first_that_passes(order, False, weights, needed, terms)
    return found


@compiled
def sector(radius: float, toward: float, start: float, stop: float) -> float:
    """Area swept by a circle through the origin, 1/2 of the integral of (2 radius cos(angle - toward))^2."""
    return radius * radius * (stop - start + 0.5 * (math.sin(2 * (stop - toward)) - math.sin(2 * (start - toward))))


@compiled
def winset_sizes(
    points: FloatArray, status_quo: FloatArray, angles: FloatArray, pivots: IndexArray, box: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Area of each row's winset inside the box, and how far it reaches from the status quo inside it.

    On an arc of directions with one pivot the edge of the winset is the circle about the pivot through the status
    quo, r = 2 radius cos(angle - toward), cut where the ray leaves the box. Each arc is split where the circle's
    edge meets the status quo or a side of the box, and where a ray meets a corner; each piece has a closed form.
    ``box`` (4,): left, bottom, right, top; infinite for the whole plane.
    """
    rows = points.shape[0]
    half = angles.shape[1]
    area = np.zeros(rows, dtype=np.float64)
    reach = np.zeros(rows, dtype=np.float64)
    cuts = np.empty(32, dtype=np.float64)
    sides = np.empty(4, dtype=np.float64)
    turn = 2 * math.pi
    for row in range(rows):
        x, y = status_quo[row, 0], status_quo[row, 1]
        # Distance to the side that lies in the direction side * pi / 2: right, top, left, bottom.
        sides[0], sides[1], sides[2], sides[3] = box[2] - x, box[3] - y, x - box[0], y - box[1]
        start, stop = 0.0, 0.0
        for arc in range(2 * half):
            pivot = pivots[row, arc]
            if arc + 1 == 2 * half:
                stop = turn
            elif pivots[row, arc + 1] == pivot:
                continue  # one piece with the next arc
            else:
                stop = angles[row, (arc + 1) % half] + (math.pi if arc + 1 >= half else 0.0)
            begin, start = start, stop
            dx, dy = points[row, pivot, 0] - x, points[row, pivot, 1] - y
            radius = math.sqrt(dx * dx + dy * dy)
            if radius == 0.0 or stop <= begin:
                continue
            toward = math.atan2(dy, dx)
            count = 2
            cuts[0], cuts[1] = begin, stop
            for way in (-1.0, 1.0):
                count = cut(cuts, count, toward + way * 0.5 * math.pi, begin, stop, turn)
            for side in range(4):
                facing = side * 0.5 * math.pi
                if sides[side] >= radius * (1.0 + math.cos(toward - facing)):
                    continue  # the circle stays inside this side
                # 2 radius cos(a - toward) cos(a - facing) = distance
                inner = sides[side] / radius - math.cos(toward - facing)
                if inner >= -1.0:
                    spread = math.acos(min(1.0, inner))
                    for way in (-1.0, 1.0):
                        count = cut(cuts, count, 0.5 * (toward + facing + way * spread), begin, stop, math.pi)
                other = sides[(side + 1) % 4]
                if math.isfinite(other):
                    count = cut(cuts, count, facing + math.atan2(other, sides[side]), begin, stop, turn)
                other = sides[(side + 3) % 4]
                if math.isfinite(other):
                    count = cut(cuts, count, facing - math.atan2(other, sides[side]), begin, stop, turn)
            ordered = cuts
            for i in range(1, count):
                moved = ordered[i]
                j = i
                while j > 0 and ordered[j - 1] > moved:
                    ordered[j] = ordered[j - 1]
                    j -= 1
                ordered[j] = moved
            for piece in range(count - 1):
                low, high = ordered[piece], ordered[piece + 1]
                middle = 0.5 * (low + high)
                best = 2.0 * radius * math.cos(middle - toward)
                if best <= 0.0:
                    continue
                met = -1
                for side in range(4):
                    leaning = math.cos(middle - side * 0.5 * math.pi)
                    # A circle that only touches the side was not cut there: rounding must not say otherwise.
                    if leaning > 0.0 and sides[side] < best * leaning * (1.0 - 1e-12):
                        best = sides[side] / leaning
                        met = side
                reach[row] = max(reach[row], best)
                for end in (low, high):
                    furthest = 2.0 * radius * math.cos(end - toward)
                    if met < 0:
                        reach[row] = max(reach[row], furthest)
                if met < 0:
                    offset = (toward - low) % turn
                    if offset <= high - low:
                        reach[row] = max(reach[row], 2.0 * radius)
                    area[row] += sector(radius, toward, low, high)
                else:
                    facing = met * 0.5 * math.pi
                    for end in (low, high):
                        leaning = math.cos(end - facing)
                        if leaning > 1e-9:
                            reach[row] = max(reach[row], sides[met] / leaning)
                    if sides[met] > 0.0:
                        area[row] += 0.5 * sides[met] ** 2 * (math.tan(high - facing) - math.tan(low - facing))
    return area, reach


@compiled
def cut(cuts: FloatArray, count: int, angle: float, start: float, stop: float, period: float) -> int:
    """Add an angle, and every repetition of it, where it lies inside (start, stop); return how many there are now."""
    at = start + (angle - start) % period
    while at < stop:
        if at > start and count < cuts.size:
            cuts[count] = at
            count += 1
        at += period
    return count


@compiled
def core_polygon(points: FloatArray, angles: FloatArray, pivots: IndexArray, slack: float) -> FloatArray:
    """Vertices of the points that no direction's pivot would leave: (vertices, 2), none where there is no such point.

    ``points`` (n, 2), ``angles`` (K,), ``pivots`` (2 K,). Within an arc every half-plane passes through its pivot, so
    the two at the arc's ends imply those between. Each half-plane is widened by ``slack``, so that a core of one
    point survives rounding.
    """
    half = angles.size
    room = 4 * half + 8  # a half-plane cuts a convex outline twice at most; rounding gets a corner or two to spare
    held = np.empty((room, 2), dtype=np.float64)
    spare = np.empty((room, 2), dtype=np.float64)
    left, right, bottom, top = math.inf, -math.inf, math.inf, -math.inf
    for i in range(points.shape[0]):
        left, right = min(left, points[i, 0]), max(right, points[i, 0])
        bottom, top = min(bottom, points[i, 1]), max(top, points[i, 1])
    for i in range(4):
        held[i, 0] = left - slack if i in (0, 3) else right + slack
        held[i, 1] = bottom - slack if i < 2 else top + slack
    count = 4
    for arc in range(2 * half):
        angle = angles[arc % half] + (math.pi if arc >= half else 0.0)
        x, y = math.cos(angle), math.sin(angle)
        pivot = pivots[arc]
        least = x * points[pivot, 0] + y * points[pivot, 1] - slack
        new = 0
        for i in range(count):
            j = i + 1 if i + 1 < count else 0
            a = x * held[i, 0] + y * held[i, 1] - least
            b = x * held[j, 0] + y * held[j, 1] - least
            if a >= 0.0 and new < room:
                spare[new, 0], spare[new, 1] = held[i, 0], held[i, 1]
                new += 1
            if (a >= 0.0) != (b >= 0.0) and new < room:
                share = a / (a - b)
                spare[new, 0] = held[i, 0] + share * (held[j, 0] - held[i, 0])
                spare[new, 1] = held[i, 1] + share * (held[j, 1] - held[i, 1])
                new += 1
        held, spare, count = spare, held, new
        if count == 0:
            break
    return held[:count].copy()


@compiled
def core_sizes(points: FloatArray, angles: FloatArray, pivots: IndexArray, slack: FloatArray) -> FloatArray:
    """Area of each row's core; negative where there is none."""
    area = np.empty(points.shape[0], dtype=np.float64)
    for row in range(points.shape[0]):
        corners = core_polygon(points[row], angles[row], pivots[row], slack[row])
        twice = 0.0
        for i in range(corners.shape[0]):
            j = i + 1 if i + 1 < corners.shape[0] else 0
            twice += corners[i, 0] * corners[j, 1] - corners[j, 0] * corners[i, 1]
        area[row] = 0.5 * abs(twice) if corners.shape[0] > 0 else -1.0
    return area
