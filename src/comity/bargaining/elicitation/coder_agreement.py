"""How far coders agree who read the same passages: Krippendorff's alpha, with missing readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .swing_weights import ElicitationError

FloatArray = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class CoderAgreement:
    """Agreement of several coders.

    Attributes:
        alpha: 1 where all agree, 0 where they agree as often as chance would; below 0: less. None where no unit has two
            readings or all readings are the same, since nothing is then known of agreement.
        units: units with at least two readings; only these count.
        readings: readings in these units.
        observed: ``(n_units,)`` mean difference between two readings of the unit (squared where the level is
            interval); NaN where the unit has fewer than two.

    """

    alpha: float | None
    units: int
    readings: int
    observed: FloatArray


def coder_agreement(readings: ArrayLike, level: Level = "interval") -> CoderAgreement:
    """Return Krippendorff's alpha of readings by several coders.

    Args:
        readings: ``(n_coders, n_units)``; NaN where a coder did not read a unit.
        level: what differences mean: ``nominal`` (alike or not), ``ordinal``, ``interval`` (squared difference) or
            ``ratio``.

    Returns:
        The coefficient, and what it rests on.

    Raises:
        ElicitationError: no table of coders by units, a number that is infinite, an unknown level, or readings below 0
            at the level ratio.

    Source: Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability* (the version of 2007 was looked at).

    Example:
        >>> found = coder_agreement([[1, 2, 3, float("nan")], [1, 2, 4, 4]])
        >>> round(found.alpha, 3), found.units, found.readings
        (0.878, 3, 6)
    """
    given = np.asarray(readings, np.float64)
    if given.ndim != 2 or np.isinf(given).any():
        raise ElicitationError("readings are a table of coders by units, NaN where there is none")
    if level not in ("nominal", "ordinal", "interval", "ratio"):
        raise ElicitationError(f"the level is nominal, ordinal, interval or ratio, not {level!r}")
    if level == "ratio" and (given < 0).any():
        raise ElicitationError("readings on a ratio scale are at least 0")
    read = ~np.isnan(given)
    paired = read.sum(axis=0) >= 2
    observed = np.full(given.shape[1], np.nan)
    values, codes = np.unique(given[:, paired][read[:, paired]], return_inverse=True)
    counts = np.zeros((int(paired.sum()), len(values)))
    units = np.broadcast_to(np.arange(len(counts)), (len(given), len(counts)))[read[:, paired]]
    np.add.at(counts, (units, codes.reshape(-1)), 1.0)
    totals = counts.sum(axis=0)
    distance = _distance(values, totals, level)
    size = counts.sum(axis=1)
    disagreement = np.einsum("uc,ck,uk->u", counts, distance, counts)
    observed[paired] = disagreement / (size * (size - 1))
    n = float(totals.sum())
    expected = float(totals @ distance @ totals) / (n * (n - 1)) if n > 1 else 0.0
    alpha = 1.0 - float((disagreement / (size - 1)).sum()) / n / expected if expected > 0 else None
    return CoderAgreement(alpha, len(counts), int(n), observed)


def _distance(values: FloatArray, totals: FloatArray, level: Level) -> FloatArray:
    """Difference between every two values, as the level counts it."""
    one, other = values[:, None], values[None, :]
    if level == "nominal":
        return np.asarray(one != other, np.float64)
    if level == "interval":
        return np.asarray((one - other) ** 2)
    if level == "ratio":
        both = one + other
        return np.asarray(np.divide(one - other, both, out=np.zeros_like(both), where=both > 0) ** 2)
    before = np.cumsum(totals)
    middle = before - totals / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)
