"""Institutions: decision rules and what they do to the power of members.

Who can decide, who can block, and how far a member's share of decisions is from its share of votes. Rules themselves
are data of ``comity.rules``; here they are counted. And what comes after a decision: what an agent is left to decide,
who checks that an obligation is kept, and what a complaint is worth.
"""

from comity.institutions.concessions.cheapest import (
    Change,
    Compensation,
    cheapest_change,
    cheapest_compensation,
)
from comity.institutions.concessions.support import Stakes, salience_weights, supporters
from comity.institutions.oversight.delegation import agents_choice, delegation_losses, loss_under_cap, narrowings
from comity.institutions.oversight.disputes import complaint_value, objections, stage_ends
from comity.institutions.oversight.monitoring import (
    deters,
    inspection_game,
    inspections_needed,
    least_detection,
    least_penalty,
)
from comity.institutions.voting.abstention import AbstentionPower, counts_abstentions, power_with_abstention
from comity.institutions.voting.compound import TwoTierPower, two_tier_power
from comity.institutions.voting.fair_weights import FairRule, fair_rule, optimal_quota, square_root_weights
from comity.institutions.voting.indices import INDICES, Counted, IndexValues, PowerIndex
from comity.institutions.voting.johnston import johnston
from comity.institutions.voting.minimal_winning import (
    MinimalWinning,
    is_minimal_winning,
    minimal_winning,
    stream_minimal_winning,
)
from comity.institutions.voting.rule_properties import RuleProperties, rule_properties
from comity.institutions.voting.smallest_coalitions import smallest_blocking, smallest_winning
from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.unions import UnionPower, union_power
from comity.institutions.voting.voting_power import (
    VotingPower,
    dictator,
    dummies,
    rank_disagreements,
    veto_players,
    voting_power,
)
from comity.institutions.voting.yes_probabilities import Chances, chances

__all__ = [
    "INDICES",
    "AbstentionPower",
    "Chances",
    "Change",
    "Compensation",
    "Counted",
    "FairRule",
    "IndexValues",
    "MinimalWinning",
    "PowerIndex",
    "RuleProperties",
    "Stakes",
    "TooLarge",
    "TwoTierPower",
    "UnionPower",
    "VotingPower",
    "agents_choice",
    "chances",
    "cheapest_change",
    "cheapest_compensation",
    "complaint_value",
    "counts_abstentions",
    "delegation_losses",
    "deters",
    "dictator",
    "dummies",
    "fair_rule",
    "inspection_game",
    "inspections_needed",
    "is_minimal_winning",
    "johnston",
    "least_detection",
    "least_penalty",
    "loss_under_cap",
    "minimal_winning",
    "narrowings",
    "objections",
    "optimal_quota",
    "power_with_abstention",
    "rank_disagreements",
    "rule_properties",
    "salience_weights",
    "smallest_blocking",
    "smallest_winning",
    "square_root_weights",
    "stage_ends",
    "stream_minimal_winning",
    "supporters",
    "two_tier_power",
    "union_power",
    "veto_players",
    "voting_power",
]
