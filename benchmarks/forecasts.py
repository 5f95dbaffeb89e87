"""Every forecast of the record on DEU III (351 decisions of the EU), beside a plain pandas program of the same."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Workload
from comity.sources import PastDecisions, read_past_decisions

FloatArray = NDArray[np.float64]

DEU = Path(os.environ.get("COMITY_DEU3", Path(__file__).parents[2] / "shared/data/bargaining/deu3.csv"))
# The challenge model as the program of its authors plays it is left out of the peer, which so does a little less.
LEFT_OUT = ("challenge-scholz-code",)


@cache
def past() -> PastDecisions:
    return read_past_decisions(DEU)


def ours() -> dict[str, FloatArray]:
    from comity.bargaining import back_test

    tested = back_test(past())
    return dict(zip(tested.methods, tested.forecasts, strict=True))


def peer() -> dict[str, FloatArray]:
    from benchmarks.forecasts_pandas import every_forecast

    return every_forecast(past())


def version() -> str:
    import pandas

    return f"pandas {pandas.__version__}, numpy {np.__version__}"


def same(one: Any, other: Any) -> bool:
    return set(one) - set(other) == set(LEFT_OUT) and all(
        bool(np.allclose(one[name], other[name], rtol=0, atol=1e-4, equal_nan=True)) for name in other
    )


def _workloads() -> tuple[Workload, ...]:
    if not DEU.exists():
        return ()
    return (
        Workload(
            name="all forecasts on DEU III, 351 issues, 23 methods",
            ours=ours,
            peer=peer,
            peer_name="the same in pandas and NumPy, an issue at a time (ours), 22 of the methods",
            peer_version=version,
            goal_ratio=50.0,
            goal_seconds=0.1,
            same=same,
            peer_limit=300,
            repeat=9,
        ),
    )


WORKLOADS = _workloads()
