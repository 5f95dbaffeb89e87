"""The contract of the house: a case is asked a question by an analysis and answers with findings.

``contract`` holds the words (Input, Rows, Analysis, Claim, Finding); ``redraws`` makes rows of a case; ``flips``
finds what would change an answer and ``value_of_information`` what to find out next; ``asking`` puts them together;
``registry`` knows every analysis that is installed; ``wording`` and ``charts`` say and draw.
"""

from comity.findings.asking import DRAWS, NO_VERDICT, ask
from comity.findings.contract import (
    Analysis,
    Answer,
    Bands,
    CannotAnswerError,
    Case,
    Citation,
    Claim,
    Cover,
    Estimate,
    Finding,
    Flip,
    Input,
    JointFlip,
    Move,
    NotDeclaredError,
    NotSearched,
    OptionError,
    Options,
    Outcome,
    PageLine,
    Reads,
    Rows,
    Source,
    Table,
    TrackRecord,
    View,
    Worth,
)
from comity.findings.flips import flips, joint_flip
from comity.findings.redraws import redraw
from comity.findings.registry import Registry, registry

__all__ = [
    "DRAWS",
    "NO_VERDICT",
    "Analysis",
    "Answer",
    "Bands",
    "CannotAnswerError",
    "Case",
    "Citation",
    "Claim",
    "Cover",
    "Estimate",
    "Finding",
    "Flip",
    "Input",
    "JointFlip",
    "Move",
    "NotDeclaredError",
    "NotSearched",
    "OptionError",
    "Options",
    "Outcome",
    "PageLine",
    "Reads",
    "Registry",
    "Rows",
    "Source",
    "Table",
    "TrackRecord",
    "View",
    "Worth",
    "ask",
    "flips",
    "joint_flip",
    "redraw",
    "registry",
]
