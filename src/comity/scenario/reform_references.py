"""What relates the reform section to the rest of a scenario: known ids, and votes that the seats can give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from comity.scenario.faults import Fault, Suggestions, items, mapping, number, sequence
from comity.scenario.yaml_tree import Loc


def check_reform(root: Mapping[str, Any], suggestions: Suggestions) -> Iterator[Fault]:
    """Yield every fault of the reform section."""
    reform = mapping(root.get("reform"))
    if not reform:
        return
    actors = _ids(root.get("actors"))
    groups = _ids(reform.get("groups"))
    rules = _ids(mapping(root.get("institution")).get("rules"))

    def known(name: Any, loc: Loc, among: Iterable[str], what: str) -> Iterator[Fault]:
        if isinstance(name, str) and name not in set(among):
            yield Fault(loc, f"no {what} has the id '{name}'", suggestions.among(name, list(among)))

    for section in ("groups", "texts"):
        yield from _twice(reform, section)
    for index, name in enumerate(sequence(reform.get("stages"))):
        yield from known(name, ("reform", "stages", index), rules, "rule")
    for index, asked in items(reform.get("ask")):
        yield from known(asked.get("actor"), ("reform", "ask", index, "actor"), actors, "actor")
    for index, before in items(reform.get("precedents")):
        for place, cast in items(before.get("votes")):
            where: Loc = ("reform", "precedents", index, "votes", place, "actor")
            yield from known(cast.get("actor"), where, actors, "actor")
    now = [index for index, text in items(reform.get("texts")) if text.get("in_force") is True]
    if len(now) > 1:
        yield Fault(
            ("reform", "texts", now[1], "in_force"), "two texts are said to be in force", "one body is as it is"
        )
    for index, text in items(reform.get("texts")):
        at: Loc = ("reform", "texts", index)
        seen: dict[str, int] = {}
        for place, declared in items(text.get("support")):
            name = declared.get("actor")
            yield from known(name, (*at, "support", place, "actor"), actors, "actor")
            if isinstance(name, str) and seen.setdefault(name, place) != place:
                yield Fault(
                    (*at, "support", place, "actor"),
                    f"'{name}' is listed twice under this text",
                    "keep the latest declaration, and say in its note what came before",
                )
        yield from _seats(at, text, groups, suggestions)


def _seats(at: Loc, text: Mapping[str, Any], groups: Iterable[str], suggestions: Suggestions) -> Iterator[Fault]:
    total = 0
    for place, kind in items(text.get("seats")):
        cell = kind.get("term_years")
        years = number(cell) if number(cell) is not None else number(mapping(cell).get("value"))
        if years is not None and not 0.5 <= years <= 50:
            yield Fault(
                (*at, "seats", place, "term_years"),
                f"a term of {years:g} years is outside 0.5 to 50",
                "leave it out for a permanent seat",
            )
        count = kind.get("count")
        if not isinstance(count, int):
            return
        total += count
        shared = mapping(kind.get("by_group"))
        for name in shared:
            if name not in set(groups):
                where: Loc = (*at, "seats", place, "by_group", name)
                yield Fault(where, f"no group has the id '{name}'", suggestions.among(name, list(groups)), at_key=True)
        given = sum(value for value in shared.values() if isinstance(value, int))
        if given > count:
            yield Fault(
                (*at, "seats", place, "by_group"), f"{given} seats are shared out and there are {count}", "correct one"
            )
    cell = text.get("needs")
    votes = number(cell) if number(cell) is not None else number(mapping(cell).get("value"))
    if votes is not None and total and not 1 <= votes <= total:
        yield Fault((*at, "needs"), f"{votes:g} votes are needed and there are {total} seats", f"write 1 to {total}")
    elif votes is not None and votes != int(votes):
        yield Fault((*at, "needs"), f"{votes:g} is not a whole number of votes", "write a whole number")


def _ids(section: Any) -> list[str]:
    return [item["id"] for _, item in items(section) if isinstance(item.get("id"), str)]


def _twice(reform: Mapping[str, Any], section: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for index, item in items(reform.get(section)):
        name = item.get("id")
        if isinstance(name, str) and seen.setdefault(name, index) != index:
            yield Fault(
                ("reform", section, index, "id"), f"the id '{name}' is given twice", "give each an id of its own"
            )
