"""Johnston's index: who is critical, and among how many."""

from __future__ import annotations

from fractions import Fraction

from comity.institutions.voting.critical_members import CriticalMembers, critical_members
from comity.rules import Rule


def johnston(rule: Rule) -> tuple[Fraction, ...]:
    """Compute the Johnston index of all members, exactly.

    Each vulnerable coalition (one that passes, and in which at least one member is critical) shares out one equally
    among its critical members; the shares are scaled to add up to one.

    Args:
        rule: the decision rule over n members.

    Returns:
        n fractions in member order, which add up to one.

    Raises:
        TooLarge: see ``critical_members``.

    Source: Johnston (1978), On the measurement of power: some reactions to Laver; from memory, not opened.

    Example:
        >>> from comity.rules import Weighted
        >>> [str(share) for share in johnston(Weighted((2, 1, 1), 3))]
        ['2/3', '1/6', '1/6']
    """
    return johnston_of(critical_members(rule))


def johnston_of(counted: CriticalMembers) -> tuple[Fraction, ...]:
    """Compute the Johnston index from coalitions that are counted by their critical members already."""
    raw = [
        sum((Fraction(count, among) for among, count in enumerate(row) if count), Fraction(0))
        for row in counted.vulnerable
    ]
    total = sum(raw)
    return tuple(share / total for share in raw)
