"""The command line by hand: every command, every bad input of which a person could think, never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comity.cli import run

COMITY = [sys.executable, "-c", "from comity.cli import main; main()"]


def comity(*arguments: str, stdin: str | bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    found = subprocess.run([*COMITY, *arguments], input=data, capture_output=True, cwd=cwd, check=False)
    out, err = found.stdout.decode(errors="replace"), found.stderr.decode(errors="replace")
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(found.args, found.returncode, out, err)


EEC_1958 = "name,weight\nFRA,4\nDEU,4\nITA,4\nBEL,2\nNLD,2\nLUX,1\n"


def test_power_from_a_pipe_is_one_object_a_member_with_exact_fractions() -> None:
    found = json.loads(comity("power", "-", "--quota", "12", "--format", "json", stdin=EEC_1958).stdout)
    assert [each["name"] for each in found] == ["FRA", "DEU", "ITA", "BEL", "NLD", "LUX"]
    france, luxembourg = found[0], found[-1]
    assert france["shapley_shubik_exact"] == "7/30"
    assert france["shapley_shubik"] == pytest.approx(7 / 30)
    assert france["banzhaf_exact"] == "5/16"
    assert france["banzhaf_normalised_exact"] == "5/21"
    assert luxembourg["shapley_shubik_exact"] == "0"


@pytest.mark.parametrize("quota", ["12/17", "70.5%", "12"])
def test_quotas_as_fraction_percentage_and_number_agree(quota: str) -> None:
    found = json.loads(comity("power", "-", "--quota", quota, "--format", "json", stdin=EEC_1958).stdout)
    assert found[0]["shapley_shubik_exact"] == "7/30"


@pytest.mark.parametrize(
    ("weights", "quota", "says"),
    [
        (EEC_1958, "18", "18"),
        (EEC_1958, "0", "quota"),
        (EEC_1958, "-3", "quota"),
        (EEC_1958, "120%", "120"),
        (EEC_1958, "many", "quota"),
        (EEC_1958, "²", "quota"),
        (EEC_1958, "9" * 5000, "quota"),
        ("name,weight\nA,²\nB,2\n", "1", "²"),
        ("name,weight\nA,--4\nB,2\n", "1", "--4"),
        ("name,weight\nA,-1\nB,2\n", "1", "-1"),
        ("name,weight\nA,nan\nB,2\n", "1", "nan"),
        ("name,weight\nA\n", "1", "<stdin>:2:1"),
        ("A,1\n", "1", "name,weight"),
        ("", "1", "name,weight"),
        ("name,weight\n", "1", "nobody"),
    ],
)
def test_bad_weights_are_said(weights: str, quota: str, says: str) -> None:
    found = comity("power", "-", f"--quota={quota}", stdin=weights)
    assert found.returncode == 2
    assert says in found.stderr
    assert found.stdout == ""


def test_weights_that_are_not_text() -> None:
    found = comity("power", "-", "--quota", "2", stdin=b"\xff\xfe\x00name")
    assert found.returncode == 2
    assert "UTF-8" in found.stderr


def test_power_of_a_shipped_scenario_without_yaml() -> None:
    found = comity("power", "eu-council", "--index", "shapley-shubik", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    first = [row for row in rows if row["subject"] == rows[0]["subject"]]
    assert len(first) == 27
    assert sum(float(row["shapley_shubik"]) for row in first) == pytest.approx(1.0)
    assert "banzhaf" not in rows[0]


def test_the_same_command_twice_gives_the_same_bytes() -> None:
    one = comity("brief", "car-emissions", "--format", "json", "--draws", "200")
    two = comity("brief", "car-emissions", "--format", "json", "--draws", "200")
    assert one.returncode == 0
    assert one.stdout == two.stdout
    assert "NaN" not in one.stdout
    other = comity("brief", "car-emissions", "--format", "json", "--draws", "200", "--seed", "1")
    assert other.stdout != one.stdout


def test_a_new_case_checks_and_is_answered(tmp_path: Path) -> None:
    for template in ("one-issue", "several-issues", "decision-rule"):
        file = tmp_path / f"{template}.yaml"
        assert comity("new", str(file), "--template", template).returncode == 0
        assert comity("check", str(file)).returncode == 0
        found = comity("brief", str(file), "--draws", "100")
        assert found.returncode == 0, found.stderr
        assert "BOTTOM LINE" in found.stdout
    again = comity("new", str(tmp_path / "one-issue.yaml"))
    assert again.returncode == 2
    assert "--force" in again.stderr


def test_a_copy_of_a_shipped_scenario_is_the_same_bytes(tmp_path: Path) -> None:
    assert comity("new", "mine.yaml", "--from", "car-emissions", cwd=tmp_path).returncode == 0
    copy = comity("ask", "forecast", "mine.yaml", "--format", "csv", "--draws", "0", cwd=tmp_path).stdout
    assert copy == comity("ask", "forecast", "car-emissions", "--format", "csv", "--draws", "0").stdout


@pytest.mark.parametrize("form", ["html", "pdf", "md", "json", "terminal"])
def test_every_format_goes_to_a_file(tmp_path: Path, form: str) -> None:
    target = tmp_path / f"brief.{form}"
    found = comity("brief", "car-emissions", "--draws", "50", "--format", form, "--output", str(target))
    assert found.returncode == 0, found.stderr
    assert target.stat().st_size > 2000
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_an_output_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    assert comity("brief", "car-emissions", "--output", str(tmp_path)).returncode == 2
    assert comity("brief", "car-emissions", "--output", str(tmp_path / "brief.docx")).returncode == 2
    found = comity("brief", "car-emissions", "--draws", "50", "--output", str(tmp_path / "no" / "brief.md"))
    assert found.returncode == 2
    assert "does not exist" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_write_permission_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Root may write anywhere, so the refusal is made here, where the file is created.
    def refuse(*arguments: object, **settings: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert run(["brief", "car-emissions", "--draws", "50", "--output", str(tmp_path / "brief.md")]) == 2
    assert "Permission denied" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["brief", "no-such-case"], "no-such-case"),
        (["brief", "car-emision"], "car-emissions"),
        (["brief", "."], ""),
        (["brief", "car-emissions", "--only", "forcast"], "forecast"),
        (["brief", "car-emissions", "--audience", "everyone"], "shared"),
        (["brief", "car-emissions", "--set", "positions[DEU,date].position"], "PATH=VALUE"),
        (["brief", "car-emissions", "--set", "positions[DEU,date].postion=7"], "positions[DEU,date].position"),
        (["brief", "car-emissions", "--set", "positions[DEU,date].position=70"], "outside 4 to 10"),
        (["brief", "car-emissions", "--set", "positions[DEU,date].position=nan"], "nan"),
        (["ask", "challenge", "car-emissions", "--variant", "mine"], "scholz-paper"),
        (["ask", "challenge", "car-emissions", "--varient", "mine"], "--variant"),
        (["ask", "challenge", "eu-council"], "needs an issue"),
        (["ask", "oracle", "car-emissions"], "forecast"),
        (["power", "eu-council", "--index", "nash"], "shapley-shubik"),
        (["power", "eu-council", "--rule", "nonsense"], "nonsense"),
        (["power", "eu-council", "--quota", "3"], "--quota"),
        (["power", "-"], "--quota"),
        (["forecast", "car-emissions", "--issue", "time"], "date"),
        (["record", "no-such-file.csv"], "no-such-file.csv"),
        (["new", "x.yaml", "--template", "poem"], "one-issue"),
        (["new", "x.yaml", "--from", "poem"], "poem"),
    ],
)
def test_bad_commands_say_what_would_be_right(tmp_path: Path, arguments: list[str], says: str) -> None:
    found = comity(*arguments, cwd=tmp_path)
    assert found.returncode == 2
    assert says in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_followed_and_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    real, link, pipe = tmp_path / "real.md", tmp_path / "link.md", tmp_path / "pipe.md"
    real.write_text("old")
    link.symlink_to(real)
    assert comity("brief", "car-emissions", "--draws", "50", "-o", str(link)).returncode == 0
    assert link.is_symlink()
    assert real.read_text().startswith("# EC car")
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert comity("brief", "car-emissions", "--draws", "50", "-o", str(pipe)).returncode == 0
        text, _ = reader.communicate(timeout=60)
    assert text.startswith(b"# EC car")
    assert pipe.is_fifo()


def test_a_full_device_and_closed_streams_are_said() -> None:
    command = " ".join(f"'{word}'" for word in COMITY)
    for tail in (
        "scenarios >/dev/full",
        "scenarios >&-",
        "power - --quota 3 <&-",
        "brief car-emissions --draws 50 >&-",
    ):
        found = subprocess.run(["bash", "-c", f"{command} {tail}"], capture_output=True, check=False)
        assert found.returncode == 2, tail
        assert b"Traceback" not in found.stderr
        assert found.stderr.startswith(b"comity: ")


def test_a_what_if_says_that_it_is_one() -> None:
    text = comity("brief", "car-emissions", "--draws", "50", "--set", "positions[DEU,date].position=7").stdout
    assert "WHAT IF" in text
    assert "changing only this: positions[DEU,date].position = 7" in " ".join(text.split())
    assert "WHAT HAPPENED" not in text
    asked = comity("ask", "unions", "eu-council", "--what-if", "union:NLD+BEL+LUX", "--draws", "0").stdout
    assert "changing only this (Netherlands and Belgium and Luxembourg agree first" in " ".join(asked.split())


def test_check_prints_every_problem_like_a_compiler(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("comity: 1\ntitle: T\nactors:\n  - {id: A, name: A, color: red}\n  - {id: A, name: B}\n")
    found = comity("check", str(file))
    assert found.returncode == 2
    lines = found.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{file}:") for line in lines)


def test_a_number_set_moves_the_answer() -> None:
    def mean(*settings: str) -> float:
        found = comity("ask", "forecast", "car-emissions", "--draws", "0", "--format", "json", *settings)
        return float(json.loads(found.stdout)[0]["value"])

    assert mean() == pytest.approx(7.389956, abs=1e-6)
    assert mean("--set", "positions[DEU,date].position=7") == pytest.approx(8.0, abs=0.05)


def test_stopping_in_the_middle_writes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "brief.html"
    # A shell starts background work with SIGINT ignored; a person's terminal does not.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    process = subprocess.Popen(
        [*COMITY[:2], heard + COMITY[2], "brief", "car-emissions", "--draws", "1000000", "--output", str(target)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = " ".join(f"'{word}'" for word in [*COMITY, "brief", "car-emissions", "--draws", "50"])
    found = subprocess.run(["bash", "-c", f"set -o pipefail; {command} | head -1"], capture_output=True, check=False)
    assert b"Traceback" not in found.stderr
    assert b"EC car emission" in found.stdout


@pytest.mark.parametrize("arguments", [[], ["--version"], ["brief", "--help"], ["power", "--help"], ["ask", "--help"]])
def test_help_answers(arguments: list[str]) -> None:
    found = comity(*arguments)
    assert "comity" in found.stdout + found.stderr


def test_schemas_are_json_schemas() -> None:
    from jsonschema import Draft202012Validator

    for arguments in (["schema"], ["schema", "--brief"]):
        Draft202012Validator.check_schema(json.loads(comity(*arguments).stdout))
    brief = json.loads(comity("brief", "car-emissions", "--format", "json", "--draws", "50").stdout)
    Draft202012Validator(json.loads(comity("schema", "--brief").stdout)).validate(brief)


@pytest.mark.parametrize("form", ["csv", "json", "table", "parquet"])
def test_tables_in_every_format(tmp_path: Path, form: str) -> None:
    target = tmp_path / f"found.{form}"
    for arguments in (["scenarios"], ["analyses"], ["forecast", "car-emissions", "--draws", "0"]):
        assert comity(*arguments, "--format", form, "--output", str(target)).returncode == 0
        assert target.stat().st_size > 0


def test_piped_output_has_no_colour_and_no_trailing_blanks() -> None:
    os.environ.pop("FORCE_COLOR", None)
    text = comity("brief", "car-emissions", "--draws", "50").stdout
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]
