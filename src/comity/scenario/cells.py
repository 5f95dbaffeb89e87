"""The small types that every section of a scenario is built from: texts, ids, dates, and cells.

A *cell* is one number of the file. It is written as a plain number, or as a mapping when there is more to
say (range, source, evidence); after reading, both are a ``CellDetail``.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from comity.scenario.errors import shown

ID_PATTERN = "^[A-Za-z][A-Za-z0-9_-]{0,39}$"
DATE_PATTERN = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"

_T = TypeVar("_T")

Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
# Beyond these a float has no digit left for what a scale or a weight means, and sums overflow.
LARGEST = 1e15
Number: TypeAlias = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
# YAML has lists only; the models hold tuples, so that a scenario cannot be changed after it was checked.
Many: TypeAlias = Annotated[tuple[_T, ...], Strict(False)]


class Section(BaseModel):
    """A mapping of the scenario file: exact types, no unknown keys, no infinity, immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


@dataclass(frozen=True)
class Domain:
    """The legal values of a number: a closed interval, and a step where only whole steps are legal."""

    low: float
    high: float
    step: float | None = None


@dataclass(frozen=True)
class OwnOnly:
    """Marks a cell that others never see, unless the file says ``private: false`` of it."""


def _year_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PartialDate: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=DATE_PATTERN),
    BeforeValidator(
        _year_as_text,
        json_schema_input_type=Annotated[int, Field(ge=1000, le=9999)] | Annotated[str, Field(pattern=DATE_PATTERN)],
    ),
]


class Evidence(Section):
    """One coder's reading of one passage."""

    quote: Text | None = Field(default=None, description="The passage, word for word.")
    document: Text | None = Field(default=None, description="The document that it stands in.")
    date: PartialDate | None = Field(default=None, description="Date of the document.")
    coder: Text | None = Field(default=None, description="Who read it.")
    confidence: Literal["low", "medium", "high"] | None = Field(default=None, description="How sure the coder is.")
    value: Number | None = Field(default=None, description="The number that the coder reads from it.")


class CellDetail(Section):
    """One number of a scenario, with what is known about it.

    Example:
        >>> cell = CellDetail(evidence=(Evidence(coder="A", value=4), Evidence(coder="B", value=7)))
        >>> cell.estimate, cell.interval
        (5.5, (4.0, 7.0))
    """

    value: Number | None = Field(
        default=None,
        description="Best estimate. Missing: the median of the coders' values, where there are any.",
    )
    range: Annotated[tuple[Number, ...], Strict(False), Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="5th and 95th percentile, [low, high]. Missing: smallest to largest of the coders' values.",
    )
    private: bool = Field(default=False, description="True: left out of briefs for the audience 'shared'.")
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this number.")
    evidence: Many[Evidence] = Field(default=(), description="Passages that the number rests on, one a coder.")

    @property
    def coded(self) -> tuple[float, ...]:
        """The values that coders read from the evidence."""
        return tuple(item.value for item in self.evidence if item.value is not None)

    @property
    def estimate(self) -> float | None:
        """The value as written, else the median of the coders' values, else None."""
        if self.value is not None:
            return self.value
        return statistics.median(self.coded) if self.coded else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The range as written, else from the smallest to the largest coder's value where they differ.

        None means that the file states no range; a judged number then gets the declared default.
        """
        if self.range is not None:
            return self.range[0], self.range[1]
        coded = self.coded
        return (min(coded), max(coded)) if coded and min(coded) < max(coded) else None


def _as_detail(value: Any) -> Any:
    if isinstance(value, dict | CellDetail):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": value}
    raise PydanticCustomError("cell", "a number is needed, not {found}", {"found": shown(value)})


Cell: TypeAlias = Annotated[CellDetail, BeforeValidator(_as_detail, json_schema_input_type=float | CellDetail)]
"""A number, or a mapping with ``value`` and what is known about it; read as a CellDetail."""
