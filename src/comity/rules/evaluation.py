"""What a rule says of coalitions, many at once, and the few facts about rules that evaluating them needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.rules.decision_rules import (
    All,
    AtLeastOf,
    AtLeastOne,
    Clause,
    Members,
    Rule,
    Unless,
    Veto,
    Weighted,
)
from comity.rules.quotas import RuleError

BoolArray: TypeAlias = NDArray[np.bool_]

EXACT_IN_FLOAT = 2**53
EXACT_IN_INT64 = 2**63


def without_unless(rule: Rule) -> Rule:
    """Return the same rule, where nobody abstains, without "unless": each replaced by its clause's dual.

    Example:
        >>> without_unless(Unless(Members(166, 166)))
        Members(n=166, at_least=1)
    """
    if isinstance(rule, Unless):
        return dual(without_unless(rule.clause))
    if isinstance(rule, All | AtLeastOne | AtLeastOf):
        return replace(rule, clauses=tuple(without_unless(clause) for clause in rule.clauses))
    return rule


def clauses_of(rule: Rule) -> Iterator[Clause]:
    """Yield the weighted, member and veto clauses of a rule, in order, through all its combinations.

    Example:
        >>> [type(clause).__name__ for clause in clauses_of(All((Members(3, 2), Veto(3, (0,)))))]
        ['Members', 'Veto']
    """
    if isinstance(rule, All | AtLeastOne | AtLeastOf):
        for clause in rule.clauses:
            yield from clauses_of(clause)
    elif isinstance(rule, Unless):
        yield from clauses_of(rule.clause)
    else:
        yield rule


def sums_of_weights(weights: Sequence[int], coalition: BoolArray) -> NDArray[Any]:
    """Return the exact sums of weights, (...,): floats below 2^53 (the fast product), else Python integers."""
    if sum(weights) < EXACT_IN_FLOAT:
        sums: NDArray[Any] = coalition.astype(np.float64) @ np.array(weights, dtype=np.float64)
        return sums
    exact: NDArray[Any] = coalition.astype(object) @ np.array(weights, dtype=object)
    return np.asarray(exact)


def passes(rule: Rule, coalition: ArrayLike) -> BoolArray:
    """Say for each coalition whether it passes under the rule.

    Args:
        rule: the decision rule over n members.
        coalition: (..., n) booleans, True for the members who agree.

    Returns:
        (...,) booleans.

    Raises:
        RuleError: the last axis is not n long.

    Example:
        >>> passes(Weighted((4, 4, 4, 2, 2, 1), 12), [[1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 1]]).tolist()
        [True, False]
    """
    members = np.asarray(coalition, dtype=np.bool_)
    if members.ndim == 0 or members.shape[-1] != rule.n:
        raise RuleError("coalition", f"has shape {members.shape}; the last axis has to be the {rule.n} members")
    return _passes(rule, members)


def _passes(rule: Rule, coalition: BoolArray) -> BoolArray:
    if isinstance(rule, Weighted):
        return np.asarray(sums_of_weights(rule.weights, coalition) >= rule.threshold, dtype=np.bool_)
    if isinstance(rule, Members):
        return np.asarray(coalition.sum(axis=-1) >= rule.at_least)
    if isinstance(rule, Veto):
        return np.asarray(coalition[..., list(rule.members)].all(axis=-1))
    if isinstance(rule, Unless):
        return ~_passes(rule.clause, ~coalition)
    return joined(rule, np.stack([_passes(clause, coalition) for clause in rule.clauses]))


def joined(rule: All | AtLeastOne | AtLeastOf, met: BoolArray) -> BoolArray:
    """Say whether enough of a rule's clauses are met.

    Args:
        rule: a combination of clauses.
        met: (clauses, ...) whether each clause is met.

    Returns:
        (...,) booleans.

    Example:
        >>> joined(AtLeastOne((Members(3, 2), Members(3, 3))), np.array([[True, False], [False, False]])).tolist()
        [True, False]
    """
    return np.asarray(met.sum(axis=0) >= clauses_needed(rule))


def clauses_needed(rule: All | AtLeastOne | AtLeastOf) -> int:
    """Return how many of its clauses a combination asks for.

    Example:
        >>> clauses_needed(All((Members(3, 2), Veto(3, (0,)))))
        2
    """
    if isinstance(rule, AtLeastOf):
        return rule.k
    return len(rule.clauses) if isinstance(rule, All) else 1


def members_with_veto(rule: Rule) -> tuple[int, ...]:
    """Return the members without whom nothing passes, by index.

    Example:
        >>> members_with_veto(Weighted((6, 3, 1), 7))
        (0,)
    """
    without_one = ~np.eye(rule.n, dtype=np.bool_)
    return tuple(int(member) for member in np.flatnonzero(~passes(rule, without_one)))


def dual(rule: Rule) -> Rule:
    """Return the rule under which exactly the coalitions "pass" that block the given rule.

    A coalition blocks when the members outside it do not pass.

    Example:
        >>> dual(Weighted((4, 4, 4, 2, 2, 1), 12)).threshold, dual(Members(5, 4))
        (6, Members(n=5, at_least=2))
    """
    if isinstance(rule, Weighted):
        return Weighted(rule.weights, rule.total - rule.threshold + 1, unit=rule.unit)
    if isinstance(rule, Members):
        return Members(rule.n, rule.n - rule.at_least + 1)
    if isinstance(rule, Veto):
        return AtLeastOne(tuple(Veto(rule.n, (member,)) for member in rule.members))
    if isinstance(rule, Unless):
        return without_unless(rule.clause)
    clauses = tuple(dual(clause) for clause in rule.clauses)
    if isinstance(rule, AtLeastOf):
        return AtLeastOf(clauses, len(clauses) - rule.k + 1)
    return AtLeastOne(clauses) if isinstance(rule, All) else All(clauses)
