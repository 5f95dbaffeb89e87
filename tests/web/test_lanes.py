"""A lane: one job after the other, errors travel, a cancelled job ends, and the lane heals."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from comity.web.lanes import MOST_WAITING, BusyError, Lane, WorkerLostError


def _add(one: int, other: int) -> int:
    return one + other


def _fail() -> None:
    raise ValueError("this case has a fault")


def _sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def _die() -> None:
    os._exit(9)


def _odd() -> object:
    return lambda: None


def test_jobs_run_in_one_warm_worker() -> None:
    async def story() -> None:
        lane = Lane("test")
        try:
            assert await lane.run(_add, 2, 3) == 5
            first, second = await asyncio.gather(lane.run(_sleep, 0), lane.run(_sleep, 0))
            assert first == second != os.getpid()
            with pytest.raises(ValueError, match="has a fault"):
                await lane.run(_fail)
            with pytest.raises(RuntimeError):
                await lane.run(_odd)
            assert await lane.run(_sleep, 0) == first
        finally:
            lane.stop()

    asyncio.run(story())


def test_a_cancelled_job_ends_and_the_lane_heals() -> None:
    async def story() -> None:
        lane = Lane("test")
        try:
            first = await lane.run(_sleep, 0)
            job = asyncio.create_task(lane.run(_sleep, 600))
            await asyncio.sleep(0.2)
            job.cancel()
            with pytest.raises(asyncio.CancelledError):
                await job
            assert await lane.run(_sleep, 0) != first
            with pytest.raises(WorkerLostError):
                await lane.run(_die)
            assert await lane.run(_add, 1, 1) == 2
        finally:
            lane.stop()

    asyncio.run(story())


def test_a_full_lane_says_so() -> None:
    async def story() -> None:
        lane = Lane("test")
        try:
            waiting = [asyncio.create_task(lane.run(_sleep, 0.01)) for _ in range(MOST_WAITING)]
            await asyncio.sleep(0)
            with pytest.raises(BusyError):
                await lane.run(_add, 1, 1)
            assert len(set(await asyncio.gather(*waiting))) == 1
        finally:
            lane.stop()

    asyncio.run(story())
