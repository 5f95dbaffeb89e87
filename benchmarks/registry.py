"""What a benchmark is: a workload run on Comity and on the best peer in one run, the results checked equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Workload:
    """One line of ``make bench``.

    Attributes:
        name: what is done, with its size.
        ours: does it on Comity and returns the result.
        peer: does the same on the peer; None where no tool can, or where only our time counts.
        peer_name: the peer's name, or why there is none.
        peer_version: says the peer's version.
        goal_ratio: how many times faster than the peer it should be; None for no such goal.
        goal_seconds: how long it may take at most; None for no such goal.
        same: are the two results the same? None where there is nothing to compare.
        peer_limit: seconds after which a peer that has not finished is stopped; the row says so.
        peer_scale: how many times larger our work is than the peer's; its seconds are multiplied by this.
        repeat: how often ours runs; the median counts.
    """

    name: str
    ours: Callable[[], Any]
    peer: Callable[[], Any] | None = None
    peer_name: str = "none"
    peer_version: Callable[[], str] = lambda: ""
    goal_ratio: float | None = None
    goal_seconds: float | None = None
    same: Callable[[Any, Any], bool] | None = None
    peer_limit: float = 600
    peer_scale: float = 1.0
    repeat: int = 5
