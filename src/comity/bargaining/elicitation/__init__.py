"""Elicitation: numbers from people's answers, each with the range that the answers leave, and how far coders agree.

Issue weights from swing weights or from pairwise comparisons with a check of their consistency, utilities from
indifference answers by linear programming, and Krippendorff's alpha of several coders.
"""

from .checks import answers_check, pairwise_check, swing_check
from .coder_agreement import CoderAgreement, coder_agreement
from .indifference import Conflict, Utilities, utilities_from_answers
from .pairwise_weights import RANDOM_INDEX, PairwiseWeights, pairwise_weights
from .swing_weights import ElicitationError, SwingWeights, swing_weights

__all__ = [
    "RANDOM_INDEX",
    "CoderAgreement",
    "Conflict",
    "ElicitationError",
    "PairwiseWeights",
    "SwingWeights",
    "Utilities",
    "answers_check",
    "coder_agreement",
    "pairwise_check",
    "pairwise_weights",
    "swing_check",
    "swing_weights",
    "utilities_from_answers",
]
