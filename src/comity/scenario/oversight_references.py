"""What relates delegation, monitoring and disputes to the rest of a scenario: who they name, and legal numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from comity.scenario.cells import Domain
from comity.scenario.faults import Fault, Suggestions, items, mapping, sequence
from comity.scenario.oversight_numbers import SECTIONS, legal
from comity.scenario.yaml_tree import Loc


def check_oversight(root: Mapping[str, Any], suggestions: Suggestions) -> Iterator[Fault]:
    """Yield every fault of whom the institution's delegation and disputes name."""
    institution = mapping(root.get("institution"))
    actors = {
        actor["id"]: actor.get("count") for _, actor in items(root.get("actors")) if isinstance(actor.get("id"), str)
    }
    named: list[tuple[Loc, Any, str | None]] = []
    delegation, disputes = mapping(institution.get("delegation")), mapping(institution.get("disputes"))
    here = ("institution", "disputes")
    named.append((("institution", "delegation", "agent"), delegation.get("agent"), "the agent"))
    named.append(((*here, "respondent"), disputes.get("respondent"), "the respondent"))
    sides: dict[str, str] = {}
    if isinstance(disputes.get("respondent"), str):
        sides[disputes["respondent"]] = "the respondent"
    for side in ("complainants", "allies"):
        for index, name in enumerate(sequence(disputes.get(side))):
            loc: Loc = (*here, side, index)
            named.append((loc, name, None))
            if not isinstance(name, str):
                continue
            if sides.get(name, side) == side and name in sides:
                yield Fault(loc, f"'{name}' is named twice among the {side}", "name each once")
            elif name in sides:
                yield Fault(
                    loc,
                    f"'{name}' is among the {side} and is also {_article(sides[name])}",
                    "name each actor on one side",
                )
            sides.setdefault(name, side)
    for place, name, single in named:
        if not isinstance(name, str):
            continue
        count = actors.get(name)
        if name not in actors:
            yield Fault(place, f"no actor has the id '{name}'", suggestions.among(name, actors))
        elif single and isinstance(count, int) and count > 1:
            yield Fault(place, f"'{name}' stands for {count} actors, and {single} is one", "name a single actor")
    rules = {rule["id"] for _, rule in items(institution.get("rules")) if isinstance(rule.get("id"), str)}
    for index, name in enumerate(sequence(disputes.get("adoption"))):
        if isinstance(name, str) and name not in rules:
            yield Fault(
                (*here, "adoption", index),
                f"no rule has the id '{name}'",
                suggestions.among(name, rules, "institution.rules"),
            )
    start = disputes.get("start")
    if isinstance(start, str) and len(start) == len("1996-02-05"):
        try:
            date.fromisoformat(start)
        except ValueError:
            yield Fault((*here, "start"), f"{start} is no day of the calendar", "write a date such as 1996-02-05")
    seen: dict[str, int] = {}
    for index, stage in items(disputes.get("stages")):
        name = stage.get("id")
        if isinstance(name, str) and seen.setdefault(name, index) != index:
            yield Fault(
                (*here, "stages", index, "id"),
                f"the stage id '{name}' is given twice",
                "give each stage an id of its own",
            )


def _article(side: str) -> str:
    return side if side.startswith("the ") else f"among the {side}"


def outside(section: str, name: str, value: float) -> tuple[str, str] | None:
    """Say what is wrong with a number of a section, and what would be right; None where it is legal.

    Example:
        >>> outside("monitoring", "detection", 1.5)
        ('1.5 is outside 0 to 1', 'write a probability from 0 to 1: 0.4, not 40')
    """
    kind = legal(SECTIONS[section], name)
    if isinstance(kind, Domain):
        if not kind.low <= value <= kind.high:
            remedy = "write a probability from 0 to 1: 0.4, not 40" if kind.high == 1 else "correct the value"
            return f"{value:g} is outside {kind.low:g} to {kind.high:g}", remedy
        if kind.step == 1 and value != int(value):
            return f"{value:g} is not a whole number", "write a whole number"
    elif kind is not None and not kind.signed and value < kind.low:
        if kind.low > 0:
            return f"{value:g} is not above 0", "write a number above 0, or leave it out"
        return f"{value:g} is negative", "write 0 or more; the models subtract costs themselves"
    return None
