"""Fairness rules: the axioms that each claims, and an exact search over all packages."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.bargaining.deals import (
    NoZone,
    Packages,
    Solution,
    UtilityTable,
    Zone,
    distance_to_frontier,
    egalitarian,
    gains_over,
    kalai_smorodinsky,
    nash,
    pareto_frontier,
    raiffa,
    utilitarian,
    zone_of_agreement,
)

Table = list[list[int]]
Rule = Callable[[Zone], Solution]


def tables(parties: int | None = None, least: int = 0) -> st.SearchStrategy[Table]:
    def of(n: int) -> st.SearchStrategy[Table]:
        row = st.lists(st.integers(least, 12), min_size=n, max_size=n)
        return st.lists(row, min_size=1, max_size=12)

    return of(parties) if parties else st.integers(2, 4).flatmap(of)


def equal_gains(zone: Zone) -> Solution:
    return egalitarian(zone, comparable=True)


def largest_sum(zone: Zone) -> Solution:
    return utilitarian(zone, comparable=True)


RULES: list[Rule] = [nash, kalai_smorodinsky, equal_gains, largest_sum, raiffa]
SCALE_FREE: list[Rule] = [nash, kalai_smorodinsky, raiffa]


def solve(rule: Rule, table: Table, floor: list[int] | None = None) -> list[list[float]]:
    zone = zone_of_agreement(UtilityTable(table, floor or [0] * len(table[0])))
    found: list[list[float]] = rule(zone).utilities.tolist()
    return found


@pytest.mark.parametrize("rule", RULES)
@given(table=tables())
def test_what_a_rule_picks_is_not_dominated(rule: Rule, table: Table) -> None:
    for u in solve(rule, table):
        assert not any(v != u and all(a >= b for a, b in zip(v, u, strict=True)) for v in table)
        assert [int(x) for x in u] in table


@pytest.mark.parametrize("rule", RULES)
@given(table=tables())
def test_parties_that_trade_places_trade_shares(rule: Rule, table: Table) -> None:
    turned = [row[1:] + row[:1] for row in table]
    expected = sorted(u[1:] + u[:1] for u in solve(rule, table))
    assert sorted(solve(rule, turned)) == expected


@pytest.mark.parametrize("rule", SCALE_FREE)
@given(table=tables(parties=3))
def test_the_scale_of_a_party_does_not_matter(rule: Rule, table: Table) -> None:
    scaled = [[3 * a + 5, 7 * b - 2, c] for a, b, c in table]
    expected = [[3 * a + 5, 7 * b - 2, c] for a, b, c in solve(rule, table)]
    assert solve(rule, scaled, [5, -2, 0]) == expected


@given(tables(), st.data())
def test_nash_does_not_depend_on_alternatives_that_it_does_not_pick(table: Table, data: st.DataObject) -> None:
    assume(any(all(row) for row in table))
    chosen = solve(nash, table)
    dropped = data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table)))
    rest = [row for row, drop in zip(table, dropped, strict=True) if not drop or row in chosen]
    assert solve(nash, rest) == chosen


@given(tables(parties=2), st.integers(0, 12))
def test_kalai_smorodinsky_is_monotone(table: Table, more: int) -> None:
    """A package more that leaves both ideals as they are lowers nobody's smallest share."""
    ideal = max(row[0] for row in table)
    assume(ideal > 0)
    tops = max(row[1] for row in table)
    assume(tops > 0)
    added = [*table, [min(more, ideal), tops]]  # both ideals stay
    zone, larger = (zone_of_agreement(UtilityTable(each, [0, 0])) for each in (table, added))
    share = min(a / b for a, b in zip(kalai_smorodinsky(zone).utilities[0], [ideal, tops], strict=True))
    bigger = min(a / b for a, b in zip(kalai_smorodinsky(larger).utilities[0], [ideal, tops], strict=True))
    assert bigger >= share


@given(tables())
def test_rules_equal_an_exact_search_over_all_packages(table: Table) -> None:
    rows = {tuple(row) for row in table}
    many = max(sum(x > 0 for x in row) for row in rows)
    gaining = [row for row in rows if sum(x > 0 for x in row) == many]
    best: dict[tuple[bool, ...], int] = {}
    for row in gaining:
        who = tuple(x > 0 for x in row)
        best[who] = max(best.get(who, 0), prod(x for x in row if x > 0))
    expected = {row for row in gaining if prod(x for x in row if x > 0) == best[tuple(x > 0 for x in row)]}
    assert {tuple(map(int, u)) for u in solve(nash, table)} == expected

    ideal = [max(column) for column in zip(*rows, strict=True)]
    share = {row: sorted(Fraction(x, b) for x, b in zip(row, ideal, strict=True) if b) for row in rows}
    efficient = {r for r in rows if not any(v != r and all(a >= b for a, b in zip(v, r, strict=True)) for v in rows)}
    top = max(share[row] for row in efficient)
    assert {tuple(map(int, u)) for u in solve(kalai_smorodinsky, table)} == {r for r in efficient if share[r] == top}
    level = max(sorted(row) for row in rows)
    assert {tuple(map(int, u)) for u in solve(equal_gains, table)} == {row for row in rows if sorted(row) == level}
    total = max(sum(row) for row in rows)
    assert {tuple(map(int, u)) for u in solve(largest_sum, table)} == {row for row in rows if sum(row) == total}


def test_where_not_all_can_gain_the_largest_set_that_can_decides_and_is_named() -> None:
    zone = zone_of_agreement(UtilityTable([[2, 2, 0], [0, 3, 1], [5, 0, 0], [1, 3, 0]], [0, 0, 0]))
    found = nash(zone)
    assert dict(zip(found.gaining, found.utilities.tolist(), strict=True)) == {(0, 1): [2, 2, 0], (1, 2): [0, 3, 1]}
    nobody = nash(zone_of_agreement(UtilityTable([[0, 0], [-1, 5]], [0, 0])))
    assert nobody.utilities.tolist() == [[0, 0]]
    assert nobody.gaining == ((),)


def test_products_that_floats_cannot_tell_apart_are_not_tied() -> None:
    big = 10**8
    table = UtilityTable([[big, big], [big + 1, big - 1], [big - 1, big + 1]], [0, 0])
    assert nash(zone_of_agreement(table)).utilities.tolist() == [[big, big]]


def test_kalai_smorodinsky_goes_on_to_the_second_smallest_share() -> None:
    table = UtilityTable([[4, 4, 4], [4, 6, 5], [8, 0, 0], [0, 8, 0], [0, 0, 8]], [0, 0, 0])
    assert kalai_smorodinsky(zone_of_agreement(table)).utilities.tolist() == [[4, 6, 5]]


def test_an_empty_zone_has_no_solution_but_is_no_error() -> None:
    zone = zone_of_agreement(UtilityTable([[1, 5], [5, 1]], [3, 3]))
    assert zone.empty
    assert zone.ideals is None
    assert zone.out_of_reach == ()
    for rule in RULES:
        with pytest.raises(NoZone, match="empty"):
            rule(zone)


@given(tables(), st.data())
def test_joint_gains_equal_a_search(table: Table, data: st.DataObject) -> None:
    proposed = data.draw(st.sampled_from(table))
    frontier = pareto_frontier(UtilityTable(table, [0] * len(proposed)))
    found = gains_over(frontier, proposed)
    better = [v for v in table if v != proposed and all(a >= b for a, b in zip(v, proposed, strict=True))]
    assert found.efficient == (not better)
    if better:
        most = [max(v[at] - proposed[at] for v in better) for at in range(len(proposed))]
        assert found.most_each.tolist() == most
        share = max(min((v[i] - proposed[i]) / m for i, m in enumerate(most) if m) for v in better)
        assert found.equal_share == pytest.approx(share)
        assert found.equal_gains.tolist() == pytest.approx((frontier.utilities[found.equal_point] - proposed).tolist())
    else:
        assert distance_to_frontier(frontier, proposed).nearest_distance == 0
    assert distance_to_frontier(frontier, proposed).equal_rise >= 0


@given(tables(), st.data())
def test_a_deal_of_long_decimals_is_not_said_to_dominate_itself(table: Table, data: st.DataObject) -> None:
    packages = Packages([np.array(table) / 7, np.array(table) / 3], [0] * len(table[0]))
    frontier = pareto_frontier(packages)
    at = data.draw(st.integers(0, frontier.n_points - 1))
    found = gains_over(frontier, frontier.utilities[at])
    # 1/7 + 4/3 and 8/7 + 1/3 are one number and two floats: a point that is better but for such a tie does dominate.
    assert at not in found.points
    gains = frontier.utilities[found.points] - frontier.utilities[at]
    assert (gains > 1e-9).any(axis=1).all()
    assert (gains > -1e-9).all()
