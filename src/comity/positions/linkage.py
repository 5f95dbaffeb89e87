"""Who could trade with whom: two actors that stand apart on two issues, and each cares more about another one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.positions.table import FloatArray, IntArray, PositionTable, pairs_of, position_table

# A gain that is smaller is a rounding error.
_NOTHING = 1e-12
_MOST_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Linkage:
    """The swaps that each pair of actors could make.

    A swap is (pair, k, l): the pair's first actor has its way on issue k, and the second one on issue l. Gains are
    counted from halfway between the two on both issues, in salience times share of the scale.

    Attributes:
        pairs: ``(n_pairs, 2)`` the actors of each pair, the first one the smaller index.
        first_gain: ``(n_pairs, n_issues, n_issues)`` what the first actor gains by each swap, in row 0; NaN where one
            of the two states no position on one of the issues.
        second_gain: the same for the second actor.
        share: the same shape: in what share of the rows after the first both gain (of row 0, if it is the only one).
        best: ``(n_rows,)`` the swap whose smaller gain is largest, as an index into the flattened arrays; -1: nobody
            could trade.
        best_gain: ``(n_rows,)`` that smaller gain; 0 where nobody could trade.
        trading_pairs: ``(n_rows,)`` how many pairs have a swap by which both gain.
    """

    pairs: IntArray
    first_gain: FloatArray
    second_gain: FloatArray
    share: FloatArray
    best: IntArray
    best_gain: FloatArray
    trading_pairs: IntArray

    @property
    def smaller_gain(self) -> FloatArray:
        """What the one that gains less gains, in row 0; a trade where it is above 0."""
        return np.minimum(self.first_gain, self.second_gain)


def linkage(positions: ArrayLike, salience: ArrayLike) -> Linkage:
    """Find the swaps across two issues by which both actors of a pair gain.

    With d the distance of the two on an issue and s their saliences, the first one gains ``(s_k d_k - s_l d_l) / 2`` by
    having its way on k and giving way on l, counted from halfway on both; the second one the same the other way
    round. Both gain only where each of the two loses less on what it gives than it wins on what it gets.

    Args:
        positions: ``(n_rows, n_actors, n_issues)`` or ``(n_actors, n_issues)``, on each scale 0 to 1; NaN: not stated.
        salience: the same shapes, or one row; not negative.

    Returns:
        The swaps.

    Raises:
        PositionsError: see ``position_table``.

    Source:
        Exchange of voting positions: Stokman and Van Oosten (1994), in Bueno de Mesquita and Stokman, European
        Community Decision Making; Coleman (1972) on the power to trade control. From memory, not opened; here without
        their rates of exchange, since a swap is whole.

    Example:
        >>> found = linkage([[0.0, 0.0], [1.0, 1.0]], [[0.9, 0.1], [0.2, 0.6]])
        >>> found.first_gain[0, 0, 1].round(3), found.second_gain[0, 0, 1].round(3), found.trading_pairs.tolist()
        (np.float64(0.4), np.float64(0.2), [1])
    """
    return linkage_of(position_table(positions, salience))


def linkage_of(table: PositionTable) -> Linkage:
    """The same of a table that was checked.

    Example:
        >>> linkage_of(position_table([[0.0], [1.0]], [[1], [1]])).best.tolist()
        [-1]
    """
    n, m = table.stated.shape
    first, second = pairs_of(n)
    pairs = np.stack([first, second], axis=1).astype(np.int64)
    size = len(first) * m * m
    n_rows = table.n_rows
    best, best_gain = np.full(n_rows, -1, dtype=np.int64), np.zeros(n_rows)
    trading = np.zeros(n_rows, dtype=np.int64)
    count = np.zeros((len(first), m, m))
    written: tuple[FloatArray, FloatArray] = (np.zeros((0, m, m)), np.zeros((0, m, m)))
    chunk = max(1, _MOST_NUMBERS // max(size, 1))
    for start in range(0, n_rows, chunk) if size else ():
        rows = slice(start, start + chunk)
        where, care = table.positions[rows], table.salience[rows]
        half = np.abs(where[:, first] - where[:, second]) / 2
        ours, theirs = care[:, first] * half, care[:, second] * half
        first_gain = ours[:, :, :, None] - ours[:, :, None, :]
        second_gain = theirs[:, :, None, :] - theirs[:, :, :, None]
        if start == 0:
            written = (first_gain[0].copy(), second_gain[0].copy())
        smaller = np.nan_to_num(np.minimum(first_gain, second_gain), nan=0.0)
        gains = smaller > _NOTHING
        count += gains[1:].sum(axis=0) if start == 0 and n_rows > 1 else gains.sum(axis=0)
        trading[rows] = gains.any(axis=(2, 3)).sum(axis=1)
        flat = smaller.reshape(len(smaller), -1)
        at = flat.argmax(axis=1)
        value = flat[np.arange(len(flat)), at]
        best[rows] = np.where(value > _NOTHING, at, -1)
        best_gain[rows] = np.where(value > _NOTHING, value, 0.0)
    return Linkage(pairs, *written, count / max(n_rows - 1, 1), best, best_gain, trading)
