from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comity.positions
from comity.positions import MOST_EXACT, PositionsError, agreement, blocs, modularity, network_of, together

DIVIDING = sys.modules["comity.positions.blocs"]


def divisions(n: int) -> Iterator[list[int]]:
    """Every division of n actors, as the bloc of each."""

    def grow(held: list[int]) -> Iterator[list[int]]:
        if len(held) == n:
            yield held
            return
        for bloc in range(max(held, default=-1) + 2):
            yield from grow([*held, bloc])

    yield from grow([])


def random_network(seed: int, n: int, rows: int = 1) -> np.ndarray:
    draw = np.random.default_rng(seed)
    weights = draw.random((rows, n, n)) * (draw.random((rows, n, n)) < 0.6)
    return np.triu(weights, 1) + np.triu(weights, 1).transpose(0, 2, 1)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_the_best_division_is_the_best_of_all(seed: int, n: int) -> None:
    network = random_network(seed, n)
    found = blocs(network)
    best = max(float(modularity(network, [division])[0]) for division in divisions(n))
    assert found.exact
    assert found.modularity[0] == pytest.approx(best, abs=1e-12)
    assert found.modularity[0] == modularity(network, found.members)[0]


def test_two_rings_of_friends_newman_and_girvan_2004() -> None:
    """Two full blocs of equal weight without a tie between them: Q = 1 - 1/2; of k such blocs 1 - 1/k."""
    for count, size in ((2, 4), (3, 3), (4, 3)):
        network = np.kron(np.eye(count), np.ones((size, size)))[None]
        found = blocs(network)
        assert found.members[0].tolist() == [at // size for at in range(count * size)]
        assert found.modularity[0] == pytest.approx(1 - 1 / count)


def test_modularity_of_the_karate_club_by_the_algorithm_for_many_actors() -> None:
    """Zachary's club of 34: the largest modularity known is 0.4198, in four communities (from memory)."""
    igraph = pytest.importorskip("igraph")
    club = igraph.Graph.Famous("Zachary")
    network = np.array(club.get_adjacency().data, float)[None]
    found = blocs(network)
    assert not found.exact
    assert found.modularity[0] == pytest.approx(0.4198, abs=1e-4)
    assert found.members.max() + 1 == 4
    assert found.modularity[0] == pytest.approx(club.modularity(found.members[0].tolist()))


def test_the_search_for_many_is_near_the_best_and_never_above_it() -> None:
    pytest.importorskip("igraph")
    network = random_network(3, MOST_EXACT, rows=60)
    best = blocs(network).modularity
    searched = modularity(network, DIVIDING._leiden(network))
    assert (searched <= best + 1e-12).all()
    assert np.mean(best - searched < 1e-9) > 0.6
    assert (best - searched).max() < 0.05


def test_a_row_is_divided_alike_whatever_stands_beside_it() -> None:
    pytest.importorskip("igraph")
    for n in (7, MOST_EXACT + 3):
        network = random_network(5, n, rows=6)
        all_at_once = blocs(network).members
        for row in range(6):
            assert blocs(network[row : row + 1]).members[0].tolist() == all_at_once[row].tolist()


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 8), st.floats(0.01, 50))
def test_renaming_actors_and_the_unit_of_weight_do_not_change_the_modularity(seed: int, n: int, unit: float) -> None:
    network = random_network(seed, n)
    order = np.random.default_rng(seed + 1).permutation(n)
    moved = blocs(unit * network[:, order][:, :, order])
    assert moved.modularity[0] == pytest.approx(blocs(network).modularity[0], abs=1e-9)


def test_who_agrees_with_nobody_is_a_bloc_of_its_own() -> None:
    network = np.zeros((1, 4, 4))
    assert blocs(network).members.tolist() == [[0, 1, 2, 3]]
    assert blocs(network).modularity.tolist() == [0.0]
    network[0, 1, 3] = network[0, 3, 1] = 0.2
    assert blocs(network).members.tolist() == [[0, 1, 2, 1]]
    assert blocs(np.zeros((2, 1, 1))).members.tolist() == [[0], [0]]


def test_two_identical_actors_are_in_one_bloc() -> None:
    positions = np.array([[0.1, 0.9], [0.1, 0.9], [0.8, 0.2], [0.9, 0.1], [0.5, 0.5]])
    found = blocs(network_of(agreement(positions, np.ones((5, 2))).beyond_chance))
    assert found.members[0, 0] == found.members[0, 1]
    assert found.members[0, 2] == found.members[0, 3] != found.members[0, 0]


def test_together_counts_rows() -> None:
    assert together([[0, 0], [0, 1], [0, 0], [0, 0]])[0, 1] == 0.75
    assert (comity.positions.pairs_changed([[0, 1, 1]], [0, 0, 1])[0] == [[0, 1, 0], [1, 0, 1], [0, 1, 0]]).all()


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (np.zeros((2, 3)), "expected .n_rows, n_actors, n_actors"),
        (np.full((1, 2, 2), -1.0), "negative"),
        (np.full((1, 2, 2), np.nan), "not a finite number"),
        (np.array([[[0, 1], [2, 0]]]), "not symmetric"),
    ],
)
def test_a_network_that_is_none_is_refused(network: np.ndarray, says: str) -> None:
    with pytest.raises(PositionsError, match=says):
        blocs(network)
