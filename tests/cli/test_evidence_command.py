"""``comity evidence``: proposed by rule, accepted by a person, compared between coders."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from comity.cli import run
from comity.scenario import load

TALKS = """\
# Plenary 2026-03-01

- Highland: "We need the full dam of 120 metres."
- Lowland: "A dam of at most 30 metres. At least 85 per cent of the flow must be released."
- Atlantis: "Anything."
- Bonn: "The dam should be 600 metres."
"""


@pytest.fixture
def proposed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "talks.md").write_text(TALKS)
    file = tmp_path / "proposed.yaml"
    words = ["--case", "river-basin", "--alias", "Bonn=bank", "-o", str(file)]
    assert run(["evidence", "propose", str(tmp_path / "talks.md"), *words]) == 0
    assert (
        "4 proposals, 3 with a number read by rule, all waiting for a person; 1 line not used"
        in capsys.readouterr().err
    )
    return file


def coded(proposed: Path, coder: str, *changes: tuple[str, str]) -> Path:
    text = proposed.read_text().replace("coder: null", f"coder: {coder}").replace("accept: false", "accept: true")
    text = text.replace("value: null", "value: 100")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = proposed.with_name(f"{coder}.yaml")
    file.write_text(text)
    return file


def test_nothing_counts_before_a_person_accepted_it(
    proposed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert proposed.read_text().count("accept: false") == 4
    words = ["--into", "river-basin", "-o", str(tmp_path / "case.yaml")]
    assert run(["evidence", "accept", str(proposed), *words]) == 2
    assert "nothing is accepted" in capsys.readouterr().err
    proposed.write_text(proposed.read_text().replace("accept: false", "accept: true", 1))
    assert run(["evidence", "accept", str(proposed), *words]) == 2
    assert "not said who accepted" in capsys.readouterr().err
    assert run(["evidence", "accept", str(proposed), *words, "--coder", "Ada"]) == 0
    assert "1 position written, 3 proposals left out" in capsys.readouterr().err
    item = next(
        each for each in load(tmp_path / "case.yaml").all_inputs() if each.path == "positions[highland,dam].position"
    )
    assert (item.value, item.basis) == (120, "quoted evidence")
    assert item.remarks[0].startswith("“We need the full dam of 120 metres.” (Plenary, 2026-03-01) [Ada")


def test_two_coders_are_compared_and_merged(proposed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ada = coded(proposed, "Ada")
    bo = coded(
        proposed, "Bo", ("value: 120", "value: 90"), ("accept: true\n    value: 85", "accept: false\n    value: 85")
    )
    assert run(["evidence", "compare", str(ada), str(bo), "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["issue"], row["positions"], row["read_by_two"], row["missing"]) for row in rows] == [
        ("all issues", "4", "3", "1"),
        ("dam", "3", "3", "0"),
        ("release", "1", "0", "1"),
    ]
    assert rows[2]["alpha_interval"] == ""
    assert run(["evidence", "compare", str(ada), str(bo), "--units", "--format", "csv"]) == 0
    units = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (units[0]["actor"], units[0]["Ada"], units[0]["Bo"], units[0]["apart_in_hundredths"]) == (
        "highland", "120.0", "90.0", "25.0",
    )  # fmt: skip
    merged, case = proposed.with_name("merged.yaml"), proposed.with_name("case.yaml")
    assert run(["evidence", "compare", str(ada), str(bo), "-o", str(merged)]) == 0
    said = capsys.readouterr().out
    assert "Missing: Bo did not accept 1." in said
    assert "over 3 positions" in said
    assert run(["evidence", "accept", str(merged), "--into", "river-basin", "-o", str(case)]) == 0
    numbers = {each.path: each for each in load(case).all_inputs()}
    dam = numbers["positions[highland,dam].position"]
    assert (dam.value, dam.spread) == (105, (90, 120))
    assert numbers["positions[lowland,release].position"].value == 90
    assert run(["evidence", "compare", str(ada), str(bo), "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_a_blind_file_shows_no_value(proposed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talks = proposed.with_name("talks.md")
    assert run(["evidence", "propose", str(talks), "--case", "river-basin", "--blind"]) == 0
    out = capsys.readouterr().out
    assert out.count("value: null") == 3
    assert "rules" not in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["propose", "none.md", "--case", "river-basin"], "there is no such file"),
        (["propose", "{talks}", "--case", "nowhere"], "no shipped scenario"),
        (["propose", "{talks}", "--case", "imf-governors-2020"], "has no issues"),
        (["propose", "{talks}", "--case", "river-basin", "--alias", "Bonn=DEU"], "--alias takes NAME=ACTOR"),
        (["propose", "{talks}", "--case", "river-basin", "-o", "{talks}"], "is there already"),
        (["accept", "{talks}", "--into", "river-basin"], "name the new case"),
        (["accept", "{talks}", "--into", "river-basin", "-o", "{new}"], "talks.md:"),
        (["compare", "{proposed}"], "two coders or more"),
        (["compare", "{proposed}", "{proposed}"], "has two files"),
    ],
)
def test_bad_commands_say_what_would_be_right(
    arguments: list[str], says: str, proposed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"talks": proposed.with_name("talks.md"), "new": proposed.with_name("new.yaml"), "proposed": proposed}
    before = proposed.with_name("talks.md").read_bytes()
    assert run(["evidence", *(each.format(**names) for each in arguments)]) == 2
    assert says in capsys.readouterr().err
    assert proposed.with_name("talks.md").read_bytes() == before
