"""Charts of deals: plain Vega-Lite in the house design, each party on its own scale."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pytest

from comity.findings import charts
from comity.findings.contract import Spec
from comity.findings.deal_chart import deals_on_own_scales, frontier_of_two

ENDS = ([0, 10, 5], [10, 30, 5])
MARKS = [("Nash", [6, 20, 5]), ("text", [2, 30, 5]), ("text", [3, 30, 5])]
OWN = deals_on_own_scales(["A", "B", "B"], [[10, 10, 5], [0, 30, 5]], [1, 11, 5], ENDS, MARKS)
TWO = frontier_of_two(["A", "B"], [[3, 0], [0, 3]], [1, 1], [("Nash", [2, 2])])


@pytest.mark.parametrize(
    "spec",
    [
        OWN,
        TWO,
        frontier_of_two(["A", "B"], [[3, 0]], None, []),
        deals_on_own_scales(["A"], [[1]], None, ([0], [2]), []),
    ],
    ids=["own scales", "two", "two alone", "one"],
)
def test_a_chart_is_plain_vega_lite_that_can_be_drawn(spec: Spec) -> None:
    import vl_convert

    alt.LayerChart.from_dict(spec)
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert spec["config"] == charts.house()
    assert vl_convert.vegalite_to_svg(spec).startswith("<svg")


def rows(spec: Spec, mark: str) -> list[dict[str, Any]]:
    layer = next(each for each in spec["layer"] if each["mark"]["type"] == mark)
    held = layer["data"]
    found: list[dict[str, Any]] = held.get("values") or spec["datasets"][held["name"]]
    return found


def test_heights_are_shares_of_a_party_s_own_range() -> None:
    points = rows(OWN, "point")
    assert [(row["deal"], row["party"], row["share"]) for row in points[:3]] == [
        ("Nash", "A", 0.6),
        ("Nash", "B", 0.5),
        ("Nash", "B (2)", 0.0),
    ]
    assert {row["deal"] for row in points} == {"Nash", "text", "text (2)"}
    assert [row["utility"] for row in rows(OWN, "tick")] == [1, 11, 5]
