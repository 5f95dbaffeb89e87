"""Find out next, against variance shares that are known."""

from __future__ import annotations

import numpy as np
import pytest
from toy_case import ToyCase, number, toy_analysis

from comity.findings import Options, redraw
from comity.findings.value_of_information import explained_share, fewer_wrong_share, find_out_next


def test_shares_of_a_sum_are_the_shares_of_its_variance() -> None:
    case = ToyCase((number("small", 10.0, 1.0), number("large", 10.0, 2.0), number("none", 10.0, 1.0)))
    analysis = toy_analysis([1.0, 1.0, 0.0], 20.0)
    rows = redraw(case, analysis.reads, 0, 5000)
    outcome = analysis.run(analysis.take(case.view(analysis.reads), rows), Options()).outcome
    assert outcome is not None
    worth = find_out_next(rows, outcome, "total")
    assert [each.label for each in worth] == ["large", "small"]
    assert worth[0].share == pytest.approx(0.8, abs=0.03)
    assert worth[1].share == pytest.approx(0.2, abs=0.03)


def test_an_idle_number_explains_nothing() -> None:
    generator = np.random.default_rng(1)
    shares = [explained_share(generator.normal(size=2000), generator.normal(size=2000)) for _ in range(40)]
    assert float(np.mean(shares)) < 0.01


def test_the_number_that_decides_the_verdict_removes_the_doubt() -> None:
    generator = np.random.default_rng(2)
    deciding = generator.normal(size=2000)
    for cut in (-1.0, -0.3, 0.0, 0.4):
        assert fewer_wrong_share(deciding, (deciding > cut).astype(np.int64)) > 0.9 - 0.1 * (cut != 0)
    thirds = (deciding > -0.4).astype(np.int64) + (deciding > 0.4)
    assert fewer_wrong_share(deciding, thirds) > 0.9


@pytest.mark.parametrize("labels", [2, 3])
def test_an_idle_number_removes_no_doubt(labels: int) -> None:
    shares = []
    for seed in range(40):
        generator = np.random.default_rng(seed)
        shares.append(fewer_wrong_share(generator.normal(size=2000), generator.integers(0, labels, size=2000)))
    assert float(np.mean(shares)) < 0.02
    assert float(np.mean(np.array(shares) > 0)) <= 0.1


def test_a_number_that_decides_half_of_the_time_is_worth_half() -> None:
    generator = np.random.default_rng(3)
    column = generator.normal(size=4000)
    coin = generator.integers(0, 2, size=4000)
    verdict = np.where(generator.random(4000) < 0.5, (column > 0).astype(np.int64), coin)
    assert fewer_wrong_share(column, verdict) == pytest.approx(0.5, abs=0.06)


def test_a_single_verdict_leaves_no_doubt() -> None:
    assert fewer_wrong_share(np.arange(2000.0), np.ones(2000, dtype=np.int64)) == 0.0


def test_nothing_to_find_out_where_nothing_varies() -> None:
    case = ToyCase((number("a", 10.0, None),))
    analysis = toy_analysis([1.0], 20.0)
    rows = redraw(case, analysis.reads, 0, 5000)
    outcome = analysis.run(analysis.take(case.view(analysis.reads), rows), Options()).outcome
    assert outcome is not None
    assert find_out_next(rows, outcome, "total") == ()
