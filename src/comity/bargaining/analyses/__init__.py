"""The questions that this room answers of a case, one file a question; ``stances`` is what they all take from it."""

from comity.bargaining.analyses.challenge import CHALLENGE
from comity.bargaining.analyses.forecast import FORECAST
from comity.bargaining.analyses.median import MEDIAN

__all__ = ["ANALYSES", "CHALLENGE", "FORECAST", "MEDIAN"]

ANALYSES = (FORECAST, MEDIAN, CHALLENGE)
