"""Files that stand beside a scenario: answers of a person, passages that wait to be accepted; read as strictly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from comity.scenario.cells import Section
from comity.scenario.errors import Problem, ScenarioError
from comity.scenario.faults import Fault, Suggestions
from comity.scenario.reading import file_bytes, located
from comity.scenario.schema_faults import schema_faults
from comity.scenario.yaml_tree import Tree, scan_tree

M = TypeVar("M", bound=Section)


@dataclass(frozen=True)
class SideFile(Generic[M]):
    """A file that was read and found right.

    Attributes:
        content: what it says.
        tree: plain data and the span of every value.
        name: the file's name.
    """

    content: M
    tree: Tree
    name: str

    def refused(self, faults: Iterable[Fault]) -> ScenarioError | None:
        """Return the error for faults that were found later, with their lines; None where there are none."""
        problems = located(self.tree, faults)
        return ScenarioError(self.name, problems) if problems else None


def read_side_file(
    source: str | Path | bytes,
    model: type[M],
    name: str | None = None,
    related: Callable[[M], Iterable[Fault]] = lambda content: (),
) -> SideFile[M]:
    """Read a YAML file by a model, with all problems at once, each with its line.

    Args:
        source: a path, or the bytes of a file.
        model: what it has to be.
        name: the file's name for error messages.
        related: finds what the fields have to do with each other, once each is right by itself.

    Returns:
        The file.

    Raises:
        ScenarioError: it cannot be read, or something in it is wrong.

    Example:
        >>> from comity.scenario.cells import Evidence
        >>> read_side_file(b"quote: We want 60.", Evidence).content.quote
        'We want 60.'
        >>> read_side_file(b"qote: We want 60.", Evidence, "mine.yaml")
        Traceback (most recent call last):
        comity.scenario.errors.ScenarioError: mine.yaml:1:1: qote: unknown key 'qote'; did you mean 'quote'?
    """
    shown = name or ("<file>" if isinstance(source, bytes) else str(source))
    held = source if isinstance(source, bytes) else file_bytes(source, shown, "YAML file")
    if not held.strip():
        raise ScenarioError(shown, [Problem(1, 1, "", "the file is empty", "write 'key: value' on its lines")])
    tree, problems = scan_tree(held, shown)
    if not isinstance(tree.data, dict):
        message = "this file is a mapping of keys and values"
        raise ScenarioError(shown, [*problems, Problem(1, 1, "", message, "write 'key: value' on its lines")])
    try:
        content = model.model_validate(tree.data)
        faults = list(related(content))
    except ValidationError as error:
        schema = model.model_json_schema(mode="validation")
        faults = schema_faults(tree.data, error, Suggestions(), schema)
        content = None
    problems += located(tree, faults)
    if problems or content is None:
        raise ScenarioError(shown, problems)
    return SideFile(content, tree, shown)
