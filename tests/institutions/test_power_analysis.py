"""The analyses of formal voting weight: every index by name, what kind of rule it is, and three choices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.institutions.voting.indices import INDICES
from comity.scenario import Scenario, from_weights, load, loads


def table_of(weights: Sequence[tuple[str, object]]) -> bytes:
    return "\n".join(["name,weight", *(f"{name},{weight}" for name, weight in weights)]).encode()


def power(case: Scenario, **options: str) -> tuple[Finding, ...]:
    analysis = registry().get("voting-power")
    return ask(analysis, case, analysis.options(**options), draws=0, search=False)


def body(members: int, passes: dict[str, Any]) -> Scenario:
    """A body of equal members with one rule."""
    ids = [f"m{number}" for number in range(members)]
    data = {
        "comity": 1,
        "title": "A body",
        "actors": [{"id": each, "name": each.upper()} for each in ids],
        "institution": {"name": "Body", "rules": [{"id": "r", "name": "the rule", "passes": passes}]},
    }
    return loads(json.dumps(data).encode())


def test_all_is_one_object_a_member_with_every_index_and_its_fraction() -> None:
    weights = [(name, str(weight)) for name, weight in zip("ABCDEF", (4, 4, 4, 2, 2, 1), strict=True)]
    found = power(from_weights(table_of(weights), "mine.csv", "12"), index="all", exact="yes")
    assert [finding.key for finding in found] == ["formal-voting-weight", "kind-of-rule"]
    assert found[0].table is not None
    records = found[0].table.records()
    assert [each["name"] for each in records] == list("ABCDEF")
    for each in records:
        for index in INDICES.values():
            exact, value = each[f"{index.column}_exact"], each[index.column]
            assert isinstance(exact, str)
            assert value == float(Fraction(exact))
    assert records[0]["coleman_prevent_exact"] == "5/7"
    assert records[0]["coleman_act_exact"] == "7/32"
    assert records[0]["deegan_packel_exact"] == "5/24"
    assert records[-1]["satisfaction_exact"] == "1/2"
    assert found[1].table is not None
    kind = {str(each["what"]): each["answer"] for each in found[1].table.records()}
    assert kind["coalitions that pass, of 2^6"] == "14"
    assert kind["minimal winning coalitions"] == "4"
    assert kind["members who never decide"] == "F"
    assert kind["members without whom nothing passes"] == "nobody"
    assert "is proper and is not strong" in found[1].sentence


def test_the_default_shows_the_two_families_and_nothing_else() -> None:
    (found,) = power(from_weights(table_of([("A", "2"), ("B", "1"), ("C", "1")]), "mine.csv", "3"))
    assert found.table is not None
    assert found.table.columns[3:] == tuple(
        name + tail for name in ("banzhaf", "banzhaf_normalised", "shapley_shubik") for tail in ("", "_exact")
    )
    assert "(normalised Banzhaf)" in found.sentence


@pytest.mark.parametrize("name", list(INDICES))
def test_each_index_can_be_asked_for_by_name(name: str) -> None:
    (found,) = power(from_weights(table_of([("A", "2"), ("B", "1"), ("C", "1")]), "mine.csv", "3"), index=name)
    assert found.table is not None
    assert found.table.columns[3:] == (INDICES[name].column, f"{INDICES[name].column}_exact")
    assert found.sentence.endswith(".")
    if name == "coleman-act":
        assert "38 % of all coalitions pass (Coleman's power to act)" in found.sentence
    else:
        assert "A: " in found.sentence
    assert found.chart is not None
    assert found.chart()["$schema"].endswith(".json")


def test_an_index_that_does_not_fit_is_an_error_by_name_and_a_line_of_all() -> None:
    weights = [(f"M{number}", str(40_009 + 131 * number + number * number % 97)) for number in range(80)]
    case = from_weights(table_of(weights), "mine.csv", "1/2")
    with pytest.raises(
        CannotAnswerError, match=r"Johnston cannot be computed: 80 members .* would take about .* years"
    ):
        power(case, index="johnston")
    weight, kind = power(case, index="all", exact="no")
    assert weight.table is not None
    assert "johnston" not in weight.table.columns
    assert "holler_packel" in weight.table.columns
    assert "Left out at this size: " in kind.reading
    assert kind.table is not None
    reasons = {str(each["what"]): str(each["answer"]) for each in kind.table.records()}
    assert "Use banzhaf-normalised" in reasons["left out: Johnston"]


def test_weight_with_abstention_of_a_council_with_vetoes() -> None:
    council = {"all": [{"members": 3}, {"veto": ["m0", "m1"], "abstention_blocks": False}]}
    analysis = registry().get("abstention")
    (found,) = ask(analysis, body(5, council), draws=0)
    assert "M0 and M1" in found.sentence
    assert "For M2, M3 and M4 to abstain is as good as to vote against." in found.reading
    assert found.table is not None
    first = found.table.records()[0]
    assert isinstance(first["yes_or_no"], float)
    assert isinstance(first["yes_or_abstain_exact"], str)
    assert found.flips
    assert found.chart is not None
    assert found.chart()["$schema"].endswith(".json")


@pytest.mark.parametrize(
    ("passes", "as_good"),
    [({"unless": {"members": 1}}, "in favour"), ({"all": [{"members": 2}, {"unless": {"members": 4}}]}, "against")],
)
def test_what_an_abstention_is_as_good_as(passes: dict[str, Any], as_good: str) -> None:
    (found,) = ask(registry().get("abstention"), body(4, passes), draws=0, search=False)
    assert f"For every member to abstain is as good as to vote {as_good}." in found.reading


def test_where_no_clause_speaks_of_abstention_the_question_is_not_answered() -> None:
    with pytest.raises(CannotAnswerError, match="says how an abstention counts"):
        ask(registry().get("abstention"), load("eu-council"), draws=0, search=False)


def test_abstention_of_too_many_different_members_is_refused_with_numbers() -> None:
    actors = [{"id": f"m{k}", "name": f"M{k}"} for k in range(20)]
    weights = {"votes": {"unit": "votes", "values": {f"m{k}": k + 1 for k in range(20)}}}
    rule = {"id": "r", "name": "rule", "passes": {"weight": "votes", "quota": "2/3", "of_voting": True}}
    institution = {"name": "Body", "weights": weights, "rules": [rule]}
    data = {"comity": 1, "title": "Many", "actors": actors, "institution": institution}
    with pytest.raises(CannotAnswerError, match="20 members of 20 kinds"):
        ask(registry().get("abstention"), loads(json.dumps(data).encode()), draws=0, search=False)


def test_a_treaty_of_192_members_most_of_them_without_a_share_is_counted() -> None:
    (found,) = power(load("kyoto-entry-into-force"))
    assert found.table is not None
    records = found.table.records()
    assert records[0]["name"] == "United States"
    assert sum(float(each["shapley_shubik"] or 0) for each in records) == pytest.approx(1.0)
    others = {float(each["banzhaf"] or 0) for each in records if each["co2"] == 0}
    assert len(others) == 1
    assert min(others) > 0


def test_an_only_member_is_said_to_decide_alone() -> None:
    case = body(1, {"members": 1})
    assert power(case)[0].sentence == "Under “the rule” the only member, M0, decides alone."
    (rule,) = ask(registry().get("decision-rule"), case, draws=0, search=False)
    assert rule.verdict == "M0 decides alone"
