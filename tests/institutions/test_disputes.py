"""Disputes: adoption against every way to object, the worth of a complaint, and the timetable of a case."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.institutions.oversight.disputes import complaint_value, objections, stage_ends
from comity.institutions.voting.tallies import TooLarge
from comity.rules import All, Members, Rule, RuleError, Unless, Veto, Weighted, passes
from comity.scenario import Scenario, load, loads

COMPLAINT, ADOPTION, TIMETABLE = (
    registry().analyses[name] for name in ("complaint", "report-adoption", "dispute-timetable")
)


def test_consensus_reverse_consensus_and_majority_of_the_dispute_settlement_understanding() -> None:
    n = 131
    one_stops, all_stop, majority = Unless(Members(n, 1)), Unless(Members(n, n)), Members.of(n, "1/2", strict=True)
    assert objections(one_stops, [0], [1]).fewest_to_stop == 0
    assert not objections(one_stops, [0], [1]).adopted_today
    assert objections(all_stop, [0], [1]).fewest_to_stop is None
    assert objections(all_stop, [0], [1]).probability([0.0, 0.5, 1.0]).tolist() == [1.0, 1.0, 1.0]
    assert objections(all_stop, [], [1]).fewest_to_stop == n - 1
    assert objections(majority, [0], [1]).fewest_to_stop == 65
    assert objections(Members(n, 1), [0], [1]).fewest_to_stop is None


@st.composite
def disputes(draw: st.DrawFn) -> tuple[Rule, list[int], list[int]]:
    n = draw(st.integers(2, 7))
    weights = tuple(draw(st.lists(st.integers(1, 5), min_size=n, max_size=n)))
    rules: list[Rule] = [
        Members(n, draw(st.integers(1, n))),
        Unless(Members(n, draw(st.integers(1, n)))),
        Weighted(weights, draw(st.integers(1, sum(weights)))),
        All((Members(n, draw(st.integers(1, n))), Veto(n, (n - 1,)))),
    ]
    rule = draw(st.sampled_from(rules))
    sides = draw(st.lists(st.sampled_from(["for", "against", "open"]), min_size=n, max_size=n))
    return rule, [i for i in range(n) if sides[i] == "for"], [i for i in range(n) if sides[i] == "against"]


@settings(max_examples=80)
@given(case=disputes(), q=st.floats(0.0, 1.0))
def test_adoption_is_what_trying_every_way_to_object_gives(case: tuple[Rule, list[int], list[int]], q: float) -> None:
    rule, in_favour, against = case
    open_ones = [member for member in range(rule.n) if member not in (*in_favour, *against)]
    chance, stopping = 0.0, []
    for objecting in product([False, True], repeat=len(open_ones)):
        agree = np.ones(rule.n, dtype=bool)
        agree[against] = False
        agree[open_ones] = ~np.array(objecting, dtype=bool)
        if bool(passes(rule, agree)):
            chance += float(np.prod([q if each else 1 - q for each in objecting]))
        else:
            stopping.append(sum(objecting))
    found = objections(rule, in_favour, against)
    assert float(found.probability(q)) == pytest.approx(chance, abs=1e-9)
    assert found.fewest_to_stop == min(stopping, default=None)


def test_members_who_count_differently_are_tried_one_by_one_up_to_a_limit() -> None:
    rule = Weighted(tuple(range(1, 31)), 300)
    assert objections(rule, list(range(12, 30)), []).others == 12
    with pytest.raises(TooLarge, match="has 30 members who have not taken a side"):
        objections(rule, [], [])


@pytest.mark.parametrize(
    ("in_favour", "against", "says"), [([0], [0], "both in favour and against"), ([0], [3], "does not exist")]
)
def test_sides_that_cannot_be_meant_are_refused(in_favour: list[int], against: list[int], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        objections(Members(3, 2), in_favour, against)


def test_a_probability_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="objection: a probability"):
        objections(Members(3, 2), [0], [1]).probability(1.5)
    with pytest.raises(ValueError, match="win: a probability"):
        complaint_value(80.0, 1.0, 0.5, 1.0)
    with pytest.raises(ValueError, match="cost: a number is not finite"):
        complaint_value(0.8, 1.0, 0.5, np.nan)
    with pytest.raises(ValueError, match="lengths"):
        stage_ends([[1.0, -1.0]])


def test_a_complaint_pays_from_the_probability_at_which_it_breaks_even() -> None:
    even = (20.0 + 5.0) / (100.0 * 0.5)
    assert complaint_value([even - 1e-9, even + 1e-9], 100.0, 0.5, 20.0, 5.0).tolist() == pytest.approx(
        [0, 0], abs=1e-6
    )
    assert (complaint_value([even - 1e-9, even + 1e-9], 100.0, 0.5, 20.0, 5.0) > 0).tolist() == [False, True]


WORTH = {"win": 0.8, "award": 100, "compliance": 0.5, "cost": 10}
RULES = [
    {"id": "one", "name": "consensus", "passes": {"unless": {"members": 1}}},
    {"id": "all", "name": "reverse consensus", "passes": {"unless": {"all_but": 0}}},
    {"id": "half", "name": "majority", "passes": {"members": "1/2", "strict": True}},
]


def case(**disputes: Any) -> Scenario:
    section = {"complainants": ["A"], "respondent": "B", "subject": "the levy", "unit": "million", **disputes}
    data = {
        "comity": 1,
        "title": "A levy",
        "actors": [{"id": name, "name": name} for name in "ABCDE"],
        "institution": {"name": "Dispute body", "rules": RULES, "disputes": section},
    }
    return loads(json.dumps(data).encode())


def answered(analysis: Any, scenario: Scenario, **settings: Any) -> Finding:
    (finding,) = ask(analysis, scenario, **{"draws": 200, "search": False, **settings})
    return finding


def test_the_rules_are_compared_and_what_a_complaint_is_worth_under_each() -> None:
    finding = answered(ADOPTION, case(**WORTH, objection=0.5))
    assert finding.verdict == "adopted under reverse consensus and majority and stopped under consensus"
    assert finding.table is not None
    rows = {row["rule"]: row for row in finding.table.records()}
    assert rows["consensus"]["worth_of_a_complaint"] == -10.0
    assert rows["reverse consensus"]["probability_of_adoption"] == 1.0
    assert rows["reverse consensus"]["worth_of_a_complaint"] == 30.0
    # Three others object each with one half; two objections more make three of five, and a majority is gone.
    assert rows["majority"]["probability_of_adoption"] == pytest.approx(0.5)
    assert rows["majority"]["further_objections_that_stop_it"] == 2


def test_a_case_may_compare_some_of_its_rules_and_needs_no_number() -> None:
    finding = answered(ADOPTION, case(adoption=["one"], allies=["C"]))
    assert finding.verdict == "stopped under consensus"
    assert "those objections stop it" in finding.reading
    assert finding.table is not None
    assert finding.table.columns == ("rule", "adopted", "further_objections_that_stop_it")


def test_the_quota_of_a_rule_is_among_what_would_change_the_answer() -> None:
    finding = answered(ADOPTION, case(allies=["C", "D", "E"]), search=True)
    assert isinstance(finding.flips, tuple)
    assert "institution.rules[half].quota[members]" in {flip.path for flip in finding.flips}


def test_nobody_who_could_object_is_said() -> None:
    scenario = load("wto-bananas")
    file = scenario.file.model_copy(
        update={
            "actors": tuple(
                actor.model_copy(update={"roles": ("advises",)}) if actor.id == "EC" else actor
                for actor in scenario.file.actors
            )
        }
    )
    with pytest.raises(CannotAnswerError, match="nobody here could object"):
        answered(ADOPTION, Scenario(file, "x"))


def test_a_complaint_says_where_it_breaks_even() -> None:
    finding = answered(COMPLAINT, case(**WORTH))
    assert finding.verdict == "complaining pays"
    assert finding.value == pytest.approx(30.0)
    assert "breaks even at a probability of winning of 20 %" in finding.reading
    lost = answered(COMPLAINT, case(**{**WORTH, "cost": 90}))
    assert lost.verdict == "complaining does not pay"
    assert "Not even a certain win" in lost.reading
    assert any("Priest & Klein" in caveat for caveat in lost.caveats)


def test_counter_claims_are_subtracted() -> None:
    assert answered(COMPLAINT, case(**WORTH, counter_claims=35)).value == pytest.approx(-5.0)


STAGES = [
    {"id": "talks", "name": "Talks", "length": 60},
    {"id": "panel", "name": "Panel", "length": {"value": 9, "range": [6, 12]}, "unit": "months"},
]


def test_stages_follow_each_other_from_a_date() -> None:
    finding = answered(TIMETABLE, case(stages=STAGES, start="1996-02-05"))
    assert finding.table is not None
    assert [row["to"] for row in finding.table.records()] == ["1996-04-05", "1997-01-04"]
    assert finding.verdict == "over in 1997"
    assert finding.value == pytest.approx(60 * 12 / 365.25 + 9)
    assert finding.unit == "months"


def test_without_a_day_the_stages_are_counted_and_not_dated() -> None:
    for start in ({}, {"start": 1996}):
        finding = answered(TIMETABLE, case(stages=STAGES, **start))
        assert finding.verdict == "over within 1 year"
        assert finding.table is not None
        assert finding.table.records()[0]["from"] is None


def test_a_stage_without_a_length_is_named() -> None:
    stages = [*STAGES, {"id": "appeal", "name": "Appeal"}]
    with pytest.raises(CannotAnswerError, match="needs the length of every stage; none is stated for Appeal"):
        answered(TIMETABLE, case(stages=stages))


def test_only_a_stage_with_a_range_is_redrawn() -> None:
    spreads = {item.path: item.spread for item in case(stages=STAGES).all_inputs() if "stages" in item.path}
    assert spreads == {
        "institution.disputes.stages[talks].length": None,
        "institution.disputes.stages[panel].length": (6.0, 12.0),
    }


@pytest.mark.parametrize("analysis", [COMPLAINT, ADOPTION, TIMETABLE])
def test_the_shipped_dispute_is_answered_whole(analysis: Any) -> None:
    finding = answered(analysis, load("wto-bananas"), search=True)
    assert finding.verdict
    assert isinstance(finding.flips, tuple)
    assert finding.flips


def test_whoever_has_left_neither_complains_nor_objects() -> None:
    scenario = load("wto-bananas")
    left = scenario.file.model_copy(
        update={
            "actors": tuple(actor for actor in scenario.file.actors if actor.id not in ("USA", "EC")),
            "positions": (),
        }
    )
    assert "pays Ecuador, Guatemala, Honduras and Mexico:" in answered(COMPLAINT, Scenario(left, "x")).sentence
    with pytest.raises(CannotAnswerError, match="nobody here could object"):
        answered(ADOPTION, Scenario(left, "x"))
    alone = left.model_copy(update={"actors": tuple(actor for actor in left.actors if actor.id == "BLZ")})
    with pytest.raises(CannotAnswerError, match="needs a complainant"):
        answered(COMPLAINT, Scenario(alone, "x"))
    with pytest.raises(CannotAnswerError, match="AB is not among the actors"):
        answered(registry().analyses["delegation"], Scenario(alone, "x"))


@pytest.mark.parametrize(
    ("data_date", "outcome_date", "says"),
    [
        ("1999", "1997-09-25", "after the outcome (1997-09-25)"),
        ("1997", "1997-09-25", "perhaps after the outcome"),
        (None, "1997", "What happened is known"),
        ("1996", "1997-09-25", None),
        ("1997-08", "1997-09-25", None),
        ("1999", None, None),
    ],
)
def test_a_reconstruction_says_so(data_date: str | None, outcome_date: str | None, says: str | None) -> None:
    scenario = case(**WORTH)
    file = scenario.file.model_copy(update={"data_date": data_date, "outcome_date": outcome_date})
    cautions = " ".join(answered(COMPLAINT, Scenario(file, "x")).caveats)
    assert ("reconstruction" in cautions) == (says is not None)
    assert says is None or says in cautions
