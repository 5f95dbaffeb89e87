"""``comity deal``: the deal space from the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

from comity.cli import run


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


def test_everything_and_for_others_what_no_line_is_needed_for(capsys: pytest.CaptureFixture[str]) -> None:
    for audience, names in (
        ("own", ["deal-space", "deal-solutions", "log-rolls", "open-zone", "acceptance"]),
        ("shared", ["deal-space", "log-rolls"]),
    ):
        assert run(["deal", "river-basin", "--format", "json", "--draws", "30", "--audience", audience]) == 0
        found = json.loads(capsys.readouterr().out)
        held = found["findings"] if isinstance(found, dict) else found
        assert list(dict.fromkeys(finding["analysis"] for finding in held)) == names


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["car-emissions"], "section `deal`"),
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
