"""Utilities from answers such as "I would give up this on one issue for that on another", with what they leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .swing_weights import ElicitationError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_OPTIONS = 200
MOST_ROWS = 500
# Sets of answers that are tried in the search for the smallest that conflicts; each is a small linear program.
MOST_SETS = 1_500


@dataclass(frozen=True)
class Conflict:
    """Answers that no utilities satisfy together, while they satisfy all but any one of them.

    Attributes:
        answers: the answers, by their numbers from 0.
        smallest: True where no smaller set of answers conflicts; False where that was not searched to the end.
        off: by how much each answer given is missed by the utilities with the least sum of misses, in their unit.

    """

    answers: tuple[int, ...]
    smallest: bool
    off: FloatArray


@dataclass(frozen=True)
class Utilities:
    """Utilities that agree with every answer.

    Attributes:
        values: ``(n_options,)`` the mean of the solutions in which one utility is least or most: it agrees with every
            answer itself.
        low: ``(n_options,)`` the least that each can be, all answers kept.
        high: ``(n_options,)`` the most.
        conflict: answers that contradict each other; the three arrays are then NaN.

    """

    values: FloatArray
    low: FloatArray
    high: FloatArray
    conflict: Conflict | None


def utilities_from_answers(
    options: Sequence[int],
    coefficients: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    answer: Sequence[int] | None = None,
    total: float = 100.0,
) -> Utilities:
    """Return, for the utility of every option, the interval that the answers leave, by linear programming.

    The options of an issue stand from worst to best. The worst of each issue is worth 0, none is worth less than the
    one before it, and the best of all issues together are worth ``total``. An answer says that a sum of utilities lies
    between two ends: an indifference between two packages is a difference of 0.

    Args:
        options: number of options of each issue, in order.
        coefficients: ``(n_rows, n_options)`` factor of each option's utility in each row.
        low: ``(n_rows,)`` least value of each row; minus infinity where there is none.
        high: ``(n_rows,)`` most.
        answer: ``(n_rows,)`` which answer each row belongs to, from 0; its own number where None.
        total: what the best package is worth.

    Returns:
        The utilities, or the answers that conflict.

    Raises:
        ElicitationError: shapes that do not fit, a total that is not above 0, too many options or rows.

    Source: additive utilities by ordinal regression with a sensitivity analysis: Jacquet-Lagrèze & Siskos 1982,
    *European Journal of Operational Research* 10; the mean of the extreme solutions: Siskos, Grigoroudis & Matsatsinis
    2005; trade-offs: Keeney & Raiffa 1976, ch. 3 (from memory, not opened). Solver: HiGHS.

    Example:
        >>> found = utilities_from_answers([2, 2], [[0, 1, 0, -3]], [0], [0])  # the first swing is three of the second
        >>> found.values.round(6).tolist()
        [0.0, 75.0, 0.0, 25.0]
    """
    program = _Program(options, coefficients, low, high, answer, total)
    everything = tuple(range(program.answers))
    if not program.feasible(everything):
        nothing = np.full(program.n, np.nan)
        return Utilities(nothing, nothing, nothing, program.conflict())
    ends = np.array([[program.extreme(at, sign) for sign in (1.0, -1.0)] for at in range(program.n)])
    least, most = np.einsum("oeo->eo", ends)
    # A utility that is fixed has no extremes of its own: any solution would count as one.
    is_open = most - least > 1e-6 * total
    middle = ends[is_open].mean(axis=(0, 1)) if is_open.any() else ends[0, 0]
    # Adding 0 makes a zero of the solver that is below it a plain one.
    return Utilities(np.clip(middle, least, most) + 0.0, least + 0.0, most + 0.0, None)


class _Program:
    """The linear program of one set of answers."""

    def __init__(
        self,
        options: Sequence[int],
        coefficients: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
        answer: Sequence[int] | None,
        total: float,
    ) -> None:
        sizes = np.asarray(options, np.int64)
        if sizes.ndim != 1 or not len(sizes) or (sizes < 1).any() or sizes.sum() > MOST_OPTIONS:
            raise ElicitationError(f"every issue has an option, and all together at most {MOST_OPTIONS}")
        self.n = int(sizes.sum())
        self.rows = np.asarray(coefficients, np.float64).reshape(-1, self.n)
        self.low, self.high = np.asarray(low, np.float64), np.asarray(high, np.float64)
        self.owner = np.arange(len(self.rows)) if answer is None else np.asarray(answer, np.int64)
        if not len(self.rows) == len(self.low) == len(self.high) == len(self.owner) or len(self.rows) > MOST_ROWS:
            raise ElicitationError(f"each row has two ends and an answer, and there are at most {MOST_ROWS}")
        if not np.isfinite(self.rows).all() or np.isnan(self.low).any() or (self.low > self.high).any():
            raise ElicitationError("rows are finite, and the low end is not above the high end")
        if not (np.isfinite(total) and total > 0) or (sizes == 1).all():
            raise ElicitationError("the best package is worth more than the worst: an issue has two options, total > 0")
        self.answers = int(self.owner.max()) + 1 if len(self.owner) else 0
        self.total = total
        self.first: IntArray = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)[:-1]])
        self.best = np.zeros(self.n)
        self.best[np.cumsum(sizes) - 1] = 1.0
        rising = np.eye(self.n, k=1) - np.eye(self.n)
        self.rising = rising[[at for at in range(self.n - 1) if at + 1 not in self.first]]

    def extreme(self, at: int, sign: float) -> FloatArray:
        """The solution that makes one utility least (sign 1) or most (sign -1)."""
        cost = np.zeros(self.n)
        cost[at] = sign
        found = self._solve(cost, tuple(range(self.answers)))
        if found is None:  # pragma: no cover - feasibility was established
            raise ElicitationError("the linear program has no solution")
        return found

    def feasible(self, answers: tuple[int, ...]) -> bool:
        """Do some utilities satisfy these answers?"""
        return self._solve(np.zeros(self.n), answers) is not None

    def conflict(self) -> Conflict:
        """An irreducible set of answers that conflict, the smallest where the search for it is short."""
        core = list(range(self.answers))
        for each in tuple(core):
            without = tuple(kept for kept in core if kept != each)
            if not self.feasible(without):
                core = list(without)
        size, left = 1, MOST_SETS
        while size < len(core) and comb(self.answers, size) <= left:
            left -= comb(self.answers, size)
            for some in combinations(range(self.answers), size):
                if not self.feasible(some):
                    return Conflict(some, True, self._misses())
            size += 1
        return Conflict(tuple(core), size >= len(core), self._misses())

    def _limits(self, answers: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        """Rows and right sides of ``rows @ utilities <= right``: the order of options, and these answers."""
        chosen = np.isin(self.owner, answers)
        up, down = chosen & np.isfinite(self.high), chosen & np.isfinite(self.low)
        rows = np.vstack([-self.rising, self.rows[up], -self.rows[down]])
        right = np.concatenate([np.zeros(len(self.rising)), self.high[up], -self.low[down]])
        return rows, right

    def _bounds(self) -> list[tuple[float, float]]:
        return [(0.0, 0.0 if at in self.first else self.total) for at in range(self.n)]

    def _solve(self, cost: FloatArray, answers: tuple[int, ...]) -> FloatArray | None:
        from scipy.optimize import linprog

        rows, right = self._limits(answers)
        found = linprog(
            cost, A_ub=rows if len(rows) else None, b_ub=right if len(rows) else None,
            A_eq=self.best.reshape(1, -1), b_eq=[self.total], bounds=self._bounds(), method="highs",
        )  # fmt: skip
        return np.asarray(found.x, np.float64) if found.status == 0 else None

    def _misses(self) -> FloatArray:
        """By how much each answer is missed where the sum of the misses is least."""
        from scipy.optimize import linprog

        rows, right = self._limits(tuple(range(self.answers)))
        up, down = np.isfinite(self.high), np.isfinite(self.low)
        owner = np.concatenate([self.owner[up], self.owner[down]])
        errors = np.zeros((len(rows), self.answers))
        errors[np.arange(len(self.rising), len(rows)), owner] = -1.0
        found = linprog(
            np.concatenate([np.zeros(self.n), np.ones(self.answers)]),
            A_ub=np.hstack([rows, errors]), b_ub=right,
            A_eq=np.concatenate([self.best, np.zeros(self.answers)]).reshape(1, -1), b_eq=[self.total],
            bounds=[*self._bounds(), *[(0.0, None)] * self.answers], method="highs",
        )  # fmt: skip
        return np.asarray(found.x, np.float64)[self.n :]
