"""``comity coalitions``: minimal winning coalitions by name, streamed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COMITY = [sys.executable, "-c", "from comity.cli import main; main()"]


def comity(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMITY, "coalitions", *arguments], capture_output=True, text=True, check=False)


def test_every_minimal_winning_coalition_of_the_six() -> None:
    found = comity("eec-1958", "--rule", "qualified-majority", "--limit", "0", "--format", "json")
    assert found.returncode == 0, found.stderr
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert sorted(map(len, lines)) == [3, 4, 4, 4]
    assert not any("LUX" in line for line in lines)
    assert found.stderr == ""


def test_a_few_by_name_and_that_there_are_more() -> None:
    found = comity("eu-council", "--rule", "qualified-majority", "--limit", "3")
    assert len(found.stdout.splitlines()) == 3
    assert "Germany, " in found.stdout
    assert "there are more" in found.stderr


def test_the_first_ones_come_at_once_of_any_number() -> None:
    command = [*COMITY, "coalitions", "imf-governors-2020", "--rule", "simple-majority", "--limit", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        # There are more than 10^54; a reader that goes away ends it, without a traceback.
        running.wait(timeout=60)
        assert "Traceback" not in running.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["eu-council"], "name one with --rule"),
        (["eu-council", "--rule", "nope"], "qualified-majority"),
        (["car-emissions", "--limit", "-1"], "--limit"),
        (["no-such-case"], "no-such-case"),
    ],
)
def test_bad_commands_say_what_would_be_right(arguments: list[str], says: str) -> None:
    found = comity(*arguments)
    assert found.returncode == 2
    assert says in found.stderr
    assert "Traceback" not in found.stderr
