"""Voting power at many quotas: equal to one quota at a time, and changes where the definitions put them."""

from __future__ import annotations

import csv
import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.institutions import dummies, veto_players, voting_power
from comity.institutions.voting.quota_curve import Jump, jumps, quota_curve, ranks
from comity.rules import RuleError, Weighted

DATA = Path(__file__).parents[3] / "shared" / "data" / "treaties"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not beside this checkout")

EEC_1958 = (4, 4, 4, 2, 2, 1)

games = st.lists(st.integers(0, 12), min_size=1, max_size=8).filter(any)


def test_felsenthal_machover_1998_eec_1958_at_its_quota() -> None:
    curve = quota_curve(EEC_1958, [12], shapley_shubik=True)
    assert (curve.banzhaf[0] * 32).tolist() == [10, 10, 10, 6, 6, 0]
    assert curve.efficiency.tolist() == [14 / 64]
    assert curve.shapley_shubik is not None
    assert curve.shapley_shubik[0] == pytest.approx([7 / 30] * 3 + [3 / 20] * 2 + [0], abs=1e-12)
    assert ranks(curve, 0) == [1, 1, 1, 4, 4, 6]


@settings(max_examples=40)
@given(games, st.booleans())
def test_every_quota_equals_one_at_a_time(weights: list[int], shapley_shubik: bool) -> None:
    quotas = list(range(1, sum(weights) + 1))
    curve = quota_curve(weights, quotas, shapley_shubik=shapley_shubik)
    assert curve.thresholds == tuple(quotas)
    for k, quota in enumerate(quotas):
        power = voting_power(Weighted(tuple(weights), quota))
        assert curve.banzhaf[k].tolist() == power.banzhaf.tolist()
        assert curve.banzhaf_normalised[k] == pytest.approx(power.banzhaf_normalised, abs=1e-14)
        assert curve.efficiency[k] == power.efficiency
        if shapley_shubik:
            assert curve.shapley_shubik is not None
            assert curve.shapley_shubik[k] == pytest.approx(power.shapley_shubik, abs=1e-12)


@settings(max_examples=10)
@given(st.lists(st.integers(1, 400), min_size=55, max_size=70), st.integers(0, 2**32))
def test_many_members_are_within_the_stated_error(weights: list[int], seed: int) -> None:
    total = sum(weights)
    quotas = [int(q) for q in np.random.default_rng(seed).integers(1, total + 1, 4)]
    curve = quota_curve(weights, [*quotas, total], shapley_shubik=True)
    for k, quota in enumerate([*quotas, total]):
        exact = voting_power(Weighted(tuple(weights), quota), exact=True)
        assert curve.relative_error[k] <= 2e-8
        allowed = curve.relative_error[k] + 1e-15
        assert (np.abs(curve.banzhaf[k] - exact.banzhaf) <= allowed * exact.banzhaf).all()
        assert exact.shapley_shubik is not None
        assert curve.shapley_shubik is not None
        assert (np.abs(curve.shapley_shubik[k] - exact.shapley_shubik) <= allowed * exact.shapley_shubik).all()
        assert curve.efficiency[k] == pytest.approx(exact.efficiency, abs=1e-12)


@settings(max_examples=30)
@given(games)
def test_jumps_are_where_the_definitions_put_them(weights: list[int]) -> None:
    total = sum(weights)
    curve = quota_curve(weights, range(1, total + 1))
    found = jumps(curve)
    rules = [Weighted(tuple(weights), quota) for quota in range(1, total + 1)]
    expected: set[Jump] = set()
    for k, (before, after) in enumerate(itertools.pairwise(rules), start=1):
        for member in range(len(weights)):
            at = (member, k, after.threshold)
            if member in veto_players(after) and member not in veto_players(before):
                expected.add(Jump(at[0], "can block alone", at[1], at[2]))
            idle_before, idle_after = member in dummies(before), member in dummies(after)
            if idle_before != idle_after:
                expected.add(Jump(at[0], "has no power" if idle_after else "has power", at[1], at[2]))
            rank = [1 + sum(x > r.swings[member] for x in r.swings) for r in map(voting_power, (before, after))]  # type: ignore[index,union-attr]
            if rank[0] != rank[1]:
                expected.add(Jump(at[0], "rank", at[1], at[2], *rank))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_jumps_do_not_depend_on_the_order_of_the_quotas() -> None:
    up, down = quota_curve(EEC_1958, [10, 12, 13, 16]), quota_curve(EEC_1958, [16, 13, 12, 10])
    assert [(j.member, j.change, j.threshold) for j in jumps(up)] == [
        (j.member, j.change, j.threshold) for j in jumps(down)
    ]
    between = [j for j in jumps(up) if j.change == "can block alone"]
    assert [(j.member, j.threshold, up.thresholds[j.quota]) for j in between] == [
        (0, 14, 16), (1, 14, 16), (2, 14, 16), (3, 16, 16), (4, 16, 16)
    ]  # fmt: skip


def test_shares_strict_quotas_and_weights_beyond_64_bits() -> None:
    assert quota_curve((50, 30, 20), ["1/2", Fraction(7, 10)]).thresholds == (50, 70)
    assert quota_curve((50, 30, 20), ["1/2"], strict=True).thresholds == (51,)
    big = (2**70 + 1, 2**70, 2**70)
    curve = quota_curve(big, [2**70, 2**71, 3 * 2**70])
    assert curve.banzhaf.tolist() == [voting_power(Weighted(big, q)).banzhaf.tolist() for q in curve.thresholds]
    assert curve.veto_from == (2**71 + 1, 2**71 + 2, 2**71 + 2)
    assert curve.alone_up_to == big


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="at least one quota"):
        quota_curve((3, 2, 1), [])
    with pytest.raises(RuleError, match="above the total"):
        quota_curve((3, 2, 1), [4, 7])
    with pytest.raises(RuleError, match="negative"):
        quota_curve((3, -2, 1), [2])


@needs_data
def test_monetary_fund_the_united_states_can_block_alone_from_the_exact_vote() -> None:
    with (DATA / "imf-quotas-votes.csv").open() as lines:
        votes = [int(row["votes"]) for row in csv.DictReader(lines)]
    largest = int(np.argmax(votes))
    quotas = [Fraction(k, 100) for k in range(51, 100, 4)]
    curve = quota_curve(votes, quotas)
    blocks = [jump for jump in jumps(curve) if jump.change == "can block alone"]
    assert blocks[0] == Jump(largest, "can block alone", blocks[0].quota, sum(votes) - votes[largest] + 1)
    assert curve.thresholds[blocks[0].quota - 1] < blocks[0].threshold <= curve.thresholds[blocks[0].quota]
    for k in (0, 6, 12):
        power = voting_power(Weighted.of(votes, quotas[k]), shapley_shubik=False)
        allowed = power.relative_error + curve.relative_error[k]
        assert np.abs(curve.banzhaf[k] / power.banzhaf - 1).max() <= allowed
