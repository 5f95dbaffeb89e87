"""A case as one player of a rehearsal may see it: what is public, and of the rest only what is that player's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from comity.findings import OptionError
from comity.scenario.case import Scenario
from comity.scenario.deal import Deal, DealParty
from comity.scenario.errors import nearest
from comity.scenario.privacy import without_private
from comity.scenario.schema import Position, ScenarioFile


def as_seen_by(case: Scenario, actor: str | None) -> Scenario:
    """Return a case without what the player of an actor may not know.

    Private cells and rows go, as for everybody; and beyond that whatever would decide the game: how much issues matter
    to others, what options are worth to them, and what their authors noted about them. The actor's own is kept whole.

    Args:
        case: the case as its authors wrote it.
        actor: the actor's id; None for what all players may know.

    Returns:
        The case, in which no private number of another actor stands: they are missing, not hidden.

    Raises:
        OptionError: there is no such actor; the message names the nearest.

    Example:
        >>> from comity.scenario import load
        >>> deal = as_seen_by(load("river-basin"), "lowland").file.deal
        >>> [(party.actor, bool(party.utilities)) for party in deal.parties][1:3]
        [('midland', False), ('lowland', True)]
        >>> deal.parties[2].red_line.estimate, [sorted(each.utilities) for each in deal.together]
        (56.0, [['lowland']])
    """
    file, public = case.file, without_private(case.file)
    ids = [each.id for each in file.actors]
    if actor is not None and actor not in ids:
        near = nearest(actor, ids)
        raise OptionError(f"this case has no actor {actor!r}; {f'did you mean {near}?' if near else _known(ids)}")
    seen = public.model_copy(
        update={
            "actors": tuple(
                own if own.id == actor else other.model_copy(update={"note": None})
                for own, other in zip(file.actors, public.actors, strict=True)
            ),
            "positions": tuple(_row(row, actor) for row in file.positions if row.actor == actor or not row.private),
            "deal": None if file.deal is None or public.deal is None else _deal(file.deal, public.deal, actor),
            # Written for whoever runs the case, not for those who play it.
            "notes": None,
            "unverified": (),
        }
    )
    # Judged numbers that were set stand in the file; votes and quotas do not, and are public.
    public_moves = {path: value for path, value in case.moves.items() if path.startswith("institution.")}
    return replace(case, file=seen, moves=public_moves)


def _known(ids: list[str]) -> str:
    return f"it has {', '.join(ids[:12])}{' and others' if len(ids) > 12 else ''}"


def _row(row: Position, actor: str | None) -> Position:
    return row if row.actor == actor else without_private(row).model_copy(update={"salience": None, "note": None})


def _deal(deal: Deal, public: Deal, actor: str | None) -> Deal:
    """A party's numbers for itself alone; of the others the lines that the file declares public."""
    keeps = {"actor", "batna", "red_line"}
    nothing: dict[str, Any] = {name: None for name in DealParty.model_fields if name not in keeps}
    parties = tuple(
        own if own.actor == actor else other.model_copy(update={**nothing, "utilities": {}})
        for own, other in zip(deal.parties, public.parties, strict=True)
    )
    together = tuple(
        each.model_copy(update={"utilities": {name: cell for name, cell in each.utilities.items() if name == actor}})
        for each in deal.together
    )
    return public.model_copy(update={"parties": parties, "together": together, "agreed": (), "note": None})


def players(file: ScenarioFile) -> tuple[str, ...]:
    """Return the ids of the actors, each of whom somebody can play.

    Example:
        >>> from comity.scenario import load
        >>> players(load("river-basin").file)[:2]
        ('highland', 'midland')
    """
    return tuple(actor.id for actor in file.actors)
