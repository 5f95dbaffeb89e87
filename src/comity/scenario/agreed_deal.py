"""What groups agreed, read from files or from a few words and laid over a case, so that a debriefing can score it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from comity.findings import CannotAnswerError
from comity.scenario.case import Scenario
from comity.scenario.deal import AgreedDeal, Deal
from comity.scenario.deal_references import whole_package
from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.faults import Fault, Suggestions
from comity.scenario.reading import located
from comity.scenario.yaml_tree import Loc, scan_tree

NO_DEAL = "none"
MOST_GROUPS = 60
_ABOUT = ("name", "notes", "note")
_REMEDY = "write 'issue: option' for each issue, or 'deal: none'"
_WORD = re.compile(r"\s*([^=,\s]+)\s*=\s*([^=,\s]+)\s*")


def deal_of_case(case: Scenario) -> Deal:
    """Return the deal section of a case; raise CannotAnswerError where it has none."""
    if case.file.deal is None:
        raise CannotAnswerError("needs issues with options and what they are worth to each party (section `deal`)")
    return case.file.deal


def with_agreed(case: Scenario, agreed: Iterable[AgreedDeal]) -> Scenario:
    """Return the case with what groups agreed instead of what its file says of it.

    Example:
        >>> from comity.scenario import load
        >>> basin = load("river-basin")
        >>> with_agreed(basin, read_agreed(b"deal: none", "class.yaml", basin.file.deal)).file.deal.agreed[0].name
        'class'
    """
    deal = deal_of_case(case).model_copy(update={"agreed": tuple(agreed)})
    return replace(case, file=case.file.model_copy(update={"deal": deal}))


def read_agreed(content: bytes, name: str, deal: Deal) -> tuple[AgreedDeal, ...]:
    """Read what one group agreed, or a list of what several did.

    Args:
        content: YAML: an option for each issue, by their ids, and perhaps `name` and `notes`; or `deal: none`. A list
            of such mappings holds several groups.
        name: the file's name for error messages; a group without a name is called by it.
        deal: the deal section that it is about.

    Returns:
        The deals, in the order of the file.

    Raises:
        ScenarioError: the file cannot be read, or something in it is wrong; all problems at once.

    Example:
        >>> from comity.scenario import load
        >>> read_agreed(b"dam: lo", "a.yaml", load("river-basin").file.deal)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        comity.scenario.errors.ScenarioError: a.yaml:1:1: the deal says nothing on 'release'; name one option of ...
        a.yaml:1:6: dam: 'dam' has no option 'lo'; did you mean 'low'?
    """
    try:
        tree, problems = scan_tree(content, name)
    except ScenarioError as error:
        raise _for_a_deal(error) from None
    groups = tree.data if isinstance(tree.data, list) else [tree.data]
    faults: list[Fault] = []
    if not groups or len(groups) > MOST_GROUPS:
        faults.append(Fault((), f"{len(groups)} groups stand here", f"list one to {MOST_GROUPS}"))
    suggestions = Suggestions()
    for place, group in enumerate(groups[:MOST_GROUPS]):
        faults += _faults(group, (place,) if isinstance(tree.data, list) else (), deal, suggestions)
    problems += located(tree, faults)
    if problems:
        raise ScenarioError(name, problems)
    stem = PurePath(name).stem
    called = [stem] if len(groups) == 1 else [f"{stem} {number}" for number in range(1, len(groups) + 1)]
    return tuple(_agreed(group, other, deal) for group, other in zip(groups, called, strict=True))


def parse_agreed(words: str, deal: Deal) -> AgreedDeal:
    """Read what was agreed from a few words: `dam=low,release=pulse`, or `none`; raises ScenarioError.

    Example:
        >>> from comity.scenario import load
        >>> deal = load("river-basin").file.deal
        >>> parse_agreed("dam=low,release=pulse,monitoring=joint,financing=shared", deal).options["dam"]
        'low'
    """
    name = "--deal"
    if words.strip().lower() == NO_DEAL:
        return AgreedDeal()
    problems: list[Problem] = []
    pairs: list[tuple[str, str]] = []
    at = 0
    for word in words.split(","):
        column = at + 1 + len(word) - len(word.lstrip())
        at += len(word) + 1
        found = _WORD.fullmatch(word)
        if found is None:
            problems.append(Problem(1, column, "", f"{shown(word.strip())} is not ISSUE=OPTION", _shape(deal)))
        elif found[1] in dict(pairs):
            problems.append(Problem(1, column, "", f"the issue {shown(found[1])} stands twice", "keep one of the two"))
        else:
            pairs.append((found[1], found[2]))
    options = dict(pairs)
    misread = bool(problems)  # then what seems to be missing may stand in a word that could not be read
    for fault in _package(options, (), deal, Suggestions()):
        if misread and not fault.loc:
            continue
        where = re.search(rf"(?:^|,)\s*{re.escape(str(fault.loc[-1]))}\s*=", words) if fault.loc else None
        column = where.end() - len(where[0].lstrip(", ")) + 1 if where else 1
        path = str(fault.loc[-1]) if fault.loc else ""
        problems.append(Problem(1, column, path, fault.message, fault.remedy))
    if problems:
        raise ScenarioError(name, problems)
    return AgreedDeal(options=options)


def _shape(deal: Deal) -> str:
    return f"write {','.join(f'{issue.id}={issue.options[0].id}' for issue in deal.issues[:4])}, or none"


def _package(options: Mapping[str, Any], here: Loc, deal: Deal, suggestions: Suggestions) -> Iterator[Fault]:
    known = {issue.id: tuple(option.id for option in issue.options) for issue in deal.issues}
    forbidden = [{"options": dict(each.options), "why": each.why} for each in deal.forbidden]
    yield from whole_package(options, here, known, forbidden, "the deal", suggestions)
    for issue, option in options.items():
        if issue in known and not isinstance(option, str):
            yield Fault((*here, issue), f"an option of '{issue}' is needed, not {shown(option)}", "write its id")


def _faults(group: Any, here: Loc, deal: Deal, suggestions: Suggestions) -> Iterator[Fault]:
    if not isinstance(group, dict):
        yield Fault(here, f"what was agreed is a mapping of issues and options, not {shown(group)}", _REMEDY)
        return
    options, about = _split(group, deal)
    for key, value in about.items():
        if key in _ABOUT and (not isinstance(value, str) or not value.strip()):
            yield Fault((*here, key), f"a text is needed, not {shown(value)}", "put quotes around it")
        elif key == "deal" and value not in (NO_DEAL, None):
            yield Fault((*here, key), f"{shown(value)} is no deal", _REMEDY)
    nested = about.get("options")
    if "options" in about and not isinstance(nested, dict):
        yield Fault((*here, "options"), f"a mapping of issues and options is needed, not {shown(nested)}", _REMEDY)
    elif isinstance(nested, dict):
        yield from _package(nested, (*here, "options"), deal, suggestions)
    if "deal" in about:
        if options or nested:
            yield Fault((*here, "deal"), "'deal: none' stands beside options", "keep one of the two")
    elif "options" not in about:
        yield from _package(options, here, deal, suggestions)


def _split(group: Mapping[str, Any], deal: Deal) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a group agreed, and what is said about it; an issue of that name comes first."""
    issues = {issue.id for issue in deal.issues}
    about = {key: group[key] for key in (*_ABOUT, "deal", "options") if key in group and key not in issues}
    return {key: value for key, value in group.items() if key not in about}, about


def _agreed(group: Mapping[str, Any], called: str, deal: Deal) -> AgreedDeal:
    options, about = _split(group, deal)
    note = about.get("notes") or about.get("note")
    chosen = None if "deal" in about else about.get("options", options)
    return AgreedDeal(name=about.get("name", called), options=chosen, note=note)


def _for_a_deal(error: ScenarioError) -> ScenarioError:
    """A reader's error with a remedy that fits a file of a few lines."""
    fitting = {"the file is empty": _REMEDY, "a second document begins here": "list several groups with '- '"}
    return ScenarioError(
        error.file,
        [replace(each, remedy=fitting.get(each.message, each.remedy)) for each in error.problems],
    )
