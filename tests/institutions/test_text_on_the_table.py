"""The text on the table as a question to a case: who supports it, by rows, and what is said of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.findings import CannotAnswerError, Finding, Flip, OptionError, ask
from comity.institutions.analyses import CONCESSIONS
from comity.scenario import Scenario, loads

SCALE = {"low": 0, "high": 10, "low_means": "none", "high_means": "all", "unit": "years"}


def case(**changes: Any) -> Scenario:
    """Three members on a line from 0 to 10; the text stands at 8, without an agreement 0 applies."""
    data: dict[str, Any] = {
        "comity": 1,
        "title": "Three",
        "actors": [{"id": each, "name": name} for each, name in (("A", "Aland"), ("B", "Borduria"), ("C", "Cocagne"))],
        "issues": [{"id": "date", "question": "When?", "scale": SCALE, "proposal": 8, "reference_point": 0}],
        "positions": [
            {"actor": "A", "issue": "date", "position": 9},
            {"actor": "B", "issue": "date", "position": 3},
            {"actor": "C", "issue": "date", "position": 1},
        ],
        "institution": {
            "name": "Body",
            "weights": {"votes": {"unit": "votes", "values": {"A": 2, "B": 2, "C": 1}}},
            "rules": [{"id": "majority", "name": "Majority", "passes": {"weight": "votes", "quota": 3}}],
        },
        **changes,
    }
    return loads(json.dumps(data).encode())


def asked(scenario: Scenario, draws: int = 0, search: bool = False, **options: Any) -> tuple[Finding, ...]:
    return ask(CONCESSIONS, scenario, CONCESSIONS.options(**options), draws=draws, search=search)


def test_who_supports_it_what_it_lacks_and_what_completes_it() -> None:
    support, concession = asked(case())
    assert support.sentence == (
        "Under “Majority” the text does not pass, short of 1 of 5 votes. 1 of 3 members is in favour: Aland."
    )
    assert support.verdict == "the text does not pass"
    # At 6 Borduria, at 3, is as well off as at 0; at 2 so is Cocagne.
    assert "date 8→6 years: it wins over Borduria; in favour are then 2 of 3 members." in concession.sentence
    assert "moves the text by 20 % of its scale" in concession.reading
    assert "moves it by 60 % (date 8→2 years) and wins over Cocagne" in concession.reading
    assert "Borduria (0.20)" in concession.reading
    assert concession.table is not None
    assert concession.table.records()[0]["cheapest_change"] == pytest.approx(6.0)


def test_the_nearest_flip_is_where_the_text_is_as_far_as_no_agreement() -> None:
    support, *_ = asked(case(), search=True)
    assert isinstance(support.flips, tuple)
    where = {flip.path: flip for flip in support.flips}
    flip = where["positions[B,date].position"]
    assert isinstance(flip, Flip)
    assert flip.flips_at == pytest.approx(4.0, abs=1e-4)
    assert flip.becomes == "the text passes"
    assert where["issues[date].proposal"].flips_at == pytest.approx(6.0, abs=1e-4)
    assert where["institution.weights[votes,A]"].flips_at == 3


def test_each_redraw_is_judged_by_its_own_numbers() -> None:
    close = case(issues=[{"id": "date", "question": "?", "scale": SCALE, "proposal": 6.2, "reference_point": 0}])
    support, *_ = asked(close, draws=400)
    shares = dict(support.verdict_shares)
    assert 0.2 < shares["the text passes"] < 0.8
    words = " ".join([support.sentence, support.reading, *support.caveats])
    assert "probability" not in words


def test_a_text_that_passes_needs_no_concession_and_says_who_holds_it() -> None:
    (support,) = asked(
        case(issues=[{"id": "date", "question": "?", "scale": SCALE, "proposal": 2, "reference_point": 0}])
    )
    assert support.verdict == "the text passes"
    assert "No supporter alone could stop it; 2 together could" in support.reading


def test_an_issue_under_another_rule_is_left_out_and_said() -> None:
    issues = [
        {"id": "date", "question": "?", "scale": SCALE, "proposal": 8, "reference_point": 0, "rule": "majority"},
        {"id": "money", "question": "?", "scale": SCALE, "proposal": 8, "reference_point": 0, "rule": "all"},
        {"id": "place", "question": "?", "scale": SCALE, "rule": "majority"},
    ]
    rules = [
        {"id": "majority", "name": "Majority", "passes": {"members": 2}},
        {"id": "all", "name": "All", "passes": {"all_but": 0}},
        {"id": "none", "name": "Not named", "passes": {"members": 1}},
    ]
    found = asked(case(issues=issues, institution={"name": "Body", "rules": rules}))
    assert {finding.subject for finding in found} == {"majority", "all"}
    assert "Left out, since another rule decides them: money." in found[0].caveats
    assert "Left out, since the text or what applies without one is not stated: place." in found[0].caveats


def test_silence_is_said_and_private_positions_are_silence_for_others() -> None:
    rows = [
        {"actor": "A", "issue": "date", "position": 9},
        {"actor": "B", "issue": "date", "position": {"value": 3, "private": True}},
        {"actor": "C", "issue": "date", "position": 9},
    ]
    support, *_ = asked(case(positions=rows).redacted())
    assert "No position is stated for Borduria: never counted as in favour, since silence is not consent." in (
        support.caveats
    )
    assert support.verdict == "the text passes"
    assert support.table is not None
    assert support.table.records()[-1] == {
        "member": "Borduria",
        "loss_at_the_text": None,
        "loss_without_an_agreement": None,
        "gain": None,
        "in_favour": None,
        "votes": 2,
    }


def test_where_no_salience_is_stated_issues_count_alike_and_that_is_said() -> None:
    issues = [
        {"id": each, "question": "?", "scale": SCALE, "proposal": 8, "reference_point": 0} for each in ("date", "place")
    ]
    rows = [
        {"actor": actor, "issue": issue, "position": place, **({"salience": 0.2} if (actor, issue) == stated else {})}
        for actor, place in (("A", 9), ("B", 3), ("C", 1))
        for issue in ("date", "place")
        for stated in [("A", "date")]
    ]
    support, *_ = asked(case(issues=issues, positions=rows, salience_scale=1))
    assert "No salience is stated for Borduria and Cocagne: all its issues count alike." in support.caveats
    assert "A missing salience of Aland counts as the mean of its others." in support.caveats


def test_weights_beyond_floats_are_counted_in_whole_numbers() -> None:
    big = 2**62
    weights = {"votes": {"unit": "votes", "values": {"A": big, "B": 1, "C": 1}}}
    rule = {"id": "r", "name": "Majority", "passes": {"weight": "votes", "quota": big + 1}}
    support, concession = asked(case(institution={"name": "Body", "weights": weights, "rules": [rule]}))
    assert support.verdict == "the text does not pass"
    assert "wins over Borduria" in concession.sentence
    assert support.table is not None
    assert support.table.records()[0]["votes"] == str(big)


def test_the_charts_are_drawn() -> None:
    for finding in asked(case()):
        assert finding.chart is not None
        assert finding.chart()["$schema"].endswith(".json")
        assert finding.chart_summary


def test_sponsors_set_the_cost_and_have_to_be_members_with_a_position() -> None:
    (_, concession) = asked(case(), sponsors="aland")
    assert "date 8→6 years" in concession.sentence
    with pytest.raises(OptionError, match="did you mean B"):
        asked(case(), sponsors="Bordura")
    with pytest.raises(CannotAnswerError, match="Cocagne"):
        asked(case(positions=[{"actor": "A", "issue": "date", "position": 9}]), sponsors="C")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"issues": [{"id": "date", "question": "?", "scale": SCALE, "reference_point": 0}]}, "the text on the table"),
        ({"issues": [{"id": "date", "question": "?", "scale": SCALE, "proposal": 0}]}, "if nothing is agreed"),
        ({"institution": None}, "decision rule"),
        ({"positions": []}, "position"),
    ],
)
def test_what_is_missing_is_said(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(CannotAnswerError, match=says):
        asked(case(**changes))


def test_a_text_in_round_numbers_agrees_with_the_table() -> None:
    wide = {**SCALE, "high": 400, "unit": "points"}
    issue = {"id": "dam", "question": "?", "scale": wide, "proposal": 200, "reference_point": 0}
    rows = [{"actor": each, "issue": "dam", "position": place} for each, place in (("A", 190), ("B", 74), ("C", 10))]
    _, concession = asked(case(issues=[issue], positions=rows))
    # Borduria, at 74, accepts up to 148, which is 150 in round numbers: a text that it refuses.
    assert concession.table is not None
    assert concession.table.records()[0]["cheapest_change"] == pytest.approx(148.0)
    assert "dam 200→148 points" in concession.sentence
    assert not any("rounded" in caution for caution in concession.caveats)


def test_saliences_that_are_all_zero_are_said_to_count_alike() -> None:
    issues = [
        {"id": each, "question": "?", "scale": SCALE, "proposal": 8, "reference_point": 0} for each in ("date", "place")
    ]
    rows = [
        {"actor": actor, "issue": issue, "position": place, "salience": 0 if actor == "B" else 0.5}
        for actor, place in (("A", 9), ("B", 3), ("C", 1))
        for issue in ("date", "place")
    ]
    support, *_ = asked(case(issues=issues, positions=rows, salience_scale=1))
    assert any(caution.startswith("The salience of Borduria is 0 wherever") for caution in support.caveats)
