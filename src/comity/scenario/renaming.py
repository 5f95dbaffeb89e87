"""A new id for an actor, followed by everything in the file that refers to it.

Which texts of a file are references is not guessed: the id is changed where it is declared, and whatever the reader's
own checks then find unknown, and bears the old id, is changed with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from comity.scenario.cells import ID_PATTERN
from comity.scenario.edits import scalar_text
from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.faults import items, mapping
from comity.scenario.references import check_references
from comity.scenario.yaml_tree import Loc, Tree, read_tree

_Place = tuple[Loc, bool]  # where a name stands, and whether it is a key there


def rename_actor(document_text: bytes, old: str, new: str, name: str = "<scenario>") -> bytes:
    """Give an actor another id, and follow its references.

    Args:
        document_text: the bytes of a scenario file, which may have other faults.
        old: the actor's id.
        new: the id that it gets.
        name: the file's name for error messages.

    Returns:
        The bytes of the edited file; only the names in it differ.

    Raises:
        ScenarioError: the file is not YAML, it has no such actor, the new id cannot be one or is taken, or something
            in the file would then name nobody.

    Example:
        >>> text = b"comity: 1\\ntitle: A\\nactors: [{id: A, name: A}, {id: B, name: B}]\\n"
        >>> text += b"groups: [{id: G, name: A, members: [A, B]}]\\n"
        >>> print(rename_actor(text, "A", "aland").decode(), end="")
        comity: 1
        title: A
        actors: [{id: aland, name: A}, {id: B, name: B}]
        groups: [{id: G, name: A, members: [aland, B]}]
    """
    tree = read_tree(document_text, name)
    declared = next((each for each in items(mapping(tree.data).get("actors")) if each[1].get("id") == old), None)
    if declared is None:
        raise ScenarioError(name, [Problem(1, 1, "actors", f"no actor has the id {shown(old)}")])
    index, _ = declared
    span = tree.value_span(("actors", index, "id"))
    if not re.fullmatch(ID_PATTERN, new):
        remedy = "write a letter, then letters, digits, - or _, at most 40"
        raise ScenarioError(name, [Problem(span.line, span.column, "actors", f"{shown(new)} is no id", remedy)])
    known = {(fault.loc, fault.message) for fault in check_references(tree.data)}
    places = set(_places(tree.data, old))
    chosen: set[_Place] = {(("actors", index, "id"), False)}
    while True:
        faults = {
            (_as_it_was(fault.loc, old, new, places), fault.message.replace(f"'{new}'", f"'{old}'")): fault
            for fault in check_references(_renamed(tree.data, chosen, new))
        }
        wrong = {loc: fault for (loc, message), fault in faults.items() if (loc, message) not in known}
        follow = {place for place in places - chosen if place[0] in wrong or place[0][:-1] in wrong}
        if not follow:
            break
        chosen |= follow
    if wrong:
        loc, fault = next(iter(wrong.items()))
        span = tree.nearest_span(loc)
        raise ScenarioError(
            name, [Problem(span.line, span.column, "", f"{old} cannot become {new}: {fault.message}", fault.remedy)]
        )
    return _spliced(tree, chosen, new).encode("utf-8")


def _places(data: Any, name: str, loc: Loc = ()) -> Iterator[_Place]:
    """Everywhere in the data that a name stands, as a value or as a key."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == name:
                yield (*loc, key), True
            yield from _places(value, name, (*loc, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _places(value, name, (*loc, index))
    elif data == name:
        yield loc, False


def _renamed(data: Any, chosen: set[_Place], new: str, loc: Loc = ()) -> Any:
    if isinstance(data, dict):
        return {
            new if ((*loc, key), True) in chosen else key: _renamed(value, chosen, new, (*loc, key))
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_renamed(value, chosen, new, (*loc, index)) for index, value in enumerate(data)]
    return new if (loc, False) in chosen else data


def _as_it_was(loc: Loc, old: str, new: str, places: set[_Place]) -> Loc:
    """A place of the renamed data, in the data as they were."""
    was: Loc = ()
    for step in loc:
        was = (*was, old) if step == new and ((*was, old), True) in places else (*was, step)
    return was


def _spliced(tree: Tree, chosen: set[_Place], new: str) -> str:
    spans = sorted((tree.key_span if at_key else tree.value_span)(loc) for loc, at_key in chosen)
    text, end = "", 0
    for span in spans:
        text += tree.text[end : span.start] + scalar_text(new)
        end = span.end
    return text + tree.text[end:]
