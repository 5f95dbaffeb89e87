"""``comity bodies`` and ``comity power --body``: shipped institutions by name, and members from a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from comity.cli import run

TABLE = "name,contributions\nNorth,60\nSouth,25\nEast,15\n"


def printed(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> str:
    assert run(list(arguments)) == 0
    return capfdbinary.readouterr().out.decode()


def refused(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str) -> str:
    assert run(list(arguments)) == 2
    found = capfdbinary.readouterr()
    assert found.out == b""
    return found.err.decode()


def test_bodies_are_listed_with_their_rules_and_dates(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    found = list(csv.DictReader(printed(capfdbinary, "bodies", "--format", "csv").splitlines()))
    unsc = [row for row in found if row["name"] == "unsc-1946"]
    assert [(row["rule_id"], row["members"], row["until"]) for row in unsc] == [
        ("substantive", "11", "1965-08-30"),
        ("procedural", "11", "1965-08-30"),
    ]
    assert next(row["members"] for row in found if row["name"] == "gef") == ""
    assert all(row["article"] and row["in_force"] for row in found)


def test_power_of_a_body_by_name(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    arguments = ("power", "--body", "unsc", "--rule", "substantive", "--format", "json")
    found = json.loads(printed(capfdbinary, *arguments))
    by_name = {row["name"]: row for row in found}
    assert len(found) == 15
    assert by_name["China"]["banzhaf_exact"] == "53/1024"  # 848 of 2^14
    assert by_name["Elected member 10"]["banzhaf_exact"] == "21/4096"  # 84 of 2^14


def test_a_body_without_members_takes_them_from_a_file(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    table = tmp_path / "contributions.csv"
    table.write_text(TABLE)
    found = json.loads(printed(capfdbinary, "power", "--body", "gef", "--weights", str(table), "--format", "json"))
    # Two of three members and 60 of 100: North with either of the others.
    assert [(row["name"], row["shapley_shubik_exact"]) for row in found] == [
        ("North", "2/3"),
        ("South", "1/6"),
        ("East", "1/6"),
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--body", "unscc"], "did you mean 'unsc'?"),
        (["--body", "eu-council"], "no shipped body has this name"),
        (["--body", "gef"], "--weights FILE.csv"),
        (["--body", "gef", "--weights", "nowhere.csv"], "nowhere.csv does not exist"),
        (["--body", "unsc", "eu-council"], "only one of them"),
        ([], "--body NAME"),
        (["eu-council", "--weights", "x.csv"], "--weights goes with --body"),
        (["--body", "unsc", "--rule", "neither"], "it has substantive, procedural"),
    ],
)
def test_what_cannot_be_meant_is_said(
    capfdbinary: pytest.CaptureFixture[bytes], arguments: list[str], says: str
) -> None:
    assert says in refused(capfdbinary, "power", *arguments)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("name,votes\nA,1\n", "the column 'contributions' is missing"),
        ("name,contributions\nA\n", "1 cells under 2 columns"),
        ("name,contributions\nA,-1\nB,2\n", "is negative"),
        ("name,contributions\nA,much\nB,2\n", "much"),
        ("name,contributions\n", "names nobody"),
        ("", "the column 'name' is missing"),
    ],
)
def test_a_table_that_does_not_fit_is_said(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, content: str, says: str
) -> None:
    table = tmp_path / "contributions.csv"
    table.write_text(content)
    assert says in refused(capfdbinary, "power", "--body", "gef", "--weights", str(table))
