"""The room can be imported without compiling anything."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_room_imports_no_compiler() -> None:
    code = "import sys, comity.bargaining, comity.sources; print({'numba', 'polars'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
