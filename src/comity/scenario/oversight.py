"""The parts of an institution that watch over an agreement: an agent that acts, inspections, and disputes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from comity.scenario.cells import Cell, Domain, Id, Many, PartialDate, Section, Text

PROBABILITY = Domain(0.0, 1.0)


@dataclass(frozen=True)
class Amount:
    """A number in the unit of its section: from 0 (or from ``low``) up; signed where it may lie on either side of 0."""

    signed: bool = False
    low: float = 0.0


@dataclass(frozen=True)
class Asks:
    """How a brief speaks of a number: its name, and what a person could ask to know it better.

    ``decided`` marks a number that is counted or decided, not judged: without a range of its own it is not redrawn.
    """

    label: str
    question: str
    decided: bool = False


_Probability: TypeAlias = Annotated[Cell | None, PROBABILITY]
_Amount: TypeAlias = Annotated[Cell | None, Amount()]


class Delegation(Section):
    """What an agent (a secretariat, a panel, an officer) is left to decide for the body."""

    agent: Id = Field(description="The agent, by its id in actors; its positions say what it wants.")
    unit: Text = Field(default="points", description="Unit of the bias and the shock, such as points or percent.")
    bias: Annotated[
        Cell | None,
        Amount(signed=True),
        Asks("the agent's bias", "How much more than the body does the agent want, when both know the facts?"),
    ] = Field(default=None, description="How much more than the body the agent wants when both know the facts.")
    shock: Annotated[
        Cell | None,
        Amount(low=1e-9),
        Asks("what the agent knows better", "How far can the facts that only the agent sees move the best policy?"),
    ] = Field(
        default=None,
        description="How far facts that only the agent sees can move the best policy either way, above 0; all within "
        "that range are taken as equally likely.",
    )
    source: Id | None = Field(default=None, description="Source of the numbers that name none themselves.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this delegation.")


class Monitoring(Section):
    """Who checks that an obligation is kept, and what is at stake for both sides; all amounts in one unit."""

    monitor: Text = Field(description="Who inspects, as it is printed.")
    obligation: Text = Field(description="What is to be complied with, in words that complete 'to comply with'.")
    unit: Text = Field(description="Unit of all amounts, such as million US dollars of 2020 a year.")
    period: Text = Field(default="period", description="The period in which a party is inspected or not, such as year.")
    inspected: Annotated[
        Cell | None,
        Domain(1.0, 100_000.0, step=1.0),
        Asks("the number of parties inspected", "How many parties are there to inspect?", decided=True),
    ] = Field(
        default=None, description="How many parties are inspected; a count, without a range unless it states one."
    )
    gain: Annotated[
        _Amount,
        Asks("the gain from a violation", "What does a party gain in a period by a violation that nobody finds?"),
    ] = Field(default=None, description="What a violation that is not found is worth to a party.")
    penalty: Annotated[
        _Amount, Asks("the penalty", "What does a violation that is found really cost a party, beyond the lost gain?")
    ] = Field(default=None, description="What a violation that is found costs a party, beyond the lost gain.")
    detection: Annotated[
        _Probability,
        Asks("the probability of detection", "How often does an inspection find a violation that is there?"),
    ] = Field(default=None, description="Probability that an inspection finds a violation that is there, 0 to 1.")
    inspection_probability: Annotated[
        _Probability,
        Asks("how often a party is inspected", "How likely is it that a party is inspected in a period?", decided=True),
    ] = Field(
        default=None,
        description="Probability, as planned, that a party is inspected in a period, 0 to 1; without a range of its "
        "own it is not redrawn.",
    )
    inspection_cost: Annotated[_Amount, Asks("the cost of an inspection", "What does one inspection cost?")] = Field(
        default=None, description="What one inspection costs the inspector."
    )
    detection_value: Annotated[
        _Amount, Asks("the worth of a detection", "What is it worth to the inspector to find a violation?")
    ] = Field(default=None, description="What finding a violation is worth to the inspector.")
    source: Id | None = Field(default=None, description="Source of the numbers that name none themselves.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this monitoring.")


class Stage(Section):
    """One stage of a procedure, after the one before it."""

    id: Id = Field(description="Short name of the stage.")
    name: Text = Field(description="Name as it is printed.")
    length: Annotated[Cell | None, Domain(0.0, 36_500.0)] = Field(
        default=None, description="How long it takes; a time limit has no range, so write one where practice differs."
    )
    unit: Literal["days", "months"] = Field(
        default="days", description="Unit of the length; a month counts as 365.25 / 12 days."
    )
    article: Text | None = Field(default=None, description="Article that sets the time limit.")
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this stage.")


class Disputes(Section):
    """A complaint of some members against another; the institution's rules say what the report needs to be adopted."""

    complainants: Many[Id] = Field(min_length=1, description="Who complains, by their ids in actors.")
    respondent: Id = Field(description="Against whom, by its id in actors.")
    allies: Many[Id] = Field(
        default=(), description="Who would object with the respondent to a report against it, by their ids in actors."
    )
    subject: Text = Field(description="What the complaint is about, in words that complete 'a complaint about'.")
    unit: Text = Field(description="Unit of all amounts, such as million US dollars of 1999 a year.")
    win: Annotated[
        _Probability,
        Asks("the probability of winning", "How likely is it that the panel finds for the complainants?"),
    ] = Field(default=None, description="Probability that the panel finds for the complainants, 0 to 1.")
    award: Annotated[
        _Amount, Asks("the worth of the award", "What is it worth to the complainants that the measure goes?")
    ] = Field(default=None, description="What it is worth to the complainants that the measure goes.")
    compliance: Annotated[
        _Probability,
        Asks("the probability of compliance", "How likely is it that the respondent complies if it loses?"),
    ] = Field(default=None, description="Probability that the respondent complies if it loses, 0 to 1.")
    cost: Annotated[_Amount, Asks("the cost of the proceedings", "What do the proceedings cost the complainants?")] = (
        Field(default=None, description="What the proceedings cost the complainants.")
    )
    counter_claims: Annotated[
        _Amount,
        Asks("the cost of counter-claims", "What would complaints in return cost the complainants?"),
    ] = Field(default=None, description="What the complainants expect to lose by complaints in return.")
    objection: Annotated[
        _Probability,
        Asks(
            "the probability that another member objects",
            "How likely is it that a member outside the dispute objects to the report?",
        ),
    ] = Field(
        default=None,
        description="Probability that a member that has taken no side objects, each independently, 0 to 1.",
    )
    adoption: Many[Id] = Field(
        default=(), description="Rules to compare for adopting the report, by their ids; empty: all of the institution."
    )
    start: PartialDate | None = Field(default=None, description="Day on which the procedure began or would begin.")
    stages: Many[Stage] = Field(default=(), description="The stages of the procedure, in order.")
    source: Id | None = Field(default=None, description="Source of the numbers that name none themselves.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this dispute.")
