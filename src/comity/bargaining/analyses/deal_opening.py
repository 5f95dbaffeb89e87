"""What would open an empty zone of agreement, and what would close one that is open?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.bargaining.analyses.deal_table import (
    CHAPTER,
    DEAL,
    LINES,
    MORE,
    DealTable,
    deal_of,
    kinds_of,
    too_many,
    work,
)
from comity.bargaining.deals import (
    Relaxation,
    TooManyPoints,
    Zone,
    closest_deals,
    conflicting_demands,
    smallest_sets,
    smallest_total,
)
from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    Outcome,
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, percent, two

RELAXING = Citation(
    "Chinneck & Dravnieks 1991; van Loon 1981",
    "The smallest total move of red lines, as shares of each party's own span, that makes some package acceptable to "
    "all (elastic constraints, Chinneck & Dravnieks 1991), and the irreducible sets of lines that no package meets "
    "together (van Loon 1981); from memory, not opened. Exact on the packages.",
)
_MOST_PARTIES = 12
_SHOWN = 12


@dataclass(frozen=True)
class Opening:
    """Who would have to move, or how much room there is."""

    table: DealTable
    zone: Zone
    best: tuple[Relaxation, ...]
    sets: tuple[Relaxation, ...]
    conflicts: tuple[tuple[int, ...], ...]
    room: FloatArray


def _take(view: View, rows: Rows) -> DealTable:
    return deal_of(view, rows)


def _run(table: DealTable, options: Options) -> Answer[Opening]:
    try:
        zone = table.written.zone
        found = table.written.shortfalls if zone.empty else None
    except TooManyPoints as error:
        raise CannotAnswerError(f"has a deal space that is too large: {error}") from None
    few = len(table.parties) <= _MOST_PARTIES
    nothing = np.zeros(len(table.parties))
    detail = Opening(
        table,
        zone,
        smallest_total(found) if found is not None else (),
        smallest_sets(found) if found is not None else (),
        conflicting_demands(found) if found is not None and few else (),
        nothing if zone.ideals is None else zone.ideals - zone.disagreement,
    )
    outcome = _outcome(table) if table.packages is not None else None
    return Answer(detail, outcome, "redraws" if outcome is not None else "none stated")


def _outcome(table: DealTable) -> Outcome:
    """Per row: is the zone open, or who moves in the smallest total relaxation?"""
    found = [closest_deals(*block, table.alike) for block in table.blocks()]
    movers, verdict = kinds_of(np.concatenate([each.movers for each in found]))
    labels = tuple(f"{table.who(who)} would have to move" if who else "the zone is open" for who in movers)
    least = np.concatenate([each.least for each in found])
    return Outcome(verdict, labels, {"missing": least})


def _say(answer: Answer[Opening]) -> tuple[Claim, ...]:
    found = answer.detail
    return (_closed(found) if found.zone.empty else _open(found),)


def _closed(found: Opening) -> Claim:
    table = found.table
    ways = [f"{_moves(found, each)} (then: {table.name(each.package)})" for each in found.best[:2]]
    several = f" or {ways[1]}" if len(ways) > 1 else ""
    sentence = f"In the model no deal is acceptable to all; one is if {ways[0]}{several}, and no smaller move does."
    parts = []
    for conflict in found.conflicts[:3]:
        if len(conflict) == 1:
            parts.append(f"No package meets the line of {table.parties[conflict[0]]} at all.")
        else:
            parts.append(f"The lines of {table.who(conflict)} conflict: no package meets them together.")
    rows: list[tuple[Value, ...]] = []
    told = {each.parties for each in found.best}
    for each in (*found.best, *(other for other in found.sets if other.parties not in told))[:_SHOWN]:
        kind = "smallest move" if any(each is other for other in found.best) else "by other parties"
        moves = (float(move) if move > 0 else None for move in each.moves)
        rows.append((kind, *moves, float(each.total), table.name(each.package)))
    columns = ("kind", *table.parties, "total as shares of spans", "package")
    line = PageLine("what would change it", f"What opens a zone of agreement: {_moves(found, found.best[0])}.", 5)
    return Claim(
        key="open-zone",
        sentence=sentence,
        reading=" ".join(parts),
        table=Table("Moves of red lines that open a zone of agreement (own scales)", columns, tuple(rows)),
        lines=(line,),
        caveats=_caveats(found),
        ask_next=tuple(f"Is the line of {table.parties[at]} firm, and what stands behind it?"
                       for at in found.best[0].parties[:2]),
        lead=50,
        names_subject=True,
    )  # fmt: skip


def _moves(found: Opening, each: Relaxation) -> str:
    table = found.table
    parts = [
        f"{table.parties[at]} lowers its line by {two(float(each.moves[at]))} "
        f"({percent(_unit(each.moves[at] / table.span[at]))} of its span)"
        for at in each.parties
    ]
    return listing(parts)


def _open(found: Opening) -> Claim:
    table = found.table
    share = found.room / table.span
    order = np.argsort(share, kind="stable")
    tight = int(order[0])
    sentence = (
        f"The zone of agreement is open in the model; it closes if {table.parties[tight]} asks for more than "
        f"{two(float(found.room[tight]))} above its line ({percent(_unit(share[tight]))} of its span), all else "
        "as written."
        if found.room[tight] > 0
        else f"The zone of agreement is open in the model, and {table.parties[tight]} has no room at all in it."
    )
    rows = tuple(
        (table.parties[at], float(table.floor[0, at]), float(found.room[at]), float(share[at])) for at in order
    )
    others = [f"{table.parties[at]} {two(float(found.room[at]))}" for at in order[1:4]]
    line = PageLine(
        "what would change it",
        f"What closes the zone: {table.parties[tight]} asking for more than {two(float(found.room[tight]))} above its "
        f"line; the room of others: {listing(others)} (each alone, on its own scale).",
        5,
    )
    return Claim(
        key="open-zone",
        sentence=sentence,
        reading=f"The room of others: {listing(others)} (each alone, on its own scale).",
        table=Table(
            "By how much each party alone could raise its line before the zone closes",
            ("party", "line", "room", "share of its span"),
            rows,
        ),
        lines=(line,),
        caveats=_caveats(found),
        names_subject=True,
    )


def _unit(share: float) -> float:
    return min(1.0, max(0.0, float(share)))


def _caveats(found: Opening) -> tuple[str, ...]:
    table = found.table
    return (*table.caveats, *(() if table.packages is not None else (too_many(table),)))


OPEN_ZONE = Analysis(
    name="open-zone",
    chapter=CHAPTER,
    question="What would open a zone of agreement, or close it?",
    version=1,
    method=RELAXING,
    reads=Reads(needs=(*DEAL, *LINES), optional=MORE),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda table: 2 * work(table),
)
