"""A case with something else than a number changed: who is a member, or how votes are weighed.

Moving a number is ``--set``. These are edits of the file in memory: the analysis of an edited case, never an input.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from comity.findings import OptionError
from comity.scenario.case import Scenario
from comity.scenario.decision_rules import (
    AllButClause,
    AllClause,
    AnyClause,
    AtLeastClause,
    Clause,
    Institution,
    MembersClause,
    Union,
    UnlessClause,
    VetoClause,
    WeightCell,
    WeightClause,
    WeightTable,
    read_exact,
)
from comity.scenario.errors import nearest
from comity.scenario.fields import clauses, members
from comity.scenario.schema import Actor, ScenarioFile

FORMS = (
    "leave:USA (a member leaves)",
    "join:Name=120 (a member joins with this weight; Name=votes:120,population:5e6 with several tables)",
    "merge:NOR+SWE (members vote as one, their weights added)",
    "weight:USA=100 (a member's weight; votes:USA=100 with several tables)",
    "union:NOR+SWE (members agree first and vote together; shown as the Owen value)",
    "square-root or square-root:population (weights are the square roots of what they are)",
)


def what_if(case: Scenario, change: str) -> Scenario:
    """Return the case with one change made to its members or their weights.

    Args:
        case: the case.
        change: one of ``FORMS``; members are named by id, iso3 or name.

    Returns:
        The changed case; its cover says what was changed.

    Raises:
        OptionError: no such change, no such member, or a change that this case cannot undergo.

    Example:
        >>> from comity.scenario import load
        >>> left = what_if(load("eu-council"), "leave:Germany")
        >>> len(left.file.actors), left.cover.changes
        (26, ('Germany leaves',))
    """
    form, _, text = change.partition(":")
    known: dict[str, Callable[[Scenario, str], Scenario]] = {
        "leave": _leave,
        "join": _join,
        "merge": _merge,
        "union": _union,
        "weight": _reweigh,
        "square-root": _square_root,
    }
    if form not in known or (not text and form != "square-root"):
        near = nearest(form, known)
        hint = f"did you mean {near}? " if near and near != form else ""
        raise OptionError(f"{change!r} is not a change; {hint}it is one of: {'; '.join(FORMS)}")
    return known[form](case, text.strip())


def _member(case: Scenario, name: str) -> Actor:
    wanted = name.strip().casefold()
    for actor in members(case.file):
        if wanted in (actor.id.casefold(), actor.name.casefold(), (actor.iso3 or "").casefold()):
            return actor
    names = {actor.id: actor for actor in members(case.file)} | {actor.name: actor for actor in members(case.file)}
    near = nearest(name.strip(), names)
    hint = f"did you mean {near}?" if near else "comity check CASE --inputs lists the weights by member"
    raise OptionError(f"no member is called {name.strip()!r}; {hint}")


def _institution(case: Scenario) -> Institution:
    if case.file.institution is None:
        raise OptionError("this case has no institution whose members could change")
    return case.file.institution


def _edited(case: Scenario, file: ScenarioFile, words: str, gone: Sequence[str] = ()) -> Scenario:
    kept = {
        path: value for path, value in case.moves.items() if not any(re.search(rf"[\[,]{g}[\],]", path) for g in gone)
    }
    return replace(case, file=file, moves=kept, edits=(*case.edits, words + _kept_quotas(file)))


def _kept_quotas(file: ScenarioFile) -> str:
    """A reminder of the quotas that are numbers: shares follow a change of members or weights, numbers do not."""
    numbers = [
        rule.name
        for rule in (file.institution.rules if file.institution is not None else ())
        for clause in clauses(rule.passes)
        if (isinstance(clause, WeightClause) and not clause.quota.is_share)
        or (isinstance(clause, MembersClause) and not clause.members.is_share)
    ]
    once = list(dict.fromkeys(numbers))
    return f" (quotas that are numbers stay as they are: {', '.join(once[:3])})" if once else ""


def _leave(case: Scenario, name: str) -> Scenario:
    actor = _member(case, name)
    if len(members(case.file)) == 1:
        raise OptionError(f"{actor.name} is the only member")
    return _edited(case, _without(case.file, actor.id), f"{actor.name} leaves", (actor.id,))


def _without(file: ScenarioFile, gone: str) -> ScenarioFile:
    """The file without an actor, wherever it is named."""
    changes: dict[str, object] = {
        "actors": tuple(actor for actor in file.actors if actor.id != gone),
        "positions": tuple(row for row in file.positions if row.actor != gone),
    }
    left = (
        group.model_copy(update={"members": tuple(name for name in group.members if name != gone)})
        for group in file.groups
    )
    changes["groups"] = tuple(group for group in left if group.members)
    if file.institution is not None:
        changes["institution"] = _without_member(file.institution, gone)
    if file.reform is not None:
        texts = tuple(
            text.model_copy(update={"support": tuple(each for each in text.support if each.actor != gone)})
            for text in file.reform.texts
        )
        before = tuple(
            each.model_copy(update={"votes": tuple(vote for vote in each.votes if vote.actor != gone)})
            for each in file.reform.precedents
        )
        asked = tuple(each for each in file.reform.ask if each.actor != gone)
        changes["reform"] = file.reform.model_copy(update={"texts": texts, "precedents": before, "ask": asked})
    if file.deal is not None:
        parties = tuple(party for party in file.deal.parties if party.actor != gone)
        together = tuple(
            each.model_copy(update={"utilities": {a: cell for a, cell in each.utilities.items() if a != gone}})
            for each in file.deal.together
        )
        kept = file.deal.model_copy(update={"parties": parties, "together": together})
        changes["deal"] = kept if len(parties) > 1 else None
    return file.model_copy(update=changes)


def _without_member(institution: Institution, gone: str) -> Institution:
    tables = {
        name: table.model_copy(update={"values": {a: cell for a, cell in table.values.items() if a != gone}})
        for name, table in institution.weights.items()
    }
    rules = []
    for rule in institution.rules:
        clause = _clause_without(rule.passes, gone)
        if clause is None:
            raise OptionError(f"the rule “{rule.name}” is nothing but a veto of the member that leaves")
        rules.append(rule.model_copy(update={"passes": clause}))
    together = (
        union.model_copy(update={"members": tuple(name for name in union.members if name != gone)})
        for union in institution.unions
    )
    likely = {name: cell for name, cell in institution.yes_probability.items() if name != gone}
    return institution.model_copy(
        update={
            "weights": tables,
            "rules": tuple(rules),
            "unions": tuple(union for union in together if len(union.members) > 1),
            "yes_probability": likely,
            "joined": {name: day for name, day in institution.joined.items() if name != gone},
        }
    )


def _clause_without(clause: Clause, gone: str) -> Clause | None:
    """The clause with a member's veto taken out; None where nothing is left of it."""
    if isinstance(clause, VetoClause):
        kept = tuple(name for name in clause.veto if name != gone)
        return clause.model_copy(update={"veto": kept}) if kept else None
    if isinstance(clause, UnlessClause):
        below = _clause_without(clause.unless, gone)
        return clause.model_copy(update={"unless": below}) if below is not None else None
    for form, key in ((AllClause, "all"), (AnyClause, "any"), (AtLeastClause, "of")):
        if isinstance(clause, form):
            parts = tuple(p for part in getattr(clause, key) if (p := _clause_without(part, gone)) is not None)
            return clause.model_copy(update={key: parts}) if parts else None
    return clause


def _join(case: Scenario, text: str) -> Scenario:
    name, equals, amounts = text.partition("=")
    name = name.strip()
    institution = _institution(case)
    if not name or (institution.weights and not equals):
        raise OptionError(f"{text!r}: write join:Name=weight, such as join:Norway=5500000")
    if any(name.casefold() in (actor.id.casefold(), actor.name.casefold()) for actor in case.file.actors):
        raise OptionError(f"{name!r} is in this case already")
    given = _amounts(institution, amounts) if institution.weights else {}
    taken = {actor.id for actor in case.file.actors}
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:30] or "member"
    new = next(each for each in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if each not in taken)
    actor = Actor(id=new if new[0].isalpha() else f"m-{new}", name=name)
    tables = {
        key: table.model_copy(update={"values": {**table.values, actor.id: WeightCell(value=given[key])}})
        for key, table in institution.weights.items()
    }
    file = case.file.model_copy(
        update={
            "actors": (*case.file.actors, actor),
            "institution": institution.model_copy(update={"weights": tables}),
        }
    )
    weights = ", ".join(f"{_plain(value)} {institution.weights[key].unit}" for key, value in given.items())
    return _edited(case, file, f"{name} joins{f' with {weights}' if weights else ''}")


def _amounts(institution: Institution, text: str) -> dict[str, Fraction]:
    """One weight for each table: ``120``, or ``votes:120,population:5e6``."""
    parts = [part.strip() for part in text.split(",")]
    found: dict[str, Fraction] = {}
    for part in parts:
        table, colon, amount = part.rpartition(":")
        key = table if colon else next(iter(institution.weights))
        if key not in institution.weights:
            raise OptionError(f"no weight table is called {key!r}; there are {', '.join(institution.weights)}")
        found[key] = _weight(amount)
    lacking = [key for key in institution.weights if key not in found]
    if lacking:
        tables = ",".join(f"{key}:…" for key in institution.weights)
        raise OptionError(f"the weight in {lacking[0]!r} is missing; write Name={tables}")
    return found


def _weight(text: str) -> Fraction:
    try:
        value = read_exact(float(text) if re.fullmatch(r"[0-9.]{1,20}[eE]\+?[0-9]{1,2}", text) else text)
    except ValueError:
        raise OptionError(f"{text!r} is not a weight; write 120, 16.5 or 33/2") from None
    if value < 0:
        raise OptionError(f"the weight {text} is negative")
    return value


def _merge(case: Scenario, text: str) -> Scenario:
    together = [_member(case, name) for name in text.split("+")]
    if len(together) < 2 or len({actor.id for actor in together}) < len(together):
        raise OptionError(f"{text!r}: write merge:A+B with two or more different members")
    institution = _institution(case)
    counting = [
        rule.name
        for rule in institution.rules
        if any(isinstance(clause, MembersClause | AllButClause) for clause in clauses(rule.passes))
    ]
    if counting:
        raise OptionError(
            f"the rule “{counting[0]}” counts members, and members who vote as one are still counted one by one; ask "
            f"for union:{text} instead"
        )
    first, *others = together
    tables = {
        key: table.model_copy(
            update={
                "values": {
                    **table.values,
                    first.id: WeightCell(value=sum((table.values[a.id].value for a in together), Fraction(0))),
                }
            }
        )
        for key, table in institution.weights.items()
    }
    vetoing = {
        name
        for rule in institution.rules
        for clause in clauses(rule.passes)
        if isinstance(clause, VetoClause)
        for name in clause.veto
    }
    if vetoing & {actor.id for actor in others} and first.id not in vetoing:
        raise OptionError(f"write the member with the veto first, in {text!r}")
    name = " and ".join(actor.name for actor in together)
    actors = tuple(
        actor.model_copy(update={"name": name, "iso3": None}) if actor.id == first.id else actor
        for actor in case.file.actors
    )
    file = case.file.model_copy(
        update={"actors": actors, "institution": institution.model_copy(update={"weights": tables})}
    )
    for actor in others:
        file = _without(file, actor.id)
    return _edited(case, file, f"{name} vote as one", [actor.id for actor in others])


def _union(case: Scenario, text: str) -> Scenario:
    together = [_member(case, name) for name in text.split("+")]
    if len(together) < 2 or len({actor.id for actor in together}) < len(together):
        raise OptionError(f"{text!r}: write union:A+B with two or more different members")
    institution = _institution(case)
    for union in institution.unions:
        both = [actor.name for actor in together if actor.id in union.members]
        if both:
            raise OptionError(f"{both[0]} is in the union {union.name} too; a member is in one union at most")
    name = " and ".join(actor.name for actor in together)
    new = Union(name=name, members=tuple(actor.id for actor in together))
    file = case.file.model_copy(
        update={"institution": institution.model_copy(update={"unions": (*institution.unions, new)})}
    )
    return _edited(case, file, f"{name} agree first and vote together")


def _reweigh(case: Scenario, text: str) -> Scenario:
    who, equals, amount = text.partition("=")
    institution = _institution(case)
    table, colon, name = who.rpartition(":")
    key = table if colon else next(iter(institution.weights), "")
    if not equals or key not in institution.weights:
        tables = ", ".join(institution.weights) or "none"
        raise OptionError(f"{text!r}: write weight:Name=100, or weight:TABLE:Name=100; the tables are {tables}")
    actor, value = _member(case, name), _weight(amount.strip())
    held = institution.weights[key]
    before = held.values[actor.id].value
    file = _with_table(case.file, key, {**held.values, actor.id: WeightCell(value=value)})
    return _edited(case, file, f"{actor.name}'s {key} {_plain(before)}→{_plain(value)}")


def _square_root(case: Scenario, name: str) -> Scenario:
    institution = _institution(case)
    key = name or next(iter(institution.weights), "")
    if key not in institution.weights:
        raise OptionError(f"no weight table is called {key!r}; there are {', '.join(institution.weights) or 'none'}")
    absolute = [
        rule.name
        for rule in institution.rules
        for clause in clauses(rule.passes)
        if isinstance(clause, WeightClause) and clause.weight == key and not clause.quota.is_share
    ]
    if absolute:
        raise OptionError(
            f"the rule “{absolute[0]}” asks for a number of {key}, not a share: with new weights, --set its quota too"
        )
    values = institution.weights[key].values
    # A thousandth of a root is finer than any weight that was ever voted on, and keeps the sums exact.
    roots = {
        actor: WeightCell(value=Fraction(math.isqrt(int(cell.value * 1_000_000)), 1000))
        for actor, cell in values.items()
    }
    return _edited(case, _with_table(case.file, key, roots), f"the {key} of each member replaced by its square root")


def _with_table(file: ScenarioFile, key: str, values: dict[str, WeightCell]) -> ScenarioFile:
    assert file.institution is not None
    table: WeightTable = file.institution.weights[key].model_copy(update={"values": values, "source": None})
    institution = file.institution.model_copy(update={"weights": {**file.institution.weights, key: table}})
    return file.model_copy(update={"institution": institution})


def _plain(value: Fraction) -> str:
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.6g}"
