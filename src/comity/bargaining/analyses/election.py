"""Which stated position would come out on top if each were put to the vote against every other?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from pydantic import Field

from comity.bargaining.analyses.stances import (
    CHAPTER,
    POSITIONS,
    TRANSFER,
    Stances,
    against_baselines,
    against_mean,
    stances_of,
    track_record,
)
from comity.bargaining.condorcet_election import Election, Process, VictoryExponent, VoteRule, condorcet_election
from comity.bargaining.record import shipped_track_record
from comity.findings import Analysis, Answer, Citation, Claim, Estimate, Options, Outcome, Reads, Table
from comity.findings.contract import Spec
from comity.findings.wording import listing, on_scale, percent

KTAB = Citation(
    "Efird, Lester & Wise 2016",
    "A Condorcet election among the stated positions, as in the KAPSARC Toolkit for Behavioral Analysis (Wise, Lester "
    "& Efird 2015; Efird, Lester & Wise 2016, Journal of East Asian Studies 16; from memory, not opened). Only its "
    "election: its rounds of bargaining between pairs are not played.",
)
_EXPONENTS: dict[str, VictoryExponent] = {"linear": 1, "square": 2, "quartic": 4, "octic": 8}
# Which readings have a record on past decisions: (votes, victory, process, risk).
_RECORDS = {
    ("proportional", "linear", "markov-uniform", "off"): "election",
    ("proportional", "linear", "markov-uniform", "on"): "election-risk",
    ("binary", "linear", "markov-uniform", "off"): "election-binary",
    ("proportional", "square", "markov-uniform", "off"): "election-square",
    ("proportional", "linear", "markov-incentive", "off"): "election-incentive",
    ("proportional", "linear", "conditional", "off"): "election-conditional",
}


class ElectionOptions(Options):
    """How the votes are cast, and what follows from them."""

    votes: VoteRule = Field(
        default="proportional",
        description="What a vote follows: the difference of utilities, only its sign, its cube, or a mixture.",
    )
    victory: Literal["linear", "square", "quartic", "octic"] = Field(
        default="linear", description="How surely the stronger side wins: by its support, or a power of it."
    )
    process: Process = Field(
        default="markov-uniform",
        description="What stands is challenged again and again, by all alike or by incentive; or one beats all others.",
    )
    risk: Literal["off", "on"] = Field(
        default="off", description="Whether actors whose position is likelier to win avoid risk."
    )


@dataclass(frozen=True)
class Elected:
    """The election of the case as written, and which record on past decisions its reading has."""

    stances: Stances
    election: Election
    recorded: str | None


def _run_election(stances: Stances, options: ElectionOptions) -> Answer[Elected]:
    low, high = stances.scale
    found = condorcet_election(
        stances.positions,
        stances.salience,
        stances.capability,
        vote_rule=options.votes,
        victory_exponent=_EXPONENTS[options.victory],
        process=options.process,
        risk=options.risk == "on",
        # What stands for election is what is stated; a redraw moves those who vote, not what they vote on.
        options=np.unique(stances.positions[0]),
        position_range=high - low,
    )
    recorded = _RECORDS.get((options.votes, options.victory, options.process, options.risk))
    # No verdict: what would change an estimate that never leads is not worth a reader's wait for the search.
    outcome = Outcome(np.zeros(len(found.expected), dtype=np.int64), (), {"expected": found.expected})
    return Answer(Elected(stances, found, recorded), outcome, "redraws")


def _say_election(answer: Answer[Elected]) -> tuple[Claim, ...]:
    found, s, errors = answer.detail, answer.detail.stances, shipped_track_record()
    offered, chances = found.election.options[0], found.election.probability[0]
    expected, likeliest = float(found.election.expected[0]), float(found.election.likeliest[0])
    record = track_record(errors, expected, s.scale, found.recorded) if found.recorded else None
    judged = "This reading has no record on past decisions."
    if found.recorded and record is not None:
        judged = f"Mean absolute error {record.mean_absolute_error:.1f}: {against_baselines(record)}. "
        judged += against_mean(errors, found.recorded)
    if len(offered) == 1:
        sentence = f"Only {s.at(likeliest)} is stated, so there is nothing to elect."
    else:
        sentence = (
            f"In an election of each stated position against every other, the mean of what stands in the end is "
            f"{s.at(expected)} in the model; the likeliest is {s.at(likeliest)} ({percent(float(chances.max()))})."
        )
    rows = tuple(
        (float(at), listing(_at(s, at), limit=8), float(chance), float(np.delete(found.election.victory[k], k).min()))
        for k, (at, chance) in enumerate(zip(offered, chances, strict=True))
        if len(offered) > 1
    )
    return (
        Claim(
            key="election",
            sentence=sentence,
            reading=judged,
            estimate=Estimate("expected", "election", s.unit, s.scale, record),
            table=Table(
                f"What stands for election on “{s.question}”, the lowest first",
                ("position", "stated_by", "stands_in_the_end", "least_chance_against_another"),
                rows,
            )
            if rows
            else None,
            chart=partial(_chart, found) if rows else None,
            chart_summary=f"How likely each position is to stand in the end; the likeliest is {s.at(likeliest)}.",
            caveats=(
                "A vote here weighs capability times salience. That is influence as the table states it, not voting "
                "weight: no decision rule of a body is in this model.",
                "The probabilities are the model's, of this contest; how often outcomes fell near is in the record.",
                TRANSFER,
            ),
        ),
    )


def _at(s: Stances, where: float) -> list[str]:
    return [name for name, at in zip(s.actors, s.positions[0], strict=True) if at == where]


def _chart(found: Elected) -> Spec:
    from comity.findings.charts import bars

    s, election = found.stances, found.election
    names = [on_scale(float(at), s.scale) for at in election.options[0]]
    if len(set(names)) < len(names):
        names = [f"{at:g}" for at in election.options[0]]
    return bars(
        [f"{name} {s.unit}".rstrip() for name in names],
        {"stands in the end": election.probability[0]},
        "probability in the model",
    )


ELECTION = Analysis(
    name="election",
    chapter=CHAPTER,
    question="Which stated position would come out on top if each were put to the vote against every other?",
    version=1,
    method=KTAB,
    reads=Reads(needs=POSITIONS),
    options=ElectionOptions,
    take=stances_of,
    run=_run_election,
    say=_say_election,
    per="issues",
    work=lambda taken: 4.0 * taken.positions.shape[1] * len(np.unique(taken.positions[0])) ** 2 + 100,
)
