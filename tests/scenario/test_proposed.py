"""Proposed evidence: only what a person accepted goes into a case, and two coders' disagreement becomes the range."""

from __future__ import annotations

import math

import pytest

from comity.scenario import ScenarioError, load, open_shipped, read_scenario
from comity.scenario.edits import write_values
from comity.scenario.proposed import (
    ProposedFile,
    as_yaml,
    check_against,
    evidence_changes,
    read_proposed,
    without_values,
)
from comity.scenario.several_coders import merged, readings_of
from comity.scenario.side_files import SideFile

HEAD = "comity_evidence: 1\nstatements: talks.md\nscales: {dam: [0, 120], release: [0, 100]}\nproposals:\n"
DAM = "- {actor: lowland, issue: dam, accept: true, value: 30, range: [0, 30], quote: At most 30., document: Talks}\n"


def read(rows: str, coder: str | None = None) -> SideFile[ProposedFile]:
    return read_proposed((f"coder: {coder}\n" * (coder is not None) + HEAD + rows).encode(), f"{coder}.yaml")


def test_accepted_proposals_become_cells_with_their_evidence() -> None:
    document = open_shipped("river-basin")
    file = read(
        DAM
        + "- {actor: lowland, issue: release, value: 5}\n"
        + "- {actor: rivers, issue: release, accept: true, value: 95, date: 2026-03}\n"
    )
    check_against(file, document.scenario)
    changes = evidence_changes(document.tree.data, file.content, "Ada")
    edited = read_scenario(write_values(document.text.encode(), changes))
    rows = {(row.actor, row.issue): row.position for row in edited.scenario.positions}
    dam = rows["lowland", "dam"]
    assert dam is not None
    assert (dam.value, dam.range) == (30, (0, 30))
    assert dam.evidence[0].model_dump(exclude_none=True) == {
        "quote": "At most 30.",
        "document": "Talks",
        "coder": "Ada",
        "value": 30.0,
    }
    sources = {each.id: each.title for each in edited.scenario.sources}
    assert sources[dam.source or ""] == "Talks"
    other = rows["rivers", "release"]
    assert other is not None
    assert sources[other.source or ""] == "talks.md"
    assert rows["lowland", "release"] == next(
        row.position for row in document.scenario.positions if (row.actor, row.issue) == ("lowland", "release")
    )
    again = evidence_changes(edited.tree.data, file.content, "Ada")
    assert read_scenario(write_values(edited.text.encode(), again)).tree.data == edited.tree.data


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            "- {actor: lowland, issue: dam, accept: true}\n",
            ":5:40: proposals[lowland,dam].accept: accepted without a value",
        ),
        (DAM + DAM, "two positions on 'dam'; proposal 1 is accepted too"),
        ("- {actor: lowland, issue: dam, value: 130}\n", "130 is outside the scale, 0 to 120"),
        ("- {actor: lowland, issue: dam, value: 30, range: [40, 50]}\n", "does not hold the value"),
        ("- {actor: lowland, issue: flow, value: 30}\n", "'flow' has no scale"),
        ("- {actor: lowland, issue: dam, acept: true}\n", "did you mean 'accept'"),
        ("- {actor: lowland, issue: dam, accept: yes}\n", "write true or false"),
    ],
)
def test_faults_of_a_file_with_their_lines(rows: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(rows, None)
    assert says in str(caught.value)


def test_what_does_not_fit_the_case() -> None:
    text = (
        "comity_evidence: 1\nscales: {dam: [0, 12], flow: [0, 1]}\nproposals:\n"
        "- {actor: lowlnd, issue: dam, accept: true, value: 3}\n- {actor: bank, issue: flow, accept: true, value: 1}\n"
        "- {actor: nobody, issue: flow, value: 1}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        check_against(read_proposed(text.encode()), load("river-basin").file)
    found = str(caught.value)
    assert "did you mean 'lowland'" in found
    assert "the case has no issue 'flow'" in found
    assert "scale of 'dam' is 0 to 120" in found
    assert "nobody" not in found


def test_two_coders_disagreement_is_the_range_and_missing_stays_missing() -> None:
    ada = read(DAM + "- {actor: bank, issue: release, accept: true, value: 60}\n", "Ada")
    bo = read(
        DAM.replace("value: 30, range: [0, 30]", "value: 50")
        + "- {actor: bank, issue: release, accept: false, value: 60}\n"
        + "- {actor: rivers, issue: dam, accept: true, value: 0}\n",
        "Bo",
    )
    readings = readings_of([ada, bo])
    assert readings.units == (("lowland", "dam"), ("bank", "release"), ("rivers", "dam"))
    assert [math.isnan(each) for row in readings.values for each in row] == [False, False, True, False, True, False]
    assert readings.of_scale()[0][:2] == [25, 60]
    file = read_proposed(as_yaml(merged(readings, [ada, bo])).encode()).content
    dam, bank, rivers = file.proposals
    assert (dam.value, dam.range, dam.accept) == (40, (30, 50), True)
    assert [(each.coder, each.value) for each in dam.evidence] == [("Ada", 30), ("Bo", 50)]
    assert (bank.accept, bank.look_at, bank.range) == (False, ("not read by Bo",), None)
    assert (rivers.accept, rivers.value) == (False, 0)
    assert file.coder == "Ada and Bo"


def test_coders_who_agree_keep_the_range_that_they_gave() -> None:
    ada, bo = read(DAM, "Ada"), read(DAM.replace("[0, 30]", "[10, 40]"), "Bo")
    row = merged(readings_of([ada, bo]), [ada, bo])["proposals"][0]
    assert (row["value"], row["range"]) == (30, (0, 40))


def test_files_that_cannot_be_compared() -> None:
    other = read_proposed(b"comity_evidence: 1\ncoder: Bo\nscales: {dam: [0, 1]}\n", "bo.yaml")
    with pytest.raises(ScenarioError, match="another file has the scale 0 to 120"):
        readings_of([read(DAM, "Ada"), other])
    with pytest.raises(ScenarioError, match="'Ada' has two files"):
        readings_of([read(DAM, "Ada"), read(DAM, "Ada")])


def test_a_file_for_coders_who_read_for_themselves_shows_no_value() -> None:
    rows = "- {actor: bank, issue: dam, value: 3, range: [0, 3], quote: x, earlier: [{line: 1, value: 4, quote: y}]}\n"
    row = without_values(read(rows).content).proposals[0]
    assert (row.value, row.range, row.earlier[0].value) == (None, None, None)
    assert (row.quote, row.earlier[0].quote) == ("x", "y")
