"""A single negotiating text: drafts from the text on the table to the frontier by which nobody loses at any step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, LINES, MORE, DealTable, deal_of
from comity.bargaining.deals import Drafts, TooManyPoints, path_of_drafts
from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, plural, two

SINGLE_TEXT = Citation(
    "Raiffa 1982; Fisher & Ury 1981",
    "A single negotiating text (Fisher & Ury 1981, Getting to Yes; Raiffa 1982, The Art and Science of Negotiation, on "
    "Camp David; from memory, not opened): nobody loses by any draft, and each changes one issue, or as few as lead to "
    "the frontier. The shortest such path; of equally short ones the one whose smallest gain, as a share of the "
    "party's span, is largest.",
)
_TINY = 1e-9


@dataclass(frozen=True)
class Path:
    """The drafts, and the names of those who accept each (None where no lines are stated)."""

    table: DealTable
    drafts: Drafts
    from_text: bool
    refuse: tuple[tuple[int, ...], ...] | None


def _take(view: View, rows: Rows) -> DealTable:
    return deal_of(view, rows, "where stated")


def _run(table: DealTable, options: Options) -> Answer[Path]:
    try:
        start = table.proposed if table.proposed is not None else _worst_acceptable(table)
        found = path_of_drafts(table.space, start, most_issues=len(table.issues))
    except TooManyPoints as error:
        raise CannotAnswerError(f"has a deal space that is too large: {error}") from None
    refuse = None
    if table.bounded:
        short = found.utilities < table.floor[0] - table.alike
        refuse = tuple(tuple(np.flatnonzero(each).tolist()) for each in short)
    return Answer(Path(table, found, table.proposed is not None, refuse), None, "none stated")


def _worst_acceptable(table: DealTable) -> tuple[int, ...]:
    """The package acceptable to all that leaves the party worst off least above its line; a cautious first draft."""
    if not table.bounded or table.packages is None:
        raise CannotAnswerError("needs a text on the table to start from (deal.proposed)")
    worth = table.table(0, 1)[0]
    kept = np.flatnonzero(table.accepted(worth[None], table.floors(0, 1))[0].all(axis=1))
    if not len(kept):
        raise CannotAnswerError("needs a text on the table to start from (deal.proposed), and no package is acceptable")
    shares = np.sort((worth[kept] - table.floor[0]) / table.span, axis=1).round(12)
    return tuple(table.packages[kept[np.lexsort(shares.T[::-1])[0]]].tolist())


def _say(answer: Answer[Path]) -> tuple[Claim, ...]:
    found = answer.detail
    table, drafts = found.table, found.drafts
    start = "the text on the table" if found.from_text else "the least that all would accept"
    steps = len(drafts.packages) - 1
    gains = drafts.utilities[-1] - drafts.utilities[0]
    if not steps:
        sentence = (
            f"From {start} ({table.name(drafts.packages[0])}) no draft leads on by which nobody loses"
            f"{': it is on the frontier' if drafts.on_frontier else ', though it is not on the frontier'}."
        )
    else:
        ends = ("reach" if steps > 1 else "reaches") + " the frontier"
        if not drafts.on_frontier:
            ends = ("stop" if steps > 1 else "stops") + " short of the frontier"
        shares = [f"{table.parties[at]} {two(float(gains[at]))}" for at in range(len(gains)) if gains[at] > _TINY]
        many = "one draft" if steps == 1 else plural(steps, "draft")
        sentence = (
            f"From {start} {many} by which nobody loses at any step {ends}: "
            f"{'; then '.join(_step(found, at) for at in range(1, steps + 1))}. In the end {listing(shares)} "
            "(gains, each on its own scale)."
        )
    parts = []
    if found.refuse is not None:
        last, which = found.refuse[-1], "The last draft" if steps else "That text"
        parts.append(
            f"{which} is still below the line of {table.who(last)}."
            if last
            else f"{which} is acceptable to all in the model."
        )
    if drafts.issues_a_step > 1:
        parts.append(
            f"One issue at a time nothing leads there without somebody losing: up to {drafts.issues_a_step} issues "
            "have to change together."
        )
    if not drafts.on_frontier:
        parts.append("What is left would need several issues changed together.")
    parts.append("A mediator who writes such drafts would have to know what each party gains; parties may not say.")
    lines = (PageLine("who gains", sentence, 40),) if steps else ()
    return (
        Claim(
            key="drafts",
            sentence=sentence,
            reading=" ".join(parts),
            table=_table(found),
            chart=partial(_chart, found) if steps else None,
            chart_summary=sentence,
            lines=lines,
            caveats=table.caveats,
            names_subject=True,
        ),
    )


def _step(found: Path, at: int) -> str:
    table, packages = found.table, found.drafts.packages
    return listing(
        [
            f"“{table.options[issue][packages[at, issue]]}” for “{table.options[issue][packages[at - 1, issue]]}” "
            f"({table.issues[issue]})"
            for issue in np.flatnonzero(packages[at] != packages[at - 1])
        ]
    )


def _shares(found: Path) -> FloatArray:
    return np.asarray((found.drafts.utilities - found.drafts.utilities[0]) / found.table.span)


def _table(found: Path) -> Table:
    table, drafts = found.table, found.drafts
    rows: list[tuple[Value, ...]] = []
    for at, package in enumerate(drafts.packages):
        gains = drafts.utilities[at] - drafts.utilities[max(at - 1, 0)]
        refuse = () if found.refuse is None else (table.who(found.refuse[at]) if found.refuse[at] else None,)
        change = _step(found, at) if at else "the start"
        rows.append((at, change, table.name(package), *(float(gain) for gain in gains), *refuse))
    refusing = () if found.refuse is None else ("who still refuses",)
    columns = ("draft", "change", "text", *(f"{party}: gain" for party in table.parties), *refusing)
    return Table("Drafts, and what each gives whom (own scales)", columns, tuple(rows))


def _chart(found: Path) -> dict[str, Any]:
    from comity.findings.deal_chart import gains_over_drafts

    return gains_over_drafts(found.table.parties, _shares(found))


DRAFTS = Analysis(
    name="drafts",
    chapter=CHAPTER,
    question="Which drafts lead on without anybody losing?",
    version=1,
    method=SINGLE_TEXT,
    reads=Reads(needs=DEAL, optional=(*LINES, *MORE)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
