"""The room can be imported without compiling anything, or loading what only large networks need."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_room_imports_no_compiler_and_no_network_library() -> None:
    heavy = "{'numba', 'igraph', 'altair', 'polars', 'scipy'}"
    code = f"import sys, comity.positions.analyses; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
