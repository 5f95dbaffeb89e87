"""What a shell offers when a person presses tab: cases, bodies, analyses, rules and whatever else has a name.

Nothing here runs unless a shell asks, and nothing here fails: what cannot be listed is offered as nothing.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator

import typer

_TABLES = (".xlsx", ".xls", ".ods", ".csv", ".tsv")
_SCENARIOS = (".yaml", ".yml")
_MOST_FILES = 1000
_DEEPEST = 4

Offer = str | tuple[str, str]


def _quiet(offers: Callable[..., Iterable[Offer]]) -> Callable[..., list[Offer]]:
    """What begins as the word that is being typed; nothing where it cannot be listed."""

    @functools.wraps(offers)
    def listed(ctx: typer.Context, incomplete: str) -> list[Offer]:
        try:
            found = list(offers(ctx, incomplete))
        except Exception:
            # Whatever is wrong with a file that is being named is said once the command runs.
            return []
        return [each for each in found if (each if isinstance(each, str) else each[0]).startswith(incomplete)]

    return listed


@_quiet
def cases(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Shipped scenarios and bodies, and the scenario files of a folder."""
    from comity.scenario.library import body_names, shipped_names

    yield from shipped_names()
    yield from body_names()
    yield from _files(incomplete, _SCENARIOS)


@_quiet
def shipped_cases(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Shipped scenarios and bodies."""
    from comity.scenario.library import body_names, shipped_names

    yield from shipped_names()
    yield from body_names()


@_quiet
def bodies(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """Shipped bodies."""
    from comity.scenario.library import body_names

    return body_names()


@_quiet
def table_files(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """Tables of a folder."""
    return _files(incomplete, _TABLES)


@_quiet
def template_names(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """Templates of a scenario, with what each is for."""
    from comity.scenario.templates import TEMPLATES

    return TEMPLATES.items()


@_quiet
def analyses(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Analyses, with the question that each answers."""
    from comity.findings import registry

    for each in registry().analyses.values():
        yield each.name, each.question


@_quiet
def explained(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Methods with their questions, and terms."""
    from comity.brief.explanations import glossary, pages

    for each in pages().values():
        yield each.name, each.title
    yield from glossary()


@_quiet
def rules(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """Decision rules of the case, or the body, that the command line names already."""
    return _subjects(ctx, "rules")


@_quiet
def issues(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """Issues of the case that the command line names already."""
    return _subjects(ctx, "issues")


@_quiet
def indices(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Indices of formal voting weight."""
    from comity.findings import registry
    from comity.findings.registry import choices

    yield from choices(registry().get("voting-power").options.model_fields["index"])


@_quiet
def solutions(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Fairness rules, one after the other with commas between."""
    from comity.bargaining.analyses.deal_solutions import STANDARD

    before, comma, _ = incomplete.rpartition(",")
    given = set(before.split(","))
    for name in STANDARD:
        if name not in given:
            yield before + comma + name


@_quiet
def audiences(ctx: typer.Context, incomplete: str) -> Iterable[Offer]:
    """Audiences of a brief."""
    return ("own", "everything"), ("shared", "computed without the private cells")


def _subjects(ctx: typer.Context, section: str) -> Iterable[Offer]:
    from comity.scenario import load

    # Where the option is typed last, its missing word keeps arguments from being told apart: they are in ctx.args.
    named = ctx.params.get("case") or ctx.params.get("body") or next(iter(ctx.args), None)
    return load(named).subjects(section) if isinstance(named, str) else ()


def _files(incomplete: str, endings: tuple[str, ...]) -> list[str]:
    """Files with these endings, and folders; a single folder is entered, since a shell would end the word after it."""
    word = incomplete
    for _ in range(_DEEPEST):
        folder, name = os.path.split(word)
        found = []
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry, _ in zip(entries, range(_MOST_FILES), strict=False):
                if not entry.name.startswith(name) or (entry.name.startswith(".") and not name):
                    continue
                if entry.is_dir():
                    found.append(os.path.join(folder, entry.name) + os.sep)
                elif entry.name.lower().endswith(endings):
                    found.append(os.path.join(folder, entry.name))
        if len(found) != 1 or not found[0].endswith(os.sep):
            break
        word = found[0]
    return sorted(found)
