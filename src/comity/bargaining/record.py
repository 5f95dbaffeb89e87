"""How far each forecast was off on past decisions: the record that every band of this room comes from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from comity.sources.past_decisions import PastDecisions

from .challenge import challenge
from .compromise import simple_forecasts
from .profiles import FloatArray

BASELINE = "weighted-mean"
SHARES = (0.5, 0.8, 0.9)
SHIPPED = "track_record.json"
SEED = 20_260_101
RESAMPLES = 10_000

# The rules of the challenge games of the record; of them only Q and risk are ever varied below.
ROUNDS = 10
STOP_TOLERANCE = 0.005

Forecast = Callable[[FloatArray, FloatArray, FloatArray, float, float], float]


@dataclass(frozen=True)
class Method:
    """A forecast that the record tests.

    Attributes:
        name: what the record calls it.
        title: the same in words.
        forecast: positions, salience (0 to 1), capability (each ``(n_actors,)``), low and high end -> outcome.

    """

    name: str
    title: str
    forecast: Forecast


def _simple(attribute: str, *, equal: bool = False) -> Forecast:
    def forecast(positions: FloatArray, salience: FloatArray, capability: FloatArray, low: float, high: float) -> float:
        weight = np.ones_like(capability) if equal else capability
        if not (weight * salience).sum() > 0:
            return float(positions.mean())
        found = simple_forecasts(positions, salience, weight, low=low, high=high)
        return float(getattr(found, attribute)[0])

    return forecast


def _challenge(*, equal: bool = False, status_quo_probability: float = 1.0, **options: Any) -> Forecast:
    def forecast(positions: FloatArray, salience: FloatArray, capability: FloatArray, low: float, high: float) -> float:
        found = challenge(
            positions,
            salience,
            np.ones_like(capability) if equal else capability,
            status_quo_probability=status_quo_probability,
            rounds=ROUNDS,
            stop_tolerance=STOP_TOLERANCE,
            **options,
        )
        return float(found.median[0])

    return forecast


METHODS: tuple[Method, ...] = (
    Method("weighted-mean", "weighted mean", _simple("weighted_mean")),
    Method("weighted-mean-equal", "weighted mean, equal capability", _simple("weighted_mean", equal=True)),
    Method("unweighted-mean", "unweighted mean", _simple("unweighted_mean")),
    Method("weighted-median", "weighted median", _simple("weighted_median")),
    Method("midpoint", "always the middle", _simple("midpoint")),
    Method("challenge-scholz-paper", "challenge model, paper", _challenge()),
    Method("challenge-scholz-paper-q50", "challenge model, paper, Q 0.5", _challenge(status_quo_probability=0.5)),
    Method("challenge-scholz-paper-no-risk", "challenge model, paper, no risk attitudes", _challenge(risk=False)),
    Method("challenge-scholz-paper-equal", "challenge model, paper, equal capability", _challenge(equal=True)),
    Method("challenge-scholz-code", "challenge model, code", _challenge(variant="scholz-code")),
)
"""The forecasts of the record, in the order in which it prints them."""


@dataclass(frozen=True)
class BackTest:
    """Every forecast of every past issue.

    Attributes:
        methods: names, length n_methods.
        titles: the same in words.
        forecasts: ``(n_methods, n_issues)``, in the unit of each issue's scale.
        errors: ``(n_methods, n_issues)`` absolute errors, in hundredths of each issue's scale (0 to 100).
        proposal: ``(n_issues,)`` number of the proposal of each issue, from 0.
        past: the decisions.

    """

    methods: tuple[str, ...]
    titles: tuple[str, ...]
    forecasts: FloatArray
    errors: FloatArray
    proposal: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    past: PastDecisions


@dataclass(frozen=True)
class MethodRecord:
    """How far one method was off; all in hundredths of the scale (0 to 100).

    Attributes:
        name: the method.
        title: the same in words.
        mean_absolute_error: mean over the issues.
        quantiles: ``(99,)`` percentiles 1 to 99 of the absolute error.
        difference: its mean absolute error less that of the weighted mean.
        difference_interval: 95 % interval of the difference, from a paired bootstrap of whole proposals.
        coverage: share of outcomes inside the bands of ``SHARES``, each band made without the issue's proposal.

    """

    name: str
    title: str
    mean_absolute_error: float
    quantiles: FloatArray
    difference: float
    difference_interval: tuple[float, float]
    coverage: tuple[float, ...]


@dataclass(frozen=True)
class TrackRecord:
    """The record of the forecasts on one table of past decisions, and the bands that follow from it.

    Attributes:
        title: the table, in words.
        source: its citation.
        issues: number of issues used.
        proposals: number of proposals that they belong to.
        unusable: number of issues that were left out.
        methods: one record a method.

    """

    title: str
    source: str
    issues: int
    proposals: int
    unusable: int
    methods: tuple[MethodRecord, ...]

    def of(self, method: str) -> MethodRecord:
        """Return the record of one method.

        Raises:
            KeyError: the record has no such method.

        """
        for each in self.methods:
            if each.name == method:
                return each
        raise KeyError(f"no record of {method!r}; there is one of {', '.join(m.name for m in self.methods)}")

    def mean_absolute_error(self, method: str) -> float:
        """Return a method's mean absolute error, in hundredths of the scale.

        Example:
            >>> shipped_track_record().mean_absolute_error("weighted-mean")
            22.99

        """
        return self.of(method).mean_absolute_error

    def band(self, method: str, estimate: float, low: float, high: float, share: float) -> tuple[float, float]:
        """Return the interval around an estimate that held this share of past outcomes.

        Args:
            method: whose errors.
            estimate: the forecast, in the unit of the scale.
            low: the lower end of the scale.
            high: the upper end of the scale.
            share: 0.01 to 0.99; 0.8 for "8 in 10".

        Returns:
            Lower and upper end, cut at the ends of the scale.

        Raises:
            KeyError: the record has no such method.
            ValueError: a share outside 0.01 to 0.99, or a scale without length.

        Example:
            >>> low, high = shipped_track_record().band("weighted-mean", 7.39, 4, 10, 0.8)
            >>> round(low, 1), round(high, 1)
            (5.2, 9.6)

        """
        if not 0.01 <= share <= 0.99:
            raise ValueError(f"share {share:g}: expected 0.01 to 0.99")
        percent = np.arange(1, 100) / 100
        half = float(np.interp(share, percent, self.of(method).quantiles)) * _unit(low, high)
        return max(low, estimate - half), min(high, estimate + half)

    def probability_above(self, method: str, estimate: float, threshold: float, low: float, high: float) -> float:
        """Return the probability that the outcome lies above a threshold, if this issue is like the past ones.

        The absolute errors of the past, scaled to the length of this scale, are taken to fall on either side of the
        estimate equally often; what would pass an end of the scale counts as that end.

        Args:
            method: whose errors.
            estimate: the forecast, in the unit of the scale.
            threshold: the point to be passed, in the same unit.
            low: the lower end of the scale.
            high: the upper end of the scale.

        Returns:
            A probability, 0 to 1: 1 for a threshold below the scale, 0 at or above its upper end.

        Raises:
            KeyError: the record has no such method.
            ValueError: a scale without length.

        Example:
            >>> round(shipped_track_record().probability_above("weighted-mean", 7.39, 7, 4, 10), 1)
            0.6

        """
        unit = _unit(low, high)
        if threshold < low:
            return 1.0
        if threshold >= high:
            return 0.0
        nearer = _share_within(self.of(method).quantiles, abs(threshold - estimate) / unit)
        return 0.5 + 0.5 * nearer if threshold < estimate else 0.5 - 0.5 * nearer


def _unit(low: float, high: float) -> float:
    if not low < high:
        raise ValueError(f"a scale from {low:g} to {high:g} has no length")
    return (high - low) / 100


def _share_within(quantiles: FloatArray, error: float) -> float:
    """Share of past absolute errors up to ``error``; straight lines from (0, 0) by the percentiles to (100, 1)."""
    errors = np.concatenate([[0.0], quantiles, [100.0]])
    after = int(np.searchsorted(errors, error, side="right"))
    if after >= len(errors):
        return 1.0
    before = errors[after - 1]
    return float(after - 1 + (error - before) / (errors[after] - before)) / 100


def back_test(past: PastDecisions) -> BackTest:
    """Forecast every past issue by every method, each with the actors that the table records for it.

    Args:
        past: a table of past decisions, from :func:`comity.sources.read_past_decisions`.

    Returns:
        Forecasts and absolute errors of all of ``METHODS``.

    Source:
        Rules of Thomson, Stokman, Achen & König (2006), *The European Union Decides*: absolute error on a scale
        brought to 0-100.

    """
    forecasts = np.empty((len(METHODS), len(past.issues)))
    for k in range(len(past.issues)):
        known = np.isfinite(past.positions[k])
        arrays = (past.positions[k, known], past.salience[k, known], past.capability[k, known])
        for m, method in enumerate(METHODS):
            forecasts[m, k] = method.forecast(*arrays, float(past.low[k]), float(past.high[k]))
    names = list(dict.fromkeys(past.proposals))
    return BackTest(
        methods=tuple(method.name for method in METHODS),
        titles=tuple(method.title for method in METHODS),
        forecasts=forecasts,
        errors=100 * np.abs(forecasts - past.outcome) / (past.high - past.low),
        proposal=np.array([names.index(name) for name in past.proposals], dtype=np.int64),
        past=past,
    )


def track_record(tested: BackTest, *, seed: int = SEED, resamples: int = RESAMPLES) -> TrackRecord:
    """Sum up a back-test: errors, their quantiles, a paired bootstrap by proposal, and the bands' coverage.

    Issues of one proposal were decided together, so whole proposals are drawn, and a band that is tested on an issue
    is made without the issue's proposal.

    Args:
        tested: forecasts and errors.
        seed: of the bootstrap (Philox).
        resamples: number of bootstrap samples.

    Returns:
        One record a method.

    Source:
        Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 8 and 13 (percentile interval).

    """
    n_proposals = int(tested.proposal.max()) + 1
    size = np.bincount(tested.proposal, minlength=n_proposals)
    generator = np.random.Generator(np.random.Philox(seed))
    drawn = generator.integers(0, n_proposals, size=(resamples, n_proposals))
    drawn_issues = size[drawn].sum(axis=1)
    against = tested.errors[tested.methods.index(BASELINE)]
    records = []
    for m, name in enumerate(tested.methods):
        errors = tested.errors[m]
        difference = errors - against
        by_proposal = np.bincount(tested.proposal, weights=difference, minlength=n_proposals)
        low, high = np.quantile(by_proposal[drawn].sum(axis=1) / drawn_issues, [0.025, 0.975])
        records.append(
            MethodRecord(
                name=name,
                title=tested.titles[m],
                mean_absolute_error=float(errors.mean()),
                quantiles=np.quantile(errors, np.arange(1, 100) / 100),
                difference=float(difference.mean()),
                difference_interval=(float(low), float(high)),
                coverage=_coverage(errors, tested.proposal, n_proposals),
            )
        )
    past = tested.past
    return TrackRecord(past.title, past.source, len(past.issues), n_proposals, len(past.unusable), tuple(records))


def _coverage(
    errors: FloatArray, proposal: np.ndarray[tuple[int, ...], np.dtype[np.int64]], n_proposals: int
) -> tuple[float, ...]:
    """Share of errors inside the band of each share, the band made from the errors of all other proposals."""
    if n_proposals < 2:
        return (float("nan"),) * len(SHARES)
    inside = np.zeros(len(SHARES))
    for left_out in range(n_proposals):
        here = proposal == left_out
        limits = np.quantile(errors[~here], SHARES)
        inside += (errors[here, None] <= limits + 1e-9).sum(axis=0)
    return tuple(float(share) for share in inside / len(errors))


def quantiles_table(record: TrackRecord) -> str:
    """Return a record as the small JSON table that the package ships; the same record gives the same bytes.

    Args:
        record: what to write; numbers are rounded to 0.01 (hundredths of the scale), coverage to 0.001.

    """
    head = {
        "title": record.title,
        "source": record.source,
        "issues": record.issues,
        "proposals": record.proposals,
        "unusable": record.unusable,
        "unit": "hundredths of the scale",
        "quantiles": "percentiles 1 to 99 of the absolute error",
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    methods = []
    for each in record.methods:
        cells = {
            "name": each.name,
            "title": each.title,
            "mean_absolute_error": _round(each.mean_absolute_error, 2),
            "difference": _round(each.difference, 2),
            "difference_interval": [_round(end, 2) for end in each.difference_interval],
            "coverage": [_round(share, 3) for share in each.coverage],
            "quantiles": [_round(error, 2) for error in each.quantiles],
        }
        methods.append("    " + json.dumps(cells, ensure_ascii=False))
    return "\n".join(["{", *lines, '  "methods": [', ",\n".join(methods), "  ]", "}"]) + "\n"


def _round(value: float, digits: int) -> float | None:
    """Rounded after the noise of the last bits is gone, and without a negative zero; None for NaN."""
    return None if np.isnan(value) else round(round(float(value), 9), digits) + 0.0


def read_quantiles(text: str) -> TrackRecord:
    """Return the record that :func:`quantiles_table` wrote.

    Args:
        text: content of the file.

    Returns:
        The record, as rounded.

    """
    table = json.loads(text)
    methods = tuple(
        MethodRecord(
            name=cells["name"],
            title=cells["title"],
            mean_absolute_error=cells["mean_absolute_error"],
            quantiles=np.array(cells["quantiles"], dtype=np.float64),
            difference=cells["difference"],
            difference_interval=(cells["difference_interval"][0], cells["difference_interval"][1]),
            coverage=tuple(float("nan") if share is None else share for share in cells["coverage"]),
        )
        for cells in table["methods"]
    )
    return TrackRecord(table["title"], table["source"], table["issues"], table["proposals"], table["unusable"], methods)


@cache
def shipped_track_record() -> TrackRecord:
    """Return the record that the package ships: DEU III, made by :func:`quantiles_table`.

    Source:
        Arregui & Perarnaud (2021), DEU III, doi:10.34810/data53, CC BY 4.0.

    Example:
        >>> record = shipped_track_record()
        >>> record.issues, record.proposals
        (351, 137)

    """
    return read_quantiles(resources.files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8"))
