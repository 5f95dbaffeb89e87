"""``comity freeze``, ``resolve``, ``register`` and ``scores`` from the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.cli import run
from comity.people import Freeze, read_register
from comity.scenario import open_shipped


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "case.yaml"]) == 0
    return tmp_path


def freeze(*more: str) -> int:
    return run(["freeze", "case.yaml", "--by", "2999-06-30", "--draws", "50", *more])


def test_what_is_frozen_is_what_the_forecast_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert freeze("--guess", "cut=25", "--guess-range", "cut=10:40", "--criterion", "The decision as published.") == 0
    out = capsys.readouterr().out
    assert run(["forecast", "case.yaml", "--draws", "50", "--format", "json"]) == 0
    told = {each["analysis"]: each for each in reversed(json.loads(capsys.readouterr().out))}
    register = read_register(Path("comity-register.jsonl"))
    assert register.head is not None
    assert register.head in out
    (asked,) = register.asked
    question = asked.question
    assert question.estimate == pytest.approx(told["forecast"]["value"])
    assert question.bands["headline"].eight_in_ten == pytest.approx(told["forecast"]["bands"]["record_eight_in_ten"])
    for row in told["forecast"]["table"]["rows"]:
        assert question.methods[row[0].strip("“”")] == pytest.approx(row[1])
    assert question.methods["median"] == pytest.approx(told["median"]["value"])
    assert question.methods["challenge"] == pytest.approx(told["challenge"]["value"])
    assert (question.guess and question.guess.eight_in_ten) == (10.0, 40.0)
    assert "what is agreed by 2999-06-30?" in question.asks
    assert question.criterion == "The decision as published."


def test_no_number_of_the_case_is_kept(folder: Path) -> None:
    assert freeze("--no-guess") == 0
    kept = (folder / "comity-register.jsonl").read_text()
    assert "Northland" not in kept
    assert "salience" not in kept


def test_a_case_is_frozen_once_unless_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert freeze("--no-guess") == 0
    assert freeze("--no-guess") == 2
    assert "--again" in capsys.readouterr().err
    assert freeze("--no-guess", "--again") == 0
    Path("case.yaml").write_text(Path("case.yaml").read_text() + "\n# changed\n")
    assert freeze("--no-guess") == 0


def test_a_private_cell_changes_nothing_that_is_frozen_for_others() -> None:
    text = open_shipped("river-basin").text
    for name, number in (("one", "batna: {value: 41"), ("two", "batna: {value: 43")):
        Path(f"{name}.yaml").write_text(text.replace("batna: {value: 41", number))
    frozen = []
    for name in ("one", "two"):
        words = ["freeze", f"{name}.yaml", "--by", "2999-01-01", "--no-guess", "--draws", "30", "--audience", "shared"]
        assert run([*words, "--register", name]) == 0
        entry = read_register(Path(name)).entries[0]
        assert isinstance(entry, Freeze)
        frozen.append(entry.model_copy(update={"case": "", "at": ""}))
    assert frozen[0] == frozen[1]
    assert frozen[0].case_sha256 is None


def test_a_known_outcome_is_a_reconstruction_and_is_not_scored(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["freeze", "car-emissions", "--by", "2999-01-01", "--no-guess"]) == 2
    assert "--reconstruction" in capsys.readouterr().err
    assert run(["freeze", "car-emissions", "--reconstruction", "--no-guess", "--draws", "50"]) == 0
    assert run(["resolve", "1", "--outcome", "date=8.83", "--source", "The directive"]) == 0
    capsys.readouterr()
    assert run(["scores"]) == 0
    assert "1 left out, since the outcome was known" in capsys.readouterr().out
    assert run(["scores", "--reconstructions", "--table", "questions", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert float(row["error"]) == pytest.approx(24.0, abs=0.1)


def test_what_happened_is_added_and_corrected_and_both_stay(capsys: pytest.CaptureFixture[str]) -> None:
    freeze("--no-guess")
    assert run(["resolve", "1", "--outcome", "cut=22"]) == 0
    assert run(["resolve", "1", "--outcome", "cut=23"]) == 2
    assert "--correct REASON" in capsys.readouterr().err
    assert run(["resolve", "1", "--outcome", "cut=23", "--correct", "misread the annex"]) == 0
    capsys.readouterr()
    assert run(["register", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["outcome"], row["settled_in"], row["state"]) == (23.0, "2 3", "resolved")
    assert run(["resolve", "1", "--void", "the talks were not about this", "--correct", "wrong question"]) == 0
    assert read_register(Path("comity-register.jsonl")).asked[0].outcome is None


def test_a_day_that_has_passed_is_overdue(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    freeze("--no-guess")
    monkeypatch.setattr("comity.people.utc_now", lambda: datetime(3000, 1, 1, tzinfo=UTC))
    capsys.readouterr()
    assert run(["register", "--format", "csv"]) == 0
    assert "overdue" in capsys.readouterr().out


def test_verify_finds_a_change_and_a_receipt_finds_a_cut(capsys: pytest.CaptureFixture[str]) -> None:
    freeze("--no-guess")
    freeze("--no-guess", "--again")
    file = Path("comity-register.jsonl")
    whole = file.read_bytes()
    first, last = read_register(file).hashes
    assert run(["register", "verify", "--head", first]) == 0
    assert "1 entry follows" in capsys.readouterr().out
    file.write_bytes(whole.splitlines(keepends=True)[0])
    assert run(["register", "verify"]) == 0
    assert run(["register", "verify", "--head", last]) == 1
    assert "cut off or written anew" in capsys.readouterr().err
    file.write_bytes(whole.replace(b'"draws":50', b'"draws":51', 1))
    assert run(["register", "verify"]) == 1
    assert "comity-register.jsonl:1: was changed" in capsys.readouterr().err
    for words in (["register"], ["scores"], ["resolve", "1", "--outcome", "cut=1"], ["freeze", "case.yaml"]):
        assert run(words) == 2
    file.write_bytes(whole[:-9])
    assert run(["register", "verify"]) == 1
    assert run(["register", "repair"]) == 0
    assert run(["register", "verify"]) == 0


def test_a_guess_is_asked_of_a_person_before_any_number_is_shown(folder: Path) -> None:
    main, side = pty.openpty()
    words = ["freeze", "case.yaml", "--by", "2999-06-30", "--draws", "50"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from comity.cli import main; main()", *words], stdin=side, stderr=side, stdout=side
    )
    os.write(main, b"99\n\nabc\n\n25\n10:40\n")
    assert process.wait() == 0
    os.close(side)
    shown = b""
    try:
        while part := os.read(main, 10_000):
            shown += part
    except OSError:  # a pseudo-terminal ends with an error where its other side is closed
        pass
    text = shown.decode()
    assert "99 on cut is outside its scale" in text
    assert text.rindex("Your own guess (Enter") < text.index("Best single estimate")
    (asked,) = read_register(folder / "comity-register.jsonl").asked
    assert (asked.question.guess and asked.question.guess.point) == 25.0


def test_a_short_record_is_said_and_the_register_is_for_oneself(capsys: pytest.CaptureFixture[str]) -> None:
    freeze("--no-guess")
    capsys.readouterr()
    words = ["forecast", "case.yaml", "--draws", "30", "--register", "comity-register.jsonl"]
    assert run(words) == 0
    assert "0 settled questions of 0 cases" in capsys.readouterr().err
    assert run([*words, "--audience", "shared"]) == 2
    assert "your own" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["freeze", "case.yaml"], "--by 2027-06-30"),
        (["freeze", "case.yaml", "--by", "2001-01-01"], "past"),
        (["freeze", "case.yaml", "--by", "30.6.2999"], "is not a day"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--guess", "cut=61"], "outside its scale"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--guess", "cut=nan"], "outside its scale"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--guess", "cat=1"], "there is cut"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--guess", "cut=5", "--guess-range", "cut=6:9"], "its range"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--guess-range", "cut=6:9"], "needs --guess"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--guess", "cut=5", "--guess-range", "cut=6"], "LOW:HIGH"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--issue", "cat"], "it has cut"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--audience", "all"], "own or shared"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--criterion", "x" * 5000], "4,000 characters"),
        (["freeze", "case.yaml", "--by", "2999-01-01", "--criterion", "\udcff"], "UTF-8"),
        (["freeze", "eu-council", "--by", "2999-01-01"], "no issue"),
        (["resolve", "1", "--outcome", "cut=61"], "outside its scale"),
        (["resolve", "1", "--outcome", "cut=nan"], "not a number"),
        (["resolve", "1", "--outcome", "cut"], "ISSUE=VALUE"),
        (["resolve", "1", "--outcome", "cat=1"], "it has cut"),
        (["resolve", "7", "--outcome", "cut=1"], "frozen are 1"),
        (["resolve", "1", "--outcome", "cut=1", "--date", "2998-01-01"], "after today"),
        (["resolve", "1", "--outcome", "cut=1", "--correct", "x"], "leave --correct out"),
        (["resolve", "1"], "--void REASON"),
        (["resolve", "1", "--void", ""], "1 to 4,000"),
        (["resolve", "1", "--void", "x", "--date", "2027-01-01"], "--void has its reason"),
        (["resolve", "1", "--outcome", "cut=1", "--issue", "cut"], "--issue goes with --void"),
        (["register", "--register", "none"], "no such register"),
        (["register", "--head", "a" * 12], "--head goes with verify"),
        (["register", "verify", "--head", "xyz"], "first 12 characters"),
        (["scores", "--register", "."], "not a regular file"),
        (["scores", "--chart", "x.png"], ".svg"),
        (["scores", "--chart", "x.svg"], "nothing to score"),
    ],
)
def test_bad_input_says_what_would_be_right(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert freeze("--no-guess") == 0
    before = Path("comity-register.jsonl").read_bytes()
    assert run(arguments + (["--again"] if arguments[0] == "freeze" else [])) == 2
    assert says in capsys.readouterr().err
    assert Path("comity-register.jsonl").read_bytes() == before
