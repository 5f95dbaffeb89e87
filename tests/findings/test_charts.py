from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import pytest

from comity.findings import charts
from comity.findings.contract import Spec

NAMES = [f"Actor {at}" for at in range(27)]


def positions(names: list[str], where: Any, marks: Any = ()) -> Spec:
    return charts.positions_on_a_scale(names, where, np.arange(len(names)), (0, 100), "none", "all", "%", marks)


def every_chart() -> dict[str, Spec]:
    where = np.arange(27) % 6 * 20.0
    paths = np.vstack([where, where * 0.5 + 20, np.full(27, 44.0)])
    methods = [("mean", 47.0, (20.0, 70.0), (35.0, 55.0), True), ("middle", 50.0, None, None, False)]
    series = {"votes": np.arange(190), "Banzhaf": np.arange(190) ** 1.1}
    return {
        "positions": positions(NAMES, where, [("estimate", 47.0), ("median", 40.0), ("what happened", 98.0)]),
        "methods": charts.estimates_with_bands(methods, (0, 100), "%", outcome=80.0),
        "bars": charts.bars([f"Member {at}" for at in range(190)], series, "share"),
        "rounds": charts.rounds(NAMES, paths, [40, 44, 44], (0, 100), "%"),
    }


@pytest.mark.parametrize("name", ["positions", "methods", "bars", "rounds"])
def test_a_chart_is_plain_vega_lite_of_the_schema(name: str) -> None:
    spec = every_chart()[name]
    alt.LayerChart.from_dict(spec)  # raises where the schema does not allow it
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert spec["config"] == charts.house()
    assert "url" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})


def values(spec: Spec) -> list[dict[str, Any]]:
    layers = (layer.get("data", spec.get("data", {})) for layer in spec["layer"])
    named = spec.get("datasets", {})
    return [row for data in layers for row in data.get("values", named.get(data.get("name"), []))]


def test_names_on_a_scale_do_not_lie_on_each_other() -> None:
    spec = positions(NAMES, np.arange(27) % 5 * 25.0)
    dots = {row["actor"]: row for row in values(spec) if "actor" in row}
    assert len(dots) == 27
    taken: dict[int, list[tuple[float, float]]] = {}
    for dot in dots.values():
        at, length = dot["position"] / 100 * charts.WIDTH, len(dot["actor"]) * 6
        span = (at, at + length) if dot["side"] == "left" else (at - length, at)
        assert all(span[1] <= low or span[0] >= high for low, high in taken.get(dot["lane"], []))
        taken.setdefault(dot["lane"], []).append(span)


def test_a_mark_that_is_missing_or_an_actor_without_a_position_is_left_out() -> None:
    spec = positions(["France", "Italy"], [20.0, float("nan")], [("estimate", float("nan"))])
    assert {row["actor"] for row in values(spec) if "actor" in row} == {"France"}
    assert not [row for row in values(spec) if str(row.get("label", "")).startswith("estimate")]


def test_of_many_members_thirty_are_drawn_and_the_rest_counted() -> None:
    spec = every_chart()["bars"]
    assert "160 more" in spec["title"]
    names = {row["name"] for row in values(spec)}
    assert len(names) == 30
    assert "Member 189" in names


def test_two_members_of_one_name_keep_their_rows() -> None:
    spec = charts.bars(["Congo", "Congo"], {"votes": [1.0, 2.0]}, "votes")
    assert {(row["name"], row["value"]) for row in values(spec)} == {("Congo", 2.0), ("Congo (2)", 1.0)}


def test_all_weights_zero_and_one_place_for_all_is_still_a_chart() -> None:
    spec = charts.positions_on_a_scale(["a", "b"], [5, 5], [0, 0], (0, 10), "", "", "years", [("estimate", 5.0)])
    assert all(row["area"] > 0 for row in values(spec) if "area" in row)


def test_end_labels_of_rounds_are_apart_and_inside() -> None:
    ends = np.linspace(49, 51, 20)
    spec = charts.rounds([f"Actor {at}" for at in range(20)], np.vstack([ends, ends]), [50, 50], (0, 100), "%")
    labels = sorted({row["label"] for row in values(spec) if "label" in row})
    height = spec["height"]
    assert all(high - low > 13 / height * 100 for low, high in pairwise(labels))
    assert labels[0] >= 0
    assert labels[-1] <= 100
