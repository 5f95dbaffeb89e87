"""Delegation, monitoring and disputes in a scenario: what is refused, what is redrawn, what a person may set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.findings import Reads
from comity.scenario import Scenario, ScenarioError, load, loads

NEEDED: dict[str, dict[str, Any]] = {
    "delegation": {"agent": "office"},
    "monitoring": {"monitor": "m", "obligation": "o", "unit": "tonnes"},
    "disputes": {"complainants": ["A"], "respondent": "B", "subject": "s", "unit": "euros"},
}
RULES = [{"id": "r", "name": "r", "passes": {"members": 1}}]


def case(section: str, *, ranges: Any = None, **changes: Any) -> Scenario:
    data = {
        "comity": 1,
        "title": "x",
        "actors": [
            *({"id": each, "name": each} for each in "ABC"),
            {"id": "office", "name": "office", "roles": ["delivers"]},
            {"id": "seat", "name": "Seat", "count": 3},
        ],
        "institution": {"name": "Body", "rules": RULES, section: {**NEEDED[section], **changes}},
        **({"ranges": ranges} if ranges else {}),
    }
    return loads(json.dumps(data).encode())


def inputs(scenario: Scenario) -> dict[str, Any]:
    return {item.path: item for item in scenario.all_inputs()}


@pytest.mark.parametrize(
    ("section", "changes", "says"),
    [
        ("delegation", {"agent": "offce"}, "no actor has the id 'offce'; did you mean 'office'"),
        ("delegation", {"agent": "seat"}, "'seat' stands for 3 actors, and the agent is one"),
        ("delegation", {"bias": 1, "shock": 0}, "0 is not above 0"),
        ("monitoring", {"gain": -3}, "-3 is negative"),
        ("monitoring", {"detection": 40}, "write a probability from 0 to 1: 0.4, not 40"),
        ("monitoring", {"inspected": 2.5}, "2.5 is not a whole number"),
        ("monitoring", {"gain": {"value": 3, "range": [4, 5]}}, "the value 3 is outside its range, 4 to 5"),
        ("monitoring", {"penalty": {"value": 3, "source": "nowhere"}}, "no source has the id 'nowhere'"),
        ("disputes", {"respondent": "Z"}, "no actor has the id 'Z'"),
        ("disputes", {"complainants": []}, "the list is empty"),
        ("disputes", {"complainants": ["A", "A"]}, "'A' is named twice among the complainants"),
        ("disputes", {"allies": ["A"]}, "'A' is among the allies and is also among the complainants"),
        ("disputes", {"allies": ["B"]}, "'B' is among the allies and is also the respondent"),
        ("disputes", {"respondent": "seat"}, "'seat' stands for 3 actors, and the respondent is one"),
        ("disputes", {"adoption": ["q"]}, "no rule has the id 'q'"),
        ("disputes", {"start": "1996-02-31"}, "1996-02-31 is no day of the calendar"),
        ("disputes", {"stages": [{"id": "a", "name": "a", "length": -1}]}, "-1 is outside 0 to 36,500"),
        (
            "disputes",
            {"stages": [{"id": "a", "name": "a", "length": 1}, {"id": "a", "name": "b", "length": 2}]},
            "the stage id 'a' is given twice",
        ),
        ("disputes", {"stages": [{"id": "a", "name": "a", "length": 1, "unit": "weeks"}]}, "'weeks' is not one of"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(section: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ScenarioError, match=says.replace("(", r"\(")):
        case(section, **changes)


def test_a_judged_number_without_a_range_gets_the_declared_one_and_a_decided_one_none() -> None:
    items = inputs(case("monitoring", gain=10, detection=0.95, inspection_probability=0.5, inspected=4))
    at = "institution.monitoring."
    assert items[at + "gain"].spread == (8.0, 12.0)
    assert items[at + "gain"].assumed
    assert items[at + "detection"].spread == (0.75, 1.0)
    assert items[at + "inspection_probability"].spread is None
    assert not items[at + "inspection_probability"].assumed
    assert (items[at + "inspected"].value, items[at + "inspected"].step) == (4, 1.0)
    narrow = inputs(case("monitoring", gain=10, ranges={"oversight": 0.05}))
    assert narrow[at + "gain"].spread == (9.5, 10.5)


def test_amounts_are_searched_well_beyond_the_largest_of_their_section() -> None:
    items = inputs(case("monitoring", gain={"value": 1, "range": [1, 3]}, penalty=20))
    assert items["institution.monitoring.gain"].domain == (0.0, 200.0)
    assert items["institution.monitoring.gain"].unit == "tonnes"
    signed = inputs(case("delegation", bias=-2, shock=5))
    assert signed["institution.delegation.bias"].domain == (-50.0, 50.0)


def test_a_person_may_set_any_of_the_numbers() -> None:
    scenario = load("wto-bananas")
    for path, value in {
        "institution.delegation.bias": -12.0,
        "institution.monitoring.inspected": 7.0,
        "institution.disputes.win": 0.25,
        "institution.disputes.stages[panel].length": 14.0,
    }.items():
        item = inputs(scenario.with_values({path: value}))[path]
        assert item.value == value
        assert item.source is None
        assert item.basis == "judgement"
    assert inputs(scenario.with_values({"institution.disputes.win": 0.25}))[
        "institution.disputes.win"
    ].spread == pytest.approx((0.05, 0.4))


def test_words_of_a_section_come_without_its_numbers() -> None:
    scenario = load("wto-bananas")
    reads = Reads(needs=("institution.disputes", "institution.rules"))
    moved = scenario.with_values({"institution.disputes.win": 0.1})
    assert scenario.fingerprint(reads) == moved.fingerprint(reads)
    section = scenario.view(reads).object("institution.disputes")
    assert section.respondent == "EC"
    assert section.win is None
    assert [stage.length for stage in section.stages] == [None] * 6


def test_missing_sections_are_said_in_words() -> None:
    scenario = load("eu-council")
    assert scenario.missing(Reads(needs=("institution.monitoring",))) == (
        "needs an obligation that somebody monitors (section `institution.monitoring`)"
    )
    assert scenario.missing(Reads(needs=("institution.disputes.stages.length",))) == (
        "needs a dispute's stages with their lengths"
    )


def test_seats_of_one_entry_complain_or_object_together() -> None:
    disputes = case("disputes", complainants=["A", "seat"]).view(Reads(needs=("institution.disputes",)))
    assert disputes.object("institution.disputes").complainants == ("A", "seat-1", "seat-2", "seat-3")


def test_the_shipped_dispute_says_what_is_an_illustration() -> None:
    scenario = load("wto-bananas")
    judged = [item for item in scenario.all_inputs() if item.path.startswith("institution.") and item.spread]
    assert judged
    assert all(item.remarks for item in judged)
    assert any("illustrations" in sentence for sentence in scenario.cover.unverified)
    assert not any(item.assumed for item in judged)
