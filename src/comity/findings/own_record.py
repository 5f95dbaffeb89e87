"""A person's own record: how far their earlier forecasts were off, once enough of them are settled to say so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST_SETTLED = 30
"""So many settled forecasts make a record. With 30, the share of outcomes that a band made to hold 8 in 10 does hold is
between 0.68 and 0.91 nine times in ten (it has a Beta(25, 6) distribution); with 10 it would be 0.61 to 0.96."""

LEAST_CASES = 10
"""From so many cases, since the questions of one case are decided together and err together."""


@dataclass(frozen=True)
class OwnRecord:
    """The absolute errors of one's own settled forecasts, by analysis, in hundredths of the scale, smallest first."""

    errors: Mapping[str, tuple[float, ...]]
    cases: int

    def of(self, analysis: str) -> tuple[float, ...] | None:
        """The errors of an analysis' estimate; None where they are too few to make a record."""
        held = self.errors.get(analysis, ())
        return held if len(held) >= LEAST_SETTLED and self.cases >= LEAST_CASES else None


def half_width(errors: Sequence[float], share: float) -> float:
    """Return the error that the next one does not pass with this probability, if it is like those before.

    Args:
        errors: absolute errors, smallest first.
        share: 0 to 1, such as 0.8; so small that one of the errors is large enough.

    Returns:
        The k-th smallest error, k the smallest whole number of at least (n + 1) times the share.

    Raises:
        ValueError: too few errors for this share.

    Source:
        Vovk, Gammerman & Shafer (2005), *Algorithmic Learning in a Random World*, ch. 2 (split conformal prediction;
        the rank as in Lei, G'Sell, Rinaldo, Tibshirani & Wasserman 2018; both cited from memory).

    Example:
        >>> half_width([float(error) for error in range(1, 31)], 0.8)
        25.0
    """
    rank = math.ceil((len(errors) + 1) * share - 1e-9)
    if rank > len(errors):
        raise ValueError(f"{len(errors)} errors are too few for a share of {share:g}")
    return errors[rank - 1]


def own_band(errors: Sequence[float], estimate: float, scale: tuple[float, float], share: float) -> tuple[float, float]:
    """Return the interval around an estimate by one's own past errors, cut at the ends of the scale."""
    half = half_width(errors, share) * (scale[1] - scale[0]) / 100
    return max(scale[0], estimate - half), min(scale[1], estimate + half)
