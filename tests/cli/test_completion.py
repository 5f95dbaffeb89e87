"""What a shell offers on tab, asked as bash and zsh ask for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMITY = [sys.executable, "-c", "import sys; sys.argv[0] = 'comity'; from comity.cli import main; main()"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cases" / "old").mkdir(parents=True)
    for name in ("mine.yaml", "more.yml", "notes.txt", "table.xlsx", "cases/one.yaml", ".hidden.yaml"):
        (tmp_path / name).write_text("comity: 1")
    return tmp_path


def asked(line: str, cwd: Path, **settings: str) -> str:
    settings = {"_COMITY_COMPLETE": "complete_bash", **settings}
    found = subprocess.run(COMITY, env={**os.environ, **settings}, cwd=cwd, capture_output=True, text=True, check=False)
    assert found.stderr == "", (line, found.stderr)
    return found.stdout


def in_bash(line: str, cwd: Path) -> list[str]:
    """The words that bash is offered for the last word of a line."""
    return asked(line, cwd, COMP_WORDS=line, COMP_CWORD=str(line.count(" "))).split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("comity brief car", {"car-emissions"}),
        ("comity brief m", {"mine.yaml", "more.yml"}),
        ("comity brief cases", {"cases/old/", "cases/one.yaml"}),
        ("comity brief cases/o", {"cases/old/", "cases/one.yaml"}),
        ("comity brief nowhere/", set()),
        ("comity check mine.yaml mo", {"more.yml"}),
        ("comity ask forec", {"forecast"}),
        ("comity ask forecast car", {"car-emissions"}),
        ("comity brief car-emissions --only voting-p", {"voting-power"}),
        ("comity power --body uns", {"unsc", "unsc-1946"}),
        ("comity power eu-council --index banz", {"banzhaf", "banzhaf-normalised"}),
        ("comity power --body unsc --rule ", {"substantive", "procedural"}),
        ("comity passes eu-council --rule qual", {"qualified-majority"}),
        ("comity coalitions nobody.yaml --rule ", set()),
        ("comity forecast car-emissions --issue ", {"date"}),
        ("comity deal river-basin --solutions kal", {"kalai-smorodinsky"}),
        ("comity deal river-basin --solutions nash,kal", {"nash,kalai-smorodinsky"}),
        ("comity deal river-basin --solutions nash,nas", set()),
        ("comity deal river-basin --audience s", {"shared"}),
        ("comity new x.yaml --template dec", {"decision-rule"}),
        ("comity new x.yaml --from wto-b", {"wto-bananas"}),
        ("comity new x.yaml --positions t", {"table.xlsx"}),
    ],
)
def test_bash_is_offered_what_fits(folder: Path, line: str, offered: set[str]) -> None:
    assert set(in_bash(line, folder)) == offered


def test_a_case_without_a_letter_is_every_shipped_one_and_the_files_beside(folder: Path) -> None:
    found = in_bash("comity brief ", folder)
    assert {"car-emissions", "unsc", "mine.yaml", "more.yml", "cases/"} <= set(found)
    assert not {"notes.txt", ".hidden.yaml", "table.xlsx"} & set(found)


def test_zsh_is_told_what_each_is_for(folder: Path) -> None:
    line = "comity new x.yaml --template one"
    found = asked(line, folder, _COMITY_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS=line)
    assert "one-issue" in found
    assert "several actors, one question" in found


def test_a_broken_file_offers_nothing_and_says_nothing(folder: Path) -> None:
    (folder / "mine.yaml").write_text("a: [")
    assert in_bash("comity passes mine.yaml --rule ", folder) == []
