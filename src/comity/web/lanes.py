"""Work beside the event loop: a lane is one spawned worker process that does one job after the other.

Cancelling a job ends its worker, and the next job gets a new one: a computation cannot be asked to stop, a process can.
A lane that has more waiting than it can answer soon says so, rather than let everybody wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST_WAITING = 16
LARGEST_MEMORY = 6 * 1024**3


class BusyError(Exception):
    """More is waiting than the lane can answer soon."""


class WorkerLostError(Exception):
    """The worker ended in the middle of a job, most likely for want of memory."""


class Lane:
    """One worker process, started with its first job and kept warm; see the module."""

    def __init__(self, name: str, warm: Callable[[], object] | None = None) -> None:
        self.name = name
        self._warm = warm
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job in the worker; raises what the job raised, BusyError or WorkerLostError."""
        if self._waiting >= MOST_WAITING:
            raise BusyError(self.name)
        self._waiting += 1
        try:
            async with self._turn:
                pipe = self._started()
                asked = asyncio.get_running_loop().run_in_executor(None, _ask, pipe, (job, args, kwargs))
                try:
                    fine, value = await asyncio.shield(asked)
                except asyncio.CancelledError:
                    self.stop()
                    with contextlib.suppress(Exception):
                        await asked
                    raise
                except (EOFError, OSError):
                    self.stop()
                    raise WorkerLostError(self.name) from None
        finally:
            self._waiting -= 1
        if not fine:
            raise value
        result: T = value
        return result

    def start(self) -> None:
        """Start the worker now, so that the first job finds it warm."""
        self._started()

    def stop(self) -> None:
        """End the worker and what it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _started(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self.stop()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_work, args=(theirs, self._warm), name=self.name, daemon=True)
            self._process.start()
            theirs.close()
        return self._pipe


def _ask(pipe: Connection, job: Any) -> tuple[bool, Any]:
    pipe.send(job)
    fine, value = pipe.recv()
    return bool(fine), value


def _work(pipe: Connection, warm: Callable[[], object] | None) -> None:
    """The worker: jobs until the pipe closes. The terminal's Ctrl-C is for the server, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    if warm is not None:
        with contextlib.suppress(Exception):  # a job says what is wrong better than a start can
            warm()
    while True:
        try:
            job, args, kwargs = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[bool, Any] = (True, job(*args, **kwargs))
        except Exception as error:  # whatever a job raises is the asker's to handle
            answer = (False, error)
        try:
            pipe.send(answer)
        except (OSError, BrokenPipeError):
            return
        except Exception as error:  # an error, or a result, that cannot travel
            pipe.send((False, RuntimeError(f"{type(error).__name__}: {error}; {answer[1]!r:.500}")))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return  # no such limits on this system
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (LARGEST_MEMORY, LARGEST_MEMORY))
