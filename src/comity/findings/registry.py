"""Every analysis that is installed: our rooms' and other packages', found by the entry point ``comity.analyses``.

Our own rooms register in the same way, so that a new room or a package of somebody else's is seen by the brief, the
command line and the docs without a change to any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from comity.findings.contract import Analysis, OptionError, Options, Value

GROUP = "comity.analyses"
# A reader first needs to know who wants what; the other rooms follow in the order of a negotiation.
ROOMS = ("positions", "bargaining", "institutions")
AnyAnalysis = Analysis[Any, Any, Any]


@dataclass(frozen=True)
class Broken:
    """An entry point that did not load; the brief names it and goes on."""

    name: str
    error: str


@dataclass(frozen=True)
class Registry:
    """The analyses by name, in the order of their rooms, and what did not load."""

    analyses: Mapping[str, AnyAnalysis]
    broken: tuple[Broken, ...]

    def get(self, name: str) -> AnyAnalysis:
        """The analysis of that name; raises OptionError that names the nearest one."""
        if name in self.analyses:
            return self.analyses[name]
        near = get_close_matches(name, self.analyses, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(self.analyses)}"
        raise OptionError(f"no analysis is called {name!r}; {hint}")


@cache
def registry() -> Registry:
    """Load every entry point of the group once; ours first, then the others by name."""
    found: dict[str, AnyAnalysis] = {}
    broken: list[Broken] = []
    for point in sorted(entry_points(group=GROUP), key=_rank):
        try:
            for analysis in point.load():
                if not isinstance(analysis, Analysis):
                    raise TypeError(f"{point.value} holds {type(analysis).__name__}, not an Analysis")
                if analysis.name in found:
                    raise ValueError(f"the name {analysis.name!r} is taken")
                found[analysis.name] = analysis
        except Exception as error:  # another package's fault must not take the brief down
            broken.append(Broken(point.name, f"{type(error).__name__}: {error}"))
    return Registry(found, tuple(broken))


def _rank(point: EntryPoint) -> tuple[int, int, str]:
    ours = point.value.startswith("comity.")
    place = ROOMS.index(point.name) if ours and point.name in ROOMS else len(ROOMS)
    return (0 if ours else 1, place, point.name)


def choices(field: FieldInfo) -> tuple[str, ...]:
    """The words that an option field admits: of a Literal, or yes and no; empty for free text."""
    kind = field.annotation
    if get_origin(kind) in (Union, UnionType):
        kind = next((part for part in get_args(kind) if part is not type(None)), kind)
    if get_origin(kind) is Literal:
        return tuple(str(word) for word in get_args(kind))
    return ("yes", "no") if kind is bool else ()


def parse_options(analysis: AnyAnalysis, given: Mapping[str, str]) -> Options:
    """Options from words (command line, web form); raises OptionError that names the choices.

    >>> from comity.bargaining.analyses import CHALLENGE
    >>> parse_options(CHALLENGE, {"variant": "scholz-code"}).variant
    'scholz-code'
    """
    fields = analysis.options.model_fields
    values: dict[str, Value] = {}
    for flag, word in given.items():
        name = flag.replace("-", "_")
        if name not in fields:
            near = get_close_matches(name, fields, n=1)
            hint = f"did you mean --{near[0].replace('_', '-')}?" if near else _offered(analysis)
            raise OptionError(f"{analysis.name} has no option --{flag}; {hint}")
        admitted = choices(fields[name])
        if admitted == ("yes", "no"):
            if word not in ("", "yes", "no", "true", "false"):
                raise OptionError(f"--{flag} is yes or no, not {word!r}")
            values[name] = word in ("", "yes", "true")
            continue
        if admitted and word not in admitted:
            raise OptionError(f"--{flag} is one of {', '.join(admitted)}, not {word!r}")
        values[name] = word
    try:
        options: Options = analysis.options.model_validate(values)
        return options
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        raise OptionError(f"--{'.'.join(map(str, first['loc'])).replace('_', '-')}: {message}") from None


def _offered(analysis: AnyAnalysis) -> str:
    names = [f"--{name.replace('_', '-')}" for name in analysis.options.model_fields]
    return f"it has {', '.join(names)}" if names else "it has none"
