"""Which trades across issues would talks about one issue at a time miss, and what are they worth?"""

from __future__ import annotations

from dataclasses import dataclass

from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, DealTable, deal_of
from comity.bargaining.deals import Linkage, TooManyPoints, Trade, linkage, log_rolls
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
from comity.findings.contract import Value
from comity.findings.wording import listing, two

LINKING = Citation(
    "Tollison & Willett 1979; Sebenius 1983",
    "Log-rolls: one party gives on an issue, another on a second one, and both gain (Tollison & Willett 1979; Sebenius "
    "1983, both International Organization; from memory, not opened). Each issue settled alone takes the option with "
    "the largest equal share of the way from each party's worst to its best option (our choice).",
)
_SHOWN = 20


@dataclass(frozen=True)
class Trades:
    """Trades from where talks stand, and what linking the issues adds to settling each alone."""

    table: DealTable
    settled: tuple[int, ...]
    from_text: bool
    linked: Linkage
    trades: tuple[Trade, ...]


def _take(view: View, rows: Rows) -> DealTable:
    return deal_of(view, rows, "unread")


def _run(table: DealTable, options: Options) -> Answer[Trades]:
    try:
        linked = linkage(table.space, table.written.frontier)
        settled = table.proposed if table.proposed is not None else tuple(linked.package.tolist())
        trades = log_rolls(table.space, settled)
    except TooManyPoints as error:
        raise CannotAnswerError(f"has a deal space that is too large: {error}") from None
    return Answer(Trades(table, settled, table.proposed is not None, linked, trades), None, "none stated")


def _say(answer: Answer[Trades]) -> tuple[Claim, ...]:
    found = answer.detail
    table = found.table
    start = "the text on the table" if found.from_text else "what comes of settling each issue alone"
    clean = [trade for trade in found.trades if not trade.losers]
    lines = []
    if clean:
        sentence = f"From {start}, {_trade(found, clean[0])}, and nobody else loses."
        lines.append(PageLine("who gives way", f"A trade that nobody loses by: {_trade(found, clean[0])}.", 20))
    elif found.trades:
        first = found.trades[0]
        sentence = f"From {start}, {_trade(found, first)}; it costs {table.who(first.losers)} something."
    else:
        sentence = f"From {start} no two parties gain by a trade across two issues."
    gains = found.linked.gains
    if gains.efficient:
        reading = "Settling each issue alone would already lead to the frontier."
    else:
        could = [f"{table.parties[at]} {two(float(gain))}" for at, gain in enumerate(gains.equal_gains) if gain > 1e-9]
        reading = (
            f"Each issue settled alone gives: {table.name(found.linked.package)}. Talking about all together could "
            f"add, with nobody losing, {listing(could)} (each on its own scale)."
        )
    return (
        Claim(
            key="log-rolls",
            sentence=sentence,
            reading=reading,
            table=_table(found) if found.trades else None,
            lines=tuple(lines),
            caveats=table.caveats,
            names_subject=True,
        ),
    )


def _moves(found: Trades, trade: Trade, side: int) -> str:
    table = found.table
    changed = [
        f"“{table.options[issue][after]}” for “{table.options[issue][before]}” ({table.issues[issue]})"
        for issue, before, after in zip(trade.issues[side], trade.before[side], trade.after[side], strict=True)
        if before != after
    ]
    return listing(changed)


def _trade(found: Trades, trade: Trade) -> str:
    table = found.table
    giver, taker = trade.parties
    return (
        f"{table.parties[giver]} could accept {_moves(found, trade, 0)} and {table.parties[taker]} "
        f"{_moves(found, trade, 1)}: {table.parties[giver]} gains {two(float(trade.worth[giver]))} and "
        f"{table.parties[taker]} {two(float(trade.worth[taker]))}, each on its own scale"
    )


def _table(found: Trades) -> Table:
    table = found.table
    rows: list[tuple[Value, ...]] = []
    for trade in found.trades[:_SHOWN]:
        giver, taker = trade.parties
        rows.append((
            table.parties[giver],
            _moves(found, trade, 0),
            table.parties[taker],
            _moves(found, trade, 1),
            float(trade.worth[giver]),
            float(trade.worth[taker]),
            table.who(trade.losers) if trade.losers else None,
        ))  # fmt: skip
    columns = ("one_gives", "on", "other_gives", "on_the_other", "one_gains", "other_gains", "who_loses")
    return Table("Trades across two issues in which both sides gain (own scales)", columns, tuple(rows))


LOG_ROLLS = Analysis(
    name="log-rolls",
    chapter=CHAPTER,
    question="Which trades across issues would help?",
    version=1,
    method=LINKING,
    reads=Reads(needs=DEAL, optional=("deal.together",)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
