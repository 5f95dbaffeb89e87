"""The inspection game: closed forms, a slow search for the equilibrium, and what is said of a case."""

from __future__ import annotations

import json
import re
from typing import Any

import altair as alt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.findings.curves import frontier
from comity.institutions.oversight.monitoring import (
    deters,
    inspection_game,
    inspections_needed,
    least_detection,
    least_penalty,
)
from comity.scenario import Scenario, loads

MONITORING = registry().analyses["monitoring"]
AMOUNTS = st.floats(0.05, 20.0)
CHANCES = st.floats(0.05, 1.0)


def party(violates: float, inspects: float, g: float, f: float, d: float) -> float:
    """What a party expects, outcome by outcome."""
    caught = inspects * d
    return violates * (caught * -f + (1 - caught) * g)


def inspector(violates: float, inspects: float, d: float, k: float, a: float) -> float:
    return inspects * (violates * d * a - k)


def test_avenhaus_von_stengel_and_zamir_mixed_equilibrium() -> None:
    game = inspection_game(2.0, 6.0, 0.5, inspection_cost=3.0, detection_value=10.0)
    assert game.inspection_probability.item() == pytest.approx(2 / (0.5 * 8))
    assert game.violation_probability.item() == pytest.approx(3 / (0.5 * 10))
    assert game.expected_cost(3.0, 20).item() == pytest.approx(20 * 0.5 * 3)


@settings(max_examples=100)
@given(g=AMOUNTS, f=AMOUNTS, d=CHANCES, k=AMOUNTS, a=AMOUNTS)
def test_no_side_gains_by_doing_otherwise(g: float, f: float, d: float, k: float, a: float) -> None:
    game = inspection_game(g, f, d, inspection_cost=k, detection_value=a)
    p, r = float(game.inspection_probability), float(game.violation_probability)
    others = np.linspace(0.0, 1.0, 21)
    assert party(r, p, g, f, d) >= max(party(other, p, g, f, d) for other in others) - 1e-9
    assert inspector(r, p, d, k, a) >= max(inspector(r, other, d, k, a) for other in others) - 1e-9


@settings(max_examples=100)
@given(g=AMOUNTS, f=AMOUNTS, d=CHANCES, p=CHANCES)
def test_the_condition_and_its_three_solutions_agree(g: float, f: float, d: float, p: float) -> None:
    pays = party(1.0, p, g, f, d)
    if abs(pays) > 1e-9 * (g + f):
        assert bool(deters(g, f, d, p)) == (pays < 0)
    needed = float(inspections_needed(g, f, d))
    assert party(1.0, needed, g, f, d) == pytest.approx(0.0, abs=1e-9 * (g + f))
    assert party(1.0, p, g, float(least_penalty(g, d, p)), d) == pytest.approx(0.0, abs=1e-6 * g)
    assert party(1.0, p, g, f, float(least_detection(g, f, p))) == pytest.approx(0.0, abs=1e-9 * (g + f))


def test_no_gain_needs_no_inspection_and_no_detection_needs_more_than_there_are() -> None:
    assert inspections_needed([0.0, 0.0, 1.0], [1.0, 0.0, 1.0], [0.5, 0.0, 0.0]).tolist() == [0.0, 0.0, np.inf]
    game = inspection_game(0.0, 1.0, 0.5, inspection_cost=1.0, detection_value=10.0)
    assert (game.inspection_probability.item(), game.violation_probability.item()) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("g", "d", "k", "expected"),
    [
        (1.0, 0.1, 0.01, (1.0, 1.0)),  # found too seldom to deter, and cheap enough to look all the same
        (1.0, 0.1, 9.0, (0.0, 1.0)),  # neither deters nor repays
        (1.0, 0.9, 9.0, (0.0, 1.0)),  # would deter, and does not repay
    ],
)
def test_corners(g: float, d: float, k: float, expected: tuple[float, float]) -> None:
    game = inspection_game(g, 1.0, d, inspection_cost=k, detection_value=1.0)
    assert (game.inspection_probability.item(), game.violation_probability.item()) == expected


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ((-1.0, 1.0, 0.5), "gain: -1 is negative"),
        ((1.0, 1.0, 1.5), "detection: 1.5 is above 1"),
        ((1.0, np.nan, 0.5), "penalty: a number is not finite"),
    ],
)
def test_bad_numbers_are_refused(values: tuple[float, float, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        inspections_needed(*values)


NUMBERS = {"gain": 150, "penalty": 200, "detection": 0.8}


def case(**numbers: Any) -> Scenario:
    section = {"monitor": "the secretariat", "obligation": "the ban", "unit": "million dollars", "period": "year"}
    data = {
        "comity": 1,
        "title": "A ban",
        "actors": [{"id": "A", "name": "A"}],
        "institution": {"name": "Meeting of the parties", "monitoring": {**section, **numbers}},
    }
    return loads(json.dumps(data).encode())


def answered(scenario: Scenario, **settings: Any) -> Finding:
    (finding,) = ask(MONITORING, scenario, **{"draws": 200, "search": False, **settings})
    return finding


def test_it_says_how_often_to_look_and_whether_the_plan_is_enough() -> None:
    bare = answered(case(**NUMBERS))
    assert bare.verdict == "enough inspections deter"
    assert "in 54 % of years" in bare.sentence
    assert (round(bare.value or 0), bare.unit) == (54, "% of years")
    ranged = answered(case(**{**NUMBERS, "gain": {"value": NUMBERS["gain"], "range": [100, 200]}}))
    assert re.search(r"8 in 10 redraws of the inputs give [0-9.]+–[0-9.]+ % of years", ranged.sentence)
    few = answered(case(**NUMBERS, inspection_probability=0.5))
    assert few.verdict == "enough inspections would deter, those planned are too few"
    enough = answered(case(**NUMBERS, inspection_probability=0.6))
    assert enough.verdict == "inspections as planned deter"
    assert enough.sentence.split(". ")[0].endswith("planned is in 60 % of years, which is enough")


def test_the_flip_of_a_plan_is_the_frequency_that_deters() -> None:
    finding = answered(case(**NUMBERS, inspection_probability=0.5), search=True)
    assert isinstance(finding.flips, tuple)
    nearest = {flip.path: flip.flips_at for flip in finding.flips}
    assert nearest["institution.monitoring.inspection_probability"] == pytest.approx(150 / (0.8 * 350), rel=1e-5)
    assert nearest["institution.monitoring.penalty"] == pytest.approx(150 * 0.6 / 0.4, rel=1e-5)


def test_where_no_frequency_deters_it_says_which_number_would_have_to_change() -> None:
    finding = answered(case(gain=150, penalty=20, detection=0.8, inspection_probability=0.9))
    assert finding.verdict == "no frequency of inspection deters"
    assert finding.value is None
    assert "a penalty of at least 59 million dollars (today 20)" in finding.sentence
    assert "at least 99 % of violations (today 80 %)" in finding.sentence
    idle = answered(case(gain=150, penalty=20, detection=0.8, inspection_probability=0))
    assert "a penalty of at least 38 million dollars (today 20)" in idle.sentence
    assert "for a party that is always inspected" in idle.sentence
    blind = answered(case(gain=150, penalty=20, detection=0))
    assert "No penalty is enough" in blind.sentence
    json.dumps(blind.table.records() if blind.table else None, allow_nan=False)


def test_costs_and_the_rate_of_violation_are_said_where_they_are_known() -> None:
    finding = answered(case(**NUMBERS, inspection_cost=2, detection_value=50, inspected=30))
    assert "cost 32 million dollars a year in all" in finding.reading
    assert "in 5 % of years" in finding.reading or "in 5.0 % of years" in finding.reading
    idle = answered(case(**NUMBERS, inspection_cost=60, detection_value=50))
    assert "only an inspector bound beforehand inspects" in idle.reading


def test_where_there_is_nothing_to_gain_nobody_has_to_look() -> None:
    finding = answered(case(gain=0, penalty=1, detection=0.5, inspection_cost=9, detection_value=1, inspected=3))
    assert "nobody has to inspect" in finding.sentence
    assert finding.reading == ""


def test_what_is_missing_is_named() -> None:
    with pytest.raises(CannotAnswerError, match=r"needs the penalty \(`institution\.monitoring\.penalty`\)"):
        answered(case(gain=1, detection=0.5))


def test_the_picture_is_plain_vega_lite_and_ends_where_it_can_be_read() -> None:
    finding = answered(case(**NUMBERS, inspection_probability=0.5))
    assert finding.chart is not None
    spec = finding.chart()
    alt.LayerChart.from_dict(spec)
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    drawn = frontier([0.1, 1.0], {"a": [np.inf, 0.0]}, (0.5, 2.0), scale=(0, 1), x_title="d", y_title="f", above="pays")
    assert "Infinity" not in json.dumps(drawn)
