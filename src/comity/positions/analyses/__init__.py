"""The questions that this room answers of a case, one file a question; ``stated`` is what they all take from it."""

from comity.positions.analyses.agreement import AGREEMENT
from comity.positions.analyses.blocs import BLOCS
from comity.positions.analyses.cohesion import COHESION
from comity.positions.analyses.contested import CONTESTED
from comity.positions.analyses.linkage import LINKAGE
from comity.positions.analyses.map import MAP
from comity.positions.analyses.moves import MOVES
from comity.positions.analyses.pivotal import PIVOTAL

__all__ = ["AGREEMENT", "ANALYSES", "BLOCS", "COHESION", "CONTESTED", "LINKAGE", "MAP", "MOVES", "PIVOTAL"]

ANALYSES = (MAP, CONTESTED, AGREEMENT, BLOCS, COHESION, PIVOTAL, LINKAGE, MOVES)
