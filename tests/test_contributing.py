"""CONTRIBUTING's worked example runs, and needs no change to the brief or the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from comity.brief import compose
from comity.brief.as_json import render_json
from comity.findings import NotSearched, ask
from comity.scenario import load

ROOT = Path(__file__).parents[1]


def example() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(code, "CONTRIBUTING.md", "exec"), names)  # noqa: S102  (our own page)
    return names


def test_the_example_answers_a_shipped_case() -> None:
    (finding,) = ask(example()["WIDEST_GAP"], load("car-emissions"))
    assert finding.sentence == "Netherlands and France are 6 years apart, on a scale of 6."
    assert finding.verdict == "more than half of the scale apart"
    assert not isinstance(finding.flips, NotSearched)
    assert finding.inputs
    assert finding.sources


def test_the_example_becomes_a_chapter_of_the_brief() -> None:
    brief = compose(load("car-emissions"), analyses=example()["ANALYSES"], draws=100)
    assert [chapter.title for chapter in brief.chapters] == ["Who wants what"]
    assert not brief.failed
    assert "widest-gap" in render_json(brief)
