"""How alike two actors' stated positions are: agreement weighted by salience, and agreement beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.positions.table import FloatArray, IntArray, PositionTable, position_table, squared


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
    alike, beyond = agreement_of_pairs(table)
    common = table.stated.astype(np.int64) @ table.stated.T.astype(np.int64)
    return Agreement(squared(alike, n, 1.0), squared(beyond, n, 1.0), common)


def agreement_of_pairs(table: PositionTable) -> tuple[FloatArray, FloatArray]:
    """Agreement, and agreement beyond chance, of each pair once; for those who look at many rows.

    Args:
        table: positions and saliences, checked.

    Returns:
        ``(n_rows, n_pairs)`` each, in the order of ``pairs_of``; NaN where the two cannot be compared.

    Example:
        >>> agreement_of_pairs(position_table([[0.0], [1.0]], [[1], [0]]))[0].tolist()
        [[0.0]]
    """
    # Numba is imported where it is needed first: the command line starts without it.
    from comity.positions._kernels import pair_agreement

    n = table.stated.shape[0]
    alike, beyond = (np.empty((table.n_rows, n * (n - 1) // 2)) for _ in range(2))
    pair_agreement(np.ascontiguousarray(table.positions), np.ascontiguousarray(table.salience), alike, beyond)
    return alike, beyond
