"""A brief on the terminal: the words of ``document``, page one first; no text of a case is markup.

Rich pads what it lays out in columns with blanks; the command line takes those at the ends of lines away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from comity.brief.contents import Brief
from comity.brief.document import Document, cell, document, finding_words, provenance, table_words
from comity.findings import Finding, Table

__all__ = ["cell", "grid", "provenance", "render_findings", "render_terminal"]

_ROWS = 16
_INPUTS = 40
_LABEL = 20
_FACT = 22
_TABLES = "the other formats (--format csv, json)"
_WORDS, _NARROW = 18, 54  # a column of words is not made narrower than 18, or than its part of a narrow screen


def render_terminal(brief: Brief, console: Console) -> None:
    """Print the brief; the console decides on colour and width."""
    words, _ = document(brief)
    console.print(Text(words["title"], style="bold"))
    console.print(Text(f"[{' | '.join([words['marking'] or 'no marking', *words['status']])}]", style="dim"))
    if words["stakes"]:
        console.print(Text(words["stakes"]))
    console.print()
    for section in words["page_one"]:
        console.print(_labelled([(section["slot"].upper(), section["lines"])], _LABEL, "bold cyan"))
    for chapter in words["chapters"]:
        console.print()
        console.rule(Text(chapter["title"], style="bold"), align="left", style="dim")
        for found in chapter["findings"]:
            console.print(Padding(_finding(found), (1, 0, 0, 0)))
    console.print()
    console.rule(Text("Inputs, methods and sources", style="bold"), align="left", style="dim")
    console.print(Text(words["evidence"]))
    if words["inputs"]:
        console.print(_drawn(_inputs(words["inputs"]), _INPUTS, "inputs", "the other formats"))
    for line in _notes(words):
        console.print(line)


def render_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print some findings alone, as ``comity ask`` does."""
    for finding in findings:
        console.print(Padding(_finding(finding_words(finding)), (0, 0, 1, 0)))


def grid(whole: Table, limit: int | None = None) -> Grid:
    """A finding's table for the terminal; numbers to the right, long tables cut with a line that says so."""
    return _drawn(table_words(whole), limit)


def _labelled(rows: Iterable[tuple[str, Sequence[str]]], width: int, style: str) -> RenderableType:
    """Labels to the left, their lines to the right."""
    drawn = Grid.grid(padding=(0, 2, 0, 0))
    drawn.add_column(width=width, style=style)
    drawn.add_column(ratio=1)
    for label, lines in rows:
        for at, line in enumerate(lines):
            drawn.add_row(Text(label if at == 0 else ""), Text(line))
    return drawn


def _finding(found: Document) -> RenderableType:
    about = f" [{found['subject']}]" if found["subject"] else ""
    parts: list[RenderableType] = [Text(f"{found['question']}{about}", style="bold")]
    parts.append(Text(" ".join(filter(None, (found["sentence"], found["reading"])))))
    if found["table"]:
        parts.append(_drawn(found["table"], _ROWS))
    parts.append(_labelled([(fact["label"], fact["lines"]) for fact in found["facts"]], _FACT, "dim"))
    return Group(*parts)


def _drawn(words: Document, limit: int | None, what: str = "rows", where: str = _TABLES) -> Grid:
    rows = words["rows"] if limit is None else words["rows"][:limit]
    drawn = Grid(
        title=Text(words["caption"]), title_justify="left", title_style="italic", show_edge=False, pad_edge=False
    )
    of_words = sum(not column["numeric"] for column in words["columns"])
    least = min(_WORDS, max(6, _NARROW // max(of_words, 1) - 3))
    for at, column in enumerate(words["columns"]):
        numeric = column["numeric"]
        longest = max((len(row[at]) for row in rows), default=0)
        # A number is never cut short: its heading is broken between words instead.
        drawn.add_column(
            Text(column["name"].replace(" ", "\n") if numeric else column["name"]),
            justify="right" if numeric else "left",
            no_wrap=numeric,
            min_width=longest if numeric else min(longest, least),
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*(Text(value) for value in row))
    more = [f"{len(words['rows']) - len(rows)} more {what}"] if len(rows) < len(words["rows"]) else []
    more += ["exact fractions"] if words["exact"] else []
    if more:
        drawn.caption = Text(f"{' and '.join(more)} in {where}")
        drawn.caption_justify = "left"
    return drawn


def _inputs(words: Document) -> Document:
    """The inputs' table with a long unit said once, where the rows that follow have the same."""
    rows = words["rows"]
    at = [column["name"] for column in words["columns"]].index("Unit")
    again = [len(row[at]) > _WORDS and row[at] == above[at] for above, row in pairwise(rows)]
    told = [[*row[:at], "as above", *row[at + 1 :]] if same else row for row, same in zip(rows[1:], again, strict=True)]
    return {**words, "rows": [*rows[:1], *told]}


def _notes(words: Document) -> Iterable[Text]:
    for line in words["case"]:
        yield Text(line, style="dim")
    for source in words["sources"]:
        yield Text(" ".join(filter(None, (f"{source['id']}: {source['text']}", source["url"]))), style="dim")
    for method in words["methods"]:
        yield Text(f"Method: {method}", style="dim")
    for lacking in words["not_answered"]:
        yield Text(f"Not answered: {lacking['name']} ({lacking['question']}) {lacking['text']}.")
    for failed in words["failed"]:
        yield Text(f"Failed: {failed['name']}: {failed['text']}", style="red")
    yield Text(words["provenance"], style="dim")
