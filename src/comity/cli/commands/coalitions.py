"""``comity coalitions``: the minimal winning coalitions of a rule, by name, one after the other."""

from __future__ import annotations

import itertools
import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from comity.cli import completion
from comity.cli.app import CaseArgument, command
from comity.cli.output import UserError, emit

_SHOWN = 20


class LineFormat(StrEnum):
    """How a line is written."""

    lines = "lines"
    json = "json"


@command("coalitions")
def coalitions(
    case: CaseArgument,
    rule: Annotated[
        str | None,
        typer.Option(help="The decision rule; needed where there are several.", autocompletion=completion.rules),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Stop after so many; 0 lists every one.")] = _SHOWN,
    form: Annotated[
        LineFormat, typer.Option("--format", help="Names on a line, or a JSON array of ids on a line.")
    ] = LineFormat.lines,
) -> None:
    """List minimal winning coalitions: those that pass a decision, and no longer do whoever leaves.

    Each is written as soon as it is found, the heaviest members first, so that millions go through a pipe. comity
    power --index all counts them.

    \b
    Examples:
      comity coalitions unsc --rule substantive
      comity coalitions eu-council --rule qualified-majority --limit 0 --format json | head -1000
    """
    from comity.findings import redraw, registry
    from comity.institutions.voting.minimal_winning import stream_minimal_winning
    from comity.scenario import load

    opened = load(case)
    rules = opened.subjects("rules")
    if not rules:
        raise UserError(f"{case} has no decision rule")
    if rule is None and len(rules) > 1:
        raise UserError(f"{case} has several rules; name one with --rule: {', '.join(rules)}")
    if rule is not None and rule not in rules:
        raise UserError(f"this case has no rule {rule!r}; it has {', '.join(rules)}")
    opened = opened.narrow("rules", rule or rules[0])
    analysis = registry().get("decision-rule")
    view = opened.view(analysis.reads)
    body = analysis.take(view, redraw(opened, analysis.reads, 0, 0))
    ids = view.ids("members")
    stream = stream_minimal_winning(body.rule)
    shown = stream if limit == 0 else itertools.islice(stream, limit)
    for coalition in shown:
        if form is LineFormat.json:
            line = json.dumps([ids[member] for member in coalition])
        else:
            line = ", ".join(body.members[member] for member in coalition)
        emit(f"{line}\n", None)
    if limit and next(stream, None) is not None:
        print(f"comity: these are {limit}, there are more; --limit 0 lists every one", file=sys.stderr)
