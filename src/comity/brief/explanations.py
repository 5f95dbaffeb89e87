"""What each method does, in plain words, and the terms of the field: the pages of docs/methods and the glossary.

The pages are written as Markdown in the repository and are shipped with the package as they are, so that the terminal,
the workbench and a reader of the repository have the same text. An analysis of another package has no page of ours; one
is made of what it says of itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from comity.findings import OptionError, registry
from comity.findings.registry import AnyAnalysis

_MARKS = re.compile(r"[*_`<$&\[]")
_COMMAND = re.compile(r"^\$ comity (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Explained:
    """One page or one term: its name, its heading, and its text as Markdown without the heading."""

    name: str
    title: str
    text: str

    @property
    def markdown(self) -> str:
        """The whole page."""
        return f"# {self.title}\n\n{self.text}"


def slug(title: str) -> str:
    """A heading as part of an address, as code hosts make it too.

    >>> slug("Zone of possible agreement (ZOPA)")
    'zone-of-possible-agreement-zopa'
    """
    return re.sub(r"[^\w -]", "", title.casefold()).replace(" ", "-")


@cache
def pages() -> dict[str, Explained]:
    """The pages on our methods by the name of the analysis."""
    found = {}
    files_there = (each for each in _folder().joinpath("methods").iterdir() if each.name.endswith(".md"))
    for file in sorted(files_there, key=lambda each: each.name):
        name = file.name.removesuffix(".md")
        title, _, text = file.read_text(encoding="utf-8").partition("\n")
        found[name] = Explained(name, title.removeprefix("# ").strip(), text.strip() + "\n")
    return found


@cache
def glossary() -> dict[str, Explained]:
    """The terms by their address, in the order of the alphabet."""
    _, *parts = re.split(r"^## ", _folder().joinpath("glossary.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = (part.partition("\n") for part in parts)
    return {slug(title): Explained(slug(title), title.strip(), text.strip()) for title, _, text in found}


def explained(words: str) -> Explained:
    """The page of an analysis, or the term, that these words name.

    Args:
        words: the name of an analysis, or a term in any case.

    Returns:
        The page; for an analysis without one, what it says of itself.

    Raises:
        OptionError: there is neither; the message names the nearest.

    >>> explained("ideal points").title
    Traceback (most recent call last):
    ...
    comity.findings.contract.OptionError: nothing is called 'ideal points'; did you mean 'ideal point'?
    >>> explained("Ideal point").name
    'ideal-point'
    """
    said = " ".join(words.split())[:80]
    name = slug(said)
    if name in pages():
        return pages()[name]
    if name in glossary():
        return glossary()[name]
    analysis = registry().analyses.get(name)
    if analysis is not None:
        return _of_itself(analysis)
    titles = {each: glossary()[each].title.lower() for each in glossary()}
    near = get_close_matches(name, [*pages(), *glossary(), *registry().analyses], n=1, cutoff=0.5)
    hint = f"did you mean {titles.get(near[0], near[0])!r}?" if near else "comity explain lists what there is"
    raise OptionError(f"nothing is called {said!r}; {hint}")


def cases_of(page: Explained) -> tuple[str, ...]:
    """The shipped cases that the example of a page asks."""
    from comity.scenario import shipped_names

    asked = " ".join(_COMMAND.findall(page.text)).split()
    return tuple(case for case in shipped_names() if case in asked)


def _of_itself(analysis: AnyAnalysis) -> Explained:
    needs = [*analysis.reads.needs, *(" or ".join(group) for group in analysis.reads.one_of)]
    text = (
        f"Analysis `{analysis.name}`, which another package brings; it has no page here.\n\n"
        f"## What it needs\n\n{', '.join(f'`{each}`' for each in needs) or 'nothing'}\n\n"
        f"## Sources\n\n{_MARKS.sub(lambda found: chr(92) + found[0], analysis.method.full)}\n"
    )
    return Explained(analysis.name, analysis.question, text)


def _folder() -> Traversable:
    shipped = files("comity").joinpath("explained")
    # An installation that points at a checkout has the pages where they are written.
    return shipped if shipped.is_dir() else Path(str(files("comity"))).parents[1] / "docs"
