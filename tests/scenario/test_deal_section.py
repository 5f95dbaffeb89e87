"""The deal section: mistakes are named with their remedy, numbers become inputs, and lines are for one's own side."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from comity.scenario import Scenario, ScenarioError, load, loads, what_if

CASE: dict[str, Any] = {
    "comity": 1,
    "title": "A dam and a toll",
    "actors": [{"id": "up", "name": "Upland"}, {"id": "down", "name": "Downland"}, {"id": "bank", "name": "Bank"}],
    "deal": {
        "issues": [
            {
                "id": "dam",
                "question": "How high?",
                "options": [{"id": "high", "name": "H"}, {"id": "low", "name": "L"}],
            },
            {"id": "toll", "question": "A toll?", "options": [{"id": "no", "name": "N"}, {"id": "yes", "name": "Y"}]},
        ],
        "parties": [
            {"actor": "up", "batna": 4, "utilities": {"dam": {"high": 8, "low": 2}, "toll": {"no": 0, "yes": 4}}},
            {"actor": "down", "batna": 1, "utilities": {"dam": {"high": 0, "low": 6}, "toll": {"no": 3, "yes": 0}}},
        ],
    },
}


def changed(place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    data = copy.deepcopy(CASE)
    held: Any = data
    for key in place[:-1]:
        held = held[key]
    if value is None:
        del held[place[-1]]
    else:
        held[place[-1]] = value
    return data


def made(data: dict[str, Any] = CASE) -> Scenario:
    return loads(json.dumps(data).encode())


PARTY = ("deal", "parties", 0)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ((*PARTY, "actor"), "upp", "no actor has the id 'upp': did you mean 'up'"),
        ((*PARTY, "actor"), "down", "'down' is a party twice"),
        ((*PARTY, "batna"), None, "deal.parties"),
        ((*PARTY, "batna"), "high", "a number is needed"),
        ((*PARTY, "batna"), {"value": 4, "range": [5, 9]}, "outside its range"),
        ((*PARTY, "red_line"), 3, "the red line 3 is below the 4 that the party has without a deal"),
        ((*PARTY, "weight"), 0, "the weight 0 is not above 0"),
        ((*PARTY, "utilities", "dam", "low"), None, "what 'low' (dam) is worth to 'up' is missing"),
        ((*PARTY, "utilities", "toll"), None, "what 'no' (toll) is worth to 'up' is missing"),
        ((*PARTY, "utilities", "dam", "hihg"), 3, "'dam' has no option 'hihg'"),
        ((*PARTY, "utilities", "fish"), {"a": 3}, "no issue of the deal has the id 'fish'"),
        ((*PARTY, "utilities", "dam", "low"), {"value": 2, "source": "nowhere"}, "no source has the id 'nowhere'"),
        (("deal", "issues", 1, "id"), "dam", "the id 'dam' is given twice"),
        (("deal", "parties"), CASE["deal"]["parties"][:1], "deal.parties"),
        (("deal", "proposed"), {"dam": "high"}, "the text says nothing on 'toll'"),
        (("deal", "proposed"), {"dam": "high", "toll": "maybe"}, "'toll' has no option 'maybe'"),
        (("deal", "rule"), "majority", "no rule has the id 'majority'"),
        (("deal", "forbidden"), [{"options": {"dam": "hi", "toll": "no"}, "why": "?"}], "'dam' has no option 'hi'"),
        (
            ("deal", "together"),
            [{"id": "x", "options": {"dam": "high", "toll": "no"}, "utilities": {"bank": 1}, "why": "?"}],
            "no party of the deal has the id 'bank'",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(place: tuple[Any, ...], value: Any, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        made(changed(place, value))
    assert says in " ".join(str(caught.value).replace("; did", ": did").split())


def test_a_text_that_is_forbidden_is_a_mistake() -> None:
    data = changed(("deal", "proposed"), {"dam": "high", "toll": "no"})
    data["deal"]["forbidden"] = [{"options": {"dam": "high", "toll": "no"}, "why": "?"}]
    with pytest.raises(ScenarioError, match="the text holds a combination that entry 1 of forbidden excludes"):
        made(data)


def test_every_number_is_an_input_with_a_range_in_the_party_s_own_scale() -> None:
    found = {item.path: item for item in made().all_inputs()}
    # Upland's packages run from 2 to 12; a tenth of that span is what is assumed for a number without a range.
    item = found["deal.utilities[up,dam/high]"]
    assert (item.value, item.spread, item.assumed) == (8.0, (7.0, 9.0), True)
    assert found["deal.batna[up]"].spread == (3.0, 5.0)
    assert "without a deal" in found["deal.batna[up]"].label
    assert item.domain[0] <= 2.0 - 10.0
    assert item.domain[1] >= 8.0 + 10.0


@pytest.mark.parametrize(
    "path", ["deal.batna[highland]", "deal.utilities[bank,dam/low]", "deal.together[natural-flood,lowland]"]
)
def test_a_number_can_be_set(path: str) -> None:
    moved = load("river-basin").with_values({path: 12.0})
    item = next(each for each in moved.all_inputs() if each.path == path)
    assert (item.value, item.basis) == (12.0, "judgement")


def test_lines_are_for_one_s_own_side_unless_the_file_says_otherwise() -> None:
    paths = {item.path for item in made().redacted().all_inputs()}
    assert "deal.utilities[up,dam/high]" in paths
    assert not any("batna" in path for path in paths)
    public = changed((*PARTY, "batna"), {"value": 4, "private": False})
    assert {item.path for item in made(public).redacted().all_inputs()} >= {"deal.batna[up]"}
    # Setting a number does not make it public.
    moved = load("river-basin").with_values({"deal.batna[highland]": 50.0, "deal.red_line[lowland]": 70.0})
    assert not any("batna" in item.path or "red_line" in item.path for item in moved.redacted().all_inputs())


def test_who_leaves_the_table_leaves_the_deal() -> None:
    from comity.scenario.deal_numbers import packages_axis

    case = what_if(load("river-basin"), "leave:Lowland")
    assert case.file.deal is not None
    assert [party.actor for party in case.file.deal.parties] == ["highland", "midland", "cities", "rivers", "bank"]
    assert all("lowland" not in each.utilities for each in case.file.deal.together)
    assert len(packages_axis(case.file.deal)) == 12


def test_a_party_of_several_seats_is_so_many_parties() -> None:
    data = changed(("actors", 1), {"id": "down", "name": "Downland", "count": 2})
    deal = made(data).file.deal
    assert deal is not None
    assert [party.actor for party in deal.parties] == ["up", "down-1", "down-2"]


def test_numbers_of_an_invented_source_are_not_counted_as_cited() -> None:
    bases = {item.basis for item in load("river-basin").all_inputs() if item.source == "invented"}
    assert bases == {"judgement"}


def test_patience_and_breakdown_can_be_set_within_what_is_legal() -> None:
    moved = load("river-basin").with_values({"deal.discount_factor[highland]": 0.5, "deal.breakdown": 0.2})
    held = {each.path: each.value for each in moved.all_inputs()}
    assert (held["deal.discount_factor[highland]"], held["deal.breakdown"]) == (0.5, 0.2)
    with pytest.raises(ValueError, match=r"deal.breakdown = 1.5 is outside 0 to 1"):
        load("river-basin").with_values({"deal.breakdown": 1.5})
    with pytest.raises(ValueError, match="is outside"):
        load("river-basin").with_values({"deal.discount_factor[highland]": 1.0})
    # What others see holds the risk, which all share, and nobody's patience.
    shared = {each.path for each in moved.redacted().all_inputs()}
    assert "deal.breakdown" in shared
    assert not any("discount_factor" in path for path in shared)


def test_payments_need_one_unit_that_all_count_in() -> None:
    data = changed(("deal", "transferable"), True)
    data["deal"]["comparable"] = True
    with pytest.raises(ScenarioError, match="the parties have no unit"):
        made(data)
    for party, unit in zip(data["deal"]["parties"], ("euros", "dollars"), strict=True):
        party["unit"] = unit
    with pytest.raises(ScenarioError, match=r"several units \(dollars, euros\)"):
        made(data)
    data["deal"]["parties"][0]["unit"] = "dollars"
    assert made(data).file.deal is not None
