"""The questions that this room answers of a case, one file a question; ``rules_of`` is what they all take from it."""

from comity.institutions.analyses.blocking import BLOCKING
from comity.institutions.analyses.decision_rule import DECISION_RULE
from comity.institutions.analyses.voting_power import VOTING_POWER

__all__ = ["ANALYSES", "BLOCKING", "DECISION_RULE", "VOTING_POWER"]

ANALYSES = (BLOCKING, DECISION_RULE, VOTING_POWER)
