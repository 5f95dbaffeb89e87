"""The questions that this room answers of a case, one file a question; ``stances`` is what they all take from it."""

from comity.bargaining.analyses.challenge import CHALLENGE
from comity.bargaining.analyses.deal_acceptance import ACCEPTANCE
from comity.bargaining.analyses.deal_opening import OPEN_ZONE
from comity.bargaining.analyses.deal_solutions import DEAL_SOLUTIONS
from comity.bargaining.analyses.deal_space import DEAL_SPACE
from comity.bargaining.analyses.deal_trades import LOG_ROLLS
from comity.bargaining.analyses.forecast import FORECAST
from comity.bargaining.analyses.median import MEDIAN

__all__ = [
    "ACCEPTANCE",
    "ANALYSES",
    "CHALLENGE",
    "DEAL_SOLUTIONS",
    "DEAL_SPACE",
    "FORECAST",
    "LOG_ROLLS",
    "MEDIAN",
    "OPEN_ZONE",
]

ANALYSES = (FORECAST, MEDIAN, CHALLENGE, DEAL_SPACE, DEAL_SOLUTIONS, LOG_ROLLS, OPEN_ZONE, ACCEPTANCE)
