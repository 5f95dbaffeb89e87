"""The institution section: who has how many votes, and what a proposal needs to pass.

A rule is written as one *clause*; clauses nest through ``all``, ``any``, ``at_least`` and ``unless``. Thresholds are
kept exact, as fractions: 65 % of 449,206,200 inhabitants is a number of inhabitants, not a rounded float.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, InstanceOf, PlainValidator, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from comity.scenario.cells import Cell, Domain, Id, Many, PartialDate, Section, Text
from comity.scenario.errors import shown
from comity.scenario.oversight import Delegation, Disputes, Monitoring
from comity.scenario.ratifications import JoiningField, PartiesBy

_FRACTION = r"[0-9]{1,40}/[1-9][0-9]{0,39}"
_PERCENTAGE = r"[0-9]{1,3}(\.[0-9]{1,20})? ?%"
_DECIMAL = r"[0-9]{1,40}(\.[0-9]{1,20})?"
_SHARE = rf"{_FRACTION}|{_PERCENTAGE}|[01]?\.[0-9]{{1,20}}"
_EXACT = rf"-?({_FRACTION}|{_DECIMAL})"


@dataclass(frozen=True)
class Quota:
    """What a clause needs: a count, or a share of the total.

    Attributes:
        amount: the count, or the share (0.65 for 65 %), exact.
        is_share: True where ``amount`` is a share of the total.
        text: as it stands in the file.

    Example:
        >>> Quota.read("65%")
        Quota(amount=Fraction(13, 20), is_share=True, text='65%')
        >>> Quota.read("65%").of(100), Quota.read(45).of(63)
        (Fraction(65, 1), Fraction(45, 1))
    """

    amount: Fraction
    is_share: bool
    text: str

    @classmethod
    def read(cls, value: object) -> Quota:
        """Read a quota as a file states it: a whole number, or "2/3", "65%", "0.55".

        Raises:
            ValueError: not one of these forms.
        """
        if isinstance(value, bool):
            raise ValueError("not a quota")
        if isinstance(value, int):
            return cls(Fraction(value), False, str(value))
        text = repr(value) if isinstance(value, float) else value
        if not isinstance(text, str) or not re.fullmatch(_SHARE, text):
            raise ValueError("not a quota")
        if text.endswith("%"):
            return cls(Fraction(text.rstrip("% ")) / 100, True, text)
        return cls(Fraction(text), True, text)

    def of(self, total: Fraction | int) -> Fraction:
        """Return the threshold for this total, exact and not rounded."""
        return self.amount * total if self.is_share else self.amount


def read_exact(value: object) -> Fraction:
    """Read a weight exactly: a whole or decimal number, or a text such as "16.5" or "33/2".

    A decimal number means what is printed in the file, not its nearest binary fraction.

    Raises:
        ValueError: not one of these forms.

    Example:
        >>> read_exact(16.1), read_exact("33/2"), read_exact(10)
        (Fraction(161, 10), Fraction(33, 2), Fraction(10, 1))
    """
    if isinstance(value, bool):
        raise ValueError("not a number")
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(repr(value))
    if isinstance(value, str) and re.fullmatch(_EXACT, value):
        return Fraction(value)
    raise ValueError("not a number")


def _quota(value: Any) -> Quota:
    if isinstance(value, Quota):
        return value
    try:
        return Quota.read(value)
    except ValueError:
        raise PydanticCustomError(
            "quota",
            'a whole number, or a share such as "2/3", "65%" or "0.55" is needed, not {found}',
            {"found": shown(value)},
        ) from None


def _weight(value: Any) -> Fraction:
    try:
        return read_exact(value)
    except ValueError:
        raise PydanticCustomError(
            "weight",
            'a number, or a text such as "16.5" or "33/2" is needed, not {found}',
            {"found": shown(value)},
        ) from None


def _as_weight_cell(value: Any) -> Any:
    return value if isinstance(value, dict | WeightCell) else {"value": value}


QuotaField: TypeAlias = Annotated[
    InstanceOf[Quota],
    PlainValidator(_quota),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "exclusiveMinimum": 0},
                {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
                {"type": "string", "pattern": f"^({_SHARE})$"},
            ]
        }
    ),
]
_ExactNumber: TypeAlias = Annotated[
    Fraction,
    PlainValidator(_weight),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": f"^({_EXACT})$"}]}),
]


class WeightCell(Section):
    """One actor's weight, with what is known about it."""

    value: _ExactNumber = Field(
        description='The weight: a number, or a text such as "16.5" or "33/2" to be exact; not negative.'
    )
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this weight.")


class WeightTable(Section):
    """The weights of all actors that decide, of one sort: votes, populations, contributions."""

    unit: Text = Field(description="What is counted, such as votes or inhabitants.")
    source: Id | None = Field(default=None, description="Source of the whole table, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this table.")
    values: dict[
        Id,
        Annotated[
            WeightCell,
            BeforeValidator(_as_weight_cell, json_schema_input_type=_ExactNumber | WeightCell),
        ],
    ] = Field(description="Weight by actor id; every actor that decides, and no other.")

    @property
    def total(self) -> Fraction:
        """The sum of all weights, exact."""
        return sum((cell.value for cell in self.values.values()), Fraction(0))


class WeightClause(Section):
    """Passes when those in favour hold enough weight."""

    weight: Id = Field(description="Weight table, by its name in institution.weights.")
    quota: QuotaField = Field(description='Weight needed: a number, or a share of the total ("2/3", "65%").')
    strict: bool = Field(default=False, description="True: more than the quota is needed, not just the quota.")
    of_voting: bool = Field(
        default=False,
        description="True: the quota is a share of those who vote yes or no; abstentions leave the count.",
    )


class MembersClause(Section):
    """Passes when enough members are in favour."""

    members: QuotaField = Field(description='Members needed: a number, or a share of all members ("55%").')
    strict: bool = Field(default=False, description="True: more than that is needed, not just that.")
    of_voting: bool = Field(
        default=False,
        description="True: the share is of those who vote yes or no (present and voting); abstentions leave the count.",
    )


class AllButClause(Section):
    """Passes when all members but a few are in favour."""

    all_but: Annotated[int, Field(ge=0)] = Field(
        description="How many members may be missing: 3 passes with n - 3 members in favour, 0 is unanimity."
    )


class VetoClause(Section):
    """Passes when each of the named actors is in favour."""

    veto: Many[Id] = Field(min_length=1, description="Actors of whom each must be in favour, by their ids.")
    abstention_blocks: bool = Field(default=True, description="False: abstaining is no veto, only voting against is.")


class AllClause(Section):
    """Passes when every clause below passes."""

    all: Many[Clause] = Field(min_length=1, description="Clauses that must all pass.")


class AnyClause(Section):
    """Passes when at least one clause below passes."""

    any: Many[Clause] = Field(min_length=1, description="Clauses of which at least one must pass.")


class AtLeastClause(Section):
    """Passes when enough of the clauses below pass."""

    at_least: Annotated[int, Field(ge=1)] = Field(description="How many of the clauses in `of` must pass.")
    of: Many[Clause] = Field(min_length=1, description="The clauses that are counted.")


class UnlessClause(Section):
    """Passes unless those against meet the clause below: consensus is "unless at least one is against"."""

    unless: Clause = Field(description="The clause that those against would have to meet.")


_FORMS: dict[type[Section], str] = {
    WeightClause: "weight",
    MembersClause: "members",
    AllButClause: "all_but",
    VetoClause: "veto",
    AllClause: "all",
    AnyClause: "any",
    AtLeastClause: "at_least",
    UnlessClause: "unless",
}
CLAUSE_FORMS: tuple[str, ...] = tuple(_FORMS.values())
# Tags enter pydantic's error locations; the mark tells them from keys of the file.
TAG_MARK = "<clause>"


def _form(value: Any) -> str | None:
    if isinstance(value, dict):
        found = [form for form in CLAUSE_FORMS if form in value]
        return TAG_MARK + found[0] if len(found) == 1 else None
    return TAG_MARK + _FORMS[type(value)] if type(value) in _FORMS else None


Clause: TypeAlias = Annotated[
    Annotated[WeightClause, Tag(TAG_MARK + "weight")]
    | Annotated[MembersClause, Tag(TAG_MARK + "members")]
    | Annotated[AllButClause, Tag(TAG_MARK + "all_but")]
    | Annotated[VetoClause, Tag(TAG_MARK + "veto")]
    | Annotated[AllClause, Tag(TAG_MARK + "all")]
    | Annotated[AnyClause, Tag(TAG_MARK + "any")]
    | Annotated[AtLeastClause, Tag(TAG_MARK + "at_least")]
    | Annotated[UnlessClause, Tag(TAG_MARK + "unless")],
    Discriminator(
        _form,
        custom_error_type="clause",
        custom_error_message="a clause has exactly one of the keys " + ", ".join(CLAUSE_FORMS),
    ),
]
"""One condition of a decision rule; exactly one of its forms."""


class DecisionRule(Section):
    """What a proposal needs to pass."""

    id: Id = Field(description="Short name that issues use.")
    name: Text = Field(description="Name as it is printed.")
    article: Text | None = Field(default=None, description="Article of the treaty or statute.")
    in_force: PartialDate | None = Field(default=None, description="Date from which the rule applies.")
    until: PartialDate | None = Field(
        default=None, description="Last date on which the rule applied, where it is past."
    )
    entry_into_force_after_days: Annotated[int, Field(ge=0, le=3650)] | None = Field(
        default=None,
        description="For a rule on entry into force: days from the day on which it is met to the entry into force.",
    )
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this rule.")
    passes: Clause = Field(description="The clause that a proposal must meet.")


class Union(Section):
    """Members who agree among themselves before a vote and then vote together (an a priori union)."""

    name: Text = Field(description="Name of the union as it is printed.")
    members: Many[Id] = Field(min_length=2, description="Its members, by their ids; a member is in one union at most.")
    source: Id | None = Field(default=None, description="Source, by its id in sources.")


class Institution(Section):
    """The body that decides."""

    name: Text = Field(description="Name of the body as it is printed.")
    weights: dict[Id, WeightTable] = Field(
        default={}, description="Tables of votes, populations or contributions, by name."
    )
    rules: Many[DecisionRule] = Field(default=(), description="Decision rules of the body.")
    joined: dict[Id, JoiningField] = Field(
        default={}, description="For a rule on entry into force: the day on which each member joined, by actor id."
    )
    parties_by: Many[PartiesBy] = Field(
        default=(), description="Numbers of parties by a day, where `joined` does not list all of them by name."
    )
    delegation: Delegation | None = Field(default=None, description="What the body leaves an agent to decide.")
    monitoring: Monitoring | None = Field(default=None, description="Who checks that an obligation is kept.")
    disputes: Disputes | None = Field(default=None, description="A complaint of members against another member.")
    unions: Many[Union] = Field(default=(), description="Members who vote together, where formal weight is asked so.")
    yes_probability: dict[Id, Annotated[Cell, Domain(0.0, 1.0)]] = Field(
        default={},
        description="How likely each member is to say yes to a proposal, from 0 to 1, by actor id; who is left out is "
        "taken at one half.",
    )
    note: Text | None = Field(default=None, description="What a reader should know about this body.")


def parts_of(clause: Clause) -> tuple[Clause, ...]:
    """Return the clauses directly below a clause, in the order of the file.

    Example:
        >>> parts_of(MembersClause(members=3))
        ()
    """
    if isinstance(clause, AllClause):
        return clause.all
    if isinstance(clause, AnyClause):
        return clause.any
    if isinstance(clause, AtLeastClause):
        return clause.of
    return (clause.unless,) if isinstance(clause, UnlessClause) else ()


for _nested in (AllClause, AnyClause, AtLeastClause, UnlessClause):
    _nested.model_rebuild()
