"""What a register of forecasts holds: frozen forecasts, what happened, and questions that cannot be settled."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints, TypeAdapter

_T = TypeVar("_T")

LONGEST_TEXT = 4_000
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
Day: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Moment: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Hash: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Many: TypeAlias = Annotated[tuple[_T, ...], Strict(False)]
Pair: TypeAlias = Annotated[tuple[float, float], Strict(False)]


class Record(BaseModel):
    """A mapping of the register: exact types, no unknown keys, no infinity, immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


class Bands(Record):
    """Where an estimate lies: 8 in 10 and 5 in 10, in the unit of the scale."""

    eight_in_ten: Pair
    five_in_ten: Pair | None


class Guess(Record):
    """What the person thought before the model's numbers were shown; its range is meant to hold 8 in 10."""

    point: float
    eight_in_ten: Pair | None


class Question(Record):
    """One issue of a frozen case: a question that can be settled, and what was said of it.

    ``methods`` are the points of every method by name, ``bands`` the headline's and those that it was chosen from;
    ``headline`` names the band that led. ``reconstruction``: what happened was known when it was frozen.
    """

    issue: Text
    asks: Text
    scale: Pair
    unit: str
    criterion: Text
    resolves_by: Day | None
    reconstruction: bool
    estimate: float
    headline: str
    bands: dict[str, Bands]
    methods: dict[str, float]
    guess: Guess | None
    fingerprint: str


class Freeze(Record):
    """The forecasts of a case as they stood; ``case_sha256`` is the hash of the case's bytes, for oneself only."""

    kind: Literal["freeze"] = "freeze"
    at: Moment
    comity: str
    case: Text
    title: Text
    case_sha256: Hash | None
    audience: Literal["own", "shared"]
    seed: int
    draws: int
    questions: Annotated[Many[Question], Field(min_length=1)]


class Resolution(Record):
    """What happened on some issues of a frozen case; ``corrects`` are the entries that it takes the place of."""

    kind: Literal["resolution"] = "resolution"
    at: Moment
    comity: str
    of: int
    outcomes: Annotated[dict[str, float], Field(min_length=1)]
    known_on: Day
    source: Text | None
    corrects: Many[int]
    reason: Text | None


class Void(Record):
    """Issues of a frozen case that cannot be settled, and why."""

    kind: Literal["void"] = "void"
    at: Moment
    comity: str
    of: int
    issues: Annotated[Many[str], Field(min_length=1)]
    corrects: Many[int]
    reason: Text


Entry: TypeAlias = Freeze | Resolution | Void
ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])
"""Reads one entry, without its place in the chain."""
