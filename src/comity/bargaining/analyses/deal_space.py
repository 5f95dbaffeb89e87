"""What deals are there? The zone of possible agreement, the frontier, and who blocks what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from comity.bargaining.analyses.deal_table import (
    CHAPTER,
    DEAL,
    LINES,
    MORE,
    DealTable,
    deal_of,
    too_many,
    work,
)  # fmt: skip
from comity.bargaining.deals import Frontier, TooManyPoints, Zone, closest_deals
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
)  # fmt: skip
from comity.findings.contract import FloatArray, IntArray, Value
from comity.findings.wording import listing, percent, plural

RAIFFA = Citation(
    "Raiffa 1982",
    "Packages of options with additive utilities, what combinations add, and what excludes each other; a party accepts "
    "what gives it at least its red line, or what it has without a deal (Raiffa 1982, The Art and Science of "
    "Negotiation; from memory, not opened). Frontier and zone are exact.",
)
LABELS = ("no deal is acceptable to all", "some deal is acceptable to all")
_SHOWN = 30


@dataclass(frozen=True)
class Space:
    """The deal space as written."""

    table: DealTable
    frontier: Frontier
    zone: Zone | None
    blocks: IntArray | None
    alone: IntArray | None
    text: FloatArray | None
    refuse_text: tuple[int, ...]


def _take(view: View, rows: Rows) -> DealTable:
    return deal_of(view, rows, "where stated")


def _run(table: DealTable, options: Options) -> Answer[Space]:
    try:
        frontier = table.written.frontier
        zone = table.written.counted if table.bounded else None
    except TooManyPoints as error:
        raise CannotAnswerError(f"has a deal space that is too large: {error}") from None
    blocks = alone = None
    outcome = None
    if table.bounded and table.packages is not None:
        refusing = ~table.accepted(table.table(0, 1), table.floors(0, 1))[0]
        counts = [closest_deals(*block, table.alike).acceptable for block in table.blocks()]
        blocks = refusing.sum(axis=0)
        single = refusing.sum(axis=1) == 1
        alone = refusing[single].sum(axis=0)
        count = np.concatenate(counts)
        verdict = (count > 0).astype(np.int64)
        outcome = Outcome(verdict, LABELS, {"acceptable packages": count.astype(np.float64)})
    text, refuse = None, tuple[int, ...]()
    if table.proposed is not None:
        text = table.space.of([table.proposed])[0]
        refuse = tuple(np.flatnonzero(text < table.floor[0] - 1e-9).tolist()) if table.bounded else ()
    found = Space(table, frontier, zone, blocks, alone, text, refuse)
    return Answer(found, outcome, "redraws" if outcome is not None else "none stated")


def _say(answer: Answer[Space]) -> tuple[Claim, ...]:
    found = answer.detail
    table, zone = found.table, found.zone
    n = table.space.n_packages
    total = f"{n:,} possible package{'' if n == 1 else 's'}"
    points = plural(found.frontier.n_points, "point")
    if zone is None:
        sentence = (
            f"There are {total} on {plural(len(table.issues), 'issue')}, and the frontier on which nobody gains "
            f"without another's loss has {points}. What the parties have without a deal is not in this case, so which "
            "of them all would accept is not said."
        )
        reading = ""
    elif zone.empty:
        sentence = f"In the model no deal is acceptable to all {len(table.parties)} parties: none of {total} is."
        reading = (
            f"The least that {table.who(zone.out_of_reach)} "
            f"{'accepts' if len(zone.out_of_reach) == 1 else 'accept'} is above every package."
            if zone.out_of_reach
            else "Each party could be satisfied by some package, and no package satisfies all at once."
        )
    else:
        count = zone.n_acceptable
        asked = f"all {len(table.parties)} parties{' whose lines are stated' if table.left_out else ''}"
        many = "some" if count is None else f"{count:,}"
        sentence = (
            f"In the model one of {total} is acceptable to {asked}; on it nobody can gain without another's loss."
            if count == 1
            else f"In the model {many} of {total} are acceptable to {asked}; on {zone.frontier.n_points:,} of them "
            "nobody can gain without another's loss."
        )
        reading = ""
    reading = " ".join(filter(None, (reading, _blockers(found), _share(answer))))
    lines = []
    if text := _text(found):
        lines.append(PageLine("where it stands", text, 20))
    return (
        Claim(
            key="deal-space",
            sentence=sentence,
            reading=reading,
            table=_table(found),
            chart=partial(_chart, found) if found.frontier.n_points > 1 else None,
            chart_summary=sentence,
            lines=tuple(lines),
            caveats=(*table.caveats, *(() if table.packages is not None else (too_many(table),))),
            ask_next=_questions(found),
            lead=110,
            names_subject=True,
        ),
    )


def _share(answer: Answer[Space]) -> str:
    """How often a deal exists over the redraws."""
    outcome = answer.outcome
    if outcome is None or len(outcome.verdict) <= 20:
        return ""
    share = float(outcome.verdict[1:].mean())
    return f"Some deal is acceptable to all in {percent(share)} of redraws over the ranges of the inputs."


def _questions(found: Space) -> tuple[str, ...]:
    """What to ask whom: of those who refuse the text, what they would need; of who blocks alone, how firm it is."""
    table = found.table
    asked = [f"What would {table.parties[at]} need in the text on the table?" for at in found.refuse_text[:2]]
    if found.alone is not None and found.alone.any():
        name = table.parties[int(np.argmax(found.alone))]
        asked.append(f"What does {name} really have without a deal, and how sure is it of that?")
    return (*asked, "What else could be put on the table, and is any option missing here?")


def _blockers(found: Space) -> str:
    if found.blocks is None or found.alone is None or found.zone is None:
        return ""
    table, total = found.table, found.table.space.n_packages
    order = sorted(range(len(table.parties)), key=lambda at: (-found.blocks[at], at))  # type: ignore[index]
    if not found.blocks.any():
        return "Nobody refuses any package."
    refuses = [f"{table.parties[at]} {percent(float(found.blocks[at]) / total)}" for at in order if found.blocks[at]]
    text = f"Share of packages that each refuses: {listing(refuses[:4])}."
    worst = int(np.argmax(found.alone))
    if found.alone[worst]:
        text += f" {table.parties[worst]} alone stands in the way of {found.alone[worst]} that all the others accept."
    return text


def _text(found: Space) -> str:
    table = found.table
    if table.proposed is None or not table.bounded:
        return ""
    name = f"The text on the table ({table.name(table.proposed)})"
    if found.refuse_text:
        short = [
            f"{table.parties[at]} by {_number(float(table.floor[0, at] - found.text[at]))}"  # type: ignore[index]
            for at in found.refuse_text
        ]
        return f"{name} is below the line of {listing(short)} (each on its own scale)."
    return f"{name} is acceptable to all in the model."


def _number(value: float) -> str:
    from comity.findings.wording import two

    return two(value)


def _table(found: Space) -> Table:
    table = found.table
    source = found.zone.frontier if found.zone is not None and not found.zone.empty else found.frontier
    rows: list[tuple[Value, ...]] = []
    for at in range(min(_SHOWN, source.n_points)):
        package = source.packages[at]
        rows.append((
            *(table.options[issue][int(option)] for issue, option in enumerate(package)),
            *(float(value) for value in source.utilities[at]),
        ))  # fmt: skip
    which = "acceptable to all" if source is not found.frontier else "whoever accepts it"
    more = f", the first {_SHOWN} of {source.n_points}" if source.n_points > _SHOWN else ""
    caption = f"Packages that nobody can gain on without another's loss, {which}{more} (utilities on own scales)"
    return Table(caption, (*table.issues, *table.parties), tuple(rows))


def _chart(found: Space) -> dict[str, Any]:
    from comity.findings.deal_chart import deals_on_own_scales, frontier_of_two

    table = found.table
    zone = found.zone
    source = zone.frontier if zone is not None and not zone.empty else found.frontier
    marks = []
    if found.text is not None:
        marks.append(("text on the table", found.text))
    floor = table.floor[0] if table.bounded else None
    points = source.utilities[:_SHOWN]
    if len(table.parties) == 2:
        return frontier_of_two(table.parties, found.frontier.utilities, floor, marks)
    return deals_on_own_scales(table.parties, points, floor, (table.space.worst(), table.space.best()), marks)


DEAL_SPACE = Analysis(
    name="deal-space",
    chapter=CHAPTER,
    question="Which deals are possible?",
    version=1,
    method=RAIFFA,
    reads=Reads(needs=DEAL, optional=(*LINES, *MORE)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=work,
)
