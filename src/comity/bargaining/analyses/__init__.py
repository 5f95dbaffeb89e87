"""The questions that this room answers of a case, one file a question; ``stances`` is what they all take from it."""

from comity.bargaining.analyses.challenge import CHALLENGE
from comity.bargaining.analyses.deal_acceptance import ACCEPTANCE
from comity.bargaining.analyses.deal_agenda import AGENDA
from comity.bargaining.analyses.deal_continuous import CONTINUOUS_DEAL
from comity.bargaining.analyses.deal_drafts import DRAFTS
from comity.bargaining.analyses.deal_opening import OPEN_ZONE
from comity.bargaining.analyses.deal_payments import SIDE_PAYMENTS
from comity.bargaining.analyses.deal_solutions import DEAL_SOLUTIONS
from comity.bargaining.analyses.deal_space import DEAL_SPACE
from comity.bargaining.analyses.deal_time import TIME_AND_POWER
from comity.bargaining.analyses.deal_trades import LOG_ROLLS
from comity.bargaining.analyses.deal_unblocking import UNBLOCKING
from comity.bargaining.analyses.debrief import DEBRIEF
from comity.bargaining.analyses.election import ELECTION
from comity.bargaining.analyses.forecast import FORECAST
from comity.bargaining.analyses.median import MEDIAN
from comity.bargaining.analyses.under_rule import UNDER_RULE

__all__ = [
    "ACCEPTANCE",
    "AGENDA",
    "ANALYSES",
    "CHALLENGE",
    "CONTINUOUS_DEAL",
    "DEAL_SOLUTIONS",
    "DEAL_SPACE",
    "DEBRIEF",
    "DRAFTS",
    "ELECTION",
    "FORECAST",
    "LOG_ROLLS",
    "MEDIAN",
    "OPEN_ZONE",
    "SIDE_PAYMENTS",
    "TIME_AND_POWER",
    "UNBLOCKING",
    "UNDER_RULE",
]

ANALYSES = (
    FORECAST,
    MEDIAN,
    UNDER_RULE,
    ELECTION,
    CHALLENGE,
    DEAL_SPACE,
    DEAL_SOLUTIONS,
    LOG_ROLLS,
    OPEN_ZONE,
    ACCEPTANCE,
    UNBLOCKING,
    DRAFTS,
    AGENDA,
    SIDE_PAYMENTS,
    TIME_AND_POWER,
    CONTINUOUS_DEAL,
    DEBRIEF,
)
