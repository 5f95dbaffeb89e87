"""Bargaining: what deal can be expected when actors of different weight care differently about an issue.

Simple forecasts (the weighted mean, or compromise model, and the baselines beside it), an election among the positions,
a forecast held to the decision rule, Bueno de Mesquita's challenge model in both published readings, and the record of
all of them on past decisions, from which every forecast takes its track-record band. Sources are named in each
function.
"""

from .back_test import METHODS, BackTest, back_test
from .challenge import OFFERS, STOPPED, ChallengeForecast, ChallengeRecord, challenge
from .compromise import SimpleForecasts, simple_forecasts
from .condorcet_election import Election, condorcet_election
from .on_a_line import kalai_smorodinsky_on_a_line, nash_on_a_line
from .profiles import Profile, ProfileError, profile
from .record import (
    MethodRecord,
    TrackRecord,
    quantiles_table,
    shipped_track_record,
    track_record,
)
from .under_rule import UnderRule, under_rule

__all__ = [
    "METHODS",
    "OFFERS",
    "STOPPED",
    "BackTest",
    "ChallengeForecast",
    "ChallengeRecord",
    "Election",
    "MethodRecord",
    "Profile",
    "ProfileError",
    "SimpleForecasts",
    "TrackRecord",
    "UnderRule",
    "back_test",
    "challenge",
    "condorcet_election",
    "kalai_smorodinsky_on_a_line",
    "nash_on_a_line",
    "profile",
    "quantiles_table",
    "shipped_track_record",
    "simple_forecasts",
    "track_record",
    "under_rule",
]
