"""Levers: each beside a search over all packages of small domains."""

from __future__ import annotations

import itertools
from collections import deque
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.bargaining.deals import (
    Coupling,
    Forbidden,
    Packages,
    UtilityTable,
    conflicting_demands,
    kalai_smorodinsky,
    least_paid_package,
    linkage,
    log_rolls,
    nash,
    pareto_frontier,
    path_of_drafts,
    settled_alone,
    shortfalls,
    side_payments,
    smallest_sets,
    smallest_total,
    value_of_issue,
    value_of_party,
    without_issue,
    zone_of_agreement,
)

WHOLE = st.integers(0, 9)


@st.composite
def domains(draw: st.DrawFn) -> Packages:
    parties = draw(st.integers(2, 4))
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    row = st.lists(WHOLE, min_size=parties, max_size=parties)
    issues = [draw(st.lists(row, min_size=size, max_size=size)) for size in sizes]
    floor = draw(st.lists(st.integers(0, 24), min_size=parties, max_size=parties))
    forbidden = (Forbidden((0, 1), [[0, 0]]),) if sizes[0] * sizes[1] > 1 and draw(st.booleans()) else ()
    return Packages(issues, floor, forbidden=forbidden)


def utilities(packages: Packages) -> dict[tuple[int, ...], list[int]]:
    listed = packages.listed()
    return {tuple(o): list(map(int, u)) for o, u in zip(listed.tolist(), packages.of(listed).tolist(), strict=True)}


@given(domains())
def test_relaxations_and_conflicts_equal_a_search_over_all_packages(packages: Packages) -> None:
    floor = np.asarray(packages.disagreement).astype(int).tolist()
    missing = [[max(0, d - x) for x, d in zip(u, floor, strict=True)] for u in utilities(packages).values()]
    found = shortfalls(packages)

    totals = smallest_total(found, "utility")
    assert {each.total for each in totals} == {min(map(sum, missing))}
    best = {tuple(row) for row in missing if sum(row) == min(map(sum, missing))}
    assert {tuple(map(int, each.moves)) for each in totals} == best
    for each in totals:
        assert (packages.of(each.package)[0] >= np.array(floor) - each.moves).all()

    ranges = [Fraction(int(x)) for x in found.ranges]
    shares = [sum(Fraction(m) / r for m, r in zip(row, ranges, strict=True)) for row in missing]
    assert smallest_total(found)[0].total == pytest.approx(float(min(shares)))

    sets = {frozenset(i for i, m in enumerate(row) if m) for row in missing}
    minimal = {each for each in sets if not any(other < each for other in sets)}
    listed = smallest_sets(found, "utility")
    assert {frozenset(each.parties) for each in listed} == minimal
    for each in listed:
        least = min(sum(row) for row in missing if {i for i, m in enumerate(row) if m} == set(each.parties))
        assert each.total == least
    assert [len(each.parties) for each in listed] == sorted(len(each.parties) for each in listed)

    everybody = range(packages.n_parties)
    impossible = [
        set(demands)
        for size in range(packages.n_parties + 1)
        for demands in itertools.combinations(everybody, size)
        if not any(all(row[i] == 0 for i in demands) for row in missing)
    ]
    irreducible = {tuple(sorted(each)) for each in impossible if not any(other < each for other in impossible)}
    assert set(conflicting_demands(found)) == irreducible


def test_a_table_gives_the_same_relaxations_as_the_packages_it_comes_from() -> None:
    packages = Packages([[[3, 0, 1], [0, 3, 0], [1, 1, 2]], [[2, 0, 0], [0, 2, 1]]], [4, 3, 3])
    one = shortfalls(packages)
    other = shortfalls(UtilityTable(packages.of(packages.listed()), packages.disagreement))
    assert one.missing.tolist() == other.missing.tolist()
    assert conflicting_demands(one) == conflicting_demands(other) != ()


@given(domains(), st.data())
def test_every_log_roll_is_a_trade_and_none_is_missed(packages: Packages, data: st.DataObject) -> None:
    everything = utilities(packages)
    start = data.draw(st.sampled_from(sorted(everything)))
    trades = log_rolls(packages, start)
    for trade in trades:
        after = list(start)
        for issues, options in zip(trade.issues, trade.after, strict=True):
            for issue, option in zip(issues, options, strict=True):
                after[issue] = option
        change = np.array(everything[tuple(after)]) - everything[start]
        assert trade.worth.tolist() == change.tolist()
        assert (change[list(trade.parties)] > 0).all()
        assert trade.losers == tuple(np.flatnonzero(change < 0).tolist())
    groups = packages.groups
    expected = set()
    for one, other in itertools.combinations(groups, 2):
        for first, second in itertools.product(one.options.tolist(), other.options.tolist()):
            half, whole = list(start), list(start)
            for at, option in zip(one.issues, first, strict=True):
                half[at] = whole[at] = option
            for at, option in zip(other.issues, second, strict=True):
                whole[at] = option
            here = np.array(everything[tuple(half)]) - everything[start]
            there = np.array(everything[tuple(whole)]) - everything[tuple(half)]
            for i, j in itertools.permutations(range(packages.n_parties), 2):
                if here[i] < 0 < there[i] and there[j] < 0 < here[j] and (here + there)[[i, j]].min() > 0:
                    expected.add((i, j, one.issues, other.issues))
    assert {(*trade.parties, *trade.issues) for trade in trades} == expected


def test_linked_issues_beat_issues_settled_one_by_one() -> None:
    # Each cares for one issue ten times as much as for the other: in the middle on both, or each has its own.
    first, second = np.array([[10, 0], [5, 0.5], [0, 1]]), np.array([[1, 0], [0.5, 5], [0, 10]])
    packages = Packages([first, second], [0, 0])
    assert settled_alone(packages).tolist() == [1, 1]
    found = linkage(packages, pareto_frontier(packages))
    assert found.utilities.tolist() == [5.5, 5.5]
    assert found.gains.equal_gains.tolist() == [4.5, 4.5]
    trades = log_rolls(packages, found.package)
    assert [(trade.parties, trade.after, trade.worth.tolist()) for trade in trades] == [
        ((1, 0), ((0,), (2,)), [4.5, 4.5])
    ]


def test_what_coupled_issues_move_moves_together() -> None:
    packages = Packages(
        [[[4, 0], [0, 1]], [[0, 0], [0, 0]], [[1, 0], [0, 4]]], [0, 0], (Coupling((0, 1), np.zeros((2, 2, 2))),)
    )
    assert {trade.issues for trade in log_rolls(packages, [1, 0, 0])} == {((0, 1), (2,))}


@given(domains(), st.data())
def test_dropping_an_issue_leaves_the_packages_that_hold_its_option(packages: Packages, data: st.DataObject) -> None:
    issue = data.draw(st.integers(0, packages.n_issues - 1))
    allowed = sorted({options[issue] for options in utilities(packages)})
    stays = data.draw(st.sampled_from(allowed))
    part = without_issue(packages, issue, stays)
    expected = [u for options, u in utilities(packages).items() if options[issue] == stays]
    assert sorted(utilities(part).values()) == sorted(expected)
    change = value_of_issue(packages, issue, stays)
    assert not change.closes  # a choice more cannot close a zone
    if change.without_it.empty:
        assert np.isnan(change.changes["nash"]).all()
        assert change.opens == (not change.with_it.empty)
    else:
        expected_change = nash(change.with_it).utilities[0] - nash(change.without_it).utilities[0]
        assert change.changes["nash"].tolist() == expected_change.tolist()


@given(domains(), st.data())
def test_without_a_party_the_zone_can_only_grow(packages: Packages, data: st.DataObject) -> None:
    party = data.draw(st.integers(0, packages.n_parties - 1))
    change = value_of_party(packages, party)
    floor = np.delete(np.asarray(packages.disagreement), party)
    inside = [u for u in (np.delete(u, party) for u in utilities(packages).values()) if (u >= floor).all()]
    assert not change.opens
    assert change.without_it.empty == (not inside)
    assert zone_of_agreement(packages).empty == change.with_it.empty
    if not change.with_it.empty:
        others = [at for at in range(packages.n_parties) if at != party]
        expected = kalai_smorodinsky(change.with_it).utilities[0][others]
        expected = expected - kalai_smorodinsky(change.without_it).utilities[0]
        assert change.changes["kalai-smorodinsky"].tolist() == expected.tolist()


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=6))
def test_side_payments_lift_everybody_to_its_red_line_and_no_further(pairs: list[tuple[int, int]]) -> None:
    u, d = (np.array(column, float) for column in zip(*pairs, strict=True))
    found = side_payments(u, d)
    lacking = float(np.maximum(d - u, 0).sum())
    assert found.room == (u - d).sum()
    assert found.possible == (lacking == 0 or u.sum() >= d.sum())
    if found.possible:
        assert found.total == pytest.approx(lacking)
        assert found.received.sum() == pytest.approx(0)
        assert (u + found.received >= d - 1e-9).all()
        assert sum(amount for *_, amount in found.payments) == pytest.approx(lacking)
        assert all(u[payer] > d[payer] and u[payee] < d[payee] for payer, payee, _ in found.payments)
    else:
        assert found.payments == ()


@given(domains())
def test_the_least_paid_package_is_the_least_over_all_packages(packages: Packages) -> None:
    d = np.asarray(packages.disagreement)
    lacking = [np.maximum(d - u, 0).sum() for u in utilities(packages).values() if sum(u) >= d.sum()]
    found = least_paid_package(pareto_frontier(packages), comparable=True)
    assert (found is None) == (not lacking)
    if found is not None:
        assert found.payments.total == min(lacking)


@given(domains(), st.data())
def test_drafts_take_the_shortest_way_on_which_nobody_loses(packages: Packages, data: st.DataObject) -> None:
    everything = utilities(packages)
    start = data.draw(st.sampled_from(sorted(everything)))
    found = path_of_drafts(packages, start)
    efficient = {
        o
        for o, u in everything.items()
        if not any(v != u and all(a >= b for a, b in zip(v, u, strict=True)) for v in everything.values())
    }
    depth = {start: 0}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there, u in everything.items():
            step = sum(a != b for a, b in zip(here, there, strict=True)) == 1
            if step and there not in depth and all(a >= b for a, b in zip(u, everything[here], strict=True)):
                depth[there] = depth[here] + 1
                queue.append(there)
    path = [tuple(row) for row in found.packages.tolist()]
    assert path[0] == start
    assert all(sum(a != b for a, b in zip(x, y, strict=True)) == 1 for x, y in itertools.pairwise(path))
    assert (np.diff(found.utilities, axis=0) >= 0).all()
    assert found.shortest
    assert found.on_frontier == (path[-1] in efficient) == bool(efficient & set(depth))
    if found.on_frontier:
        assert len(path) - 1 == min(depth[end] for end in efficient & set(depth))


def test_drafts_of_very_many_packages_go_up_step_by_step() -> None:
    packages = Packages([np.stack([np.arange(5), np.arange(5)], axis=1)] * 9, [0, 0])
    found = path_of_drafts(packages, [0] * 9)
    assert not found.shortest
    assert found.on_frontier
    assert found.packages[-1].tolist() == [4] * 9
    stuck = path_of_drafts(Packages([[[0, 0], [3, -1]], [[0, 0], [-1, 3]], *[[[0, 0]] * 2] * 19], [0, 0]), [0] * 21)
    assert not stuck.on_frontier
    assert len(stuck.packages) == 1
