"""Fair weights for the citizens behind the members: Penrose's square roots, and the quota that goes with them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from comity.rules import RuleError, Weighted

FloatArray = NDArray[np.float64]
_DIGITS = 6


def square_root_weights(populations: Sequence[int | Fraction], *, digits: int = _DIGITS) -> tuple[int, ...]:
    """Return the square roots of the populations, in whole numbers.

    Where two levels vote by majority, citizens of all members have the same chance to decide when a member's weight
    in the upper one is as the square root of its population (Penrose 1946).

    Args:
        populations: (n,) inhabitants of each member, not negative.
        digits: decimal digits of the root that are kept: the weights are the roots times 10^digits, rounded down.

    Returns:
        n whole numbers.

    Raises:
        RuleError: no member, a population that is negative or not finite, or nobody at all.

    Source: Penrose (1946), The elementary statistics of majority voting; from memory, not opened.

    Example:
        >>> square_root_weights([16, 4, 2], digits=2)
        (400, 200, 141)
    """
    if not populations:
        raise RuleError("populations", "there is no member")
    found = []
    for member, population in enumerate(populations):
        if isinstance(population, float) and not math.isfinite(population):
            raise RuleError(f"populations[{member}]", f"{population} is not a finite number")
        exact = Fraction(population)
        if exact < 0:
            raise RuleError(f"populations[{member}]", f"{population} is negative")
        found.append(math.isqrt(exact.numerator * 10 ** (2 * digits) // exact.denominator))
    if not any(found):
        raise RuleError("populations", "nobody lives anywhere: all populations are zero")
    return tuple(found)


def optimal_quota(weights: Sequence[int]) -> float:
    """Return the share of the weights at which every member's formal voting weight is nearest to its share of them.

    q = (1 + sqrt(sum of squares)) / 2, of weights that add up to one.

    Args:
        weights: (n,) whole numbers.

    Returns:
        The share, from one half to one.

    Source: Słomczyński and Życzkowski (2006), Penrose voting system and optimal quota; from memory, not opened.

    Example:
        >>> optimal_quota([1, 1, 1, 1])
        0.75
    """
    total = sum(weights)
    if total <= 0:
        raise RuleError("weights", "all weights are zero")
    # Dividing Python integers rounds once, whatever their size.
    return 0.5 + 0.5 * math.sqrt(sum(weight * weight for weight in weights) / (total * total))


@dataclass(frozen=True)
class FairRule:
    """The "Jagiellonian compromise": square-root weights with the quota that goes with them.

    Attributes:
        clause: the rule as data.
        shares: (n,) share of each member in the weights.
        quota: the share of the weights that is needed.
    """

    clause: Weighted
    shares: FloatArray
    quota: float


def fair_rule(populations: Sequence[int | Fraction], *, digits: int = _DIGITS) -> FairRule:
    """Return the rule with square-root weights and the optimal quota for these populations.

    Args:
        populations: (n,) inhabitants of each member.
        digits: see ``square_root_weights``.

    Returns:
        The rule; its quota is rounded up to a whole number on the scale of the weights.

    Raises:
        RuleError: see ``square_root_weights``.

    Source: Penrose (1946); Słomczyński and Życzkowski (2006); from memory, not opened.

    Example:
        >>> found = fair_rule([16, 4, 4], digits=0)
        >>> found.clause.weights, found.clause.quota, found.shares.tolist(), round(found.quota, 4)
        ((4, 2, 2), 7, [0.5, 0.25, 0.25], 0.8062)
    """
    weights = square_root_weights(populations, digits=digits)
    total = sum(weights)
    share = optimal_quota(weights)
    quota = min(total, math.ceil(Fraction(share) * total))
    shares = np.array([weight / total for weight in weights])
    return FairRule(Weighted(weights, quota, unit="square-root weights", scale=10**digits), shares, share)
