"""Cores, yolks and veto players: textbook figures, slow references, and what has to hold whatever the positions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from comity.institutions.spatial import (
    absorbed,
    core,
    core_areas,
    hull,
    in_core,
    pivot_sweep,
    veto_players_apart,
    winset_outline,
    winsets,
    yolk,
)
from comity.rules import All, Members, Rule, RuleError, Veto, Weighted, passes

Floats = NDArray[np.float64]
STONE_TOVEY = [[0.22, 0.03], [0.66, 0.93], [0.7, 0.25], [0.52, 0.07], [0.63, 0.27]]
SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])


def regular(n: int) -> Floats:
    turn = 2 * np.pi * np.arange(n) / n
    return np.stack([np.cos(turn), np.sin(turn)], axis=-1)


def drawn(seed: int, n: int, rough: bool) -> Floats:
    points = np.random.default_rng(seed).random((n, 2))
    return np.round(points * 4) / 4 if rough else points


def support(rule: Rule, points: Floats, angles: Floats) -> Floats:
    """h(u) for many directions, from the rule's own evaluation of coalitions: the slow way."""
    along = np.stack([np.cos(angles), np.sin(angles)], axis=-1) @ points.T
    ahead = along[:, None, :] >= along[:, :, None]  # for each member, who stands at least as far along
    return np.asarray(np.where(passes(rule, ahead), along, -np.inf).max(axis=1))


# Textbook figures ---------------------------------------------------------------------------------------------------


def test_the_yolk_of_a_triangle_under_majority_is_its_inscribed_circle() -> None:
    corners = np.array([[0.0, 0.0], [7.0, 1.0], [2.0, 5.0]])
    sides = np.array([np.linalg.norm(corners[i] - corners[j]) for i, j in ((1, 2), (0, 2), (0, 1))])
    half = sides.sum() / 2
    found = yolk(pivot_sweep(Members(3, 2), corners))
    assert found.centre == pytest.approx(sides @ corners / sides.sum(), abs=1e-8)
    assert found.radius == pytest.approx(math.sqrt(half * np.prod(half - sides)) / half, abs=1e-8)
    assert found.gap < 1e-8


@pytest.mark.parametrize("n", [5, 7, 9, 11])
def test_the_yolk_of_a_regular_polygon_under_majority_touches_its_longest_diagonals(n: int) -> None:
    found = yolk(pivot_sweep(Members(n, n // 2 + 1), regular(n)))
    assert found.centre == pytest.approx([0.0, 0.0], abs=1e-8)
    assert found.radius == pytest.approx(math.cos(math.pi * (n - 1) / (2 * n)), abs=1e-8)


def test_plott_1967_a_balanced_pair_on_every_line_through_the_middle_leaves_the_middle() -> None:
    for points in (
        np.vstack([SQUARE, [[1.0, 1.0]]]),
        np.vstack([regular(6) * 3, [[0.0, 0.0]]]),
        np.array([[1.0, 2.0], [-3.0, -6.0], [-1.0, 5.0], [0.2, -1.0], [4.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]),
    ):
        n = len(points)
        middle = points[-1]
        sweep = pivot_sweep(Members(n, n // 2 + 1), points)
        found = core(sweep)
        assert found.corners == pytest.approx(middle[None], abs=1e-6)
        assert found.area == 0.0
        assert yolk(sweep).radius == pytest.approx(0.0, abs=1e-7)
        assert in_core(Members(n, n // 2 + 1), points, middle)[0]
        assert winsets(sweep, middle).empty[0]


def test_four_at_the_corners_of_a_square() -> None:
    """Three of four leave the crossing of the diagonals; all four the whole square; two of four nothing."""
    three, four, two = (core(pivot_sweep(Members(4, k), SQUARE)) for k in (3, 4, 2))
    assert three.corners == pytest.approx(np.array([[1.0, 1.0]]), abs=1e-6)
    assert four.area == pytest.approx(4.0, rel=1e-6)
    assert two.empty


def test_members_on_a_line_have_the_core_that_the_line_has() -> None:
    points = np.stack([np.arange(5.0), 2 * np.arange(5.0)], axis=-1)
    found = core(pivot_sweep(Members(5, 4), points))
    assert found.corners[found.corners[:, 0].argsort()] == pytest.approx(np.array([[1.0, 2.0], [3.0, 6.0]]), abs=1e-5)
    assert found.area == 0.0


def test_stone_tovey_1992_lines_through_two_ideal_points_give_too_small_a_circle() -> None:
    from scipy.optimize import linprog

    points = np.array(STONE_TOVEY)
    n = len(points)
    sweep = pivot_sweep(Members(n, n // 2 + 1), points)
    ends = sweep.ends[0][:-1]
    toward = np.stack([np.cos(ends), np.sin(ends)], axis=-1)
    least = (toward * points[sweep.pivots[0]]).sum(axis=1)
    bounds = [(None, None)] * 3
    limiting = linprog([0, 0, 1], A_ub=-np.hstack([toward, np.ones((len(ends), 1))]), b_ub=-least, bounds=bounds)
    found = yolk(sweep)
    assert limiting.fun is not None
    assert found.radius > limiting.fun + 1e-4
    assert found.gap < 1e-8


# Slow references ----------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 7), k=st.integers(1, 7), rough=st.booleans())
def test_the_yolk_meets_every_direction_and_no_smaller_circle_does(seed: int, n: int, k: int, rough: bool) -> None:
    from scipy.optimize import minimize

    points, rule = drawn(seed, n, rough), Members(n, min(k, n))
    found = yolk(pivot_sweep(rule, points))
    angles = np.linspace(0, 2 * np.pi, 3601)
    toward = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    needed = support(rule, points, angles)
    assert (needed - toward @ found.centre).max() <= found.radius + 1e-8
    slow: Any = minimize(lambda at: (needed - toward @ at).max(), found.centre, method="Nelder-Mead")  # type: ignore[call-overload]
    assert found.radius <= max(0.0, slow.fun) + 2e-3  # a tenth of a degree between directions
    assert found.gap <= 1e-6


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 7), k=st.integers(1, 7), rough=st.booleans())
def test_the_core_is_the_points_that_nothing_beats(seed: int, n: int, k: int, rough: bool) -> None:
    points, rule = drawn(seed, n, rough), Members(n, min(k, n))
    found = core(pivot_sweep(rule, points))
    ticks = np.linspace(-0.05, 1.05, 23)
    cells = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    inside = in_core(rule, points, cells)
    if found.empty:
        assert not inside.any()
        return
    middle = found.corners.mean(axis=0)
    # A core of one point is found with a tolerance; nothing further away than that may beat it.
    assert (support(rule, points, np.linspace(0, 7, 300)) - _along(middle, 300)).max() < 1e-6
    if found.area > 1e-6:
        assert in_core(rule, points, 0.999 * found.corners + 0.001 * middle).all()
        for corner in found.corners:
            assert not in_core(rule, points, corner + 0.01 * (corner - middle))[0]
        after = np.roll(found.corners, -1, axis=0) - found.corners
        away = cells[:, None] - found.corners
        side = after[:, 0] * away[..., 1] - after[:, 1] * away[..., 0]
        side *= np.sign(side[np.linalg.norm(cells - middle, axis=1).argmin()].sum() or 1)
        assert inside[(side > 1e-6).all(axis=1)].all()
        assert not inside[(side < -1e-6).any(axis=1)].any()


def _along(point: Floats, n: int) -> Floats:
    angles = np.linspace(0, 7, n)
    return np.asarray(point @ np.stack([np.cos(angles), np.sin(angles)]))


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 7), rough=st.booleans())
def test_absorbed_means_a_mixture_of_the_others(seed: int, n: int, rough: bool) -> None:
    from scipy.optimize import linprog

    points = drawn(seed, n, rough)
    for member, inside in enumerate(absorbed(points)[0]):
        others = np.delete(points, member, axis=0)
        mixture = linprog(
            np.zeros(n - 1),
            A_eq=np.vstack([others.T, np.ones(n - 1)]),
            b_eq=[*points[member], 1.0],
            bounds=[(0, None)] * (n - 1),
        )
        assert inside == mixture.success


# What has to hold ---------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 8), rough=st.booleans())
def test_under_unanimity_the_core_is_the_convex_hull(seed: int, n: int, rough: bool) -> None:
    points = drawn(seed, n, rough)
    sweep = pivot_sweep(Members(n, n), points)
    area, empty = core_areas(sweep)
    outline = hull(points)
    assert not empty[0]
    assert area[0] == pytest.approx(veto_players_apart(points).size[0], abs=1e-7)
    assert core(sweep).area == pytest.approx(float(area[0]), abs=1e-6)
    if not rough:  # in general position a corner of the hull is exactly a member whom the others do not absorb
        assert len(outline) == n - absorbed(points)[0].sum()


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 9), rough=st.booleans())
def test_greenberg_1979_more_than_two_thirds_on_two_issues_always_leave_something(
    seed: int, n: int, rough: bool
) -> None:
    points = drawn(seed, n, rough)
    needed = math.floor(2 * n / 3) + 1
    assert not core_areas(pivot_sweep(Members(n, needed), points))[1][0]


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 7), k=st.integers(1, 7), who=st.integers(0, 6))
def test_one_veto_more_never_shrinks_the_core_nor_lengthens_the_yolk(seed: int, n: int, k: int, who: int) -> None:
    points = drawn(seed, n, False)
    rule = Members(n, min(k, n))
    before, after = (pivot_sweep(each, points) for each in (rule, All((rule, Veto(n, (who % n,))))))
    assert core_areas(after)[0][0] >= core_areas(before)[0][0] - 1e-9
    assert yolk(after).radius <= yolk(before).radius + 1e-8
    assert not core_areas(after)[1][0]  # the ideal point of a member with a veto is in the core
    assert in_core(All((rule, Veto(n, (who % n,)))), points, points[who % n])[0]


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(3, 7), start=st.integers(0, 10**6))
def test_ferejohn_mckelvey_packel_1984_nothing_beats_a_point_from_beyond_its_distance_and_two_radii(
    seed: int, n: int, start: int
) -> None:
    points = drawn(seed, n, False)
    status_quo = np.random.default_rng(start).random(2) * 2 - 0.5
    sweep = pivot_sweep(Members(n, n // 2 + 1), points)
    found = yolk(sweep)
    line = winset_outline(sweep, status_quo)
    if len(line):
        furthest = np.linalg.norm(line - found.centre, axis=1).max()
        assert furthest <= np.linalg.norm(status_quo - found.centre) + 2 * found.radius + 1e-9


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 6), status_quo=st.integers(0, 10**6))
def test_an_absorbed_veto_player_changes_nothing(seed: int, n: int, status_quo: int) -> None:
    """Tsebelis: the winset of all is the winset of those who are not absorbed."""
    points = drawn(seed, n, False)
    share = np.random.default_rng(seed + 1).dirichlet(np.ones(n))
    with_one_more = np.vstack([points, share @ points])
    start = np.random.default_rng(status_quo).random(2)
    assert absorbed(with_one_more)[0, -1]
    without, with_it = (
        winsets(pivot_sweep(Members(len(each), len(each)), each), start).area[0] for each in (points, with_one_more)
    )
    assert with_it == pytest.approx(without, abs=1e-9)


def test_weights_count_and_a_dictator_has_the_core_to_itself() -> None:
    points = np.array([[0.2, 0.3], [0.9, 0.1], [0.5, 0.8]])
    sweep = pivot_sweep(Weighted((5, 2, 2), 5), points)
    assert core(sweep).corners == pytest.approx(points[:1], abs=1e-6)
    assert yolk(sweep).centre == pytest.approx(points[0], abs=1e-7)


def test_veto_players_on_one_issue() -> None:
    found = veto_players_apart([[[1.0], [4.0], [9.0]], [[2.0], [2.0], [2.0]]])
    assert found.widest.tolist() == [8.0, 0.0]
    assert found.size.tolist() == [8.0, 0.0]
    assert found.absorbed.tolist() == [[False, True, False], [True, True, True]]


def test_points_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RuleError, match="points: has shape"):
        veto_players_apart([1.0, 2.0])
    with pytest.raises(RuleError, match="points: a coordinate"):
        absorbed([[float("nan"), 0.0]])
    with pytest.raises(RuleError, match="two issues"):
        hull([[1.0], [2.0]])
    with pytest.raises(RuleError, match="outcomes: has 2 rows"):
        in_core(Members(2, 1), np.zeros((3, 2, 2)), np.zeros((2, 2)))
