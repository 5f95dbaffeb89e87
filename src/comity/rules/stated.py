"""From a scenario's institution to a rule as data, for the case as written and for every row that moves a number.

Only analyses ask for it: it is the one file here that knows the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from comity.findings import CannotAnswerError, Rows, View
from comity.findings.contract import Number
from comity.rules.decision_rules import (
    All,
    AtLeastOf,
    AtLeastOne,
    Members,
    Rule,
    Unless,
    Veto,
    Weighted,
)
from comity.rules.quotas import (
    RuleError,
)
from comity.scenario.decision_rules import (
    AllButClause,
    AllClause,
    AnyClause,
    AtLeastClause,
    Clause,
    DecisionRule,
    Institution,
    MembersClause,
    UnlessClause,
    VetoClause,
    WeightClause,
    WeightTable,
)
from comity.scenario.fields import clause_quotas

RULE_FIELDS = ("institution.weights", "institution.quotas")


@dataclass(frozen=True)
class Body:
    """A body and one of its decision rules: as written, and for each row (None where nothing could pass)."""

    name: str
    rule_name: str
    article: str | None
    in_force: str | None
    until: str | None
    verified: bool
    members: tuple[str, ...]
    rules: tuple[Rule | None, ...]
    weights: tuple[tuple[str, str, tuple[Number, ...]], ...]
    notes: tuple[str, ...]

    @property
    def rule(self) -> Rule:
        """The rule as written."""
        first = self.rules[0]
        assert first is not None
        return first

    @property
    def to_verify(self) -> tuple[str, ...]:
        """What to ask about the rule, where the file says that it is not verified."""
        if self.verified:
            return ()
        return (f"Does “{self.rule_name}” apply here, with these numbers? The file marks it as not verified.",)

    @property
    def called(self) -> str:
        """The rule's name with its article and date, as a brief prints it."""
        since = f"in force from {self.in_force}" if self.in_force else None
        if self.until:
            since = f"in force {self.in_force} to {self.until}" if self.in_force else f"in force until {self.until}"
        about = "; ".join(filter(None, (self.article, since)))
        return f"{self.rule_name} ({about})" if about else self.rule_name


def body_of(view: View, rows: Rows) -> Body:
    """The body of a case narrowed to one rule; raises CannotAnswerError where there is none."""
    institution = view.object("institution.rules")
    if institution is None or len(institution.rules) != 1:
        raise CannotAnswerError("needs the decision rule that applies (the issue's `rule`)")
    return body_under(view, rows, institution, institution.rules[0])


def body_under(view: View, rows: Rows, institution: Institution, stated: DecisionRule) -> Body:
    """The body under one of its rules; raises CannotAnswerError where nothing can pass."""
    ids = view.ids("members")
    numbers = {**view.exact("institution.weights"), **view.exact("institution.quotas")}
    quota_of = {id(clause): f"institution.rules[{stated.id}].quota[{what}]" for what, clause in clause_quotas(stated)}
    try:
        written = _rule(stated.passes, ids, numbers, quota_of, institution.weights)
    except RuleError as error:
        raise CannotAnswerError(f"has a rule under which nothing can pass: {error}") from None
    rules: list[Rule | None] = [written]
    columns = [at for at, item in enumerate(rows.inputs) if item.path in numbers]
    differs = (rows.values[:, columns] != rows.values[0, columns]).any(axis=1)
    for row in range(1, rows.n):
        if not differs[row]:
            rules.append(written)
            continue
        moved = {path: value for path, value in rows.moves(row).items() if path in numbers}
        exact = {path: _like(numbers[path], value) for path, value in moved.items()}
        try:
            rules.append(_rule(stated.passes, ids, {**numbers, **exact}, quota_of, institution.weights))
        except RuleError:
            rules.append(None)
    return Body(
        institution.name,
        stated.name,
        stated.article,
        stated.in_force,
        stated.until,
        not stated.unverified,
        view.names("members"),
        tuple(rules),
        tuple(
            (name, table.unit, tuple(numbers[f"institution.weights[{name},{member}]"] for member in ids))
            for name, table in institution.weights.items()
        ),
        _notes(institution, stated),
    )


def _notes(institution: Institution, stated: DecisionRule) -> tuple[str, ...]:
    """What the file's authors noted of the body, the rule and its weights, and what they could not verify."""
    notes = [institution.note] if institution.note else []
    about = [(f"“{stated.name}”", stated.unverified, stated.note)]
    about += [(f"The table of {name}", table.unverified, table.note) for name, table in institution.weights.items()]
    for what, unverified, note in about:
        if unverified or note:
            words = f"{what}{' is not verified' if unverified else ''}"
            notes.append(f"{words}: {note}" if note else f"{words}.")
    return tuple(notes)


def _like(written: Number, value: float) -> Number:
    """A moved number as exact as the one it replaces."""
    if isinstance(written, int):
        return round(value)
    return Fraction(repr(value))


def _rule(
    clause: Clause,
    members: tuple[str, ...],
    numbers: dict[str, Number],
    quota_of: dict[int, str],
    tables: Mapping[str, WeightTable],
) -> Rule:
    n = len(members)
    if isinstance(clause, AllClause):
        return All(tuple(_rule(part, members, numbers, quota_of, tables) for part in clause.all))
    if isinstance(clause, AnyClause):
        return AtLeastOne(tuple(_rule(part, members, numbers, quota_of, tables) for part in clause.any))
    if isinstance(clause, AtLeastClause):
        return AtLeastOf(tuple(_rule(part, members, numbers, quota_of, tables) for part in clause.of), clause.at_least)
    if isinstance(clause, UnlessClause):
        return Unless(_rule(clause.unless, members, numbers, quota_of, tables))
    if isinstance(clause, VetoClause):
        return Veto(n, tuple(members.index(member) for member in clause.veto), clause.abstention_blocks)
    quota = numbers[quota_of[id(clause)]]
    assert isinstance(quota, int | Fraction)
    if isinstance(clause, AllButClause):
        return Members(n, n - int(quota))
    if isinstance(clause, MembersClause):
        return Members.of(n, quota, strict=clause.strict, of_voting=clause.of_voting)
    assert isinstance(clause, WeightClause)
    weights = [numbers[f"institution.weights[{clause.weight},{member}]"] for member in members]
    return Weighted.of(
        weights, quota, strict=clause.strict, unit=tables[clause.weight].unit, of_voting=clause.of_voting
    )
