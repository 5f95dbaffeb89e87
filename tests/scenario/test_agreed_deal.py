"""What was agreed: in a scenario file, in a file of its own, in a few words; and a case as one player may see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.findings import CannotAnswerError
from comity.scenario import ScenarioError, load, loads, open_shipped
from comity.scenario.agreed_deal import parse_agreed, read_agreed, with_agreed
from comity.scenario.deal import Deal
from comity.scenario.one_side import as_seen_by

BASIN = load("river-basin")
WHOLE = {"dam": "low", "release": "pulse", "monitoring": "joint", "financing": "shared"}


def deal() -> Deal:
    assert BASIN.file.deal is not None
    return BASIN.file.deal


def written(agreed: str) -> bytes:
    text = open_shipped("river-basin").text
    assert text.count("  proposed: {") == 1
    return text.replace("  proposed: {", f"  agreed:\n    - {agreed}\n  proposed: {{").encode()


def test_a_scenario_says_what_was_agreed() -> None:
    options = "{dam: low, release: pulse, monitoring: joint, financing: shared}"
    found = loads(written(f"{{name: Group A, options: {options}}}\n    - {{note: They ran out of time.}}")).file.deal
    assert found is not None
    assert found.agreed[0].options == WHOLE
    assert found.agreed[1].options is None


@pytest.mark.parametrize(
    ("agreed", "says"),
    [
        ("{options: {dam: low}}", "agreed[0].options: the deal says nothing on 'release'"),
        ("{options: {}}", "the deal says nothing on 'dam'"),
        ("{options: {dam: lwo, release: pulse, monitoring: joint, financing: fund}}", "did you mean 'low'?"),
        ("{options: {dam: high, release: pulse, monitoring: joint, financing: fund}}", "entry 1 of forbidden excludes"),
        ("{opts: {dam: high}}", "unknown key 'opts'"),
    ],
)
def test_a_mistake_in_what_was_agreed_is_named_with_its_place(agreed: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(written(agreed))
    assert says in str(caught.value)


def test_a_file_names_its_group_and_an_issue_of_that_name_comes_first() -> None:
    text = b"notes: late\ndam: low\nrelease: pulse\nmonitoring: joint\nfinancing: shared\n"
    (found,) = read_agreed(text, "folder/red.yaml", deal())
    assert (found.name, found.note, found.options) == ("red", "late", WHOLE)
    renamed = deal().model_copy(
        update={"issues": tuple(i.model_copy(update={"id": "name"} if i.id == "dam" else {}) for i in deal().issues)}
    )
    (found,) = read_agreed(text.replace(b"dam:", b"name:"), "red.yaml", renamed)
    assert found.options == {**{k: v for k, v in WHOLE.items() if k != "dam"}, "name": "low"}


def test_what_is_laid_over_a_case_replaces_what_its_file_says() -> None:
    case = with_agreed(BASIN, [parse_agreed("none", deal())])
    assert case.file.deal is not None
    assert case.file.deal.agreed[0].options is None
    with pytest.raises(CannotAnswerError, match="needs issues with options"):
        with_agreed(load("car-emissions"), [])


@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_a_deal_or_a_list_of_problems(content: bytes) -> None:
    found: tuple[object, ...]
    try:
        found = read_agreed(content, "deal.yaml", deal())
    except ScenarioError as error:
        found = error.problems
    assert found


@given(words=st.text(alphabet="dam=low,rels pue:{}[]#\n\x00é", max_size=40))
def test_any_words_are_a_deal_or_a_list_of_problems(words: str) -> None:
    told = "--deal:1:"
    try:
        parse_agreed(words, deal())
    except ScenarioError as error:
        told = str(error)
    assert told.startswith("--deal:1:")


def test_one_side_keeps_its_own_and_nothing_of_the_others() -> None:
    for actor in [party.actor for party in deal().parties]:
        seen = as_seen_by(BASIN, actor)
        assert seen.file.deal is not None
        for party, whole in zip(seen.file.deal.parties, deal().parties, strict=True):
            if party.actor == actor:
                assert party == whole
            else:
                assert {name for name, value in party if value} == {"actor"}
        inputs = {item.path for item in seen.all_inputs()}
        assert not [
            path for path in inputs if path.startswith("deal.") and f"{actor}" not in path and "break" not in path
        ]
        assert not [path for path in inputs if path.endswith("salience") and f"[{actor}," not in path]
    assert not any(item.path.startswith("deal.batna") for item in as_seen_by(BASIN, None).all_inputs())
