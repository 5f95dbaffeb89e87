"""Rows of a case: as written, and redrawn over the ranges of its inputs.

Each input has a random stream of its own, named by the seed and its path (Philox: Salmon, Moraes, Dror & Shaw 2011),
and draw k is that stream's k-th uniform put through the range's quantile function. So adding an input, an actor or
more draws changes no other number, and the difference between two what-ifs is real and not noise.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from comity.findings.contract import Case, FloatArray, Input, Reads, Rows

_NORMAL = NormalDist()
_Z95 = _NORMAL.inv_cdf(0.95)
_MOST_KEPT = 5_000  # draws; of 512 inputs that is 20 MB


def uniforms(seed: int, path: str, n: int) -> FloatArray:
    """The first ``n`` uniforms in (0, 1) of the stream of one input.

    >>> bool((uniforms(1, "a", 3) == uniforms(1, "a", 5)[:3]).all())
    True
    """
    digest = hashlib.blake2b(f"{seed}\x00{path}".encode(), digest_size=16).digest()
    key = np.frombuffer(digest, dtype=np.uint64)
    raw = np.random.Generator(np.random.Philox(key=key)).random(n)
    return np.clip(raw, 2.0**-53, 1.0 - 2.0**-53)


def quantiles(item: Input, u: FloatArray) -> FloatArray:
    """Put uniforms through the quantile function of an input's range.

    A two-piece normal: its median is the value as written, its 5th and 95th percentile the ends of the range; cut at
    the legal domain, and rounded to the input's step where it has one.
    """
    return _on_the_range(item, _normals_of(u))


def _normals_of(u: FloatArray) -> FloatArray:
    """Uniforms as normals whose 5th and 95th percentile are -1 and 1."""
    return np.fromiter(map(_NORMAL.inv_cdf, u.tolist()), dtype=np.float64, count=u.size) / _Z95


@lru_cache(maxsize=512)
def _kept_normals(seed: int, path: str, n: int) -> FloatArray:
    """The stream of one input as normals; a brief redraws an input anew for each question that reads it."""
    return _normals_of(uniforms(seed, path, n))


def _on_the_range(item: Input, z: FloatArray) -> FloatArray:
    value = float(item.value)
    if item.spread is None:
        return np.full(z.shape, value)
    low, high = item.spread
    drawn = np.where(z < 0, value + z * (value - low), value + z * (high - value))
    if item.step is not None:
        drawn = value + np.round((drawn - value) / item.step) * item.step
    return np.clip(drawn, item.domain[0], item.domain[1])


def as_written(inputs: tuple[Input, ...]) -> FloatArray:
    """Row 0, shape ``(n_inputs,)``."""
    return np.array([float(item.value) for item in inputs], dtype=np.float64)


def redraw(case: Case, reads: Reads, seed: int, n: int) -> Rows:
    """Row 0 as written and ``n`` redraws; row 0 alone where no declared input has a range."""
    inputs = case.inputs(reads)
    n_rows = 1 + n if any(item.spread is not None for item in inputs) else 1
    values = np.empty((n_rows, len(inputs)), dtype=np.float64)
    values[:] = as_written(inputs)
    for column, item in enumerate(inputs):
        if item.spread is not None and n_rows > 1:
            normals = _kept_normals if n <= _MOST_KEPT else _kept_normals.__wrapped__
            values[1:, column] = _on_the_range(item, normals(seed, item.path, n))
    return Rows(inputs, values, seed)
