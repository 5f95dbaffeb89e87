"""Reading a scenario file: bytes, tree, schema and cross-references in one step, all problems at once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from comity.scenario.errors import Problem, ScenarioError
from comity.scenario.faults import Fault, Suggestions
from comity.scenario.paths import IdentityPaths
from comity.scenario.references import check_references
from comity.scenario.schema import ScenarioFile
from comity.scenario.schema_faults import validated
from comity.scenario.yaml_tree import LARGEST_FILE, Tree, scan_tree, too_large

_MOST_REPORTED = 1_000


@dataclass(frozen=True)
class Document:
    """A scenario that was read and found right, together with the text that it was read from.

    Attributes:
        text: the decoded text, byte for byte (``text.encode()`` is the file).
        tree: plain data and the span of every value.
        scenario: the typed scenario.
        name: the file's name as it was given.
        sha256: hash of the file's bytes, in hexadecimal.
    """

    text: str
    tree: Tree
    scenario: ScenarioFile
    name: str
    sha256: str


def read_scenario(source: str | Path | bytes, name: str | None = None) -> Document:
    """Read a scenario from a file or from bytes, and check everything that can be checked.

    Args:
        source: a path, or the bytes of a file.
        name: the name for error messages; the path, or ``<scenario>`` for bytes, where it is None.

    Returns:
        The document.

    Raises:
        ScenarioError: the file cannot be read, or something in it is wrong; all problems at once.

    Example:
        >>> text = b'''
        ... comity: 1
        ... title: Two neighbours
        ... actors: [{id: A, name: Aland}, {id: B, name: Borduria}]
        ... '''
        >>> [actor.name for actor in read_scenario(text).scenario.actors]
        ['Aland', 'Borduria']
        >>> read_scenario(text.replace(b"title", b"titel"), "example.yaml")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        comity.scenario.errors.ScenarioError: example.yaml:2:1: title: the key 'title' is missing; ...
        example.yaml:3:1: titel: unknown key 'titel'; did you mean 'title'?
    """
    if isinstance(source, bytes):
        content, shown_name = source, name or "<scenario>"
    else:
        shown_name = name or str(source)
        content = file_bytes(source, shown_name)
    tree, problems = scan_tree(content, shown_name)
    if not isinstance(tree.data, dict):
        raise ScenarioError(
            shown_name,
            [
                *problems,
                Problem(1, 1, "", "a scenario is a mapping of keys and values", "begin with 'comity: 1'"),
            ],
        )
    scenario, faults = validated(tree.data, Suggestions())
    related = check_references(tree.data)
    problems += located(tree, related, faults)
    if problems or scenario is None:
        raise ScenarioError(shown_name, _first(problems))
    return Document(tree.text, tree, scenario, shown_name, hashlib.sha256(content).hexdigest())


def file_bytes(source: str | Path, name: str, what: str = "scenario file") -> bytes:
    """Return the bytes of a file of at most 5 MB; ScenarioError where it cannot be read."""
    shipped = what == "scenario file"
    try:
        # Looked at before it is opened: opening a named pipe would wait for ever.
        status = os.stat(source)
        if stat.S_ISDIR(status.st_mode):
            raise _unreadable(name, "this is a directory, not a file", f"give a {what}")
        if not stat.S_ISREG(status.st_mode):
            raise _unreadable(name, "this is not a regular file", f"give a {what}")
        if status.st_size > LARGEST_FILE:
            raise too_large(name)
        with open(source, "rb") as file:
            return file.read(LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise _unreadable(
            name,
            "there is no such file",
            "'comity scenarios' lists the shipped ones, 'comity new' writes one"
            if shipped
            else "check name and folder",
        ) from None
    except PermissionError:
        raise _unreadable(name, "no permission to read this file", "") from None
    except ValueError:
        raise _unreadable(name, "this is not a file name", "") from None
    except OSError as error:
        raise _unreadable(name, f"the file cannot be read: {error.strerror or error}", "") from None


def _first(problems: list[Problem]) -> list[Problem]:
    """Keep the first problems of a file that has thousands, and say how many there are."""
    if len(problems) <= _MOST_REPORTED:
        return problems
    kept = sorted(problems, key=lambda problem: (problem.line, problem.column))[:_MOST_REPORTED]
    last = kept[-1]
    message = f"{len(problems) - _MOST_REPORTED:,} or more problems follow, which are not listed"
    return [*kept, Problem(last.line, last.column, "", message, "correct these first")]


def _unreadable(name: str, message: str, remedy: str) -> ScenarioError:
    return ScenarioError(name, [Problem(1, 1, "", message, remedy)])


def located(tree: Tree, *groups: Iterable[Fault]) -> list[Problem]:
    """Give faults their line and column; where several stand at one place, the first group's comes first.

    Two findings at the same place are nearly always one mistake seen twice, so only the first is kept.
    """
    paths = IdentityPaths(tree.data)
    problems: list[Problem] = []
    taken: set[tuple[object, ...]] = set()
    for group in groups:
        new = []
        for fault in group:
            if fault.loc in taken:
                continue
            new.append(fault.loc)
            span = None
            if fault.at_key:
                try:
                    span = tree.key_span(fault.loc)
                except KeyError:
                    span = None
            if span is None:
                span = tree.nearest_span(fault.loc)
            problems.append(Problem(span.line, span.column, paths.shown(fault.loc), fault.message, fault.remedy))
        taken.update(new)
    return problems
