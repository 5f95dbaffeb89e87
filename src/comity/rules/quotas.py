"""Quotas: a count or an exact share, as people write them, and the sum that has to be reached."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

Number: TypeAlias = int | float | str | Decimal | Fraction | np.integer[Any]


class RuleError(ValueError):
    """A decision rule that cannot be meant: names the field, what is wrong, and what would be right.

    Attributes:
        field: the field of the rule that is wrong, such as "quota" or "weights[3]".
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def exactly(value: Number, field: str) -> Fraction:
    """Read a number exactly; a float means the decimal number that it prints as, not its binary expansion."""
    if isinstance(value, bool | np.bool_):
        raise RuleError(field, f"{value!r} is not a number")
    if isinstance(value, np.integer):
        return Fraction(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise RuleError(field, f"{float(value)} is not a finite number")
        return Fraction(repr(float(value)))
    try:
        return Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        raise RuleError(field, f"{value!r} is not a number; write 12, 2.5 or 5/2") from None


def parse_quota(text: str | int | Fraction) -> int | Fraction:
    """Read a quota as people write it: a whole number is a count, anything else a share of the total.

    Args:
        text: "12" (a count); "2/3", "65%" or "0.65" (shares of the total, above 0 and at most 1). Integers and
            Fractions are taken as a count and a share.

    Returns:
        An int for a count, a Fraction for a share.

    Raises:
        RuleError: not one of these forms, not above zero, or a share above the total.

    Example:
        >>> parse_quota("12"), parse_quota("2/3"), parse_quota("65%"), parse_quota("0.65")
        (12, Fraction(2, 3), Fraction(13, 20), Fraction(13, 20))
    """
    if isinstance(text, Fraction):
        return _share(text, str(text))
    if isinstance(text, bool):
        raise RuleError("quota", f"{text!r} is not a quota")
    if isinstance(text, int | np.integer):
        return _count(int(text))
    stripped = text.strip()
    number = re.sub(r"\s*%$", "", stripped)
    if not re.fullmatch(r"-?[0-9]{1,60}(\.[0-9]{1,40}|/[0-9]{1,60})?|-?\.[0-9]{1,40}", number):
        raise RuleError("quota", f'"{text}" is not a quota; write a whole number, or a share: "2/3", "65%", "0.65"')
    if stripped != number:
        return _share(exactly(number, "quota") / 100, text)
    if re.fullmatch(r"-?[0-9]+", number):
        return _count(int(number))
    return _share(exactly(number, "quota"), text)


def _share(value: Fraction, text: str) -> Fraction:
    if value <= 0:
        raise RuleError("quota", f"{text} is not above zero: nobody would have to agree")
    if value > 1:
        raise RuleError("quota", f"{text} is above the total; a share is at most 1 (100%)")
    return value


def _count(value: int) -> int:
    if value <= 0:
        raise RuleError("quota", f"{value} is not above zero: nobody would have to agree")
    return value


def threshold(quota: int | Fraction | str, total: int, scale: int, strict: bool) -> int:
    """Return the exact integer that a sum of scaled integer weights has to reach (or, if strict, exceed)."""
    given = parse_quota(quota)
    exact = Fraction(given * scale) if isinstance(given, int) else given * total
    return math.floor(exact) if strict else math.ceil(exact)


def share_of_voting(quota: int | Fraction | str) -> Fraction:
    """Return a quota of those who vote yes or no; raises RuleError where it is a count."""
    given = parse_quota(quota)
    if isinstance(given, int):
        raise RuleError("quota", f'{given} is a count; of those who vote yes or no a share is needed, such as "2/3"')
    return given
