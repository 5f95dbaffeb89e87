"""A brief laid out as plain words, in the order in which they are printed.

Terminal, Markdown, HTML and PDF are four printings of this one document, so that none says what another does not; only
the pictures, and the text that stands for them, are for HTML and PDF alone. Everything here is a string, a list or a
dictionary: what a template may print and what JSON can carry to typst. And everything leaves here cleaned: no text of a
case reaches a format with a character in it that moves the cursor or turns the reading around.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import partial
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
from comity.findings import NO_VERDICT, Finding, NotSearched, Table
from comity.findings.contract import Spec, TrackRecord, Value
from comity.findings.wording import band, percent, plural, two

Document: TypeAlias = dict[str, Any]
Fact: TypeAlias = dict[str, Any]
_UNPRINTED = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_UNSEEN = frozenset("\u00ad\u200b\u2060\ufeff")  # soft hyphen, spaces without width: left behind by other programs
_JOINERS = frozenset("\u200c\u200d")
_ADDRESS = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_MOST_OTHERS = 5
_DIGITS_OF_A_BAND = 2.0  # a band is read on a line twice its length: one digit fewer than its own length would give


def document(brief: Brief) -> tuple[Document, dict[str, Callable[[], Spec]]]:
    """The words of a brief, and its charts by the id that the words give them."""
    charts: dict[str, Callable[[], Spec]] = {}
    chapters = []
    at = 0
    names: set[str] = set()
    for place, chapter in enumerate(brief.chapters, 1):
        findings = []
        for found in chapter.findings:
            at += 1
            findings.append(finding_words(found, anchor(found, names)))
            if found.chart is not None:
                charts[f"chart-{at}"] = partial(_chart, found.chart)
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
    return cleaned(words), charts


def anchor(found: Finding, taken: set[str]) -> str:
    """A name for a finding's place in the page that is the same tomorrow: what was asked, of what, and what it says.

    >>> from comity.brief import compose
    >>> from comity.scenario import load
    >>> anchor(compose(load("car-emissions"), only=["forecast"], draws=0).findings[0], set())
    'forecast-date-estimate'
    """
    parts = (found.analysis, found.subject or "", "" if found.key == found.analysis else found.key)
    name = "-".join(re.sub(r"[^\w.-]+", "-", part) for part in parts if part)
    again = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    free = name if name not in taken else next(each for each in again if each not in taken)
    taken.add(free)
    return free


def cleaned(value: Any, kept: str = "") -> Any:
    """Every string in it without control and format characters, but for those in ``kept`` (never in a title).

    Line breaks become spaces and what has no width goes; whatever else would act on a reader's screen unseen is shown
    as "\ufffd". A joiner stays where a script needs it, after a letter that has no case.

    >>> cleaned(["a\\r\\nb", {"c": "1\\u202e2\\u00ad3\\x1b[1m"}, 4])
    ['a b', {'c': '1\ufffd23\ufffd[1m'}, 4]
    """
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item, "" if key == "title" else kept) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item, kept) for item in value]
    return _cleaned(value, kept) if isinstance(value, str) else value


def _cleaned(text: str, kept: str) -> str:
    if text.isprintable():
        return text
    out: list[str] = []
    for each in text:
        category = unicodedata.category(each)
        if each in kept or category not in _UNPRINTED:
            out.append(each)
        elif each.isspace():
            out += [" "] if not out or out[-1] != " " else []
        elif each in _JOINERS and out and unicodedata.category(out[-1]) in ("Lo", "Mn", "Mc"):
            out.append(each)
        elif each not in _UNSEEN:
            out.append("\ufffd")
    return "".join(out)


def _chart(make: Callable[[], Spec]) -> Spec:
    # The charts of the house break lines with it; in a title, which becomes part of an expression, it would be a fault.
    spec: Spec = cleaned(make(), kept="\n")
    return spec


def cell(value: Value) -> str:
    """A table's cell as text."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(float(f"{value:.4g}"))
    return number(value) if isinstance(value, int) else str(value)


def provenance(brief: Brief) -> str:
    """The last line of every format: what makes the brief again."""
    date = f", data of {brief.cover.data_date}" if brief.cover.data_date else ""
    return f"comity {brief.comity}, seed {brief.seed}, {brief.draws:,} redraws{date}."


def _status(brief: Brief) -> list[str]:
    parts = [plural(len(brief.inputs), "input"), plural(len(brief.findings), "finding")]
    parts.append("for others: private cells left out" if brief.audience == "shared" else "for its own side")
    if brief.cover.data_date:
        parts.append(f"data of {brief.cover.data_date}")
    return parts


def finding_words(found: Finding, name: str = "finding") -> Document:
    """The words of one finding; ``name`` tells it from the others of its page."""
    words: Document = cleaned(
        {
            "id": name,
            "analysis": found.analysis,
            "question": found.question,
            "subject": found.subject or "",
            "sentence": found.sentence,
            "reading": found.reading,
            "chart": None,
            "chart_summary": found.chart_summary or f"Chart of: {found.sentence}",
            "table": table_words(found.table) if found.table is not None else None,
            "facts": [fact for fact in _facts(found) if fact["lines"]],
        }
    )
    return words


def _facts(found: Finding) -> Iterable[Fact]:
    """What stands below an answer, each under its label, in the order of BRIEF.md."""
    yield {"label": "If the method is right", "lines": _input_band(found)}
    yield {"label": "By the method’s record", "lines": _record_band(found)}
    yield {"label": "By your own record", "lines": _own_band(found)}
    yield {"label": "Over the redraws", "lines": _shares(found)}
    yield {"label": "What would change it", "lines": _changes(found)}
    worth = [worth_sentence(each, found.value is None) for each in found.find_out_next]
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


def _own_band(found: Finding) -> list[str]:
    held = found.bands
    if held is None or held.own_eight_in_ten is None:
        return []
    words = _intervals(held.own_eight_in_ten, held.own_five_in_ten, found)
    return [f"{words}, by the errors of {held.own_settled} settled forecasts of your own, carried over to this scale."]


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
    others = [(label, share) for label, share in found.verdict_shares if label != found.verdict]
    named = [f"“{label}” {percent(share)}" for label, share in others[:_MOST_OTHERS]]
    rest = others[_MOST_OTHERS:]
    if rest:
        named.append(f"{plural(len(rest), 'other answer')} together {percent(sum(share for _, share in rest))}")
    return [" ".join(filter(None, (robustness(found), f"Otherwise: {'; '.join(named)}." if named else "")))]


def _changes(found: Finding) -> list[str]:
    if found.flips == NO_VERDICT:
        return []
    flips = [f"Not searched, because {found.flips.reason}."] if isinstance(found.flips, NotSearched) else []
    joint = []
    if isinstance(found.joint, NotSearched) and found.joint != found.flips:
        joint = [f"Joint changes: not searched, because {found.joint.reason}."]
    return [text for text in (*flips, nearest_flips(found), joint_sentence(found), *joint) if text]


def table_words(whole: Table) -> Document:
    """A finding's table as text, without the exact fractions that only a program reads."""
    table = whole.for_reading()
    words: Document = cleaned(
        {
            "caption": table.caption,
            "columns": [
                {"name": name.replace("_", " "), "numeric": table.numeric(at)} for at, name in enumerate(table.columns)
            ],
            "rows": [[cell(value) for value in row] for row in table.rows],
            "exact": len(table.columns) < len(whole.columns),
        }
    )
    return words


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
        "exact": False,
    }


def _link(url: str | None) -> str:
    """An address that may become a link: http or https, and nothing in it that would end the link or run."""
    text = (url or "").strip()
    return text if _ADDRESS.fullmatch(text) and text.isprintable() else ""
