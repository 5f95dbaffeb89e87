"""What kind of rule it is: who can block, decide alone or never decides, and whether two groups can both pass."""

from __future__ import annotations

from dataclasses import dataclass

from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.voting_power import VotingPower, dictator, voting_power
from comity.rules import All, Members, Rule, Unless, Veto, Weighted, dual, members_with_veto, without_unless


@dataclass(frozen=True)
class RuleProperties:
    """Properties of a decision rule as a simple game.

    Attributes:
        vetoers: the members without whom nothing passes.
        dictator: the member who alone decides; None where there is none.
        dummies: the members who never decide.
        proper: no two groups without a common member can both pass something; None where it was not decided.
        strong: of two groups that hold everybody between them one always can; None as ``proper``.
    """

    vetoers: tuple[int, ...]
    dictator: int | None
    dummies: tuple[int, ...]
    proper: bool | None
    strong: bool | None

    @property
    def decisive(self) -> bool | None:
        """Proper and strong: of two groups that hold everybody between them exactly one can pass something."""
        if self.proper is False or self.strong is False:
            return False
        return None if self.proper is None or self.strong is None else True


def rule_properties(rule: Rule, power: VotingPower | None = None) -> RuleProperties:
    """Compute the properties of a rule; exact, or None where counting is not feasible.

    A proper rule passes at most half of all coalitions, a strong one at least half; so one comparison decides one
    of the two, and the other is decided by counting the coalitions that both pass and block.

    Args:
        rule: the decision rule over n members.
        power: its voting power, where it has been computed already.

    Returns:
        The properties.

    Raises:
        TooLarge: the rule's voting power cannot be counted.

    Source: Felsenthal and Machover (1998), The Measurement of Voting Power, for the terms; from memory, not opened.

    Example:
        >>> found = rule_properties(Weighted((4, 4, 4, 2, 2, 1), 12))
        >>> found.proper, found.strong, found.dummies
        (True, False, (5,))
    """
    power = voting_power(rule, shapley_shubik=False) if power is None else power
    if power.winning is None and abs(power.efficiency - 0.5) <= power.relative_error:
        power = voting_power(rule, exact=True, shapley_shubik=False)
    more, fewer = power.efficiency > 0.5, power.efficiency < 0.5
    if power.efficiency_exact is not None:
        more, fewer = 2 * power.efficiency_exact > 1, 2 * power.efficiency_exact < 1
    proper: bool | None
    strong: bool | None
    if more:
        proper, strong = False, _never_two(dual(rule))
    else:
        proper = _never_two(rule)
        # Of a rule that passes half of all coalitions, proper and strong are one.
        strong = False if fewer else proper
    return RuleProperties(members_with_veto(rule), dictator(rule), power.dummies, proper, strong)


def _never_two(rule: Rule) -> bool | None:
    """Whether no two groups without a common member both pass: whether every coalition that passes also blocks."""
    if _asks_for_more_than_half(rule):
        return True
    try:
        passing = voting_power(rule, exact=True, shapley_shubik=False).winning
        also_blocking = voting_power(All((rule, dual(rule))), exact=True, shapley_shubik=False).winning
    except TooLarge:
        return None
    return passing == also_blocking


def _asks_for_more_than_half(rule: Rule) -> bool:
    rule = without_unless(rule)
    assert not isinstance(rule, Unless)
    if isinstance(rule, Weighted):
        return 2 * rule.threshold > rule.total
    if isinstance(rule, Members):
        return 2 * rule.at_least > rule.n
    if isinstance(rule, Veto):
        return True
    return isinstance(rule, All) and any(_asks_for_more_than_half(clause) for clause in rule.clauses)
