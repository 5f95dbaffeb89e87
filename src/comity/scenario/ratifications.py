"""Who joined a treaty and when: what a rule on entry into force is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

from comity.scenario.cells import DATE_PATTERN, Id, PartialDate, Section, Text
from comity.scenario.faults import Fault, items, mapping
from comity.scenario.yaml_tree import Loc

DAY_PATTERN = "^(1[5-9]|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Day: TypeAlias = Annotated[str, StringConstraints(pattern=DAY_PATTERN)]


class Joining(Section):
    """When one member joined; a member that is listed without a date has not joined."""

    date: Day | None = Field(default=None, description="Day on which it joined, such as 2004-11-18; none: it did not.")
    refused: PartialDate | None = Field(
        default=None, description="When it said that it would not join: a year, year-month or date."
    )
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this member's joining.")


def _as_joining(value: Any) -> Any:
    return value if isinstance(value, dict | Joining) else {"date": value}


JoiningField: TypeAlias = Annotated[Joining, BeforeValidator(_as_joining, json_schema_input_type=Day | Joining)]
"""A day, or a mapping with ``date`` and what is known about it."""


class PartiesBy(Section):
    """How many parties there were by a day, where not all of them are listed by name."""

    date: Day = Field(description="The day, such as 2002-05-23.")
    parties: Annotated[int, Field(ge=1, le=100_000)] = Field(
        description="Parties by the end of that day, those that are listed by name included."
    )
    source: Id | None = Field(default=None, description="Source, by its id in sources.")
    unverified: bool = Field(default=False, description="True: not checked against its source.")
    note: Text | None = Field(default=None, description="What a reader should know about this number.")


def last_day(written: str) -> date:
    """Return the last day of a year, a month or a day as a file writes it.

    Raises:
        ValueError: no such day.

    Example:
        >>> last_day("2001-03").isoformat(), last_day("2000").isoformat(), last_day("2004-11-18").isoformat()
        ('2001-03-31', '2000-12-31', '2004-11-18')
    """
    if len(written) == 4:
        return date(int(written), 12, 31)
    if len(written) == 7:
        year, month = int(written[:4]), int(written[5:])
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return date.fromisoformat(written)


def check_ratifications(root: Mapping[str, Any], deciders: Mapping[str, int]) -> Iterator[Fault]:
    """Yield what is wrong with days of joining and numbers of parties, beyond the form of each.

    Args:
        root: plain data of the file.
        deciders: how many members each id of a deciding actor stands for.

    Yields:
        Faults by place: days that do not exist, somebody who is no member, numbers of parties that cannot be.
    """
    institution = mapping(root.get("institution"))
    joined = mapping(institution.get("joined"))
    days: list[tuple[date, int]] = []
    for name, cell in joined.items():
        here: Loc = ("institution", "joined", name)
        if name not in deciders:
            yield Fault(
                here,
                f"'{name}' is no actor that decides",
                "list it under actors, with the role 'decides', or leave it out",
                at_key=True,
            )
        detail = cell if isinstance(cell, dict) else {"date": cell}
        for field in ("date", "refused"):
            place: Loc = (*here, field) if isinstance(cell, dict) else here
            found = _day(detail.get(field))
            if isinstance(found, Fault):
                yield Fault(place, found.message, found.remedy)
            elif found is not None and field == "date":
                days.append((found, deciders.get(name, 1)))
    listed = sum(deciders.get(name, 1) for name in joined)
    yield from _parties(institution, days, sum(deciders.values()), listed)


def _day(value: Any) -> date | Fault | None:
    """The day; a fault without a place where it does not exist; None where the schema finds fault with its form."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a year alone
    if not isinstance(value, str):
        return None
    try:
        return last_day(value)
    except ValueError:
        readable = re.fullmatch(DATE_PATTERN, value) is not None
        return Fault((), f"there is no day {value}", "correct the date") if readable else None


def _parties(
    institution: Mapping[str, Any], joined: list[tuple[date, int]], members: int, listed: int
) -> Iterator[Fault]:
    before: tuple[date, int] | None = None
    for index, row in items(institution.get("parties_by")):
        here: Loc = ("institution", "parties_by", index)
        day, parties = _day(row.get("date")), row.get("parties")
        if isinstance(day, Fault):
            yield Fault((*here, "date"), day.message, day.remedy)
            continue
        if day is None or not isinstance(parties, int) or isinstance(parties, bool):
            continue
        known = sum(seats for when, seats in joined if when <= day)
        unlisted = members - listed
        if parties > members:
            yield Fault((*here, "parties"), f"{parties} parties are more than the {members} members", "correct one")
        elif parties < known:
            yield Fault(
                (*here, "parties"), f"{parties} parties, and {known} are listed as joined by {day}", "correct one"
            )
        elif parties - known > unlisted:
            yield Fault(
                (*here, "parties"),
                f"{parties} parties by {day}, of whom only {known} are listed as joined and {unlisted} not listed",
                "date the joining of the others, or list fewer parties",
            )
        if before is not None and (day <= before[0] or parties < before[1]):
            yield Fault(here, "the days have to rise, and parties cannot become fewer", "put the rows in order")
        before = (day, parties)
