"""``comity power``: every index, as tables for a terminal and as one object a member for a program."""

from __future__ import annotations

import json
import subprocess
import sys

from comity.institutions import INDICES

COMITY = [sys.executable, "-c", "from comity.cli import main; main()"]
EEC_1958 = "name,weight\nFRA,4\nDEU,4\nITA,4\nBEL,2\nNLD,2\nLUX,1\n"


def power(*arguments: str, weights: str = EEC_1958) -> subprocess.CompletedProcess[str]:
    command = [*COMITY, "power", "-", *arguments]
    return subprocess.run(command, input=weights, capture_output=True, text=True, check=False)


def test_all_as_json_is_one_object_a_member() -> None:
    found = json.loads(power("--quota", "12", "--index", "all", "--exact", "--format", "json").stdout)
    assert [each["name"] for each in found] == ["FRA", "DEU", "ITA", "BEL", "NLD", "LUX"]
    assert {index.column for index in INDICES.values()} <= set(found[0])
    assert found[0]["johnston_exact"] == found[2]["johnston_exact"]
    assert found[5]["holler_packel_exact"] == "0"


def test_all_and_exact_shows_each_index_beside_its_fractions() -> None:
    text = power("--quota", "12", "--index", "all", "--exact").stdout
    assert text.count("as a fraction") == len(INDICES)
    flat = " ".join(text.split())
    for index in INDICES.values():
        assert index.measures in flat
        assert f"({index.source})" in flat
    assert "7/30" in text
    assert "minimal winning coalitions" in text
    assert "members who never decide │ LUX" in flat.replace("┃", "│")


def test_all_in_a_terminal_never_loses_a_name() -> None:
    text = power("--quota", "12", "--index", "all").stdout
    assert text.count("LUX") == 3  # in two tables of five indices, and as the one who never decides
    assert "as a fraction" not in text
    one = power("--quota", "12").stdout
    assert one.count("LUX") == 1


def test_an_index_that_does_not_fit_is_an_error_with_size_time_and_remedy() -> None:
    lines = [f"M{number},{100_003 + 131 * number + number * number % 97}" for number in range(80)]
    found = power("--quota", "1/2", "--index", "johnston", weights="\n".join(["name,weight", *lines]))
    assert found.returncode == 2
    said = " ".join(found.stderr.split())
    assert "80 members" in said
    assert "years" in said
    assert "Use banzhaf-normalised" in said
