"""Preferences under a decision rule, in space: what beats the status quo, what nothing beats, and who decides which.

Members prefer what is nearer to their ideal points, on one issue or on two. A proposal beats the status quo when the
members strictly nearer to it than to the status quo pass together under the rule. Everything here holds for any rule
of ``comity.rules`` and is computed from the same observation: along each direction away from the status quo the
supporters only ever leave, so how far one can go is the distance at which the last member needed leaves.
"""

from comity.institutions.spatial.agenda_setter import ClosedRule, closed_rule, nearest_in_winset, open_rule
from comity.institutions.spatial.core import Core, core, core_areas, in_core
from comity.institutions.spatial.directions import Sweep, pivot_sweep
from comity.institutions.spatial.veto_players import VetoPlayers, absorbed, hull, veto_players_apart
from comity.institutions.spatial.winset import (
    Winsets,
    beats,
    reach_along,
    winset_outline,
    winsets,
    winsets_by_salience,
)
from comity.institutions.spatial.yolk import Yolk, yolk
from comity.rules import winsets_on_a_line

__all__ = [
    "ClosedRule",
    "Core",
    "Sweep",
    "VetoPlayers",
    "Winsets",
    "Yolk",
    "absorbed",
    "beats",
    "closed_rule",
    "core",
    "core_areas",
    "hull",
    "in_core",
    "nearest_in_winset",
    "open_rule",
    "pivot_sweep",
    "reach_along",
    "veto_players_apart",
    "winset_outline",
    "winsets",
    "winsets_by_salience",
    "winsets_on_a_line",
    "yolk",
]
