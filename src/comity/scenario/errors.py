"""What can be wrong with a scenario file, and how it is said.

Every reader in this package collects its problems and raises them together, so that a person corrects a
file in one pass and not one error at a time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_SHOWN = 60
_LONGEST_COMPARED = 80


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a scenario file, where it is, and what would be right.

    Attributes:
        line: line of the problem, from 1.
        column: column of the problem in characters, from 1.
        path: the field by identity (``positions[FRA,date].salience``), or "" for the file as a whole.
        message: what is wrong.
        remedy: what would be right, or "" where the message says it already.

    Example:
        >>> print(Problem(3, 7, "title", "a text is needed, not the number 5", "put quotes around it"))
        3:7: title: a text is needed, not the number 5; put quotes around it
    """

    line: int
    column: int
    path: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.line}:{self.column}: " + (f"{self.path}: " if self.path else "")
        return where + self.message + (f"; {self.remedy}" if self.remedy else "")


class ScenarioError(Exception):
    """A scenario cannot be read: all its problems, sorted by line, printed as a compiler prints them.

    Args:
        file: the name of the file as the person gave it.
        problems: what is wrong; at least one.

    Example:
        >>> error = ScenarioError("my.yaml", [Problem(9, 1, "", "second"), Problem(2, 4, "title", "first")])
        >>> print(error)
        my.yaml:2:4: title: first
        my.yaml:9:1: second
    """

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems: tuple[Problem, ...] = tuple(
            sorted(problems, key=lambda problem: (problem.line, problem.column, problem.path))
        )
        super().__init__(file, self.problems)

    def __str__(self) -> str:
        file = printable(self.file)
        return "\n".join(f"{file}:{problem}" for problem in self.problems)


def printable(text: str) -> str:
    r"""Return the text with everything that could disturb a terminal written as an escape.

    Example:
        >>> printable("a\x1b[31mb")
        'a\\x1b[31mb'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def shown(value: object) -> str:
    """Return a value of a scenario file as a short phrase for an error message.

    Example:
        >>> shown(5), shown("no"), shown(None), shown([1, 2])
        ('the number 5', "'no'", 'nothing', 'a list')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value:.12g}" if isinstance(value, float) else f"the number {value}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = str(value)
    if len(text) > _LONGEST_SHOWN:
        text = text[: _LONGEST_SHOWN - 1] + "…"
    return f"'{printable(text)}'"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like the given one, or None where none is near.

    Upper and lower case are ignored, since that is the commonest slip in an identifier.

    Example:
        >>> nearest("salence", ["position", "salience"])
        'salience'
        >>> nearest("xyz", ["position", "salience"]) is None
        True
    """
    if not 0 < len(name) <= _LONGEST_COMPARED:
        return None
    by_folded = {candidate.casefold(): candidate for candidate in known if len(candidate) <= _LONGEST_COMPARED}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
