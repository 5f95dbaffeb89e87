"""What an algorithm of voting power hands back: swings of each member, as numbers of coalitions or as probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class TooLarge(ValueError):
    """A rule that no algorithm here can count in reasonable time; the message says how long it would take."""


@dataclass(frozen=True)
class ExactTally:
    """Exact results.

    Attributes:
        winning: number of coalitions that pass.
        swings: for each member, the number of coalitions that pass only with it.
        shapley_shubik: the exact index of each member; None where not asked for.
        algorithm: what counted them, in words.
    """

    winning: int
    swings: tuple[int, ...]
    shapley_shubik: tuple[Fraction, ...] | None
    algorithm: str


@dataclass(frozen=True)
class FloatTally:
    """Results in floating point, with a bound on their error.

    Attributes:
        efficiency: share of all coalitions that pass.
        banzhaf: (n,) absolute Banzhaf indices.
        shapley_shubik: (n,) Shapley-Shubik indices; None where not asked for.
        relative_error: bound on the relative error of each index.
        algorithm: what computed them, in words.
    """

    efficiency: float
    banzhaf: FloatArray
    shapley_shubik: FloatArray | None
    relative_error: float
    algorithm: str


def shapley_weights(n: int) -> list[Fraction]:
    """Return the probability that exactly these k others came before, in a random order: k! (n-1-k)! / n!.

    Example:
        >>> [str(weight) for weight in shapley_weights(3)]
        ['1/3', '1/6', '1/3']
    """
    return [Fraction(1, n * math.comb(n - 1, k)) for k in range(n)]


def from_winning_by_size(winning: Sequence[int], with_member: Sequence[Sequence[int]], algorithm: str) -> ExactTally:
    """Turn winning coalitions by size into swings and Shapley-Shubik indices.

    A coalition of size s that passes with a member swings unless it passes without it, so the swings of size s are
    those that pass with the member less those of size s - 1 that pass without it (Dubey and Shapley 1979).

    Args:
        winning: n + 1 numbers: the coalitions of each size that pass.
        with_member: for each of the n members, n + 1 numbers: those of them that hold the member.
        algorithm: what counted them.

    Returns:
        The exact tally.

    Example:
        >>> from_winning_by_size([0, 0, 1], [[0, 0, 1], [0, 0, 1]], "by hand").swings
        (1, 1)
    """
    n = len(winning) - 1
    weights = shapley_weights(n)
    swings: list[int] = []
    shapley: list[Fraction] = []
    known: dict[tuple[int, ...], tuple[int, Fraction]] = {}
    for held in with_member:
        key = tuple(held)
        if key not in known:
            by_size = [held[s] - (winning[s - 1] - held[s - 1]) for s in range(1, n + 1)]
            index = sum((count * weight for count, weight in zip(by_size, weights, strict=True)), Fraction(0))
            known[key] = sum(by_size), index
        swings.append(known[key][0])
        shapley.append(known[key][1])
    return ExactTally(sum(winning), tuple(swings), tuple(shapley), algorithm)
