"""Decision rules as data: who has to agree before a proposal passes, and what that says about an outcome.

A rule is a monotone expression over clauses: weights and a quota, a number of members, a veto, and the combinations
"all of these", "at least one of these", "at least k of these" and "unless those against". The rooms share this
ground: institutions ask who has power under a rule, bargaining asks which outcome no group that can pass something
would replace.
"""

from comity.rules.abstention import passes_with_abstention
from comity.rules.decision_rules import (
    All,
    AtLeastOf,
    AtLeastOne,
    Members,
    Rule,
    Unless,
    Veto,
    Weighted,
)
from comity.rules.evaluation import (
    clauses_needed,
    clauses_of,
    dual,
    joined,
    members_with_veto,
    passes,
    without_unless,
)
from comity.rules.in_words import rule_in_words
from comity.rules.quotas import (
    RuleError,
    parse_quota,
)
from comity.rules.unbeaten import (
    pivots,
    unbeaten_by_row,
    unbeaten_by_weights,
    unbeaten_interval,
    winset_ends,
    winsets_on_a_line,
)

__all__ = [
    "All",
    "AtLeastOf",
    "AtLeastOne",
    "Members",
    "Rule",
    "RuleError",
    "Unless",
    "Veto",
    "Weighted",
    "clauses_needed",
    "clauses_of",
    "dual",
    "joined",
    "members_with_veto",
    "parse_quota",
    "passes",
    "passes_with_abstention",
    "pivots",
    "rule_in_words",
    "unbeaten_by_row",
    "unbeaten_by_weights",
    "unbeaten_interval",
    "winset_ends",
    "winsets_on_a_line",
    "without_unless",
]
