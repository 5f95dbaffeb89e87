"""Deals over draws: shares and regrets beside a loop over draws with the models of one draw."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bargaining.deals import (
    DealError,
    Packages,
    Solution,
    TooManyPoints,
    UtilityTable,
    Zone,
    additive_draws,
    egalitarian,
    kalai_smorodinsky,
    nash,
    picks_in_draws,
    raiffa,
    robust_deal,
    table_draws,
    utilitarian,
    zone_of_agreement,
)

RULES: dict[str, Callable[[Zone], Solution]] = {
    "nash": nash,
    "kalai-smorodinsky": kalai_smorodinsky,
    "raiffa": raiffa,
    "egalitarian": lambda zone: egalitarian(zone, comparable=True),
    "utilitarian": lambda zone: utilitarian(zone, comparable=True),
}


@given(st.integers(0, 10**6))
def test_shares_solutions_and_regrets_equal_a_loop_over_draws(seed: int) -> None:
    random = np.random.Generator(np.random.Philox(seed))
    issues = [random.integers(0, 8, (5, size, 3)) for size in (2, 3, 2)]
    floors = random.integers(2, 12, (5, 3))
    found = robust_deal(additive_draws(issues, floors), comparable=True)
    chosen = np.array(list(itertools.product(range(2), range(3), range(2))))
    accepted, zones = [], []
    solved: dict[str, list[int]] = {rule: [] for rule in RULES}
    tables = []
    for r in range(5):
        packages = Packages([issue[r] for issue in issues], floors[r])
        table = packages.of(chosen)
        tables.append(table)
        accepted.append(table >= floors[r])
        zone = zone_of_agreement(packages)
        zones.append(not zone.empty)
        for rule, solve in RULES.items():
            pick = int(found.solved[rule][r])
            if zone.empty:
                assert pick == -1
            else:
                assert table[pick].tolist() in solve(zone).utilities.tolist()
            solved[rule].append(pick)
    assert found.accepted_by == pytest.approx(np.mean(accepted, axis=0))
    assert found.accepted_by_all == pytest.approx(np.mean(np.all(accepted, axis=2), axis=0))
    assert found.zone_exists == np.mean(zones)
    worst = found.accepted_by.min(axis=1)
    assert all(worst[package] == worst.max() for package in found.best)
    for rule in RULES:
        first = solved[rule][0]
        if first < 0:
            assert np.isnan(found.regret[rule]).all()
            continue
        lost = []
        for r in range(5):
            had = tables[r][first] if (tables[r][first] >= floors[r]).all() else floors[r]
            pick = solved[rule][r]
            lost.append((tables[r][pick] if pick >= 0 else floors[r]) - had)
        assert found.regret[rule] == pytest.approx(np.mean(lost, axis=0))
        assert found.worst_regret[rule] == pytest.approx(np.max(lost, axis=0))


def test_a_table_gives_the_same_as_the_issues_it_comes_from() -> None:
    random = np.random.Generator(np.random.Philox(1))
    issues = [random.random((40, size, 4)) for size in (3, 4)]
    table = (issues[0][:, :, None] + issues[1][:, None]).reshape(40, 12, 4)
    one, other = robust_deal(additive_draws(issues, [0.8] * 4)), robust_deal(table_draws(table, [0.8] * 4))
    assert one.accepted_by.tolist() == other.accepted_by.tolist()
    assert one.best == other.best
    assert set(one.solved) == {"nash", "kalai-smorodinsky", "raiffa"}  # the others compare utilities
    assert one.solved["nash"].tolist() == other.solved["nash"].tolist()


def test_what_is_not_drawn_is_shared_and_packages_can_be_named() -> None:
    issues = [np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([[[1.0, 1.0]], [[0.0, 0.0]]])]
    draws = additive_draws(issues, [1.0, 1.0], packages=[[1, 0]])
    found = robust_deal(draws)
    assert draws.n_draws == 2
    assert found.accepted_by.tolist() == [[0.5, 1.0]]
    assert found.best == (0,)


def test_one_draw_says_what_the_models_of_one_draw_say() -> None:
    table = [[9.0, 1.0], [6.0, 4.0], [3.0, 6.0], [0.0, 7.0]]
    found = robust_deal(table_draws([table], [0.0, 0.0]), comparable=True)
    zone = zone_of_agreement(UtilityTable(table, [0, 0]))
    for rule, solve in RULES.items():
        assert table[found.solved[rule][0]] in solve(zone).utilities.tolist()
        assert found.regret[rule].tolist() == [0, 0]


def test_bad_input_is_refused_by_name() -> None:
    with pytest.raises(DealError, match=r"utilities\[issue 1, party 0\]: is missing or not finite in draw 1"):
        additive_draws([[[1.0]], [[[1.0]], [[np.nan]]]], [0.0])
    with pytest.raises(DealError, match=r"disagreement\[party 1\]"):
        table_draws([[[1.0, 1.0]]], [0.0, np.inf])
    with pytest.raises(DealError, match="utilities: there is no issue"):
        additive_draws([], [0.0])
    with pytest.raises(DealError, match=r"utilities\[issue 0\]"):
        additive_draws([[[1.0, 2.0]]], [0.0])
    with pytest.raises(DealError, match="packages"):
        additive_draws([[[1.0]]], [0.0], packages=[[3]])
    with pytest.raises(DealError, match="disagreement"):
        table_draws(np.ones((3, 2, 1)), np.ones((2, 1)))
    with pytest.raises(TooManyPoints, match="1,000,000 packages"):
        additive_draws([np.ones((10, 2))] * 6, [0.0, 0.0])
    with pytest.raises(TooManyPoints, match="draws"):
        robust_deal(additive_draws([np.zeros((5000, 10, 1)), *[np.zeros((10, 1))] * 4], [0.0]))


def test_picks_alone_are_those_of_the_robust_deal() -> None:
    random = np.random.Generator(np.random.Philox(11))
    draws = additive_draws([random.random((50, 3, 3)), random.random((50, 4, 3))], random.random((50, 3)))
    whole, alone = robust_deal(draws, comparable=True).solved, picks_in_draws(draws, comparable=True)
    assert list(alone) == list(whole)
    assert all((alone[rule] == whole[rule]).all() for rule in whole)
    assert list(picks_in_draws(draws)) == ["nash", "kalai-smorodinsky", "raiffa"]
