"""Streams keyed by input: what one number draws does not depend on what else is in the case."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from toy_case import ToyCase, number

from comity.findings import Reads, redraw
from comity.findings.redraws import quantiles, uniforms

READS = Reads(needs=("x",))


def test_row_0_is_the_case_as_written_and_ranges_are_5th_and_95th_percentiles() -> None:
    rows = redraw(ToyCase((number("a", 8.0, 2.0), number("b", 3.0, None))), READS, seed=1, n=20_000)
    assert rows.values[0].tolist() == [8.0, 3.0]
    low, middle, high = np.quantile(rows.values[1:, 0], [0.05, 0.5, 0.95])
    assert abs(low - 6.0) < 0.1
    assert abs(middle - 8.0) < 0.1
    assert abs(high - 10.0) < 0.1
    assert (rows.values[:, 1] == 3.0).all()


def test_a_skewed_range_keeps_the_value_as_the_median() -> None:
    item = number("a", 8.0)
    skewed = type(item)(**{**item.__dict__, "spread": (7.0, 14.0)})
    drawn = quantiles(skewed, np.array([0.05, 0.5, 0.95]))
    assert np.allclose(drawn, [7.0, 8.0, 14.0])


@given(st.integers(0, 2**32), st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6, unique=True))
def test_adding_inputs_or_draws_changes_no_other_number(seed: int, names: list[str]) -> None:
    alone = redraw(ToyCase((number(names[0], 8.0),)), READS, seed, 5)
    together = redraw(ToyCase(tuple(number(name, 8.0) for name in reversed(names))), READS, seed, 9)
    assert (together.values[:6, -1] == alone.values[:, 0]).all()


@given(st.floats(0, 20), st.floats(0, 5), st.integers(0, 99))
def test_draws_stay_in_the_legal_domain(value: float, half: float, seed: int) -> None:
    drawn = quantiles(number("a", value, half), uniforms(seed, "a", 50))
    assert ((drawn >= 0) & (drawn <= 20)).all()


def test_one_row_where_nothing_has_a_range() -> None:
    assert redraw(ToyCase((number("a", 1.0, None),)), READS, 0, 100).n == 1


def test_numbers_with_a_step_stay_on_it() -> None:
    item = number("a", 8.0, 3.0)
    stepped = type(item)(**{**item.__dict__, "step": 1.0})
    drawn = quantiles(stepped, uniforms(0, "a", 200))
    assert (drawn == np.round(drawn)).all()
    assert len(np.unique(drawn)) > 3
