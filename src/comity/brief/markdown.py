"""A brief as Markdown, for a repository or a paper's appendix: the words of ``document``, without the pictures."""

from __future__ import annotations

import re

from comity.brief.contents import Brief
from comity.brief.document import Document, document

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~&$])")
_LIST = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])(?=[-+=\s]|$)")


def safe(text: str) -> str:
    """Text of a case that cannot become markup.

    >>> safe("<b>a|b</b>"), safe("1. one"), safe("- one"), safe("7.4")
    ('\\\\<b\\\\>a\\\\|b\\\\</b\\\\>', '1\\\\. one', '\\\\- one', '7.4')
    """
    return _LIST.sub(r"\1\\\2\3", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def render_markdown(brief: Brief) -> str:
    """The whole brief."""
    words, _ = document(brief)
    lines = [f"# {safe(words['title'])}", ""]
    if words["marking"]:
        lines += [f"**{safe(words['marking'])}**", ""]
    lines += [safe(" | ".join(words["status"])), ""]
    if words["stakes"]:
        lines += [safe(words["stakes"]), ""]
    for section in words["page_one"]:
        lines += [f"**{safe(section['slot'].upper())}**", "", *_list(section["lines"]), ""]
    for chapter in words["chapters"]:
        lines += [f"## {safe(chapter['title'])}", ""]
        for found in chapter["findings"]:
            lines += _finding(found)
    lines += ["## Inputs", "", safe(words["evidence"]), ""]
    if words["inputs"]:
        lines += [*table_lines(words["inputs"]), ""]
    if words["case"]:
        lines += ["## The case", "", *_list(words["case"]), ""]
    if words["sources"]:
        lines += ["## Sources", "", *(_source(source) for source in words["sources"]), ""]
    if words["methods"]:
        lines += ["## Methods", "", *_list(words["methods"]), ""]
    gaps = [f"{each['name']}: {each['question']} {each['text']}" for each in words["not_answered"]]
    gaps += [f"{each['name']}: failed: {each['text']}" for each in words["failed"]]
    if gaps:
        lines += ["## What is not answered", "", *_list(gaps), ""]
    return "\n".join([*lines, safe(words["provenance"]), ""])


def _finding(found: Document) -> list[str]:
    about = f" ({safe(found['subject'])})" if found["subject"] else ""
    lines = [f"### {safe(found['question'])}{about}", ""]
    lines += [safe(" ".join(filter(None, (found["sentence"], found["reading"])))), ""]
    if found["table"]:
        lines += [*table_lines(found["table"]), ""]
    return [*lines, *(f"- **{fact['label']}:** {safe(line)}" for fact in found["facts"] for line in fact["lines"]), ""]


def _source(source: Document) -> str:
    # Only an address that document() lets through stands here, and it holds nothing that would end the link.
    return f"- {safe(source['id'])}: {safe(source['text'])}" + (f" <{source['url']}>" if source["url"] else "")


def table_lines(words: Document) -> list[str]:
    """A table's words as Markdown."""
    columns = words["columns"]
    return [
        f"*{safe(words['caption'])}*",
        "",
        _row([column["name"] for column in columns]),
        f"|{''.join(' ---: |' if column['numeric'] else ' --- |' for column in columns)}",
        *(_row(row) for row in words["rows"]),
    ]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(safe(each) for each in cells)} |"


def _list(texts: list[str]) -> list[str]:
    return [f"- {safe(text)}" for text in texts]
