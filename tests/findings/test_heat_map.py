from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pytest

from comity.findings import charts, heat_map
from comity.findings.contract import Spec


def pairs(n: int, **settings: Any) -> Spec:
    values = np.add.outer(np.arange(n), np.arange(n)) / (2.0 * n)
    return heat_map.pairs([f"Actor {at}" for at in range(n)], values, "agreement, 0 to 1", **settings)


def places(n: int) -> Spec:
    shares = np.linspace(0, 1, 3 * n).reshape(n, 3)
    shares[0, 1] = np.nan
    written = [["7 years"] * 3] * n
    names = [f"Actor {at}" for at in range(n)]
    return heat_map.places(names, ["a", "b", "c"], shares, shares, written, groups=[0] * 2 + [1] * (n - 2))


@pytest.mark.parametrize(
    "spec",
    [pairs(4, groups=[0, 0, 1, 1]), pairs(40), pairs(2, ends=(0.0, 0.0)), places(5), places(30)],
    ids=["few", "many", "no range", "places", "many places"],
)
def test_a_chart_is_plain_vega_lite_that_can_be_drawn(spec: Spec) -> None:
    import vl_convert

    alt.LayerChart.from_dict(spec)
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert spec["config"] == charts.house()
    assert vl_convert.vegalite_to_svg(spec).startswith("<svg")


def texts(spec: Spec) -> list[Any]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]


def test_values_stand_in_the_cells_of_few_and_not_of_many() -> None:
    assert texts(pairs(heat_map.MOST_WRITTEN))
    assert not texts(pairs(heat_map.MOST_WRITTEN + 1))
    assert texts(places(heat_map.MOST_WRITTEN))
    assert not texts(places(heat_map.MOST_WRITTEN + 1))


def values(spec: Spec) -> list[dict[str, Any]]:
    held = spec["layer"][0].get("data", spec.get("data", {}))
    rows: list[dict[str, Any]] = held.get("values") or spec["datasets"][held["name"]]
    return rows


def test_the_diagonal_and_what_is_not_known_stay_empty() -> None:
    held = np.array([[1.0, np.nan, 0.25], [np.nan, 1.0, 0.5], [0.25, 0.5, 1.0]])
    spec = heat_map.pairs(["x", "y", "y"], held, "agreement")
    cells = {(row["row"], row["column"]): row["text"] for row in values(spec)}
    assert cells == {("x", "y (2)"): "0.25", ("y", "y (2)"): "0.50", ("y (2)", "x"): "0.25", ("y (2)", "y"): "0.50"}


def test_lines_stand_where_one_group_ends() -> None:
    lines = [layer for layer in pairs(5, groups=[0, 0, 1, 2, 2])["layer"] if layer["mark"]["type"] == "rule"]
    assert len(lines) == 2 * 2
    side = pairs(5)["height"] // 5
    assert sorted({layer["encoding"]["y"]["value"] for layer in lines}) == [0, 2 * side, 3 * side]


def test_dark_cells_have_light_text() -> None:
    spec = heat_map.pairs(["a", "b"], [[0, 1.0], [0.1, 0]], "x")
    assert {row["text"]: row["dark"] for row in values(spec)} == {"1.00": True, "0.10": False}
    assert [layer["mark"]["color"] for layer in texts(spec)] == [charts.PAPER, charts.INK]
