"""Days of joining and numbers of parties in a file: both forms, and every mistake named."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from comity.scenario import ScenarioError, json_schema, load, loads, read_scenario

TREATY = b"""
comity: 1
title: A treaty
actors:
  - {id: A, name: Aland}
  - {id: B, name: Bland}
  - {id: other, name: Other party, count: 3}
institution:
  name: The parties
  joined:
    A: 2020-02-29
    B: {refused: 2021-03, unverified: true, note: Said so.}
  parties_by:
    - {date: 2020-06-30, parties: 3}
    - {date: 2021-06-30, parties: 4, note: By a report.}
  rules:
    - id: force
      name: Entry into force
      entry_into_force_after_days: 90
      passes: {members: 3}
"""


def test_both_forms_of_a_joining_and_the_published_schema() -> None:
    Draft202012Validator(json_schema()).validate(read_scenario(TREATY, "treaty").tree.data)
    institution = loads(TREATY).file.institution
    assert institution is not None
    assert institution.joined["A"].date == "2020-02-29"
    assert (institution.joined["B"].date, institution.joined["B"].refused) == (None, "2021-03")
    inputs = {item.path: item for item in loads(TREATY).all_inputs()}
    assert inputs["institution.joined[A]"].unit == "days after 2020-02-29"
    assert inputs["institution.parties_by[2021-06-30]"].domain == (1.0, 4.0)
    assert inputs["institution.parties_by[2021-06-30]"].remarks == ("By a report.",)
    assert inputs["institution.rules[force].entry_into_force_after_days"].value == 90


def test_an_entry_with_a_count_may_join_on_one_day() -> None:
    text = TREATY.replace(b"B: {refused", b"other: 2020-03-01\n    B: {refused").split(b"  parties_by")[0]
    institution = loads(text).file.institution
    assert institution is not None
    assert {name for name, cell in institution.joined.items() if cell.date == "2020-03-01"} == {
        "other-1",
        "other-2",
        "other-3",
    }


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"2020-02-29", b"2021-02-29", "there is no day 2021-02-29"),
        (b"2020-02-29", b"2020-02", "is not a day"),
        (b"2020-02-29", b"soon", "is not a day"),
        (b"2020-02-29", b"0420-02-29", "is not a day"),
        (b"refused: 2021-03", b"refused: 0000-03", "there is no day 0000-03"),
        (b"refused: 2021-03", b"refused: 9999-12", "there is no day 9999-12"),
        (b"refused: 2021-03", b"refused: 2021-02-30", "there is no day 2021-02-30"),
        (b"    A: 2020", b"    C: 2020", "'C' is no actor that decides"),
        (b"date: 2020-06-30", b"date: 2020-06-31", "there is no day 2020-06-31"),
        (b"parties: 3", b"parties: 6", "6 parties are more than the 5 members"),
        (b"parties: 3", b"parties: 5", "only 1 are listed as joined and 3 not listed"),
        (b"date: 2021-06-30, parties: 4", b"date: 2020-06-30, parties: 4", "put the rows in order"),
        (b"date: 2021-06-30, parties: 4", b"date: 2021-06-30, parties: 2", "parties cannot become fewer"),
        (b"after_days: 90", b"after_days: -1", "is not at least 0"),
        (b"note: Said so.", b"source: nowhere", "no source has the id 'nowhere'"),
    ],
)
def test_mistakes_are_named(old: bytes, new: bytes, says: str) -> None:
    assert old in TREATY
    with pytest.raises(ScenarioError) as raised:
        loads(TREATY.replace(old, new, 1))
    assert says in str(raised.value)


def test_fewer_parties_than_are_listed() -> None:
    text = TREATY.replace(b"B: {refused: 2021-03, unverified: true, note: Said so.}", b"B: 2020-03-01")
    with pytest.raises(ScenarioError, match="1 parties, and 2 are listed as joined"):
        loads(text.replace(b"parties: 3", b"parties: 1"))


def test_a_day_set_from_the_command_line_moves_by_whole_days() -> None:
    moved = load("kyoto-entry-into-force").with_values({"institution.joined[RUS]": -30})
    item = next(item for item in moved.all_inputs() if item.path == "institution.joined[RUS]")
    assert (item.value, item.source, item.basis) == (-30, None, "judgement")
