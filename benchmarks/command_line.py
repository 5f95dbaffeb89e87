"""How long a person waits: help, and the brief of a shipped case, cold and warm, each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from benchmarks.registry import Workload

COMITY = [sys.executable, "-c", "from comity.cli import main; main()"]


def _comity(*arguments: str, cache: str | None = None) -> int:
    environment = {**os.environ, **({"COMITY_CACHE": cache} if cache else {})}
    return subprocess.run([*COMITY, *arguments], check=True, capture_output=True, env=environment).returncode


def _cold() -> int:
    with tempfile.TemporaryDirectory() as cache:
        return _comity("brief", "car-emissions", cache=cache)


WORKLOADS = (
    Workload("comity --help", lambda: _comity("--help"), goal_seconds=0.3),
    Workload("comity brief car-emissions, warm", lambda: _comity("brief", "car-emissions"), goal_seconds=2.0),
    Workload("comity brief car-emissions, cold (kernels compiled)", _cold, goal_seconds=15.0, repeat=1),
)
