"""Who supports a text? Distance from what a member wants, weighed by what matters to it, against no agreement.

A member's loss at an outcome is its distance from the member's positions, issue by issue, weighted by salience (city
block); it supports a text that is no worse for it than no agreement. Members without any position are never counted as
supporters: silence is not consent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.findings.contract import FloatArray

BoolArray = NDArray[np.bool_]

# Losses are shares of a scale. Two that differ by rounding alone are a tie, and a tie is support.
TIE = 1e-9


@dataclass(frozen=True)
class Stakes:
    """What members want of a text, one row: every issue on a scale from 0 to 1.

    Attributes:
        positions: ``(n_members, n_issues)``, NaN where none is stated.
        weights: ``(n_members, n_issues)``, a member's saliences made to sum to one; 0 where no position is stated.
        proposal: ``(n_issues,)``, the text on the table.
        reference: ``(n_issues,)``, what applies if nothing is agreed.
    """

    positions: FloatArray
    weights: FloatArray
    proposal: FloatArray
    reference: FloatArray

    @property
    def stated(self) -> BoolArray:
        """Which members have a position on at least one issue, ``(n_members,)``."""
        return np.asarray((self.weights > 0).any(axis=-1))

    def losses(self, text: ArrayLike) -> FloatArray:
        """Each member's loss at a text ``(n_issues,)``: ``(n_members,)``."""
        return losses(text, self.positions, self.weights)

    def in_favour(self, text: ArrayLike) -> BoolArray:
        """Which members support a text ``(n_issues,)``: ``(n_members,)``."""
        return supporters(text, self.reference, self.positions, self.weights)


def salience_weights(positions: ArrayLike, salience: ArrayLike) -> FloatArray:
    """Return each member's saliences as weights that sum to one over the issues on which it has a position.

    A missing salience counts as the mean of the member's others, and all issues count alike for a member that states
    none, or none above zero.

    Args:
        positions: ``(..., n_members, n_issues)``, NaN where none is stated.
        salience: the same shape, 0 or more in any unit; NaN where none is stated.

    Returns:
        ``(..., n_members, n_issues)``; all 0 for a member without any position.

    Example:
        >>> salience_weights([[0.2, 0.4], [0.1, np.nan]], [[3.0, 1.0], [np.nan, 2.0]]).tolist()
        [[0.75, 0.25], [1.0, 0.0]]
    """
    where, matters = np.broadcast_arrays(np.asarray(positions, np.float64), np.asarray(salience, np.float64))
    stated = ~np.isnan(where)
    known = stated & ~np.isnan(matters)
    counted = known.sum(axis=-1, keepdims=True)
    total = np.where(known, matters, 0.0).sum(axis=-1, keepdims=True)
    mean = np.divide(total, counted, out=np.ones_like(total), where=counted > 0)
    filled = np.where(stated, np.where(known, matters, mean), 0.0)
    held = filled.sum(axis=-1, keepdims=True)
    filled = np.where((held == 0) & stated, 1.0, filled)
    held = filled.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(filled, held, out=np.zeros_like(filled), where=held > 0))


def losses(text: ArrayLike, positions: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Return each member's loss at a text: distance from its positions, weighted by salience (city block).

    Args:
        text: ``(..., n_issues)``, on scales from 0 to 1.
        positions: ``(..., n_members, n_issues)``, NaN where none is stated.
        weights: the same shape, as of ``salience_weights``.

    Returns:
        ``(..., n_members)``, 0 to 1.

    Source:
        Enelow & Hinich 1984, The Spatial Theory of Voting, Cambridge University Press (from memory, not opened).

    Example:
        >>> losses([0.5, 0.0], [[0.25, 1.0], [0.5, np.nan]], [[0.5, 0.5], [1.0, 0.0]]).tolist()
        [0.625, 0.0]
    """
    where = np.asarray(positions, np.float64)
    away = np.abs(np.asarray(text, np.float64)[..., None, :] - np.where(np.isnan(where), 0.0, where))
    return np.asarray((away * np.asarray(weights, np.float64)).sum(axis=-1))


def supporters(text: ArrayLike, reference: ArrayLike, positions: ArrayLike, weights: ArrayLike) -> BoolArray:
    """Say which members support a text: it is no worse for them than no agreement.

    A member without any position is never counted as a supporter.

    Args:
        text: ``(..., n_issues)``, on scales from 0 to 1.
        reference: ``(..., n_issues)``, what applies if nothing is agreed.
        positions: ``(..., n_members, n_issues)``, NaN where none is stated.
        weights: the same shape, as of ``salience_weights``.

    Returns:
        ``(..., n_members)`` booleans.

    Source:
        Veto players accept what is in their winset of the status quo: Tsebelis 2002, Veto Players, Princeton
        University Press (from memory, not opened).

    Example:
        >>> supporters([0.5], [0.0], [[0.25], [0.2], [np.nan]], [[1.0], [1.0], [0.0]]).tolist()
        [True, False, False]
    """
    better = losses(text, positions, weights) <= losses(reference, positions, weights) + TIE
    return np.asarray(better & (np.asarray(weights) > 0).any(axis=-1))
