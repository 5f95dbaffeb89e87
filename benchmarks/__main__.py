"""``python -m benchmarks [WORD ...]``: run the workloads whose names hold a word; a line each, and bench.json."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.registry import Workload

MODULES = ("command_line", "voting_power", "challenge", "forecasts", "concessions", "deals")


def _in_child(peer: Callable[[], Any], limit: float) -> tuple[str, float, Any]:
    """Run a peer in a child process with a time limit; ``(how it ended, seconds, result)``."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)

    def work() -> None:
        try:
            start = time.perf_counter()
            result = peer()
            sending.send(("finished", time.perf_counter() - start, result))
        except Exception as error:  # a peer that cannot do the work is a row that says so
            sending.send((f"failed: {type(error).__name__}: {error}", 0.0, None))

    child = context.Process(target=work)
    child.start()
    found: tuple[str, float, Any] = (f"not finished in {limit:.0f} s", limit, None)
    if receiving.poll(limit):
        try:
            found = receiving.recv()
        except EOFError:
            found = ("ended without a result", 0.0, None)
    child.terminate()
    child.join()
    return found


def measure(workload: Workload, limit: float | None) -> dict[str, Any]:
    """One row: our median seconds (after one run to warm up), the peer's, their ratio, and whether goals are met."""
    result = workload.ours()
    seconds = []
    for _ in range(workload.repeat):
        start = time.perf_counter()
        result = workload.ours()
        seconds.append(time.perf_counter() - start)
    ours = statistics.median(seconds)
    row: dict[str, Any] = {
        "workload": workload.name,
        "peer": workload.peer_name,
        "peer_version": None,
        "seconds": ours,
        "peer_seconds": None,
        "ratio": None,
        "goal": _goal(workload),
        "equal": None,
        "met": workload.goal_seconds is None or ours <= workload.goal_seconds,
        "note": "",
    }
    if workload.peer is not None:
        row["peer_version"] = workload.peer_version()
        how, taken, theirs = _in_child(workload.peer, min(workload.peer_limit, limit or workload.peer_limit))
        row["note"] = "" if how == "finished" else how
        if how == "finished" or how.startswith("not finished"):
            # A peer that was stopped needs at least this long: the ratio is a lower bound.
            row["peer_seconds"] = taken * workload.peer_scale
            row["ratio"] = row["peer_seconds"] / ours
        if how == "finished" and workload.same is not None:
            row["equal"] = workload.same(result, theirs)
        if workload.goal_ratio is not None:
            row["met"] = bool(row["met"] and row["ratio"] and row["ratio"] >= workload.goal_ratio)
        row["met"] = bool(row["met"] and row["equal"] is not False)
    return row


def _goal(workload: Workload) -> str:
    parts = []
    if workload.goal_ratio is not None:
        parts.append(f">= {workload.goal_ratio:g}x")
    if workload.goal_seconds is not None:
        parts.append(f"< {workload.goal_seconds:g} s")
    return ", ".join(parts)


def line(row: dict[str, Any]) -> str:
    """A row as a line for a person."""
    ours = f"{row['seconds']:.4g} s"
    peer = f"{row['peer']} {row['peer_version'] or ''}".strip()
    theirs = f"{row['peer_seconds']:.4g} s" if row["peer_seconds"] is not None else "–"
    bound = "> " if row["note"].startswith("not finished") else ""
    ratio = f"{bound}{row['ratio']:,.0f}x" if row["ratio"] else "–"
    equal = {None: "not compared", True: "equal", False: "DIFFERENT"}[row["equal"]]
    met = "met" if row["met"] else "MISSED"
    note = f" ({row['note']})" if row["note"] else ""
    return f"{row['workload']}: {ours} | {peer}: {theirs}{note} | {ratio} | {equal} | goal {row['goal'] or '–'}: {met}"


def main() -> None:
    """Run the chosen workloads."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("words", nargs="*", help="run only workloads whose names hold one of these words")
    parser.add_argument("--peer-limit", type=float, help="stop every peer after this many seconds")
    parser.add_argument("--output", type=Path, default=Path("bench.json"))
    chosen = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    rows = []
    for name in MODULES:
        for workload in import_module(f"benchmarks.{name}").WORKLOADS:
            if not chosen.words or any(word.lower() in workload.name.lower() for word in chosen.words):
                row = measure(workload, chosen.peer_limit)
                rows.append(row)
                print(line(row), flush=True)
    beside = chosen.output.with_name(f".{chosen.output.name}.new")
    beside.write_text(json.dumps(rows, indent=2) + "\n")
    beside.replace(chosen.output)
    missed = sum(not row["met"] for row in rows)
    print(f"{len(rows)} workloads, {missed} missed their goal; wrote {chosen.output}")


if __name__ == "__main__":
    main()
