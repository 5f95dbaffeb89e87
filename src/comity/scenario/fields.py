"""Every numeric field that an analysis can read of a scenario, as Inputs with a place in an array.

This is where a scenario is *resolved*: a judged number without a range gets the file's declared default range, and an
assumption that the file leaves out gets its default from the schema. No other numeric default exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from comity.findings import Input
from comity.findings.contract import Basis, Number
from comity.findings.wording import possessive
from comity.scenario.cells import CellDetail, Domain, Section
from comity.scenario.decision_rules import (
    AllButClause,
    Clause,
    DecisionRule,
    MembersClause,
    WeightCell,
    WeightClause,
    parts_of,
)
from comity.scenario.schema import Actor, ScenarioFile, assumption_domains


@dataclass(frozen=True)
class Placed:
    """An input and where it stands in its field's array."""

    item: Input
    at: tuple[int, ...]


@dataclass(frozen=True)
class Field:
    """One numeric field: the sections whose objects are its axes, and how its inputs are read off a file.

    ``read`` is also told whether the case has several issues, so that a label says which one it speaks of even where
    the file was narrowed to one.
    """

    name: str
    axes: tuple[str, ...]
    says: str
    read: Callable[[ScenarioFile, bool], Iterator[Placed]]


def _basis(cell: CellDetail, source: str | None) -> Basis:
    if any(item.quote for item in cell.evidence):
        return "quoted evidence"
    return "cited number" if source else ("judgement" if cell.note else "nothing")


def _judged(
    cell: CellDetail,
    path: str,
    domain: tuple[float, float],
    half_width: float,
    *,
    unit: str,
    label: str,
    question: str,
    source: str | None = None,
    note: str | None = None,
) -> Input | None:
    value = cell.estimate
    if value is None:
        return None
    stated = cell.interval
    low, high = stated if stated is not None else (value - half_width, value + half_width)
    spread = (max(domain[0], low), min(domain[1], high))
    named = cell.source or source
    basis = _basis(cell, named)
    return Input(
        path, value, domain, None, spread, unit, named, stated is None, label, question, basis, _remarks(cell, note)
    )


def _remarks(cell: CellDetail | WeightCell, beside: str | None = None) -> tuple[str, ...]:
    """What stands beside a number: passages with document, date and coder; notes; that it is not verified."""
    lines = []
    for item in cell.evidence if isinstance(cell, CellDetail) else ():
        where = ", ".join(filter(None, (item.document, item.date)))
        read = f"reads {item.value:g}" if item.value is not None else ""
        who = ", ".join(filter(None, (item.coder, item.confidence and f"{item.confidence} confidence", read)))
        quote = f"“{item.quote}”" if item.quote else ""
        lines.append(" ".join(filter(None, (quote, f"({where})" if where else "", f"[{who}]" if who else ""))))
    lines += [note for note in (cell.note, beside) if note]
    if cell.unverified:
        lines.append("not verified")
    return tuple(line for line in lines if line)


def _names(file: ScenarioFile) -> dict[str, str]:
    return {actor.id: actor.name for actor in file.actors}


def _capability(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    stated = [(at, actor, actor.capability.estimate) for at, actor in enumerate(file.actors) if actor.capability]
    total = sum(value for _, _, value in stated if value is not None)
    largest = sum(
        max(value, (actor.capability.interval or (value, value))[1])
        for _, actor, value in stated
        if value is not None and actor.capability is not None
    )
    for at, actor, value in stated:
        if value is None or actor.capability is None:
            continue
        item = _judged(
            actor.capability,
            f"actors[{actor.id}].capability",
            (1e-9 * total, float(largest)),
            file.ranges.capability * value,
            unit=file.capability_means or "capability, in the table's own units",
            label=f"{possessive(actor.name)} capability",
            question=f"Is {value:g} the right weight for {actor.name}, against {total:g} in all?",
            source=actor.source,
            note=actor.note,
        )
        if item is not None:
            yield Placed(item, (at,))


def _position(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    yield from _cells(file, "position", several)


def _salience(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    yield from _cells(file, "salience", several)


def _cells(file: ScenarioFile, which: str, several: bool) -> Iterator[Placed]:
    actor_at = {actor.id: at for at, actor in enumerate(file.actors)}
    issue_at = {issue.id: at for at, issue in enumerate(file.issues)}
    names = _names(file)
    full = float(file.salience_scale or 100)
    for row in file.positions:
        cell = row.position if which == "position" else row.salience
        if cell is None:
            continue
        issue = file.issues[issue_at[row.issue]]
        name, about = names[row.actor], f" on {issue.id}" if several else ""
        value = cell.estimate
        if value is None:
            continue
        if which == "position":
            low, high = issue.scale.low, issue.scale.high
            unit = issue.scale.unit or "points of the scale"
            item = _judged(
                cell,
                f"positions[{row.actor},{row.issue}].position",
                (low, high),
                file.ranges.position * (high - low),
                unit=unit,
                label=f"{possessive(name)} position{about}",
                question=f"Is {possessive(name)} {value:g}{about} firm?",
                source=row.source,
                note=row.note,
            )
        else:
            item = _judged(
                cell,
                f"positions[{row.actor},{row.issue}].salience",
                (0.0, full),
                file.ranges.salience * full,
                unit=f"of {full:g}",
                label=f"{possessive(name)} salience{about}",
                question=f"Does {name} care as much{about} as {value:g} of {full:g} says?",
                source=row.source,
                note=row.note,
            )
        if item is not None:
            yield Placed(item, (actor_at[row.actor], issue_at[row.issue]))


def _reference_point(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    for at, issue in enumerate(file.issues):
        if issue.reference_point is None:
            continue
        item = _judged(
            issue.reference_point,
            f"issues[{issue.id}].reference_point",
            (issue.scale.low, issue.scale.high),
            file.ranges.position * (issue.scale.high - issue.scale.low),
            unit=issue.scale.unit or "points of the scale",
            label=f"what applies on {issue.id} if nothing is agreed",
            question=f"Is it sure what applies on {issue.id} if nothing is agreed?",
            source=issue.source,
            note=issue.note,
        )
        if item is not None:
            yield Placed(item, (at,))


def _outcome(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    for at, issue in enumerate(file.issues):
        cell = issue.outcome
        if cell is None or cell.estimate is None:
            continue
        source = cell.source or issue.source
        item = Input(
            f"issues[{issue.id}].outcome",
            cell.estimate,
            (issue.scale.low, issue.scale.high),
            None,
            None,
            issue.scale.unit or "points of the scale",
            source,
            False,
            f"what happened on {issue.id}",
            f"Is {cell.estimate:g} what happened on {issue.id}?",
            _basis(cell, source),
            _remarks(cell),
        )
        yield Placed(item, (at,))


_ASSUMPTION_WORDS = {
    "status_quo_probability": (
        "the challenge model's Q",
        "How likely is it that the status quo stays where nobody challenges (the challenge model's Q)?",
    ),
    "rounds": ("the challenge model's number of rounds", "How many rounds of proposals is there time for?"),
    "stop_tolerance": (
        "the challenge model's stopping tolerance",
        "How small a move of the median counts as settled?",
    ),
}


def _assumption(section: str, name: str, domain: Domain) -> Field:
    label, question = _ASSUMPTION_WORDS[name]
    path = f"assumptions.{section}.{name}"

    def read(file: ScenarioFile, several: bool) -> Iterator[Placed]:
        held = getattr(file.assumptions, section)
        cell: CellDetail = getattr(held, name)
        if cell.estimate is None:
            return
        given = name in held.model_fields_set
        spread = cell.interval
        if spread is not None:
            spread = (max(domain.low, spread[0]), min(domain.high, spread[1]))
        basis: Basis = _basis(cell, cell.source) if given else "judgement"
        value: Number = int(cell.estimate) if domain.step == 1.0 else cell.estimate
        legal = (domain.low, domain.high)
        yield Placed(
            Input(path, value, legal, domain.step, spread, "", cell.source, not given, label, question, basis),
            (),
        )

    return Field(path, (), label, read)


def clause_quotas(rule: DecisionRule) -> Iterator[tuple[str, WeightClause | MembersClause | AllButClause]]:
    """The clauses of a rule that hold a quota, named by what they count; ``population#2`` if it recurs."""
    seen: dict[str, int] = {}
    for clause in clauses(rule.passes):
        if isinstance(clause, WeightClause | MembersClause | AllButClause):
            what = "members"
            if isinstance(clause, WeightClause):
                what = clause.weight
            elif isinstance(clause, AllButClause):
                what = "all_but"
            seen[what] = seen.get(what, 0) + 1
            yield (what if seen[what] == 1 else f"{what}#{seen[what]}"), clause


def clauses(clause: Clause) -> Iterator[Clause]:
    """A clause and every clause below it, in the order of the file."""
    yield clause
    for part in parts_of(clause):
        yield from clauses(part)


def members(file: ScenarioFile) -> tuple[Actor, ...]:
    """The actors that decide: only they have votes and count as members."""
    return tuple(actor for actor in file.actors if "decides" in actor.roles)


def _whole(value: Fraction) -> int | Fraction:
    return int(value) if value.denominator == 1 else value


def _weights(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.institution is None:
        return
    names = _names(file)
    for table, weights in file.institution.weights.items():
        total = float(weights.total)
        for at, (actor, cell) in enumerate(weights.values.items()):
            number = _whole(cell.value)
            source = cell.source or weights.source
            yield Placed(
                Input(
                    f"institution.weights[{table},{actor}]",
                    number,
                    (0.0, total),
                    1.0 if isinstance(number, int) else None,
                    None,
                    weights.unit,
                    source,
                    False,
                    f"{possessive(names.get(actor, actor))} {table}",
                    f"Is {number} the number of {possessive(names.get(actor, actor))} {table} on the day of the vote?",
                    "cited number" if source else "nothing",
                    _remarks(cell),
                ),
                (at,),
            )


def _quotas(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.institution is None:
        return
    n = len(members(file))
    for rule in file.institution.rules:
        for what, clause in clause_quotas(rule):
            if isinstance(clause, AllButClause):
                value: Number = clause.all_but
                domain, step = (0.0, float(n - 1)), 1.0
                shown = str(value)
            else:
                quota = clause.quota if isinstance(clause, WeightClause) else clause.members
                value = quota.amount if quota.is_share else _whole(quota.amount)
                shown = quota.text
                total = float(n)
                if isinstance(clause, WeightClause):
                    total = float(file.institution.weights[clause.weight].total)
                domain = (0.01, 1.0) if quota.is_share else (1.0, total)
                step = 0.0 if quota.is_share else 1.0
            yield Placed(
                Input(
                    f"institution.rules[{rule.id}].quota[{what}]",
                    value,
                    domain,
                    step or None,
                    None,
                    what if step else "share of the total",
                    rule.source,
                    False,
                    f"the quota of {what}",
                    f"Is “{rule.name}” the rule that applies, with {shown} as its quota of {what}?",
                    "cited number" if rule.source else "nothing",
                ),
                (),
            )


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("actors.capability", ("actors",), "a capability (how much each actor weighs)", _capability),
        Field("positions.position", ("actors", "issues"), "a position of an actor on an issue", _position),
        Field("positions.salience", ("actors", "issues"), "a salience (how much an actor cares)", _salience),
        Field("issues.reference_point", ("issues",), "what applies if nothing is agreed", _reference_point),
        Field("issues.outcome", ("issues",), "what happened", _outcome),
        *(_assumption(*each) for each in assumption_domains()),
        Field("institution.weights", (), "voting weights", _weights),
        Field("institution.quotas", (), "a quota", _quotas),
    )
}


def moved(item: Input, value: float) -> Input:
    """A counted or legal number at a value that a person set, as exact as the one it replaces."""
    exact: Number = value
    if item.step is not None and float(value).is_integer():
        exact = int(value)
    elif isinstance(item.value, Fraction):
        exact = Fraction(repr(value))
    return replace(item, value=exact, source=None, basis="judgement")


def with_cell(file: ScenarioFile, path: str, value: float) -> ScenarioFile | None:
    """The file with one judged number set; a stated range moves along. None where the path is not a judged number."""

    def cell(old: CellDetail) -> CellDetail:
        before = old.estimate if old.estimate is not None else value
        stated = old.interval
        shift = value - before
        spread = None if stated is None else (stated[0] + shift, stated[1] + shift)
        return CellDetail(value=value, range=spread, private=old.private, note=f"set; the file says {before:g}")

    def put(held: Section, name: str) -> Section:
        old = getattr(held, name)
        return held.model_copy(update={name: cell(old)}) if isinstance(old, CellDetail) else held

    if found := re.fullmatch(r"positions\[(.+),(.+)\]\.(position|salience)", path):
        actor, issue, name = found.groups()
        rows = [put(row, name) if (row.actor, row.issue) == (actor, issue) else row for row in file.positions]
        return file.model_copy(update={"positions": tuple(rows)})
    if found := re.fullmatch(r"(actors|issues)\[(.+)\]\.(capability|reference_point)", path):
        section, each, name = found.groups()
        held = [put(item, name) if item.id == each else item for item in getattr(file, section)]
        return file.model_copy(update={section: tuple(held)})
    if found := re.fullmatch(r"assumptions\.(\w+)\.(\w+)", path):
        section, name = found.groups()
        group = put(getattr(file.assumptions, section), name)
        return file.model_copy(update={"assumptions": file.assumptions.model_copy(update={section: group})})
    return None
