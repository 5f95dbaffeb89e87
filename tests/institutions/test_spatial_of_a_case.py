"""What a case is told of its gridlock, its winset on a map of two issues, and its veto players."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pytest

from comity.brief.as_json import findings_json
from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.findings.contract import Rows
from comity.findings.redraws import as_written
from comity.findings.spatial_chart import interval_on_a_line, map_of_two_issues
from comity.institutions.analyses import winset as winset_analysis
from comity.rules import All, Members, Rule, Veto, passes
from comity.scenario import Scenario, load, loads

PLACES = {"A": (20, 2), "B": (60, 9), "C": (150, 10), "D": (120, 4), "E": (90, 6)}
RULES: dict[str, Rule] = {
    "majority": Members(5, 3),
    "vetoes": All((Members(5, 3), Veto(5, (0, 2, 3, 4)))),
    "all": Members(5, 5),
}


def fisheries(rule: str = "majority", references: tuple[float | None, float | None] = (180, 11)) -> Scenario:
    """Five states, a catch of 0 to 200 kt and a season of 0 to 12 months."""
    names = {"A": "Aland", "B": "Borduria", "C": "Caldonia", "D": "Drachma", "E": "Elbonia"}
    lines = ["comity: 1", "title: Fisheries", "actors:"]
    lines += [f"  - {{id: {each}, name: {name}}}" for each, name in names.items()]
    lines += ["  - {id: N, name: Observers, kind: ngo, roles: [advises]}", "issues:"]
    for issue, high, unit, reference in (("catch", 200, "kt", references[0]), ("season", 12, "months", references[1])):
        point = "" if reference is None else f", reference_point: {reference}"
        scale = f"{{low: 0, high: {high}, low_means: none, high_means: all, unit: {unit}}}"
        lines.append(f"  - {{id: {issue}, question: How much?, scale: {scale}, rule: {rule}{point}}}")
    lines.append("  - {id: mesh, question: How wide?, scale: {low: 0, high: 9, low_means: no, high_means: wide}}")
    lines.append("positions:")
    for each, place in PLACES.items():
        for issue, at in zip(("catch", "season"), place, strict=True):
            lines.append(f"  - {{actor: {each}, issue: {issue}, position: {at}}}")
    lines += ["institution:", "  name: The commission", "  rules:"]
    lines += ["  - {id: majority, name: Simple majority, passes: {members: 3}}"]
    lines += ["  - {id: vetoes, name: With vetoes, passes: {all: [{members: 3}, {veto: [A, C, D, E]}]}}"]
    lines += ["  - {id: all, name: Unanimity, passes: {members: 5}}"]
    return loads("\n".join(lines).encode())


def asked(name: str, case: Scenario, draws: int = 0, search: bool = False) -> tuple[Finding, ...]:
    return ask(registry().get(name), case, draws=draws, search=search)


def records(found: Finding) -> list[dict[str, Any]]:
    assert found.table is not None
    return found.table.records()


# The status quo on one issue ----------------------------------------------------------------------------------------


def test_a_status_quo_outside_the_gridlock_interval_is_moved_and_by_whom() -> None:
    catch, season = asked("gridlock", fisheries())
    assert catch.verdict == season.verdict == "only lower outcomes beat what applies if nothing is agreed"
    assert "lies above the gridlock interval, 90 kt: in the model outcomes in 0–180 kt beat it." in catch.sentence
    assert "from" not in catch.reading
    assert "what remains is 90 kt" in catch.reading
    best = {each["member"]: each["best_proposal"] for each in records(season)}
    assert best == {"Aland": 2.0, "Borduria": 9.0, "Caldonia": 10.0, "Drachma": 4.0, "Elbonia": 6.0}


def test_inside_the_gridlock_interval_nothing_moves_whoever_proposes() -> None:
    (catch,) = (each for each in asked("gridlock", fisheries("all", (100, 11))) if each.subject == "catch")
    assert catch.verdict == "nothing moves what applies if nothing is agreed"
    assert "lies in the gridlock interval, 20–150 kt" in catch.sentence
    assert "Whoever proposes" in catch.reading
    assert {each["best_proposal"] for each in records(catch)} == {100.0}


def test_a_veto_player_pulls_the_best_proposals_towards_itself() -> None:
    catch = asked("gridlock", fisheries("vetoes"))[0]
    best = {each["member"]: each["best_proposal"] for each in records(catch)}
    assert best == {"Aland": 120.0, "Borduria": 120.0, "Caldonia": 150.0, "Drachma": 120.0, "Elbonia": 120.0}


def test_without_a_status_quo_gridlock_asks_for_it() -> None:
    with pytest.raises(CannotAnswerError, match="what applies if nothing is agreed"):
        asked("gridlock", fisheries(references=(None, None)))
    assert [each.subject for each in asked("gridlock", fisheries(references=(None, 11)))] == ["season"]


def test_the_nearest_change_of_gridlock_is_the_pivot() -> None:
    found = asked("gridlock", fisheries(), draws=50, search=True)[0]
    assert isinstance(found.flips, tuple)
    nearest = {flip.path: flip.flips_at for flip in found.flips}
    assert nearest["issues[catch].reference_point"] == pytest.approx(90.0, abs=1e-3)


# Two issues on a map ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_share_of_the_map_is_what_a_grid_of_outcomes_says(rule: str) -> None:
    (found,) = asked("winset", fisheries(rule))
    ticks = (np.arange(150) + 0.5) / 150
    cells = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    points = np.array(list(PLACES.values())) / (200, 12)
    start = np.array([180 / 200, 11 / 12])
    nearer = np.linalg.norm(cells[:, None] - points, axis=-1) < np.linalg.norm(points - start, axis=-1)
    share = passes(RULES[rule], nearer).mean()
    assert found.verdict is not None
    assert ("no outcome stands unbeaten" in found.verdict) == (rule == "majority")
    analysis = registry().get("winset")
    case = fisheries(rule)
    inputs = case.inputs(analysis.reads)
    rows = Rows(inputs, as_written(inputs)[None], 0)
    outcome = analysis.run(analysis.take(case.view(analysis.reads), rows), analysis.options()).outcome
    assert outcome is not None
    assert outcome.values["winset_share"][0] == pytest.approx(share, abs=0.01)


def test_each_member_gets_by_proposing_at_least_what_it_had() -> None:
    for rule in RULES:
        for each in records(asked("winset", fisheries(rule))[0]):
            was = np.hypot((each["position_catch"] - 180) / 200, (each["position_season"] - 11) / 12)
            got = np.hypot(
                (each["position_catch"] - each["best_catch"]) / 200,
                (each["position_season"] - each["best_season"]) / 12,
            )
            assert each["nearer_by"] == pytest.approx(was - got, abs=1e-9)
            assert each["nearer_by"] >= 0


def test_without_a_status_quo_the_map_tells_what_stands_unbeaten() -> None:
    (found,) = asked("winset", fisheries("all", (None, None)))
    assert found.verdict == "some outcome stands unbeaten"
    # The hull of Aland, Drachma, Caldonia and Borduria, by the shoelace formula: 565 of 2,400 kt-months.
    assert "cover 24 % of it" in found.sentence
    assert "nothing is agreed" not in found.sentence
    assert "best_catch" not in records(found)[0]


def test_what_is_left_out_and_what_is_assumed_is_said() -> None:
    (found,) = asked("winset", fisheries())
    text = " ".join(found.caveats)
    assert "Not on the map: mesh" in text
    assert "Distance is all that members are taken to care about" in text
    assert "saliences are not used" in text
    assert "Greenberg 1979" in found.reading
    assert "4 of 5" in found.reading


def test_one_issue_makes_no_map() -> None:
    with pytest.raises(CannotAnswerError, match="two issues under one decision rule"):
        asked("winset", load("car-emissions"))


def test_a_large_body_is_answered_and_its_redraws_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    (exact,) = asked("winset", fisheries("vetoes"), draws=200)
    monkeypatch.setattr(winset_analysis, "EXACT_UP_TO", 3)
    (even,) = asked("winset", fisheries("vetoes"), draws=200)
    assert even.sentence == exact.sentence
    assert dict(even.verdict_shares) == pytest.approx(dict(exact.verdict_shares), abs=0.02)
    assert any("360 directions" in caveat for caveat in even.caveats)


def test_a_map_of_weights_that_move_is_searched_row_by_row() -> None:
    (found,) = asked("winset", fisheries(), draws=50, search=True)
    assert isinstance(found.flips, tuple)
    assert ("institution.rules[majority].quota[members]", 4.0) in {(each.path, each.flips_at) for each in found.flips}


# Veto players -------------------------------------------------------------------------------------------------------


def test_veto_players_are_measured_and_the_absorbed_is_named() -> None:
    (found,) = asked("veto-players", fisheries("vetoes"))
    assert found.verdict == "absorbed: Elbonia"
    assert "4 members can block alone; furthest apart are Aland and Caldonia, 0.93 scale lengths" in found.sentence
    assert "The veto of Elbonia adds nothing" in found.reading
    assert {each["member"] for each in records(found) if each["absorbed"]} == {"Elbonia"}


def test_veto_players_of_one_issue_stand_on_a_line() -> None:
    data = b"""
comity: 1
title: One issue
actors: [{id: A, name: Aland}, {id: B, name: Borduria}, {id: C, name: Caldonia}]
issues: [{id: tax, question: How high?, scale: {low: 0, high: 10, low_means: none, high_means: all}}]
positions:
  - {actor: A, issue: tax, position: 2}
  - {actor: B, issue: tax, position: 5}
  - {actor: C, issue: tax, position: 9}
institution: {name: Council, rules: [{id: all, name: Unanimity, passes: {members: 3}}]}
"""
    (found,) = asked("veto-players", loads(data))
    assert found.verdict == "absorbed: Borduria"
    assert "covers 70 % of the scale" in found.sentence


def test_where_nobody_can_block_there_are_no_veto_players() -> None:
    with pytest.raises(CannotAnswerError, match="block alone"):
        asked("veto-players", fisheries())


# What holds of all three --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gridlock", "winset", "veto-players"])
def test_words_bytes_and_charts(name: str) -> None:
    case = fisheries("vetoes")
    assert findings_json(asked(name, case, 30, search=True)) == findings_json(asked(name, case, 30, search=True))
    for found in asked(name, case, 30):
        assert " will " not in f" {found.sentence} {found.reading} ".lower()
        assert "in the model" in f"{found.sentence} {found.reading}".lower()
        if found.chart is not None:
            alt.LayerChart.from_dict(found.chart())
            assert found.chart_summary


def test_a_private_position_leaves_the_map() -> None:
    text = b"""
comity: 1
title: Secret
actors: [{id: A, name: Aland}, {id: B, name: Borduria}]
issues:
  - {id: one, question: One?, scale: {low: 0, high: 10, low_means: none, high_means: all}}
  - {id: two, question: Two?, scale: {low: 0, high: 10, low_means: none, high_means: all}}
positions:
  - {actor: A, issue: one, position: 2}
  - {actor: B, issue: one, position: 7}
  - {actor: A, issue: two, position: {value: 3, private: true}}
  - {actor: B, issue: two, position: 4}
institution: {name: Council, rules: [{id: all, name: Unanimity, passes: {members: 2}}]}
"""
    assert asked("winset", loads(text))
    with pytest.raises(CannotAnswerError, match="every member states a position"):
        asked("winset", loads(text).redacted())


def test_charts_hold_with_nothing_to_draw_and_with_many_members() -> None:
    many = [f"Member {at}" for at in range(60)]
    places = np.random.default_rng(3).random((60, 2))
    unit = ((0.0, 1.0), (0.0, 1.0))
    for members, points in ((many, places), (["A", "B"], [[0.5, 0.5], [0.5, 0.5]]), (many[:30], places[:30] * 0.2)):
        alt.LayerChart.from_dict(map_of_two_issues(members, points, unit, ("x", "y"), core=[[0.5, 0.5]]))
    alt.LayerChart.from_dict(interval_on_a_line(["A"], [1.0], (0, 10), "kt", (3.0, 1.0), (2.0, 2.0), 2.0))


def test_names_on_the_map_do_not_lie_on_each_other() -> None:
    names = [f"Member number {at}" for at in range(14)]
    points = np.array([[0.3 + 0.002 * at, 0.5 + 0.01 * (at % 3)] for at in range(14)])
    spec = map_of_two_issues(names, points, ((0.0, 1.0), (0.0, 1.0)), ("x", "y"))
    rows = [row for data in spec["datasets"].values() for row in data] if "datasets" in spec else []
    rows += [row for layer in spec["layer"] for row in layer.get("data", {}).get("values", [])]
    dots = {row["member"]: row for row in rows + spec.get("data", {}).get("values", []) if "label_x" in row}
    assert len(dots) == 14
    boxes = []
    for dot in dots.values():
        x, y, length = dot["label_x"] * 420, dot["label_y"] * 420, 6 * len(dot["member"])
        boxes.append((x, x + length, y) if dot["side"] == "left" else (x - length, x, y))
    for at, (a, b, y) in enumerate(boxes):
        assert all(b <= c or d <= a or abs(y - z) >= 12 for c, d, z in boxes[:at])
