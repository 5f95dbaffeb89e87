"""Which position would no other beat in a weighted vote?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.bargaining.analyses.stances import (
    CHAPTER,
    POSITIONS,
    TRANSFER,
    Stances,
    against_baselines,
    stances_of,
    track_record,
)
from comity.bargaining.compromise import simple_forecasts
from comity.bargaining.record import shipped_track_record
from comity.findings import (
    Analysis,
    Answer,
    Citation,
    Claim,
    Estimate,
    Options,
    Outcome,
    PageLine,
    Reads,
    Table,
)
from comity.findings.wording import listing, on_scale

MEDIAN_VOTER = Citation(
    "Black 1948",
    "The weighted median: with single-peaked preferences no other position beats it in a weighted vote (Black 1948, "
    "On the rationale of group decision-making, Journal of Political Economy 56).",
)


@dataclass(frozen=True)
class Medians:
    """The weighted median of the case as written."""

    stances: Stances
    lower: float
    upper: float
    tie: bool


def _run_median(stances: Stances, options: Options) -> Answer[Medians]:
    low, high = stances.scale
    found = simple_forecasts(stances.positions, stances.salience, stances.capability, low=low, high=high)
    median = found.weighted_median
    camps = np.unique(stances.positions[0])
    # A redrawn median is some actor's redrawn position: name it by the camp in which that actor stands as written.
    pivot = np.argmin(np.abs(stances.positions - median[:, None]), axis=1)
    camp = np.searchsorted(camps, stances.positions[0][pivot]).astype(np.int64)
    shown = [stances.at(float(at)) for at in camps]
    if len(set(shown)) < len(shown):
        shown = [f"{at:g} {stances.unit}".rstrip() for at in camps]
    labels = tuple(f"the median actor is one of those now at {at}" for at in shown)
    detail = Medians(stances, float(median[0]), float(found.upper_median[0]), bool(found.tie[0]))
    return Answer(detail, Outcome(camp, labels, {"weighted_median": median}), "redraws")


def _say_median(answer: Answer[Medians]) -> tuple[Claim, ...]:
    found, s, errors = answer.detail, answer.detail.stances, shipped_track_record()
    record = track_record(errors, found.lower, s.scale, "weighted-median")
    order = np.argsort(s.positions[0], kind="stable")
    shares = (s.weights / s.weights.sum())[order]
    rows = tuple(
        (s.actors[index], float(s.positions[0, index]), float(share), float(reached))
        for index, share, reached in zip(order, shares, np.cumsum(shares), strict=True)
    )
    there = [name for name, at in zip(s.actors, s.positions[0], strict=True) if at == found.lower]
    tie = f" It is a tie with {s.at(found.upper)}." if found.tie else ""
    return (
        Claim(
            key="median",
            sentence=f"The weighted median is {s.at(found.lower)}, the position of {listing(there, limit=5)}.{tie}",
            reading="A median can jump from camp to camp when one number moves a little.",
            estimate=Estimate("weighted_median", "weighted median", s.unit, s.scale, record),
            table=Table(
                f"Positions on “{s.question}”, lowest first",
                ("actor", "position", "share_of_influence", "cumulative_share"),
                rows,
            ),
            lines=(
                PageLine(
                    "methods",
                    f"weighted median {on_scale(found.lower, s.scale)} ({record.mean_absolute_error:.1f}): "
                    f"{against_baselines(record)}.",
                    30,
                ),
            ),
            caveats=(TRANSFER,),
            lead=90,
        ),
    )


MEDIAN = Analysis(
    name="median",
    chapter=CHAPTER,
    question="Which position would no other beat in a weighted vote?",
    version=1,
    method=MEDIAN_VOTER,
    reads=Reads(needs=POSITIONS),
    options=Options,
    take=stances_of,
    run=_run_median,
    say=_say_median,
    per="issues",
    work=lambda taken: 60.0 * taken.positions.shape[1],
)
