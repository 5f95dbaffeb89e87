"""What relates an institution to the rest of a scenario: voters, weights, thresholds that can be met."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from comity.scenario.decision_rules import Quota, read_exact
from comity.scenario.faults import Fault, Suggestions, items, mapping, number, sequence
from comity.scenario.ratifications import check_ratifications
from comity.scenario.yaml_tree import Loc

_MOST_NAMED = 5


@dataclass(frozen=True)
class _Body:
    """What clauses can refer to."""

    deciders: Mapping[str, int]  # seats by id
    actors: frozenset[str]
    totals: Mapping[str, Fraction | None]  # None where a weight cannot be read
    suggestions: Suggestions

    @property
    def seats(self) -> int:
        """How many members decide."""
        return sum(self.deciders.values())


def _seats(actor: Mapping[str, Any]) -> int:
    count = actor.get("count")
    return count if isinstance(count, int) and not isinstance(count, bool) and count > 0 else 1


def check_institution(root: Mapping[str, Any], suggestions: Suggestions) -> Iterator[Fault]:
    """Yield every fault of the institution section, and of the issues' references to its rules."""
    institution = mapping(root.get("institution"))
    actors = frozenset(actor["id"] for _, actor in items(root.get("actors")) if isinstance(actor.get("id"), str))
    deciders = {
        actor["id"]: _seats(actor)
        for _, actor in items(root.get("actors"))
        if isinstance(actor.get("id"), str) and "decides" in sequence(actor.get("roles", ["decides"]))
    }
    rules: dict[str, int] = {}
    for index, rule in items(institution.get("rules")):
        name = rule.get("id")
        if isinstance(name, str) and rules.setdefault(name, index) != index:
            yield Fault(
                ("institution", "rules", index, "id"),
                f"the rule id '{name}' is given twice",
                "give each rule an id of its own",
            )
    for index, issue in items(root.get("issues")):
        name = issue.get("rule")
        if isinstance(name, str) and name not in rules:
            yield Fault(
                ("issues", index, "rule"),
                f"no rule has the id '{name}'",
                suggestions.among(name, rules, "institution.rules"),
            )
    tables = mapping(institution.get("weights"))
    totals: dict[str, Fraction | None] = {}
    for name, table in tables.items():
        values = mapping(table).get("values")
        if isinstance(values, dict):
            totals[name] = yield from _table(("institution", "weights", name), values, actors, deciders, suggestions)
        else:
            totals[name] = None
    if institution and actors and not deciders:
        yield Fault(("institution",), "no actor decides", "give the members of the institution the role 'decides'")
    body = _Body(deciders, actors, totals, suggestions)
    for index, rule in items(institution.get("rules")):
        yield from _clause(("institution", "rules", index, "passes"), rule.get("passes"), body)
    yield from check_ratifications(root, deciders)
    yield from _together(institution, body)
    for name, cell in mapping(institution.get("yes_probability")).items():
        where: Loc = ("institution", "yes_probability", name)
        if name not in deciders:
            yield Fault(where, f"no member has the id '{name}'", suggestions.among(name, deciders), at_key=True)
        value = number(cell) if number(cell) is not None else number(mapping(cell).get("value"))
        if value is not None and not 0 <= value <= 1:
            yield Fault(where, f"{value:g} is not a probability", "write a number from 0 to 1")


def _together(institution: Mapping[str, Any], body: _Body) -> Iterator[Fault]:
    """Yield unions of strangers, and members who are in two of them."""
    seen: dict[str, int] = {}
    for index, union in items(institution.get("unions")):
        for place, name in enumerate(sequence(union.get("members"))):
            where: Loc = ("institution", "unions", index, "members", place)
            if not isinstance(name, str):
                continue
            if name not in body.deciders:
                yield Fault(where, f"no member has the id '{name}'", body.suggestions.among(name, body.deciders))
            elif name in seen:
                first = "this union" if seen[name] == index else f"union {seen[name] + 1}"
                yield Fault(where, f"'{name}' is in {first} already", "a member is in one union at most")
            seen.setdefault(name, index)


def _table(
    loc: Loc,
    values: Mapping[str, Any],
    actors: frozenset[str],
    deciders: Mapping[str, int],
    suggestions: Suggestions,
) -> Generator[Fault, None, Fraction | None]:
    """Yield the faults of one weight table; return its total, or None where a weight cannot be read."""
    total: Fraction | None = Fraction(0)
    for name, cell in values.items():
        here: Loc = (*loc, "values", name)
        if name not in actors:
            yield Fault(here, f"no actor has the id '{name}'", suggestions.among(name, actors), at_key=True)
        elif name not in deciders:
            yield Fault(
                here,
                f"'{name}' has a weight and does not decide",
                "add 'decides' to its roles, or leave it out of the table",
                at_key=True,
            )
        written = mapping(cell).get("value") if isinstance(cell, dict) else cell
        try:
            weight = read_exact(written)
        except ValueError:
            total = None
            continue
        if weight < 0:
            yield Fault(
                (*here, "value") if isinstance(cell, dict) else here,
                f"the weight {written} is negative",
                "a weight is 0 or more",
            )
            total = None
        elif total is not None:
            total += weight * deciders.get(name, 1)
    missing = sorted(deciders.keys() - values.keys())
    if missing:
        named = ", ".join(missing[:_MOST_NAMED]) + (" …" if len(missing) > _MOST_NAMED else "")
        yield Fault(
            (*loc, "values"),
            f"the table lacks {len(missing)} of the {len(deciders)} actors that decide: {named}",
            "write 0 for an actor without a weight",
            at_key=True,
        )
        total = None
    elif total == 0 and values:
        yield Fault((*loc, "values"), "every weight is 0", "give at least one actor a weight", at_key=True)
        total = None
    return total


def _clause(loc: Loc, value: Any, body: _Body, against: bool = False) -> Iterator[Fault]:
    """Yield the faults of one clause; ``against`` says that those against would have to meet it."""
    clause = mapping(value)
    strict = clause.get("strict") is True
    if "weight" in clause:
        name = clause["weight"]
        if isinstance(name, str) and name not in body.totals:
            yield Fault(
                (*loc, "weight"),
                f"no weight table has the name '{name}'",
                body.suggestions.among(name, body.totals, "institution.weights"),
            )
        total = body.totals.get(name) if isinstance(name, str) else None
        yield from _quota((*loc, "quota"), clause.get("quota"), strict, total, "the total weight", against)
    if "members" in clause:
        members = Fraction(body.seats) if body.deciders else None
        yield from _quota((*loc, "members"), clause["members"], strict, members, "the number of members", against)
    if "all_but" in clause:
        absent = clause["all_but"]
        if isinstance(absent, int) and body.deciders and absent >= body.seats:
            yield Fault(
                (*loc, "all_but"),
                f"all but {absent} of {body.seats} members is nobody",
                f"write a number below {body.seats}",
            )
    if "veto" in clause:
        for index, name in enumerate(sequence(clause["veto"])):
            if not isinstance(name, str) or name in body.deciders:
                continue
            if name in body.actors:
                yield Fault(
                    (*loc, "veto", index),
                    f"'{name}' has a veto and does not decide",
                    "add 'decides' to its roles",
                )
            else:
                yield Fault(
                    (*loc, "veto", index),
                    f"no actor has the id '{name}'",
                    body.suggestions.among(name, body.actors),
                )
    if clause.get("of_voting") is True:
        written = clause.get("quota") if "weight" in clause else clause.get("members")
        yield from _of_voting((*loc, "quota" if "weight" in clause else "members"), written)
    if "at_least" in clause:
        parts = sequence(clause.get("of"))
        asked = clause["at_least"]
        if isinstance(asked, int) and parts and asked > len(parts):
            yield Fault(
                (*loc, "at_least"),
                f"{asked} clauses are asked for and {len(parts)} are given",
                f"write 1 to {len(parts)}",
            )
    for form in ("all", "any", "of"):
        for index, part in items(clause.get(form)):
            yield from _clause((*loc, form, index), part, body, against)
    if "unless" in clause:
        yield from _clause((*loc, "unless"), clause["unless"], body, not against)


def _of_voting(loc: Loc, written: Any) -> Iterator[Fault]:
    try:
        quota = Quota.read(written)
    except ValueError:
        return
    if not quota.is_share:
        yield Fault(
            loc,
            f"the quota {quota.text} is a count, and of those who vote yes or no a share is needed",
            'write a share, such as "2/3", or leave of_voting out',
        )


def _quota(loc: Loc, value: Any, strict: bool, total: Fraction | None, of_what: str, against: bool) -> Iterator[Fault]:
    try:
        quota = Quota.read(value)
    except ValueError:
        return
    if quota.amount <= 0:
        met = "nobody against would stop every proposal; write 1 or more" if against else ""
        remedy = met or "a proposal would pass with nobody in favour"
        yield Fault(loc, f"the quota {quota.text} is not above 0", remedy)
    elif quota.is_share and quota.amount > 1:
        yield Fault(loc, f"the quota {quota.text} is more than the whole", "write a share of at most 100%")
    elif quota.is_share and strict and quota.amount == 1:
        yield Fault(loc, "more than 100% can never be reached", "leave 'strict' out")
    elif not quota.is_share and total is not None:
        if quota.amount > total:
            yield Fault(
                loc,
                f"the quota {quota.text} is above {of_what}, {_plain(total)}",
                "nothing could ever stop a proposal" if against else "no proposal could ever pass",
            )
        elif strict and quota.amount == total:
            yield Fault(loc, f"more than {quota.text} can never be reached", "leave 'strict' out")


def _plain(total: Fraction) -> str:
    return str(total) if total.denominator == 1 else f"about {round(total)}"
