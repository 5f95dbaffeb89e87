"""The shipped scenarios and bodies, typed from their sources, ready to be read, copied and questioned.

A *scenario* is a case with something at stake. A *body* is an institution with its members and decision rules alone;
it is a scenario file too, in the folder ``bodies``, so every command takes either.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from comity.scenario.errors import Problem, ScenarioError, nearest, shown
from comity.scenario.reading import Document, read_scenario
from comity.scenario.yaml_tree import scan_tree

_SUFFIX = ".yaml"
_BODIES = "bodies"
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


@dataclass(frozen=True)
class ShippedRule:
    """One decision rule of a shipped body, as a list shows it; dates are empty where none is stated."""

    id: str
    name: str
    article: str | None
    in_force: str
    until: str


@dataclass(frozen=True)
class Body:
    """One institution of the library, as a list shows it.

    Attributes:
        name: what a person types: ``comity power --body unsc``.
        title: its title.
        members: how many members decide; None where they have to be given in a file.
        rules: its decision rules.
    """

    name: str
    title: str
    members: int | None
    rules: tuple[ShippedRule, ...]


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


def body_names() -> tuple[str, ...]:
    """Return the names of the shipped bodies, in alphabetical order, without reading them.

    Example:
        >>> "unsc" in body_names()
        True
    """
    folder = resources.files(__name__) / _BODIES
    return tuple(sorted(file.name.removesuffix(_SUFFIX) for file in folder.iterdir() if file.name.endswith(_SUFFIX)))


def bodies() -> tuple[Body, ...]:
    """Return the shipped bodies with their members and rules, in alphabetical order.

    Example:
        >>> next((body.title, body.members) for body in bodies() if body.name == "unsc")
        ('United Nations Security Council', 15)
    """
    found = []
    for name in body_names():
        data = scan_tree(body_text(name), name)[0].data
        actors = [actor for actor in data.get("actors", ()) if "decides" in actor.get("roles", ["decides"])]
        rules = tuple(
            ShippedRule(
                rule["id"],
                rule["name"],
                rule.get("article"),
                str(rule.get("in_force") or ""),
                str(rule.get("until") or ""),
            )
            for rule in data["institution"]["rules"]
        )
        found.append(Body(name, data["title"], sum(actor.get("count", 1) for actor in actors) or None, rules))
    return tuple(found)


def case_text(name: str) -> bytes:
    """Return the file of a shipped scenario; raises ScenarioError, naming the nearest, where there is none.

    Example:
        >>> case_text("car-emissions").startswith(b"#")
        True
    """
    if name not in shipped_names():
        names = shipped_names()
        raise ScenarioError(name, [Problem(1, 1, "", "no shipped scenario has this name", _suggestion(name, names))])
    return (resources.files(__name__) / (name + _SUFFIX)).read_bytes()


def body_text(name: str) -> bytes:
    """Return the file of a shipped body; raises ScenarioError, naming the nearest, where there is none."""
    if name not in body_names():
        near = nearest(name, body_names())
        known = f"did you mean {shown(near)}?" if near else "'comity bodies' lists them"
        raise ScenarioError(name, [Problem(1, 1, "", "no shipped body has this name", known)])
    return (resources.files(__name__) / _BODIES / (name + _SUFFIX)).read_bytes()


def open_shipped(name: str) -> Document:
    """Open a shipped scenario or body by its name.

    Raises:
        ScenarioError: no shipped scenario has this name; the error names the nearest one.

    Example:
        >>> len(open_shipped("eu-council").scenario.actors)
        27
        >>> open_shipped("eu-counsil")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        comity.scenario.errors.ScenarioError: eu-counsil:1:1: no shipped scenario has this name; ...
    """
    names = (*shipped_names(), *body_names())
    if name not in names:
        raise ScenarioError(name, [Problem(1, 1, "", "no shipped scenario has this name", _suggestion(name, names))])
    return _opened(name)


@cache
def _opened(name: str) -> Document:
    if name in shipped_names():
        return read_scenario(case_text(name), name)
    content = body_text(name)
    if "actors" not in scan_tree(content, name)[0].data:
        raise ScenarioError(
            name,
            [
                Problem(
                    1,
                    1,
                    "",
                    "this body is shipped without its members, whose numbers are in no source that could be checked",
                    f"give them in a file: comity power --body {name} --weights FILE.csv",
                )
            ],
        )
    return read_scenario(content, name)


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
    names = (*shipped_names(), *body_names())
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
                "there is no such file and no shipped scenario or body of this name",
                _suggestion(name, names, path),
            )
        ],
    )


def _suggestion(name: str, names: tuple[str, ...], path: Path | None = None) -> str:
    found = [near for near in (_near_file(path) if path is not None else None, nearest(name, names)) if near]
    if found:
        return "did you mean " + " or ".join(shown(near) for near in found) + "?"
    return "shipped: " + ", ".join(shipped_names())


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
