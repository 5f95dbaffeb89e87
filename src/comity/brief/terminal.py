"""A brief on the terminal: the words of ``document``, page one first; no text of a case is markup.

Rich pads what it lays out in columns with blanks; the command line takes those at the ends of lines away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
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
_BETWEEN = 3  # a blank, a line and a blank
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
        console.print(fitted(_inputs(words["inputs"]), _INPUTS, "inputs", "the other formats"))
    for line in _notes(words):
        console.print(line)


def render_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print some findings alone, as ``comity ask`` does."""
    for finding in findings:
        console.print(Padding(_finding(finding_words(finding)), (0, 0, 1, 0)))


def grid(whole: Table, limit: int | None = None) -> RenderableType:
    """A finding's table for the terminal; numbers to the right, long tables cut with a line that says so."""
    return fitted(table_words(whole), limit)


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
        parts.append(fitted(found["table"], _ROWS))
    parts.append(_labelled([(fact["label"], fact["lines"]) for fact in found["facts"]], _FACT, "dim"))
    return Group(*parts)


@dataclass(frozen=True)
class _Fitting:
    """A table that a narrow screen gets in parts, each with the first column, since rows are nothing without names."""

    words: Document
    limit: int | None
    what: str
    where: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = self.words["columns"]
        rows = self.words["rows"] if self.limit is None else self.words["rows"][: self.limit]
        least = _least_widths(columns, rows)
        groups: list[list[int]] = [[]]
        room = options.max_width - least[0] if least else 0
        for at in range(1, len(columns)):
            if groups[-1] and sum(least[place] + _BETWEEN for place in (*groups[-1], at)) > room:
                groups.append([])
            groups[-1].append(at)
        for number, group in enumerate(groups):
            shown = [0, *group] if columns else []
            yield self._part(shown, rows, least, first=number == 0, last=number == len(groups) - 1)

    def _part(
        self, shown: list[int], rows: Sequence[Sequence[str]], least: list[int], *, first: bool, last: bool
    ) -> Grid:
        drawn = Grid(
            title=Text(self.words["caption"]) if first else None,
            title_justify="left",
            title_style="italic",
            show_edge=False,
            pad_edge=False,
        )
        for at in shown:
            column = self.words["columns"][at]
            # A number is never cut short: its heading is broken between words instead.
            drawn.add_column(
                Text(column["name"].replace(" ", "\n") if column["numeric"] else column["name"]),
                justify="right" if column["numeric"] else "left",
                no_wrap=column["numeric"],
                min_width=least[at],
                overflow="fold",
            )
        for row in rows:
            drawn.add_row(*(Text(row[at]) for at in shown))
        left = len(self.words["rows"]) - len(rows)
        more = [f"{left} more {self.what}"] if left else []
        more += ["exact fractions"] if self.words["exact"] else []
        if more and last:
            drawn.caption = Text(f"{' and '.join(more)} in {self.where}")
            drawn.caption_justify = "left"
        return drawn


def _least_widths(columns: Sequence[Document], rows: Sequence[Sequence[str]]) -> list[int]:
    """The narrowest that each column may be: numbers whole, words not below a readable width."""
    of_words = sum(not column["numeric"] for column in columns)
    least = min(_WORDS, max(6, _NARROW // max(of_words, 1) - 3))
    widths = []
    for at, column in enumerate(columns):
        longest = max((len(row[at]) for row in rows), default=0)
        heading = max((len(word) for word in column["name"].split()), default=0)
        widths.append(max(longest, heading) if column["numeric"] else min(longest, least))
    return widths


def fitted(words: Document, limit: int | None, what: str = "rows", where: str = _TABLES) -> RenderableType:
    """A table as wide as there is room for; after ``limit`` rows a line says how many more there are."""
    return _Fitting(words, limit, what, where)


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
