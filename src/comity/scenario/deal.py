"""The deal section: issues with options, what each option is worth to each party, and what each has without a deal.

A package is one option of each issue. What a party has without a deal and its red line are its own secrets: a case
that others see is without them, unless their cell says ``private: false``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from comity.scenario.cells import Cell, Id, Many, OwnOnly, Section, Text

DealOptions = dict[Id, Id]


class DealOption(Section):
    """One way to settle an issue."""

    id: Id = Field(description="Short name that utilities use.")
    name: Text = Field(description="Name as it is printed, in a few words.")


class DealIssue(Section):
    """One issue of a package deal."""

    id: Id = Field(description="Short name that utilities use.")
    question: Text = Field(description="The question as it is put to the parties.")
    options: Many[DealOption] = Field(min_length=1, description="The ways to settle it; a deal takes one of them.")
    note: Text | None = Field(default=None, description="What a reader should know about this issue.")


class DealParty(Section):
    """One party to the deal: what it has without one, and what each option is worth to it."""

    actor: Id = Field(description="The actor, by its id.")
    unit: Text | None = Field(
        default=None, description="Unit of this party's numbers; each party has its own, and they are not compared."
    )
    batna: Annotated[Cell | None, OwnOnly()] = Field(
        description="What the party has without a deal (its best alternative), in its own unit; empty where unknown. "
        "Left out of briefs for the audience 'shared' unless the cell says `private: false`.",
    )
    red_line: Annotated[Cell | None, OwnOnly()] = Field(
        default=None,
        description="The least that the party accepts, where that is more than it has without a deal. Left out of "
        "briefs for the audience 'shared' unless the cell says `private: false`.",
    )
    weight: Cell | None = Field(
        default=None,
        description="Bargaining weight for the weighted Nash rule, above 0; only ratios matter. Default 1.",
    )
    discount_factor: Annotated[Cell | None, OwnOnly()] = Field(
        default=None,
        description="Patience: what one unit agreed a round of talks later is worth to the party now, above 0 and "
        "below 1 (0.95: it hardly minds waiting). Left out of briefs for the audience 'shared' unless the cell says "
        "`private: false`.",
    )
    utilities: dict[Id, dict[Id, Cell]] = Field(
        description="For each issue, what each option is worth to the party; a package is worth the sum."
    )
    source: Id | None = Field(
        default=None, description="Source of this party's numbers where the number itself names none."
    )
    note: Text | None = Field(default=None, description="What a reader should know about this party.")


class Together(Section):
    """Options that are worth more (or less) together than one by one."""

    id: Id = Field(description="Short name of the combination.")
    options: DealOptions = Field(min_length=2, description="The options, one of each issue that it is about.")
    utilities: dict[Id, Cell] = Field(
        min_length=1, description="What the combination adds for a party (below 0: takes away), by the actor's id."
    )
    why: Text = Field(description="Why they belong together.")


class ForbiddenDeal(Section):
    """Options that cannot stand in one deal."""

    options: DealOptions = Field(min_length=2, description="The options, one of each issue that it is about.")
    why: Text = Field(description="Why they exclude each other.")


class AgreedDeal(Section):
    """What one group agreed: the parties themselves, or people who rehearsed the talks."""

    name: Text | None = Field(default=None, description="Who agreed it, such as group A; none where there is but one.")
    options: DealOptions | None = Field(
        default=None, description="What was agreed: one option of each issue. Left out: no deal was reached."
    )
    note: Text | None = Field(default=None, description="What a reader should know about how it came about.")


class Deal(Section):
    """What a package deal could be made of, and what it is worth to whom."""

    comparable: bool = Field(
        default=False,
        description="True: one unit is worth the same to every party. Only then are utilities added up or compared "
        "across parties (the egalitarian and utilitarian rules).",
    )
    transferable: bool = Field(
        default=False,
        description="True: what one party gives another receives in full, as with money. Only then can side payments "
        "be worked out; it needs `comparable: true` and one unit for all parties.",
    )
    breakdown: Cell | None = Field(
        default=None,
        description="Probability that talks break down for good after an offer that is refused, 0 to 1.",
    )
    issues: Many[DealIssue] = Field(
        min_length=1,
        description="The issues, each with its options. Where what options are worth does not add up at all, write one "
        "issue whose options are the packages.",
    )
    parties: Many[DealParty] = Field(min_length=2, description="Who has to accept, and what each option is worth.")
    together: Many[Together] = Field(default=(), description="Options that are worth more or less together.")
    forbidden: Many[ForbiddenDeal] = Field(default=(), description="Options that exclude each other.")
    proposed: DealOptions | None = Field(default=None, description="A text on the table: one option of each issue.")
    agreed: Many[AgreedDeal] = Field(
        default=(),
        max_length=60,
        description="What was agreed, one entry a group where several negotiated it; a debriefing scores it.",
    )
    rule: Id | None = Field(
        default=None,
        description="Decision rule by which a deal could pass without every party, by its id in institution.rules.",
    )
    note: Text | None = Field(default=None, description="What a reader should know about this deal space.")
