"""Members that a rule does not tell apart, written once with a ``count`` and read as so many actors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from comity.scenario.deal import Deal
from comity.scenario.decision_rules import (
    AllClause,
    AnyClause,
    AtLeastClause,
    Clause,
    Institution,
    UnlessClause,
    VetoClause,
)
from comity.scenario.oversight import Disputes
from comity.scenario.schema import Actor, ScenarioFile

T = TypeVar("T")


def seat_ids(actor: str, count: int) -> tuple[str, ...]:
    """Return the ids of the actors that stand for one entry with a count.

    Example:
        >>> seat_ids("elected", 3)
        ('elected-1', 'elected-2', 'elected-3')
    """
    return tuple(f"{actor}-{number}" for number in range(1, count + 1))


def with_seats(file: ScenarioFile) -> ScenarioFile:
    """Return the file with every entry of several seats as so many actors, wherever it is named.

    Each seat has the entry's own weight, position and veto: they are not divided among the seats.

    Example:
        >>> from comity.scenario.schema import Actor
        >>> written = ScenarioFile(comity=1, title="A body", actors=(Actor(id="seat", name="Seat", count=2),))
        >>> [actor.name for actor in with_seats(written).actors]
        ['Seat 1', 'Seat 2']
    """
    seats = {actor.id: seat_ids(actor.id, actor.count) for actor in file.actors if actor.count is not None}
    if not seats:
        return file
    actors = tuple(seat for actor in file.actors for seat in _seats(actor))
    positions = tuple(
        row.model_copy(update={"actor": name}) for row in file.positions for name in seats.get(row.actor, (row.actor,))
    )
    groups = tuple(
        group.model_copy(update={"members": tuple(s for name in group.members for s in seats.get(name, (name,)))})
        for group in file.groups
    )
    institution = file.institution and _with_seats(file.institution, seats)
    deal = file.deal and _deal(file.deal, seats)
    return file.model_copy(
        update={"actors": actors, "positions": positions, "groups": groups, "institution": institution, "deal": deal}
    )


def _seats(actor: Actor) -> tuple[Actor, ...]:
    if actor.count is None:
        return (actor,)
    return tuple(
        actor.model_copy(update={"id": name, "name": f"{actor.name} {number}", "count": None})
        for number, name in enumerate(seat_ids(actor.id, actor.count), 1)
    )


def _with_seats(institution: Institution, seats: Mapping[str, tuple[str, ...]]) -> Institution:
    tables = {
        name: table.model_copy(update={"values": _spread(table.values, seats)})
        for name, table in institution.weights.items()
    }
    rules = tuple(rule.model_copy(update={"passes": _clause(rule.passes, seats)}) for rule in institution.rules)
    return institution.model_copy(
        update={
            "weights": tables,
            "rules": rules,
            "joined": _spread(institution.joined, seats),
            "disputes": institution.disputes and _sides(institution.disputes, seats),
        }
    )


def _sides(disputes: Disputes, seats: Mapping[str, tuple[str, ...]]) -> Disputes:
    def each(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for written in names for name in seats.get(written, (written,)))

    return disputes.model_copy(update={"complainants": each(disputes.complainants), "allies": each(disputes.allies)})


def _deal(deal: Deal, seats: Mapping[str, tuple[str, ...]]) -> Deal:
    parties = tuple(
        party.model_copy(update={"actor": name})
        for party in deal.parties
        for name in seats.get(party.actor, (party.actor,))
    )
    together = tuple(each.model_copy(update={"utilities": _spread(each.utilities, seats)}) for each in deal.together)
    return deal.model_copy(update={"parties": parties, "together": together})


def _spread(values: Mapping[str, T], seats: Mapping[str, tuple[str, ...]]) -> dict[str, T]:
    return {name: value for written, value in values.items() for name in seats.get(written, (written,))}


def _clause(clause: Clause, seats: Mapping[str, tuple[str, ...]]) -> Clause:
    def parts(below: Iterable[Clause]) -> tuple[Clause, ...]:
        return tuple(_clause(part, seats) for part in below)

    if isinstance(clause, VetoClause):
        return clause.model_copy(
            update={"veto": tuple(name for written in clause.veto for name in seats.get(written, (written,)))}
        )
    if isinstance(clause, AllClause):
        return clause.model_copy(update={"all": parts(clause.all)})
    if isinstance(clause, AnyClause):
        return clause.model_copy(update={"any": parts(clause.any)})
    if isinstance(clause, AtLeastClause):
        return clause.model_copy(update={"of": parts(clause.of)})
    if isinstance(clause, UnlessClause):
        return clause.model_copy(update={"unless": _clause(clause.unless, seats)})
    return clause
