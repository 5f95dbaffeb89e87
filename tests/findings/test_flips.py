"""What would change the answer, against closed forms and a slow obvious search."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_case import ToyCase, number, toy_analysis

from comity.findings import Analysis, Answer, Flip, JointFlip, NotSearched, Options, Outcome, flips, joint_flip
from comity.findings.contract import FloatArray


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


def test_a_weight_of_ten_trillion_is_scanned_at_few_points() -> None:
    item = replace(number("a", 3e12, None, domain=(1.0, 1e13)), step=1.0)
    (flip,) = found(ToyCase((item,)), [1.0], 7_123_456_789_012.5)
    assert flip.flips_at == 7_123_456_789_013.0


def test_a_long_scan_is_declined_by_steps_before_a_run_and_says_so() -> None:
    def never(values: Any, options: Any) -> Any:
        raise AssertionError("a declined scan ran")

    case = ToyCase((number("a", 3.0), number("b", 3.0)))
    analysis = toy_analysis([1.0, 1.0], 5.0, work=lambda taken: 1e8, run=never)
    result = flips(analysis, case, Options())
    assert result == NotSearched("scanning would take about 500 runs, some 5e+10 steps; the limit is 3e+09")
    together = joint_flip(analysis, case, Options(), budget=1e8)
    assert isinstance(together, NotSearched)
    assert "trying numbers together would take about 13 runs" in together.reason


@dataclass(frozen=True)
class Nested:
    arrays: tuple[FloatArray, dict[str, FloatArray]]


def test_an_analysis_that_counts_no_work_is_counted_by_its_arrays() -> None:
    case = ToyCase((number("a", 3.0),))
    small = flips(toy_analysis([1.0], 5.0), case, Options(), budget=1e6)
    assert not isinstance(small, NotSearched)
    large = toy_analysis([1.0], 5.0, take=lambda view, rows: Nested((np.zeros((10, 10)), {"b": np.zeros(900)})))
    result = flips(large, case, Options(), budget=1e6)
    assert isinstance(result, NotSearched)
    assert "some 1e+07 steps" in result.reason


def test_rows_are_made_in_batches_that_stay_small() -> None:
    case = ToyCase(tuple(number(f"n{at}", 10.0) for at in range(300)))
    weights = [1.0] * 150 + [0.0] * 150
    tracemalloc.start()
    singles = flips(toy_analysis(weights, 3100.0), case, Options())
    together = joint(case, weights, 1501.9)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert singles == ()
    assert isinstance(together, JointFlip)
    assert len(together.moves) == 2
    assert peak < 150e6


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


def test_each_move_is_measured_by_the_side_of_its_range_that_it_goes_to() -> None:
    item = replace(number("a", 10.0), spread=(2.0, 11.0))
    result = joint(ToyCase((item,)), [1.0], 10.5)
    assert isinstance(result, JointFlip)
    assert result.share_of_range == pytest.approx(0.5, abs=1e-3)
    # b goes 6 of 8 downwards, a 0.5 of 1 upwards: a is nearer by its own range.
    both = joint(ToyCase((item, replace(number("b", 10.0), spread=(2.0, 11.0)))), [1.0, -1 / 12], 10.5 - 10 / 12)
    assert isinstance(both, JointFlip)
    assert [move.label for move in both.moves] == ["a"]


def test_joint_changes_of_numbers_with_a_step_go_by_steps() -> None:
    items = tuple(replace(number(name, 5.0, 2.5), step=1.0) for name in ("a", "b"))
    result = joint(ToyCase(items), [1.0, 1.0], 12.5)
    assert isinstance(result, JointFlip)
    assert [move.to for move in result.moves] == [7.0, 6.0] or [move.to for move in result.moves] == [7.0, 7.0]
    assert joint(ToyCase(items), [1.0, 1.0], 14.5) is None


def test_ranges_without_width_are_not_searched() -> None:
    assert isinstance(joint(ToyCase((number("a", 5.0, 0.0),)), [1.0], 6.0), NotSearched)


def median_analysis(threshold: float, lower: int) -> Analysis[Any, Any, Any]:
    """Is the order statistic above the threshold? Flat in most single moves, and its verdict in most pairs."""

    def run(values: FloatArray, options: Options) -> Answer[float]:
        at = np.sort(values, axis=1)[:, lower]
        verdict = (at > threshold).astype(np.int64)
        return Answer(float(at[0]), Outcome(verdict, ("below", "above"), {"median": at}), "redraws")

    return toy_analysis([], threshold, run=run)


def slow_search(case: ToyCase, analysis: Analysis[Any, Any, Any]) -> tuple[int, float] | None:
    """The fewest inputs of any corner that changes the verdict, and the least share of the way of any such corner."""
    view, written = case.view(analysis.reads), np.array([float(item.value) for item in case.numbers])

    def verdict(row: FloatArray) -> int:
        answer = analysis.run(row[None, :], Options())
        assert answer.outcome is not None
        return int(answer.outcome.verdict[0])

    assert view.has("x")
    today, best = verdict(written), None
    for ends in product((0, -1, 1), repeat=len(written)):
        spreads = [item.spread or (0.0, 0.0) for item in case.numbers]
        room = np.array(
            [(pair[0], value, pair[1])[end + 1] for pair, value, end in zip(spreads, written, ends, strict=True)]
        )
        size = sum(end != 0 for end in ends)
        if verdict(room) != today and (best is None or size <= best[0]):
            low, high = 0.0, 1.0
            for _ in range(24):
                middle = (low + high) / 2
                if verdict(written + middle * (room - written)) != today:
                    high = middle
                else:
                    low = middle
            best = (size, high) if best is None or size < best[0] else (size, min(best[1], high))
    return best


def agrees_with_the_slow_search(case: ToyCase, analysis: Analysis[Any, Any, Any]) -> None:
    expected = slow_search(case, analysis)
    result = joint_flip(analysis, case, Options())
    assert not isinstance(result, NotSearched)
    assert (result is None) == (expected is None)
    if result is not None and expected is not None:
        assert len(result.moves) == expected[0]
        assert result.share_of_range == pytest.approx(expected[1], abs=2e-3)


ITEMS = st.lists(st.tuples(st.integers(3, 17), st.sampled_from([0.5, 1.0, 2.0, 3.0])), min_size=3, max_size=5)


@settings(max_examples=40)
@given(ITEMS, st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 1.5]), min_size=5, max_size=5), st.floats(-9, 9))
def test_of_few_numbers_the_joint_change_of_a_sum_is_the_fewest(
    items: list[tuple[int, float]], weights: list[float], beyond: float
) -> None:
    case = ToyCase(tuple(number(f"n{at}", float(value), half) for at, (value, half) in enumerate(items)))
    total = sum(weight * value for weight, (value, _) in zip(weights, items, strict=False))
    agrees_with_the_slow_search(case, toy_analysis(weights[: len(items)], total + beyond))


@settings(max_examples=40)
@given(ITEMS, st.floats(-3, 3))
def test_of_few_numbers_the_joint_change_of_a_median_is_the_fewest(
    items: list[tuple[int, float]], beyond: float
) -> None:
    case = ToyCase(tuple(number(f"n{at}", float(value), half) for at, (value, half) in enumerate(items)))
    middle = sorted(value for value, _ in items)[len(items) // 2]
    agrees_with_the_slow_search(case, median_analysis(middle + beyond, len(items) // 2))


@settings(max_examples=60)
@given(ITEMS, st.floats(-3, 3), st.booleans())
def test_the_search_for_many_numbers_finds_a_change_whenever_a_corner_is_one(
    items: list[tuple[int, float]], beyond: float, median: bool
) -> None:
    case = ToyCase(tuple(number(f"n{at}", float(value), half) for at, (value, half) in enumerate(items)))
    middle = sorted(value for value, _ in items)[len(items) // 2]
    total = float(sum(value for value, _ in items))
    analysis = (
        median_analysis(middle + beyond, len(items) // 2)
        if median
        else toy_analysis([1.0] * len(items), total + 3 * beyond)
    )
    expected = slow_search(case, analysis)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comity.findings.joint.EXACT_UP_TO", 0)
        result = joint_flip(analysis, case, Options())
    assert not isinstance(result, NotSearched)
    assert (result is None) == (expected is None)
    if result is not None and expected is not None:
        assert len(result.moves) >= expected[0]
        assert len(result.moves) == expected[0] or expected[0] > 2


def test_of_many_numbers_a_flat_median_is_moved_by_just_enough_of_them() -> None:
    # Nine of eleven stand at 5 and must pass 6: with the one at 9, five of them make the median; no four do.
    case = ToyCase((*(number(f"n{at:02}", 5.0, 2.0) for at in range(9)), number("x", 1.0), number("y", 9.0)))
    analysis = median_analysis(6.0, 5)
    result = joint_flip(analysis, case, Options())
    assert isinstance(result, JointFlip)
    assert len(result.moves) == 5
    assert {move.label for move in result.moves} <= {f"n{at:02}" for at in range(9)}
    assert result.share_of_range == pytest.approx(0.5, abs=1e-3)
    assert result == joint_flip(analysis, case, Options())


def test_of_many_numbers_the_search_ranks_anew_after_each_push() -> None:
    # The product of two groups: alone each number of the second group shows nothing, since the first stands at 0.
    def run(values: FloatArray, options: Options) -> Answer[float]:
        product_of_groups = values[:, :5].sum(axis=1) * values[:, 5:].sum(axis=1)
        verdict = (product_of_groups > 9.5).astype(np.int64)
        return Answer(0.0, Outcome(verdict, ("below", "above"), {"product": product_of_groups}), "redraws")

    case = ToyCase(tuple(number(f"n{at}", 0.0, 1.0, (-5.0, 5.0)) for at in range(10)))
    result = joint_flip(toy_analysis([], 0.0, run=run), case, Options())
    assert isinstance(result, JointFlip)
    assert len(result.moves) == 7  # 3 x 4 > 9.5, and no six reach it: 3 x 3 = 9


def test_of_many_numbers_no_move_is_needless() -> None:
    generator = np.random.default_rng(5)
    for _ in range(10):
        weights = generator.normal(size=14)
        halves = generator.uniform(0.5, 2.0, size=14)
        case = ToyCase(tuple(number(f"n{at:02}", 10.0, float(half)) for at, half in enumerate(halves)))
        reach = np.sort(np.abs(weights) * halves)[::-1]
        threshold = float(10.0 * weights.sum() + reach[:5].sum() - 0.01)
        result = joint(case, weights.tolist(), threshold)
        assert isinstance(result, JointFlip)
        assert len(result.moves) == 5


def test_a_joint_search_that_comes_to_its_limit_says_so() -> None:
    case = ToyCase(tuple(number(f"n{at}", 5.0) for at in range(10)))
    result = joint_flip(toy_analysis([1.0] * 10, 59.0), case, Options(), budget=250_000)
    assert isinstance(result, NotSearched)
    assert "steps" in result.reason
