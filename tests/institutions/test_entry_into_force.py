"""Entry into force: Kyoto as it happened, the model against looking at each day in turn, and what a brief says."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import altair as alt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.brief import compose
from comity.findings import CannotAnswerError, Finding, NotSearched, ask
from comity.findings.charts import house
from comity.findings.step_chart import Growth, steps_to_thresholds
from comity.institutions.analyses.entry_into_force import ENTRY_INTO_FORCE
from comity.institutions.entry_into_force import (
    completed_by,
    completing,
    first_day,
    first_day_without,
    indispensable,
    path_to_force,
    with_unlisted,
)
from comity.rules import All, Members, Rule, RuleError, Veto, Weighted, passes
from comity.scenario import Scenario, load, loads
from comity.scenario.what_if import what_if

INF = float("inf")


@st.composite
def treaties(draw: st.DrawFn) -> tuple[Rule, list[float]]:
    n = draw(st.integers(1, 6))
    weights = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any))
    rule: Rule = Weighted(tuple(weights), draw(st.integers(1, sum(weights))))
    if draw(st.booleans()):
        rule = All((rule, Members(n, draw(st.integers(1, n)))))
    if draw(st.booleans()):
        rule = All((rule, Veto(n, (draw(st.integers(0, n - 1)),))))
    joined = draw(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, INF]), min_size=n, max_size=n))
    return rule, joined


def slowly(rule: Rule, joined: list[float]) -> float:
    """The first day by looking at each in turn."""
    for day in sorted({day for day in joined if day < INF}):
        if passes(rule, [each <= day for each in joined]):
            return day
    return INF


@settings(max_examples=60)
@given(treaties())
def test_the_first_day_is_that_of_looking_at_each_day(treaty: tuple[Rule, list[float]]) -> None:
    rule, joined = treaty
    day = slowly(rule, joined)
    assert first_day(rule, joined) == day
    without = [slowly(rule, [INF if at == out else each for at, each in enumerate(joined)]) for out in range(rule.n)]
    assert first_day_without(rule, joined).tolist() == without
    assert first_day(rule, [joined, [INF] * rule.n, joined]).tolist() == [day, INF, day]
    who = completed_by(rule, joined)
    assert all(joined[member] == day < INF for member in who)
    assert bool(who) == (day < INF)
    path = path_to_force(rule, joined)
    assert path.days[path.met].min(initial=INF) == day


@settings(max_examples=60)
@given(treaties(), st.data())
def test_indispensable_members_block_alone(treaty: tuple[Rule, list[float]], data: st.DataObject) -> None:
    rule, joined = treaty
    refusing = data.draw(st.lists(st.booleans(), min_size=rule.n, max_size=rule.n))
    slow = []
    for member in range(rule.n):
        left = [not out and each != member for each, out in enumerate(refusing)]
        slow.append(not refusing[member] and not passes(rule, left))
    assert indispensable(rule, refusing).tolist() == slow
    inside = [each < INF for each in joined]
    added = [[here or each == member for each, here in enumerate(inside)] for member in range(rule.n)]
    alone = [m for m in range(rule.n) if not inside[m] and not passes(rule, inside) and passes(rule, added[m])]
    assert list(completing(rule, joined)) == alone


def test_who_could_be_spared_is_not_named() -> None:
    # Two join on the last day, and only the second of them was needed.
    assert completed_by(Weighted((5, 1, 3), 8), [1.0, 2.0, 2.0]) == (2,)
    # Either would have been enough.
    assert completed_by(Weighted((5, 3, 3), 8), [1.0, 2.0, 2.0]) == (1, 2)


@pytest.mark.parametrize(
    ("joined", "says"),
    [([1.0, 2.0], "the last axis has to be the 3 members"), ([1.0, float("nan"), 2.0], "not a number")],
)
def test_days_that_cannot_be_meant_are_said(joined: list[float], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        first_day(Members(3, 2), joined)
    with pytest.raises(RuleError, match="3 members are needed"):
        indispensable(Members(3, 2), [True])
    with pytest.raises(RuleError, match="more than the 1 members not listed"):
        with_unlisted([[1.0, INF, INF]], [1], [2.0], [[2]])


def test_weights_beyond_floats_are_compared_exactly() -> None:
    rule = Weighted((2**60, 1, 1), 2**60 + 1)
    assert first_day(rule, [1.0, INF, INF]) == INF
    assert first_day(rule, [1.0, 2.0, INF]) == 2.0


def answered(case: Scenario) -> tuple[Finding, Finding]:
    found = ask(ENTRY_INTO_FORCE, case, draws=0, search=False)
    assert len(found) == 2
    return found[0], found[1]


def test_kyoto() -> None:
    """UNFCCC: condition met on 18 November 2004 by the Russian Federation, in force on 16 February 2005."""
    found, path = answered(load("kyoto-entry-into-force"))
    assert found.verdict == "in force in 2005"
    assert "was met on 18 November 2004, completed by Russian Federation" in found.sentence
    assert "in force 90 days later, on 16 February 2005" in found.sentence
    # Of 154 members only the number by some days is known, so that more may have joined by this one.
    assert "the number of parties rose from at least 81 to at least 82 (55 needed)" in found.reading
    assert "the share of the Gg of CO2 in 1990 rose from 44 % to 62 % (55 % needed)" in found.reading
    assert "55 parties on 23 May 2002 at the latest" in path.sentence
    assert "co2" not in found.reading + path.sentence
    assert not any("The file says in force from" in caveat for caveat in found.caveats)
    assert "With Australia and United States out, as they had said" in found.reading
    assert "Germany, Japan and Russian Federation" in found.reading
    assert found.table is not None
    rows = {row["name"]: row for row in found.table.records()}
    assert len(rows) == 34
    assert [name for name, row in rows.items() if row["could_block_alone"]] == [
        "Germany",
        "Japan",
        "Russian Federation",
    ]
    assert rows["Russian Federation"]["in_force_without_it"] == "not in force"
    assert rows["Japan"]["in_force_without_it"] == "2008-03-11"
    assert rows["United States"]["joined"] is None
    assert rows["United States"]["said_it_would_not"] == "2001-03"
    assert path.table is not None
    steps = path.table.records()
    assert next(step for step in steps if step["day"] == "2002-05-23")["parties"] == 55
    before, at = (next(step for step in steps if step["day"] == day) for day in ("2003-07-09", "2004-11-18"))
    assert before["co2_share"] == pytest.approx(0.444, abs=5e-4)
    assert at["co2_share"] == pytest.approx(0.618, abs=5e-4)
    assert [step["condition_met"] for step in steps].index(True) == steps.index(at)


@pytest.mark.parametrize(
    ("path", "value", "verdict"),
    [
        ("institution.joined[RUS]", -365, "in force in 2004"),
        ("institution.joined[RUS]", 365, "in force in 2006"),
        ("institution.joined[JPN]", 1200, "in force in 2005"),
        ("institution.rules[article-25].entry_into_force_after_days", 30, "in force in 2004"),
        ("institution.rules[article-25].quota[co2]", 0.40, "in force in 2003"),
        ("institution.rules[article-25].quota[co2]", 0.65, "not in force"),
        ("institution.rules[article-25].quota[members]", 120, "not in force"),
        ("institution.parties_by[2002-05-23]", 30, "in force in 2005"),
    ],
)
def test_kyoto_with_one_number_changed(path: str, value: float, verdict: str) -> None:
    found, _ = answered(load("kyoto-entry-into-force").with_values({path: value}))
    assert found.verdict == verdict
    differs = any("The file says in force from 2005-02-16" in caveat for caveat in found.caveats)
    assert differs == ("on 16 February 2005" not in found.sentence and verdict != "not in force")


def test_a_member_that_leaves_takes_its_share_and_its_day_along() -> None:
    found, _ = answered(what_if(load("kyoto-entry-into-force"), "leave:USA"))
    assert "was met on 4 June 2002, completed by Japan" in found.sentence
    rooted, _ = answered(what_if(load("kyoto-entry-into-force"), "square-root"))
    assert "from just under 55 % to 56 % (55 % needed)" in rooted.reading


def treaty(joined: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Four members, of whom 60 of 100 and three are needed; who is not in ``joined`` is not listed."""
    data: dict[str, Any] = {
        "comity": 1,
        "title": "A treaty",
        "actors": [{"id": each, "name": each} for each in "ABCD"],
        "institution": {
            "name": "The parties",
            "weights": {"share": {"unit": "points", "values": {"A": 50, "B": 30, "C": 10, "D": 10}}},
            "joined": joined,
            "rules": [
                {
                    "id": "force",
                    "name": "Entry into force",
                    "entry_into_force_after_days": 0,
                    "passes": {"all": [{"members": 3}, {"weight": "share", "quota": "60%"}]},
                }
            ],
        },
    }
    data["institution"].update(changes)
    return data


def case_of(data: dict[str, Any]) -> Scenario:
    return loads(json.dumps(data).encode())


def test_a_treaty_that_waits_says_who_would_complete_it() -> None:
    found, _ = answered(case_of(treaty({"A": "2020-01-31", "C": "2021-02-28", "B": {"refused": "2021"}, "D": {}})))
    assert found.verdict == "not in force"
    assert "not met by those who had joined by 28 February 2021" in found.sentence
    assert "Each of these alone would complete it: B and D." in found.sentence
    assert "Those who had joined made 2 parties and 60 % of the points." in found.reading
    # B said in 2021 that it would not: by the last day stated that year was not over, so it counts as open.
    assert "everybody else in" in found.reading


def test_who_had_refused_by_then_makes_others_indispensable() -> None:
    joined = {"A": "2020-01-31", "B": {"refused": "2019-05"}, "C": "2021-02-28", "D": "2021-03-01"}
    found, _ = answered(case_of(treaty(joined)))
    assert found.verdict == "in force in 2021"
    assert "in force on the same day" in found.sentence
    assert "With B out, as it had said, each of the others could keep it out of force alone." in found.reading
    too_many = {"A": {"refused": "2019-05"}, "B": "2020-01-31", "C": "2021-02-28", "D": "2021-03-01"}
    found, _ = answered(case_of(treaty(too_many)))
    assert found.verdict == "not in force"
    assert "With A out, as it had said, all others together would not be enough." in found.reading


def test_members_known_by_number_have_to_be_alike() -> None:
    by = [{"date": "2021-06-30", "parties": 3}]
    found, path = answered(case_of(treaty({"A": "2020-01-31", "B": {}}, parties_by=by)))
    assert found.verdict == "in force in 2021"
    assert "completed by parties that are not listed by name" in found.sentence
    assert any("Of 2 members only the number" in caveat for caveat in found.caveats)
    assert path.table is not None
    assert path.table.rows[1][:2] == ("2021-06-30", "2 parties by that day")
    with pytest.raises(CannotAnswerError, match="B and C differ in weight"):
        answered(case_of(treaty({"A": "2020-01-31"}, parties_by=by)))


def test_nobody_has_joined() -> None:
    found, path = answered(case_of(treaty({"A": "2020-01-31"})))
    assert found.verdict == "not in force"
    assert path.chart is not None
    none = case_of(treaty({each: {} for each in "ABCD"}, parties_by=[]))
    with pytest.raises(CannotAnswerError, match="days on which members joined"):
        answered(none)


def test_a_rule_without_a_waiting_time_is_no_rule_on_entry_into_force() -> None:
    data = treaty({"A": "2020-01-31"})
    del data["institution"]["rules"][0]["entry_into_force_after_days"]
    with pytest.raises(CannotAnswerError, match="entry_into_force_after_days"):
        answered(case_of(data))


def test_what_would_change_it_is_searched_where_it_is_quick() -> None:
    joined = {"A": "2020-01-31", "B": "2020-03-01", "C": "2021-02-28", "D": "2021-03-01"}
    (found, _) = ask(ENTRY_INTO_FORCE, case_of(treaty(joined)), draws=0)
    assert not isinstance(found.flips, NotSearched)
    flips = {flip.path: flip for flip in found.flips}
    # C completes it; 59 days earlier it is still 2020.
    assert flips["institution.joined[C]"].becomes == "in force in 2020"
    assert flips["institution.joined[C]"].flips_at == pytest.approx(-59, abs=1)
    assert str(date(2021, 2, 28) - timedelta(days=59)) == "2020-12-31"


def test_the_brief_of_a_treaty_holds_together() -> None:
    brief = compose(case_of(treaty({"A": "2020-01-31", "B": "2020-03-01", "C": "2021-02-28", "D": {}})), draws=0)
    assert not brief.failed
    line = next(section for section in brief.page_one if section.slot == "bottom line").lines[0]
    assert "was met on 28 February 2021, completed by C" in line


def test_the_chart_is_plain_vega_lite() -> None:
    _, path = answered(load("kyoto-entry-into-force"))
    assert path.chart is not None
    spec = path.chart()
    alt.VConcatChart.from_dict(spec)
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert spec["config"] == house()
    few = [Growth("parties", ["2020-01-31"], [1.0], 3.0, False)]
    alt.VConcatChart.from_dict(steps_to_thresholds(few, [], ("2020-01-01", "2020-03-01")))


def test_many_rows_are_answered_as_one_at_a_time() -> None:
    rule = All((Members(30, 12), Weighted(tuple(range(1, 31)), 300)))
    rows = np.random.default_rng(5).integers(0, 40, (50, 30)).astype(float)
    rows[rows > 30] = INF
    one_by_one = [float(first_day(rule, row)) for row in rows]
    assert first_day(rule, rows).tolist() == one_by_one
    assert one_by_one == [slowly(rule, row.tolist()) for row in rows]
