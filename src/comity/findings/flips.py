"""What would change the answer: the nearest single change of each input, and the smallest joint change in the ranges.

Every input is scanned over its legal domain in one batch of rows, then the bracket nearest to today's value is
bisected. A long scan is declined by the analysis' own count of steps and not by a clock, so that the answer is the
same on every machine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.findings.contract import (
    Analysis,
    Case,
    Flip,
    FloatArray,
    Input,
    JointFlip,
    Move,
    NotSearched,
    Options,
    Rows,
)
from comity.findings.redraws import as_written

SCAN_POINTS = 201
BISECTIONS = 24
STEPS = 3e9
SECONDS_UNCOUNTED = 0.05
_BATCH = 4096


@dataclass
class _Verdicts:
    """Runs an analysis on rows and tells each row's verdict in words; counts the steps spent."""

    analysis: Analysis[Any, Any, Any]
    case: Case
    options: Options
    seed: int

    def __post_init__(self) -> None:
        self.view = self.case.view(self.analysis.reads)
        self.inputs = self.case.inputs(self.analysis.reads)
        self.base = as_written(self.inputs)

    def declined(self, rows: int, budget: float) -> NotSearched | None:
        """Would this many rows cost more than the budget? Counted where the analysis counts, else timed coarsely."""
        taken = self.analysis.take(self.view, Rows(self.inputs, self.base[None, :], self.seed))
        if self.analysis.work is not None:
            steps = self.analysis.work(taken) * rows
            if steps > budget:
                return NotSearched(f"{rows:,} runs need about {steps:.0e} steps; the limit is {budget:.0e}")
            return None
        self.analysis.run(taken, self.options)
        start = time.perf_counter()
        self.analysis.run(taken, self.options)
        if time.perf_counter() - start > SECONDS_UNCOUNTED:
            return NotSearched(f"one run takes more than {SECONDS_UNCOUNTED} s, and {rows:,} would be needed")
        return None

    def __call__(self, values: FloatArray) -> NDArray[np.str_]:
        return self.with_values(values)[0]

    def with_values(self, values: FloatArray) -> tuple[NDArray[np.str_], dict[str, FloatArray]]:
        """Each row's verdict, and the outcome's named values ``(n_rows,)``."""
        found: list[str] = []
        numbers: dict[str, list[FloatArray]] = {}
        named: dict[str, FloatArray] = {}
        for start in range(0, len(values), _BATCH):
            batch = np.vstack([self.base[None, :], values[start : start + _BATCH]])
            answer = self.analysis.run(self.analysis.take(self.view, Rows(self.inputs, batch, self.seed)), self.options)
            if answer.outcome is None:
                raise ValueError(f"{self.analysis.name} declares no verdict")
            verdict = np.broadcast_to(answer.outcome.verdict, (len(batch),))
            found.extend(answer.outcome.labels[int(index)] for index in verdict[1:])
            for name, column in answer.outcome.values.items():
                if np.ndim(column) == 1:
                    numbers.setdefault(name, []).append(np.broadcast_to(column, (len(batch),))[1:])
        for name, parts in numbers.items():
            named[name] = np.concatenate(parts)
        return np.array(found, dtype=np.str_), named


def _grid(item: Input) -> FloatArray:
    low, high = item.domain
    if item.step is None:
        return np.linspace(low, high, SCAN_POINTS)
    count = round((high - low) / item.step) + 1
    steps: FloatArray = np.arange(count, dtype=np.float64)
    if count > SCAN_POINTS:
        steps = np.unique(np.round(np.linspace(0, count - 1, SCAN_POINTS)))
    return low + item.step * steps


def _bisect(
    verdicts: _Verdicts, keep: FloatArray, change: FloatArray, today: str, becomes: list[str]
) -> tuple[FloatArray, list[str]]:
    """Halve the way between rows that keep today's verdict and rows that do not; returns the changing ends."""
    for _ in range(BISECTIONS):
        middle = (keep + change) / 2
        labels = verdicts(middle)
        same = labels == today
        keep[same] = middle[same]
        change[~same] = middle[~same]
        becomes = [old if stays else str(new) for old, new, stays in zip(becomes, labels, same, strict=True)]
    return change, becomes


def flips(
    analysis: Analysis[Any, Any, Any],
    case: Case,
    options: Options,
    *,
    seed: int = 0,
    budget: float = STEPS,
) -> tuple[Flip, ...] | NotSearched:
    """The nearest change of each input that changes the verdict, nearest first by the share of its domain.

    Returns an empty tuple when none is found at this resolution (201 points an input, then 24 bisections; an input
    with a step is searched at its steps), and NotSearched when the scan would take more than ``budget`` steps.
    """
    verdicts = _Verdicts(analysis, case, options, seed)
    if not verdicts.inputs:
        return NotSearched("no number of the case can be moved")
    grids = [_grid(item) for item in verdicts.inputs]
    refusal = verdicts.declined(sum(map(len, grids)) + BISECTIONS * len(grids), budget)
    if refusal is not None:
        return refusal
    base = verdicts.base
    today = str(verdicts(base[None, :])[0])
    scan = np.repeat(base[None, :], sum(map(len, grids)), axis=0)
    start = 0
    for column, grid in enumerate(grids):
        scan[start : start + len(grid), column] = grid
        start += len(grid)
    labels = verdicts(scan)
    brackets: list[tuple[int, float, float, str]] = []
    start = 0
    for column, grid in enumerate(grids):
        differs = labels[start : start + len(grid)] != today
        names = labels[start : start + len(grid)]
        start += len(grid)
        for points in (
            np.flatnonzero(differs & (grid > base[column])),
            np.flatnonzero(differs & (grid < base[column]))[::-1],
        ):
            if len(points):
                point = int(points[0])
                inner = point - 1 if grid[point] > base[column] else point + 1
                near = base[column]
                if 0 <= inner < len(grid) and abs(grid[inner] - base[column]) < abs(grid[point] - base[column]):
                    same_side = (grid[inner] - base[column]) * (grid[point] - base[column]) > 0
                    near = float(grid[inner]) if same_side else near
                brackets.append((column, float(near), float(grid[point]), str(names[point])))
    if not brackets:
        return ()
    columns = np.array([bracket[0] for bracket in brackets])
    rows = np.arange(len(brackets))
    keep = np.repeat(base[None, :], len(brackets), axis=0)
    change = keep.copy()
    keep[rows, columns] = [bracket[1] for bracket in brackets]
    change[rows, columns] = [bracket[2] for bracket in brackets]
    stepped = np.array([verdicts.inputs[column].step is not None for column in columns])
    becomes = [bracket[3] for bracket in brackets]
    if (~stepped).any():
        change[~stepped], found = _bisect(
            verdicts,
            keep[~stepped],
            change[~stepped],
            today,
            [b for b, s in zip(becomes, stepped, strict=True) if not s],
        )
        for row, label in zip(np.flatnonzero(~stepped), found, strict=True):
            becomes[int(row)] = label
    if stepped.any():
        _bisect_steps(verdicts, keep, change, columns, np.flatnonzero(stepped), today, becomes)
    nearest: dict[int, Flip] = {}
    for bracket, column in enumerate(int(each) for each in columns):
        item = verdicts.inputs[column]
        at = float(change[bracket, column])
        flip = Flip(
            item.path,
            item.label,
            float(base[column]),
            at,
            becomes[bracket],
            abs(at - float(base[column])) / max(item.domain[1] - item.domain[0], 1e-300),
            item.spread is not None and item.spread[0] <= at <= item.spread[1],
        )
        known = nearest.get(column)
        if known is None or flip.share_of_domain < known.share_of_domain:
            nearest[column] = flip
    return tuple(sorted(nearest.values(), key=lambda flip: (flip.share_of_domain, flip.path)))


def _bisect_steps(
    verdicts: _Verdicts,
    keep: FloatArray,
    change: FloatArray,
    columns: NDArray[np.int64],
    rows: NDArray[np.intp],
    today: str,
    becomes: list[str],
) -> None:
    """Bisect inputs that move by steps, in place, until the two ends are one step apart."""
    while True:
        steps = np.array([verdicts.inputs[columns[row]].step or 1.0 for row in rows])
        gap = np.round((change[rows, columns[rows]] - keep[rows, columns[rows]]) / steps)
        open_rows = rows[np.abs(gap) > 1]
        if not len(open_rows):
            return
        half = np.trunc(gap[np.abs(gap) > 1] / 2) * steps[np.abs(gap) > 1]
        middle = keep[open_rows].copy()
        middle[np.arange(len(open_rows)), columns[open_rows]] += half
        for row, values, label in zip(open_rows, middle, verdicts(middle), strict=True):
            if label == today:
                keep[row] = values
            else:
                change[row] = values
                becomes[int(row)] = str(label)


def joint_flip(
    analysis: Analysis[Any, Any, Any],
    case: Case,
    options: Options,
    *,
    seed: int = 0,
    budget: float = STEPS,
) -> JointFlip | NotSearched | None:
    """The fewest inputs that change the verdict when moved together, and by the least share of their ranges.

    One input first, then every pair at the ends of their ranges, then the inputs that push a named value of the
    outcome the furthest, as many of them as it takes. None: even all of them together do not change it.
    """
    verdicts = _Verdicts(analysis, case, options, seed)
    movable = [column for column, item in enumerate(verdicts.inputs) if item.spread is not None]
    if not movable:
        return NotSearched("no number of the case has a range")
    n_pairs = len(movable) * (len(movable) - 1) // 2
    refusal = verdicts.declined(8 * n_pairs + 8 * len(movable), budget)
    if refusal is not None:
        return refusal
    base = verdicts.base
    today = str(verdicts(base[None, :])[0])
    ends = {column: _ends(verdicts.inputs[column]) for column in movable}
    for size in (1, 2):
        corners = []
        for chosen in combinations(movable, size):
            for which in np.ndindex(*(2,) * size):
                corner = base.copy()
                for column, end in zip(chosen, which, strict=True):
                    corner[column] = ends[column][end]
                corners.append(corner)
        if not corners:
            continue
        block = np.array(corners)
        labels = verdicts(block)
        if (labels != today).any():
            return _nearest_ray(verdicts, block[labels != today], labels[labels != today], today)
    corners = _pushes(verdicts, movable, ends)
    if not corners:
        return None
    block = np.array(corners)
    labels = verdicts(block)
    moved = (block != base).sum(axis=1)
    changes = labels != today
    if not changes.any():
        return None
    fewest = changes & (moved == moved[changes].min())
    return _nearest_ray(verdicts, block[fewest], labels[fewest], today)


def _ends(item: Input) -> tuple[float, float]:
    assert item.spread is not None
    return max(item.spread[0], item.domain[0]), min(item.spread[1], item.domain[1])


def _pushes(verdicts: _Verdicts, movable: list[int], ends: dict[int, tuple[float, float]]) -> list[FloatArray]:
    """Rows that push each named value up, and down, with the 1, 2, 3 … inputs that push it the furthest alone."""
    base = verdicts.base
    alone = np.repeat(base[None, :], 2 * len(movable), axis=0)
    for at, column in enumerate(movable):
        alone[2 * at, column], alone[2 * at + 1, column] = ends[column]
    _, values = verdicts.with_values(np.vstack([base[None, :], alone]))
    rows: list[FloatArray] = []
    for numbers in values.values():
        gain = (numbers[1:] - numbers[0]).reshape(len(movable), 2)
        for sign in (1.0, -1.0):
            best = (sign * gain).argmax(axis=1)
            size = (sign * gain).max(axis=1)
            row = base.copy()
            for at in np.argsort(-size, kind="stable"):
                if size[at] <= 0:
                    break
                row = row.copy()
                row[movable[at]] = ends[movable[at]][best[at]]
                rows.append(row)
    return rows


def _nearest_ray(verdicts: _Verdicts, corners: FloatArray, labels: NDArray[np.str_], today: str) -> JointFlip:
    """Shrink each changing row toward the case as written; the least share of the ranges wins."""
    base = verdicts.base
    change, becomes = _bisect(
        verdicts,
        np.repeat(base[None, :], len(corners), axis=0),
        corners.copy(),
        today,
        [str(label) for label in labels],
    )
    halves = np.ones(len(base))
    for column, item in enumerate(verdicts.inputs):
        if item.spread is not None:
            halves[column] = max(float(item.value) - item.spread[0], item.spread[1] - float(item.value), 1e-300)
    shares = (np.abs(change - base) / halves).max(axis=1)
    best = int(np.argmin(shares))
    moves = tuple(
        Move(item.path, item.label, float(base[column]), float(change[best, column]))
        for column, item in enumerate(verdicts.inputs)
        if change[best, column] != base[column]
    )
    return JointFlip(moves, float(shares[best]), becomes[best])
