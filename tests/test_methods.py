"""Every method of ours has a page that a person can read, and whatever a page quotes is what Comity answers today.

``make docs`` brings headings and sources back to what the code says; the words are written by hand.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from comity.brief import explanations
from comity.brief.explanation_html import in_html
from comity.brief.explanations import explained, glossary, slug
from comity.cli import run
from comity.findings import CannotAnswerError, OptionError, ask, registry
from comity.findings.contract import Citation
from comity.findings.registry import Registry
from comity.scenario import load

DOCS = Path(__file__).parents[1] / "docs"
METHODS = DOCS / "methods"
OURS = {name: each for name, each in registry().analyses.items() if each.run.__module__.startswith("comity.")}
NAMES = sorted(path.stem for path in METHODS.glob("*.md"))
HEADINGS = ["The idea", "The formula", "How to read the answer", "What it assumes", "What it cannot say", "Record",
            "Example", "Sources"]  # fmt: skip
OPTIONAL = {"The formula", "Record"}
LINK = re.compile(r"\]\(([^)]+)\)")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def text_of(name: str) -> str:
    return (METHODS / f"{name}.md").read_text()


def sections(name: str) -> dict[str, str]:
    _, *parts = re.split(r"^## ", text_of(name), flags=re.MULTILINE)
    return {title.strip(): body.strip() for title, _, body in (part.partition("\n") for part in parts)}


def citation(name: str) -> str:
    """How the page has to begin its sources: the citation of the code, escaped for Markdown."""
    return re.sub(r"([*_`<$\[])", r"\\\1", OURS[name].method.full)


def test_every_method_of_ours_has_a_page_and_every_page_a_method() -> None:
    assert sorted(OURS) == NAMES, "a page docs/methods/NAME.md for each analysis of ours, with the parts in HEADINGS"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_its_parts_and_a_length_that_is_read(name: str) -> None:
    found = sections(name)
    assert [title for title in HEADINGS if title in found] == list(found)
    assert set(HEADINGS) - OPTIONAL <= set(found)
    assert all(found.values())
    written = re.sub(r"```.*?```", "", text_of(name).partition("## Sources")[0], flags=re.DOTALL)
    assert 110 <= len(written.split()) <= 360
    assert "<" not in re.sub(r"\$[^$]+\$", "", written)
    assert " will " not in written.lower()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_the_question_and_the_sources_of_the_code(name: str) -> None:
    assert text_of(name).startswith(f"# {OURS[name].question}\n"), "run make docs"
    assert " ".join(sections(name)["Sources"].split()).startswith(citation(name)), "run make docs"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_quotes_is_what_comity_answers(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    example = sections(name)["Example"]
    for case in re.findall(r"```yaml\n(.*?)```", example, re.DOTALL):
        (tmp_path / "example.yaml").write_text(case)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "4000")
    blocks = CONSOLE.findall(example)
    assert blocks
    for block in blocks:
        command, _, quoted = block.partition("\n")
        assert command.startswith("$ comity ")
        assert name in command.split()
        assert re.search(r"\d", quoted) or name == "readings" or name == "report-adoption"
        assert run(command.removeprefix("$ comity ").split()) == 0
        answer = " ".join(capfd.readouterr().out.split())
        for piece in quoted.split("…"):
            assert " ".join(piece.split()) in answer, f"{command} no longer says so"


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_told_where_there_is_one(name: str) -> None:
    try:
        found = ask(OURS[name], load("car-emissions"), draws=0, search=False)
    except CannotAnswerError:
        found = ()
    errors = {f"{each.record.mean_absolute_error:.1f}" for each in found if each.record is not None}
    assert bool(errors) == ("Record" in sections(name))
    for error in errors:
        assert error in sections(name)["Record"]


@pytest.mark.parametrize("path", [*sorted(METHODS.glob("*.md")), DOCS / "glossary.md"], ids=lambda path: path.stem)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text()):
        file, _, term = link.partition("#")
        assert (path.parent / file).is_file() or not file, link
        assert not term or term in glossary(), link


def test_terms_are_unique_and_in_the_order_of_the_alphabet() -> None:
    titles = re.findall(r"^## (.+)$", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    assert 80 <= len(titles) <= 130
    keys = [slug(title) for title in titles]
    assert keys == sorted(set(keys))
    assert len(glossary()) == len(titles)


@pytest.mark.parametrize("name", sorted(glossary()))
def test_a_term_is_short_and_leads_to_a_method(name: str) -> None:
    text = " ".join(glossary()[name].text.split())
    assert re.search(r"See \[[\w-]+\]\(methods/[\w-]+\.md\)\.$", text)
    assert len(text.split()) <= 75


@pytest.mark.parametrize("name", [*NAMES, *sorted(glossary())])
def test_a_page_becomes_html_without_a_formula_or_a_mark_left_over(name: str) -> None:
    page = in_html(explained(name), lambda kind, found: f"/{kind}/{found}")
    assert not re.search(r"\$(?! comity)|\*\*|\]\(|style=|<script", page)
    assert page.count("<math") == page.count("</math>")
    assert "\\" not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)


def test_a_slip_is_told_with_the_nearest() -> None:
    with pytest.raises(OptionError, match="did you mean 'winset'"):
        explained("winsett")
    with pytest.raises(OptionError, match="comity explain lists"):
        explained("zzzzzzzz")


def test_an_analysis_of_another_package_says_of_itself_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    cited = Citation("X", "A <b>bold</b> method of [X](https://x.example), for $1 and *more*.")
    other = replace(OURS["forecast"], name="widest-gap", question="How wide is the gap?", method=cited)
    known = Registry({**registry().analyses, "widest-gap": other}, ())
    monkeypatch.setattr(explanations, "registry", lambda: known)
    page = explained("widest-gap")
    assert page.title == "How wide is the gap?"
    shown = in_html(page, lambda kind, name: None)
    assert "A &lt;b&gt;bold&lt;/b&gt; method of [X](https://x.example), for $1 and *more*." in shown


def brought_up_to_date(name: str) -> str:
    """The page with the question and the citation of the code."""
    text = re.sub(r"\A# .*", lambda _: f"# {OURS[name].question}", text_of(name))
    head, mark, old = text.partition("## Sources\n\n")
    _, gap, rest = old.partition("\n\n")
    cited = textwrap.fill(citation(name), 110, break_long_words=False, break_on_hyphens=False)
    return f"{head}{mark}{cited}{gap}{rest}" + ("" if gap else "\n")


if __name__ == "__main__":
    for each in sorted(set(NAMES) & set(OURS)):
        (METHODS / f"{each}.md").write_text(brought_up_to_date(each))
    print(f"brought {len(NAMES)} pages of docs/methods up to date")
