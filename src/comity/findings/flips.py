"""What would change the answer: the nearest single change of each input (``joint`` finds the changes together).

Every input is scanned over its legal domain, then the bracket nearest to today's value is bisected.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.findings.contract import Analysis, Case, Flip, FloatArray, Input, IntArray, NotSearched, Options
from comity.findings.joint import joint_flip
from comity.findings.verdicts import STEPS, Verdicts

__all__ = ["SCAN_POINTS", "STEPS", "flips", "joint_flip"]

SCAN_POINTS = 201
BISECTIONS = 24


def _count(item: Input) -> int:
    """How many values the domain of an input with a step has."""
    assert item.step is not None
    return round((item.domain[1] - item.domain[0]) / item.step) + 1


def _rows_needed(item: Input) -> int:
    """At most how many rows the scan and the bisection of one input take."""
    if item.step is None:
        return SCAN_POINTS + 2 * BISECTIONS
    count = _count(item)
    return min(count, SCAN_POINTS) + 2 * math.ceil(math.log2(1 + count / SCAN_POINTS) + 1)


def _grid(item: Input) -> FloatArray:
    low, high = item.domain
    if item.step is None:
        return np.linspace(low, high, SCAN_POINTS)
    count = _count(item)
    if count <= SCAN_POINTS:
        return low + item.step * np.arange(count, dtype=np.float64)
    return low + item.step * np.unique(np.round(np.linspace(0, count - 1, SCAN_POINTS)))


def _moved(verdicts: Verdicts, columns: IntArray, to: FloatArray) -> IntArray:
    """The verdicts of rows in which one input each is moved."""

    def rows(start: int, stop: int) -> FloatArray:
        block = np.repeat(verdicts.base[None, :], stop - start, axis=0)
        block[np.arange(stop - start), columns[start:stop]] = to[start:stop]
        return block

    return verdicts.run(len(columns), rows)[0]


def flips(
    analysis: Analysis[Any, Any, Any],
    case: Case,
    options: Options,
    *,
    seed: int = 0,
    budget: float = STEPS,
) -> tuple[Flip, ...] | NotSearched:
    """The nearest change of each input that changes the verdict, nearest first by the share of its domain.

    Returns an empty tuple when none is found at this resolution (201 points an input, then 24 bisections; of an input
    with a step all its steps, or 201 of them, then bisection down to one step), and NotSearched when the scan would
    take more than ``budget`` steps.
    """
    verdicts = Verdicts(analysis, case, options, seed, budget)
    if not verdicts.inputs:
        return NotSearched("no number of the case can be moved")
    refusal = verdicts.declined(1 + sum(map(_rows_needed, verdicts.inputs)), "scanning")
    if refusal is not None:
        return refusal
    base = verdicts.base
    grids = [_grid(item) for item in verdicts.inputs]
    column_of = np.repeat(np.arange(len(grids)), [len(grid) for grid in grids])
    codes = _moved(verdicts, column_of, np.concatenate(grids))
    found: list[tuple[int, float, float, int]] = []
    start = 0
    for column, grid in enumerate(grids):
        here = codes[start : start + len(grid)]
        start += len(grid)
        found += [(column, *bracket) for bracket in _brackets(grid, float(base[column]), here, verdicts.today)]
    if not found:
        return ()
    columns = np.array([bracket[0] for bracket in found])
    keep = np.array([bracket[1] for bracket in found])
    change = np.array([bracket[2] for bracket in found])
    becomes = np.array([bracket[3] for bracket in found])
    _bisect(verdicts, columns, keep, change, becomes)
    nearest: dict[int, Flip] = {}
    for column, at, code in zip(columns.tolist(), change.tolist(), becomes.tolist(), strict=True):
        item, today = verdicts.inputs[column], float(base[column])
        flip = Flip(
            item.path,
            item.label,
            today,
            at,
            verdicts.words(code),
            abs(at - today) / max(item.domain[1] - item.domain[0], 1e-300),
            item.spread is not None and item.spread[0] <= at <= item.spread[1],
        )
        known = nearest.get(column)
        if known is None or flip.share_of_domain < known.share_of_domain:
            nearest[column] = flip
    return tuple(sorted(nearest.values(), key=lambda flip: (flip.share_of_domain, flip.path)))


def _brackets(grid: FloatArray, today: float, codes: IntArray, code: int) -> list[tuple[float, float, int]]:
    """The nearest point that differs above today's value, and below it, each with the last that does not."""
    found = []
    differs = codes != code
    for points in (np.flatnonzero(differs & (grid > today)), np.flatnonzero(differs & (grid < today))[::-1]):
        if len(points):
            point = int(points[0])
            inner = point - 1 if grid[point] > today else point + 1
            near = today
            if 0 <= inner < len(grid) and (grid[inner] - today) * (grid[point] - today) > 0:
                near = float(grid[inner])
            found.append((near, float(grid[point]), int(codes[point])))
    return found


def _bisect(verdicts: Verdicts, columns: IntArray, keep: FloatArray, change: FloatArray, becomes: IntArray) -> None:
    """Halve, in place, the way between values that keep the verdict and values that do not; by steps to one step."""
    step = np.array([verdicts.inputs[column].step or np.nan for column in columns])
    done = 0
    while True:
        gap = change - keep
        in_steps = np.round(gap / step)
        open_ones: NDArray[np.intp] = np.flatnonzero(
            np.where(np.isnan(step), done < BISECTIONS, np.abs(in_steps) > 1)  # NaN: no step, so any value
        )
        if not len(open_ones):
            return
        done += 1
        half = np.where(np.isnan(step), gap / 2, np.trunc(in_steps / 2) * step)[open_ones]
        middle = keep[open_ones] + half
        codes = _moved(verdicts, columns[open_ones], middle)
        same = codes == verdicts.today
        keep[open_ones[same]] = middle[same]
        change[open_ones[~same]] = middle[~same]
        becomes[open_ones[~same]] = codes[~same]
