"""Institutions: decision rules and what they do to the power of members.

Who can decide, who can block, and how far a member's share of decisions is from its share of votes. Rules themselves
are data of ``comity.rules``; here they are counted.
"""

from comity.institutions.smallest_coalitions import smallest_blocking, smallest_winning
from comity.institutions.tallies import TooLarge
from comity.institutions.voting_power import (
    VotingPower,
    dictator,
    dummies,
    rank_disagreements,
    veto_players,
    voting_power,
)

__all__ = [
    "TooLarge",
    "VotingPower",
    "dictator",
    "dummies",
    "rank_disagreements",
    "smallest_blocking",
    "smallest_winning",
    "veto_players",
    "voting_power",
]
