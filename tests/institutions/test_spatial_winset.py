"""Winsets: closed forms, every coalition at every point of a grid, and what has to hold whatever the positions."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from comity.institutions.spatial import (
    beats,
    closed_rule,
    nearest_in_winset,
    open_rule,
    pivot_sweep,
    reach_along,
    winset_outline,
    winsets,
    winsets_by_salience,
    winsets_on_a_line,
)
from comity.institutions.spatial.directions import Sweep, _pivots_by_sorting
from comity.rules import All, AtLeastOne, Members, Rule, RuleError, Veto, Weighted, passes

Floats = NDArray[np.float64]
UNIT = (0.0, 0.0, 1.0, 1.0)
TWO_WAYS = AtLeastOne((All((Members(5, 3), Veto(5, (0,)))), Weighted((1, 4, 3, 2, 2), 9)))


def rules(n: int) -> st.SearchStrategy[Rule]:
    member = st.integers(1, n).map(lambda k: Members(n, k))
    weighted = st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any).flatmap(
        lambda weights: st.integers(1, sum(weights)).map(lambda quota: Weighted(tuple(weights), quota))
    )  # fmt: skip
    veto = st.lists(st.integers(0, n - 1), min_size=1, max_size=2, unique=True).map(lambda who: Veto(n, tuple(who)))
    simple = st.one_of(member, weighted, veto)
    both = st.lists(simple, min_size=2, max_size=3).map(lambda clauses: All(tuple(clauses)))
    either = st.lists(st.one_of(simple, both), min_size=2, max_size=3).map(lambda clauses: AtLeastOne(tuple(clauses)))
    return st.one_of(simple, both, either)


@st.composite
def cases(draw: st.DrawFn, most: int = 6) -> tuple[Rule, Floats, Floats]:
    n = draw(st.integers(1, most))
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2))
    if draw(st.booleans()):
        points = np.round(points * 4) / 4  # ties: members who share a coordinate, a place or a line
    status_quo = np.round(rng.random(2) * 4) / 4 if draw(st.booleans()) else rng.random(2)
    return draw(rules(n)), points, status_quo


def beats_slowly(rule: Rule, points: Floats, outcomes: Floats, status_quo: Floats) -> NDArray[np.bool_]:
    """Some coalition that passes is nearer to the outcome, member by member."""
    n = len(points)
    table = np.array(list(itertools.product([False, True], repeat=n)))
    winning = table[passes(rule, table)]
    nearer = np.linalg.norm(outcomes[:, None] - points, axis=-1) < np.linalg.norm(points - status_quo, axis=-1)
    return np.array([any(all(row[coalition]) for coalition in winning) for row in nearer])


def grid(side: int) -> Floats:
    ticks = (np.arange(side) + 0.5) / side
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


def lens(apart: float, one: float, other: float) -> float:
    """Area that two discs share."""
    near = (apart**2 + one**2 - other**2) / (2 * apart * one)
    far = (apart**2 + other**2 - one**2) / (2 * apart * other)
    corner = math.sqrt((-apart + one + other) * (apart + one - other) * (apart - one + other) * (apart + one + other))
    return one**2 * math.acos(near) + other**2 * math.acos(far) - corner / 2


# Closed forms -------------------------------------------------------------------------------------------------------


def test_one_member_would_go_anywhere_in_the_disc_about_its_ideal_point() -> None:
    found = winsets(pivot_sweep(Members(1, 1), [[1.0, 2.0]]), [4.0, 6.0])
    assert found.area[0] == pytest.approx(25 * math.pi, rel=1e-12)
    assert found.reach[0] == pytest.approx(10.0, rel=1e-12)


def test_unanimity_of_two_is_a_lens_and_either_alone_two_discs() -> None:
    points, status_quo = np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([1.0, 2.0])
    one, other = math.hypot(1, 2), math.hypot(2, 2)
    both = winsets(pivot_sweep(Members(2, 2), points), status_quo)
    either = winsets(pivot_sweep(Members(2, 1), points), status_quo)
    shared = lens(3.0, one, other)
    assert both.area[0] == pytest.approx(shared, rel=1e-12)
    assert both.reach[0] == pytest.approx(4.0, rel=1e-12)  # the other corner of the lens, mirrored in the line
    assert either.area[0] == pytest.approx(math.pi * (one**2 + other**2) - shared, rel=1e-12)


def test_majority_of_three_by_inclusion_and_exclusion() -> None:
    """Two of three: each pair's lens, less twice what all three share."""
    points = np.array([[0.0, 0.0], [4.0, 0.0], [1.0, 3.0]])
    status_quo = np.array([2.0, 1.5])
    radius = np.linalg.norm(points - status_quo, axis=1)
    lenses = sum(
        lens(float(np.linalg.norm(points[i] - points[j])), float(radius[i]), float(radius[j]))
        for i, j in ((0, 1), (0, 2), (1, 2))
    )
    two, three = (float(winsets(pivot_sweep(Members(3, k), points), status_quo).area[0]) for k in (2, 3))
    assert two == pytest.approx(lenses - 2 * three, rel=1e-12)
    assert three < 1e-12  # the status quo is inside the triangle: nothing is better for all


def test_a_box_cuts_a_disc_as_it_should() -> None:
    at_the_corner = pivot_sweep(Members(1, 1), [[0.0, 0.0]])
    assert winsets(at_the_corner, [0.5, 0.0], UNIT).area[0] == pytest.approx(math.pi / 16, rel=1e-12)
    assert winsets(at_the_corner, [1.0, 1.0], UNIT).area[0] == pytest.approx(1.0, rel=1e-12)
    assert winsets(at_the_corner, [1.0, 1.0], UNIT).reach[0] == pytest.approx(math.sqrt(2), rel=1e-12)
    in_the_middle = pivot_sweep(Members(1, 1), [[0.5, 0.5]])
    segment = 0.36 * math.acos(0.5 / 0.6) - 0.5 * math.sqrt(0.36 - 0.25)
    assert winsets(in_the_middle, [0.5, 0.5 - 0.5], UNIT).area[0] == pytest.approx(math.pi / 4, rel=1e-12)
    status_quo = [0.5 + 0.6 / math.sqrt(2), 0.5 + 0.6 / math.sqrt(2)]
    assert winsets(in_the_middle, status_quo, UNIT).area[0] == pytest.approx(0.36 * math.pi - 4 * segment, rel=1e-10)


def test_a_member_who_cares_about_one_issue_more_has_an_ellipse() -> None:
    found = winsets_by_salience(Members(1, 1), [[1.0, 0.0]], [0.0, 0.0], [[1.0, 9.0]], steps=2000)
    assert found.area[0] == pytest.approx(math.pi / 3, rel=1e-6)
    assert not found.empty[0]


def test_black_1948_the_median_on_a_line_has_an_empty_winset() -> None:
    low, high = winsets_on_a_line(Members(5, 3), [[0.0, 1.0, 4.0, 7.0, 9.0]] * 4, [4.0, 1.0, 9.0, 3.5])
    assert low.tolist() == [4.0, 1.0, -1.0, 3.5]
    assert high.tolist() == [4.0, 7.0, 9.0, 4.5]


def test_krehbiel_1998_between_the_pivots_nothing_moves() -> None:
    """A legislature of 101 with a filibuster at 60: gridlock from the 42nd to the 60th member."""
    positions = np.arange(1.0, 102.0)
    status_quo = np.arange(1.0, 102.0, 0.5)
    low, high = winsets_on_a_line(Members(101, 60), np.broadcast_to(positions, (len(status_quo), 101)), status_quo)
    stuck = status_quo[low == high]
    assert (stuck.min(), stuck.max()) == (42.0, 60.0)


def test_romer_rosenthal_1978_a_setter_gains_from_a_bad_status_quo() -> None:
    """Median voter at 5, a setter who wants 9: the worse what applies otherwise, the more it gets."""
    rule, positions = Members(3, 2), [2.0, 5.0, 9.0]
    found = [closed_rule(rule, positions, start, [9.0]).outcome[0, 0] for start in (5.0, 4.0, 3.0, 1.0, 0.0)]
    assert found == [5.0, 6.0, 7.0, 9.0, 9.0]
    assert closed_rule(rule, positions, 7.0, [9.0]).outcome.tolist() == [[7.0]]  # it blocks any change
    low, high = open_rule(rule, positions, 3.0)
    assert (low[0], high[0]) == (5.0, 5.0)


def test_an_open_rule_under_which_anything_loses_has_no_end() -> None:
    low, high = open_rule(Members(4, 2), [0.0, 1.0, 5.0, 9.0], 3.0)
    assert np.isnan(low[0])
    assert np.isnan(high[0])


# Every coalition, every point ---------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(case=cases())
def test_an_outcome_beats_the_status_quo_when_some_coalition_that_passes_prefers_it(
    case: tuple[Rule, Floats, Floats],
) -> None:
    rule, points, status_quo = case
    outcomes = grid(13) + np.pi / 1000  # no outcome ties with the status quo, where rounding would decide
    assert (beats(rule, points, outcomes, status_quo) == beats_slowly(rule, points, outcomes, status_quo)).all()


@settings(max_examples=25)
@given(case=cases())
def test_the_radius_is_where_support_ends(case: tuple[Rule, Floats, Floats]) -> None:
    rule, points, status_quo = case
    angles = np.linspace(0.1, 2 * np.pi + 0.1, 37)
    radius = reach_along(rule, points, status_quo, angles)[0]
    toward = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    for share, expected in ((0.999, True), (0.4, True), (1.001, False), (1.7, False)):
        clear = radius > 1e-6
        outcomes = status_quo + (share * radius)[:, None] * toward
        assert (beats(rule, points, outcomes, status_quo)[clear] == expected).all()
    stuck = radius <= 0
    for length in (1e-4, 0.1, 1.0):
        assert not beats(rule, points, status_quo + length * toward, status_quo)[stuck].any()


@settings(max_examples=25)
@given(case=cases(), boxed=st.booleans())
def test_the_area_in_closed_form_agrees_with_many_directions_and_with_a_grid(
    case: tuple[Rule, Floats, Floats], boxed: bool
) -> None:
    rule, points, status_quo = case
    box = UNIT if boxed else (-np.inf, -np.inf, np.inf, np.inf)
    found = winsets(pivot_sweep(rule, points), status_quo, box)
    fine = winsets_by_salience(rule, points, status_quo, None, box, steps=20_000)
    assert found.area[0] == pytest.approx(fine.area[0], abs=2e-6)
    assert found.reach[0] == pytest.approx(fine.reach[0], abs=2e-3)
    assert found.empty[0] == fine.empty[0]
    if boxed:
        cells = grid(100)
        assert found.area[0] == pytest.approx(beats(rule, points, cells, status_quo).mean(), abs=0.02)


@settings(max_examples=20)
@given(case=cases(), salt=st.integers(0, 1000))
def test_unequal_saliences_agree_with_a_grid(case: tuple[Rule, Floats, Floats], salt: int) -> None:
    rule, points, status_quo = case
    salience = np.random.default_rng(salt).uniform(0.1, 1.0, points.shape)
    found = winsets_by_salience(rule, points, status_quo, salience, UNIT)
    inside = beats(rule, points, grid(100), status_quo, salience)
    assert found.area[0] == pytest.approx(inside.mean(), abs=0.03)
    assert not (inside.any() and found.empty[0])


@settings(max_examples=25)
@given(case=cases(most=8))
def test_the_compiled_sweep_agrees_with_sorting_in_every_direction(case: tuple[Rule, Floats, Floats]) -> None:
    rule, points, status_quo = case
    sweep = pivot_sweep(rule, points)
    other = Sweep(sweep.points, sweep.angles, _pivots_by_sorting(rule, sweep.points, sweep.angles), True)
    # Members who tie along a direction may be named the other way round; where they stand is the same.
    for each in (status_quo, points[0]):
        one, two = winsets(sweep, each), winsets(other, each)
        assert one.area == pytest.approx(two.area, abs=1e-9)


@settings(max_examples=25)
@given(case=cases(), where=st.integers(0, 1000))
def test_the_setter_gets_the_nearest_point_that_passes(case: tuple[Rule, Floats, Floats], where: int) -> None:
    rule, points, status_quo = case
    setter = np.random.default_rng(where).random(2)
    found = nearest_in_winset(pivot_sweep(rule, points), status_quo, setter, UNIT)
    cells = grid(120)
    passing = cells[beats(rule, points, cells, status_quo)]
    best = np.linalg.norm(np.vstack([passing, status_quo]) - setter, axis=1).min()
    got = float(np.linalg.norm(found - setter))
    assert got <= best + 1e-9
    assert (found >= 0).all()
    assert (found <= 1).all()
    # It is in the closed winset: a step back towards the status quo is accepted strictly, or it is the status quo.
    if np.linalg.norm(found - status_quo) > 1e-6:
        assert beats(rule, points, found + 1e-6 * (status_quo - found), status_quo)


@settings(max_examples=25)
@given(case=cases(), where=st.integers(0, 1000))
def test_a_setter_on_a_line_gets_the_nearest_point_that_passes(case: tuple[Rule, Floats, Floats], where: int) -> None:
    rule, points, status_quo = case
    positions, start = points[:, 0], float(status_quo[0])
    setter = float(np.random.default_rng(where).random())
    found = closed_rule(rule, positions, start, [setter])
    line = np.linspace(-1, 2, 3001)
    nearer = np.abs(line[:, None] - positions) < np.abs(positions - start)
    passing = np.append(line[passes(rule, nearer)], start)
    assert abs(found.outcome[0, 0] - setter) <= np.abs(passing - setter).min() + 1e-9
    low, high = winsets_on_a_line(rule, positions, start)
    strictly = (line > low[0] + 1e-9) & (line < high[0] - 1e-9) & (np.abs(line - start) > 1e-9)
    assert passes(rule, nearer)[strictly].all()
    assert not passes(rule, nearer)[(line < low[0] - 1e-9) | (line > high[0] + 1e-9)].any()
    assert found.gain[0, 0] >= -1e-12


# What has to hold ---------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(case=cases(), k=st.integers(1, 6), added=st.integers(0, 5))
def test_a_stricter_rule_and_one_veto_more_never_enlarge_a_winset(
    case: tuple[Rule, Floats, Floats], k: int, added: int
) -> None:
    rule, points, status_quo = case
    n = len(points)
    outcomes = grid(15)
    with_veto = All((rule, Veto(n, (added % n,))))
    stricter = All((rule, Members(n, min(k, n))))
    before = beats(rule, points, outcomes, status_quo)
    area = winsets(pivot_sweep(rule, points), status_quo).area[0]
    for other in (with_veto, stricter, Members(n, n)):
        assert not (beats(other, points, outcomes, status_quo) & ~before).any()
        assert winsets(pivot_sweep(other, points), status_quo).area[0] <= area + 1e-9


@settings(max_examples=20)
@given(case=cases(), turn=st.floats(0, 6), stretch=st.floats(0.1, 50), shift=st.floats(-20, 20))
def test_turning_moving_and_stretching_the_map_changes_nothing_else(
    case: tuple[Rule, Floats, Floats], turn: float, stretch: float, shift: float
) -> None:
    rule, points, status_quo = case
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    before = winsets(pivot_sweep(rule, points), status_quo)
    after = winsets(pivot_sweep(rule, stretch * points @ rotation + shift), stretch * status_quo @ rotation + shift)
    assert after.area[0] == pytest.approx(stretch**2 * before.area[0], abs=1e-8 * stretch**2)


def test_rows_are_answered_together_as_they_are_alone() -> None:
    rng = np.random.default_rng(5)
    points, status_quo = rng.random((7, 5, 2)), rng.random((7, 2))
    together = winsets(pivot_sweep(TWO_WAYS, points), status_quo, UNIT)
    for row in range(7):
        alone = winsets(pivot_sweep(TWO_WAYS, points[row]), status_quo[row], UNIT)
        assert (alone.area[0], alone.reach[0]) == (together.area[row], together.reach[row])


def test_even_arcs_come_close_to_the_exact_ones() -> None:
    rng = np.random.default_rng(8)
    points, status_quo = rng.random((20, 30, 2)), rng.random((20, 2))
    exact, even = (winsets(pivot_sweep(Members(30, 18), points, arcs=arcs), status_quo, UNIT) for arcs in (None, 360))
    assert np.abs(exact.area - even.area).max() < 1e-4


def test_a_rule_beyond_the_compiled_loop_is_answered_too() -> None:
    huge = Weighted((2**70, 2**70 + 1, 2**69), 2**71)
    alike = Weighted((4, 4, 2), 8)
    points = [[0.0, 0.0], [1.0, 0.0], [0.3, 0.9]]
    one, other = (winsets(pivot_sweep(rule, points), [0.9, 0.9]).area[0] for rule in (huge, alike))
    assert one == pytest.approx(other, rel=1e-12)


def test_an_outline_encloses_the_area_it_stands_for() -> None:
    points = [[0.1, 0.2], [0.9, 0.3], [0.5, 0.8], [0.2, 0.7], [0.6, 0.1]]
    sweep = pivot_sweep(Members(5, 3), points)
    line = winset_outline(sweep, [0.7, 0.7], UNIT)
    after = np.roll(line, -1, axis=0)
    area = abs((line[:, 0] * after[:, 1] - after[:, 0] * line[:, 1]).sum()) / 2
    assert area == pytest.approx(winsets(sweep, [0.7, 0.7], UNIT).area[0], rel=5e-4)
    assert (line >= 0).all()
    assert (line <= 1).all()


def test_everybody_at_one_place_would_go_there() -> None:
    sweep = pivot_sweep(Members(3, 2), [[0.5, 0.5]] * 3)
    assert winsets(sweep, [0.5, 0.5]).empty[0]
    assert winsets(sweep, [0.5, 0.9]).area[0] == pytest.approx(math.pi * 0.16, rel=1e-9)


# Bad input ----------------------------------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_with_its_name() -> None:
    rule = Members(3, 2)
    points = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    sweep = pivot_sweep(rule, points)
    with pytest.raises(RuleError, match=r"points: has shape \(2, 2\)"):
        pivot_sweep(rule, points[:2])
    with pytest.raises(RuleError, match="points: a coordinate is not a finite number"):
        pivot_sweep(rule, [[0.0, float("nan")], [1.0, 0.0], [0.0, 1.0]])
    with pytest.raises(RuleError, match="arcs"):
        pivot_sweep(rule, points, arcs=1)
    with pytest.raises(RuleError, match="status_quo: lies outside"):
        winsets(sweep, [2.0, 0.5], UNIT)
    with pytest.raises(RuleError, match="status_quo: has 2 rows"):
        winsets(sweep, [[0.1, 0.1], [0.2, 0.2]])
    with pytest.raises(RuleError, match="salience"):
        reach_along(rule, points, [0.5, 0.5], [0.0], [[1.0, 0.0]] * 3)
    with pytest.raises(RuleError, match="salience: has shape"):
        beats(rule, points, [[0.5, 0.5]], [0.1, 0.1], [1.0, 1.0, 1.0])
    with pytest.raises(RuleError, match="setter: lies outside"):
        nearest_in_winset(sweep, [0.5, 0.5], [3.0, 0.5], UNIT)
    with pytest.raises(RuleError, match="status_quo: is not a finite number"):
        winsets_on_a_line(rule, [0.0, 1.0, 2.0], float("inf"))
    with pytest.raises(RuleError, match="status_quo: has shape"):
        winsets_on_a_line(rule, [0.0, 1.0, 2.0], [0.0, 1.0])
    with pytest.raises(RuleError, match="setters: a position"):
        closed_rule(rule, [0.0, 1.0, 2.0], 0.0, [float("nan")])
    with pytest.raises(RuleError, match="setters: has shape"):
        closed_rule(rule, [[0.0, 1.0, 2.0]] * 2, 0.0, np.zeros((3, 1)))
