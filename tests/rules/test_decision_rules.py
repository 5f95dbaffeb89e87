"""Decision rules: exact thresholds, clear refusals, and batch evaluation against one coalition at a time."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.rules import (
    All,
    AtLeastOf,
    AtLeastOne,
    Members,
    Rule,
    RuleError,
    Unless,
    Veto,
    Weighted,
    dual,
    members_with_veto,
    parse_quota,
    passes,
    pivots,
    rule_in_words,
    unbeaten_interval,
    without_unless,
)


def passes_slowly(rule: Rule, coalition: frozenset[int]) -> bool:
    if isinstance(rule, Weighted):
        total = sum(rule.weights[member] for member in coalition)
        return total > rule.quota if rule.strict else total >= rule.quota
    if isinstance(rule, Members):
        return len(coalition) >= rule.at_least
    if isinstance(rule, Veto):
        return set(rule.members) <= coalition
    if isinstance(rule, All):
        return all(passes_slowly(clause, coalition) for clause in rule.clauses)
    if isinstance(rule, Unless):
        return not passes_slowly(rule.clause, frozenset(range(rule.n)) - coalition)
    met = [passes_slowly(clause, coalition) for clause in rule.clauses]
    return sum(met) >= rule.k if isinstance(rule, AtLeastOf) else any(met)


def all_coalitions(n: int) -> list[frozenset[int]]:
    return [frozenset(s) for k in range(n + 1) for s in itertools.combinations(range(n), k)]


@st.composite
def rules(draw: st.DrawFn, n: int, depth: int = 2) -> Rule:
    kind = draw(
        st.sampled_from(["weighted", "members", "veto", "all", "any", "at least", "unless"][: 7 if depth else 3])
    )
    if kind == "weighted":
        weights = draw(st.lists(st.integers(0, 12), min_size=n, max_size=n).filter(any))
        strict = draw(st.booleans())
        quota = draw(st.integers(0 if strict else 1, sum(weights) - int(strict)))
        return Weighted(tuple(weights), quota, strict)
    if kind == "members":
        return Members(n, draw(st.integers(1, n)))
    if kind == "veto":
        members = draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n, unique=True))
        return Veto(n, tuple(members))
    if kind == "unless":
        return Unless(draw(rules(n, depth - 1)))
    clauses = tuple(draw(st.lists(rules(n, depth - 1), min_size=1, max_size=3)))
    if kind == "at least":
        return AtLeastOf(clauses, draw(st.integers(1, len(clauses))))
    return All(clauses) if kind == "all" else AtLeastOne(clauses)


@given(st.data(), st.integers(1, 6))
def test_batch_equals_one_by_one(data: st.DataObject, n: int) -> None:
    rule = data.draw(rules(n))
    coalitions = all_coalitions(n)
    table = np.array([[member in s for member in range(n)] for s in coalitions])
    expected = [passes_slowly(rule, s) for s in coalitions]
    assert passes(rule, table).tolist() == expected
    assert passes(rule, table.reshape(-1, 1, n)).shape == (len(coalitions), 1)
    everyone = frozenset(range(n))
    veto = tuple(i for i in range(n) if not passes_slowly(rule, everyone - {i}))
    assert members_with_veto(rule) == veto
    assert expected[-1]
    assert not expected[0]


@given(st.data(), st.integers(1, 6))
def test_the_dual_passes_what_blocks_and_unless_is_the_dual_of_its_clause(data: st.DataObject, n: int) -> None:
    rule = data.draw(rules(n))
    table = np.array([[member in s for member in range(n)] for s in all_coalitions(n)])
    assert np.array_equal(passes(dual(rule), table), ~passes(rule, ~table))
    assert np.array_equal(passes(without_unless(rule), table), passes(rule, table))
    assert np.array_equal(passes(Unless(rule), table), passes(dual(rule), table))


@given(st.data(), st.integers(1, 6))
def test_unbeaten_interval_equals_the_definition(data: st.DataObject, n: int) -> None:
    rule = data.draw(rules(n))
    positions = np.array(data.draw(st.lists(st.lists(st.integers(0, 5), min_size=n, max_size=n), min_size=1)), float)
    low, high = unbeaten_interval(rule, positions)
    for row, x in enumerate(positions):
        for y in np.linspace(-1, 6, 29):
            above = frozenset(np.flatnonzero(x > y).tolist())
            below = frozenset(np.flatnonzero(x < y).tolist())
            unbeaten = not passes_slowly(rule, above) and not passes_slowly(rule, below)
            assert unbeaten == (low[row] <= y <= high[row])


@given(st.data(), st.integers(1, 6))
def test_pivot_is_the_first_to_make_it_pass(data: st.DataObject, n: int) -> None:
    rule = data.draw(rules(n))
    order = data.draw(st.permutations(range(n)))
    pivot = int(pivots(rule, [order])[0])
    before = frozenset(order[: order.index(pivot)])
    assert not passes_slowly(rule, before)
    assert passes_slowly(rule, before | {pivot})


def test_black_1948_majority_of_an_odd_number_is_the_median() -> None:
    positions = np.random.default_rng(3).uniform(size=(50, 7))
    low, high = unbeaten_interval(Members(7, 4), positions)
    assert low.tolist() == high.tolist() == np.median(positions, axis=1).tolist()


def test_two_separate_groups_that_can_both_pass_leave_nothing_unbeaten() -> None:
    low, high = unbeaten_interval(Members(4, 1), [0.0, 1.0, 2.0, 3.0])
    assert low > high


def test_identical_positions_and_one_member() -> None:
    assert [float(end) for end in unbeaten_interval(Members(3, 2), [4.0, 4.0, 4.0])] == [4.0, 4.0]
    assert [float(end) for end in unbeaten_interval(Members(1, 1), [4.0])] == [4.0, 4.0]


def test_weights_beyond_int64_are_exact() -> None:
    big = 2**62
    rule = Weighted((big, big, big + 1), 2 * big + 1)
    assert passes(rule, [[1, 1, 0], [1, 0, 1], [0, 0, 0]]).tolist() == [False, True, False]
    assert pivots(rule, [[0, 1, 2], [0, 2, 1]]).tolist() == [2, 2]


def test_thresholds_are_exact() -> None:
    assert Weighted.of([Fraction(1, 3)] * 3, "2/3").threshold == 2
    assert Weighted.of([65_000_000] * 3, "0.65").threshold == 126_750_000
    assert Weighted.of(["0.1", 0.2, Decimal("0.7")], "30%").threshold == 3
    assert Weighted.of([0.1, 0.2, 0.7], 1).threshold == 10
    assert Weighted.of([5, 5], "50%", strict=True).threshold == 6
    assert Weighted.of([5, 6], "50%", strict=True).threshold == 6
    assert Weighted.of([np.int64(5), np.float64(6.5)], "50%").weights == (10, 13)
    assert Members.of(27, "55%").at_least == 15
    assert Members.of(28, "55%").at_least == 16
    assert Members.of(9, "1/2", strict=True).at_least == 5
    assert Members.of(9, 5).at_least == 5


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Weighted((1, 2), 4), "quota"),
        (lambda: Weighted((1, 2), 3, strict=True), "quota"),
        (lambda: Weighted((1, 2), 0), "quota"),
        (lambda: Weighted((1, -2), 1), "weights[1]"),
        (lambda: Weighted((0, 0), 1), "weights"),
        (lambda: Weighted((), 1), "weights"),
        (lambda: Weighted((1, 2.5), 1), "weights[1]"),  # type: ignore[arg-type]
        (lambda: Weighted((1, 2), 1.5), "quota"),  # type: ignore[arg-type]
        (lambda: Weighted((1, True), 1), "weights[1]"),
        (lambda: Weighted.of([1, float("nan")], 1), "weights[1]"),
        (lambda: Weighted.of([1, float("inf")], 1), "weights[1]"),
        (lambda: Weighted.of([1, "1e"], 1), "weights[1]"),
        (lambda: Weighted.of([1, True], 1), "weights[1]"),
        (lambda: Weighted.of(["0.5", "-0.5"], 1), "weights[1]"),
        (lambda: Weighted.of([], 1), "weights"),
        (lambda: Weighted.of([1, 2], "150%"), "quota"),
        (lambda: Members(3, 4), "at_least"),
        (lambda: Members(3, 0), "at_least"),
        (lambda: Members(0, 1), "n"),
        (lambda: Veto(3, ()), "members"),
        (lambda: Veto(3, (3,)), "members[0]"),
        (lambda: Veto(3, (1, 1)), "members"),
        (lambda: Veto(0, (1,)), "n"),
        (lambda: All(()), "clauses"),
        (lambda: AtLeastOne((Members(3, 2), Members(4, 2))), "clauses"),
        (lambda: passes(Members(3, 2), [True, False]), "coalition"),
        (lambda: pivots(Members(3, 2), [0, 1]), "order"),
        (lambda: unbeaten_interval(Members(3, 2), [0.0, 1.0]), "positions"),
        (lambda: unbeaten_interval(Members(2, 2), [0.0, np.nan]), "positions"),
        (lambda: rule_in_words(Members(3, 2), ["one"]), "names"),
        *[
            ((lambda text=text: parse_quota(text)), "quota")
            for text in ["", "two", "-3", "0", "0%", "150%", "1.5", "3/2", "1/0", "1e3", "nan", True, 0, Fraction(3, 2)]
        ],
    ],
)
def test_what_cannot_be_meant_is_refused_by_field(make: Any, field: str) -> None:
    with pytest.raises(RuleError) as error:
        make()
    assert error.value.field == field
    assert str(error.value).startswith(field)


def test_rules_in_words() -> None:
    lisbon = AtLeastOne(
        (All((Members(4, 3), Weighted.of([5, 4, 3, 2], "65%", unit="population"))), Members(4, 4)),
    )
    assert rule_in_words(lisbon) == (
        "either (at least 3 of 4 members and at least 10 of 14 population) or all 4 members"
    )
    assert rule_in_words(Weighted((1, 1), 1, strict=True)) == "more than 1 of 2 votes"
    assert rule_in_words(Veto(3, (0, 2)), ["A", "B", "C"]) == "the consent of A and C"
    assert rule_in_words(Veto(2, (0, 1))) == "the consent of all 2 members"
    assert rule_in_words(All((Members(1, 1),))) == "the one member"
