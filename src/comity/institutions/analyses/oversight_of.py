"""What the questions about delegation, monitoring and disputes take from a scenario, and what they all warn of."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from comity.findings import Rows, View
from comity.findings.contract import FloatArray

CHAPTER = "Who watches over the agreement"
ILLUSTRATION = "No record of past cases stands behind this model: it orders the arguments, and forecasts nothing."


class Section(Protocol):
    """A section of an institution, as far as what its authors say of it goes."""

    @property
    def unverified(self) -> bool:
        """Was it checked against its source?"""

    @property
    def note(self) -> str | None:
        """What a reader should know."""


def number_of(view: View, rows: Rows, field: str) -> FloatArray:
    """A single number for every row, (n_rows,); NaN where the case does not state it."""
    return np.broadcast_to(view.numbers(field, rows), (rows.n,))


def stated(numbers: FloatArray) -> bool:
    """Does the case state this number?"""
    return bool(np.isfinite(numbers).all())


def notes_of(section: Section, what: str) -> tuple[str, ...]:
    """What the file's authors noted of a section, and that they could not verify it."""
    if section.unverified:
        return (f"{what} is not verified{f': {section.note}' if section.note else '.'}",)
    return (section.note,) if section.note else ()


def starting(text: str) -> str:
    """The text as a sentence begins: with a capital."""
    return text[:1].upper() + text[1:]


def with_article(name: str) -> str:
    """A body's name as a sentence has it.

    >>> with_article("Council"), with_article("the Council"), with_article("a body")
    ('the Council', 'the Council', 'a body')
    """
    return name if name.lower().startswith(("the ", "a ", "an ")) else f"the {name}"


def enough(value: float) -> float:
    """The smallest number of two significant figures that is not below the value: what is printed does suffice.

    >>> enough(37.2), enough(0.541), enough(0.5), enough(0.0)
    (38.0, 0.55, 0.5, 0.0)
    """
    if value <= 0 or not math.isfinite(value):
        return value
    digits = 1 - math.floor(math.log10(value))
    # What is above by less than a rounding error of the division that made it is not above.
    return round(math.ceil(round(value * 10.0**digits, 9)) * 10.0**-digits, max(digits, 0))


def dated(view: View) -> tuple[str, ...]:
    """A caution where what happened was known when the inputs were published, as far as both dates are stated."""
    dates = view.object("dates")
    published, known = dates["data_date"], dates["outcome_date"]
    if known is None or (published and published < known[: len(published)]):
        return ()
    if published is None:
        return ("What happened is known: read this as a reconstruction, not a forecast.",)
    after = "after the outcome" if published[: len(known)] > known[: len(published)] else "perhaps after the outcome"
    return (f"Inputs published in {published}, {after} ({known}): read this as a reconstruction, not a forecast.",)
