"""Frontiers by pruning and by sweeps: equal to comparing every package with every other, ties and all."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections import Counter
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
    acceptable_to_all,
    acceptance,
    pareto_frontier,
    zone_of_agreement,
)

Row = tuple[float, ...]


@st.composite
def domains(draw: st.DrawFn, most_parties: int = 5) -> Packages:
    """Small domains of decimals, some with an interdependence and forbidden combinations."""
    parties = draw(st.integers(1, most_parties))
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    number = st.integers(-20, 20).map(lambda tenths: tenths / 10)
    row = st.lists(number, min_size=parties, max_size=parties)
    issues = [draw(st.lists(row, min_size=size, max_size=size)) for size in sizes]
    couplings: list[Coupling] = []
    forbidden: list[Forbidden] = []
    if len(sizes) > 1 and draw(st.booleans()):
        shape = (sizes[1], sizes[0], parties)
        flat = draw(st.lists(number, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
        couplings.append(Coupling((1, 0), np.array(flat).reshape(shape)))
    if len(sizes) > 2 and sizes[0] * sizes[2] > 1 and draw(st.booleans()):
        forbidden.append(Forbidden((2, 0), [[sizes[2] - 1, sizes[0] - 1]]))
    return Packages(issues, draw(row), tuple(couplings), tuple(forbidden))


def every_package(packages: Packages) -> dict[tuple[int, ...], tuple[Fraction, ...]]:
    """Exact utilities of all packages, from the definition."""
    found = {}
    for options in itertools.product(*(range(size) for size in packages.sizes)):
        clash = any(
            [options[at] for at in each.issues] in np.asarray(each.combinations).tolist() for each in packages.forbidden
        )
        if not clash:
            parts = [np.asarray(packages.utilities[at])[option] for at, option in enumerate(options)]
            parts += [np.asarray(c.utilities)[tuple(options[at] for at in c.issues)] for c in packages.couplings]
            found[options] = tuple(
                sum((Fraction(str(part[i])) for part in parts), Fraction(0)) for i in range(packages.n_parties)
            )
    return found


def best_of(points: set[tuple[Fraction, ...]]) -> set[tuple[Fraction, ...]]:
    return {u for u in points if not any(v != u and all(a >= b for a, b in zip(v, u, strict=True)) for v in points)}


def as_floats(points: set[tuple[Fraction, ...]]) -> list[list[float]]:
    return [[float(x) for x in point] for point in sorted(points, reverse=True)]


@given(domains())
def test_pruning_equals_enumeration(packages: Packages) -> None:
    everything = every_package(packages)
    found = pareto_frontier(packages)
    expected = best_of(set(everything.values()))
    assert packages.n_packages == len(everything)
    assert found.utilities == pytest.approx(np.array(as_floats(expected)).reshape(-1, packages.n_parties))
    counted = Counter(everything.values())
    for point, u in enumerate(sorted(expected, reverse=True)):
        tied = {tuple(row) for row in found.tied(point).tolist()}
        assert tied == {options for options, worth in everything.items() if worth == u}
        assert found.n_tied[point] == counted[u]
        assert everything[tuple(found.packages[point].tolist())] == u
        assert len(found.tied(point, limit=1)) == 1


@given(domains())
def test_the_zone_equals_enumeration(packages: Packages) -> None:
    floor = [Fraction(str(each)) for each in np.asarray(packages.disagreement).tolist()]
    everything = every_package(packages)
    inside = [u for u in everything.values() if all(a >= b for a, b in zip(u, floor, strict=True))]
    zone = zone_of_agreement(packages)
    assert zone.n_acceptable == len(inside)
    assert zone.empty == (not inside)
    if inside:
        assert zone.ideals is not None
        assert zone.ideals == pytest.approx([float(max(column)) for column in zip(*inside, strict=True)])
        assert zone.frontier.utilities == pytest.approx(np.array(as_floats(best_of(set(inside)))))
    out = [at for at in range(packages.n_parties) if max(u[at] for u in everything.values()) < floor[at]]
    assert list(zone.out_of_reach) == out


@given(domains(most_parties=3))
def test_who_accepts_equals_enumeration(packages: Packages) -> None:
    floor = [Fraction(str(each)) for each in np.asarray(packages.disagreement).tolist()]
    who = Counter(tuple(a >= b for a, b in zip(u, floor, strict=True)) for u in every_package(packages).values())
    found = acceptance(packages)
    assert dict(zip(map(tuple, found.accept.tolist()), found.counts.tolist(), strict=True)) == who


@given(domains())
def test_packages_know_their_utilities(packages: Packages) -> None:
    everything = every_package(packages)
    listed = packages.listed()
    assert {tuple(row) for row in listed.tolist()} == set(everything)
    expected = [[float(x) for x in everything[tuple(row)]] for row in listed.tolist()]
    assert packages.of(listed) == pytest.approx(np.array(expected))


@pytest.mark.parametrize("parties", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("levels", [3, 1000])
def test_a_table_equals_comparing_every_pair(parties: int, levels: int) -> None:
    random = np.random.Generator(np.random.Philox([parties, levels]))
    table = random.integers(0, levels, (6000, parties)) / 8
    table[:3000] -= table[:3000].mean(axis=1, keepdims=True).round()  # a part that lies near one plane
    found = pareto_frontier(UtilityTable(table, np.zeros(parties)))
    unique = np.unique(table, axis=0)
    beaten = np.array([((unique >= row).all(axis=1) & (unique != row).any(axis=1)).any() for row in unique])
    assert found.utilities.tolist() == unique[~beaten][::-1].tolist()
    for point in range(0, found.n_points, 97):
        rows = np.flatnonzero((table == found.utilities[point]).all(axis=1))
        assert found.tied(point, limit=10_000).ravel().tolist() == rows.tolist()
        assert found.n_tied[point] == len(rows)


def test_a_table_of_long_decimals_is_compared_as_it_is() -> None:
    random = np.random.Generator(np.random.Philox(5))
    table = UtilityTable(random.random((5000, 3)), [0, 0, 0])
    found = pareto_frontier(table)
    assert not table.exact
    rows = np.asarray(table.utilities)
    kept = [not ((rows >= row).all(axis=1) & (rows > row).any(axis=1)).any() for row in rows]
    assert sorted(found.packages.ravel().tolist()) == np.flatnonzero(kept).tolist()


def test_decimals_that_add_up_to_the_same_are_tied() -> None:
    packages = Packages([[[0.1, 0], [0.3, 0]], [[0.2, 0], [0.0, 0]]], [0, 0])
    found = pareto_frontier(Packages([[[0.1, 0.3], [0.3, 0.1]], [[0.2, 0.0], [0.0, 0.2]]], [0, 0]))
    assert pareto_frontier(packages).n_tied == (1,)
    assert found.utilities.tolist() == [[0.5, 0.1], [0.3, 0.3], [0.1, 0.5]]  # 0.1 + 0.2 is 0.3
    assert found.n_tied == (1, 2, 1)


def test_exact_numbers_stay_exact() -> None:
    third = Fraction(1, 3)
    packages = Packages([np.array([[third, 0], [0, third]], dtype=object)] * 3, [1, 0])
    zone = zone_of_agreement(packages)
    assert packages.exact
    assert packages.scale == (3, 3)
    assert zone.frontier.utilities.tolist() == [[1, 0]]


def test_equal_options_multiply_to_very_many_ties() -> None:
    packages = Packages([[[1, 0], [1, 0], [0, 1]]] * 70, [0, 0])
    found = pareto_frontier(packages)
    assert packages.n_packages == 3**70
    assert found.n_points == 71
    assert sum(found.n_tied) == 3**70
    assert len(found.tied(3, limit=50)) == 50


def test_ten_to_the_thirty_packages_are_no_more_work_than_their_frontier() -> None:
    packages = Packages([np.stack([np.arange(10), 9 - np.arange(10)], axis=1)] * 30, [100, 100])
    zone = zone_of_agreement(packages)
    assert zone.n_packages == 10**30
    assert zone.frontier.n_points == 71
    ways = np.ones(1, dtype=object)
    for _ in range(30):
        ways = np.convolve(ways, np.ones(10, dtype=object))
    assert zone.n_acceptable == acceptable_to_all(packages) == ways[100:171].sum()


def test_what_is_below_a_bound_is_left_out() -> None:
    packages = Packages([[[4, 0], [2, 1], [0, 2]], [[2, 0], [1, 4], [0, 8]]], [0, 0])
    whole, part = pareto_frontier(packages), pareto_frontier(packages, at_least=[1.5, 0.01])
    inside = [u for u in whole.utilities.tolist() if u[0] >= 1.5 and u[1] >= 0.01]
    assert part.utilities.tolist() == inside != []


@pytest.mark.parametrize(("parties", "issues"), [(2, 12), (3, 8), (4, 6), (5, 5)])
def test_millions_of_packages_have_the_frontier_of_the_sums_of_two_halves(parties: int, issues: int) -> None:
    random = np.random.Generator(np.random.Philox([parties, issues]))
    tables = [random.integers(0, 400, (7, parties)) / 100 for _ in range(issues)]
    nothing = [0] * parties
    halves = [pareto_frontier(Packages(part, nothing)).units for part in (tables[::2], tables[1::2])]
    scales = [Packages(part, nothing).scale for part in (tables[::2], tables[1::2])]
    sums = (halves[0] * (100 // np.array(scales[0])))[:, None] + (halves[1] * (100 // np.array(scales[1])))[None]
    expected = pareto_frontier(UtilityTable(sums.reshape(-1, parties), nothing))
    found = pareto_frontier(Packages(tables, nothing))
    assert found.utilities == pytest.approx(expected.utilities / 100)
    assert Packages(tables, nothing).of(found.packages) == pytest.approx(found.utilities)


def test_importing_the_models_compiles_nothing() -> None:
    code = "import sys, comity.bargaining.deals; print({'numba', 'scipy', 'polars'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
