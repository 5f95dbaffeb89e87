"""Scores of forecasts against published closed forms, scipy and slow obvious sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from comity.bargaining.back_test import back_test
from comity.bargaining.forecast_scores import (
    band_score,
    clopper_pearson,
    interval_score,
    method_scores,
    paired_bootstrap,
)
from comity.bargaining.record import track_record
from comity.sources import read_past_decisions


@given(st.integers(1, 200), st.data())
def test_the_interval_of_a_share_is_that_of_clopper_and_pearson_in_scipy(n: int, data: st.DataObject) -> None:
    inside = data.draw(st.integers(0, n))
    held = binomtest(inside, n).proportion_ci(method="exact")
    assert clopper_pearson(inside, n) == pytest.approx((held.low, held.high), abs=1e-9)


def test_none_of_ten_by_its_closed_form() -> None:
    assert clopper_pearson(0, 10)[1] == pytest.approx(1 - 0.025**0.1)
    assert clopper_pearson(10, 10)[0] == pytest.approx(0.025**0.1)


POINTS = st.floats(-100, 100)


@given(POINTS, st.floats(0, 100), POINTS, st.sampled_from([0.5, 0.8, 0.9]))
def test_the_interval_score_is_the_sum_of_two_pinball_losses(low: float, width: float, y: float, share: float) -> None:
    tail = (1 - share) / 2

    def pinball(end: float, level: float) -> float:
        return (level if y >= end else level - 1) * (y - end)

    slow = 2 / (1 - share) * (pinball(low, tail) + pinball(low + width, 1 - tail))
    score = interval_score(np.array([low]), np.array([low + width]), np.array([y]), share)
    assert score[0] == pytest.approx(slow, abs=1e-8)


def test_the_true_quantiles_have_the_best_interval_score() -> None:
    outcome = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    ends = (float(norm.ppf(0.1)), float(norm.ppf(0.9)))

    def mean(widen: float) -> float:
        low, high = (np.full(len(outcome), end * widen) for end in ends)
        return band_score(low, high, outcome, 0.8).interval_score

    assert mean(1.0) < min(mean(0.9), mean(1.1))


def test_methods_are_compared_on_the_questions_that_both_answered() -> None:
    errors = np.array([[10.0, 20.0, np.nan], [5.0, np.nan, 90.0], [np.nan] * 3])
    mean, own = method_scores(["mean", "own", "silent"], errors, np.array([0, 0, 1]), baseline="mean")
    assert (mean.n, mean.cases, mean.mean_error, mean.difference) == (2, 1, 15.0, None)
    assert (own.n, own.cases, own.mean_error, own.compared, own.difference) == (2, 2, 47.5, 1, -5.0)


def test_cases_are_drawn_whole_and_a_handful_gets_no_interval() -> None:
    rng = np.random.default_rng(3)
    case = np.repeat(np.arange(12), 4)
    by_case = rng.normal(size=12)[case]
    low, high = paired_bootstrap(by_case, case) or (0.0, 0.0)
    alone_low, alone_high = paired_bootstrap(by_case, np.arange(48)) or (0.0, 0.0)
    assert high - low > 1.5 * (alone_high - alone_low)
    assert paired_bootstrap(by_case[:36], case[:36]) is None


def test_the_bootstrap_is_that_of_the_record_on_past_decisions(tmp_path: object) -> None:
    rng = np.random.default_rng(1)
    rows = ["proposal,issue,actor,position,salience,capability,outcome,low,high"]
    for proposal in range(14):
        for issue in range(2):
            outcome = rng.uniform(0, 100)
            rows += [
                f"p{proposal},i{proposal}-{issue},{actor},{rng.uniform(0, 100)},{rng.uniform(1, 100)},"
                f"{rng.uniform(1, 9)},{outcome},0,100"
                for actor in "ABC"
            ]
    from pathlib import Path

    path = Path(str(tmp_path)) / "past.csv"
    path.write_text("\n".join(rows))
    tested = back_test(read_past_decisions(path))
    record = track_record(tested)
    difference = tested.errors[2] - tested.errors[0]
    assert paired_bootstrap(difference, tested.proposal) == pytest.approx(record.methods[2].difference_interval)


def test_no_settled_question_has_no_score() -> None:
    with pytest.raises(ValueError, match="no question"):
        band_score(np.empty(0), np.empty(0), np.empty(0), 0.8)
