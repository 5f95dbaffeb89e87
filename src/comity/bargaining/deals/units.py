"""Exact utilities: decimals as whole multiples of one small unit a party, so that equal sums are equal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
Numbers = NDArray[Any]

# Sums of all issues stay below 2^62, so that a sum and a bound can be added without overflow.
LARGEST = 1 << 62
_MOST_DECIMALS = 15
_EXACT_FLOAT = 2.0**53


def to_units(columns: Sequence[Numbers], others: Numbers) -> tuple[list[IntArray], IntArray, int, bool]:
    """Return one party's utilities as whole numbers of a unit that is a fraction of 1.

    A decimal such as 0.1 is read as one tenth, not as the nearest binary number.

    Args:
        columns: the utilities of the options of each issue, ``(n_options,)``, floats or exact numbers; every issue
            adds one of them to a sum.
        others: ``(n,)`` numbers that are compared with sums (a reservation value).

    Returns:
        The columns and the others as integers; how many units make 1; whether that is exact. Where a common unit
        would pass 2^62 the numbers are rounded to the smallest power of ten that does not.

    Source: none needed; floats are read by their shortest decimal, as Python prints them.

    Example:
        >>> to_units([np.array([0.1, 0.25]), np.array([2.0])], np.array([0.5]))
        ([array([10, 25]), array([200])], array([50]), 100, True)
    """
    edges = np.cumsum([0, *(len(column) for column in columns)])
    numbers = np.concatenate([*columns, others])
    largest = [max((abs(float(number)) for number in column.tolist()), default=0.0) for column in (*columns, others)]
    bound = math.fsum(largest) * 1.0001
    whole, scale, exact = short_decimals(numbers, bound) or _long_numbers(numbers.tolist(), bound)
    return [whole[low:high] for low, high in pairwise(edges)], whole[edges[-1] :], scale, exact


def short_decimals(numbers: Numbers, bound: float) -> tuple[IntArray, int, bool] | None:
    """Return floats of few decimals as whole numbers of a unit, how many units make 1, and True; None for others.

    n / 10^k is the float itself, as division rounds correctly below 2^53.

    Example:
        >>> short_decimals(np.array([0.1, 0.25]), 1.0)
        (array([10, 25]), 100, True)
    """
    if numbers.dtype == np.object_:
        return None
    for decimals in range(_MOST_DECIMALS + 1):
        scale = 10.0**decimals
        if bound * scale >= _EXACT_FLOAT:
            return None
        whole = np.rint(numbers * scale)
        if np.array_equal(whole / scale, numbers):
            return whole.astype(np.int64), 10**decimals, True
    return None


def _long_numbers(numbers: list[Any], bound: float) -> tuple[IntArray, int, bool]:
    exact: list[Fraction] | list[Decimal]
    if any(isinstance(number, Fraction) for number in numbers):
        exact = [as_fraction(number) for number in numbers]
        scale = math.lcm(*(number.denominator for number in exact))
    else:
        exact = [number if isinstance(number, Decimal) else Decimal(repr(number)) for number in numbers]
        scale = 10 ** max(0, *(-int(number.as_tuple().exponent) for number in exact))
    if as_fraction(bound) * scale < LARGEST - len(numbers):
        if isinstance(exact[0], Decimal):
            tens = len(str(scale)) - 1
            return np.array([int(number.scaleb(tens)) for number in exact], np.int64), scale, True
        return np.array([int(number * scale) for number in exact], np.int64), scale, True
    scale = 1
    while as_fraction(bound) * scale * 10 < LARGEST - len(numbers):
        scale *= 10
    return np.array([round(as_fraction(number) * scale) for number in numbers], np.int64), scale, False


def as_fraction(number: Any) -> Fraction:
    """Return a number exactly, a float by the decimal that Python prints for it.

    Example:
        >>> as_fraction(0.1)
        Fraction(1, 10)
    """
    return Fraction(Decimal(repr(number))) if isinstance(number, float) else Fraction(number)
