"""``comity explain``: pages and terms in the terminal and as files, and what it says to a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.cli import run


def test_a_page_is_read_in_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "forecast"]) == 0
    out = capfd.readouterr().out
    assert "What is the most likely outcome?" in out
    assert "x̂ = (∑ᵢ cᵢ sᵢ xᵢ)/(∑ᵢ cᵢ sᵢ)" in out
    assert "$$" not in out
    assert "glossary.md" not in out


@pytest.mark.parametrize("words", [["blocking", "minority"], ["Blocking minority"], ["blocking-minority"]])
def test_a_term_may_have_several_words(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", *words]) == 0
    assert "A group without which nobody can pass a decision." in capfd.readouterr().out


def test_without_a_name_everything_is_listed(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    out = capfd.readouterr().out
    assert "voting-power: Who holds formal voting weight?" in out
    assert "Ideal point" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["winsett"], "did you mean 'winset'"),
        (["zone of posible agreement"], "did you mean 'zone of possible agreement'"),
        (["\x1b[2J" + "x" * 500], "comity explain lists what there is"),
        ([""], "nothing is called ''"),
    ],
)
def test_a_slip_is_told(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", *words]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "\x1b" not in told
    assert len(told) < 300


def test_files_are_whole(tmp_path: Path) -> None:
    for form, begins in (("md", "# On a map"), ("html", "<!doctype html>"), ("text", " ")):
        file = tmp_path / f"winset.{form}"
        assert run(["explain", "winset", "--format", form, "--output", str(file)]) == 0
        assert file.read_text().startswith(begins)
    page = (tmp_path / "winset.html").read_text()
    assert "<math" in page
    assert "<script" not in page
    assert "<a " not in page
