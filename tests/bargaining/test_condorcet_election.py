"""A Condorcet election: closed forms, KTAB's own iteration as the slow reference, a published case, corners."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.bargaining import ProfileError, condorcet_election

SHARED = Path(__file__).parents[3] / "shared/data/bargaining"
RULES = ("proportional", "binary", "cubic", "prop-binary", "prop-cubic")
PROCESSES = ("conditional", "markov-uniform", "markov-incentive")


def vote(du: float, rule: str) -> float:
    sign = max(-1.0, min(1.0, du / 1e-8))
    return {
        "proportional": du,
        "binary": sign,
        "cubic": du**3,
        "prop-binary": 0.8 * du + 0.2 * sign,
        "prop-cubic": 0.5 * du + 0.5 * du**3,
    }[rule]


def slow(x: list[float], w: list[float], rule: str, m: int, process: str, risk: bool) -> dict[float, float]:
    """As KTAB does it: loops over options, and p <- (p + q) / 2 until it stands still."""
    options = sorted(set(x))
    length = max(x) - min(x)
    n = len(options)
    aversion = [0.0] * len(x)
    p: list[float] = []
    for _ in range(2 if risk else 1):
        if p:
            mine = [p[options.index(each)] for each in x]
            gap = max(mine) - min(mine)
            aversion = [(each - min(mine)) / gap if gap > 1e-9 else 0.0 for each in mine]
        u = [
            [(1 - abs(y - o) / length) * (1 + abs(y - o) / length * r) for o in options]
            for y, r in zip(x, aversion, strict=True)
        ]
        s = [[1e-9 * sum(w)] * n for _ in options]
        for k, a, b in product(range(len(x)), range(n), range(n)):
            if a != b:
                s[a][b] += max(0.0, w[k] * vote(u[k][a] - u[k][b], rule))
        V = [[0.5 if a == b else s[a][b] ** m / (s[a][b] ** m + s[b][a] ** m) for b in range(n)] for a in range(n)]
        if process == "conditional":
            raw = [float(np.prod(V[a])) for a in range(n)]
            p = [each / sum(raw) for each in raw]
            continue
        incentive = [[s[b][a] * V[b][a] for b in range(n)] for a in range(n)]
        share = [[each / sum(row) for each in row] if process == "markov-incentive" else [1 / n] * n
                 for row in incentive]  # fmt: skip
        p = [1 / n] * n
        for _ in range(20_000):
            q = [sum(V[a][b] * (p[a] * share[a][b] + p[b] * share[b][a]) for b in range(n)) for a in range(n)]
            done = max(abs(one - other) for one, other in zip(p, q, strict=True)) < 1e-13
            p = [(one + other) / 2 for one, other in zip(p, q, strict=True)]
            if done:
                break
    return dict(zip(options, p, strict=True))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    n = draw(st.integers(2, 6))
    x = draw(st.lists(st.integers(0, 8).map(float), min_size=n, max_size=n).filter(lambda all_: len(set(all_)) > 1))
    return x, draw(st.lists(st.integers(1, 20).map(float), min_size=n, max_size=n))


@settings(deadline=None, max_examples=60)
@given(
    table=tables(),
    rule=st.sampled_from(RULES),
    m=st.sampled_from([1, 2, 4]),
    process=st.sampled_from(["conditional", "markov-uniform"]),
    risk=st.booleans(),
)
def test_agrees_with_ktabs_own_iteration(
    table: tuple[list[float], list[float]], rule: Any, m: Any, process: Any, risk: bool
) -> None:
    x, w = table
    found = condorcet_election(x, np.ones(len(x)), w, vote_rule=rule, victory_exponent=m, process=process, risk=risk)
    expected = slow(x, w, rule, m, process, risk)
    assert found.options[0].tolist() == list(expected)
    assert found.probability[0] == pytest.approx(list(expected.values()), abs=1e-6)
    assert found.expected[0] == pytest.approx(sum(at * chance for at, chance in expected.items()), abs=1e-5)


@pytest.mark.parametrize("m", [1, 2])
@pytest.mark.parametrize("risk", [False, True])
def test_challenged_by_incentive(m: Any, risk: bool) -> None:
    x, w = [0.0, 2.0, 2.0, 5.0, 9.0], [3.0, 1.0, 4.0, 2.0, 5.0]
    found = condorcet_election(x, np.ones(5), w, victory_exponent=m, process="markov-incentive", risk=risk)
    assert found.probability[0] == pytest.approx(
        list(slow(x, w, "proportional", m, "markov-incentive", risk).values()), abs=1e-6
    )


def test_three_equal_actors_in_closed_form() -> None:
    """The middle beats an end with 2/3 (s: 1 against 1/2), so it is left half as often as it is taken."""
    found = condorcet_election([0, 5, 10], [1, 1, 1], [2, 2, 2])
    assert found.victory[1] == pytest.approx([2 / 3, 0.5, 2 / 3], abs=1e-8)
    assert found.probability[0] == pytest.approx([0.25, 0.5, 0.25], abs=1e-8)
    one = condorcet_election([0, 5, 10], [1, 1, 1], [2, 2, 2], process="conditional")
    # 1/2 (1/3) 1/2 against (2/3)^2 1/2
    assert one.probability[0] == pytest.approx(np.array([3, 8, 3]) / 14, abs=1e-8)


def test_two_options_are_won_by_weight() -> None:
    found = condorcet_election([0, 0, 10], [1, 1, 1], [1, 2, 1], victory_exponent=2)
    assert found.victory[0, 1] == pytest.approx(9 / 10)
    assert found.probability[0] == pytest.approx([0.9, 0.1])
    assert found.likeliest[0] == 0


@pytest.mark.parametrize("m", [4, 8])
def test_a_sharp_contest_finds_the_median(m: Any) -> None:
    """A position that wins every contest by votes of all or nothing is the weighted median (Black 1948)."""
    x, w = [0, 3, 4, 8, 10], [4, 1, 3, 3, 4]
    found = condorcet_election(x, np.ones(5), w, vote_rule="binary", victory_exponent=m)
    assert found.likeliest[0] == 4
    assert (np.delete(found.victory[2], 2) > 0.5).all()


def test_china_oil_reform_clusters_near_thirty() -> None:
    """Efird, Lester & Wise 2016, table 2: the forecast published for their whole model is a cluster near 30."""
    path = SHARED / "china-soe-policy.csv"
    if not path.exists():
        pytest.skip("../shared is absent")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = [[float(row[name]) for row in rows] for name in ("position", "salience", "capability")]
    for process in PROCESSES:
        found = condorcet_election(*table, process=process, position_range=100.0)  # type: ignore[arg-type]
        assert found.likeliest[0] == 30
        assert abs(found.expected[0] - 30) < 6


@settings(deadline=None, max_examples=40)
@given(table=tables(), process=st.sampled_from(PROCESSES), risk=st.booleans())
def test_scale_weights_and_mirror(table: tuple[list[float], list[float]], process: Any, risk: bool) -> None:
    x, w = (np.array(column) for column in table)
    s = np.ones(len(x))
    found = condorcet_election(x, s, w, process=process, risk=risk)
    assert found.probability[0].sum() == pytest.approx(1)
    assert x.min() <= found.expected[0] <= x.max()
    moved = condorcet_election(3 * x + 7, s, 5 * w, process=process, risk=risk)
    assert moved.probability[0] == pytest.approx(found.probability[0], abs=1e-7)
    mirrored = condorcet_election(-x, s, w, process=process, risk=risk)
    assert mirrored.probability[0][::-1] == pytest.approx(found.probability[0], abs=1e-7)


def test_rows_are_held_as_if_alone() -> None:
    generator = np.random.Generator(np.random.Philox(3))
    x = generator.integers(0, 5, (30, 6)).astype(float)
    s, c = generator.uniform(0.1, 1, (2, 30, 6))
    together = condorcet_election(x, s, c, risk=True)
    for row in range(30):
        alone = condorcet_election(x[row], s[row], c[row], risk=True)
        assert together.expected[row] == alone.expected[0]
        assert np.isfinite(together.options[row]).sum() == alone.options.shape[1]


def test_options_that_stay_while_voters_move() -> None:
    written = condorcet_election([0, 5, 10], [1, 1, 1], [1, 1, 1])
    rows = condorcet_election(
        [[0, 5, 10], [1, 5, 10], [0, 0, 10]], np.ones(3), np.ones(3), options=[0, 5, 10], position_range=10.0
    )
    assert rows.expected[0] == pytest.approx(written.expected[0])
    assert rows.options.tolist() == [[0, 5, 10]] * 3
    assert rows.expected[2] < rows.expected[0]


def test_nothing_contested() -> None:
    for x in ([7.0, 7.0, 7.0], [3.0]):
        found = condorcet_election(x, np.ones(len(x)), np.ones(len(x)), risk=True)
        assert found.expected.tolist() == found.likeliest.tolist() == [x[0]]
        assert found.probability.tolist() == [[1.0]]
    assert condorcet_election([7.0, 7.0], [1, 1], [1, 1], position_range=0.0).expected[0] == 7


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"vote_rule": "asymmetric"}, "vote_rule"),
        ({"process": "random"}, "process"),
        ({"victory_exponent": 3}, "victory_exponent"),
        ({"options": []}, "options"),
        ({"options": [1.0, float("nan")]}, "options"),
        ({"position_range": 5.0}, "position_range"),
        ({"capability": [0, 0]}, "salience"),
        ({"positions": [0, float("inf")]}, "positions"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], problem: str) -> None:
    arguments: dict[str, Any] = {"positions": [0, 10], "salience": [1, 1], "capability": [1, 1], **change}
    with pytest.raises((ProfileError, ValueError), match=problem):
        condorcet_election(**arguments)
