"""Bargaining: what deal can be expected when actors of different weight care differently about an issue.

Simple forecasts (the weighted mean, or compromise model, and the baselines beside it), Bueno de Mesquita's challenge
model in both published readings, and the record of all of them on past decisions, from which every forecast takes its
track-record band. Sources are named in each function.
"""

from .challenge import OFFERS, STOPPED, ChallengeForecast, ChallengeRecord, challenge
from .compromise import SimpleForecasts, simple_forecasts
from .profiles import Profile, ProfileError, profile
from .record import (
    METHODS,
    BackTest,
    MethodRecord,
    TrackRecord,
    back_test,
    quantiles_table,
    shipped_track_record,
    track_record,
)

__all__ = [
    "METHODS",
    "OFFERS",
    "STOPPED",
    "BackTest",
    "ChallengeForecast",
    "ChallengeRecord",
    "MethodRecord",
    "Profile",
    "ProfileError",
    "SimpleForecasts",
    "TrackRecord",
    "back_test",
    "challenge",
    "profile",
    "quantiles_table",
    "shipped_track_record",
    "simple_forecasts",
    "track_record",
]
