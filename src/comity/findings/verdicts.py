"""Runs of an analysis on rows made while they are needed: each row's verdict, at a counted cost.

The cost is counted in the analysis' own steps and not by a clock, so that what is searched, and what is declined, is
the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from comity.findings.contract import Analysis, Case, FloatArray, IntArray, NotSearched, Options, Rows
from comity.findings.redraws import as_written

STEPS = 3e9
_BATCH = 4096
_BATCH_BYTES = 8e6
_BATCH_STEPS = 2.5e8
_STEPS_A_NUMBER = 50.0
_FEWEST_STEPS = 1_000.0

MakeRows: TypeAlias = Callable[[int, int], FloatArray]


class BudgetSpentError(Exception):
    """A search came to the limit of its steps; the message is one line that says so."""


@dataclass
class Verdicts:
    """Runs an analysis on rows and tells each row's verdict as a code; counts the steps spent."""

    analysis: Analysis[Any, Any, Any]
    case: Case
    options: Options
    seed: int
    budget: float = STEPS

    def __post_init__(self) -> None:
        self.view = self.case.view(self.analysis.reads)
        self.inputs = self.case.inputs(self.analysis.reads)
        self.base = as_written(self.inputs)
        self.spent = 0
        self._codes: dict[str, int] = {}

    @cached_property
    def steps(self) -> float:
        """Steps of one row: what the analysis counts (or its arrays suggest), and one for each input."""
        taken = self.analysis.take(self.view, Rows(self.inputs, self.base[None, :], self.seed))
        work = self.analysis.work
        counted = work(taken) if work is not None else max(_FEWEST_STEPS, _STEPS_A_NUMBER * _numbers_in(taken, set()))
        return float(counted) + len(self.inputs)

    @cached_property
    def batch(self) -> int:
        """How many rows are run at once, so that they and what is made of them stay small."""
        by_bytes = _BATCH_BYTES / (8 * max(1, len(self.inputs)))
        return max(32, int(min(_BATCH, by_bytes, _BATCH_STEPS / self.steps)))

    @cached_property
    def today(self) -> int:
        """The verdict of the case as written."""
        return int(self.run(1, lambda start, stop: self.base[None, :])[0][0])

    def declined(self, rows: int, doing: str) -> NotSearched | None:
        """Would this many rows cost more than the budget?"""
        return NotSearched(self._too_long(rows, doing)) if rows * self.steps > self.budget else None

    def _too_long(self, rows: int, doing: str) -> str:
        return (
            f"{doing} would take about {_rounded(rows):,} runs, some {rows * self.steps:.0e} steps; "
            f"the limit is {self.budget:.0e}"
        )

    def words(self, code: int) -> str:
        """A verdict's label."""
        return list(self._codes)[code]

    def run(self, n_rows: int, make: MakeRows) -> tuple[IntArray, dict[str, FloatArray]]:
        """Each row's verdict ``(n_rows,)``, and the outcome's named values ``(n_rows,)``.

        ``make(start, stop)`` makes those rows, ``(stop - start, n_inputs)``; it is called for one batch at a time.
        Raises BudgetSpentError rather than pass the budget.
        """
        if (self.spent + n_rows) * self.steps > self.budget:
            raise BudgetSpentError(self._too_long(self.spent + n_rows, "trying numbers together"))
        self.spent += n_rows
        codes = np.empty(n_rows, dtype=np.int64)
        named: dict[str, FloatArray] = {}
        for start in range(0, n_rows, self.batch):
            stop = min(start + self.batch, n_rows)
            rows = np.vstack([self.base[None, :], make(start, stop)])
            answer = self.analysis.run(self.analysis.take(self.view, Rows(self.inputs, rows, self.seed)), self.options)
            if answer.outcome is None or not answer.outcome.labels:
                raise ValueError(f"{self.analysis.name} declares no verdict")
            known = np.array([self._codes.setdefault(label, len(self._codes)) for label in answer.outcome.labels])
            codes[start:stop] = known[np.broadcast_to(answer.outcome.verdict, (len(rows),))[1:]]
            for name, column in answer.outcome.values.items():
                if np.ndim(column) == 1:
                    numbers = named.setdefault(name, np.full(n_rows, np.nan))
                    numbers[start:stop] = np.broadcast_to(column, (len(rows),))[1:]
        return codes, named


def _rounded(rows: int) -> int:
    """Two significant figures.

    >>> _rounded(43_210)
    43000
    """
    return int(float(f"{rows:.1e}"))


def _numbers_in(taken: Any, seen: set[int]) -> int:
    """How many numbers the arrays hold that ``take`` returned, however nested."""
    if id(taken) in seen:
        return 0
    seen.add(id(taken))
    if isinstance(taken, np.ndarray):
        return int(taken.size)
    if is_dataclass(taken) and not isinstance(taken, type):
        return sum(_numbers_in(getattr(taken, each.name), seen) for each in fields(taken))
    if isinstance(taken, Mapping):
        return sum(_numbers_in(each, seen) for each in taken.values())
    if isinstance(taken, tuple | list):
        return sum(_numbers_in(each, seen) for each in taken)
    return 0
