"""Decision rules as data: who has to agree before a proposal passes, and what that says about an outcome.

A rule is a monotone expression over clauses: weights and a quota, a number of members, a veto, and the combinations
"all of these" and "at least one of these". The rooms share this ground: institutions ask who has power under a rule,
bargaining asks which outcome no group that can pass something would replace.
"""

from comity.rules.decision_rules import (
    All,
    AtLeastOne,
    Members,
    Rule,
    RuleError,
    Veto,
    Weighted,
    clauses_of,
    dual,
    members_with_veto,
    parse_quota,
    passes,
)
from comity.rules.in_words import rule_in_words
from comity.rules.unbeaten import pivots, unbeaten_interval

__all__ = [
    "All",
    "AtLeastOne",
    "Members",
    "Rule",
    "RuleError",
    "Veto",
    "Weighted",
    "clauses_of",
    "dual",
    "members_with_veto",
    "parse_quota",
    "passes",
    "pivots",
    "rule_in_words",
    "unbeaten_interval",
]
