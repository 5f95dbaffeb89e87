"""The text of a scenario that was made of a table: commented like the templates, and safe for any name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from comity.scenario.edits import flow_text, scalar_text
from comity.scenario.errors import printable
from comity.scenario.positions_table import PositionsTable
from comity.scenario.schema import Actor, CellDetail, Issue, Source

_TABLE = "table"
_HEAD = """\
# Positions read from {table}: who wants what. Every line that begins with # is a comment. Fill in what the table does
# not say; what may stand where is shown in the comments. Then:
#   comity check FILE     lists what is wrong, with line and column
#   comity brief FILE     prints the brief
#   comity schema         prints every field that may stand here
comity: 1                        # version of this format
title: {title}
# summary: The case in a few sentences.
# stakes: One sentence on what is at stake.
# marking: RESTRICTED            # printed on every page of the brief
# data_date: 2025-03             # when these numbers were published: year, year-month or date
# outcome_date: 2025-11          # when the outcome became known, if it is

# Who takes part. kind: state (the default), igo, ngo, firm, civil_society, subnational. roles: decides (the default),
# advises, monitors, advocates, funds, delivers. Only those who decide have votes and count as members.
"""
_CAPABILITY = """\
# capability is any number above 0; only ratios matter. Say what it measures:
# capability_means: share of the votes
"""
_NO_CAPABILITY = """\
# capability: 10 gives an actor a weight of its own; only ratios matter. capability_means says what it measures.
"""
_ISSUES = """
# What is to be agreed. Put each as a question, and say in words what both ends of its scale mean.
issues:
"""
_OPEN = """\
    # reference_point: {low}           # what applies if nothing is agreed; leave it out where nobody knows
"""
_PROPOSAL = """\
    # proposal: {high}                # the text on the table, where there is one
"""
_SALIENCE = """
# How much an issue matters to an actor, from 0 to salience_scale: 1 or 100. It is never guessed.
"""
_NO_SALIENCE = """
# How much an issue matters to an actor is not in the table: add salience: 80 to a row, and here the end of its scale.
# salience_scale: 100
"""
_POSITIONS = """
# One row an actor and issue; an empty cell of the table is no number here. A number can say more about itself:
#   position: {value: 20, range: [10, 30], source: minutes, private: true, note: "..."}
# range is the 5th and 95th percentile. Without one, a default is assumed and listed (see ranges below).
positions:
"""
_RANGES = """
# The range assumed for judged numbers that state none: half the width from the 5th to the 95th percentile.
ranges:
  position: 0.10                 # share of the scale's length
  salience: 0.15                 # share of the salience scale
  capability: 0.20               # share of the capability

# Who decides, and how; without it no question on votes is answered.
# institution:
#   name: The commission
#   rules:
#     - {id: majority, name: Simple majority, passes: {members: "1/2", strict: true}}

# Where the numbers come from; cells and rows name the id as their source.
sources:
"""
_UNVERIFIED = """
# What in this file is not verified, a sentence each; the brief prints them.
unverified:
"""


def scenario_text(
    *,
    title: str,
    table_name: str,
    actors: Sequence[Actor],
    table: PositionsTable,
    sources: Sequence[Source],
    assumed: Collection[str],
) -> str:
    """Return a commented scenario that holds what a table says.

    Args:
        title: the case's title.
        table_name: the table's name, as comments and sentences print it.
        actors: the actors.
        table: the issues, with the questions that they are called by, and the positions.
        sources: where the numbers come from; numbers without a source name the source ``table``, the first of these.
        assumed: the issues whose scale the table does not state.

    Returns:
        The scenario as YAML.

    Example:
        >>> from comity.scenario.schema import Issue, Position, Scale
        >>> issue = Issue(id="tax", question="tax", scale=Scale(low=0, high=9, low_means="0", high_means="9"))
        >>> row = Position(actor="no", issue="tax", position=CellDetail(value=1.5))
        >>> table = PositionsTable("a.csv", (issue,), (row,), None, ())
        >>> actor, source = Actor(id="no", name="- x: #"), Source(id="table", title="a.csv")
        >>> text = scenario_text(
        ...     title="Tax", table_name="a.csv", actors=[actor], table=table, sources=[source], assumed=[]
        ... )
        >>> print(*[line for line in text.splitlines() if "{" in line and "#" not in line[:4]], sep="\\n")
          - {id: no, name: "- x: #"}
            scale: {low: 0, high: 9, low_means: "0", high_means: "9"}
          - {actor: no, issue: tax, position: 1.5, source: table}
          - {id: table, title: "a.csv"}
    """
    lines = [_HEAD.format(table=printable(table_name), title=scalar_text(title))]
    lines.append(_CAPABILITY if any(actor.capability for actor in actors) else _NO_CAPABILITY)
    lines.append("actors:\n")
    for actor in actors:
        lines.append(_row({"id": actor.id, "name": actor.name, "iso3": actor.iso3, **_cells(actor, "capability")}))
    lines.append(_ISSUES)
    for issue in table.issues:
        lines += _issue(issue, issue.id in assumed)
    scale = table.salience_scale
    lines.append(_NO_SALIENCE if scale is None else f"{_SALIENCE}salience_scale: {scale}\n")
    lines.append(_POSITIONS)
    for row in table.positions:
        cells = [cell for cell in (row.position, row.salience) if cell is not None]
        data: dict[str, Any] = {"actor": row.actor, "issue": row.issue}
        for name, cell in (("position", row.position), ("salience", row.salience)):
            if cell is not None:
                data[name] = cell.value
        if scale == 100 and row.salience is not None and 0 < (row.salience.value or 0) <= 1:
            # A bare 1 of 100 is taken for a slip, since it is all of a scale from 0 to 1.
            data["salience"] = {"value": row.salience.value}
        lines.append(_row({**data, "source": cells[0].source or _TABLE}))
    lines.append(_RANGES)
    for source in sources:
        lines.append(_row(source.model_dump(exclude_defaults=True)))
    lines.append(_UNVERIFIED)
    lines += [f"  - {scalar_text(each)}\n" for each in _sentences(table_name, actors, table, assumed)]
    return "".join(lines)


def _row(data: dict[str, Any]) -> str:
    return f"  - {flow_text({name: value for name, value in data.items() if value is not None})}\n"


def _cells(thing: Actor | Issue, *names: str) -> dict[str, Any]:
    """Some numbers of an actor or issue that the table has, each with its source."""
    found: dict[str, Any] = {}
    for name in names:
        cell: CellDetail | None = getattr(thing, name)
        if cell is not None:
            found[name] = {"value": cell.value, "source": cell.source or _TABLE}
    return found


def _issue(issue: Issue, assumed: bool) -> list[str]:
    scale = issue.scale.model_dump(exclude_none=True)
    remark = "   # assumed: the table does not state it" if assumed else ""
    stated = _cells(issue, "reference_point", "proposal")
    lines = [
        f"  - id: {issue.id}\n",
        f"    question: {scalar_text(issue.question)}\n",
        f"    scale: {flow_text(scale)}{remark}\n",
        *(f"    {name}: {flow_text(cell)}\n" for name, cell in stated.items()),
    ]
    if "reference_point" not in stated:
        lines.append(_OPEN.format(low=flow_text(issue.scale.low)))
    if "proposal" not in stated:
        lines.append(_PROPOSAL.format(high=flow_text(issue.scale.high)))
    return lines


def _sentences(table_name: str, actors: Sequence[Actor], table: PositionsTable, assumed: Collection[str]) -> list[str]:
    cells = [cell for row in table.positions for cell in (row.position, row.salience) if cell is not None]
    found = []
    if any(cell.source is None for cell in cells):
        found.append(f"Numbers with the source {_TABLE} are as {table_name} has them, which does not say where from.")
    found.append("Which actors decide, and of what kind they are, is assumed: all are written as states that decide.")
    for issue in table.issues:
        if issue.id in assumed:
            ends = f"{issue.scale.low:g} to {issue.scale.high:g}"
            found.append(f"The scale of {issue.id} is assumed, {ends}: the table does not state it.")
    return found
