"""The one place that imports Numba: ``compiled`` turns a kernel into machine code, cached on disk.

Numba keys its cache by the file of the function that was compiled, so a cached caller goes on using the old machine
code of a callee in another file after that file was edited. We therefore name the cache folder by a hash of *all*
kernel sources: edit any of them and every kernel is compiled again, once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

F = TypeVar("F", bound=Callable[..., Any])


def _kernel_sources(package: Path) -> list[Path]:
    return sorted([*package.rglob("_kernels*.py"), *package.rglob("_kernels/*.py"), Path(__file__)])


def _cache_folder() -> Path:
    digest = hashlib.sha256()
    for source in _kernel_sources(Path(__file__).parent):
        digest.update(source.read_bytes())
    root = os.environ.get("COMITY_CACHE") or platformdirs.user_cache_dir("comity")
    return Path(root) / "kernels" / digest.hexdigest()[:16]


os.environ["NUMBA_CACHE_DIR"] = str(_cache_folder())

import numba  # noqa: E402  (the cache folder must be named before the import)

config: Any = numba.config
config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]


def compiled(function: F) -> F:
    """Compile ``function`` to machine code at its first call and keep it on disk; it releases the GIL.

    No signatures (they would compile at import) and no ``parallel`` (threads belong to ``studies``).
    """
    compile_: Any = numba.njit(cache=True, nogil=True, error_model="numpy")
    result: F = compile_(function)
    return result


def inlined(function: F) -> F:
    """A part of one compiled kernel: it is compiled with its caller, once, and not a second time by itself."""
    compile_: Any = numba.njit(inline="always", nogil=True, error_model="numpy")
    result: F = compile_(function)
    return result
