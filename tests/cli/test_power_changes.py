"""``comity power`` with a range of quotas and with changes of who decides."""

from __future__ import annotations

import csv
import io
import json

import pytest

from comity.cli import run


def test_a_range_of_quotas_is_a_row_for_each_quota_and_member(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["power", "--body", "eec-1958", "--quota", "50%:95%", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "France" in json.dumps(found)
    assert run(["power", "--body", "eec-1958", "--quota", "50%:95%"]) == 0
    assert "can block alone" in capsys.readouterr().out


def test_a_member_that_leaves_is_compared_with_the_body_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["power", "--body", "eec-1958", "--what-if", "leave:Belgium", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    germany = next(row for row in rows if row["name"] == "Germany")
    assert float(germany["banzhaf_after"]) - float(germany["banzhaf_before"]) == pytest.approx(
        float(germany["banzhaf_change"])
    )
    assert next(row for row in rows if row["name"] == "Belgium")["banzhaf_after"] == ""


def test_a_union_is_shown_by_its_owen_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["power", "--body", "eec-1958", "--what-if", "union:Belgium+Netherlands+Luxembourg"]) == 0
    assert "vote together" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--quota", "12"], "a scenario states its own rules"),
        (["--quota", "90%:50%"], "is not a range of quotas"),
        (["--what-if", "leave:Spain"], "no member is called 'Spain'"),
        (["--what-if", "votes:3"], "is not a change"),
        (["--rule", "nope", "--quota", "50%:95%"], "this case has no rule 'nope'"),
    ],
)
def test_what_cannot_be_meant_is_said(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["power", "--body", "eec-1958", *words]) == 2
    assert says in capsys.readouterr().err
