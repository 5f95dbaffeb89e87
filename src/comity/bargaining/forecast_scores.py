"""How good forecasts were once the outcomes are known: errors, what their bands held, and how sure that can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from .profiles import FloatArray
from .record import RESAMPLES, SEED

LEAST_CASES = 10
"""Below it no interval of a difference is given: a percentile bootstrap of a handful of cases is too narrow."""


@dataclass(frozen=True)
class MethodScore:
    """How far one method was off, in hundredths of the scale (0 to 100).

    Attributes:
        name: the method.
        n: questions that it answered.
        cases: cases that they belong to.
        mean_error: mean absolute error; that of a point is its CRPS.
        median_error: median absolute error.
        compared: questions that the baseline answered too.
        difference: its mean error less the baseline's, over those; None where there is none.
        difference_interval: 95 % interval of the difference, from a paired bootstrap of whole cases; None from too few.
    """

    name: str
    n: int
    cases: int
    mean_error: float
    median_error: float
    compared: int
    difference: float | None
    difference_interval: tuple[float, float] | None


@dataclass(frozen=True)
class BandScore:
    """What one band held that was made to hold a share of the outcomes.

    Attributes:
        share: what it was made to hold, 0 to 1.
        n: settled questions that have it.
        inside: outcomes inside, ends included.
        interval: exact 95 % interval of the share that it holds.
        mean_width: mean width, in hundredths of the scale.
        interval_score: mean interval score, in hundredths of the scale; lower is better.
    """

    share: float
    n: int
    inside: int
    interval: tuple[float, float]
    mean_width: float
    interval_score: float


def method_scores(
    names: Sequence[str],
    errors: FloatArray,
    case: NDArray[np.int64],
    *,
    baseline: str,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> tuple[MethodScore, ...]:
    """Score methods on settled questions, each against the baseline on the questions that both answered.

    Args:
        names: the methods, length n_methods.
        errors: ``(n_methods, n_questions)`` absolute errors in hundredths of the scale; NaN where it said nothing.
        case: ``(n_questions,)`` number of the case of each question, from 0: its questions are drawn together.
        baseline: the method that the others are compared with.
        seed: of the bootstrap (Philox).
        resamples: number of bootstrap samples.

    Returns:
        One score a method that answered any question.

    Source:
        Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 8 and 13 (percentile interval).

    Example:
        >>> errors = np.array([[10.0, 20.0], [12.0, np.nan]])
        >>> own = method_scores(["mean", "own"], errors, np.array([0, 1]), baseline="mean")[1]
        >>> own.n, own.mean_error, own.difference, own.difference_interval
        (1, 12.0, 2.0, None)
    """
    against = errors[list(names).index(baseline)] if baseline in names else np.full(errors.shape[1], np.nan)
    scores = []
    for name, row in zip(names, errors, strict=True):
        known = np.isfinite(row)
        if not known.any():
            continue
        both = known & np.isfinite(against)
        difference = (row - against)[both]
        compared = name != baseline and bool(both.any())
        scores.append(
            MethodScore(
                name=name,
                n=int(known.sum()),
                cases=len(np.unique(case[known])),
                mean_error=float(row[known].mean()),
                median_error=float(np.median(row[known])),
                compared=int(both.sum()) if compared else 0,
                difference=float(difference.mean()) if compared else None,
                difference_interval=paired_bootstrap(difference, case[both], seed, resamples) if compared else None,
            )
        )
    return tuple(scores)


def paired_bootstrap(
    difference: FloatArray, case: NDArray[np.int64], seed: int = SEED, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of a mean difference, whole cases drawn; None below ``LEAST_CASES``.

    Args:
        difference: ``(n_questions,)``.
        case: ``(n_questions,)`` number of the case of each.
        seed: of the draws (Philox).
        resamples: number of samples.

    Source:
        Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 8 and 13.

    Example:
        >>> paired_bootstrap(np.ones(12), np.arange(12))
        (1.0, 1.0)
        >>> paired_bootstrap(np.ones(12), np.zeros(12, dtype=np.int64))
    """
    _, number = np.unique(case, return_inverse=True)
    n_cases = int(number.max()) + 1
    if n_cases < LEAST_CASES:
        return None
    size, total = np.bincount(number), np.bincount(number, weights=difference)
    drawn = np.random.Generator(np.random.Philox(seed)).integers(0, n_cases, size=(resamples, n_cases))
    low, high = np.quantile(total[drawn].sum(axis=1) / size[drawn].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


def band_score(low: FloatArray, high: FloatArray, outcome: FloatArray, share: float) -> BandScore:
    """Score bands that were made to hold a share of the outcomes.

    Args:
        low: ``(n_questions,)`` lower ends, in hundredths of the scale.
        high: ``(n_questions,)`` upper ends.
        outcome: ``(n_questions,)`` what happened.
        share: 0.8 for "8 in 10".

    Returns:
        The score.

    Raises:
        ValueError: no question.

    Example:
        >>> found = band_score(np.array([20.0, 40]), np.array([60.0, 50]), np.array([50.0, 60]), 0.8)
        >>> found.inside, found.mean_width, found.interval_score
        (1, 25.0, 75.0)
    """
    n = len(outcome)
    if n == 0:
        raise ValueError("no question is settled")
    # What is written in the unit of a scale and read in its hundredths is not exact to the last digit.
    inside = int(((low - 1e-9 <= outcome) & (outcome <= high + 1e-9)).sum())
    score = float(interval_score(low, high, outcome, share).mean())
    return BandScore(share, n, inside, clopper_pearson(inside, n), float((high - low).mean()), score)


def interval_score(low: FloatArray, high: FloatArray, outcome: FloatArray, share: float) -> FloatArray:
    """Return the interval score of central intervals: their width, and a penalty for what lies outside.

    With a = 1 - share: (high - low) + (2 / a) (low - outcome) where the outcome lies below, and
    + (2 / a) (outcome - high) where it lies above. It is proper: stating the true quantiles is best.

    Args:
        low: ``(n,)`` lower ends, the (a / 2) quantile.
        high: ``(n,)`` upper ends, the (1 - a / 2) quantile.
        outcome: ``(n,)`` what happened.
        share: 1 - a, such as 0.8.

    Source:
        Gneiting & Raftery (2007), *Strictly proper scoring rules, prediction, and estimation*, JASA 102, eq. 43, after
        Winkler (1972); cited from memory.

    Example:
        >>> interval_score(np.array([2.0]), np.array([6.0]), np.array([7.0]), 0.5)
        array([8.])
    """
    below, above = np.maximum(low - outcome, 0.0), np.maximum(outcome - high, 0.0)
    score: FloatArray = (high - low) + 2 / (1 - share) * (below + above)
    return score


def clopper_pearson(inside: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share from a count: it holds the true share at least as often as it says.

    Args:
        inside: how many, 0 to n.
        n: of how many, at least 1.
        level: 0 to 1.

    Source:
        Clopper & Pearson (1934), *The use of confidence or fiducial limits*, Biometrika 26, by the beta quantiles.

    Example:
        >>> low, high = clopper_pearson(0, 10)
        >>> low, round(high, 4)
        (0.0, 0.3085)
    """
    tail = (1 - level) / 2
    low = 0.0 if inside == 0 else float(betaincinv(inside, n - inside + 1, tail))
    high = 1.0 if inside == n else float(betaincinv(inside + 1, n - inside, 1 - tail))
    return low, high
