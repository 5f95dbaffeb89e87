"""Who blocks the text on the table, and what is the smallest change that would unblock them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, LINES, MORE, DealTable, deal_of, kinds_of, work
from comity.bargaining.deals import Unblocking, cheapest_change
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
from comity.findings.wording import listing, percent, plural, two

CHANGING = Citation(
    "every package tried",
    "The fewest issues of the text are changed; of such changes the one whose largest cost to anybody, as a share of "
    "that party's span from its worst to its best package, is smallest. Whoever accepts the text still does. Our own "
    "measure; every package is tried.",
)


@dataclass(frozen=True)
class Blocked:
    """Who refuses the text and by how much; for each of them, and for all, the smallest change that unblocks."""

    table: DealTable
    refuse: tuple[int, ...]
    short: FloatArray
    alone: tuple[Unblocking | None, ...]
    together: Unblocking | None


def _take(view: View, rows: Rows) -> DealTable:
    return deal_of(view, rows)


def _run(table: DealTable, options: Options) -> Answer[Blocked]:
    if table.proposed is None:
        raise CannotAnswerError("needs a text on the table (deal.proposed)")
    if table.packages is None:
        raise CannotAnswerError("has too many packages to try each of them as a change of the text")
    start = table.place(table.proposed)
    refusing = ~table.accepted(table.table(only=[start]), table.floors())[:, 0]
    kinds, verdict = kinds_of(refusing)
    labels = tuple(_label(table, who) for who in kinds)
    count = refusing.sum(axis=1).astype(np.float64)
    outcome = Outcome(verdict, labels, {"parties that refuse": count})
    worth, floor = table.table(0, 1)[0], table.floor[0]
    refuse = tuple(np.flatnonzero(refusing[0]).tolist())

    def change(who: tuple[int, ...]) -> Unblocking | None:
        return cheapest_change(table.packages, worth, floor, start, who, alike=table.alike)  # type: ignore[arg-type]

    detail = Blocked(
        table,
        refuse,
        floor - worth[start],
        tuple(change((each,)) for each in refuse),
        change(refuse) if refuse else None,
    )
    return Answer(detail, outcome, "redraws")


def _label(table: DealTable, refuse: list[int]) -> str:
    return (
        f"{table.who(refuse)} block{'s' if len(refuse) == 1 else ''} the text" if refuse else "nobody blocks the text"
    )


def _say(answer: Answer[Blocked]) -> tuple[Claim, ...]:
    found = answer.detail
    table = found.table
    if not found.refuse:
        sentence = f"Nobody blocks the text on the table ({table.name(table.proposed or ())}) in the model."
        return (Claim(key="unblocking", sentence=sentence, caveats=table.caveats, names_subject=True),)
    are = "blocks" if len(found.refuse) == 1 else "block"
    sentence = f"In the model {table.who(found.refuse)} {are} the text on the table. "
    if found.together is None:
        sentence += "No change of it would be acceptable to all: the zone of agreement is empty."
    else:
        sentence += f"The smallest change that all would accept is {_change(found, found.together)}."
    parts = []
    for party, each in zip(found.refuse, found.alone, strict=True):
        if len(found.refuse) > 1:
            what = f"by {_change(found, each)}" if each is not None else "by no package that the others still accept"
            parts.append(f"{table.parties[party]} alone would be unblocked {what}.")
    lines = () if found.together is None else (PageLine("where it stands", sentence, 25),)
    return (
        Claim(
            key="unblocking",
            sentence=sentence,
            reading=" ".join(parts),
            table=_table(found),
            lines=lines,
            caveats=(*table.caveats, "“Smallest” is in units of the model, not what a change costs in diplomacy."),
            ask_next=tuple(f"What would {table.parties[at]} need in the text on the table?" for at in found.refuse[:2]),
            names_subject=True,
        ),
    )


def _change(found: Blocked, each: Unblocking) -> str:
    table = found.table
    assert table.packages is not None
    assert table.proposed is not None
    words = [
        f"“{table.options[issue][int(table.packages[each.package, issue])]}” for "
        f"“{table.options[issue][table.proposed[issue]]}” ({table.issues[issue]})"
        for issue in each.issues
    ]
    return f"{listing(words)}, which {_cost(found, each)}"


def _cost(found: Blocked, each: Unblocking) -> str:
    table = found.table
    shares = -each.changes / table.span
    worst = int(np.argmax(shares))
    if shares[worst] <= 0:
        return "costs nobody anything"
    share = percent(min(1.0, float(shares[worst])))
    return f"costs {table.parties[worst]} most ({two(float(-each.changes[worst]))}, {share} of its span)"


def _table(found: Blocked) -> Table:
    table = found.table
    assert table.packages is not None
    whom = [(table.parties[at], each) for at, each in zip(found.refuse, found.alone, strict=True)]
    rows: list[tuple[Value, ...]] = []
    for name, each in [*whom, ("all who block", found.together)]:
        if each is None:
            rows.append((name, "no change would do", None, *(None for _ in table.parties)))
            continue
        package = table.name(table.packages[each.package])
        rows.append((name, package, plural(len(each.issues), "issue"), *(float(change) for change in each.changes)))
    columns = ("unblocks", "package", "changes", *(f"{party}: gain" for party in table.parties))
    return Table("The smallest change of the text that unblocks (gains on own scales)", columns, tuple(rows))


UNBLOCKING = Analysis(
    name="unblocking",
    chapter=CHAPTER,
    question="Who blocks the text, and what is the smallest change that unblocks them?",
    version=1,
    method=CHANGING,
    reads=Reads(needs=(*DEAL, *LINES), optional=MORE),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=work,
)
