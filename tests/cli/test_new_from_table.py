"""``comity new --positions``: a table in, a scenario out that is answered as it is; or every problem, and no file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from made_workbooks import ERROR, NOT_COMPUTED, xlsx

COMITY = [sys.executable, "-c", "from comity.cli import main; main()"]
TABLE = "Country;date;date (salience);tax\nFrance;9,5;60;35\nGermany;4;80;\nproposal;6;;20\n"


def comity(*arguments: str, stdin: bytes = b"", cwd: Path) -> subprocess.CompletedProcess[str]:
    found = subprocess.run([*COMITY, *arguments], input=stdin, capture_output=True, cwd=cwd, check=False)
    out, err = found.stdout.decode(errors="replace"), found.stderr.decode(errors="replace")
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(found.args, found.returncode, out, err)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text(TABLE)
    (tmp_path / "table.xlsx").write_bytes(
        xlsx(
            {
                "Notes": [["Read me"]],
                "Wishes": [["actor", "quota"], ["France", 80.0], ["DEU", 20.0], ["reference", 0.0]],
            }
        )
    )
    (tmp_path / "bad.xlsx").write_bytes(xlsx({"S": [["actor", "quota"], ["FRA", ERROR], ["DEU", NOT_COMPUTED]]}))
    return tmp_path


def test_a_table_becomes_a_case_that_is_checked_and_answered(folder: Path) -> None:
    made = comity("new", "mine.yaml", "--positions", "table.csv", "--scale", "date=4:10", cwd=folder)
    assert made.returncode == 0
    assert made.stdout == "wrote mine.yaml; edit it, then: comity brief mine.yaml\n"
    assert made.stderr.startswith("table.csv: 2 actors, 2 issues, 3 positions, 2 saliences, 1 empty cell\n")
    assert comity("check", "mine.yaml", cwd=folder).returncode == 0
    brief = comity("brief", "mine.yaml", "--draws", "50", cwd=folder)
    assert brief.returncode == 0, brief.stderr
    assert "2 actors state 3 positions on 2 issues; 1 position of 4 stays missing" in " ".join(brief.stdout.split())


def test_a_workbook_and_a_paste_do_as_well(folder: Path) -> None:
    assert comity("new", "a.yaml", "--positions", "table.xlsx", "--sheet", "wishes", cwd=folder).returncode == 0
    assert "{actor: france, issue: quota, position: 80, source: table}" in (folder / "a.yaml").read_text()
    pasted = comity("new", "b.yaml", "--positions", "-", stdin=b"actor\ttax\nFRA\t1,5\nDEU\t20\n", cwd=folder)
    assert pasted.returncode == 0
    assert "position: 1.5" in (folder / "b.yaml").read_text()
    assert "A pasted table" in (folder / "b.yaml").read_text()


def test_a_dry_run_says_how_it_reads_and_writes_nothing(folder: Path) -> None:
    found = comity("new", "mine.yaml", "--positions", "table.csv", "--dry-run", cwd=folder)
    assert found.returncode == 0
    assert "column 'date (salience)': salience of 'date'" in found.stderr
    assert found.stdout == ""
    assert not (folder / "mine.yaml").exists()


def test_every_bad_cell_is_named_and_nothing_is_written(folder: Path) -> None:
    found = comity("new", "mine.yaml", "--positions", "bad.xlsx", cwd=folder)
    assert found.returncode == 2
    assert [line.split("; ")[0] for line in found.stderr.splitlines()] == [
        "bad.xlsx:2:2: S!B2: position: '#N/A' is an error of the spreadsheet, not a number",
        "bad.xlsx:3:2: S!B3: position: '#FORMULA!' is a formula whose result the file does not hold, not a number",
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["bad.xlsx", "table.csv", "table.xlsx"]


def test_a_file_that_is_there_is_kept_unless_forced(folder: Path) -> None:
    (folder / "mine.yaml").write_text("precious")
    refused = comity("new", "mine.yaml", "--positions", "table.csv", cwd=folder)
    assert (refused.returncode, (folder / "mine.yaml").read_text()) == (2, "precious")
    assert "--force" in refused.stderr
    assert comity("new", "mine.yaml", "--positions", "bad.xlsx", "--force", cwd=folder).returncode == 2
    assert (folder / "mine.yaml").read_text() == "precious"
    assert comity("new", "mine.yaml", "--positions", "table.csv", "--force", cwd=folder).returncode == 0
    assert "precious" not in (folder / "mine.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--positions", "no.csv"], "no.csv does not exist"),
        (["--positions", "."], "a folder; name a CSV or a workbook"),
        (["--positions", "table.csv", "--template", "one-issue"], "do not go together"),
        (["--positions", "table.csv", "--from", "car-emissions"], "do not go together"),
        (["--dry-run"], "go with --positions"),
        (["--scale", "a=1:2"], "go with --positions"),
        (["--positions", "table.csv", "--scale", "date"], "ISSUE=LOW:HIGH"),
        (["--positions", "table.csv", "--scale", "date=1:nan"], "ISSUE=LOW:HIGH"),
        (["--positions", "table.csv", "--scale", "date=10:4"], "exchange the ends"),
        (["--positions", "table.csv", "--scale", "day=4:10"], "no issue 'day'"),
        (["--positions", "table.csv", "--salience-scale", "10"], "1 or 100"),
        (["--positions", "table.csv", "--sheet", "S"], "no workbook"),
        (["--positions", "table.xlsx", "--sheet", "S"], "'Notes', 'Wishes'"),
    ],
)
def test_bad_commands_say_what_would_be_right(folder: Path, arguments: list[str], says: str) -> None:
    found = comity("new", "mine.yaml", *arguments, cwd=folder)
    assert found.returncode == 2
    assert says in found.stderr
    assert not (folder / "mine.yaml").exists()


def test_the_other_commands_that_take_a_table_take_the_same_files(folder: Path) -> None:
    passed = comity(
        "passes", "eu-council", "--with", "table.xlsx", "--proposal", "quota=60", "--draws", "0", cwd=folder
    )
    assert passed.returncode == 0, passed.stderr
    assert "The sheet 'Wishes' is read" in passed.stderr
    (folder / "gef.xlsx").write_bytes(xlsx({"S": [["name", "contributions"], ["North", 60.0], ["South", 25.5]]}))
    power = comity("power", "--body", "gef", "--weights", "gef.xlsx", "--format", "csv", cwd=folder)
    assert "North" in power.stdout, power.stderr
    pasted = comity("power", "-", "--quota", "50%", "--format", "csv", stdin=b"name;weight\nA;1,5\nB;1\n", cwd=folder)
    assert "3/2" in pasted.stdout or "1.5" in pasted.stdout, pasted.stderr
