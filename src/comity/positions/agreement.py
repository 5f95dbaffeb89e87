"""How alike two actors' stated positions are: agreement weighted by salience, and agreement beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.positions.table import FloatArray, IntArray, PositionTable, pairs_of, position_table, squared


@dataclass(frozen=True)
class Agreement:
    """Agreement of each pair of actors, a matrix for each row.

    Attributes:
        agreement: ``(n_rows, n_actors, n_actors)``, 0 (opposite ends of every scale) to 1 (the same positions); NaN
            where the two share no issue, or none that matters to either. The diagonal is 1.
        beyond_chance: the same shape, at most 1; 0 is the agreement of two actors drawn at random on these issues.
            NaN too where all actors stand at one place on every shared issue: nobody could disagree.
        issues: ``(n_actors, n_actors)`` on how many issues both state a position.
    """

    agreement: FloatArray
    beyond_chance: FloatArray
    issues: IntArray

    @property
    def s(self) -> FloatArray:
        """Signorino and Ritter's S, -1 to 1: twice the agreement less 1."""
        return 2 * self.agreement - 1


def agreement(positions: ArrayLike, salience: ArrayLike) -> Agreement:
    """Compare each pair of actors on the issues on which both state a position.

    The agreement of i and j is ``1 - sum w |x_i - x_j| / sum w`` over those issues, with w the mean of their two
    saliences. Beyond chance it is ``1 - observed / expected`` disagreement, where the expected one has, issue by issue,
    the mean distance of all pairs of actors. Each issue thus has a base rate of its own, and turning one of the scales
    round changes nothing.

    Args:
        positions: ``(n_rows, n_actors, n_issues)`` or ``(n_actors, n_issues)``, on each scale 0 to 1; NaN: not stated.
        salience: the same shapes, or one row; not negative.

    Returns:
        Agreement for every row.

    Raises:
        PositionsError: see ``position_table``.

    Source:
        Signorino and Ritter (1999), Tau-b or not tau-b, International Studies Quarterly 43 (S); Lijphart (1963),
        American Political Science Review 57 (the index on votes); Häge (2011), Political Analysis 19 (chance
        correction), here with one base rate an issue and not one a pair. From memory, not opened.

    Example:
        >>> found = agreement([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1, 1], [1, 1], [1, 1]])
        >>> found.agreement[0].tolist()
        [[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]
        >>> found.beyond_chance[0, 0].tolist()
        [1.0, 0.25, -0.5]
    """
    return agreement_of(position_table(positions, salience))


def agreement_of(table: PositionTable) -> Agreement:
    """The same of a table that was checked.

    Example:
        >>> agreement_of(position_table([[0.0], [1.0]], [[1], [0]])).agreement[0, 0].tolist()
        [1.0, 0.0]
    """
    n = table.stated.shape[0]
    first, second = pairs_of(n)
    shared = table.stated[first] & table.stated[second]
    weight = np.zeros((table.n_rows, len(first)))
    observed, expected = np.zeros_like(weight), np.zeros_like(weight)
    for issue in range(table.stated.shape[1]):
        both = np.flatnonzero(shared[:, issue])
        if not len(both):
            continue
        here, care = table.positions[:, :, issue], table.salience[:, :, issue]
        # Taken in one layout whatever the rows, so that a row's sums round alike beside any others.
        apart = np.abs(np.take(here, first[both], axis=1) - np.take(here, second[both], axis=1))
        mean_salience = (np.take(care, first[both], axis=1) + np.take(care, second[both], axis=1)) / 2
        weight[:, both] += mean_salience
        observed[:, both] += mean_salience * apart
        expected[:, both] += mean_salience * apart.mean(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = np.where(weight > 0, 1 - observed / weight, np.nan)
        beyond = np.where(expected > 0, 1 - observed / expected, np.nan)
    common = table.stated.astype(np.int64) @ table.stated.T.astype(np.int64)
    return Agreement(squared(alike, n, 1.0), squared(beyond, n, 1.0), common)
