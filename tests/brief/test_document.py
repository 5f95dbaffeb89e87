"""One document and its four printings: none says what another does not, and nothing of a case acts in any of them."""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from brief_factory import hostile, whole_brief
from pypdf import PdfReader
from rich.console import Console, RenderableType

from comity.brief import Brief
from comity.brief.document import cleaned, document, table_words
from comity.brief.html import render_html
from comity.brief.markdown import render_markdown, safe, table_lines
from comity.brief.pdf import render_pdf
from comity.brief.terminal import grid, render_findings, render_terminal
from comity.cli.output import as_text
from comity.findings import Table, charts

UNSEEN = "1\u202e2\u2066\x1b]8;;http://x\x1b\\ \x00\x9b31m\r\n\t\u2028# 3\u200b4\x7f\ud800"
SHOWN = "1\ufffd2\ufffd\ufffd]8;;http://x\ufffd\\ \ufffd\ufffd31m # 34\ufffd\ufffd"


def drawn(draw: Callable[[Console], None], width: int = 4000) -> str:
    text = io.StringIO()
    draw(Console(file=text, width=width, no_color=True, highlight=False))
    return text.getvalue()


def printed_by(picture: RenderableType, console: Console) -> None:
    console.print(picture)


def terminal(brief: Brief, width: int = 4000) -> str:
    return drawn(lambda console: render_terminal(brief, console), width)


def page(brief: Brief) -> str:
    """What a reader sees of the HTML, without its script and style."""
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", "", render_html(brief, live=False), flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def paper(brief: Brief) -> str:
    return "".join(each.extract_text() for each in PdfReader(io.BytesIO(render_pdf(brief))).pages)


def source(brief: Brief) -> str:
    """Markdown without its marks, as a reader sees it."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", render_markdown(brief))


def said(brief: Brief) -> Iterator[str]:
    """Every text of the document that is no address and not about a picture."""

    def walk(value: Any, name: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from walk(item, key)
        elif isinstance(value, list):
            for item in value:
                yield from walk(item, name)
        elif isinstance(value, str) and name not in ("id", "analysis", "chart", "chart_summary"):
            yield value

    yield from walk(document(brief)[0])
    yield from (each.id for each in brief.sources)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


@pytest.mark.parametrize("printing", [terminal, source, page, paper], ids=["terminal", "markdown", "html", "pdf"])
def test_every_word_of_the_document_is_in_every_printing(printing: Any) -> None:
    brief = whole_brief()
    printed = squeezed(printing(brief))
    # The terminal breaks the headings of its tables between words, so that these stand on several lines of it.
    parts = [part for text in said(brief) for part in (text.split() if len(text) < 30 else [text])]
    assert not [part for part in parts if squeezed(part) not in printed]


@pytest.mark.parametrize("printing", [terminal, source], ids=["terminal", "markdown"])
def test_both_bands_and_the_questions_of_the_case_are_printed(printing: Any) -> None:
    printed = squeezed(printing(whole_brief()))
    for text in (
        "6.9–7.8 years (8 in 10) or 7.1–7.6 (5 in 10), by the ranges of the inputs alone.",
        "5.2–9.6 years (8 in 10) or 6.3–8.4 (5 in 10). Its errors on 351 EU decisions: 23 on average",
        "It does not beat its baselines, and so never leads.",
        "What applies if nothing is agreed?",
        "variant: 1994",
        "Evidence: fair. Of 20 inputs",
    ):
        assert squeezed(text) in printed


def test_what_would_act_unseen_is_neutralised_everywhere() -> None:
    clean = whole_brief()
    brief = hostile(clean, UNSEEN)
    names = [f"{UNSEEN} {at}" for at in range(3)]

    def chart() -> Any:
        return charts.positions_on_a_scale(names, [1, 2, 3], [1, 2, 3], (0, 4), UNSEEN, UNSEEN, UNSEEN, [(UNSEEN, 2)])

    first = replace(brief.chapters[0].findings[0], chart=chart)
    brief = replace(brief, chapters=(replace(brief.chapters[0], findings=(first,)), *brief.chapters[1:]))
    assert "The chart could not be drawn" not in page(brief)
    for text in (terminal(brief), render_markdown(brief), render_html(brief, live=False), paper(brief)):
        assert {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")} <= {"\n"}
        text.encode()
    assert f"{clean.cover.title} {SHOWN}" in terminal(brief).splitlines()
    assert render_markdown(brief).splitlines()[0] == f"# {clean.cover.title} {safe(SHOWN)}"
    assert len([line for line in render_markdown(brief).splitlines() if line.startswith("# ")]) == 1


def test_cleaning_leaves_honest_text_alone() -> None:
    for text in ("Türkiye – 日本, العربية", "می\u200cخواهم", "क्\u200dष", "50\u00a0%", "4→7"):
        assert cleaned(text) == text
    assert cleaned("pay\u200bpal\u200d") == "paypal\ufffd"


@pytest.mark.parametrize(
    "url",
    [
        "x> <img src=x onerror=alert(1)> <javascript:alert(1)>",
        "https://x> <img src=x onerror=alert(1)>",
        "https://x.example/a b",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://x.example/\u202egpj",
        "https://x.example/\x1b[31m",
    ],
)
def test_an_address_that_is_none_is_not_printed(url: str) -> None:
    brief = whole_brief()
    brief = replace(brief, sources=(replace(brief.sources[0], url=url),))
    for text in (terminal(brief), render_markdown(brief), page(brief), paper(brief)):
        assert "javascript" not in text
        assert "onerror" not in text
        assert "x.example" not in text
        assert "example.org" not in text


def test_no_text_of_a_case_is_markup_in_markdown() -> None:
    text = render_markdown(hostile(whole_brief(), "<b>x</b> [a](javascript:1) `c` &lt; | ![i](u) **s** $m$\n# h\n- l"))
    assert re.findall(r"(?<!\\)[<\[`&$]", text) == []
    assert not re.search(r"^(- l|# h)", text, re.MULTILINE)
    columns = [len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("| ")]
    assert set(columns) == {5, 7}


def test_a_web_address_is_printed() -> None:
    assert "<https://example.org/a?b=1&c=2>" in render_markdown(whole_brief())
    assert "https://example.org/a?b=1&c=2" in terminal(whole_brief())


def test_the_terminal_takes_no_text_for_markup() -> None:
    for text in ("[red]x[/red]", "[/]", "[link=https://x]y[/link]", "\\[bold]", ":smile: [@click=x]z", "end\\"):
        brief = hostile(whole_brief(), text)
        printed = terminal(brief)
        assert printed.count(text) > 60
        table = brief.chapters[1].findings[0].table
        assert table is not None
        picture = grid(table)
        assert drawn(partial(printed_by, picture)).count(text) >= 11


def test_the_command_line_prints_no_blanks_at_the_ends_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    for width in ("60", "112"):
        monkeypatch.setenv("COLUMNS", width)
        lines = as_text(lambda console: render_terminal(whole_brief(), console)).splitlines()
        assert all(line == line.rstrip() and len(line) <= int(width) for line in lines)
        assert any(line.startswith("BOTTOM LINE           Best single") for line in lines)
        assert "If the method is right" in as_text(partial(render_findings, whole_brief().findings[:1]))


def test_narrow_screens_keep_every_column_of_the_inputs() -> None:
    printed = terminal(whole_brief(), 60)
    assert {"Input", "Value", "Unit", "Source"} <= set(re.findall(r"\w+", printed[printed.index("Every number") :]))


def test_long_tables_are_cut_with_a_line_that_says_so() -> None:
    table = Table("T", ("a_b", "share", "share_exact"), tuple((f"m{at}", at / 3, f"{at}/3") for at in range(20)))
    cut = as_text(lambda console: console.print(grid(table, 16)))
    assert "4 more rows and exact fractions in the other formats" in " ".join(cut.split())
    assert "m19" not in cut
    assert table_lines(table_words(table))[2:5] == ["| a b | share |", "| --- | ---: |", "| m0 | 0 |"]
