"""A brief on the terminal: page one first, then findings by chapter, inputs, sources and methods."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from comity.brief.contents import Brief
from comity.brief.sentences import (
    basis_words,
    case_lines,
    evidence_sentence,
    joint_sentence,
    nearest_flips,
    number,
    range_words,
    robustness,
    worth_sentence,
)
from comity.findings import Finding, NotSearched, Table
from comity.findings.contract import Value
from comity.findings.wording import band, plural

_ROWS = 16
_INPUTS = 40
_LABEL = 20


def render_terminal(brief: Brief, console: Console) -> None:
    """Print the brief; the console decides on colour and width."""
    console.print(Text(brief.cover.title, style="bold"), Text(_marking(brief), style="dim"), sep="\n")
    console.print()
    for section in brief.page_one:
        console.print(_labelled(section.slot.upper(), [Text(line) for line in section.lines]))
    for chapter in brief.chapters:
        console.print()
        console.rule(Text(chapter.title, style="bold"), align="left", style="dim")
        for finding in chapter.findings:
            console.print(Padding(_finding(finding), (1, 0, 0, 0)))
    console.print()
    console.rule(Text("Inputs, methods and sources", style="bold"), align="left", style="dim")
    console.print(evidence_sentence(brief.evidence))
    if brief.inputs:
        console.print(_inputs(brief))
    _notes(brief, console)


def _marking(brief: Brief) -> str:
    parts = [
        brief.cover.marking or "no marking",
        plural(len(brief.inputs), "input"),
        "for others: private cells left out" if brief.audience == "shared" else "for its own side",
    ]
    return f"[{' | '.join(parts)}]"


def _labelled(label: str, lines: list[Text]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=_LABEL, style="bold cyan")
    grid.add_column(ratio=1)
    for at, line in enumerate(lines):
        grid.add_row(label if at == 0 else "", line)
    return grid


def _finding(finding: Finding) -> RenderableType:
    about = f" [{finding.subject}]" if finding.subject else ""
    parts: list[RenderableType] = [Text(f"{finding.question}{about}", style="bold")]
    parts.append(Text(" ".join(filter(None, (finding.sentence, finding.reading)))))
    if finding.table is not None:
        parts.append(grid(finding.table, _ROWS))
    if finding.bands is not None and finding.bands.input_eight_in_ten is not None:
        inputs, record = finding.bands.input_eight_in_ten, finding.bands.record_eight_in_ten
        scale = (min(inputs), max(inputs)) if record is None else record
        text = f"8 in 10, by the ranges of the inputs if the method is right: {band(inputs, scale)}"
        if record is not None:
            text += f"; by the method's record: {band(record, scale)}"
        parts.append(Text(f"{text}."))
    for text in (nearest_flips(finding), joint_sentence(finding), robustness(finding)):
        if text:
            parts.append(Text(text))
    if isinstance(finding.flips, NotSearched):
        parts.append(Text(f"What would change it: not searched, because {finding.flips.reason}.", style="dim"))
    for worth in finding.find_out_next:
        parts.append(Text(f"Find out next: {worth_sentence(worth)}"))
    for caveat in finding.caveats:
        parts.append(Text(f"Caution: {caveat}", style="dim"))
    parts.append(Text(f"Method: {finding.method.full}", style="dim"))
    return Group(*parts)


def cell(value: Value) -> str:
    """A table's cell as text."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(float(f"{value:.4g}"))
    return number(value) if isinstance(value, int) else str(value)


def grid(whole: Table, limit: int | None = None) -> Grid:
    """A finding's table for the terminal; numbers to the right, long tables cut with a line that says so."""
    table = whole.for_reading()
    shown = table.rows if limit is None or len(table.rows) <= limit else table.rows[:limit]
    drawn = Grid(
        title=escape(table.caption), title_justify="left", title_style="italic", show_edge=False, pad_edge=False
    )
    for at, name in enumerate(table.columns):
        numeric = table.numeric(at)
        longest = max((len(cell(row[at])) for row in shown), default=0)
        # A number is never cut short: its heading is broken between words instead.
        drawn.add_column(
            escape(name).replace("_", "\n" if numeric else " "),
            justify="right" if numeric else "left",
            no_wrap=numeric,
            min_width=longest if numeric else min(longest, 18),
            overflow="fold",
        )
    for row in shown:
        drawn.add_row(*(escape(cell(value)) for value in row))
    more = [f"{len(table.rows) - len(shown)} more rows"] if len(shown) < len(table.rows) else []
    more += ["exact fractions"] if len(table.columns) < len(whole.columns) else []
    if more:
        drawn.caption = f"{' and '.join(more)} in the other formats (--format csv, json)"
        drawn.caption_justify = "left"
    return drawn


def _inputs(brief: Brief) -> Grid:
    drawn = Grid(show_edge=False, pad_edge=False)
    for name, justify in (
        ("input", "left"),
        ("value", "right"),
        ("5th–95th percentile", "left"),
        ("rests on", "left"),
        ("source", "left"),
    ):
        drawn.add_column(name, justify="right" if justify == "right" else "left")
    for item in brief.inputs[:_INPUTS]:
        drawn.add_row(
            escape(item.label),
            number(item.value),
            range_words(item),
            escape(basis_words(item)),
            escape(item.source or "–"),
        )
    if len(brief.inputs) > _INPUTS:
        drawn.caption = f"{len(brief.inputs) - _INPUTS} more inputs in the other formats"
        drawn.caption_justify = "left"
    return drawn


def _notes(brief: Brief, console: Console) -> None:
    for line in case_lines(brief.cover):
        console.print(Text(line, style="dim"))
    for source in brief.sources:
        console.print(Text(f"{source.id}: {source.text}" + (f" {source.url}" if source.url else ""), style="dim"))
    methods = dict.fromkeys(finding.method.full for finding in brief.findings)
    for method in methods:
        console.print(Text(f"Method: {method}", style="dim"))
    for lacking in brief.not_answered:
        console.print(Text(f"Not answered: {lacking.analysis} ({lacking.question}) {lacking.reason}."))
    for failed in brief.failed:
        console.print(Text(f"Failed: {failed.analysis}: {failed.error}", style="red"))
    console.print(Text(provenance(brief), style="dim"))


def provenance(brief: Brief) -> str:
    """The last line of every format: what makes the brief again."""
    date = f", data of {brief.cover.data_date}" if brief.cover.data_date else ""
    return f"comity {brief.comity}, seed {brief.seed}, {brief.draws:,} redraws{date}."


def render_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print some findings alone, as ``comity ask`` does."""
    for finding in findings:
        console.print(Padding(_finding(finding), (0, 0, 1, 0)))
