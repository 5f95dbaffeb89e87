"""What do fairness rules pick where issues can be settled anywhere on their scales?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from pydantic import Field

from comity.bargaining.analyses.deal_table import CHAPTER
from comity.bargaining.deals import (
    DealError,
    NoZone,
    Scales,
    best_smallest_share,
    ideal_gains,
    kalai_smorodinsky_outcome,
    nash_outcome,
)
from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, on_scale, percent

LOSING = Citation(
    "Nash 1950; Kalai & Smorodinsky 1975",
    "Each party loses the square (or, by choice, the size) of the distance from its position on each issue, as a share "
    "of the scale, times its salience; without a deal the reference points hold. Nash (1950, Econometrica 18): the "
    "largest product of gains; Kalai & Smorodinsky (1975, Econometrica 43): the largest equal share of what each could "
    "gain at most; from memory, not opened. By convex programming.",
)
RULES = {"nash": "Nash's rule", "kalai-smorodinsky": "the Kalai–Smorodinsky rule"}
_MOST_NUMBERS = 400


class LossOptions(Options):
    """How losses grow with the distance."""

    losses: Literal["quadratic", "city-block"] = Field(
        default="quadratic", description="How a party's loss grows with the distance from its position."
    )


@dataclass(frozen=True)
class Taken:
    """Issues with a reference point, and the parties that state where they stand on all of them; as written.

    ``ideal_points`` and ``saliences`` are ``(n_parties, n_issues)``, positions as shares of each issue's scale;
    ``reference`` and ``text`` (None where an issue has no proposal) ``(n_issues,)`` likewise.
    """

    parties: tuple[str, ...]
    left_out: tuple[str, ...]
    issues: tuple[Any, ...]
    without_reference: tuple[str, ...]
    ideal_points: FloatArray
    saliences: FloatArray
    reference: FloatArray
    text: FloatArray | None


@dataclass(frozen=True)
class Settled:
    """Where each rule settles the issues; or that nothing is better for all, and what comes closest."""

    taken: Taken
    losses: str
    outcomes: Mapping[str, FloatArray]
    gains: Mapping[str, FloatArray]
    most: FloatArray | None
    closest: FloatArray | None


def _take(view: View, rows: Rows) -> Taken:
    issues = view.object("issues")
    reference = view.numbers("issues.reference_point", rows)[0]
    kept = np.flatnonzero(np.isfinite(reference))
    if len(kept) < 2:
        raise CannotAnswerError("needs two issues with what applies if nothing is agreed (`reference_point`)")
    low = np.array([issues[at].scale.low for at in kept])
    length = np.array([issues[at].scale.high for at in kept]) - low
    positions = (view.numbers("positions.position", rows)[0][:, kept] - low) / length
    saliences = view.numbers("positions.salience", rows)[0][:, kept] / float(view.object("salience_scale") or 100)
    stated = (np.isfinite(positions) & np.isfinite(saliences)).all(axis=1)
    whole = stated & (np.nan_to_num(saliences).sum(axis=1) > 0)
    if whole.sum() < 2:
        raise CannotAnswerError("needs two actors with a position and a salience on every issue with a reference point")
    if whole.sum() * len(kept) > _MOST_NUMBERS:
        raise CannotAnswerError(f"has more than {_MOST_NUMBERS} positions, too many for the convex programs")
    proposal = (
        view.numbers("issues.proposal", rows)[0][kept] if view.has("issues.proposal") else np.full(len(kept), np.nan)
    )
    names = view.names("actors")
    return Taken(
        tuple(name for name, there in zip(names, whole, strict=True) if there),
        tuple(name for name, there in zip(names, whole, strict=True) if not there),
        tuple(issues[at] for at in kept),
        tuple(issue.id for at, issue in enumerate(issues) if at not in kept),
        positions[whole],
        saliences[whole],
        (reference[kept] - low) / length,
        (proposal - low) / length if np.isfinite(proposal).all() else None,
    )


def _run(taken: Taken, options: LossOptions) -> Answer[Settled]:
    at_reference = Scales(taken.ideal_points, taken.saliences, np.zeros(len(taken.parties)), options.losses)
    floor = at_reference.of(taken.reference)
    scales = Scales(taken.ideal_points, taken.saliences, floor, options.losses)
    try:
        found = {"nash": nash_outcome(scales), "kalai-smorodinsky": kalai_smorodinsky_outcome(scales)}
        most = ideal_gains(scales)
    except NoZone:
        _, closest = best_smallest_share(scales)
        return Answer(Settled(taken, options.losses, {}, {}, None, closest), None, "none stated")
    except DealError as error:
        raise CannotAnswerError(f"has issues for which the convex program found no answer: {error}") from None
    outcomes = {rule: each.outcome for rule, each in found.items()}
    gains = {rule: each.gains for rule, each in found.items()}
    if taken.text is not None:
        outcomes["text on the table"], gains["text on the table"] = taken.text, scales.of(taken.text) - floor
    return Answer(Settled(taken, options.losses, outcomes, gains, most, None), None, "none stated")


def _say(answer: Answer[Settled]) -> tuple[Claim, ...]:
    found = answer.detail
    taken = found.taken
    if found.most is None:
        sentence = (
            "In the model no settlement of these issues is better than the reference points for every one of "
            f"{listing(taken.parties, limit=6)}."
        )
        reading = (
            "Somebody is where it wants to be, or what one gains another loses: other issues would have to come in."
        )
        return (_claim(found, sentence, reading, ()),)
    nash, kalai = (_words(found, found.outcomes[rule]) for rule in RULES)
    sentence = f"Settled anywhere on their scales, under Nash's rule the issues come out at {nash}."
    share = found.gains["nash"] / np.where(found.most > 0, found.most, 1.0)
    order = np.argsort(share, kind="stable")
    parts = [
        f"Under the Kalai–Smorodinsky rule: {kalai}.",
        f"Under Nash's rule {taken.parties[order[-1]]} gets {percent(_unit(share[order[-1]]))} of the most that it "
        f"could gain over the reference points, {taken.parties[order[0]]} {percent(_unit(share[order[0]]))}.",
        "Each is an outcome under that rule's idea of fairness, not a forecast.",
    ]
    lines = [PageLine("what each rule gives", f"{sentence} {parts[0]}", 40)]
    if taken.text is not None:
        worse = [taken.parties[at] for at in np.flatnonzero(found.gains["text on the table"] < -1e-9)]
        parts.append(
            f"The text on the table ({_words(found, taken.text)}) is worse than the reference points for "
            f"{listing(worse)}." if worse else
            f"The text on the table ({_words(found, taken.text)}) is worse than the reference points for nobody."
        )  # fmt: skip
    return (_claim(found, sentence, " ".join(parts), tuple(lines)),)


def _claim(found: Settled, sentence: str, reading: str, lines: tuple[PageLine, ...]) -> Claim:
    taken = found.taken
    caveats = [
        "That losses grow with the "
        + ("square of the distance" if found.losses == "quadratic" else "distance")
        + ", the same way on every issue, is the model's; positions may be opening bids and not what a party wants.",
    ]
    if taken.left_out:
        caveats.append(
            f"{listing(taken.left_out, limit=8)} {'is' if len(taken.left_out) == 1 else 'are'} left out: no position "
            "is stated on each of these issues; silence is not consent."
        )
    if taken.without_reference:
        caveats.append(
            f"Not in it, since it is not said what applies without a deal: {listing(taken.without_reference)}."
        )
    caveats.append("Worked out for the case as written alone: it says nothing of the ranges of the inputs.")
    return Claim(
        key="continuous-deal",
        sentence=sentence,
        reading=reading,
        table=_table(found),
        chart=partial(_chart, found) if found.most is not None else None,
        chart_summary=sentence,
        lines=lines,
        caveats=tuple(caveats),
        names_subject=True,
    )


def _unit(share: float) -> float:
    return min(1.0, max(0.0, float(share)))


def _on_scales(found: Settled, outcome: FloatArray) -> list[float]:
    scales = [issue.scale for issue in found.taken.issues]
    return [float(scale.low + share * (scale.high - scale.low)) for scale, share in zip(scales, outcome, strict=True)]


def _words(found: Settled, outcome: FloatArray) -> str:
    parts = []
    for issue, value in zip(found.taken.issues, _on_scales(found, outcome), strict=True):
        words = f"{issue.id} {on_scale(value, (issue.scale.low, issue.scale.high))} {issue.scale.unit or ''}"
        parts.append(words.rstrip())
    return listing(parts)


def _table(found: Settled) -> Table:
    taken = found.taken
    rows: list[tuple[Value, ...]] = [
        ("without a deal", *_on_scales(found, taken.reference), *(0.0 for _ in taken.parties))
    ]
    if found.closest is not None:
        rows.append(("closest to better for all", *_on_scales(found, found.closest), *(None for _ in taken.parties)))
    for rule, outcome in found.outcomes.items():
        assert found.most is not None
        share = found.gains[rule] / np.where(found.most > 0, found.most, 1.0)
        rows.append((rule, *_on_scales(found, outcome), *(float(each) for each in share)))
    columns = ("outcome", *(issue.id for issue in taken.issues), *(f"{party}: share" for party in taken.parties))
    return Table(
        "Where the issues come out, and each party's share of the most that it could gain", columns, tuple(rows)
    )


def _chart(found: Settled) -> dict[str, Any]:
    from comity.findings.charts import bars

    assert found.most is not None
    width = np.where(found.most > 0, found.most, 1.0)
    shown = {RULES.get(rule, rule): gains / width for rule, gains in found.gains.items()}
    return bars(found.taken.parties, shown, "share of the most that it could gain over the reference points")


CONTINUOUS_DEAL = Analysis(
    name="continuous-deal",
    chapter=CHAPTER,
    question="Where could issues be settled on their scales?",
    version=1,
    method=LOSING,
    reads=Reads(
        needs=("issues", "positions.position", "positions.salience", "issues.reference_point"),
        optional=("issues.proposal", "salience_scale"),
    ),
    options=LossOptions,
    take=_take,
    run=_run,
    say=_say,
)
