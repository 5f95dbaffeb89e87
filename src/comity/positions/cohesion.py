"""How far a group of actors agrees within, and how far with the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.positions.table import BoolArray, FloatArray, PositionsError, pairs_of


@dataclass(frozen=True)
class Cohesion:
    """The mean agreement of a group's pairs, and of the pairs of a member and another; ``(n_rows,)`` each.

    NaN where there is no such pair, or none whose agreement is known.
    """

    within: FloatArray
    with_rest: FloatArray

    @property
    def gap(self) -> FloatArray:
        """How much more the group agrees within than with the rest."""
        return self.within - self.with_rest


def cohesion(agreement: ArrayLike, group: ArrayLike) -> Cohesion:
    """Compare a group's agreement within and with the rest.

    Args:
        agreement: ``(n_rows, n_actors, n_actors)``, symmetric; NaN where it is not known.
        group: ``(n_actors,)`` booleans, True for the members.

    Returns:
        Means over pairs, every pair alike.

    Raises:
        PositionsError: shapes that do not fit.

    Source:
        The mean agreement of pairs as Hix, Noury and Roland (2005), British Journal of Political Science 35, use
        agreement for cohesion of party groups, here over positions and not over votes. From memory, not opened.

    Example:
        >>> alike = [[[1.0, 0.8, 0.2], [0.8, 1.0, 0.4], [0.2, 0.4, 1.0]]]
        >>> found = cohesion(alike, [True, True, False])
        >>> [round(float(each[0]), 3) for each in (found.within, found.with_rest, found.gap)]
        [0.8, 0.3, 0.5]
    """
    values, inside = np.asarray(agreement, float), np.asarray(group, dtype=np.bool_)
    if values.ndim != 3 or values.shape[1:] != (inside.size, inside.size):
        raise PositionsError("agreement", f"shape {values.shape} does not fit a group of {inside.size} actors")
    first, second = pairs_of(inside.size)
    return cohesion_of_pairs(values[:, first, second], inside)


def cohesion_of_pairs(agreement: FloatArray, group: BoolArray) -> Cohesion:
    """The same of the agreement of each pair once, ``(n_rows, n_pairs)``, in the order of ``pairs_of``.

    Example:
        >>> found = cohesion_of_pairs(np.array([[0.8, 0.2, 0.4]]), np.array([True, True, False]))
        >>> [round(float(each[0]), 3) for each in (found.within, found.with_rest)]
        [0.8, 0.3]
    """
    first, second = pairs_of(group.size)
    both, one = group[first] & group[second], group[first] ^ group[second]
    return Cohesion(*(_mean(agreement[:, kept]) for kept in (both, one)))


def _mean(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    mean = np.full(len(values), np.nan)
    np.divide(np.where(known, values, 0.0).sum(axis=1), count, out=mean, where=count > 0)
    return mean
