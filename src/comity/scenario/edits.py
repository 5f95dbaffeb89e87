"""Edits that replace one value in the text of a scenario and leave every other byte as it is.

A scenario file is written by people, with comments and a layout of their own. Writing the data back would
lose both, so an edit splices the span of the one value that changes.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any, TypeAlias

from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.paths import IdentityPaths
from comity.scenario.reading import read_scenario
from comity.scenario.yaml_tree import Loc, Tree, read_tree

Scalar: TypeAlias = str | int | float | bool | Fraction | None

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*([ -][A-Za-z0-9_]+)*")
_RESERVED = frozenset(("null", "true", "false"))


def replace_value(document_text: bytes, path: str, value: Scalar, name: str = "<scenario>") -> bytes:
    """Replace one value of a scenario file.

    Args:
        document_text: the bytes of the file.
        path: the value by identity, such as ``positions[FRA,date].salience``; a cell that is written as a
            mapping is edited at its ``value``.
        value: the new value: a number, a text, true, false or None.
        name: the file's name for error messages.

    Returns:
        The bytes of the edited file; only those of the value differ.

    Raises:
        ScenarioError: the file is not YAML, it has no such value, or it would not be right afterwards.

    Example:
        >>> text = b"comity: 1\\ntitle: Water   # a working title\\nactors: [{id: A, name: Aland}]\\n"
        >>> print(replace_value(text, "title", "Water and energy").decode(), end="")
        comity: 1
        title: Water and energy   # a working title
        actors: [{id: A, name: Aland}]
    """
    tree = read_tree(document_text, name)
    loc = IdentityPaths(tree.data).locate(path)
    if loc is None:
        raise ScenarioError(name, [Problem(1, 1, path, "the file has no such value", "write it in the file first")])
    span = tree.value_span(loc)
    before = value_at(tree.data, loc)
    if isinstance(before, dict | list):
        raise ScenarioError(
            name,
            [
                Problem(
                    span.line,
                    span.column,
                    path,
                    f"this is {shown(before)}",
                    "only a single value can be replaced",
                )
            ],
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise ScenarioError(name, [Problem(span.line, span.column, path, f"{value} is not a finite number")])
    written = scalar_text(value)
    if span.start == span.end:
        written = _separator(tree, span.start) + written
    text = tree.text[: span.start] + written + tree.text[span.end :]
    edited = text.encode("utf-8")
    result = read_scenario(edited, name)
    _check_only_change(tree, result.tree, loc, path, name)
    return edited


def scalar_text(value: Scalar) -> str:
    """Return a value as YAML, on one line.

    Example:
        >>> [scalar_text(value) for value in (0.5, None, True, "Oslo", "no: 1", Fraction(33, 2))]
        ['0.5', 'null', 'true', 'Oslo', '"no: 1"', '"33/2"']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Fraction):
        return str(value) if value.denominator == 1 else f'"{value}"'
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    return '"' + "".join(_escaped(character) for character in value) + '"'


def value_at(data: Any, loc: Loc) -> Any:
    """Return the value at this place of plain data; KeyError or IndexError where there is none."""
    for step in loc:
        data = data[step]
    return data


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def _separator(tree: Tree, start: int) -> str:
    """What has to stand between what precedes a value that is not written yet and its new text."""
    previous = tree.text[start - 1]
    if previous.isspace():
        return ""
    return " " if previous in ":-" else ": "


def _check_only_change(before: Tree, after: Tree, loc: Loc, path: str, name: str) -> None:
    """Make sure that the edit changed nothing else; a last guard, since YAML has many ways to surprise."""
    old = value_at(before.data, loc)
    parent, last = value_at(after.data, loc[:-1]), loc[-1]
    new = parent[last]
    parent[last] = old
    same = after.data == before.data
    parent[last] = new
    if not same:
        span = before.value_span(loc)
        raise ScenarioError(
            name,
            [
                Problem(
                    span.line,
                    span.column,
                    path,
                    "replacing this value would change others",
                    "edit the file by hand",
                )
            ],
        )
