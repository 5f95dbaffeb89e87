"""The invented case on relief: no deal is acceptable as written, and the named red line opens one when it moves."""

from __future__ import annotations

import pytest

from comity.bargaining.analyses.deal_table import deal_of
from comity.brief import compose
from comity.brief.as_json import render_json
from comity.findings import ask, redraw, registry
from comity.scenario import Scenario, load, open_shipped

NAME = "humanitarian-corridor"
SCENARIO = open_shipped(NAME).scenario
CASE = load(NAME)


def acceptable(case: Scenario) -> int:
    """How many packages give every party at least its line."""
    analysis = registry().get("open-zone")
    deal = deal_of(case.view(analysis.reads), redraw(case, analysis.reads, seed=0, n=0))
    return int((deal.table()[0] >= deal.floor[0]).all(axis=-1).sum())


def test_everything_in_it_is_marked_as_invented() -> None:
    assert [source.id for source in SCENARIO.sources if source.invented] == ["invented"]
    assert len(SCENARIO.sources) == 1
    assert "invented" in SCENARIO.title
    assert "invented" in SCENARIO.unverified[0]
    assert {item.basis for item in CASE.all_inputs()} == {"judgement"}


def test_a_mediator_a_relief_organisation_and_a_funder_have_no_vote() -> None:
    roles = {actor.id: actor.roles for actor in SCENARIO.actors}
    assert roles["mediator"] == ("advises",)
    assert roles["relief"] == ("delivers",)
    assert roles["facility"] == ("funds",)
    assert [actor for actor, has in roles.items() if "decides" in has] == ["orvan", "front", "selmark"]
    assert not any(row.actor == "mediator" for row in SCENARIO.positions)
    assert all(issue.proposal is not None for issue in SCENARIO.issues)


@pytest.mark.parametrize(
    ("path", "value"), [("deal.red_line[orvan]", 57.0), ("deal.red_line[relief]", 68.0)], ids=["orvan", "relief"]
)
def test_the_zone_is_empty_and_opens_at_the_line_that_is_named(path: str, value: float) -> None:
    assert acceptable(CASE) == 0
    assert acceptable(CASE.with_values({path: value + 0.5})) == 0
    assert acceptable(CASE.with_values({path: value})) > 0


def test_the_question_names_the_smallest_move_and_the_text_that_it_opens() -> None:
    (finding, *_) = ask(registry().get("open-zone"), CASE, draws=0, search=False)
    assert "no deal is acceptable to all" in finding.sentence
    assert "Orvan lowers its line by 5.0" in finding.sentence
    assert "names held by the mediator, independent monitors, a pause for each convoy" in finding.sentence


def test_no_red_line_reaches_those_with_whom_the_brief_is_shared() -> None:
    shared = render_json(compose(CASE.redacted(), audience="shared", draws=20))
    assert "red_line" not in shared
    assert "what its generals let pass" not in shared
    assert "handed over by name" not in shared
