"""Positions: who wants what, how alike they are, who belongs together, what is contested, and who is pivotal.

Everything here is computed from positions as they are stated, weighted by salience: agreement of pairs, blocs in the
network of agreement, cohesion of named groups, spread and polarisation of an issue, the pivotal actors, the swaps
across issues by which two actors would both gain, and what one actor's move changes. Stated positions are not
preferences and not interests. Sources are named in each function.
"""

from comity.positions.agreement import Agreement, agreement
from comity.positions.blocs import MOST_EXACT, Blocs, blocs, modularity, network_of, pairs_changed, together
from comity.positions.cohesion import Cohesion, cohesion
from comity.positions.linkage import Linkage, linkage
from comity.positions.moves import agreement_changes, each_moved, far_ends, where_others_stand
from comity.positions.pivots import median_actors, pivotal_members
from comity.positions.polarisation import LARGEST_ALPHA, Contest, contest
from comity.positions.table import PositionsError, PositionTable, position_table

__all__ = [
    "LARGEST_ALPHA",
    "MOST_EXACT",
    "Agreement",
    "Blocs",
    "Cohesion",
    "Contest",
    "Linkage",
    "PositionTable",
    "PositionsError",
    "agreement",
    "agreement_changes",
    "blocs",
    "cohesion",
    "contest",
    "each_moved",
    "far_ends",
    "linkage",
    "median_actors",
    "modularity",
    "network_of",
    "pairs_changed",
    "pivotal_members",
    "position_table",
    "together",
    "where_others_stand",
]
