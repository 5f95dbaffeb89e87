"""The cheapest concession, beside every coalition that passes priced one by one, and closed forms on one issue."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.institutions.concessions.cheapest import (
    cheapest_change,
    cheapest_compensation,
    indispensable,
    smallest_block,
)
from comity.institutions.concessions.integer_program import Program, cheapest_passing, fewest_members
from comity.institutions.concessions.support import Stakes, salience_weights, supporters
from comity.rules import All, AtLeastOf, AtLeastOne, Members, Rule, Unless, Veto, Weighted, passes

HUNDREDTHS = st.integers(0, 100).map(lambda number: Fraction(number, 100))


def rules(n: int) -> st.SearchStrategy[Rule]:
    """Every kind of rule over n members."""
    weights = st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any)
    weighted = weights.flatmap(lambda held: st.integers(1, sum(held)).map(lambda quota: Weighted(tuple(held), quota)))
    clause: st.SearchStrategy[Rule] = st.one_of(
        weighted,
        st.integers(1, n).map(lambda many: Members(n, many)),
        st.sets(st.integers(0, n - 1), min_size=1, max_size=2).map(lambda who: Veto(n, tuple(sorted(who)))),
    )
    several = st.lists(clause, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        clause,
        several.map(All),
        several.map(AtLeastOne),
        several.map(lambda held: AtLeastOf(held, 2)),
        clause.map(Unless),
    )


def coalitions_that_pass(rule: Rule, able: Iterable[int], must: Iterable[int] = ()) -> list[tuple[int, ...]]:
    """Every coalition of those able that passes with all who must be in it."""
    able, must = list(able), set(must)
    found = []
    for size in range(len(able) + 1):
        for coalition in itertools.combinations(able, size):
            members = [member in coalition for member in range(rule.n)]
            if must <= set(coalition) and bool(passes(rule, members)):
                found.append(coalition)
    return found


def smallest_only(coalitions: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Those that hold no other: a larger coalition is never cheaper."""
    held = [frozenset(coalition) for coalition in coalitions]
    return [coalition for coalition in coalitions if not any(other < set(coalition) for other in held)]


def cost_on_one_issue(
    coalition: Iterable[int], positions: list[Fraction], text: Fraction, without: Fraction
) -> Fraction:
    """The closed form: each member accepts what is no farther from it than no agreement, an interval."""
    low, high = Fraction(0), Fraction(1)
    for member in coalition:
        away = abs(without - positions[member])
        low, high = max(low, positions[member] - away), min(high, positions[member] + away)
    return max(low - text, text - high, Fraction(0))


def cost_by_linear_program(coalition: Iterable[int], stakes: Stakes, costs: list[float]) -> float:
    """Min costs @ moves over (text, moves, a distance for each member and issue), written out as one dense program."""
    from scipy.optimize import linprog

    members, k = list(coalition), len(costs)
    width = 2 * k + len(members) * k
    rows, bounds = [], []

    def distance(column: int, at: int, point: float) -> None:
        for sign in (1.0, -1.0):
            row = np.zeros(width)
            row[at], row[column] = sign, -1.0
            rows.append(row)
            bounds.append(sign * point)

    for issue in range(k):
        distance(k + issue, issue, stakes.proposal[issue])
    for at, member in enumerate(members):
        row = np.zeros(width)
        for issue in range(k):
            if stakes.weights[member, issue] > 0:
                column = 2 * k + at * k + issue
                distance(column, issue, stakes.positions[member, issue])
                row[column] = stakes.weights[member, issue]
        rows.append(row)
        bounds.append(float(stakes.losses(stakes.reference)[member].item()))
    objective = np.concatenate([np.zeros(k), costs, np.zeros(len(members) * k)])
    found = linprog(objective, A_ub=np.array(rows), b_ub=bounds, bounds=[(0, 1)] * width, method="highs")
    assert found.status == 0
    assert found.fun is not None
    return float(found.fun)


@st.composite
def one_issue(draw: st.DrawFn) -> tuple[Rule, list[Fraction], Fraction, Fraction]:
    n = draw(st.integers(2, 7))
    positions = draw(st.lists(HUNDREDTHS, min_size=n, max_size=n))
    return draw(rules(n)), positions, draw(HUNDREDTHS), draw(HUNDREDTHS)


def stakes_on_one_issue(positions: list[Fraction], text: Fraction, without: Fraction) -> Stakes:
    held = np.array([[float(position)] for position in positions])
    return Stakes(held, np.ones_like(held), np.array([float(text)]), np.array([float(without)]))


@settings(max_examples=60)
@given(one_issue())
def test_on_one_issue_the_cheapest_change_is_that_of_the_best_coalition_in_exact_fractions(
    drawn: tuple[Rule, list[Fraction], Fraction, Fraction],
) -> None:
    rule, positions, text, without = drawn
    stakes = stakes_on_one_issue(positions, text, without)
    winning = smallest_only(coalitions_that_pass(rule, range(rule.n)))
    priced = {each: cost_on_one_issue(each, positions, text, without) for each in winning}
    first, *second = cheapest_change(rule, stakes, [1.0])
    assert first.cost == pytest.approx(float(min(priced.values())), abs=1e-7)
    won = [positions[member] for member in first.completing]
    assert all(abs(text - each) > abs(without - each) for each in won)
    spared = set(first.needed or first.completing)
    others = [cost for each, cost in priced.items() if not spared <= set(each)]
    if first.completing:
        assert [each.cost for each in second] == [pytest.approx(float(cost), abs=1e-7) for cost in sorted(others)[:1]]
        assert not any(spared <= set(each.completing) for each in second)


@settings(max_examples=60)
@given(one_issue())
def test_the_cheapest_compensation_is_that_of_the_best_coalition_in_exact_fractions(
    drawn: tuple[Rule, list[Fraction], Fraction, Fraction],
) -> None:
    rule, positions, text, without = drawn
    short = [max(Fraction(0), abs(text - each) - abs(without - each)) for each in positions]
    winning = coalitions_that_pass(rule, range(rule.n))
    costs = {each: sum((short[member] for member in each), Fraction(0)) for each in winning}
    found = cheapest_compensation(rule, stakes_on_one_issue(positions, text, without))
    if min(costs.values()) == 0:
        assert found == ()
        return
    assert found[0].cost == pytest.approx(float(min(costs.values())), abs=1e-7)
    assert sum(found[0].amounts) == found[0].cost
    others = [cost for each, cost in costs.items() if not set(found[0].completing) <= set(each)]
    assert [each.cost for each in found[1:]] == [pytest.approx(float(cost), abs=1e-7) for cost in sorted(others)[:1]]


@st.composite
def several_issues(draw: st.DrawFn) -> tuple[Rule, Stakes, list[float], tuple[int, ...]]:
    n, k = draw(st.integers(2, 6)), draw(st.integers(2, 3))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.Generator(np.random.Philox(seed))
    positions = random.random((n, k)).round(2)
    positions[random.random((n, k)) < 0.2] = np.nan
    weights = salience_weights(positions, random.choice([0.0, 0.001, 0.2, 0.5, 1.0], (n, k)))
    stakes = Stakes(positions, weights, random.random(k).round(2), random.random(k).round(2))
    stated = np.flatnonzero(stakes.stated).tolist()
    alike, sponsored = draw(st.tuples(st.booleans(), st.booleans()))
    sponsors = (stated[0],) if stated and sponsored else ()
    costs = [1 / k] * k if alike else [0.0, *[1.0] * (k - 1)]
    return draw(rules(n)), stakes, costs, sponsors


@settings(max_examples=60)
@given(several_issues())
def test_the_cheapest_change_is_that_of_the_best_coalition(
    drawn: tuple[Rule, Stakes, list[float], tuple[int, ...]],
) -> None:
    rule, stakes, costs, sponsors = drawn
    winning = smallest_only(coalitions_that_pass(rule, np.flatnonzero(stakes.stated).tolist(), sponsors))
    found = cheapest_change(rule, stakes, costs, sponsors)
    if not winning:
        assert found == ()
        assert indispensable(rule, stakes.stated) is None or sponsors
        return
    priced = {each: cost_by_linear_program(each, stakes, costs) for each in winning}
    first = found[0]
    assert first.cost == pytest.approx(min(priced.values()), abs=2e-6)
    agree = np.zeros(rule.n, dtype=np.bool_)
    agree[list(first.supporters)] = True
    assert bool(passes(rule, agree))
    assert set(sponsors) <= set(first.supporters)
    gain = stakes.losses(stakes.reference) - stakes.losses(first.text)
    assert (gain[list(first.supporters)] >= -1e-6).all()
    assert ((first.text >= 0) & (first.text <= 1)).all()
    before = stakes.in_favour(stakes.proposal)
    kept = {member for member in first.supporters if before[member]} | set(first.completing)
    assert bool(passes(rule, [member in kept for member in range(rule.n)]))
    if first.completing:
        spared = set(first.needed) - set(sponsors) or set(first.completing)
        others = [cost for each, cost in priced.items() if not spared <= set(each)]
        assert [each.cost for each in found[1:]] == [pytest.approx(cost, abs=2e-6) for cost in sorted(others)[:1]]


def test_an_issue_that_costs_nothing_is_moved_no_more_than_it_has_to_be() -> None:
    positions = np.array([[1.0, 1.0], [0.2, 0.4]])
    stakes = Stakes(positions, np.full((2, 2), 0.5), np.array([1.0, 1.0]), np.array([0.6, 0.8]))
    (change, *_) = cheapest_change(Members(2, 2), stakes, [1.0, 0.0])
    # The second member's loss has to fall from 0.7 to 0.4; the free issue gives all it can, from 1 to 0.4.
    assert change.cost == pytest.approx(0.0, abs=1e-7)
    assert change.text == pytest.approx([1.0, 0.4], abs=1e-6)


@given(rules(6), st.lists(st.integers(0, 20), min_size=6, max_size=6))
def test_a_rule_as_rows_lets_through_what_the_rule_lets_through(rule: Rule, costs: list[int]) -> None:
    program = Program()
    agrees = program.variables(rule.n, cost=[float(cost) for cost in costs], whole=True)
    found = cheapest_passing(program, rule, agrees)
    assert found is not None
    winning = coalitions_that_pass(rule, range(rule.n))
    assert sum(costs[member] for member in found[1]) == min(sum(costs[member] for member in each) for each in winning)
    assert len(fewest_members(rule, range(rule.n)) or ()) == min(map(len, winning))


def test_weights_that_floats_cannot_tell_apart_are_settled_in_whole_numbers() -> None:
    big = 2**60
    rule = Weighted((big, big, big, 1, 1), quota=2 * big + 2)
    assert fewest_members(rule, range(5)) == (0, 1, 2)
    assert fewest_members(rule, [0, 1, 3, 4]) == (0, 1, 3, 4)
    assert fewest_members(rule, [0, 1, 3]) is None


def test_silence_is_never_consent_and_never_bought() -> None:
    positions = np.array([[1.0], [np.nan], [np.nan]])
    stakes = Stakes(positions, salience_weights(positions, np.ones((3, 1))), np.array([1.0]), np.array([0.0]))
    assert stakes.in_favour(stakes.proposal).tolist() == [True, False, False]
    assert cheapest_change(Members(3, 2), stakes, [1.0]) == ()
    assert cheapest_compensation(Members(3, 2), stakes) == ()
    assert indispensable(Members(3, 2), stakes.stated) is None


def test_who_is_as_well_off_either_way_supports_the_text() -> None:
    assert supporters([0.3], [0.1], [[0.2]], [[1.0]]).tolist() == [True]
    assert supporters([0.1 + 0.2], [0.1], [[0.2]], [[1.0]]).tolist() == [True]


def test_saliences_are_shares_of_what_each_member_cares_about() -> None:
    positions = np.array([[0.1, 0.2, 0.3], [0.1, np.nan, 0.3], [np.nan] * 3, [0.5, 0.5, np.nan]])
    salience = np.array([[50, np.nan, 100], [np.nan, 80, np.nan], [10, 10, 10], [0, 0, 90]])
    assert salience_weights(positions, salience).round(3).tolist() == [
        [0.222, 0.333, 0.444],  # the missing salience is the mean of the others
        [0.5, 0.0, 0.5],
        [0.0, 0.0, 0.0],
        [0.5, 0.5, 0.0],  # none above zero where it has a position
    ]


def test_the_first_veto_player_is_in_every_coalition_and_the_smallest_block_is_named() -> None:
    rule = All((Members(4, 3), Veto(4, (2,))))
    assert indispensable(rule, [True] * 4) == (2,)
    assert smallest_block(rule, [False, True, True, False]) == (2,)
    assert smallest_block(rule, [True, True, False, False]) == (0, 1)
    assert smallest_block(rule, [True, False, False, False]) is None


def test_a_sponsor_keeps_supporting_and_the_text_that_loses_it_is_not_taken() -> None:
    positions = np.array([[0.9], [0.3], [0.25], [0.0]])
    stakes = Stakes(positions, np.ones((4, 1)), np.array([1.0]), np.array([0.75]))
    free = cheapest_change(Members(4, 2), stakes, [1.0])
    held = cheapest_change(Members(4, 2), stakes, [1.0], sponsors=[3])
    assert free[0].cost <= held[0].cost
    assert 3 in held[0].supporters


@pytest.mark.parametrize(
    ("costs", "sponsors", "says"),
    [
        ([-1.0], [], "issue_costs"),
        ([float("nan")], [], "issue_costs"),
        ([1.0], [2], "sponsors"),
        ([1.0], [9], "sponsors"),
    ],
)
def test_what_cannot_be_meant_is_refused(costs: list[float], sponsors: list[int], says: str) -> None:
    positions = np.array([[1.0], [0.0], [np.nan]])
    stakes = Stakes(positions, salience_weights(positions, np.ones((3, 1))), np.array([1.0]), np.array([0.0]))
    with pytest.raises(ValueError, match=says):
        cheapest_change(Members(3, 2), stakes, costs, sponsors=sponsors)
