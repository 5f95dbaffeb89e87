"""How far each forecast was off on past decisions: the record that every band of this room comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .profiles import FloatArray

if TYPE_CHECKING:
    from .back_test import BackTest

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

BASELINE = "weighted-mean"
SHARES = (0.5, 0.8, 0.9)
SHIPPED = "track_record.json"
SEED = 20_260_101
RESAMPLES = 10_000


@dataclass(frozen=True)
class MethodRecord:
    """How far one method was off; all in hundredths of the scale (0 to 100).

    Attributes:
        name: the method.
        title: the same in words.
        issues: number of issues that it could answer; all of what follows is of these.
        mean_absolute_error: mean over the issues.
        quantiles: ``(99,)`` percentiles 1 to 99 of the absolute error.
        difference: its mean absolute error less that of the weighted mean on the same issues.
        difference_interval: 95 % interval of the difference, from a paired bootstrap of whole proposals.
        joint_interval: the same, wide enough that with 95 % probability the intervals of all methods hold together;
            only a method of which this one lies below zero has a record better than the mean's. Of many methods
            tried the best looks better than it is.
        coverage: share of outcomes inside the bands of ``SHARES``, each band made without the issue's proposal.

    """

    name: str
    title: str
    issues: int
    mean_absolute_error: float
    quantiles: FloatArray
    difference: float
    difference_interval: tuple[float, float]
    joint_interval: tuple[float, float]
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
        Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 8 and 13 (percentile interval). Besag,
        Green, Higdon & Mengersen (1995), Statistical Science 10 (intervals that hold together, by ranks); from memory,
        not opened.

    """
    n_proposals = int(tested.proposal.max()) + 1
    answered = np.isfinite(tested.errors)
    errors = np.where(answered, tested.errors, 0.0)
    difference = np.where(answered, errors - errors[tested.methods.index(BASELINE)], 0.0)
    # How often each proposal is drawn, and what each adds: a bootstrap of sums is one product of matrices.
    generator = np.random.Generator(np.random.Philox(seed))
    drawn = generator.integers(0, n_proposals, size=(resamples, n_proposals))
    drawn += n_proposals * np.arange(resamples)[:, None]
    times = np.bincount(drawn.ravel(), minlength=resamples * n_proposals).reshape(resamples, n_proposals)
    of_proposal = (tested.proposal[:, None] == np.arange(n_proposals)).astype(np.float64)
    adds, issues = times @ (difference @ of_proposal).T, times @ (answered @ of_proposal).T
    # A sample that draws no issue of a method says nothing of it.
    mean = np.divide(adds, issues, out=np.full(adds.shape, np.nan), where=issues > 0)
    joint = _joint_intervals(mean)
    covered = _coverage(tested.errors, answered, tested.proposal, n_proposals)
    records = []
    for m, name in enumerate(tested.methods):
        known = errors[m, answered[m]]
        low, high = np.nanquantile(mean[:, m], [0.025, 0.975])
        records.append(
            MethodRecord(
                name=name,
                title=tested.titles[m],
                issues=len(known),
                mean_absolute_error=float(known.mean()),
                quantiles=np.quantile(known, np.arange(1, 100) / 100),
                difference=float(difference[m, answered[m]].mean()),
                difference_interval=(float(low), float(high)),
                joint_interval=(float(joint[m, 0]), float(joint[m, 1])),
                coverage=tuple(float(share) for share in covered[m]),
            )
        )
    past = tested.past
    return TrackRecord(past.title, past.source, len(past.issues), n_proposals, len(past.unusable), tuple(records))


def _joint_intervals(resampled: FloatArray) -> FloatArray:
    """Percentile intervals that hold together for all methods with 95 %, ``(n_methods, 2)``.

    Each sample counts by the method in which it lies furthest out, as a share of that method's own samples; the
    intervals reach as far out as 95 % of the samples do, so that each contains the method's interval of its own.
    """
    furthest = np.zeros(len(resampled))
    for column in resampled.T:
        known = np.sort(column[~np.isnan(column)])
        if len(known) and known[0] < known[-1]:
            below = (np.searchsorted(known, column, "left") + np.searchsorted(known, column, "right")) / 2
            out = np.abs(2 * below / len(known) - 1)
            furthest = np.maximum(furthest, np.where(np.isnan(column), 0.0, out))
    level = max(float(np.quantile(furthest, 0.95)), 0.95)
    ends: FloatArray = np.nanquantile(resampled, [(1 - level) / 2, (1 + level) / 2], axis=0).T
    return ends


def _coverage(errors: FloatArray, answered: BoolArray, proposal: IntArray, n_proposals: int) -> FloatArray:
    """Share of errors inside each band, the band made from all other proposals: ``(n_methods, n_shares)``."""
    found = np.full((len(errors), len(SHARES)), np.nan)
    if n_proposals < 2:
        return found
    # Methods that answer the same issues share the work.
    for known in np.unique(answered, axis=0):
        methods = np.flatnonzero((answered == known).all(axis=1))
        theirs, belongs = errors[np.ix_(methods, np.flatnonzero(known))], proposal[known]
        inside = np.zeros((len(methods), len(SHARES)))
        for left_out in np.unique(belongs):
            here = belongs == left_out
            if here.all():
                break
            limits = np.quantile(theirs[:, ~here], SHARES, axis=1).T
            inside += (theirs[:, here, None] <= limits[:, None, :] + 1e-9).sum(axis=1)
        else:
            found[methods] = inside / theirs.shape[1]
    return found


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
            "issues": each.issues,
            "mean_absolute_error": _round(each.mean_absolute_error, 2),
            "difference": _round(each.difference, 2),
            "difference_interval": [_round(end, 2) for end in each.difference_interval],
            "joint_interval": [_round(end, 2) for end in each.joint_interval],
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
            issues=cells["issues"],
            mean_absolute_error=cells["mean_absolute_error"],
            quantiles=np.array(cells["quantiles"], dtype=np.float64),
            difference=cells["difference"],
            difference_interval=(cells["difference_interval"][0], cells["difference_interval"][1]),
            joint_interval=(cells["joint_interval"][0], cells["joint_interval"][1]),
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
