"""Thirds of a scale: where a verdict about a point of a scale is read, and where camps are told apart."""

from __future__ import annotations

import numpy as np

from comity.findings.contract import FloatArray, IntArray


def third_of(values: FloatArray, scale: tuple[float, float]) -> IntArray:
    """Lower, middle or upper third of the scale: 0, 1 or 2, in the shape of ``values``.

    >>> third_of(np.array([4.0, 5.9, 6.0, 7.0, 10.0]), (4.0, 10.0)).tolist()
    [0, 0, 1, 1, 2]
    """
    share = (values - scale[0]) / (scale[1] - scale[0])
    thirds: IntArray = np.clip((share * 3).astype(np.int64), 0, 2)
    return thirds
