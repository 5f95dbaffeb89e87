"""Monitoring: how often to inspect so that breaking an obligation does not pay, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def _numbers(**given: ArrayLike) -> list[FloatArray]:
    arrays = [np.asarray(each, np.float64) for each in given.values()]
    for name, each in zip(given, arrays, strict=True):
        if not np.isfinite(each).all():
            raise ValueError(f"{name}: a number is not finite")
        if (each < 0).any():
            raise ValueError(f"{name}: {float(each.min()):g} is negative")
        if name in ("detection", "inspection_probability") and (each > 1).any():
            raise ValueError(f"{name}: {float(each.max()):g} is above 1, and a probability is not")
    return [np.asarray(each) for each in np.broadcast_arrays(*arrays)]


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """The ratio; 0 where there is nothing above, infinite where only below is nothing."""
    out: FloatArray = np.full(np.shape(above), np.inf)
    np.divide(above, below, out=out, where=below > 0)
    return np.where(above == 0, 0.0, out)


def inspections_needed(gain: ArrayLike, penalty: ArrayLike, detection: ArrayLike) -> FloatArray:
    """Return the probability of inspection from which breaking the obligation does not pay: p = g / (d (g + f)).

    A party that breaks it gains g, and where it is inspected and found out, with probability p d, loses the gain and
    pays f. Complying is worth 0. So breaking it does not pay where d p (g + f) >= g.

    Args:
        gain: (n_rows,) g, what a violation that is not found out is worth to the party, not negative.
        penalty: (n_rows,) f, what one that is found out costs it, not negative.
        detection: (n_rows,) d, the probability that an inspection finds a violation, 0 to 1.

    Returns:
        (n_rows,) the probability; above 1 (or infinite) where no frequency of inspection is enough; 0 without a gain.

    Raises:
        ValueError: a number is not finite or negative, or the detection is above 1.

    Source: the inspection game, Avenhaus, von Stengel and Zamir (2002), Handbook of Game Theory, vol. 3; from memory,
    not opened.

    Example:
        >>> inspections_needed([1.0, 1.0], [4.0, 0.5], 0.5).round(3).tolist()
        [0.4, 1.333]
    """
    g, f, d = _numbers(gain=gain, penalty=penalty, detection=detection)
    return _ratio(g, d * (g + f))


def deters(gain: ArrayLike, penalty: ArrayLike, detection: ArrayLike, inspection_probability: ArrayLike) -> BoolArray:
    """Say whether inspecting with this probability, announced and kept, makes violation not pay: d p (g + f) >= g.

    Args:
        gain: (n_rows,) as in ``inspections_needed``.
        penalty: (n_rows,) as in ``inspections_needed``.
        detection: (n_rows,) as in ``inspections_needed``.
        inspection_probability: (n_rows,) p, the probability that a party is inspected, 0 to 1.

    Returns:
        (n_rows,) booleans; an indifferent party complies.

    Raises:
        ValueError: a number is not finite or negative, or a probability is above 1.

    Source: Avenhaus, von Stengel and Zamir (2002); from memory, not opened.

    Example:
        >>> deters(1.0, 4.0, 0.5, [0.3, 0.4, 0.5]).tolist()
        [False, True, True]
    """
    g, f, d, p = _numbers(
        gain=gain, penalty=penalty, detection=detection, inspection_probability=inspection_probability
    )
    return np.asarray(d * p * (g + f) >= g)


def least_penalty(gain: ArrayLike, detection: ArrayLike, inspection_probability: ArrayLike = 1.0) -> FloatArray:
    """Return the smallest penalty that deters at this frequency of inspection: f = g (1 - d p) / (d p).

    Args:
        gain: (n_rows,) as in ``inspections_needed``.
        detection: (n_rows,) as in ``inspections_needed``.
        inspection_probability: (n_rows,) p; 1 means that every party is inspected every time.

    Returns:
        (n_rows,) the penalty, in the unit of the gain; infinite where nothing is ever found.

    Raises:
        ValueError: a number is not finite or negative, or a probability is above 1.

    Source: the deterrence condition of Avenhaus, von Stengel and Zamir (2002), solved for f; from memory, not opened.

    Example:
        >>> least_penalty(1.0, 0.5, [1.0, 0.5]).tolist()
        [1.0, 3.0]
    """
    g, d, p = _numbers(gain=gain, detection=detection, inspection_probability=inspection_probability)
    return _ratio(g * (1 - d * p), d * p)


def least_detection(gain: ArrayLike, penalty: ArrayLike, inspection_probability: ArrayLike = 1.0) -> FloatArray:
    """Return the smallest probability of detection that deters at this frequency: d = g / (p (g + f)).

    Args:
        gain: (n_rows,) as in ``inspections_needed``.
        penalty: (n_rows,) as in ``inspections_needed``.
        inspection_probability: (n_rows,) p; 1 means that every party is inspected every time.

    Returns:
        (n_rows,) the probability; above 1 (or infinite) where not even certain detection is enough.

    Raises:
        ValueError: a number is not finite or negative, or the inspection probability is above 1.

    Source: the deterrence condition of Avenhaus, von Stengel and Zamir (2002), solved for d; from memory, not opened.

    Example:
        >>> least_detection(1.0, 4.0, [1.0, 0.5]).tolist()
        [0.2, 0.4]
    """
    g, f, p = _numbers(gain=gain, penalty=penalty, inspection_probability=inspection_probability)
    return _ratio(g, p * (g + f))


@dataclass(frozen=True)
class Inspections:
    """The equilibrium of the inspection game, each (n_rows,).

    Attributes:
        inspection_probability: how often a party is inspected.
        violation_probability: how often a party breaks the obligation.
        deterrable: some frequency of inspection makes violation not pay.
        worth_inspecting: finding a violation is worth an inspection to the inspector, where violation is certain.
    """

    inspection_probability: FloatArray
    violation_probability: FloatArray
    deterrable: BoolArray
    worth_inspecting: BoolArray

    def expected_cost(self, inspection_cost: ArrayLike, inspected: ArrayLike) -> FloatArray:
        """Return what the inspections of all parties cost: n p k.

        >>> game = inspection_game(1.0, 4.0, 0.5, inspection_cost=1.0, detection_value=10.0)
        >>> game.expected_cost(1.0, 30).round(3).item()
        12.0
        """
        cost: Any = np.asarray(inspection_cost, np.float64) * np.asarray(inspected, np.float64)
        return np.asarray(self.inspection_probability * cost)


def inspection_game(
    gain: ArrayLike,
    penalty: ArrayLike,
    detection: ArrayLike,
    *,
    inspection_cost: ArrayLike,
    detection_value: ArrayLike,
) -> Inspections:
    """Return how often a party is inspected, and breaks its obligation, when neither side commits itself beforehand.

    Where both 1 >= p = g / (d (g + f)) and 1 >= r = k / (d a'), each side leaves the other indifferent: the inspector
    inspects with probability p, the party violates with probability r. Otherwise one side does the same whatever the
    other does: a party that no inspection deters violates, and an inspector whom no detection repays does not inspect.

    Args:
        gain: (n_rows,) g, as in ``inspections_needed``.
        penalty: (n_rows,) f, as in ``inspections_needed``.
        detection: (n_rows,) d, as in ``inspections_needed``.
        inspection_cost: (n_rows,) k, what one inspection costs the inspector, not negative.
        detection_value: (n_rows,) a', what finding a violation is worth to the inspector, in the unit of the cost.

    Returns:
        The equilibrium; an indifferent party complies, an indifferent inspector inspects.

    Raises:
        ValueError: a number is not finite or negative, or the detection is above 1.

    Source: Avenhaus, von Stengel and Zamir (2002), Handbook of Game Theory, vol. 3; from memory, not opened.

    Example:
        >>> game = inspection_game(1.0, 4.0, 0.5, inspection_cost=1.0, detection_value=10.0)
        >>> game.inspection_probability.item(), game.violation_probability.item()
        (0.4, 0.2)
    """
    g, f, d, k, a = _numbers(
        gain=gain, penalty=penalty, detection=detection, inspection_cost=inspection_cost,
        detection_value=detection_value,
    )  # fmt: skip
    needed, repays_from = _ratio(g, d * (g + f)), _ratio(k, d * a)
    deterrable, worth = needed <= 1, repays_from <= 1
    mixed = deterrable & worth
    tempted = g > 0
    inspects = np.where(mixed, np.minimum(needed, 1.0), (worth & tempted).astype(np.float64))
    violates = np.where(mixed, np.minimum(repays_from, 1.0), 1.0)
    return Inspections(inspects, np.where(tempted, violates, 0.0), deterrable, worth)
