"""A brief as Markdown, for a repository, an issue or a paper's appendix."""

from __future__ import annotations

import re

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
from comity.brief.terminal import cell, provenance
from comity.findings import Finding, NotSearched, Table
from comity.findings.contract import Value

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def safe(text: str) -> str:
    """Text of a case that cannot become markup.

    >>> safe("<b>a|b</b>")
    '\\\\<b\\\\>a\\\\|b\\\\</b\\\\>'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def render_markdown(brief: Brief) -> str:
    """The whole brief."""
    lines = [f"# {safe(brief.cover.title)}", ""]
    if brief.cover.marking:
        lines += [f"**{safe(brief.cover.marking)}**", ""]
    for section in brief.page_one:
        lines += [f"**{section.slot.upper()}**", "", *(f"- {safe(line)}" for line in section.lines), ""]
    for chapter in brief.chapters:
        lines += [f"## {safe(chapter.title)}", ""]
        for finding in chapter.findings:
            lines += _finding(finding)
    if described := case_lines(brief.cover):
        lines += ["## The case", "", *(f"- {safe(line)}" for line in described), ""]
    lines += ["## Inputs", "", evidence_sentence(brief.evidence), ""]
    lines += _rows(
        ("input", "value", "5th–95th percentile", "unit", "rests on", "source"),
        [(i.label, number(i.value), range_words(i), i.unit, basis_words(i), i.source) for i in brief.inputs],
    )
    if brief.sources:
        lines += ["", "## Sources", ""]
        lines += [f"- {safe(s.id)}: {safe(s.text)}{f' <{s.url}>' if s.url else ''}" for s in brief.sources]
    lines += ["", "## Methods", ""]
    lines += [f"- {safe(text)}" for text in dict.fromkeys(finding.method.full for finding in brief.findings)]
    if brief.not_answered or brief.failed:
        lines += ["", "## Not answered", ""]
        lines += [f"- {safe(each.analysis)} {safe(each.reason)}" for each in brief.not_answered]
        lines += [f"- {safe(each.analysis)} failed: {safe(each.error)}" for each in brief.failed]
    return "\n".join([*lines, "", provenance(brief), ""])


def _finding(finding: Finding) -> list[str]:
    about = f" ({safe(finding.subject)})" if finding.subject else ""
    lines = [f"### {safe(finding.question)}{about}", ""]
    lines += [safe(" ".join(filter(None, (finding.sentence, finding.reading)))), ""]
    if finding.table is not None:
        lines += [*table_lines(finding.table), ""]
    for text in (nearest_flips(finding), joint_sentence(finding), robustness(finding)):
        if text:
            lines += [safe(text), ""]
    if isinstance(finding.flips, NotSearched):
        lines += [f"What would change it: not searched, because {safe(finding.flips.reason)}.", ""]
    lines += [f"- Find out next: {safe(worth_sentence(worth))}" for worth in finding.find_out_next]
    lines += [f"- Caution: {safe(caveat)}" for caveat in finding.caveats]
    return [*lines, f"- Method: {safe(finding.method.full)}", ""]


def table_lines(table: Table) -> list[str]:
    """A finding's table as Markdown."""
    shown = table.for_reading()
    return [f"*{safe(table.caption)}*", "", *_rows(shown.columns, list(shown.rows))]


def _rows(columns: tuple[str, ...], rows: list[tuple[Value, ...]]) -> list[str]:
    head = [f"| {' | '.join(safe(name) for name in columns)} |", f"|{' --- |' * len(columns)}"]
    return head + [f"| {' | '.join(safe(cell(value)) for value in row)} |" for row in rows]
