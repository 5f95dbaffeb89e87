"""What would change the answer, against closed forms and a slow obvious search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_case import ToyCase, number, toy_analysis

from comity.findings import Flip, JointFlip, NotSearched, Options, flips, joint_flip


def found(case: ToyCase, coefficients: list[float], threshold: float) -> tuple[Flip, ...]:
    result = flips(toy_analysis(coefficients, threshold), case, Options())
    assert not isinstance(result, NotSearched)
    return result


def test_each_flip_is_where_the_sum_crosses_the_threshold() -> None:
    case = ToyCase((number("a", 3.0), number("b", 4.0)))
    by_name = {flip.label: flip for flip in found(case, [1.0, 2.0], 16.0)}
    assert by_name["a"].flips_at == pytest.approx(8.0, abs=1e-6)
    assert by_name["b"].flips_at == pytest.approx(6.5, abs=1e-6)
    assert [flip.label for flip in found(case, [1.0, 2.0], 16.0)] == ["b", "a"]
    assert {flip.becomes for flip in by_name.values()} == {"above"}


@given(
    st.lists(st.tuples(st.floats(0.5, 19.5), st.floats(-3, 3)), min_size=1, max_size=4),
    st.floats(-50, 50),
)
def test_flips_agree_with_the_closed_form(items: list[tuple[float, float]], threshold: float) -> None:
    values = [value for value, _ in items]
    weights = [weight for _, weight in items]
    total = float(np.dot(values, weights))
    if abs(total - threshold) < 1e-3 or any(0 < abs(weight) < 1e-3 for weight in weights):
        return
    case = ToyCase(tuple(number(f"n{at}", value) for at, value in enumerate(values)))
    expected = {}
    for at, (value, weight) in enumerate(items):
        if weight:
            crossing = value + (threshold - total) / weight
            if 0.001 < crossing < 19.999:
                expected[f"n{at}"] = crossing
    result = {flip.label: flip.flips_at for flip in found(case, weights, threshold)}
    assert {name: at for name, at in result.items() if 0.001 < at < 19.999}.keys() == expected.keys()
    for name, crossing in expected.items():
        assert result[name] == pytest.approx(crossing, abs=1e-4)


def test_none_found_is_an_empty_tuple() -> None:
    assert found(ToyCase((number("a", 3.0),)), [1.0], 50.0) == ()


def test_a_flip_inside_its_range_is_marked() -> None:
    near, far = found(ToyCase((number("a", 3.0, 2.0), number("b", 3.0, 0.5))), [1.0, 1.0], 7.0)
    assert near.inside_range != far.inside_range


def test_numbers_with_a_step_flip_at_a_step() -> None:
    item = replace(number("a", 3.0), step=1.0)
    (flip,) = found(ToyCase((item,)), [1.0], 7.4)
    assert flip.flips_at == 8.0


def test_steps_beyond_the_scan_are_bisected() -> None:
    item = replace(number("a", 3.0, domain=(0.0, 1e6)), step=1.0)
    (flip,) = found(ToyCase((item,)), [1.0], 123456.5)
    assert flip.flips_at == 123457.0


def test_a_long_scan_is_declined_by_steps_and_says_so() -> None:
    case = ToyCase((number("a", 3.0),))
    result = flips(toy_analysis([1.0], 5.0, work=lambda taken: 1e8), case, Options())
    assert isinstance(result, NotSearched)
    assert "steps" in result.reason


def test_a_case_without_numbers_is_not_searched() -> None:
    assert isinstance(flips(toy_analysis([], 5.0), ToyCase(()), Options()), NotSearched)


def joint(case: ToyCase, coefficients: list[float], threshold: float) -> JointFlip | NotSearched | None:
    return joint_flip(toy_analysis(coefficients, threshold), case, Options())


def test_the_smallest_joint_change_is_one_input_where_one_does_it() -> None:
    result = joint(ToyCase((number("a", 5.0, 2.0), number("b", 5.0, 4.0))), [1.0, 1.0], 11.0)
    assert isinstance(result, JointFlip)
    assert [move.label for move in result.moves] == ["b"]
    assert result.share_of_range == pytest.approx(0.25, abs=1e-4)


def test_two_together_where_no_single_one_does_it() -> None:
    result = joint(ToyCase((number("a", 5.0, 2.0), number("b", 5.0, 2.0))), [1.0, 1.0], 13.0)
    assert isinstance(result, JointFlip)
    assert sorted(move.label for move in result.moves) == ["a", "b"]
    assert result.share_of_range == pytest.approx(0.75, abs=1e-4)
    assert [move.to for move in result.moves] == pytest.approx([6.5, 6.5], abs=1e-3)


def test_three_together_without_a_needless_one() -> None:
    case = ToyCase(tuple(number(name, 5.0, 2.0) for name in ("a", "b", "c", "idle")))
    result = joint(case, [1.0, 1.0, 1.0, 0.0], 19.1)
    assert isinstance(result, JointFlip)
    assert sorted(move.label for move in result.moves) == ["a", "b", "c"]
    assert sum(move.to for move in result.moves) == pytest.approx(19.1, abs=1e-3)
    assert result.share_of_range == pytest.approx(4.1 / 6, abs=1e-3)


def test_no_joint_change_is_none() -> None:
    assert joint(ToyCase((number("a", 5.0), number("b", 5.0))), [1.0, 1.0], 30.0) is None
