"""Three choices instead of two: in favour, against, and abstaining."""

from __future__ import annotations

from fractions import Fraction
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
    BoolArray,
    joined,
    passes,
    sums_of_weights,
)
from comity.rules.quotas import (
    RuleError,
)


def passes_with_abstention(rule: Rule, in_favour: ArrayLike, against: ArrayLike) -> BoolArray:
    """Say for each division of the members whether the proposal passes; who does neither abstains.

    A clause counts an abstention as its data say: not in favour (the default), left out of the count (a share
    ``of_voting``), or no veto (``abstention_blocks=False``). "Unless" asks about those who vote against. Of those who
    vote yes or no at least one has to say yes.

    Args:
        rule: the decision rule over n members.
        in_favour: (..., n) booleans, True for the members who vote yes.
        against: (..., n) booleans, True for the members who vote no.

    Returns:
        (...,) booleans.

    Raises:
        RuleError: the last axis is not n long, or a member votes both ways.

    Source: Felsenthal and Machover (1997), Ternary voting games, for the three choices; from memory, not opened.

    Example:
        >>> from comity.rules import All
        >>> council = All((Members(4, 2), Veto(4, (0, 1), abstention_blocks=False)))
        >>> in_favour = [[0, 0, 1, 1], [1, 0, 1, 1]]
        >>> against = [[0, 0, 0, 0], [0, 1, 0, 0]]
        >>> passes_with_abstention(council, in_favour, against).tolist()
        [True, False]
    """
    yes, no = np.broadcast_arrays(np.asarray(in_favour, dtype=np.bool_), np.asarray(against, dtype=np.bool_))
    if yes.ndim == 0 or yes.shape[-1] != rule.n:
        raise RuleError("in_favour", f"has shape {yes.shape}; the last axis has to be the {rule.n} members")
    if (yes & no).any():
        raise RuleError("against", "a member votes both in favour and against")
    return _passes(rule, yes, no)


def _passes(rule: Rule, yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> BoolArray:
    if isinstance(rule, Weighted | Members) and rule.of_voting is not None:
        weights = rule.weights if isinstance(rule, Weighted) else (1,) * rule.n
        return enough_of_voting(
            sums_of_weights(weights, yes), sums_of_weights(weights, no), rule.of_voting, strict=rule.strict
        )
    if isinstance(rule, Veto) and not rule.abstention_blocks:
        return passes(rule, ~no)
    if isinstance(rule, Weighted | Members | Veto):
        return passes(rule, yes)
    if isinstance(rule, Unless):
        # Those against have a say of their own; who abstains is not among them.
        return ~_passes(rule.clause, no, yes)
    return joined(rule, np.stack([_passes(clause, yes, no) for clause in rule.clauses]))


def enough_of_voting(in_favour: NDArray[Any], against: NDArray[Any], share: Fraction, *, strict: bool) -> BoolArray:
    """Say whether those in favour are the share of those who vote yes or no, in exact numbers; nobody is not enough.

    Args:
        in_favour: (...,) sums of weights, whole numbers (as floats below 2^53, or Python integers).
        against: (...,) the same of those against.
        share: the share needed.
        strict: more than the share is needed.

    Returns:
        (...,) booleans.

    Example:
        >>> enough_of_voting(np.array([2, 4, 0]), np.array([1, 3, 0]), Fraction(2, 3), strict=False).tolist()
        [True, False, False]
    """
    yes, no = (side.astype(np.int64).astype(object) if side.dtype != object else side for side in (in_favour, against))
    have, need = yes * share.denominator, (yes + no) * share.numerator
    enough = have > need if strict else have >= need
    return np.asarray(np.asarray(enough, dtype=np.bool_) & np.asarray(yes > 0, dtype=np.bool_))
