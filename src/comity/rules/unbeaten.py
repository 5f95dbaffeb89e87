"""What no group that can pass something would replace, when the question is one number on one line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.rules.decision_rules import (
    EXACT_IN_INT64,
    BoolArray,
    Members,
    Rule,
    RuleError,
    Unless,
    Veto,
    Weighted,
    joined,
    without_unless,
)

IntArray = NDArray[np.intp]
FloatArray = NDArray[np.float64]


def pivots(rule: Rule, order: ArrayLike) -> IntArray:
    """Return the member whose arrival turns each growing coalition into one that passes.

    Args:
        rule: the decision rule over n members.
        order: (..., n) integers, each row a permutation of 0 to n - 1: the order in which members join.

    Returns:
        (...,) the index of the pivotal member of each order (Shapley and Shubik 1954).

    Raises:
        RuleError: the last axis is not n long.

    Example:
        >>> pivots(Weighted((4, 4, 4, 2, 2, 1), 12), [[5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4, 5]]).tolist()
        [1, 2]
    """
    members = np.asarray(order, dtype=np.intp)
    if members.ndim == 0 or members.shape[-1] != rule.n:
        raise RuleError("order", f"has shape {members.shape}; the last axis has to be the {rule.n} members")
    first = _prefix_passes(rule, members).argmax(axis=-1)
    return np.asarray(np.take_along_axis(members, first[..., None], axis=-1)[..., 0])


def _prefix_passes(rule: Rule, order: IntArray) -> BoolArray:
    """Say whether the first 1, 2, ..., n members of each order pass together: (..., n)."""
    if isinstance(rule, Weighted):
        dtype: Any = np.int64 if rule.total < EXACT_IN_INT64 else object
        sums = np.cumsum(np.array(rule.weights, dtype=dtype)[order], axis=-1)
        return np.asarray(sums >= rule.threshold, dtype=np.bool_)
    if isinstance(rule, Members):
        return np.broadcast_to(np.arange(1, rule.n + 1) >= rule.at_least, order.shape)
    if isinstance(rule, Veto):
        holds_veto = np.zeros(rule.n, dtype=np.intp)
        holds_veto[list(rule.members)] = 1
        return np.asarray(np.cumsum(holds_veto[order], axis=-1) == len(rule.members))
    if isinstance(rule, Unless):
        return _prefix_passes(without_unless(rule), order)
    return joined(rule, np.stack([_prefix_passes(clause, order) for clause in rule.clauses]))


def unbeaten_interval(rule: Rule, positions: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the outcomes on one line from which no coalition that passes can move away: the core.

    Each member prefers what is nearer to its position, equally on both sides. An outcome y is unbeaten when the
    members above y do not pass together, and neither do the members below y. These outcomes are the interval
    between the two pivots: the member whose arrival makes the coalition pass when members join from the top, and
    when they join from the bottom. Simple majority of an odd number gives the median (Black 1948), a quota of k of
    n the k-th position from either end. Everyone together passes, so the interval always lies between the lowest
    and the highest position. A rule under which two separate groups can both pass may leave no unbeaten outcome;
    then ``low > high``.

    Args:
        rule: the decision rule over n members.
        positions: (n_rows, n) or (n,) positions on one scale, in any unit.

    Returns:
        low, high: (n_rows,) each (or scalars' shape for one row), in the unit of the positions.

    Raises:
        RuleError: the last axis is not n long, or a position is not finite.

    Source: Black (1948), On the rationale of group decision-making; from memory, not opened.

    Example:
        >>> low, high = unbeaten_interval(Members(5, 4), [[0.0, 1.0, 2.0, 3.0, 10.0]])
        >>> low.tolist(), high.tolist()
        ([1.0], [3.0])
    """
    values = np.asarray(positions, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] != rule.n:
        raise RuleError("positions", f"has shape {values.shape}; the last axis has to be the {rule.n} members")
    if not np.isfinite(values).all():
        raise RuleError("positions", "a position is not a finite number")
    upward = np.argsort(values, axis=-1, kind="stable")
    ends = [pivots(rule, order) for order in (upward[..., ::-1], upward)]
    low, high = (np.take_along_axis(values, end[..., None], axis=-1)[..., 0] for end in ends)
    return np.asarray(low), np.asarray(high)
