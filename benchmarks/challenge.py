"""10,000 rows of the challenge model (``scholz-paper``), beside the same model in plain NumPy."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.challenge_numpy import final_median
from benchmarks.registry import Workload

FloatArray = NDArray[np.float64]

N_ROWS = 10_000
ROUNDS = 3


@cache
def rows(n_actors: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Positions (0 to 100), salience and capability, ``(n_rows, n_actors)`` each."""
    generator = np.random.Generator(np.random.Philox(n_actors))
    positions = generator.uniform(0, 100, (N_ROWS, n_actors))
    salience, capability = generator.uniform(0.1, 1, (2, N_ROWS, n_actors))
    return positions, salience, capability


def ours(n_actors: int) -> FloatArray:
    from comity.bargaining import challenge

    found = challenge(*rows(n_actors), status_quo_probability=1.0, rounds=ROUNDS, stop_tolerance=0.0)
    return found.median


def peer(n_actors: int) -> FloatArray:
    return np.array([final_median(*row, 1.0, ROUNDS) for row in zip(*rows(n_actors), strict=True)])


def same(one: Any, other: Any) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=0, atol=1e-6))


WORKLOADS: tuple[Workload, ...] = tuple(
    Workload(
        name=f"challenge model, {N_ROWS:,} rows, {n_actors} actors, {ROUNDS} rounds",
        ours=partial(ours, n_actors),
        peer=partial(peer, n_actors),
        peer_name="the same model in plain NumPy, a row at a time (ours)",
        peer_version=lambda: f"numpy {np.__version__}",
        goal_ratio=50.0,
        goal_seconds=goal_seconds,
        same=same,
        peer_limit=600,
    )
    for n_actors, goal_seconds in ((13, 0.5), (27, 2.0))
)
