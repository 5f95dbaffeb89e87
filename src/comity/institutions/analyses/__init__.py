"""The questions that this room answers of a case, one file a question; ``rules_of`` is what they all take from it."""

from comity.institutions.analyses.abstention import ABSTENTION
from comity.institutions.analyses.amendment import AMENDMENT
from comity.institutions.analyses.blocking import BLOCKING
from comity.institutions.analyses.concessions import CONCESSIONS
from comity.institutions.analyses.decision_rule import DECISION_RULE
from comity.institutions.analyses.declared_support import DECLARED_SUPPORT
from comity.institutions.analyses.delegation import DELEGATION, DISCRETION
from comity.institutions.analyses.dispute_timetable import TIMETABLE
from comity.institutions.analyses.disputes import ADOPTION, COMPLAINT
from comity.institutions.analyses.entry_into_force import ENTRY_INTO_FORCE
from comity.institutions.analyses.fair_weights import FAIR_WEIGHTS
from comity.institutions.analyses.gridlock import GRIDLOCK
from comity.institutions.analyses.monitoring import MONITORING
from comity.institutions.analyses.quota_curve import QUOTA_CURVE
from comity.institutions.analyses.readings import READINGS
from comity.institutions.analyses.unions import UNIONS
from comity.institutions.analyses.veto_players import VETO_PLAYERS
from comity.institutions.analyses.voting_power import VOTING_POWER
from comity.institutions.analyses.weight_by_text import WEIGHT_BY_TEXT
from comity.institutions.analyses.winset import WINSET
from comity.institutions.analyses.yes_probabilities import YES_PROBABILITIES

__all__ = [
    "ABSTENTION",
    "ADOPTION",
    "AMENDMENT",
    "ANALYSES",
    "BLOCKING",
    "COMPLAINT",
    "CONCESSIONS",
    "DECISION_RULE",
    "DECLARED_SUPPORT",
    "DELEGATION",
    "DISCRETION",
    "ENTRY_INTO_FORCE",
    "FAIR_WEIGHTS",
    "GRIDLOCK",
    "MONITORING",
    "QUOTA_CURVE",
    "READINGS",
    "TIMETABLE",
    "UNIONS",
    "VETO_PLAYERS",
    "VOTING_POWER",
    "WEIGHT_BY_TEXT",
    "WINSET",
    "YES_PROBABILITIES",
]

ANALYSES = (
    AMENDMENT,
    DECLARED_SUPPORT,
    WEIGHT_BY_TEXT,
    READINGS,
    CONCESSIONS,
    BLOCKING,
    GRIDLOCK,
    WINSET,
    VETO_PLAYERS,
    ENTRY_INTO_FORCE,
    DECISION_RULE,
    VOTING_POWER,
    QUOTA_CURVE,
    FAIR_WEIGHTS,
    UNIONS,
    ABSTENTION,
    YES_PROBABILITIES,
    ADOPTION,
    COMPLAINT,
    TIMETABLE,
    MONITORING,
    DELEGATION,
    DISCRETION,
)
