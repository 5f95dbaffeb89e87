"""The reform section: texts that would change a body, how one is adopted, and who has declared what.

Silence is not written down: a member that no source shows for or against a text simply has no entry.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from comity.scenario.cells import Cell, Domain, Id, Many, PartialDate, Section, Text

Stance = Literal["for", "against", "conditional"]
Vote = Literal["for", "against", "abstained", "absent"]


class Group(Section):
    """A group of members, such as a regional one."""

    id: Id = Field(description="Short name that seats and statements use.")
    name: Text = Field(description="Name as it is printed.")
    members: Annotated[int, Field(ge=1)] | None = Field(default=None, description="How many members it has.")
    population: Annotated[Cell, Domain(1.0, 1e10)] | None = Field(
        default=None, description="Inhabitants of its members, where seats are to be set against them."
    )


class Seats(Section):
    """Seats of one kind under a text."""

    id: Id = Field(description="Short name, such as permanent or elected; the same kind has the same id in all texts.")
    name: Text = Field(description="Name of one such seat as it is printed.")
    count: Annotated[int, Field(ge=1, le=200)] = Field(description="How many there are.")
    veto: bool = Field(default=False, description="True: each of these seats can block alone.")
    term_years: Annotated[Cell, Domain(0.5, 50.0)] | None = Field(
        default=None, description="Length of a term in years; empty for a permanent seat."
    )
    by_group: dict[Id, Annotated[int, Field(ge=0)]] = Field(
        default={}, description="How many go to each group, where the text says so."
    )


class DeclaredSupport(Section):
    """What one member has declared about a text."""

    actor: Id = Field(description="The member, by its id.")
    stance: Stance = Field(description="for, against, or conditional (then `note` says on what).")
    how: Text = Field(description="How it was declared: sponsor, statement, vote.")
    date: PartialDate | None = Field(default=None, description="When it was declared.")
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about it.")


class GroupStatement(Section):
    """What a group has declared; it is not counted as its members' declarations."""

    group: Text = Field(description="The group as it is printed.")
    members: Annotated[int, Field(ge=1)] | None = Field(default=None, description="How many members it had then.")
    stance: Stance = Field(description="for, against or conditional.")
    date: PartialDate | None = Field(default=None, description="When it was declared.")
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    note: Text | None = Field(default=None, description="What a reader should know about it.")


class ReformText(Section):
    """One text: what it makes of the body, and who has declared what about it."""

    id: Id = Field(description="Short name, such as g4-2005.")
    name: Text = Field(description="Name as a table prints it.")
    symbol: Text | None = Field(default=None, description="Symbol of the document.")
    date: PartialDate | None = Field(default=None, description="Date of the document.")
    in_force: bool = Field(default=False, description="True: this is the body as it is now.")
    seats: Many[Seats] = Field(min_length=1, description="The seats of the body under this text.")
    needs: Annotated[Cell, Domain(1.0, 200.0, step=1.0)] | None = Field(
        default=None, description="Votes that a decision needs; a `range` where the text does not say, or left out."
    )
    support: Many[DeclaredSupport] = Field(default=(), description="Declarations of single members.")
    statements: Many[GroupStatement] = Field(default=(), description="Declarations of groups.")
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: Many[Text] = Field(default=(), description="What of this text is not verified, one sentence each.")
    note: Text | None = Field(default=None, description="What a reader should know about this text.")


class VoteCast(Section):
    """How one member voted, then or later."""

    actor: Id = Field(description="The member, by its id.")
    vote: Vote = Field(description="for, against, abstained or absent.")
    note: Text | None = Field(default=None, description="What a reader should know about it.")


class Precedent(Section):
    """An earlier change of the body."""

    title: Text = Field(description="What was changed, in a few words.")
    adopted: PartialDate = Field(description="Date of the vote.")
    in_favour: Annotated[int, Field(ge=0)] = Field(description="Votes in favour.")
    against: Annotated[int, Field(ge=0)] = Field(description="Votes against.")
    abstained: Annotated[int, Field(ge=0)] = Field(description="Abstentions.")
    votes: Many[VoteCast] = Field(default=(), description="Votes of single members that matter here.")
    in_force: PartialDate | None = Field(default=None, description="Date on which it took effect.")
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    note: Text | None = Field(default=None, description="What followed, and what it does not show.")


class Reading(Section):
    """One way of reading the case, with what in the file it rests on; readings carry no weights."""

    style: Literal["realist-style", "liberal", "institutional", "critical"] = Field(description="Whose assumptions.")
    sentence: Text = Field(description="The reading in a sentence or two.")
    evidence: Many[Text] = Field(default=(), description="What it rests on, one item each; empty is printed as empty.")


class CapitalQuestion(Section):
    """A question that a person can ask in a capital."""

    actor: Id = Field(description="The member to ask, by its id.")
    question: Text = Field(description="The question.")


class Reform(Section):
    """Texts that would change a body, and how one is adopted."""

    body: Text = Field(description="The body that would change, as it is printed.")
    stages: Many[Id] = Field(
        min_length=1, description="Decision rules that a text has to pass one after the other, by their ids."
    )
    article: Text | None = Field(default=None, description="Article that says so.")
    groups: Many[Group] = Field(default=(), description="Groups that seats are shared among.")
    texts: Many[ReformText] = Field(min_length=1, description="The texts, the body as it is now among them.")
    precedents: Many[Precedent] = Field(default=(), description="Earlier changes of the body.")
    gains: Text | None = Field(default=None, description="What seats bring that no index of votes can see.")
    readings: Many[Reading] = Field(default=(), description="Ways of reading the case, with their evidence.")
    ask: Many[CapitalQuestion] = Field(default=(), description="Questions for capitals.")
    cautions: Many[Text] = Field(default=(), description="What a reader should beware of.")
