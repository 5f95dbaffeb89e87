"""Days of joining, numbers of parties and waiting times as inputs; a day moves by so many days from what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

from comity.findings import Input
from comity.findings.wording import possessive
from comity.scenario.judged import resting_on
from comity.scenario.ratifications import Joining, PartiesBy
from comity.scenario.schema import Actor, ScenarioFile

JOINED = "institution.joined"
PARTIES_BY = "institution.parties_by"
WAITING = "institution.rules.entry_into_force_after_days"

Read: TypeAlias = Callable[[ScenarioFile], Iterator[tuple[tuple[int, ...], Input]]]
# A day may move by a year at least, however close together all of them lie.
_LEAST_SEARCHED = 366.0
_LONGEST_WAIT = 3_650.0


def _members(file: ScenarioFile) -> tuple[Actor, ...]:
    return tuple(actor for actor in file.actors if "decides" in actor.roles)


def _days(file: ScenarioFile) -> dict[str, date]:
    joined = file.institution.joined if file.institution is not None else {}
    return {name: date.fromisoformat(cell.date) for name, cell in joined.items() if cell.date is not None}


def joinings(file: ScenarioFile) -> Iterator[tuple[tuple[int, ...], Input]]:
    """Yield, for each member that joined, by how many days its joining is moved: none, as written."""
    days = _days(file)
    for at, member in enumerate(_members(file)):
        day = days.get(member.id)
        if day is None or file.institution is None:
            continue
        cell = file.institution.joined[member.id]
        first, last = (float((end - day).days) for end in (min(days.values()), max(days.values())))
        yield (
            (at,),
            _counted(
                f"{JOINED}[{member.id}]",
                0,
                (min(first, -_LEAST_SEARCHED), max(last, _LEAST_SEARCHED)),
                f"days after {day}",
                f"{possessive(member.name)} joining, in days after {day}",
                f"Did {member.name} join on {day}?",
                cell,
            ),
        )


def parties_by(file: ScenarioFile) -> Iterator[tuple[tuple[int, ...], Input]]:
    """Yield the number of parties on each day for which the file states it."""
    if file.institution is None:
        return
    days = _days(file)
    unlisted = sum(member.id not in file.institution.joined for member in _members(file))
    for at, row in enumerate(file.institution.parties_by):
        listed = sum(day.isoformat() <= row.date for day in days.values())
        yield (
            (at,),
            _counted(
                f"{PARTIES_BY}[{row.date}]",
                row.parties,
                (float(listed), float(listed + unlisted)),
                "parties",
                f"the number of parties on {row.date}",
                f"Were there {row.parties} parties on {row.date}?",
                row,
            ),
        )


def waiting_times(file: ScenarioFile) -> Iterator[tuple[tuple[int, ...], Input]]:
    """Yield how long after its condition is met each rule on entry into force lets the treaty enter into force."""
    for rule in file.institution.rules if file.institution is not None else ():
        days = rule.entry_into_force_after_days
        if days is not None:
            yield (
                (),
                Input(
                    f"institution.rules[{rule.id}].entry_into_force_after_days",
                    days,
                    (0.0, _LONGEST_WAIT),
                    1.0,
                    None,
                    "days",
                    rule.source,
                    False,
                    f"the days from the condition of “{rule.name}” to the entry into force",
                    f"Does the treaty enter into force {days} days after the condition of “{rule.name}” is met?",
                    resting_on(rule.source, rule.unverified),
                    ("not verified",) if rule.unverified else (),
                ),
            )


def _counted(
    path: str,
    value: int,
    domain: tuple[float, float],
    unit: str,
    label: str,
    question: str,
    stated: Joining | PartiesBy,
) -> Input:
    """An input that is counted: it has no range, and moves by whole steps."""
    basis = resting_on(stated.source, stated.unverified)
    remarks = tuple(filter(None, (stated.note, "not verified" if stated.unverified else None)))
    return Input(path, value, domain, 1.0, None, unit, stated.source, False, label, question, basis, remarks)


READ: tuple[tuple[str, tuple[str, ...], str, Read], ...] = (
    (JOINED, ("members",), "the days on which members joined (section `institution.joined`)", joinings),
    (PARTIES_BY, ("parties_by",), "numbers of parties by a day (section `institution.parties_by`)", parties_by),
    (WAITING, (), "a rule on entry into force (a rule's `entry_into_force_after_days`)", waiting_times),
)
