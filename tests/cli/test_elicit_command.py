"""``comity elicit``: from answers to numbers in a case, and what a person is told when answers contradict."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity.cli import run
from comity.scenario import load

PAIRS = """\
comity_answers: 1
actor: lowland
pairwise:
  - {this: release, that: dam, times: 3}
  - {this: release, that: monitoring, times: 2}
  - {this: monitoring, that: dam, times: 1/3}
"""
CONFLICT = """\
comity_answers: 1
actor: lowland
indifference:
  order: {dam: [high, low, cascade], release: [none, minimum, pulse], monitoring: [national, joint, public],
    financing: [fund, shared, builder]}
  answers:
    - {this: {dam: cascade, release: none}, that: {dam: high, release: pulse}, is: better}
    - {this: {release: pulse}, that: {release: none}, is: better}
    - {this: {dam: cascade, release: none}, that: {dam: high, release: minimum}, is: worse}
"""


def test_the_template_goes_into_the_case_that_it_is_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers, case = tmp_path / "a.yaml", tmp_path / "case.yaml"
    assert run(["elicit", "--template", "-o", str(answers)]) == 0
    assert run(["elicit", str(answers)]) == 0
    out = capsys.readouterr().out
    assert "Two passes" in out
    assert "The 6 answers agree with each other" in out
    assert "The cells to paste into a case" in out
    assert run(["elicit", str(answers), "--into", "river-basin", "-o", str(case), "--format", "csv"]) == 0
    captured = capsys.readouterr()
    rows = {(row["number"], row["issue"], row["option"]): row for row in csv.DictReader(io.StringIO(captured.out))}
    assert float(rows["salience", "release", ""]["value"]) == 95
    assert "without a deal" in captured.err
    numbers = {each.path: each for each in load(case).all_inputs()}
    dam = numbers["positions[lowland,dam].salience"]
    assert dam.value == float(rows["salience", "dam", ""]["value"])
    assert dam.spread == (float(rows["salience", "dam", ""]["low"]), float(rows["salience", "dam", ""]["high"]))
    before = case.read_bytes()
    assert run(["elicit", str(answers), "--into", "river-basin", "-o", str(case)]) == 2
    assert "--force" in capsys.readouterr().err
    assert case.read_bytes() == before
    assert run(["elicit", str(answers), "--into", "river-basin", "-o", str(case), "--force"]) == 0


def test_inconsistent_pairs_name_the_three_to_think_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.yaml").write_text(PAIRS)
    assert run(["elicit", str(tmp_path / "p.yaml"), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "above 0.1, the usual limit: think the answers over" in found["checks"][0]
    assert "release, dam and monitoring" in found["checks"][0]
    weights = [each for each in found["numbers"] if each["number"] == "weight"]
    assert all(each["low"] < each["value"] < each["high"] for each in weights)
    assert all(each["second_reading"] == each["value"] for each in weights)


def test_answers_that_conflict_are_named_and_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers, case = tmp_path / "c.yaml", tmp_path / "case.yaml"
    answers.write_text(CONFLICT)
    assert run(["elicit", str(answers)]) == 1
    assert "No utilities agree with answers 1 and 3 together" in capsys.readouterr().out
    assert run(["elicit", str(answers), "--into", "river-basin", "-o", str(case)]) == 2
    assert "is not written" in capsys.readouterr().err
    assert not case.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--template prints one"),
        (["none.yaml"], "there is no such file"),
        (["river-basin"], "there is no such file"),
        (["{pairs}", "--into", "river-basin"], "name the new case with --output"),
        (["{pairs}", "--into", "car-emissions", "-o", "{new}"], "has no actor 'lowland'"),
        (["{apart}"], "no chain of comparisons connects"),
        (["river-basin", "--actor", "lowland", "--method", "guess"], "swing or pairwise"),
        (["river-basin", "--actor", "lowland"], "there is nobody to ask"),
    ],
)
def test_bad_commands_say_what_would_be_right(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.yaml").write_text(PAIRS)
    pairs = "[{this: a, that: b, times: 1}, {this: c, that: d, times: 1}]"
    (tmp_path / "apart.yaml").write_text(f"comity_answers: 1\nactor: A\npairwise: {pairs}")
    names = {"pairs": tmp_path / "p.yaml", "new": tmp_path / "new.yaml", "apart": tmp_path / "apart.yaml"}
    assert run(["elicit", *(each.format(**names) for each in arguments)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX is needed")
@pytest.mark.parametrize(
    ("method", "typed"), [("swing", "50\nmany\n100\n60\n20\n"), ("pairwise", "1/2\n1\n2\n2\n4\n2\n")]
)
def test_a_person_is_asked_on_a_terminal(method: str, typed: str, tmp_path: Path) -> None:
    import pty

    master, slave = pty.openpty()
    os.write(master, typed.encode())
    words = ["elicit", "river-basin", "--actor", "lowland", "--method", method, "--save", str(tmp_path / "a.yaml")]
    code = f"import sys; from comity.cli import run; sys.exit(run({words!r}))"
    done = subprocess.run([sys.executable, "-c", code], stdin=slave, capture_output=True, timeout=120, check=False)
    os.close(master)
    os.close(slave)
    assert done.returncode == 0, done.stderr
    assert b"Issue weights" in done.stdout
    assert run(["elicit", str(tmp_path / "a.yaml"), "--format", "csv"]) == 0
