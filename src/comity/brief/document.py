"""A brief laid out as plain words, in the order in which the page and the paper print them.

HTML and PDF are two printings of this one document, so that neither says what the other does not. Everything here is
a string, a list or a dictionary: what a template may print and what JSON can carry to typst.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

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
from comity.findings.contract import Spec, TrackRecord
from comity.findings.wording import band, percent, plural, two

Document: TypeAlias = dict[str, Any]
Fact: TypeAlias = dict[str, Any]
_DIGITS_OF_A_BAND = 2.0  # a band is read on a line twice its length: one digit fewer than its own length would give


def document(brief: Brief) -> tuple[Document, dict[str, Callable[[], Spec]]]:
    """The words of a brief, and its charts by the id that the words give them."""
    charts: dict[str, Callable[[], Spec]] = {}
    chapters = []
    at = 0
    for place, chapter in enumerate(brief.chapters, 1):
        findings = []
        for found in chapter.findings:
            at += 1
            findings.append(_finding(found, f"finding-{at}"))
            if found.chart is not None:
                charts[f"chart-{at}"] = found.chart
                findings[-1]["chart"] = f"chart-{at}"
        chapters.append({"id": f"chapter-{place}", "title": chapter.title, "findings": findings})
    words: Document = {
        "title": brief.cover.title,
        "stakes": brief.cover.stakes or "",
        "marking": brief.cover.marking or "",
        "status": _status(brief),
        "evidence": evidence_sentence(brief.evidence),
        "page_one": [{"slot": section.slot, "lines": list(section.lines)} for section in brief.page_one],
        "chapters": chapters,
        "case": list(case_lines(brief.cover)),
        "inputs": _inputs(brief),
        "sources": [{"id": source.id, "text": source.text, "url": _link(source.url)} for source in brief.sources],
        "methods": list(dict.fromkeys(found.method.full for found in brief.findings)),
        "not_answered": [
            {"name": each.analysis, "question": each.question, "text": each.reason} for each in brief.not_answered
        ],
        "failed": [{"name": each.analysis, "text": each.error} for each in brief.failed],
        "provenance": provenance(brief),
    }
    return words, charts


def _status(brief: Brief) -> list[str]:
    parts = [plural(len(brief.inputs), "input"), plural(len(brief.findings), "finding")]
    parts.append("for others: private cells left out" if brief.audience == "shared" else "for its own side")
    if brief.cover.data_date:
        parts.append(f"data of {brief.cover.data_date}")
    return parts


def _finding(found: Finding, name: str) -> Document:
    return {
        "id": name,
        "question": found.question,
        "subject": found.subject or "",
        "sentence": found.sentence,
        "reading": found.reading,
        "chart": None,
        "chart_summary": found.chart_summary or f"Chart of: {found.sentence}",
        "table": _table(found.table) if found.table is not None else None,
        "facts": [fact for fact in _facts(found) if fact["lines"]],
    }


def _facts(found: Finding) -> Iterable[Fact]:
    """What stands below an answer, each under its label, in the order of BRIEF.md."""
    yield {"label": "If the method is right", "lines": _input_band(found)}
    yield {"label": "By the method’s record", "lines": _record_band(found)}
    yield {"label": "Over the redraws", "lines": _shares(found)}
    yield {"label": "What would change it", "lines": _changes(found)}
    worth = [worth_sentence(each) for each in found.find_out_next]
    yield {"label": "Find out next", "lines": [*found.ask_next, *worth]}
    yield {"label": "Caution", "lines": list(found.caveats)}
    yield {"label": "Rests on", "lines": [evidence_sentence(found.evidence)] if found.evidence else []}
    yield {"label": "Method", "lines": [found.method.full]}
    options = ", ".join(f"{name}: {cell(value)}" for name, value in found.options if value is not None)
    yield {"label": "Options", "lines": [options] if options else []}


def _input_band(found: Finding) -> list[str]:
    if found.bands is None or found.bands.input_eight_in_ten is None:
        return []
    eight, five = found.bands.input_eight_in_ten, found.bands.input_five_in_ten
    return [f"{_intervals(eight, five, found)}, by the ranges of the inputs alone."]


def _record_band(found: Finding) -> list[str]:
    record = found.record
    if record is None:
        return ["No track record; treat as illustration."] if found.bands is not None else []
    words = f"{_intervals(record.eight_in_ten, record.five_in_ten, found)}. {_error(record)}"
    return [words if record.beats_baseline else f"{words} It does not beat its baselines, and so never leads."]


def _error(record: TrackRecord) -> str:
    return (
        f"Its errors on {record.decisions} {record.of}: {two(record.mean_absolute_error)} on average, "
        "carried over to this scale."
    )


def _intervals(eight: tuple[float, float], five: tuple[float, float] | None, found: Finding) -> str:
    """``5.2–9.6 years (8 in 10) or 6.3–8.4 (5 in 10)``, to the digit that its widest band is worth."""
    record = found.record.eight_in_ten if found.record is not None else eight
    widest = max(eight[1] - eight[0], record[1] - record[0], abs(eight[0]) * 1e-3, 1e-9)
    ruler = (eight[0], eight[0] + _DIGITS_OF_A_BAND * widest)
    words = f"{band(eight, ruler)}{f' {found.unit}' if found.unit else ''} (8 in 10)"
    return words + (f" or {band(five, ruler)} (5 in 10)" if five is not None else "")


def _shares(found: Finding) -> list[str]:
    if not found.verdict_shares:
        return []
    others = "; ".join(f"“{label}” {percent(share)}" for label, share in found.verdict_shares if label != found.verdict)
    return [" ".join(filter(None, (robustness(found), f"Otherwise: {others}." if others else "")))]


def _changes(found: Finding) -> list[str]:
    if isinstance(found.flips, NotSearched):
        return [f"Not searched, because {found.flips.reason}."]
    return [text for text in (nearest_flips(found), joint_sentence(found)) if text]


def _table(whole: Table) -> Document:
    table = whole.for_reading()
    return {
        "caption": table.caption,
        "columns": [
            {"name": name.replace("_", " "), "numeric": table.numeric(at)} for at, name in enumerate(table.columns)
        ],
        "rows": [[cell(value) for value in row] for row in table.rows],
    }


def _inputs(brief: Brief) -> Document | None:
    if not brief.inputs:
        return None
    names: Sequence[tuple[str, bool]] = (
        ("Input", False), ("Value", True), ("5th–95th percentile", False),
        ("Unit", False), ("Rests on", False), ("Source", False),
    )  # fmt: skip
    return {
        "caption": "Every number that this brief rests on",
        "columns": [{"name": name, "numeric": numeric} for name, numeric in names],
        "rows": [
            [item.label, number(item.value), range_words(item), item.unit, basis_words(item), item.source or "–"]
            for item in brief.inputs
        ],
    }


def _link(url: str | None) -> str:
    """An address that may become a link: http or https, and nothing that a browser would run."""
    text = (url or "").strip()
    return text if text.lower().startswith(("https://", "http://")) and text.isprintable() else ""
