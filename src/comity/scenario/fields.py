"""Every numeric field that an analysis can read of a scenario, as Inputs with a place in an array.

This is where a scenario is *resolved*: a judged number without a range gets the file's declared default range, and an
assumption that the file leaves out gets its default from the schema. No other numeric default exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from comity.findings import Input
from comity.findings.contract import Basis, Number
from comity.findings.wording import possessive
from comity.scenario import ratification_numbers, reform_numbers
from comity.scenario.cells import CellDetail, Domain, Section
from comity.scenario.deal_numbers import DEAL_FIELDS, with_deal_number
from comity.scenario.decision_rules import (
    AllButClause,
    Clause,
    DecisionRule,
    MembersClause,
    WeightClause,
    parts_of,
)
from comity.scenario.judged import Field, Placed, basis_of, judged, remarks, resting_on
from comity.scenario.oversight_fields import OVERSIGHT_FIELDS
from comity.scenario.oversight_numbers import with_number
from comity.scenario.reform import Reform
from comity.scenario.schema import Actor, ScenarioFile, assumption_domains


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
        item = judged(
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
            item = judged(
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
            item = judged(
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
        label = f"what applies on {issue.id} if nothing is agreed"
        question = f"Is it sure what applies on {issue.id} if nothing is agreed?"
        yield from _of_an_issue(file, at, "reference_point", issue.reference_point, label, question)


def _proposal(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    for at, issue in enumerate(file.issues):
        label = f"the text on {issue.id}"
        question = f"Does the text on {issue.id} stand where it is placed on the scale?"
        yield from _of_an_issue(file, at, "proposal", issue.proposal, label, question)


def _of_an_issue(
    file: ScenarioFile, at: int, name: str, cell: CellDetail | None, label: str, question: str
) -> Iterator[Placed]:
    """A judged number of an issue, on its scale."""
    if cell is None:
        return
    issue = file.issues[at]
    item = judged(
        cell,
        f"issues[{issue.id}].{name}",
        (issue.scale.low, issue.scale.high),
        file.ranges.position * (issue.scale.high - issue.scale.low),
        unit=issue.scale.unit or "points of the scale",
        label=label,
        question=question,
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
            basis_of(cell, source),
            remarks(cell),
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
    "alpha": (
        "the alpha of polarisation",
        "How much more polarised is an issue because those who feel with each other are many?",
    ),
    "reach": (
        "the reach of a camp",
        "How near do two actors have to stand to be of one camp?",
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
        basis: Basis = basis_of(cell, cell.source) if given else "judgement"
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
            # A table's mark is of the numbers that it cites; a cell with a source of its own speaks for itself.
            unverified = cell.unverified or (weights.unverified and cell.source is None)
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
                    resting_on(source, unverified),
                    remarks(cell if not unverified else cell.model_copy(update={"unverified": True})),
                ),
                (at,),
            )


def _counted(what: str, clause: WeightClause | MembersClause | AllButClause) -> str:
    return what.partition("#")[0] if isinstance(clause, WeightClause) else "members"


def _quota_in_words(what: str, clause: WeightClause | MembersClause | AllButClause) -> str:
    """What a reader calls the quota ``members#2``: the second quota of members."""
    recurs = what.partition("#")[2]
    places = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    which = f"{places[int(recurs) - 2] if int(recurs) <= 10 else f'{recurs}th'} " if recurs else ""
    if isinstance(clause, AllButClause):
        return f"the {which}number of members that may be missing"
    return f"the {which}quota of {_counted(what, clause)}"


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
            name = _quota_in_words(what, clause)
            yield Placed(
                Input(
                    f"institution.rules[{rule.id}].quota[{what}]",
                    value,
                    domain,
                    step or None,
                    None,
                    _counted(what, clause) if step else "share of the total",
                    rule.source,
                    False,
                    name,
                    f"Is “{rule.name}” the rule that applies, with {shown} as {name}?",
                    resting_on(rule.source, rule.unverified),
                    ("not verified",) if rule.unverified else (),
                ),
                (),
            )


def _yes_probability(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    if file.institution is None:
        return
    for at, actor in enumerate(members(file)):
        cell = file.institution.yes_probability.get(actor.id)
        item = cell and judged(
            cell,
            f"institution.yes_probability[{actor.id}]",
            (0.0, 1.0),
            file.ranges.probability,
            unit="probability",
            label=f"{possessive(actor.name)} probability of saying yes",
            question=f"How likely is {actor.name} to say yes to a proposal?",
        )
        if item:
            yield Placed(item, (at,))


def _reform(name: str, axis: str, says: str, read: Callable[[Reform], Iterator[tuple[int, Input]]]) -> Field:
    def placed(file: ScenarioFile, several: bool) -> Iterator[Placed]:
        for at, item in read(file.reform) if file.reform is not None else ():
            yield Placed(item, (at,))

    return Field(name, (axis,), says, placed)


def _placed(read: ratification_numbers.Read) -> Callable[[ScenarioFile, bool], Iterator[Placed]]:
    return lambda file, several: (Placed(item, at) for at, item in read(file))


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("actors.capability", ("actors",), "a capability (how much each actor weighs)", _capability),
        Field("positions.position", ("actors", "issues"), "a position of an actor on an issue", _position),
        Field("positions.salience", ("actors", "issues"), "a salience (how much an actor cares)", _salience),
        Field("issues.reference_point", ("issues",), "what applies if nothing is agreed", _reference_point),
        Field("issues.proposal", ("issues",), "the text on the table (an issue's `proposal`)", _proposal),
        Field("issues.outcome", ("issues",), "what happened", _outcome),
        *(_assumption(*each) for each in assumption_domains()),
        Field("institution.weights", (), "voting weights", _weights),
        Field("institution.quotas", (), "a quota", _quotas),
        Field("institution.yes_probability", ("members",), "members' probabilities of saying yes", _yes_probability),
        *(Field(name, axes, says, _placed(read)) for name, axes, says, read in ratification_numbers.READ),
        _reform("reform.needs", "texts", "votes that a decision needs under a text", reform_numbers.needs),
        _reform("reform.seats", "seats", "seats under a text", reform_numbers.seats),
        _reform("reform.terms", "seats", "terms of seats", reform_numbers.terms),
        _reform("reform.populations", "groups", "inhabitants of a group", reform_numbers.populations),
        *OVERSIGHT_FIELDS,
        *DEAL_FIELDS,
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
        note = f"set; the file says {before:g}"
        if "private" not in old.model_fields_set:
            return CellDetail(value=value, range=spread, note=note)
        return CellDetail(value=value, range=spread, private=old.private, note=note)

    def put(held: Section, name: str) -> Section:
        old = getattr(held, name)
        return held.model_copy(update={name: cell(old)}) if isinstance(old, CellDetail) else held

    if found := re.fullmatch(r"positions\[(.+),(.+)\]\.(position|salience)", path):
        actor, issue, name = found.groups()
        rows = [put(row, name) if (row.actor, row.issue) == (actor, issue) else row for row in file.positions]
        return file.model_copy(update={"positions": tuple(rows)})
    if found := re.fullmatch(r"(actors|issues)\[(.+)\]\.(capability|reference_point|proposal)", path):
        section, each, name = found.groups()
        held = [put(item, name) if item.id == each else item for item in getattr(file, section)]
        return file.model_copy(update={section: tuple(held)})
    if file.institution and (institution := with_number(file.institution, path, put)):
        return file.model_copy(update={"institution": institution})
    if file.institution and (found := re.fullmatch(r"institution\.yes_probability\[(.+)\]", path)):
        likely = dict(file.institution.yes_probability)
        if found[1] in likely:
            likely[found[1]] = cell(likely[found[1]])
        return file.model_copy(update={"institution": file.institution.model_copy(update={"yes_probability": likely})})
    if file.deal and (deal := with_deal_number(file.deal, path, cell)):
        return file.model_copy(update={"deal": deal})
    if found := re.fullmatch(r"assumptions\.(\w+)\.(\w+)", path):
        section, name = found.groups()
        group = put(getattr(file.assumptions, section), name)
        return file.model_copy(update={"assumptions": file.assumptions.model_copy(update={section: group})})
    return None
