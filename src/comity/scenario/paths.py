"""Paths by identity: ``positions[FRA,date].salience`` rather than ``positions[3].salience``.

A path by index points to another actor as soon as somebody inserts a line; a path by identity is what a
person can read in an error, and what an edit and an ``Input`` are addressed by.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from comity.scenario.errors import printable
from comity.scenario.yaml_tree import LONGEST_KEY_SHOWN, Loc

_READABLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}(,[A-Za-z][A-Za-z0-9_-]{0,39})?")
_STEP = re.compile(r"(?:\A|\.)([A-Za-z_][A-Za-z0-9_-]*)|\[([^\[\]]+)\]")
_TABLES = ("institution", "weights")


class IdentityPaths:
    """Translates between places in the data and paths by identity.

    Args:
        data: plain data as ``read_tree`` returns it.

    Example:
        >>> paths = IdentityPaths({"positions": [{"actor": "FRA", "issue": "date", "salience": 60}]})
        >>> paths.shown(("positions", 0, "salience"))
        'positions[FRA,date].salience'
        >>> paths.locate("positions[FRA,date].salience")
        ('positions', 0, 'salience')
    """

    def __init__(self, data: Any) -> None:
        self._data = data
        self._names: dict[int, list[str | None]] = {}

    def shown(self, loc: Loc) -> str:
        """Return the path by identity of a place; by index where an item has no readable, single identity.

        The place need not exist: steps that the data lacks are written as they are.
        """
        path = ""
        current = self._data
        for depth, step in enumerate(loc):
            if isinstance(step, int):
                name = self._name(current, step)
                path += f"[{step if name is None else name}]"
            elif loc[:2] == _TABLES and depth == 3 and step == "values" and len(loc) > 4:
                pass  # weights[votes][DEU], not weights[votes].values[DEU]
            elif loc[:2] == _TABLES and (depth == 2 or (depth == 4 and loc[3] == "values")):
                path += f"[{_clipped(step)}]"
            else:
                path += ("." if path else "") + _clipped(step)
            current = _below(current, step)
        return path

    def locate(self, path: str) -> Loc | None:
        """Return the place that a path by identity names, or None where the data has no such place.

        A path to a cell that is written in full (``{value: 7, range: [4, 10]}``) leads to its value.
        """
        steps: list[str | int] = []
        current = self._data
        end = 0
        for match in _STEP.finditer(path):
            if match.start() != end:
                return None
            end = match.end()
            name = match[1] if match[1] is not None else match[2]
            if isinstance(current, list) and match[1] is None:
                index = self._index(current, name)
                if index is None:
                    return None
                steps.append(index)
                current = current[index]
                continue
            if not isinstance(current, dict):
                return None
            if match[1] is None and len(steps) == 3 and tuple(steps[:2]) == _TABLES:
                steps.append("values")
                current = current.get("values")
            if not isinstance(current, dict) or name not in current:
                return None
            steps.append(name)
            current = current[name]
        if end != len(path) or not steps:
            return None
        if isinstance(current, dict) and "value" in current:
            steps.append("value")
        return tuple(steps)

    def _name(self, items: Any, index: int) -> str | None:
        if not isinstance(items, list):
            return None
        names = self._names_of(items)
        return names[index] if index < len(names) else None

    def _names_of(self, items: list[Any]) -> list[str | None]:
        names = self._names.get(id(items))
        if names is None:
            names = [_identity(item) for item in items]
            counts = Counter(names)
            names = [name if counts[name] == 1 else None for name in names]
            self._names[id(items)] = names
        return names

    def _index(self, items: list[Any], name: str) -> int | None:
        if name.isascii() and name.isdigit():
            index = int(name) if len(name) < 10 else len(items)
            return index if index < len(items) else None
        names = self._names_of(items)
        return names.index(name) if name in names else None


def _identity(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    name = item.get("id")
    if name is None and isinstance(item.get("actor"), str) and isinstance(item.get("issue"), str):
        name = f"{item['actor']},{item['issue']}"
    return name if isinstance(name, str) and _READABLE.fullmatch(name) else None


def _below(current: Any, step: str | int) -> Any:
    if isinstance(current, dict) and isinstance(step, str):
        return current.get(step)
    if isinstance(current, list) and isinstance(step, int) and step < len(current):
        return current[step]
    return None


def _clipped(key: str) -> str:
    return printable(key if len(key) <= LONGEST_KEY_SHOWN else key[: LONGEST_KEY_SHOWN - 1] + "…")
