"""``comity deal``: the deal space from the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

from comity.cli import run
from comity.cli.commands.dealing import EVERYTHING


def lines(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_a_row_a_rule_and_the_reason_of_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    rules = "nash,kalai-smorodinsky,egalitarian,utilitarian"
    assert run(["deal", "river-basin", "--solutions", rules, "--format", "csv", "--draws", "30"]) == 0
    rows = lines(capsys.readouterr().out)
    assert [row["rule"] for row in rows] == rules.split(",")
    assert rows[0]["dam"] == "low dam"
    assert rows[3]["note"] == "refused: utilities are not declared comparable"


def test_what_opens_a_zone(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["deal", "river-basin", "--open", "--draws", "30", "--set", "deal.red_line[lowland]=150", "--format", "csv"]
    assert run(words) == 0
    row = lines(capsys.readouterr().out)[0]
    assert row["kind"] == "smallest move"
    assert float(row["Lowland"]) > 0


@pytest.mark.parametrize(
    ("choice", "column"),
    [
        ("--unblock", "unblocks"),
        ("--drafts", "draft"),
        ("--agenda", "change"),
        ("--time", "discount factor"),
        ("--open", "room"),
    ],
)
def test_each_choice_gives_its_table(choice: str, column: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deal", "river-basin", choice, "--draws", "30", "--format", "csv"]) == 0
    rows = lines(capsys.readouterr().out)
    assert rows
    assert column in rows[0]


def test_an_empty_zone_names_the_lines_that_conflict(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["deal", "river-basin", "--open", "--draws", "30", "--set", "deal.red_line[lowland]=95", "--format", "json"]
    assert run(words) == 0
    found = json.loads(capsys.readouterr().out)
    (finding,) = found["findings"] if isinstance(found, dict) else found
    assert "lowers its line by" in finding["sentence"]
    assert "conflict: no package meets them together" in finding["reading"]


def test_everything_and_for_others_what_no_line_is_needed_for(capsys: pytest.CaptureFixture[str]) -> None:
    for audience, names in (
        ("own", [name for name in EVERYTHING if name != "side-payments"]),
        ("shared", ["deal-space", "log-rolls", "drafts"]),
    ):
        assert run(["deal", "river-basin", "--format", "json", "--draws", "30", "--audience", audience]) == 0
        found = json.loads(capsys.readouterr().out)
        held = found["findings"] if isinstance(found, dict) else found
        assert list(dict.fromkeys(finding["analysis"] for finding in held)) == names


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["car-emissions"], "section `deal`"),
        (["river-basin", "--payments"], "deal.transferable: true"),
        (["river-basin", "--continuous"], "two issues with what applies if nothing is agreed"),
        (["river-basin", "--time", "--audience", "shared"], "how patient each party is"),
        (["river-basin", "--solutions", "nsh"], "no fairness rule is called 'nsh'"),
        (["river-basin", "--solutions", "utilitarian"], "declared comparable"),
        (["river-basin", "--solutions", "nash", "--open", "--format", "csv"], "hold one table"),
        (["river-basin", "--set", "deal.batna[higland]=3"], "did you mean deal.batna[highland]"),
    ],
)
def test_bad_commands_say_what_would_be_right(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deal", *arguments, "--draws", "30"]) == 2
    assert says in capsys.readouterr().err
