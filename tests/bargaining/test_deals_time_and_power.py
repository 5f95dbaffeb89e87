"""Alternating offers, breakdown and majorities: the printed closed forms, recursions, and numerical derivatives."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bargaining.deals import (
    DealError,
    Split,
    alternating_offers,
    cost_of_haste,
    cost_of_haste_by_rates,
    discount_factor,
    divide_by_kinds,
    divide_by_majority,
    finite_offers,
    frequent_offers,
    unanimity,
    with_breakdown,
    with_outside_option,
)

FACTOR = st.floats(0.05, 0.95)


@given(FACTOR, FACTOR)
def test_rubinstein_shares_are_the_printed_ones_and_leave_nobody_better_waiting(d1: float, d2: float) -> None:
    found, turned = alternating_offers(d1, d2), alternating_offers(d2, d1)
    assert found.proposer == pytest.approx((1 - d2) / (1 - d1 * d2))
    assert found.responder == pytest.approx(d2 * (1 - d1) / (1 - d1 * d2))
    assert found.proposer + found.responder == pytest.approx(1)
    assert found.responder == pytest.approx(d2 * turned.proposer)


@given(st.floats(0.01, 2), st.floats(0.01, 2))
def test_frequent_offers_are_the_limit_of_short_periods_and_an_asymmetric_nash_solution(r1: float, r2: float) -> None:
    period = 1e-7
    near = alternating_offers(discount_factor(r1, period), discount_factor(r2, period))
    found = frequent_offers(r1, r2)
    assert found.proposer == pytest.approx(r2 / (r1 + r2))
    assert found.proposer == pytest.approx(near.proposer, abs=1e-5)
    share = np.arange(1, 10_000) / 10_000
    top = share[np.argmax(np.log(share) / r1 + np.log(1 - share) / r2)]
    assert found.proposer == pytest.approx(top, abs=1e-4)


@given(FACTOR, FACTOR, st.integers(1, 12))
def test_finite_offers_equal_the_recursion_from_the_last(d1: float, d2: float, rounds: int) -> None:
    def share(offer: int) -> float:  # of whoever makes it; the other one discounts
        answers = d2 if offer % 2 == 0 else d1
        return 1.0 if offer == rounds - 1 else 1 - answers * share(offer + 1)

    found = finite_offers(d1, d2, rounds)
    assert found.proposer == pytest.approx(share(0))
    assert found.proposer + found.responder == pytest.approx(1)


@given(FACTOR, FACTOR)
def test_many_rounds_come_to_rubinsteins_shares(d1: float, d2: float) -> None:
    assert finite_offers(d1, d2, 600).proposer == pytest.approx(alternating_offers(d1, d2).proposer)


@given(FACTOR, FACTOR, st.floats(0, 1.5))
def test_an_outside_option_is_had_or_changes_nothing(d1: float, d2: float, option: float) -> None:
    found = with_outside_option(d1, d2, option)
    assert found.agreed == (option <= 1)
    if found.agreed:
        assert found.responder == pytest.approx(max(alternating_offers(d1, d2).responder, option))
        assert found.proposer == pytest.approx(1 - found.responder)


@given(st.floats(0.01, 0.9), st.floats(0, 0.5), st.floats(0, 0.5), FACTOR, FACTOR)
def test_with_a_risk_of_breakdown_whoever_answers_is_indifferent(
    risk: float, b1: float, b2: float, d1: float, d2: float
) -> None:
    found = with_breakdown(risk, b1, b2, proposer=d1, responder=d2)
    turned = with_breakdown(risk, b2, b1, proposer=d2, responder=d1)
    assert found.responder == pytest.approx(d2 * (risk * b2 + (1 - risk) * turned.proposer))


@given(st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_small_risk_of_breakdown_gives_the_nash_solution(b1: float, b2: float) -> None:
    found = with_breakdown(1e-7, b1, b2)
    assert found.proposer == pytest.approx(b1 + (1 - b1 - b2) / 2, abs=1e-5)
    assert with_breakdown(0.3, 0.7, 0.4) == Split(0.7, 0.4, agreed=False)


def test_without_breakdown_it_is_rubinsteins_game() -> None:
    assert with_breakdown(0.0, 0.2, 0.2, proposer=0.9, responder=0.8).proposer == pytest.approx(
        alternating_offers(0.9, 0.8).proposer
    )


@given(st.integers(2, 8), FACTOR)
def test_unanimity_of_equals_gives_the_proposer_the_printed_share(n: int, d: float) -> None:
    shares = unanimity([d] * n)
    assert shares[0, 0] == pytest.approx(1 / (1 + (n - 1) * d))
    assert shares[0, 1:] == pytest.approx(d / (1 + (n - 1) * d))


@given(st.lists(FACTOR, min_size=2, max_size=6))
def test_unanimity_leaves_whoever_answers_indifferent(factors: list[float]) -> None:
    shares = unanimity(factors)
    assert shares.sum(axis=1) == pytest.approx(1)
    for i in range(len(factors)):
        for j in set(range(len(factors))) - {i}:
            assert shares[i, j] == pytest.approx(factors[j] * shares[j, j])
    two = alternating_offers(factors[0], factors[1])
    assert unanimity(factors[:2])[0] == pytest.approx([two.proposer, two.responder])


@pytest.mark.parametrize("n", [3, 5, 7, 101])
@pytest.mark.parametrize("d", [0.5, 0.9, 1.0])
def test_baron_and_ferejohn_closed_rule_is_the_printed_one(n: int, d: float) -> None:
    found = divide_by_majority(n, d)
    assert found.proposer == pytest.approx(1 - d * (n - 1) / (2 * n))
    assert found.responder == pytest.approx(d / n)
    assert found.proposer + (n - 1) / 2 * found.responder == pytest.approx(1)


@pytest.mark.parametrize(("n", "votes"), [(5, 3), (5, 4), (5, 5), (9, 6)])
def test_kinds_that_are_alike_are_the_equal_case(n: int, votes: int) -> None:
    whole, parts = (
        divide_by_kinds([n], [1 / n], [0.8], votes),
        divide_by_kinds([2, n - 2], [1 / n] * 2, [0.8] * 2, votes),
    )
    plain = divide_by_majority(n, 0.8, votes)
    for found in (whole, parts):
        assert found.proposer == pytest.approx(plain.proposer)
        assert found.prices == pytest.approx(plain.responder)
        assert found.values == pytest.approx(1 / n)


@st.composite
def legislatures(draw: st.DrawFn) -> tuple[list[int], list[float], list[float], int]:
    kinds = draw(st.integers(1, 4))
    sizes = draw(st.lists(st.integers(1, 4), min_size=kinds, max_size=kinds))
    raw = draw(st.lists(st.integers(1, 9), min_size=kinds, max_size=kinds))
    total = sum(n * p for n, p in zip(sizes, raw, strict=True))
    factors = draw(st.lists(st.integers(10, 99).map(lambda x: x / 100), min_size=kinds, max_size=kinds))
    members = max(2, sum(sizes))
    sizes[0] += members - sum(sizes)
    total = sum(n * p for n, p in zip(sizes, raw, strict=True))
    return sizes, [p / total for p in raw], factors, draw(st.integers(2, members))


@given(legislatures())
def test_unequal_members_buy_the_cheapest_votes_and_expect_what_they_get(
    case: tuple[list[int], list[float], list[float], int],
) -> None:
    sizes, recognition, factors, votes = case
    found = divide_by_kinds(*case)
    prices = np.repeat(found.prices, sizes)
    kind_of = np.repeat(np.arange(len(sizes)), sizes)
    for member, kind in enumerate(kind_of):
        cheapest = np.sort(np.delete(prices, member))[: votes - 1].sum()
        assert found.proposer[kind] == pytest.approx(1 - cheapest)
    p, d = np.array(recognition), np.array(factors)
    assert found.prices == pytest.approx(d * found.values)
    assert found.values == pytest.approx(p * found.proposer + found.paid * found.prices)
    n = np.array(sizes)
    assert (n * found.paid).sum() == pytest.approx(votes - 1)
    assert (n * found.values).sum() == pytest.approx(1)


@given(FACTOR, FACTOR)
def test_the_cost_of_haste_is_the_slope_of_the_shares(d1: float, d2: float) -> None:
    h = 1e-6
    found = cost_of_haste(d1, d2)
    own = (alternating_offers(d1 + h, d2).proposer - alternating_offers(d1 - h, d2).proposer) / (2 * h)
    other = (alternating_offers(d1, d2 + h).proposer - alternating_offers(d1, d2 - h).proposer) / (2 * h)
    assert found.proposer == pytest.approx((own, other), rel=1e-4, abs=1e-6)
    assert found.responder == pytest.approx((-own, -other), rel=1e-4, abs=1e-6)


@given(st.floats(0.05, 2), st.floats(0.05, 2))
def test_the_cost_of_haste_by_rates_is_the_slope_of_the_shares(r1: float, r2: float) -> None:
    h = 1e-6
    own = (frequent_offers(r1 + h, r2).proposer - frequent_offers(r1 - h, r2).proposer) / (2 * h)
    other = (frequent_offers(r1, r2 + h).proposer - frequent_offers(r1, r2 - h).proposer) / (2 * h)
    assert cost_of_haste_by_rates(r1, r2).proposer == pytest.approx((own, other), rel=1e-4, abs=1e-6)


def test_a_discount_factor_is_exponential() -> None:
    assert discount_factor(0.2, 3) == exp(-0.6)


def test_bad_numbers_are_refused_by_name() -> None:
    with pytest.raises(DealError, match="responder: both discount factors are 1"):
        alternating_offers(1, 1)
    with pytest.raises(DealError, match="proposer: has to be from 0 to 1"):
        alternating_offers(1.2, 0.5)
    with pytest.raises(DealError, match="responder_rate"):
        frequent_offers(0, 0)
    with pytest.raises(DealError, match="proposer_rate"):
        frequent_offers(-1, 1)
    with pytest.raises(DealError, match="rounds"):
        finite_offers(0.5, 0.5, 0)
    with pytest.raises(DealError, match="option"):
        with_outside_option(0.5, 0.5, float("nan"))
    with pytest.raises(DealError, match="risk"):
        with_breakdown(0.0, 0.1, 0.1)
    with pytest.raises(DealError, match="proposer_without"):
        with_breakdown(0.5, float("inf"), 0.1)
    with pytest.raises(DealError, match=r"discount_factors\[party 1\]"):
        unanimity([0.5, 1.0])
    with pytest.raises(DealError, match="votes"):
        divide_by_majority(5, 0.9, 6)
    with pytest.raises(DealError, match="members"):
        divide_by_majority(0, 0.9)
    with pytest.raises(DealError, match="sum to 1"):
        divide_by_kinds([2, 1], [0.5, 0.5], [0.9, 0.9], 2)
    with pytest.raises(DealError, match="sizes"):
        divide_by_kinds([2, 1], [0.5], [0.9, 0.9], 2)
    with pytest.raises(DealError, match="votes"):
        divide_by_kinds([3], [1 / 3], [0.9], 1)
    with pytest.raises(DealError, match=r"discount_factors\[party 0\]"):
        divide_by_kinds([3], [1 / 3], [1.0], 2)
    with pytest.raises(DealError, match=r"recognition\[party 0\]"):
        divide_by_kinds([3], [-1 / 3], [0.5], 2)
    with pytest.raises(DealError, match="period"):
        discount_factor(0.1, -1)
