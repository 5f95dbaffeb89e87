"""A decision rule as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from comity.findings.wording import listing
from comity.rules.decision_rules import (
    All,
    AtLeastOf,
    Members,
    Rule,
    Unless,
    Veto,
    Weighted,
)
from comity.rules.quotas import (
    RuleError,
)


def rule_in_words(rule: Rule, names: Sequence[str] | None = None) -> str:
    """Return the rule as words that complete "A proposal passes with ...".

    Args:
        rule: the decision rule over n members.
        names: n names in member order; without them members are "member 1" to "member n".

    Returns:
        A phrase without a full stop.

    Raises:
        RuleError: the number of names is not n.

    Example:
        >>> rule_in_words(Weighted((10, 10, 5), 20))
        'at least 20 of 25 votes'
        >>> rule_in_words(All((Members(3, 2), Veto(3, (0,)))), ["China", "Chile", "Chad"])
        'at least 2 of 3 members and the consent of China'
        >>> rule_in_words(Weighted.of(["1.5", "2"], 2))
        'at least 2 of 3.5 votes'
    """
    labels = list(names) if names is not None else [f"member {index + 1}" for index in range(rule.n)]
    if len(labels) != rule.n:
        raise RuleError("names", f"there are {len(labels)} names for {rule.n} members")
    return _words(rule, labels, nested=False)


def _words(rule: Rule, names: Sequence[str], *, nested: bool) -> str:
    if isinstance(rule, Weighted):
        if rule.of_voting is not None:
            return f"{_share(rule.of_voting, rule.strict)} of the {rule.unit} of those who vote yes or no"
        bound = "more than" if rule.strict else "at least"
        return f"{bound} {_stated(rule.quota, rule)} of {_stated(rule.total, rule)} {rule.unit}"
    if isinstance(rule, Members):
        if rule.of_voting is not None:
            return f"{_share(rule.of_voting, rule.strict)} of the members who vote yes or no"
        if rule.at_least == rule.n:
            return f"all {rule.n} members" if rule.n > 1 else "the one member"
        return f"at least {rule.at_least} of {rule.n} members"
    if isinstance(rule, Veto):
        who = listing([names[member] for member in rule.members])
        if len(rule.members) == rule.n > 1:
            who = f"all {rule.n} members"
        if not rule.abstention_blocks:
            return f"no vote against by {who}"
        return f"the consent of {who}"
    if isinstance(rule, Unless):
        return _unless(rule.clause, names)
    parts = [_words(clause, names, nested=True) for clause in rule.clauses]
    if len(parts) == 1:
        return parts[0]
    if isinstance(rule, AtLeastOf):
        text = f"at least {rule.k} of: {'; '.join(parts)}"
    else:
        text = " and ".join(parts) if isinstance(rule, All) else f"either {' or '.join(parts)}"
    return f"({text})" if nested else text


def _unless(clause: Rule, names: Sequence[str]) -> str:
    """A phrase for "unless those against meet the clause"."""
    if isinstance(clause, Members) and clause.of_voting is None:
        if clause.at_least == 1:
            return "no member against"
        if clause.at_least == clause.n:
            return "not all members against"
        return f"fewer than {clause.at_least} of {clause.n} members against"
    return f"those against not having {_words(clause, names, nested=True)}"


def _share(share: Fraction, strict: bool) -> str:
    return f"{'more than' if strict else 'at least'} {share.numerator}/{share.denominator}"


def _stated(amount: int, rule: Weighted) -> str:
    """An amount as the weights were stated, before they were made whole."""
    return f"{amount:,}" if rule.scale == 1 else f"{amount / rule.scale:,.12g}"
