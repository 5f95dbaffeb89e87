"""Edits that change or add a value in the text of a scenario and leave every other byte as it is.

A scenario file is written by people, with comments and a layout of their own. Writing the data back would
lose both, so an edit splices the span of the one value that changes, or a new line where none stood.
"""

from __future__ import annotations

import copy
import math
import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.paths import IdentityPaths
from comity.scenario.reading import read_scenario
from comity.scenario.yaml_tree import Loc, Tree, read_tree

Scalar: TypeAlias = str | int | float | bool | Fraction | None

Change: TypeAlias = tuple[Loc, Any]
"""A place and the plain data that is to stand there; the place after the last item of a list is a new item."""

LONGEST_LINE = 110

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


def write_values(
    document_text: bytes, changes: Sequence[Change], name: str = "<scenario>", *, checked: bool = True
) -> bytes:
    """Change values of a scenario file, or add them where none stood: a key, a row, a whole section.

    Args:
        document_text: the bytes of the file.
        changes: places with the data that are to stand there, in this order. A key or section that the file lacks is
            added with what is below it; what stands at a place already is replaced with its comments.
        name: the file's name for error messages.
        checked: False for a draft, which may be wrong before and afterwards.

    Returns:
        The bytes of the edited file; everything else in it stays as it was.

    Raises:
        ScenarioError: the file is not YAML, the value cannot be spliced in, or the file would not be right afterwards.
        ValueError: a place below a single value, which would be lost.

    Example:
        >>> text = b"comity: 1\\ntitle: Water   # a working title\\nactors:\\n  - {id: A, name: Aland}\\n"
        >>> added = write_values(text, [(("actors", 0, "capability"), {"value": 2, "range": [1, 3]})])
        >>> print(added.decode().splitlines()[-1])
          - {id: A, name: Aland, capability: {value: 2, range: [1, 3]}}
    """
    content, left = document_text, list(changes)
    while left:
        tree = read_tree(content, name)
        together = _independent(tree, left)
        edited = _edited(tree, left[:together], name)
        if edited is None and together > 1:
            together, edited = 1, _edited(tree, left[:1], name)
        if edited is None:
            place, _ = _deepest(tree.data, *left[0])
            span = tree.nearest_span(place)
            path = IdentityPaths(tree.data).shown(place)
            message = "writing this value would change others"
            raise ScenarioError(name, [Problem(span.line, span.column, path, message, "edit the file by hand")])
        content, left = edited, left[together:]
    if checked:
        read_scenario(content, name)
    return content


def changed_data(data: Any, changes: Sequence[Change]) -> Any:
    """Return plain data with changes made; the data given stay as they are.

    Example:
        >>> changed_data({"a": [1]}, [(("a", 1), 2), (("b", "c"), 3)])
        {'a': [1, 2], 'b': {'c': 3}}
    """
    changed = copy.deepcopy(data)
    for loc, value in changes:
        place, whole = _deepest(changed, loc, _plain(value))
        parent = value_at(changed, place[:-1])
        if isinstance(parent, list) and place[-1] == len(parent):
            parent.append(whole)
        else:
            parent[place[-1]] = whole
    return changed


def flow_text(data: Any) -> str:
    """Return plain data as YAML on one line.

    Example:
        >>> flow_text({"value": 2.0, "range": [1, 3.5], "note": "a: b"})
        '{value: 2, range: [1, 3.5], note: "a: b"}'
    """
    if isinstance(data, dict):
        return "{" + ", ".join(f"{scalar_text(key)}: {flow_text(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list | tuple):
        return "[" + ", ".join(map(flow_text, data)) + "]"
    if isinstance(data, float) and data.is_integer() and abs(data) < 1e15:
        return str(int(data))
    return scalar_text(data)


def block_lines(data: Any, indent: int = 0) -> list[str]:
    """Return plain data as lines of YAML; what fits on one line stands on one, but each item of a list of mappings.

    Example:
        >>> print(*block_lines({"a": [{"b": "x" * 60, "c": "y" * 60}], "d": {"e": 1}}), sep="\\n")
        a:
          - b: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
            c: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
        d: {e: 1}
    """
    pad = " " * indent
    lines: list[str] = []
    entries = (
        [(f"{scalar_text(k)}:", v) for k, v in data.items()] if isinstance(data, dict) else [("-", v) for v in data]
    )
    for head, value in entries:
        flow = flow_text(value)
        listed = isinstance(value, list | tuple) and any(isinstance(item, dict) for item in value)
        fits = indent + len(head) + len(flow) < LONGEST_LINE and not listed
        if not value or not isinstance(value, dict | list | tuple) or fits:
            lines.append(f"{pad}{head} {flow}")
            continue
        below = block_lines(value, indent + 2)
        lines += [f"{pad}- {below[0].lstrip()}", *below[1:]] if head == "-" else [f"{pad}{head}", *below]
    return lines


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


def _deepest(data: Any, loc: Loc, value: Any) -> Change:
    """The place at or above a place that can be written, with what is missing between the two."""
    for depth in range(len(loc) - 1, 0, -1):
        try:
            parent = value_at(data, loc[:depth])
        except (KeyError, IndexError, TypeError):
            parent = None
        if isinstance(parent, dict | list):
            return loc[: depth + 1], value
        if parent is not None:
            raise ValueError(f"{loc}: a value stands at {loc[:depth]}, and it would be lost")
        value = {loc[depth]: value} if isinstance(loc[depth], str) else [value]
    return loc[:1], value


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, list | tuple) else data


def _independent(tree: Tree, changes: Sequence[Change]) -> int:
    """How many of the first changes can be made at once: none is at, above or below a place that another one makes."""
    places: set[Loc] = set()
    above: set[Loc] = set()
    for number, (loc, data) in enumerate(changes):
        place, _ = _deepest(tree.data, loc, data)
        if place in above or any(place[:depth] in places for depth in range(1, len(place) + 1)):
            return number
        places.add(place)
        above.update(place[:depth] for depth in range(1, len(place)))
    return len(changes)


def _edited(tree: Tree, changes: Sequence[Change], name: str) -> bytes | None:
    """The text with changes made; None where the data in it would then not be those that were asked for."""
    added: Counter[Loc] = Counter()
    splices = []
    for loc, data in changes:
        place, value = _deepest(tree.data, loc, data)
        parent, last = value_at(tree.data, place[:-1]), place[-1]
        there = last in parent if isinstance(parent, dict) else isinstance(last, int) and last < len(parent)
        if there:
            splices.append(_replaced(tree, place, value))
        else:
            splices.append(_added(tree, place, value, added[place[:-1]]))
            added[place[:-1]] += 1
    text, end = "", 0
    for start, stop, new in sorted(splices, key=lambda splice: splice[:2]):
        text += tree.text[end:start] + new
        end = stop
    edited = (text + tree.text[end:]).encode("utf-8")
    try:
        return edited if read_tree(edited, name).data == changed_data(tree.data, changes) else None
    except ScenarioError:
        return None


def _replaced(tree: Tree, loc: Loc, value: Any) -> tuple[int, int, str]:
    """The splice that puts a value in the place of another."""
    span = tree.value_span(loc)
    if span.start < span.end:
        return span.start, span.end, flow_text(value)
    if isinstance(value, dict | list) and value and len(loc) == 1:
        # A section whose key stands alone gets its lines below it.
        return _below(tree, span.end, block_lines(value, 2))
    return span.start, span.end, _separator(tree, span.start) + flow_text(value)


def _added(tree: Tree, loc: Loc, value: Any, before: int) -> tuple[int, int, str]:
    """The splice that adds a key or an item, after so many others that are added to the same mapping or list."""
    parent, last = value_at(tree.data, loc[:-1]), loc[-1]
    around = tree.value_span(loc[:-1])
    names = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
    if tree.text[around.start : around.start + 1] in ("{", "["):
        written = f"{scalar_text(last)}: {flow_text(value)}" if isinstance(last, str) else flow_text(value)
        at = tree.value_span((*loc[:-1], names[-1])).end if names else around.start + 1
        return at, at, (", " if names or before else "") + written
    indent = (tree.key_span((*loc[:-1], names[0])).column if isinstance(parent, dict) else around.column) - 1
    return _below(tree, around.end, block_lines({last: value} if isinstance(last, str) else [value], indent))


def _below(tree: Tree, end: int, lines: Sequence[str]) -> tuple[int, int, str]:
    """The splice that puts new lines after the line on which a value ends."""
    at = tree.text.find("\n", end)
    new = "\r\n" if "\r\n" in tree.text else "\n"
    if at < 0:
        at = len(tree.text)
        return at, at, "".join(new + line for line in lines)
    return at + 1, at + 1, "".join(line + new for line in lines)


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
