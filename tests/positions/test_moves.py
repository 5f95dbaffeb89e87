"""One actor moved alone: the changes agree with working everything out again, and the finding says what it rests on."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from comity.findings import CannotAnswerError, Finding, NotSearched, ask
from comity.positions import (
    PositionsError,
    PositionTable,
    agreement,
    agreement_changes,
    each_moved,
    far_ends,
    position_table,
    where_others_stand,
)
from comity.positions.analyses import MOVES
from comity.scenario import Scenario, load, loads

SHARES = st.integers(0, 20).map(lambda k: k / 20)


@st.composite
def tables(draw: st.DrawFn) -> PositionTable:
    rows, actors, issues = draw(st.integers(1, 3)), draw(st.integers(2, 5)), draw(st.integers(1, 3))
    where = draw(arrays(float, (rows, actors, issues), elements=SHARES))
    care = draw(arrays(float, (rows, actors, issues), elements=SHARES))
    where[:, draw(arrays(bool, (actors, issues)))] = np.nan
    return position_table(where, care)


def mean_of_pairs(table: PositionTable) -> list[float]:
    """The mean agreement of all pairs that can be compared, row by row and pair by pair."""
    alike = agreement(table.positions, table.salience).agreement
    n = alike.shape[1]
    means = []
    for row in alike:
        held = [row[i, j] for i in range(n) for j in range(i + 1, n) if not np.isnan(row[i, j])]
        means.append(float(np.mean(held)) if held else float("nan"))
    return means


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_changes_are_those_of_working_agreement_out_again(table: PositionTable, far: bool) -> None:
    targets = far_ends(table) if far else where_others_stand(table, table.salience)
    now, change = agreement_changes(table, targets)
    np.testing.assert_allclose(now, mean_of_pairs(table), atol=1e-12)
    for row in range(table.n_rows):
        one = PositionTable(table.positions[[row]], table.salience[[row]], table.stated)
        after = mean_of_pairs(each_moved(one, targets[[row]]))
        expected = np.nan_to_num(np.array(after) - now[row])
        np.testing.assert_allclose(change[row], expected, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_others_are_averaged_by_weight_and_without_the_actor(table: PositionTable) -> None:
    found = where_others_stand(table, table.salience)
    rows, actors, issues = table.positions.shape
    for row in range(rows):
        for actor in range(actors):
            for issue in range(issues):
                others = [o for o in range(actors) if o != actor and table.stated[o, issue]]
                if not others or not table.stated[actor, issue]:
                    assert np.isnan(found[row, actor, issue])
                    continue
                weights = table.salience[row, others, issue]
                weights = weights if weights.sum() > 0 else np.ones(len(others))
                mean = np.average(table.positions[row, others, issue], weights=weights)
                assert found[row, actor, issue] == pytest.approx(mean, abs=1e-12)


def test_one_row_of_positions_serves_many_rows_of_weights() -> None:
    table = position_table([[0.0], [0.5], [1.0]], [[1], [1], [1]])
    targets = where_others_stand(table, [[[1.0], [1.0], [1.0]], [[1.0], [1.0], [3.0]]])
    assert targets[:, 0, 0].tolist() == [0.75, 0.875]
    now, change = agreement_changes(table, targets)
    assert now.tolist() == [pytest.approx(1 / 3)] * 2
    assert change.shape == (2, 3)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ([[1.0], [1.0]], "does not fit"),
        ([1.0, 1.0, 1.0], "does not fit"),
        ([[1.0], [1.0], [-1.0]], "negative or missing"),
        ([[1.0], [1.0], [float("nan")]], "negative or missing"),
    ],
)
def test_weights_that_cannot_be_used(weights: Any, says: str) -> None:
    with pytest.raises(PositionsError, match=says):
        where_others_stand(position_table([[0.0], [0.5], [1.0]], [[1], [1], [1]]), weights)


def case(positions: dict[str, list[float]]) -> Scenario:
    issues = "abc"[: len(next(iter(positions.values())))]
    data = {
        "comity": 1,
        "title": "A case",
        "salience_scale": 1,
        "actors": [{"id": name, "name": name} for name in positions],
        "issues": [
            {"id": i, "question": "?", "scale": {"low": 0, "high": 100, "low_means": "l", "high_means": "h"}}
            for i in issues
        ],
        "positions": [
            {"actor": name, "issue": issue, "position": at, "salience": 1.0}
            for name, row in positions.items()
            for issue, at in zip(issues, row, strict=True)
        ],
    }
    return loads(json.dumps(data).encode())


def moves(asked: Scenario, search: bool = False, **options: Any) -> Finding:
    (found,) = ask(MOVES, asked, MOVES.options(**options), draws=60, search=search)
    return found


def rows_of(found: Finding) -> dict[str, dict[str, Any]]:
    assert found.table is not None
    return {str(row["actor"]): row for row in found.table.records()}


CAMPS = {"North": [0.0, 0.0], "East": [10.0, 0.0], "South": [90.0, 100.0], "West": [100.0, 100.0], "Far": [100.0, 0.0]}


def test_a_move_to_the_others_is_told_for_each_measure() -> None:
    found = moves(case({"North": [0.0], "East": [0.0], "South": [100.0]}))
    assert found.sentence == (
        "In the model the move of one actor alone to where the others stand on average changes agreement most if it is "
        "South: the mean of all pairs goes from 0.33 to 1.0 of 1."
    )
    # Esteban and Ray's index of two camps of 2/3 and 1/3, with alpha 1, times the 4 that makes its largest value 1.
    before = 4 * ((2 / 3) ** 2 * (1 / 3) + (1 / 3) ** 2 * (2 / 3))
    assert rows_of(found)["South"]["polarisation"] == pytest.approx(-before, abs=1e-4)
    assert rows_of(found)["South"]["median"] == 0.0
    assert "the polarisation of a goes from 0.89 to 0" in found.reading
    assert any("what would move it, and who follows, is left out" in caveat for caveat in found.caveats)


def test_a_move_to_the_far_end_changes_the_movers_own_ties() -> None:
    rows = rows_of(moves(case({name: row for name, row in CAMPS.items() if name != "Far"}), to="far-end"))
    assert rows["North"]["blocs"] == 2
    assert rows["North"]["pairs_of_others"] == 0.0
    assert rows["South"]["agreement"] == pytest.approx(rows["East"]["agreement"])


def test_actors_alike_are_named_together_and_do_not_flip() -> None:
    found = moves(load("car-emissions"), search=True)
    assert "if it is France or Italy:" in found.sentence
    assert not isinstance(found.flips, NotSearched)
    assert all("France" not in flip.becomes for flip in found.flips)


def test_trades_between_others_and_the_mover_are_counted() -> None:
    rows = rows_of(moves(load("river-basin")))
    assert any(row["trades"] != 0 for row in rows.values())
    assert set(rows) == {"Highland", "Midland", "Lowland", "League of Cities", "Rivers Watch", "Development Bank"}


def test_nobody_changes_anything_where_all_stand_together() -> None:
    found = moves(case({"North": [50.0], "East": [50.0], "South": [50.0]}))
    assert "no one actor's move" in found.sentence
    assert found.verdict == "no one actor's move changes the mean agreement"


def test_two_actors_are_too_few() -> None:
    with pytest.raises(CannotAnswerError, match="two more"):
        moves(case({"North": [0.0], "East": [50.0]}))
