from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from brief_factory import whole_brief
from pypdf import PdfReader

from comity.brief import Brief, Section, compose, drawing
from comity.brief.pdf import render_pdf
from comity.scenario import load, loads, skeleton


def words(text: str) -> str:
    """Text without spaces and line breaks, which a PDF does not keep."""
    return re.sub(r"\s+", "", text)


def pages(brief: Brief) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(render_pdf(brief))).pages]


def test_page_one_stands_alone_and_the_marking_is_on_each_page() -> None:
    brief = whole_brief(rows=200)
    found = pages(brief)
    assert len(found) > 6
    for section in brief.page_one:
        assert words(section.slot.upper()) in words(found[0])
        assert all(words(line) in words(found[0]) for line in section.lines)
    assert "Bargaining" not in found[0]
    assert "Bargaining" in found[1]
    assert all("LIMITED" in page for page in found)
    assert all(f"{number} / {len(found)}" in page for number, page in enumerate(found, 1))
    every = words("".join(found))
    assert "Member199" in every
    assert sum("Shapley–Shubik" in page and "Member" in page for page in found) > 2  # the header is repeated
    assert words("Failed: ZeroDivisionError: division by zero") in every
    assert words(brief.findings[0].method.full) in every


@pytest.mark.parametrize("case", ["car-emissions", "several-issues"])
def test_page_one_of_a_real_case_is_one_page(case: str) -> None:
    opened = load(case) if case == "car-emissions" else loads(skeleton(case).encode())
    brief = compose(opened, draws=200)
    first, second, *_ = pages(brief)
    assert "CAUTION" in words(first)
    for section in brief.page_one:
        assert all(words(line) in words(first) for line in section.lines)
    assert words(brief.chapters[0].title) not in words(first)
    assert words(second).startswith(words(brief.chapters[0].title))


def test_no_marking_is_no_header() -> None:
    assert not any("LIMITED" in page or "None" in page for page in pages(whole_brief(marking=None)))


def test_the_same_brief_is_the_same_bytes() -> None:
    once = render_pdf(whole_brief())
    drawing._drawn.cache_clear()
    assert render_pdf(whole_brief()) == once


def test_title_and_language_are_in_the_document() -> None:
    reader = PdfReader(BytesIO(render_pdf(whole_brief())))
    assert reader.metadata is not None
    assert reader.metadata.title == whole_brief().cover.title
    assert reader.metadata.creation_date is None
    assert str(reader.root_object["/Lang"]) == "en"
    assert "/StructTreeRoot" in reader.root_object


@pytest.mark.parametrize(
    "text",
    ['#read("/etc/passwd")', "*bold* _it_ $x^2$ @ref <label> // gone", "= heading\n- item", '"; #panic()', "\\u{0}"],
)
def test_typst_markup_in_a_case_is_text(text: str) -> None:
    brief = whole_brief()
    first = replace(brief.chapters[0].findings[0], question=text, sentence=text, reading=text, caveats=(text,))
    brief = replace(
        brief,
        cover=replace(brief.cover, title=text, stakes=text, marking=text),
        page_one=(Section(text, (text,)),),
        chapters=(replace(brief.chapters[0], title=text, findings=(first,)),),
        sources=(replace(brief.sources[0], id=text, text=text, url=f"https://x.example/{text}"),),
    )
    found = words("".join(pages(brief)))
    assert words(text) in found
    assert "root:x" not in found


def test_a_long_page_one_flows_on_and_an_empty_brief_is_a_brief() -> None:
    brief = whole_brief()
    long = replace(brief, page_one=tuple(Section(f"slot {at}", ("word " * 60,) * 6) for at in range(12)))
    found = [words(page) for page in pages(long)]
    last = max(at for at, page in enumerate(found) if "SLOT11" in page)
    chapter = next(at for at, page in enumerate(found) if "Bargaining" in page)
    assert 0 < last < chapter
    assert found[chapter].startswith("LIMITEDBargaining")
    empty = replace(brief, page_one=(), chapters=(), not_answered=(), failed=(), inputs=(), sources=(), evidence=())
    assert len(pages(empty)) == 1


def test_a_broken_chart_is_said() -> None:
    def broken() -> Any:
        raise ZeroDivisionError("no actors")

    brief = whole_brief()
    findings = (replace(brief.chapters[0].findings[0], chart=broken),)
    brief = replace(brief, chapters=(replace(brief.chapters[0], findings=findings),))
    assert words("The chart could not be drawn: ZeroDivisionError: no actors") in words("".join(pages(brief)))


def test_chart_text_is_drawn_with_the_font_that_measured_it() -> None:
    document = render_pdf(whole_brief())
    fonts = set(re.findall(rb"\+([A-Za-z]+-?[A-Za-z]*)", document))
    assert any(font.startswith(b"LiberationSans") for font in fonts)


def test_a_drawing_is_the_same_bytes_whatever_fonts_it_needs() -> None:
    spec = {
        "title": {"text": "bold τίτλος", "fontWeight": "bold"},
        "data": {"values": [{"a": 1}]},
        "mark": {"type": "text", "text": "slanted", "fontStyle": "italic"},
    }
    drawn = {drawing.pdf(spec) for _ in range(6)}
    assert len(drawn) == 1
    assert "slanted" in PdfReader(BytesIO(drawn.pop())).pages[0].extract_text()
