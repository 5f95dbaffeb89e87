"""The shipped scenarios: real cases, typed from their sources, ready to be read, copied and questioned."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from comity.scenario.errors import Problem, ScenarioError, nearest, shown
from comity.scenario.reading import Document, read_scenario

_SUFFIX = ".yaml"
_MOST_FILES = 1000


@dataclass(frozen=True)
class Shipped:
    """One scenario of the library, as a list shows it.

    Attributes:
        name: what a person types: ``comity brief car-emissions``.
        title: its title.
        stakes: one sentence on what was at stake, or None.
    """

    name: str
    title: str
    stakes: str | None


def shipped_names() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, in alphabetical order, without reading them.

    Example:
        >>> "car-emissions" in shipped_names()
        True
    """
    folder = resources.files(__name__)
    return tuple(sorted(file.name.removesuffix(_SUFFIX) for file in folder.iterdir() if file.name.endswith(_SUFFIX)))


def shipped() -> tuple[Shipped, ...]:
    """Return the shipped scenarios with title and stakes, in alphabetical order.

    Example:
        >>> shipped()[0].name
        'car-emissions'
    """
    documents = ((name, open_shipped(name).scenario) for name in shipped_names())
    return tuple(Shipped(name, scenario.title, scenario.stakes) for name, scenario in documents)


def open_shipped(name: str) -> Document:
    """Open a shipped scenario by its name.

    Raises:
        ScenarioError: no shipped scenario has this name; the error names the nearest one.

    Example:
        >>> len(open_shipped("eu-council").scenario.actors)
        27
        >>> open_shipped("eu-counsil")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        comity.scenario.errors.ScenarioError: eu-counsil:1:1: no shipped scenario has this name; ...
    """
    names = shipped_names()
    if name not in names:
        raise ScenarioError(name, [Problem(1, 1, "", "no shipped scenario has this name", _suggestion(name, names))])
    return _opened(name)


@cache
def _opened(name: str) -> Document:
    file = resources.files(__name__) / (name + _SUFFIX)
    return read_scenario(file.read_bytes(), name)


def resolve(name_or_path: str | Path) -> Document:
    """Open what a person names on the command line: a file where there is one, else a shipped scenario.

    Raises:
        ScenarioError: neither a file nor a shipped scenario, or the file is not right.

    Example:
        >>> resolve("imf-governors-2020").scenario.institution.name
        'Board of Governors of the International Monetary Fund'
    """
    name = os.fspath(name_or_path)
    path = Path(name)
    names = shipped_names()
    try:
        there = path.exists()
        # A folder that happens to bear the name of a shipped scenario cannot be what is meant.
        is_folder = path.is_dir()
    except (OSError, ValueError):
        return read_scenario(name)  # says what is wrong with the name
    if there and not (is_folder and name in names):
        return read_scenario(path, name)
    if name in names:
        return _opened(name)
    raise ScenarioError(
        name,
        [
            Problem(
                1,
                1,
                "",
                "there is no such file and no shipped scenario of this name",
                _suggestion(name, names, path),
            )
        ],
    )


def _suggestion(name: str, names: tuple[str, ...], path: Path | None = None) -> str:
    found = [near for near in (_near_file(path) if path is not None else None, nearest(name, names)) if near]
    if found:
        return "did you mean " + " or ".join(shown(near) for near in found) + "?"
    return "shipped: " + ", ".join(names)


def _near_file(path: Path) -> str | None:
    """The scenario file beside the missing one with the nearest name."""
    try:
        with os.scandir(path.parent) as entries:
            beside = [
                entry.name
                for entry, _ in zip(entries, range(_MOST_FILES), strict=False)
                if entry.name.endswith((".yaml", ".yml"))
            ]
    except (OSError, ValueError):
        return None
    near = nearest(path.name, beside)
    return str(path.parent / near) if near is not None else None
