"""What relates the deal section to the rest of a scenario: known ids, a utility for every option, lines in order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from comity.scenario.faults import Fault, Suggestions, items, mapping, number
from comity.scenario.yaml_tree import Loc

_MOST_TRIED = 100_000

Known = dict[str, tuple[str, ...]]


def check_deal(root: Mapping[str, Any], suggestions: Suggestions) -> Iterator[Fault]:
    """Yield every fault of the deal section."""
    deal = mapping(root.get("deal"))
    if not deal:
        return
    actors = _ids(root.get("actors"))
    known: Known = {}
    for index, issue in items(deal.get("issues")):
        yield from _twice(issue.get("options"), ("deal", "issues", index, "options"))
        if isinstance(issue.get("id"), str):
            known.setdefault(issue["id"], _ids(issue.get("options")))
    for section in ("issues", "together"):
        yield from _twice(deal.get(section), ("deal", section))
    parties: list[str] = []
    for index, party in items(deal.get("parties")):
        here: Loc = ("deal", "parties", index)
        name = party.get("actor")
        if isinstance(name, str):
            if name not in actors:
                yield Fault((*here, "actor"), f"no actor has the id '{name}'", suggestions.among(name, actors))
            elif name in parties:
                yield Fault((*here, "actor"), f"'{name}' is a party twice", "list each party once")
            parties.append(name)
        yield from _worth(party, here, known, suggestions)
        yield from _lines(party, here)
    for index, each in items(deal.get("together")):
        here = ("deal", "together", index)
        yield from _chosen(each.get("options"), (*here, "options"), known, suggestions)
        for name in mapping(each.get("utilities")):
            if isinstance(name, str) and name not in parties:
                yield Fault(
                    (*here, "utilities", name), f"no party of the deal has the id '{name}'",
                    suggestions.among(name, parties, "deal.parties"), at_key=True,
                )  # fmt: skip
    for index, each in items(deal.get("forbidden")):
        yield from _chosen(each.get("options"), ("deal", "forbidden", index, "options"), known, suggestions)
    proposed = mapping(deal.get("proposed"))
    if proposed:
        yield from whole_package(proposed, ("deal", "proposed"), known, deal.get("forbidden"), "the text", suggestions)
    for index, each in items(deal.get("agreed")):
        here = ("deal", "agreed", index)
        if isinstance(each.get("options"), dict):
            yield from whole_package(
                each["options"], (*here, "options"), known, deal.get("forbidden"), "the deal", suggestions
            )
    yield from _no_package(deal, known)
    yield from _payments(deal)
    breakdown = _value(deal.get("breakdown"))
    if breakdown is not None and not 0 <= breakdown <= 1:
        yield Fault(("deal", "breakdown"), f"the probability {breakdown:g} is not from 0 to 1", "correct it")
    rules = _ids(mapping(root.get("institution")).get("rules"))
    rule = deal.get("rule")
    if isinstance(rule, str) and rule not in rules:
        yield Fault(("deal", "rule"), f"no rule has the id '{rule}'", suggestions.among(rule, rules))


def deal_cells(root: Mapping[str, Any]) -> Iterator[tuple[Loc, Any]]:
    """Yield every cell of the deal section with its place."""
    deal = mapping(root.get("deal"))
    yield ("deal", "breakdown"), deal.get("breakdown")
    for index, party in items(deal.get("parties")):
        here: Loc = ("deal", "parties", index)
        for field in ("batna", "red_line", "weight", "discount_factor"):
            yield (*here, field), party.get(field)
        for issue, held in mapping(party.get("utilities")).items():
            for option, cell in mapping(held).items():
                yield (*here, "utilities", issue, option), cell
    for index, each in items(deal.get("together")):
        for actor, cell in mapping(each.get("utilities")).items():
            yield ("deal", "together", index, "utilities", actor), cell


def whole_package(
    options: Mapping[str, Any], here: Loc, known: Known, forbidden: Any, what: str, suggestions: Suggestions
) -> Iterator[Fault]:
    """Yield what keeps options from being a package: unknown ones, issues left open, what may not stand together."""
    yield from _chosen(options, here, known, suggestions)
    for issue in known:
        if issue not in options:
            yield Fault(here, f"{what} says nothing on '{issue}'", "name one option of each issue")
    for index, each in items(forbidden):
        clash = mapping(each.get("options"))
        if clash and all(options.get(issue) == option for issue, option in clash.items()):
            why = each.get("why")
            yield Fault(
                here,
                f"{what} holds a combination that entry {index + 1} of forbidden excludes",
                f"change one of the two: {why}" if isinstance(why, str) else "change one of the two",
            )


def _worth(party: Mapping[str, Any], here: Loc, known: Known, suggestions: Suggestions) -> Iterator[Fault]:
    """Report utilities of unknown issues and options, and those that are missing."""
    utilities = party.get("utilities")
    if not isinstance(utilities, dict):
        return
    who = party.get("actor")
    for issue, held in utilities.items():
        if issue not in known:
            yield Fault(
                (*here, "utilities", issue), f"no issue of the deal has the id '{issue}'",
                suggestions.among(str(issue), tuple(known), "deal.issues"), at_key=True,
            )  # fmt: skip
            continue
        for option in mapping(held):
            if option not in known[issue]:
                yield Fault(
                    (*here, "utilities", issue, option), f"'{issue}' has no option '{option}'",
                    suggestions.among(str(option), known[issue]), at_key=True,
                )  # fmt: skip
    for issue, options in known.items():
        lacking = [option for option in options if option not in mapping(utilities.get(issue))]
        if lacking:
            loc: Loc = (*here, "utilities", issue) if issue in utilities else (*here, "utilities")
            yield Fault(
                loc,
                f"what '{lacking[0]}' ({issue}) is worth to '{who}' is missing",
                f"write a number for it; 0 where '{who}' does not care",
            )


def _lines(party: Mapping[str, Any], here: Loc) -> Iterator[Fault]:
    without, line = _value(party.get("batna")), _value(party.get("red_line"))
    if without is not None and line is not None and line < without:
        yield Fault(
            (*here, "red_line"),
            f"the red line {line:g} is below the {without:g} that the party has without a deal",
            "raise it, or leave it out: then what it has without a deal is its line",
        )
    weight = _value(party.get("weight"))
    if weight is not None and not 0 < weight <= 1e6:
        yield Fault((*here, "weight"), f"the weight {weight:g} is not above 0 (and at most a million)", "correct it")
    patience = _value(party.get("discount_factor"))
    if patience is not None and not 0 < patience < 1:
        yield Fault(
            (*here, "discount_factor"),
            f"the discount factor {patience:g} is not above 0 and below 1",
            "write what one unit a round later is worth now, such as 0.95",
        )


def _no_package(deal: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    """Report combinations that exclude each other so that nothing is left to agree on."""
    clashes = [mapping(each.get("options")) for _, each in items(deal.get("forbidden"))]
    named = [issue for issue in known if any(issue in clash for clash in clashes)]
    if not named or math.prod(len(known[issue]) for issue in named) > _MOST_TRIED:
        return
    for options in product(*(known[issue] for issue in named)):
        chosen = dict(zip(named, options, strict=True))
        if not any(clash and all(chosen.get(each) == option for each, option in clash.items()) for clash in clashes):
            return
    yield Fault(
        ("deal", "forbidden"),
        f"these combinations leave no package: every way to settle {', '.join(named)} is excluded",
        "take one of them out, or add an option",
    )


def _payments(deal: Mapping[str, Any]) -> Iterator[Fault]:
    """Report a deal that says its utilities can be handed over, and not in what."""
    if deal.get("transferable") is not True:
        return
    if deal.get("comparable") is not True:
        yield Fault(
            ("deal", "transferable"),
            "utilities that can be handed over are worth the same to every party, and the deal does not say so",
            "add comparable: true, or leave transferable out",
        )
    units = {str(party.get("unit")) for _, party in items(deal.get("parties"))}
    if len(units) > 1 or units == {"None"}:
        said = "no unit" if units == {"None"} else f"several units ({', '.join(sorted(units))})"
        yield Fault(
            ("deal", "transferable"),
            f"payments need one unit for all parties, and the parties have {said}",
            "give every party the same unit, such as: million US dollars",
        )


def _value(cell: Any) -> float | None:
    return number(mapping(cell).get("value")) if isinstance(cell, dict) else number(cell)


def _chosen(options: Any, here: Loc, known: Known, suggestions: Suggestions) -> Iterator[Fault]:
    for issue, option in mapping(options).items():
        if issue not in known:
            yield Fault(
                (*here, issue), f"no issue of the deal has the id '{issue}'",
                suggestions.among(str(issue), tuple(known), "deal.issues"), at_key=True,
            )  # fmt: skip
        elif isinstance(option, str) and option not in known[issue]:
            yield Fault((*here, issue), f"'{issue}' has no option '{option}'", suggestions.among(option, known[issue]))


def _ids(section: Any) -> tuple[str, ...]:
    return tuple(item["id"] for _, item in items(section) if isinstance(item.get("id"), str))


def _twice(section: Any, here: Loc) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, item in items(section):
        name = item.get("id")
        if isinstance(name, str) and name in seen:
            yield Fault((*here, index, "id"), f"the id '{name}' is given twice", "give each an id of its own")
        if isinstance(name, str):
            seen.add(name)
