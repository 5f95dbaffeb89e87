"""Where would a chain of challenges and concessions end? Every published reading, shown and never leading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np
from pydantic import Field

from comity.bargaining.analyses.stances import (
    CHAPTER,
    POSITIONS,
    TRANSFER,
    Stances,
    against_baselines,
    stances_of,
    track_record,
)
from comity.bargaining.challenge import STOPPED, ChallengeForecast, challenge
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
    Rows,
    Table,
    View,
)
from comity.findings.asking import bands
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import band, listing, plural

CHALLENGE_MODEL = Citation(
    "Bueno de Mesquita 1994",
    "The challenge (expected-utility) model: Bueno de Mesquita 1994, Political forecasting, in European Community "
    "Decision Making, Yale University Press; as reconstructed by Scholz, Calbert & Smith 2011 (ICAART 2011, 18-30). "
    "No public source gives the original program; every implementation is a reading of it.",
)


class ChallengeOptions(Options):
    """A reading of the challenge model; all are shown for the case as written, this one also over the redraws."""

    variant: Literal["scholz-paper", "scholz-code"] = Field(
        default="scholz-paper",
        description="The published equations, or the authors' program as McKibben ported it.",
    )
    conflict: Literal["as-variant", "no-move", "loser-moves"] = Field(
        default="as-variant", description="What follows when both sides of a pair expect to gain."
    )
    security: Literal["columns", "rows"] = Field(
        default="columns",
        description="An actor's security: what others expect of challenging it, or it of others.",
    )
    risk: Literal["on", "off"] = Field(default="on", description="Whether actors differ in their attitude to risk.")


@dataclass(frozen=True)
class _Challenge:
    stances: Stances
    status_quo_probability: FloatArray
    rounds: FloatArray
    stop_tolerance: FloatArray


@dataclass(frozen=True)
class Challenged:
    """The challenge model's rounds for the case as written, and which record on past decisions its reading has."""

    taken: _Challenge
    forecast: ChallengeForecast
    recorded: str | None

    @property
    def stances(self) -> Stances:
        """Who stands where."""
        return self.taken.stances

    @cached_property
    def readings(self) -> tuple[tuple[str, ChallengeForecast], ...]:
        """Where the published readings end for the case as written; played when somebody asks."""
        return tuple((name, _as_written(self.taken, **differs)) for name, differs in _READINGS)


def _take_challenge(view: View, rows: Rows) -> _Challenge:
    section = "assumptions.challenge"
    return _Challenge(
        stances_of(view, rows),
        view.numbers(f"{section}.status_quo_probability", rows),
        view.numbers(f"{section}.rounds", rows),
        view.numbers(f"{section}.stop_tolerance", rows),
    )


# Q = 0.5 is the other value at which Scholz, Calbert & Smith (2011, section 8) report the example.
_READINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("scholz-paper", {}),
    ("scholz-paper, Q = 0.5", {"status_quo_probability": 0.5}),
    ("scholz-paper, the loser of a conflict moves", {"conflict": "loser-moves"}),
    ("scholz-paper, security by rows", {"security": "rows"}),
    ("scholz-paper, no risk attitudes", {"risk": False}),
    ("scholz-code", {"variant": "scholz-code"}),
)
_ROUNDS_IN_WORDS = 3
# What OFFERS means to a reader, in the same order.
_DID = ("stays", "goes part of the way", "gives in, all the way", "loses the conflict, all the way")
_WHY = {
    "rounds": "the number of rounds is used up",
    "settled": "the median has hardly moved in two rounds running, or nothing moved",
    "no offers": "no offer is left that anybody would accept",
    "cycle": "a state of {cycle} rounds before came back: it would go round for ever",
}
# Which readings have a record on past decisions: (variant, conflict, security, risk, Q).
_RECORDS = {
    ("scholz-paper", "as-variant", "columns", "on", 1.0): "challenge-scholz-paper",
    ("scholz-paper", "as-variant", "columns", "on", 0.5): "challenge-scholz-paper-q50",
    ("scholz-paper", "as-variant", "columns", "off", 1.0): "challenge-scholz-paper-no-risk",
    ("scholz-code", "as-variant", "columns", "on", 1.0): "challenge-scholz-code",
}


def _play(taken: _Challenge, **reading: Any) -> ChallengeForecast:
    s = taken.stances
    settings: dict[str, Any] = {
        "status_quo_probability": taken.status_quo_probability,
        "rounds": taken.rounds.astype(np.int64),
        "stop_tolerance": taken.stop_tolerance,
        **reading,
    }
    return challenge(s.positions, s.salience, s.capability, **settings)


def _as_written(taken: _Challenge, **reading: Any) -> ChallengeForecast:
    s = taken.stances
    first = replace(s, positions=s.positions[:1], salience=s.salience[:1], capability=s.capability[:1])
    rows = _Challenge(first, taken.status_quo_probability[:1], taken.rounds[:1], taken.stop_tolerance[:1])
    return _play(rows, **reading)


def _run_challenge(taken: _Challenge, options: ChallengeOptions) -> Answer[Challenged]:
    s = taken.stances
    found = _play(
        taken,
        variant=options.variant,
        conflict=None if options.conflict == "as-variant" else options.conflict,
        security=options.security,
        risk=options.risk == "on",
    )
    reading = (
        options.variant,
        options.conflict,
        options.security,
        options.risk,
        float(taken.status_quo_probability[0]),
    )
    detail = Challenged(taken, found, _RECORDS.get(reading))
    return Answer(detail, Outcome(s.third(found.median), s.thirds, {"median": found.median}), "redraws")


def _say_challenge(answer: Answer[Challenged]) -> tuple[Claim, ...]:
    found, s, errors = answer.detail, answer.detail.stances, shipped_track_record()
    final = float(found.forecast.median[0])
    record = track_record(errors, final, s.scale, found.recorded) if found.recorded else None
    estimate = Estimate("median", "challenge model", s.unit, s.scale, record)
    ends = [float(each.median[0]) for _, each in found.readings]
    spread = band((min(ends), max(ends)), s.scale) if max(ends) > min(ends) else s.at(final)
    both = bands(answer.outcome, estimate)
    reading = f"Its published readings give {spread} for the same table"
    if both.input_eight_in_ten is not None:
        wider = max(ends) - min(ends) > both.input_eight_in_ten[1] - both.input_eight_in_ten[0]
        reading += ", a wider range than the inputs' own" if wider else ", no wider than the inputs' own range"
    judged = f" ({record.mean_absolute_error:.1f}): {against_baselines(record)}" if record else ": no record"
    rounds = int(found.forecast.rounds[0])
    stopped = STOPPED[int(found.forecast.stopped[0])]
    rows = tuple(
        (
            name,
            *_first_rounds(each),
            float(each.median[0]),
            int(each.rounds[0]),
            STOPPED[int(each.stopped[0])],
        )
        for name, each in found.readings
    )
    return (
        Claim(
            key="challenge",
            sentence=(
                f"The challenge model ({found.forecast.variant}) ends at {s.at(final)} after "
                f"{plural(rounds, 'round')} with moves (stopped: {stopped})."
            ),
            reading=f"{reading}.",
            estimate=estimate,
            table=Table(
                "The readings of the challenge model, for the case as written: median by round",
                ("reading", "round_1", "round_2", "round_3", "final", "rounds", "stopped"),
                rows,
            ),
            lines=(
                PageLine(
                    "methods",
                    f"challenge model {spread} by reading{judged}.",
                    40,
                ),
            ),
            caveats=(
                "No public source gives the original program; every implementation is a reading.",
                TRANSFER,
            ),
            lead=80 if record else 0,
        ),
        _told_by_round(found),
    )


def _told_by_round(found: Challenged) -> Claim:
    """Who took whose offer, went where, and why it stopped; only the rounds and actors that move."""
    s, record = found.stances, found.forecast.record
    scale = s.scale[1] - s.scale[0]
    rows: list[tuple[Value, ...]] = []
    movers = []
    for at in range(len(record.kind)):
        moved = np.flatnonzero(record.kind[at] > 0)
        way = record.positions[at + 1] - record.positions[at]
        movers.append(int((np.abs(way[moved]) > 1e-9 * scale).sum()))
        rows += [
            (
                at + 1,
                s.actors[actor],
                float(record.positions[at, actor]),
                float(record.positions[at + 1, actor]),
                s.actors[record.toward[at, actor]],
                float(record.positions[at, record.toward[at, actor]]),
                _DID[int(record.kind[at, actor])],
                int(record.offers[at, actor]),
                float(record.risk[at, actor]),
            )
            for actor in sorted(moved, key=lambda actor: (-abs(way[actor]), actor))
        ]
    first, last = float(record.median[0]), float(record.median[-1])
    stopped = int(found.forecast.stopped[0])
    why = _WHY[STOPPED[stopped]].format(cycle=int(found.forecast.cycle_length[0]))
    if not rows:
        sentence = f"Nobody moves in the challenge model ({found.forecast.variant}): {why}."
    else:
        median = f"stays at {s.at(first)}" if s.at(first) == s.at(last) else f"goes from {s.at(first)} to {s.at(last)}"
        sentence = (
            f"In {plural(len(movers), 'round')} of the challenge model ({found.forecast.variant}) "
            f"{_how_many(movers)} of {plural(len(s.actors), 'actor')} {'moves' if set(movers) == {1} else 'move'}, and "
            f"the weighted median {median}. It stops because {why}."
        )
    return Claim(
        key="rounds",
        question="Who challenges whom, who moves where, and why does it stop?",
        sentence=sentence,
        reading=f"The longest moves: {_longest(s, rows)}." if rows else "",
        table=Table(
            f"Moves by round under {found.forecast.variant}, the longest of a round first",
            (
                "round",
                "actor",
                "from",
                "to",
                "whose_offer",
                "who_stands_at",
                "what_it_does",
                "offers_it_had",
                "risk_exponent",
            ),
            tuple(rows),
        )
        if rows
        else None,
        chart=partial(_rounds_chart, found) if rows else None,
        chart_summary=f"Positions by round under {found.forecast.variant}; the median ends at {s.at(last)}."
        if rows
        else "",
        caveats=(
            "An illustration of the model's mechanism, not a course of talks that anybody has seen.",
            "A risk exponent below 1 seeks risk, above 1 avoids it; the model derives it, nobody stated it.",
        ),
    )


def _how_many(movers: list[int]) -> str:
    """How many move, round by round while they are few."""
    least, most = min(movers), max(movers)
    if len(set(movers)) > 1 and len(movers) <= _ROUNDS_IN_WORDS:
        return listing([str(count) for count in movers])
    each = "" if len(movers) == 1 else " each time"
    return f"{least}{each}" if least == most else f"{least} to {most}"


def _longest(s: Stances, rows: list[tuple[Value, ...]]) -> str:
    """The longest move of each of the first rounds, in words."""
    longest: dict[Value, str] = {}
    for number, actor, start, end, other, *_ in rows:
        if number not in longest and isinstance(start, float) and isinstance(end, float):
            text = f"in round {number} {actor} from {s.at(start)} to {s.at(end)} (on the offer of {other})"
            longest[number] = text
    return "; ".join(list(longest.values())[:_ROUNDS_IN_WORDS])


def _first_rounds(each: ChallengeForecast) -> tuple[float, float, float]:
    """Medians after rounds 1 to 3; a game that has stopped stays where it is."""
    medians = each.record.median
    return tuple(float(medians[min(at, len(medians) - 1)]) for at in (1, 2, 3))  # type: ignore[return-value]


def _rounds_chart(found: Challenged) -> dict[str, Any]:
    from comity.findings.charts import rounds

    s, record = found.stances, found.forecast.record
    return rounds(s.actors, record.positions.tolist(), record.median.tolist(), s.scale, s.unit)


CHALLENGE = Analysis(
    name="challenge",
    chapter=CHAPTER,
    question="Where would a chain of challenges and concessions end?",
    version=2,
    method=CHALLENGE_MODEL,
    reads=Reads(
        needs=(
            *POSITIONS,
            "assumptions.challenge.status_quo_probability",
            "assumptions.challenge.rounds",
            "assumptions.challenge.stop_tolerance",
        )
    ),
    options=ChallengeOptions,
    take=_take_challenge,
    run=_run_challenge,
    say=_say_challenge,
    per="issues",
    work=lambda taken: 150.0 * taken.stances.positions.shape[1] ** 2,
)
