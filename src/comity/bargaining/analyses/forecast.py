"""What is the most likely outcome? The compromise model, with the baselines beside it and its record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from comity.bargaining.analyses.stances import CHAPTER, POSITIONS, TRANSFER, Stances, stances_of, track_record
from comity.bargaining.compromise import simple_forecasts, weighted_mean
from comity.bargaining.record import TrackRecord as PastErrors
from comity.bargaining.record import shipped_track_record
from comity.findings import (
    Analysis,
    Answer,
    Bands,
    Citation,
    Claim,
    Estimate,
    Options,
    Outcome,
    PageLine,
    Reads,
    Rows,
    Table,
    TrackRecord,
    View,
)
from comity.findings.asking import bands
from comity.findings.contract import Value
from comity.findings.wording import in_ten, likely, listing, on_scale

COMPROMISE = Citation(
    "Achen 2006",
    "The compromise model: mean of positions weighted by capability times salience (Van den Bos 1991; Achen 2006, in "
    "Thomson, Stokman, Achen & König, The European Union Decides, Cambridge University Press).",
)


@dataclass(frozen=True)
class _Forecastable:
    stances: Stances
    outcome: float | None
    has_reference_point: bool
    dates: tuple[str | None, str | None]
    capability_means: str | None


def _take_forecast(view: View, rows: Rows) -> _Forecastable:
    known = view.numbers("issues.outcome", rows)
    dates = view.object("dates")
    return _Forecastable(
        stances_of(view, rows),
        None if np.isnan(known[0, 0]) else float(known[0, 0]),
        view.has("issues.reference_point"),
        (dates["data_date"], dates["outcome_date"]),
        view.object("capability_means"),
    )


@dataclass(frozen=True)
class Forecasts:
    """The simple forecasts of the case as written, and what the best of them rests on."""

    taken: _Forecastable
    mean: float
    unweighted: float

    @cached_property
    def middle(self) -> float:
        """The middle of the scale."""
        low, high = self.taken.stances.scale
        return (low + high) / 2

    @cached_property
    def median(self) -> float:
        """The weighted median."""
        s = self.taken.stances
        first = (s.positions[:1], s.salience[:1], s.capability[:1])
        return float(simple_forecasts(*first, low=s.scale[0], high=s.scale[1]).weighted_median[0])


def _run_forecast(taken: _Forecastable, options: Options) -> Answer[Forecasts]:
    s = taken.stances
    mean = weighted_mean(s.positions, s.salience, s.capability)
    plain = np.broadcast_to(s.positions.mean(axis=1), mean.shape)
    detail = Forecasts(taken, float(mean[0]), float(plain[0]))
    outcome = Outcome(s.third(mean), s.thirds, {"weighted_mean": mean, "unweighted_mean": plain})
    return Answer(detail, outcome, "redraws")


def _say_forecast(answer: Answer[Forecasts]) -> tuple[Claim, ...]:
    found = answer.detail
    s, errors = found.taken.stances, shipped_track_record()
    track = partial(track_record, errors, scale=s.scale)
    record = track(found.mean, method="weighted-mean")
    estimate = Estimate("weighted_mean", "weighted mean", s.unit, s.scale, record)
    methods = (
        ("weighted mean", found.mean, "weighted-mean"),
        ("unweighted mean", found.unweighted, "unweighted-mean"),
        ("“always the middle”", found.middle, "midpoint"),
    )
    rows: list[tuple[Value, ...]] = []
    for name, value, key in methods:
        each = track(value, method=key)
        rows.append((name, value, *each.eight_in_ten, *each.five_in_ten, each.mean_absolute_error))
    line = " | ".join(
        f"{name} {on_scale(value, s.scale)} ({errors.mean_absolute_error(key):.1f})" for name, value, key in methods
    )
    lines = [
        PageLine("why so wide", _weight_of_camps(s), 10),
        PageLine(
            "methods", "Mean absolute error on past decisions in brackets (scale 0–100; lower is better).", 10, True
        ),
        PageLine("methods", line, 20),
        PageLine("methods", _against_the_unweighted(errors), 25, True),
    ]
    if pulls := _pulls(found):
        lines.append(PageLine("what would change it", pulls, 0))
    if found.taken.outcome is not None:
        lines.append(PageLine("what happened", _happened(found, record), 10))
    nothing_contested = bool((s.positions[0] == s.positions[0, 0]).all())
    sentence = f"Best single estimate {s.at(found.mean)}."
    if nothing_contested:
        everyone = (
            f"all {len(s.actors)} positions with a salience are"
            if len(s.actors) > 1
            else "the one position with a salience is"
        )
        sentence = f"Nothing is contested: {everyone} {s.at(found.mean)}."
    return (
        Claim(
            key="estimate",
            sentence=sentence,
            reading=_reading(found, errors, bands(answer.outcome, estimate), record),
            estimate=estimate,
            table=Table(
                f"Simple forecasts of “{s.question}”",
                (
                    "method",
                    "estimate",
                    "low_8_in_10",
                    "high_8_in_10",
                    "low_5_in_10",
                    "high_5_in_10",
                    "past_error",
                ),
                tuple(rows),
            ),
            chart=partial(_positions_chart, found),
            chart_summary=_weight_of_camps(s),
            lines=tuple(lines),
            caveats=_cautions(found.taken),
            ask_next=_structural(found.taken),
            lead=100,
        ),
    )


def _against_the_unweighted(errors: PastErrors) -> str:
    """Is the weighted mean's better record more than chance? From the paired bootstrap of the record."""
    other = errors.of("unweighted-mean")
    low, high = other.difference_interval
    verdict = "cannot be told from" if low <= 0 <= high else "is better than"
    return (
        f"On this record the weighted mean {verdict} the unweighted one (difference {other.difference:.1f}, 95 % "
        f"interval {low:.1f} to {high:.1f})."
    )


def _reading(found: Forecasts, errors: PastErrors, both: Bands, record: TrackRecord) -> str:
    """What the headline's band excludes, and how likely the outcome lies beyond the nearest stated position."""
    s = found.taken.stances
    low, high = s.scale
    ends = both.input_eight_in_ten if both.headline == "input" and both.input_eight_in_ten else record.eight_in_ten
    at_low, at_high = ends[0] <= low, ends[1] >= high
    if at_low and at_high:
        excludes = "That excludes nothing on the scale"
    elif at_low or at_high:
        excludes = f"That excludes the {'high' if at_low else 'low'} end of the scale, little more"
    elif ends[1] - ends[0] >= 0.5 * (high - low):
        excludes = "That excludes the extremes, little more"
    else:
        excludes = "That is the range to plan for"
    held = float(s.positions[0][np.argmin(np.abs(s.positions[0] - found.mean))])
    if not low < held < high:
        return f"{excludes}."
    above = errors.probability_above("weighted-mean", found.mean, held, low, high)
    side, chance = ("above", above) if above >= 0.5 else ("below", 1 - above)
    how = f"only {in_ten(chance)}" if chance < 0.65 else f"{likely(chance)} ({in_ten(chance)})"
    return f"{excludes}: “{side} {s.at(held)}” is {how}."


def _weight_of_camps(s: Stances) -> str:
    """Who holds how much of the weighted influence, by thirds of the scale, heaviest first."""
    shares = s.weights / s.weights.sum()
    third = s.third(s.positions[0])
    parts = []
    for index in sorted(range(3), key=lambda which: -float(shares[third == which].sum())):
        inside = third == index
        if inside.any():
            names = listing([name for name, here in zip(s.actors, inside, strict=True) if here], limit=5)
            ends = (
                on_scale(s.positions[0][inside].min(), s.scale),
                on_scale(s.positions[0][inside].max(), s.scale),
            )
            where = ends[0] if ends[0] == ends[1] else "–".join(ends)
            verb = "holds" if inside.sum() == 1 else "hold"
            parts.append(f"{names} (at {where}) {verb} {shares[inside].sum() * 100:.1f} %")
    return f"{'; '.join(parts)} of weighted influence (capability times salience)."


def _pulls(found: Forecasts) -> str:
    """The two actors whose move to the median would move the mean most, one from each side."""
    s = found.taken.stances
    shift = s.weights * (found.median - s.positions[0]) / s.weights.sum()
    words = []
    for index in (int(np.argmax(shift)), int(np.argmin(shift))):
        if abs(shift[index]) > 1e-9:
            moved = f"{on_scale(s.positions[0, index], s.scale)}→{on_scale(found.median, s.scale)}"
            words.append(f"{s.actors[index]} {moved} gives {on_scale(found.mean + shift[index], s.scale)}")
    return f"The estimate: {'; '.join(words)}." if words else ""


def _happened(found: Forecasts, record: TrackRecord) -> str:
    s, outcome = found.taken.stances, found.taken.outcome
    assert outcome is not None
    eight = record.eight_in_ten[0] <= outcome <= record.eight_in_ten[1]
    five = record.five_in_ten[0] <= outcome <= record.five_in_ten[1]
    where = "inside 5-in-10" if five else "inside 8-in-10, outside 5-in-10" if eight else "outside 8-in-10"
    return (
        f"{outcome:g} {s.unit}".rstrip() + f". Missed by {s.at(abs(outcome - found.mean))}: {where}. "
        "One case neither confirms nor refutes a method."
    )


def _cautions(taken: _Forecastable) -> tuple[str, ...]:
    lines = [dated] if (dated := _reconstruction(taken)) else []
    if taken.capability_means:
        lines.append(f"Capability is {taken.capability_means}; that is not power.")
    lines.append(TRANSFER)
    if taken.stances.left_out:
        lines.append(
            f"No position, salience or capability is stated for {listing(taken.stances.left_out, limit=6)}: left out, "
            "since silence is not consent."
        )
    return tuple(lines)


def _reconstruction(taken: _Forecastable) -> str:
    """A reconstruction or a forecast? Dates are compared as far as both are known: a year, a month, a day."""
    published, known = taken.dates
    if taken.outcome is None:
        return ""
    if published is None or known is None:
        when = f"Inputs published in {published}" if published else "The date of the inputs is not stated"
        return f"{when}, and what happened is known: a reconstruction, not a forecast."
    digits = min(len(published), len(known))
    if published[:digits] > known[:digits]:
        return f"Inputs published in {published}, after the outcome: a reconstruction, not a forecast."
    if published[:digits] == known[:digits]:
        return f"Inputs published in {published}, perhaps after the outcome ({known}): read it as a reconstruction."
    return ""


def _structural(taken: _Forecastable) -> tuple[str, ...]:
    questions = []
    if not taken.has_reference_point:
        questions.append("What applies if nothing is agreed? The status quo is not in the table.")
    questions.append("What else is on the table? One issue taken alone cannot see a trade.")
    return tuple(questions)


def _positions_chart(found: Forecasts) -> dict[str, Any]:
    from comity.findings.charts import positions_on_a_scale

    s = found.taken.stances
    marks = [("weighted mean", found.mean), ("weighted median", found.median)]
    if found.taken.outcome is not None:
        marks.append(("what happened", found.taken.outcome))
    return positions_on_a_scale(
        s.actors, s.positions[0].tolist(), s.weights.tolist(), s.scale, s.ends[0], s.ends[1], s.unit, marks
    )


FORECAST = Analysis(
    name="forecast",
    chapter=CHAPTER,
    question="What is the most likely outcome?",
    version=1,
    method=COMPROMISE,
    reads=Reads(needs=POSITIONS, optional=("issues.outcome", "issues.reference_point", "dates", "capability_means")),
    options=Options,
    take=_take_forecast,
    run=_run_forecast,
    say=_say_forecast,
    per="issues",
    work=lambda taken: 20.0 * taken.stances.positions.shape[1],
)
