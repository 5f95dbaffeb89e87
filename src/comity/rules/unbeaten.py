"""What no group that can pass something would replace, when the question is one number on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.rules.decision_rules import (
    Members,
    Rule,
    Unless,
    Veto,
    Weighted,
)
from comity.rules.evaluation import (
    EXACT_IN_FLOAT,
    EXACT_IN_INT64,
    BoolArray,
    joined,
    without_unless,
)
from comity.rules.quotas import (
    RuleError,
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


def winsets_on_a_line(rule: Rule, positions: ArrayLike, status_quo: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the winset of a status quo on one line, exactly.

    On a line there are two directions. Upwards one can go to 2 low - s, where low is the lower end of the unbeaten
    interval, if the status quo s lies below it; downwards to 2 high - s if s lies above the upper end. So the winset
    is all between the ends returned but the status quo itself, and empty where both ends are the status quo. Under a
    rule by which two separate groups can both pass, it can lie on both sides.

    Args:
        rule: the decision rule over n members.
        positions: (n_rows, n) or (n,) positions on one scale.
        status_quo: (n_rows,) or a number, on the same scale.

    Returns:
        low, high: (n_rows,) each; outcomes strictly between them, the status quo aside, beat the status quo.

    Raises:
        RuleError: positions or status quo of another shape, or not finite.

    Source: Romer and Rosenthal (1978), Political resource allocation, controlled agendas, and the status quo; from
    memory, not opened.

    Example:
        >>> from comity.rules import Members
        >>> low, high = winsets_on_a_line(Members(5, 3), [0.0, 1.0, 4.0, 7.0, 9.0], 1.0)
        >>> low.tolist(), high.tolist()
        ([1.0], [7.0])
    """
    low, high = unbeaten_interval(rule, np.atleast_2d(np.asarray(positions, dtype=np.float64)))
    start = np.asarray(status_quo, dtype=np.float64)
    if start.ndim > 1 or (start.ndim == 1 and len(start) not in (1, len(low))):
        raise RuleError("status_quo", f"has shape {start.shape}; one number, or one a row, is needed")
    if not np.isfinite(start).all():
        raise RuleError("status_quo", "is not a finite number")
    return winset_ends(low, high, start)


def winset_ends(low: FloatArray, high: FloatArray, status_quo: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the winset on a line from the ends of the unbeaten interval; see ``winsets_on_a_line``.

    Example:
        >>> [end.tolist() for end in winset_ends(np.array([4.0]), np.array([6.0]), np.array([1.0]))]
        [[1.0], [7.0]]
    """
    return np.minimum(status_quo, 2 * high - status_quo), np.maximum(status_quo, 2 * low - status_quo)


def unbeaten_by_row(rules: Sequence[Rule | None], positions: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the unbeaten interval of each row under a rule of its own, as where a search moves weights and quotas.

    Args:
        rules: length n_rows, over n members each; None where nothing can pass: then every outcome is unbeaten.
        positions: (n_rows, n) positions on one scale, in any unit.

    Returns:
        low, high: (n_rows,) each, in the unit of the positions; the lowest and the highest position where nothing
        can pass.

    Raises:
        RuleError: shapes that do not fit, or a position is not finite.

    Source: Black (1948); from memory, not opened.

    Example:
        >>> low, high = unbeaten_by_row([Members(3, 2), None], [[0.0, 4.0, 10.0], [0.0, 4.0, 10.0]])
        >>> low.tolist(), high.tolist()
        ([4.0, 0.0], [4.0, 10.0])
    """
    values = np.asarray(positions, dtype=np.float64)
    if values.ndim != 2 or len(rules) != len(values):
        raise RuleError("positions", f"has shape {values.shape} for {len(rules)} rules")
    low, high = values.min(axis=1), values.max(axis=1)
    together: dict[int, list[int]] = {}
    weighted: list[int] = []
    first = rules[0] if rules else None
    for row, rule in enumerate(rules):
        if isinstance(rule, Weighted) and rule is not first and rule.total < EXACT_IN_FLOAT:
            weighted.append(row)
        elif rule is not None:
            together.setdefault(id(rule), []).append(row)
    for rows in together.values():
        rule = rules[rows[0]]
        assert rule is not None
        low[rows], high[rows] = unbeaten_interval(rule, values[rows])
    if weighted:
        chosen = [rule for rule in (rules[row] for row in weighted) if isinstance(rule, Weighted)]
        weights = np.array([rule.weights for rule in chosen], dtype=np.float64)
        if weights.shape != (len(weighted), values.shape[1]):
            raise RuleError("positions", f"has shape {values.shape}; the last axis has to be the members")
        quotas = np.array([rule.threshold for rule in chosen], dtype=np.float64)
        ends = unbeaten_by_weights(weights[None], quotas[None], np.where(np.isfinite(values), values, np.inf)[weighted])
        low[weighted], high[weighted] = ends
    return low, high


def unbeaten_by_weights(weights: ArrayLike, quotas: ArrayLike, positions: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the unbeaten interval of each row where weights and quotas differ from row to row, as in past decisions.

    The same as ``unbeaten_interval`` under "all of these weighted conditions", in floating point.

    Args:
        weights: (n_clauses, n_rows, n) what each member brings to each condition; 0 for who has no vote.
        quotas: (n_clauses, n_rows) how much each condition needs, in the unit of its weights.
        positions: (n_rows, n) positions on one scale; of who has no vote any number or NaN.

    Returns:
        low, high: (n_rows,) each, in the unit of the positions; NaN where a quota is NaN or cannot be met.

    Raises:
        RuleError: shapes that do not fit, or the position of a member with a vote is not finite.

    Source: Black (1948), On the rationale of group decision-making; from memory, not opened.

    Example:
        >>> low, high = unbeaten_by_weights([[[1, 1, 1, 0]]], [[2]], [[0.0, 4.0, 10.0, float("nan")]])
        >>> low.tolist(), high.tolist()
        ([4.0], [4.0])
    """
    brings, needs = np.asarray(weights, dtype=np.float64), np.asarray(quotas, dtype=np.float64)
    values = np.asarray(positions, dtype=np.float64)
    if brings.ndim != 3 or values.shape != brings.shape[1:] or needs.shape != brings.shape[:2]:
        raise RuleError("weights", f"has shape {brings.shape}; positions {values.shape}, quotas {needs.shape}")
    votes = (brings > 0).any(axis=0)
    if not np.isfinite(values[votes]).all():
        raise RuleError("positions", "a position of a member with a vote is not a finite number")
    met_by_all = (brings.sum(axis=2) >= needs - 1e-9 * np.abs(needs)).all(axis=0)
    upward = np.argsort(np.where(votes, values, np.inf), axis=1, kind="stable")
    ends = []
    for order in (upward[:, ::-1], upward):
        reached = np.cumsum(np.take_along_axis(brings, order[None], axis=2), axis=2)
        passes_with = (reached >= (needs - 1e-9 * np.abs(needs))[..., None]).all(axis=0)
        first = passes_with.argmax(axis=1)
        member = np.take_along_axis(order, first[:, None], axis=1)
        ends.append(np.where(met_by_all, np.take_along_axis(values, member, axis=1)[:, 0], np.nan))
    return ends[0], ends[1]
