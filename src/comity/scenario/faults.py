"""Faults by place in the data, and tolerant access to raw data for the checks that find them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comity.scenario.errors import nearest
from comity.scenario.yaml_tree import Loc

_MOST_SUGGESTIONS = 20
_MOST_LISTED = 12


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong at a place of the data, before it gets a line and a column.

    Attributes:
        loc: the place; it may not exist (a missing key).
        message: what is wrong.
        remedy: what would be right.
        at_key: True where the key is at fault and not its value.
    """

    loc: Loc
    message: str
    remedy: str = ""
    at_key: bool = False


class Suggestions:
    """Finds near names, for a limited number of mistakes.

    Comparing each of thousands of unknown names with thousands of known ones takes minutes; whoever has that
    many mistakes has made one, and sees it from the first twenty.
    """

    def __init__(self) -> None:
        self._left = _MOST_SUGGESTIONS

    def among(self, name: str, known: Collection[str], section: str = "") -> str:
        """Return the remedy for an unknown name: the nearest known one, or all where they are few."""
        if self._left <= 0:
            return ""
        self._left -= 1
        found = nearest(name, known)
        if found is not None:
            return f"did you mean '{found}'?"
        if not known:
            return f"list it under {section} first" if section else "none is defined"
        if len(known) <= _MOST_LISTED:
            return "known: " + ", ".join(sorted(known))
        return ""


def mapping(value: Any) -> Mapping[str, Any]:
    """Return the value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return the value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def items(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield index and item of a list's mappings; nothing where it is no list."""
    for index, item in enumerate(sequence(value)):
        if isinstance(item, dict):
            yield index, item


def number(value: Any) -> float | None:
    """Return the value as a float where it is a number, else None (true and false are no numbers)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
