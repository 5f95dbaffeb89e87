"""The scenario file, version 1: every field that Comity reads, with its type and what it means.

The models hold fields only. What relates one field to another (an unknown actor, a position outside its
scale) is checked in ``references``, on the raw data, so that a mistake here never hides a mistake there.
The published JSON Schema and the documentation's field list are generated from these models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from comity.scenario.cells import (
    Cell,
    CellDetail,
    Domain,
    Evidence,
    Id,
    Many,
    Number,
    PartialDate,
    Section,
    Text,
)
from comity.scenario.deal import Deal
from comity.scenario.decision_rules import Clause, DecisionRule, Institution, Quota, WeightCell, WeightTable
from comity.scenario.reform import Reform

__all__ = [
    "Actor",
    "Assumptions",
    "Cell",
    "CellDetail",
    "ChallengeAssumptions",
    "Clause",
    "DecisionRule",
    "Domain",
    "Evidence",
    "Group",
    "Institution",
    "Issue",
    "PolarisationAssumptions",
    "Position",
    "Quota",
    "Ranges",
    "Scale",
    "ScenarioFile",
    "Source",
    "WeightCell",
    "WeightTable",
    "assumption_domains",
    "json_schema",
]

ActorKind = Literal["state", "igo", "ngo", "firm", "civil_society", "subnational", "office", "person", "armed_group"]
Role = Literal["decides", "advises", "monitors", "advocates", "funds", "delivers"]


class Actor(Section):
    """One party to the problem."""

    id: Id = Field(description="Short name that the rest of the file uses, such as FRA or oxfam.")
    name: Text = Field(description="Name as it is printed.")
    kind: ActorKind = Field(default="state", description="What sort of actor this is.")
    roles: Many[Role] = Field(
        default=("decides",),
        min_length=1,
        description="What the actor does here. Only actors that decide have votes and count as members.",
    )
    iso3: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = Field(
        default=None, description="ISO 3166-1 alpha-3 code, where the actor is a state."
    )
    count: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None,
        description="So many actors alike, such as 10 elected members: they are numbered, and each has the weight, the "
        "veto and the positions that are written for this id.",
    )
    capability: Cell | None = Field(
        default=None,
        description="Relative capability, above 0, in any unit: only ratios between actors matter. "
        "`capability_means` says what it measures.",
    )
    source: Id | None = Field(
        default=None, description="Source of this actor's numbers where the number itself names none."
    )
    note: Text | None = Field(default=None, description="What a reader should know about this actor.")


class Scale(Section):
    """The line on which an issue's positions lie."""

    low: Number = Field(description="Number of the lower end.")
    high: Number = Field(description="Number of the upper end, above the lower one.")
    low_means: Text = Field(description="What the lower end means, in words.")
    high_means: Text = Field(description="What the upper end means, in words.")
    unit: Text | None = Field(default=None, description="Unit of the numbers, such as years; none for an index.")


class Issue(Section):
    """One question that the actors are to agree on."""

    id: Id = Field(description="Short name that positions use.")
    question: Text = Field(description="The question as it is put to the actors.")
    scale: Scale = Field(description="The scale of positions, with both ends in words.")
    reference_point: Cell | None = Field(
        default=None, description="Where the issue stands if nothing is agreed, on the scale."
    )
    proposal: Cell | None = Field(default=None, description="The text on the table, on the scale.")
    outcome: Cell | None = Field(default=None, description="What was agreed, on the scale, where it is known.")
    rule: Id | None = Field(default=None, description="Decision rule that applies, by its id in institution.rules.")
    source: Id | None = Field(
        default=None, description="Source of the issue's numbers where the number itself names none."
    )
    note: Text | None = Field(default=None, description="What a reader should know about this issue.")


class Position(Section):
    """What one actor wants on one issue, and how much it matters to that actor."""

    actor: Id = Field(description="Actor, by its id.")
    issue: Id = Field(description="Issue, by its id.")
    position: Cell | None = Field(
        default=None,
        description="The outcome that the actor wants, on the issue's scale; empty where unknown.",
    )
    salience: Cell | None = Field(
        default=None,
        description="How much the issue matters to the actor, from 0 to the file's salience_scale.",
    )
    private: bool = Field(
        default=False, description="True: the whole row is left out of briefs for the audience 'shared'."
    )
    source: Id | None = Field(
        default=None, description="Source of the row's numbers where the number itself names none."
    )
    note: Text | None = Field(default=None, description="What a reader should know about this row.")


class Group(Section):
    """Actors that go by one name, such as a bloc, a region or a delegation."""

    id: Id = Field(description="Short name of the group.")
    name: Text = Field(description="Name as it is printed.")
    members: Many[Id] = Field(min_length=1, description="The actors in it, by their ids; one may be in several groups.")


class Ranges(Section):
    """The range assumed for a judged number that states none, as a half-width.

    The 5th-95th percentile interval is the value plus and minus the half-width, cut at the legal domain.
    Counted and legal numbers (votes, populations, quotas) have no range.
    """

    position: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.10, description="Half-width for positions, as a share of the issue's scale."
    )
    salience: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.15, description="Half-width for saliences, as a share of the salience scale."
    )
    capability: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.20, description="Half-width for capabilities, as a share of the actor's capability."
    )
    probability: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.15,
        description="Half-width for probabilities of saying yes and of talks breaking down, and for discount factors.",
    )
    utility: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.10,
        description="Half-width for utilities of a deal, for what a party has without one and for red lines, as a "
        "share of the span from the party's worst to its best package; of a bargaining weight, as a share of it.",
    )
    oversight: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.20,
        description="Half-width for numbers on delegation, monitoring and disputes: as a share of an amount, and as it "
        "stands for a probability.",
    )


class ChallengeAssumptions(Section):
    """Numbers that the challenge model (Bueno de Mesquita 1994) needs and that no data give."""

    status_quo_probability: Annotated[Cell, Domain(0.0, 1.0)] = Field(
        default=CellDetail(value=1.0, range=(0.5, 1.0)),
        description="Probability that the status quo stays if an actor does not challenge, 0 to 1. "
        "Default 1, range 0.5 to 1: no source fixes it.",
    )
    rounds: Annotated[Cell, Domain(1.0, 100.0, step=1.0)] = Field(
        default=CellDetail(value=10.0), description="Largest number of rounds, 1 to 100. Default 10."
    )
    stop_tolerance: Annotated[Cell, Domain(0.0, 1.0)] = Field(
        default=CellDetail(value=0.005),
        description="Stop when the median moves less than this share of the first range of positions in two "
        "rounds running, 0 to 1. Default 0.005, as in the record on past decisions.",
    )


class PolarisationAssumptions(Section):
    """Numbers that a measure of polarisation (Esteban and Ray 1994) needs and that no data give."""

    alpha: Annotated[Cell, Domain(0.0, 1.6)] = Field(
        default=CellDetail(value=1.0, range=(0.5, 1.6)),
        description="How much it adds to polarisation that those who feel with each other are many, 0 (not at all) to "
        "1.6. Default 1, range 0.5 to 1.6: no source fixes it.",
    )
    reach: Annotated[Cell, Domain(0.01, 0.5)] = Field(
        default=CellDetail(value=0.2, range=(0.1, 0.33)),
        description="How near two actors stand that feel with each other, as a share of the issue's scale, 0.01 to "
        "0.5. Default 0.2, range 0.1 to 0.33: no source fixes it.",
    )


class Assumptions(Section):
    """Numbers that a method needs and the case does not give, each with a default to change here."""

    challenge: ChallengeAssumptions = Field(
        default_factory=ChallengeAssumptions, description="Assumptions of the challenge model."
    )
    polarisation: PolarisationAssumptions = Field(
        default_factory=PolarisationAssumptions, description="Assumptions of the measure of polarisation."
    )


class Source(Section):
    """Where numbers of this file come from."""

    id: Id = Field(description="Short name that cells use in their source field.")
    title: Text = Field(description="Title of the work, table or page.")
    author: Text | None = Field(default=None, description="Author or institution.")
    year: Annotated[int, Field(ge=1000, le=2999)] | None = Field(default=None, description="Year of publication.")
    publisher: Text | None = Field(default=None, description="Where it appeared: publisher, journal, series, pages.")
    url: Text | None = Field(default=None, description="Address of the work, where it has one.")
    licence: Text | None = Field(default=None, description="Terms under which the numbers may be used.")
    invented: bool = Field(
        default=False, description="True: its numbers are made up, as for teaching; they count as judgement."
    )
    unverified: bool = Field(
        default=False, description="True: it does not say where its numbers are from; they count as judgement."
    )
    note: Text | None = Field(default=None, description="What was taken from it, and how it was checked.")

    def in_words(self) -> str:
        """Return the source as a list of references prints it.

        Example:
            >>> Source(id="minutes", title="Minutes", author="Secretariat", year=2025).in_words()
            'Secretariat (2025). Minutes.'
        """
        where = f", {self.publisher}" if self.publisher else ""
        if self.author is None:
            return f"{self.title}{f' ({self.year})' if self.year else ''}{where}."
        year = f" ({self.year})." if self.year else ":"
        return f"{self.author}{year} {self.title}{where}."


class ScenarioFile(Section):
    """One cooperation problem: actors, issues, positions, and the institution that decides."""

    comity: Literal[1] = Field(description="Version of the scenario format: 1.")
    title: Text = Field(description="Title of the case, as the brief prints it.")
    summary: Text | None = Field(default=None, description="The case in a few sentences.")
    stakes: Text | None = Field(default=None, description="One sentence: what is at stake.")
    marking: Text | None = Field(
        default=None, description="Classification or handling marking, printed on every page of a brief."
    )
    data_date: PartialDate | None = Field(
        default=None, description="When the inputs were published: a year, year-month or date."
    )
    outcome_date: PartialDate | None = Field(
        default=None, description="When the outcome became known: a year, year-month or date."
    )
    actors: Many[Actor] = Field(min_length=1, description="The parties; at least one.")
    capability_means: Text | None = Field(
        default=None, description="What the capability numbers measure, such as share of Council votes."
    )
    issues: Many[Issue] = Field(default=(), description="The questions to be agreed on.")
    salience_scale: Literal[1, 100] | None = Field(
        default=None,
        description="Upper end of the salience scale of the whole file, 1 or 100. Required where a salience "
        "stands; never guessed.",
    )
    positions: Many[Position] = Field(default=(), description="Who wants what: one row an actor and issue.")
    groups: Many[Group] = Field(default=(), description="Groups of actors whose cohesion a brief looks at.")
    ranges: Ranges = Field(default_factory=Ranges, description="Ranges assumed for judged numbers that state none.")
    assumptions: Assumptions = Field(
        default_factory=Assumptions, description="Numbers that methods need and the case does not give."
    )
    institution: Institution | None = Field(
        default=None, description="The body that decides, its votes and its decision rules."
    )
    reform: Reform | None = Field(
        default=None, description="Texts that would change a body, how one is adopted, and who has declared what."
    )
    deal: Deal | None = Field(
        default=None, description="What a package deal could be made of, and what it is worth to each party."
    )
    sources: Many[Source] = Field(default=(), description="Where the numbers of this file come from.")
    unverified: Many[Text] = Field(
        default=(), description="What in this file is not verified, one sentence each; the brief prints them."
    )
    notes: Text | None = Field(default=None, description="Anything else that a reader should know.")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    It says what a field may hold; what relates fields to each other is checked by ``comity check`` only.

    Example:
        >>> json_schema()["title"]
        'Comity scenario, version 1'
    """
    schema = ScenarioFile.model_json_schema(mode="validation")
    schema.pop("title", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Comity scenario, version 1",
        **schema,
    }


def assumption_domains() -> Iterator[tuple[str, str, Domain]]:
    """Yield section, field and legal domain of every assumption.

    Example:
        >>> [field for section, field, domain in assumption_domains() if section == "challenge"]
        ['status_quo_probability', 'rounds', 'stop_tolerance']
    """
    for section, info in Assumptions.model_fields.items():
        model = info.annotation
        if not (isinstance(model, type) and issubclass(model, Section)):  # pragma: no cover
            raise TypeError(f"assumptions.{section} is not a section")
        for name, field in model.model_fields.items():
            for item in field.metadata:
                if isinstance(item, Domain):
                    yield section, name, item


KINDS: tuple[str, ...] = get_args(ActorKind)
ROLES: tuple[str, ...] = get_args(Role)
