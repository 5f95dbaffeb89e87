"""The room's answers for whole cases: what they say, what they leave out, and what a few or odd tables give."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.brief import compose
from comity.brief.as_json import findings_json
from comity.findings import CannotAnswerError, Finding, NotSearched, ask
from comity.positions.analyses import AGREEMENT, ANALYSES, BLOCS, COHESION, CONTESTED, LINKAGE, MAP, PIVOTAL
from comity.scenario import Scenario, load, loads, skeleton, what_if

Cell = tuple[float | None, float | None]


def case(table: dict[str, list[Cell]], **sections: Any) -> Scenario:
    """A case from rows of (position, salience) by actor; issues are called a, b, c on scales of 0 to 100."""
    issues = "abcdefgh"[: max(len(row) for row in table.values())]
    data = {
        "comity": 1,
        "title": "A case",
        "actors": [{"id": name, "name": name} for name in table],
        "salience_scale": 1,
        "issues": [
            {"id": i, "question": "?", "scale": {"low": 0, "high": 100, "low_means": "l", "high_means": "h"}}
            for i in issues
        ],
        "positions": [
            {"actor": name, "issue": issue}
            | ({} if at is None else {"position": at})
            | ({} if care is None else {"salience": care})
            for name, row in table.items()
            for issue, (at, care) in zip(issues, row, strict=False)
            if at is not None or care is not None
        ],
        **sections,
    }
    return loads(json.dumps(data).encode())


TABLE: dict[str, list[Cell]] = {
    "North": [(0, 1.0), (10, 0.1)],
    "East": [(5, 0.9), (0, 0.2)],
    "South": [(100, 0.1), (95, 0.9)],
    "West": [(90, 0.2), (100, 0.8)],
}


def one(analysis: Any, asked: Scenario, key: str | None = None, **settings: Any) -> Finding:
    found = ask(analysis, asked, **{"draws": 60, "search": False, **settings})
    return next(finding for finding in found if key in (None, finding.key))


def rows_of(finding: Finding) -> list[dict[str, Any]]:
    assert finding.table is not None
    return finding.table.records()


def test_agreement_says_who_agrees_most_and_least() -> None:
    found = one(AGREEMENT, case(TABLE))
    assert "North and East agree most (0.94 of 1)" in found.sentence
    assert "East and South agree least (0.05" in found.sentence
    by_pair = {(row["actor"], row["other"]): row for row in rows_of(found)}
    north_east = 1 - (0.95 * 0.05 + 0.15 * 0.10) / (0.95 + 0.15)
    assert by_pair["North", "East"]["agreement"] == pytest.approx(north_east, abs=1e-4)
    assert by_pair["North", "East"]["beyond_chance"] > 0.8 > 0 > by_pair["North", "South"]["beyond_chance"]
    low, high = by_pair["North", "East"]["low_8_in_10"], by_pair["North", "East"]["high_8_in_10"]
    assert 0.7 < low < high <= 1


def test_blocs_of_the_car_emissions_are_the_three_camps_of_the_table() -> None:
    found = one(BLOCS, load("car-emissions"), "blocs")
    assert "3 blocs" in found.sentence
    assert "Netherlands, Luxembourg, Germany and Denmark; Belgium, Ireland and Greece; France, Italy" in found.sentence
    within = {row["actor"]: row["agreement_in_bloc"] for row in rows_of(found)}
    assert set(within.values()) == {1.0}
    assert found.verdict == "the blocs are as written"


def test_flips_of_blocs_say_whose_place_changes() -> None:
    flips = one(BLOCS, load("car-emissions"), "blocs", search=True).flips
    assert not isinstance(flips, NotSearched)
    belgium = next(flip for flip in flips if flip.path == "positions[BEL,date].position")
    assert belgium.becomes == "Belgium changes bloc"
    assert 7 < belgium.flips_at < 10


def test_contested_ranks_issues_and_takes_the_assumptions_of_the_case() -> None:
    table: dict[str, list[Cell]] = {"A": [(0, 1), (50, 1)], "B": [(0, 1), (60, 1)], "C": [(100, 1), (50, 1)],
                                    "D": [(100, 1), (40, 1)]}  # fmt: skip
    found = one(CONTESTED, case(table))
    assert found.sentence.startswith("The most polarised issue is a (1.0 of 1), the least b (")
    assert {"assumptions.polarisation.alpha", "assumptions.polarisation.reach"} <= {item.path for item in found.inputs}
    polarised = {row["issue"]: row["polarisation"] for row in rows_of(found)}
    # Shares 1/4 at 40 and 60, 1/2 at 50; half of those ten points away are felt with: I = .5, .75, .5; a = .1, .05, .1.
    assert polarised["b"] == pytest.approx(4 * (0.25 * 0.5 * 0.1 * 2 + 0.5 * 0.75 * 0.05), abs=1e-4)
    gini = one(CONTESTED, case(table).with_values({"assumptions.polarisation.alpha": 0.0}))
    assert rows_of(gini)[0]["polarisation"] == pytest.approx(1.0)


def test_pivots_under_a_rule_and_by_the_weighted_median_without_one() -> None:
    car = one(PIVOTAL, load("car-emissions"))
    assert "Under “Qualified majority”" in car.sentence
    assert "(at 4 years) and France, Italy and United Kingdom (at 10 years)" in car.sentence
    assert {row["actor"] for row in rows_of(car) if row["pivotal_as_written"] == "no"} == {
        "Belgium", "Ireland", "Greece",
    }  # fmt: skip
    median = one(PIVOTAL, case({"A": [(0, 0.5)], "B": [(40, 0.3)], "C": [(90, 0.4)]}))
    assert median.sentence == "By weighted median the pivotal place on a is that of B (at 40)."
    assert any("No decision rule is named" in caveat for caveat in median.caveats)


def test_linkage_names_the_trade_of_those_who_care_about_different_issues() -> None:
    found = one(LINKAGE, case(TABLE))
    assert "In the model 4 of 6 pairs of actors could both gain" in found.sentence
    best = rows_of(found)[0]
    assert (best["actor"], best["gives_way_on"], best["other"], best["other_gives_way_on"]) == (
        "North", "b", "South", "a",
    )  # fmt: skip
    assert best["gain"] == pytest.approx((1.0 * 1.0 - 0.1 * 0.85) / 2)
    assert best["gain_of_the_other"] == pytest.approx((0.9 * 0.85 - 0.1 * 1.0) / 2)
    flips = one(LINKAGE, case(TABLE), search=True).flips
    assert not isinstance(flips, NotSearched)
    assert flips


GROUPS = [
    {"id": "cold", "name": "Cold ones", "members": ["North", "East"]},
    {"id": "mixed", "name": "Mixed ones", "members": ["North", "South"]},
]


def test_cohesion_compares_each_group_with_the_rest() -> None:
    found = one(COHESION, case(TABLE, groups=GROUPS))
    assert "Cold ones 0.94 of 1 within, more than with the rest" in found.sentence
    assert "Mixed ones" in found.sentence
    assert found.verdict == "agreement is greater within than with the rest: Cold ones"
    cold = rows_of(found)[0]
    assert cold["more_within_in_redraws"] == 1.0
    assert cold["low_8_in_10"] < cold["difference"] < 1


def test_a_group_that_cannot_be_compared_is_named() -> None:
    groups = [*GROUPS, {"id": "all", "name": "All", "members": list(TABLE)}]
    found = one(COHESION, case(TABLE, groups=groups))
    assert any("Not compared" in caveat and "All" in caveat for caveat in found.caveats)
    with pytest.raises(CannotAnswerError, match="a group of two actors with positions, and an actor"):
        one(COHESION, case(TABLE, groups=groups[2:]))
    with pytest.raises(CannotAnswerError, match="section `groups`"):
        one(COHESION, case(TABLE))


def test_groups_follow_their_members_when_one_leaves_or_is_several_seats() -> None:
    with_body = case(TABLE, groups=GROUPS, institution={"name": "B", "rules": [
        {"id": "r", "name": "R", "passes": {"members": 3}}]})  # fmt: skip
    left = what_if(with_body, "leave:North")
    assert [(group.id, group.members) for group in left.file.groups] == [("cold", ("East",)), ("mixed", ("South",))]
    gone = what_if(left, "leave:East")
    assert [group.id for group in gone.file.groups] == ["mixed"]
    data = {
        "comity": 1, "title": "t", "actors": [{"id": "s", "name": "Seat", "count": 2}, {"id": "c", "name": "C"}],
        "groups": [{"id": "g", "name": "G", "members": ["c", "s"]}],
    }  # fmt: skip
    assert loads(json.dumps(data).encode()).file.groups[0].members == ("c", "s-1", "s-2")


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
def test_of_whom_a_position_is_missing_is_said(analysis: Any) -> None:
    table: dict[str, list[Cell]] = {**TABLE, "North": [(0.0, 1.0), (None, 0.3)], "Silent": [(None, 0.5)]}
    found = one(analysis, case(table, groups=GROUPS))
    text = " ".join(found.caveats)
    assert "No position is stated for Silent" in text
    assert "North on b" in text or analysis is PIVOTAL
    assert "silence is not consent" in text
    assert "positions are what the file states" in text.lower()


@pytest.mark.parametrize("analysis", [AGREEMENT, BLOCS, CONTESTED, LINKAGE, MAP], ids=lambda each: each.name)
def test_a_missing_salience_is_filled_and_said(analysis: Any) -> None:
    nobody: dict[str, list[Cell]] = {name: [(at, None) for at, _ in row] for name, row in TABLE.items()}
    assert any("every issue counts alike" in caveat for caveat in one(analysis, case(nobody)).caveats)
    some: dict[str, list[Cell]] = {**TABLE, "North": [(0.0, 1.0), (10.0, None)], "East": [(5.0, None), (0.0, None)]}
    text = " ".join(one(analysis, case(some)).caveats)
    assert "No salience is stated for East: the mean of all" in text
    assert "A missing salience of North counts as the mean of its others" in text


DEGENERATE: dict[str, dict[str, list[Cell]]] = {
    "all alike": {name: [(50, 0.5), (20, 0.5)] for name in "ABCD"},
    "two identical": {"A": [(20, 0.5), (20, 0.5)], "B": [(20, 0.5), (20, 0.5)], "C": [(80, 0.2), (90, 0.9)]},
    "zero saliences": {"A": [(0, 0), (10, 1)], "B": [(50, 1), (20, 0)], "C": [(100, 0), (90, 0)]},
    "two actors": {"A": [(0, 0.5), (10, 0.5)], "B": [(100, 0.5), (20, 0.5)]},
    "no issue shared by all": {"A": [(0, 1), (None, None)], "B": [(50, 1), (20, 1)], "C": [(None, None), (90, 1)]},
    "one issue": {"A": [(0, 0.5)], "B": [(50, 0.5)], "C": [(100, 0.5)]},
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_odd_tables_get_a_sound_answer_or_a_reason(name: str) -> None:
    brief = compose(case(DEGENERATE[name], groups=[{"id": "g", "name": "G", "members": ["A", "B"]}]), draws=60)
    assert not brief.failed
    ours = {analysis.name for analysis in ANALYSES}
    answered = {finding.analysis for finding in brief.findings} & ours
    refused = {lacking.analysis: lacking.reason for lacking in brief.not_answered if lacking.analysis in ours}
    assert answered | set(refused) == ours
    assert {"map", "contested", "agreement", "pivotal"} <= answered
    assert all(reason.startswith("needs") for reason in refused.values())
    for finding in brief.findings:
        if finding.analysis in ours:
            assert "NaN" not in findings_json((finding,))
            assert "nan" not in f"{finding.sentence} {finding.reading}"
            assert finding.chart is None or finding.chart()["$schema"]
    if name == "all alike":
        said = {finding.key: finding.sentence for finding in brief.findings}
        assert said["contested"].startswith("Nothing is contested")
        assert said["blocs"] == "The stated positions of the 4 actors make one bloc."


def test_one_actor_has_nobody_to_be_compared_with() -> None:
    for analysis in ANALYSES:
        if analysis is COHESION:
            continue
        with pytest.raises(CannotAnswerError, match="needs an actor with a position, and"):
            one(analysis, case({"A": [(0, 1.0)]}))
    with pytest.raises(CannotAnswerError, match="two more: of two there are no blocs"):
        one(BLOCS, case({"A": [(0, 1.0)], "B": [(10, 1.0)]}))
    with pytest.raises(CannotAnswerError, match="needs two issues"):
        one(LINKAGE, case(DEGENERATE["one issue"]))


def test_the_order_of_actors_in_the_file_does_not_change_who_is_where() -> None:
    turned = dict(reversed(TABLE.items()))
    for analysis, column in ((AGREEMENT, "agreement"), (LINKAGE, "gain")):
        there, back = (
            sorted(
                round(row[column] + row.get("gain_of_the_other", 0), 4) for row in rows_of(one(analysis, case(each)))
            )
            for each in (TABLE, turned)
        )
        assert there == pytest.approx(back, abs=2e-4)
    blocs = [
        {frozenset(r["actor"] for r in held if r["bloc"] == row["bloc"]) for row in held}
        for held in (rows_of(one(BLOCS, case(each), "blocs")) for each in (TABLE, turned))
    ]
    assert blocs[0] == blocs[1] == {frozenset({"North", "East"}), frozenset({"South", "West"})}


def test_nothing_of_this_room_speaks_on_page_one() -> None:
    for asked in (load("car-emissions"), loads(skeleton("several-issues").encode())):
        for analysis in ANALYSES:
            try:
                found = ask(analysis, asked, draws=30, search=False)
            except CannotAnswerError:
                continue
            assert all(finding.lead == 0 and not finding.lines and not finding.ask_next for finding in found)


def test_private_positions_leave_no_trace() -> None:
    def shared(value: float) -> str:
        table = {**TABLE, "North": [(None, None), (10.0, 0.1)]}
        made = case(table, groups=GROUPS)
        data = json.loads(made.file.model_dump_json(exclude_defaults=True))
        data["positions"].append({"actor": "North", "issue": "a", "position": value, "salience": 1.0, "private": True})
        hidden = loads(json.dumps(data).encode()).redacted()
        return "".join(findings_json(ask(analysis, hidden, draws=30, search=False)) for analysis in ANALYSES)

    assert shared(0.0) == shared(70.0)


def test_pivots_say_whose_median_is_taken_and_state_positions_as_written() -> None:
    advising = load("china-oil-reform")
    caveats = " ".join(one(PIVOTAL, advising).caveats)
    assert "the weighted median of the 18 that decide is taken, by salience and capability" in caveats
    found = ask(PIVOTAL, load("law-of-the-sea-1980"), draws=60, search=False)
    fee = next(finding for finding in found if finding.subject == "application-fee")
    assert "United States (at 0.5 million US dollars)" in fee.sentence


def test_one_position_that_is_missing_stays_missing() -> None:
    assert "1 position of 25 stays missing" in one(MAP, load("humanitarian-corridor")).sentence
