from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from brief_factory import hostile, whole_brief

from comity.brief import drawing
from comity.brief.html import render_html

HOSTILE = '<script>alert(1)</script>"></style></title><img src=x onerror=alert(1)> {{ 7*7 }} &amp; ]]> javascript:1'


@pytest.fixture(autouse=True, scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ.setdefault("COMITY_CACHE", str(tmp_path_factory.mktemp("cache")))


class Page(HTMLParser):
    """What a browser would see: elements in order, their attributes, and text by the element that holds it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_one_file_with_headings_in_order_and_everything_labelled() -> None:
    page = Page(render_html(whole_brief()))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.of("html")[0]["lang"] == "en"
    assert {tag for tag, _ in page.elements} >= {"header", "main", "nav", "footer", "caption", "figcaption"}
    assert all(cell["scope"] in ("col", "row") for cell in page.of("th"))
    assert len(page.of("caption")) == len(page.of("table")) == 3
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert max(ids.values()) == 1
    named = [attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes]
    assert {str(name) for name in named} <= set(map(str, ids))
    for region in (attributes for tag, attributes in page.elements if attributes.get("role") == "region"):
        assert region["tabindex"] == "0"
        assert region.get("aria-label") or region.get("aria-labelledby")
    drawings = [each for each in page.of("svg") if each.get("role") == "img"]
    assert len(drawings) == len(page.of("svg")) == 4


def test_nothing_comes_from_a_network_and_the_policy_allows_only_its_own_scripts() -> None:
    text = render_html(whole_brief())
    page = Page(text)
    for tag, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
            address = attributes.get(name)
            assert (
                address is None
                or address.startswith("#")
                or (tag == "a" and address == "https://example.org/a?b=1&c=2")
            )
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert not page.of("link")
    policy = next(meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none';")
    own = re.findall(r"<(?:style|script|script type=\"text/plain\" id=\"vega\")>(.*?)</(?:style|script)>", text, re.S)
    assert len(own) == 3
    for content in own:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'" in policy


def test_text_and_tables_stand_without_the_script() -> None:
    brief = whole_brief(rows=200)
    page = Page(render_html(brief, live=False))
    text = " ".join(words for element, words in page.texts if element not in ("script", "style"))
    for section in brief.page_one:
        assert section.slot in text
        assert all(line in text for line in section.lines)
    assert "Member 199" in text
    assert "Failed: ZeroDivisionError: division by zero" in text
    assert "needs payoffs or a treaty" in text
    assert "It does not beat its baselines, and so never leads." in text
    assert "5.2–9.6 years (8 in 10) or 6.3–8.4 (5 in 10)" in text
    assert "Not searched, because one run takes 2 s; budget 10 s." in text
    assert "comity 0.1.0, seed 0, 2,000 redraws" in text
    assert not page.of("button")
    assert {each.get("type") for each in page.of("script")} == {"application/json"}


def test_specs_stand_beside_their_charts() -> None:
    page = Page(render_html(whole_brief(), live=False))
    specs = [json.loads(words) for element, words in page.texts if element == "script"]
    assert len(specs) == 4
    assert all("vega-lite" in spec["$schema"] for spec in specs)


def test_hostile_text_everywhere_is_inert() -> None:
    clean = whole_brief()
    brief = hostile(clean, HOSTILE)
    names = [f"{HOSTILE} {at}" for at in range(3)]

    def chart() -> Any:
        from comity.findings import charts

        return charts.positions_on_a_scale(
            names, [1, 2, 3], [1, 2, 3], (0, 4), HOSTILE, HOSTILE, HOSTILE, [(HOSTILE, 2)]
        )

    first = replace(brief.chapters[0].findings[0], chart=chart)
    brief = replace(brief, chapters=(replace(brief.chapters[0], findings=(first,)), *brief.chapters[1:]))
    page = Page(render_html(brief))
    assert len(page.of("script")) == 2 + 2  # two charts' specs, the bundle and the button's script
    assert not page.of("img")
    assert len(page.of("style")) == len(page.of("title")) - len(page.of("svg")) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    titles = "".join(words for element, words in page.texts if element == "h1")
    assert titles == brief.cover.title
    assert all(not str(a["href"]).lower().startswith("javascript") for a in page.of("a"))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x.example",
        "https://x> <b>",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    brief = whole_brief()
    brief = replace(brief, sources=(replace(brief.sources[0], url=url),))
    page = Page(render_html(brief, live=False))
    assert all(str(a["href"]).startswith("#") for a in page.of("a"))


def test_the_same_brief_is_the_same_bytes() -> None:
    once = render_html(whole_brief())
    drawing._drawn.cache_clear()
    assert render_html(whole_brief()) == once


def test_a_chart_that_cannot_be_drawn_is_said_and_the_rest_stands() -> None:
    def broken() -> Any:
        raise ZeroDivisionError("no actors")

    def outward() -> Any:
        return {"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "point"}

    brief = whole_brief()
    first, second, *rest = brief.chapters[0].findings
    findings = (replace(first, chart=broken), replace(second, chart=outward), *rest)
    brief = replace(brief, chapters=(replace(brief.chapters[0], findings=findings), *brief.chapters[1:]))
    text = render_html(brief, live=False)
    assert "The chart could not be drawn: ZeroDivisionError: no actors" in text
    assert text.count("The chart could not be drawn") == 2
    assert len(Page(text).of("svg")) == 2


def test_the_marking_is_on_the_page_and_runs_in_print() -> None:
    text = render_html(whole_brief(marking="SECRET & co"), live=False)
    assert '<p class="running" aria-hidden="true">SECRET &amp; co</p>' in text
    assert 'class="running"' not in render_html(whole_brief(marking=None), live=False)


def test_the_bundle_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_CACHE", str(tmp_path / "kept"))
    made = drawing.vega_bundle()
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.read_text(encoding="utf-8") == made
    kept.write_text("// kept", encoding="utf-8")
    assert drawing.vega_bundle() == "// kept"
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COMITY_CACHE", str(tmp_path / "file"))
    assert drawing.vega_bundle() == made


def test_ids_of_two_charts_in_one_page_are_apart() -> None:
    spec = {
        "data": {"values": [{"a": 1}]},
        "mark": {"type": "point", "clip": True},
        "encoding": {"x": {"field": "a", "type": "quantitative"}},
    }
    one, other = (set(re.findall(r'id="([^"]+)"', drawing.svg(spec, name=name))) for name in ("a", "b"))
    assert len(one) > 1
    assert not one & other
    assert set(re.findall(r"url\(#([^)]+)\)", drawing.svg(spec, name="a"))) <= one


def test_a_chart_is_one_thing_with_one_text_and_regions_have_names_of_their_own() -> None:
    """What axe-core asks of a page: no marks with a role and no text, no two regions of one name."""
    from comity.brief import compose
    from comity.scenario import load

    brief = compose(load("eu-council"), draws=0)
    page = render_html(brief, live=False)
    assert "graphics-symbol" not in page
    charts = sum(finding.chart is not None for finding in brief.findings)
    assert page.count('role="img"') == charts > 1
    labels = re.findall(r'role="region"[^>]*aria-label="([^"]*)"', page)
    assert labels
    assert len(set(labels)) == len(labels)
