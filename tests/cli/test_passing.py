"""``comity passes`` by hand: a table of positions in, who supports the text and the cheapest concession out."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

COMITY = [sys.executable, "-c", "from comity.cli import main; main()"]
# Five of ten members would rather have no agreement than 40; the four nearest of them are won by going to 24.
WANTS = {"NLD": 90, "BEL": 80, "LUX": 70, "DEU": 60, "FRA": 50, "ITA": 15, "GBR": 12, "IRL": 10, "DNK": 5, "GRC": 0}
ROWS = ["actor,issue,position", *(f"{actor},quota,{place}" for actor, place in WANTS.items())]
TABLE = "\n".join([*ROWS, "proposal,quota,40", "reference,quota,0"])
CASE = """
comity: 1
title: Ten
actors: [{actors}]
institution:
  name: Ten
  rules:
    - {{id: seven, name: Seven of ten, passes: {{members: 7}}}}
    - {{id: half, name: Half, passes: {{members: 5}}}}
"""


def comity(*arguments: str, stdin: str | bytes = "", cwd: Path) -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    found = subprocess.run([*COMITY, *arguments], input=data, capture_output=True, cwd=cwd, check=False)
    out, err = found.stdout.decode(errors="replace"), found.stderr.decode(errors="replace")
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(found.args, found.returncode, out, err)


@pytest.fixture
def ten(tmp_path: Path) -> Path:
    actors = ", ".join(f"{{id: {actor}, name: {actor}}}" for actor in WANTS)
    (tmp_path / "ten.yaml").write_text(CASE.format(actors=actors))
    (tmp_path / "positions.csv").write_text(TABLE)
    return tmp_path


def test_the_cheapest_concession_of_a_worked_example(ten: Path) -> None:
    found = comity("passes", "ten.yaml", "--with", "positions.csv", "--rule", "seven", "--draws", "50", cwd=ten)
    assert found.returncode == 0
    text = " ".join(found.stdout.split())
    assert "the text does not pass, short of 2 members" in text
    # A member at 15 accepts what is no farther from it than 0 is: up to 30; the next, at 12, up to 24.
    assert "quota 40→24: it wins over ITA and GBR; in favour are then 7 of 10 members" in text
    assert "quota 40→20) and wins over GBR and IRL" in text or "quota 40→20) and wins over ITA and IRL" in text
    assert "ITA (0.10) and GBR (0.16): 0.26 in all" in text
    assert "units of the model, not diplomatic cost" in text


def test_a_row_a_member_as_csv_and_whole_findings_as_json(ten: Path) -> None:
    ask = ("passes", "ten.yaml", "--with", "-", "--rule", "seven", "--draws", "0", "--format")
    rows = list(csv.DictReader(io.StringIO(comity(*ask, "csv", stdin=TABLE, cwd=ten).stdout)))
    assert [row["member"] for row in rows if row["in_favour"] == "true"] == ["NLD", "BEL", "LUX", "DEU", "FRA"]
    assert len(rows) == 10
    findings = json.loads(comity(*ask, "json", stdin=TABLE, cwd=ten).stdout)
    assert [finding["key"] for finding in findings] == ["support", "concession"]
    assert findings[0]["verdict"] == "the text does not pass"


def test_without_a_rule_each_rule_is_asked(ten: Path) -> None:
    ask = ("passes", "ten.yaml", "--with", "positions.csv", "--draws", "0", "--format", "json")
    found = json.loads(comity(*ask, cwd=ten).stdout)
    assert [(each["subject"], each["verdict"]) for each in found] == [
        ("seven", "the text does not pass"),
        ("seven", "the text does not pass"),
        ("half", "the text passes"),
    ]


def test_a_sponsor_stays_and_what_is_typed_goes_first(ten: Path) -> None:
    ask = ("passes", "ten.yaml", "--with", "positions.csv", "--rule", "seven", "--draws", "0")
    found = comity(*ask, "--sponsor", "nld,GRC", cwd=ten).stdout
    assert "GRC is named as sponsor and better off without the text as it is" in " ".join(found.split())
    moved = comity(*ask, "--proposal", "quota=20", cwd=ten).stdout
    assert "Under “Seven of ten” the text passes" in " ".join(moved.split())
    elsewhere = comity(*ask, "--otherwise", "quota=100", "--proposal", "quota=95", cwd=ten).stdout
    assert "10 of 10 members are in favour." in " ".join(elsewhere.split())


def test_no_text_is_the_weighted_mean_and_is_said(ten: Path) -> None:
    table = "\n".join([*ROWS, "reference,quota,0"])
    found = comity("passes", "ten.yaml", "--with", "-", "--draws", "0", stdin=table, cwd=ten)
    assert "No text is given on quota: the mean of the members' positions" in found.stderr
    assert "no text given: the mean of the members' positions" in " ".join(found.stdout.split())


def test_members_without_a_position_are_never_counted_in_favour(ten: Path) -> None:
    table = "actor,issue,position\nNLD,quota,90\nproposal,quota,40\nreference,quota,0"
    found = comity("passes", "ten.yaml", "--with", "-", "--rule", "half", "--draws", "0", stdin=table, cwd=ten)
    text = " ".join(found.stdout.split())
    assert "1 of 10 members is in favour: NLD." in text
    assert "silence is not consent" in text
    assert "do not pass anything, even together" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--with", "no.csv"], "no.csv does not exist"),
        (["--with", "."], "a folder"),
        (["--with", "positions.csv", "--rule", "none"], "it has seven, half"),
        (["--with", "positions.csv", "--sponsor", "NL"], "did you mean NLD?"),
        (["--with", "positions.csv", "--proposal", "quota"], "--proposal takes ISSUE=VALUE"),
        (["--with", "positions.csv", "--proposal", "quta=3"], "did you mean quota"),
        (["--with", "positions.csv", "--proposal", "quota=300"], "outside the scale of quota"),
        (["--with", "positions.csv", "--otherwise", "quota=nan"], "outside the scale of quota"),
        ([], "no issue"),
    ],
)
def test_bad_commands_say_what_would_be_right(ten: Path, arguments: list[str], says: str) -> None:
    found = comity("passes", "ten.yaml", *arguments, cwd=ten)
    assert found.returncode == 2
    assert says in found.stderr


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("actor,issue,position\nNLD,quota,9\nNDL,quota,8", "<stdin>:3:1: actor: no actor of the case is called 'NDL'"),
        ("actor,issue,position\nNLD,quota,9", "--otherwise quota=NUMBER, or a row reference,quota,NUMBER"),
        (b"\xff\xfe", "UTF-8"),
        ("", "there is no column 'actor'"),
    ],
)
def test_bad_tables_say_what_would_be_right(ten: Path, table: str | bytes, says: str) -> None:
    found = comity("passes", "ten.yaml", "--with", "-", stdin=table, cwd=ten)
    assert found.returncode == 2
    assert says in found.stderr
    assert found.stdout == ""


def test_help_shows_how_a_table_is_written(tmp_path: Path) -> None:
    found = comity("passes", "--help", cwd=tmp_path)
    assert found.returncode == 0
    assert "actor,issue,position,salience" in found.stdout
    assert "comity passes eu-council --with positions.csv" in found.stdout
