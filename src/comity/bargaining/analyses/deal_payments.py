"""Who would have to be paid how much, and by whom, for all to accept a package?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.bargaining.analyses.deal_table import (
    CHAPTER,
    DEAL,
    LINES,
    MORE,
    ON_PAPER,
    DealTable,
    deal_of,
    kinds_of,
    too_many,
    work,
)
from comity.bargaining.deals import SidePayments, TooManyPoints, least_paid_package, side_payments
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
from comity.findings.contract import IntArray, Value
from comity.findings.wording import listing, two

PAID = Citation(
    "Raiffa 1982",
    "What is lacking is paid, by those with the most to spare, in utility that one party can hand to another (side "
    "payments: Raiffa 1982, The Art and Science of Negotiation; from memory, not opened). Exact on the packages.",
)
NEEDED = (
    "needs utilities that one party can hand to another, such as money: deal.transferable: true, with "
    "deal.comparable: true and one unit for every party"
)


@dataclass(frozen=True)
class Taken:
    """The deal space, and the one unit of all parties."""

    table: DealTable
    unit: str


@dataclass(frozen=True)
class Paid:
    """Payments for each package that is looked at: the text, the one with most to share, the one that needs least."""

    table: DealTable
    unit: str
    looked_at: tuple[tuple[str, IntArray, SidePayments], ...]


def _take(view: View, rows: Rows) -> Taken:
    deal = view.object("deal")
    if not deal.transferable:
        raise CannotAnswerError(NEEDED)
    return Taken(deal_of(view, rows), deal.parties[0].unit or "units")


def _run(taken: Taken, options: Options) -> Answer[Paid]:
    table = taken.table
    try:
        frontier = table.written.frontier
    except TooManyPoints as error:
        raise CannotAnswerError(f"has a deal space that is too large: {error}") from None
    floor = table.floor[0]
    best = int(np.argmax(frontier.utilities.sum(axis=1)))
    looked_at = [("the package with most to share", frontier.packages[best], frontier.utilities[best])]
    if table.proposed is not None:
        text = np.array(table.proposed, dtype=np.int64)
        looked_at.insert(0, ("the text on the table", text, table.space.of([text])[0]))
    least = least_paid_package(frontier, comparable=True)
    if least is not None:
        looked_at.append(("the package that needs least", least.package, least.utilities))
    found = tuple((name, package, side_payments(worth, floor)) for name, package, worth in looked_at)
    detail = Paid(table, taken.unit, found)
    return Answer(detail, _outcome(table, found[0][1]), "redraws" if table.packages is not None else "none stated")


def _outcome(table: DealTable, package: IntArray) -> Outcome | None:
    """Per row: who would have to be paid for this package, and whether there is enough to pay it from."""
    if table.packages is None:
        return None
    gains = table.table(only=[table.place(package)])[:, 0] - table.floors()
    lacking = gains < -table.alike
    enough = gains.sum(axis=1) >= -table.alike.max()
    kinds, verdict = kinds_of(np.column_stack([enough, lacking]))
    labels = tuple(_label(table, 0 in kind, [at - 1 for at in kind if at]) for kind in kinds)
    total = np.maximum(-gains, 0.0).sum(axis=1)
    return Outcome(verdict, labels, {"payments": total, "room": gains.sum(axis=1)})


def _label(table: DealTable, enough: bool, lacking: list[int]) -> str:
    if not lacking:
        return "nobody has to be paid"
    return f"{table.who(lacking)} would have to be paid" if enough else "no payments would do"


def _say(answer: Answer[Paid]) -> tuple[Claim, ...]:
    found = answer.detail
    table, unit = found.table, found.unit
    name, package, paid = found.looked_at[0]
    title = f"{name} ({table.name(package)})"
    if not paid.possible:
        sentence = (
            f"No side payments make {title} acceptable to all in the model: those who gain by it gain "
            f"{two(-paid.room)} {unit} less than the others lack."
        )
    elif not paid.payments:
        sentence = f"Nobody has to be paid for {title} to be acceptable to all in the model."
    else:
        receive = [f"{table.parties[at]} {two(float(paid.received[at]))}" for at in np.flatnonzero(paid.received > 0)]
        sentence = (
            f"For all to accept {title}, in the model at least {two(paid.total)} {unit} would have to change hands "
            f"({listing(receive)} received)."
        )
    parts = []
    if paid.possible:
        if paid.payments:
            parts.append(f"The fewest payers: {_payments(found, paid)}.")
        parts.append(f"Then {two(paid.room)} {unit} are left over all, and who has them is for talks to settle.")
    for other, package_of, least in found.looked_at[1:]:
        if not np.array_equal(package_of, package):
            what = f"these payments: {_payments(found, least)}" if least.payments else "no payments"
            needs = what if least.possible else "more than there is to pay from"
            parts.append(f"{other[0].upper()}{other[1:]} ({table.name(package_of)}) would need {needs}.")
    return (
        Claim(
            key="side-payments",
            sentence=sentence,
            reading=" ".join(dict.fromkeys(parts)),
            table=_table(found),
            lines=(PageLine("who gives way", sentence, 30),),
            caveats=(
                *(caveat for caveat in table.caveats if caveat != ON_PAPER),
                "A payment is counted in the case's unit alone: what it costs at home, what it is called, and whether "
                "it is kept are not in it.",
                *(() if table.packages is not None else (too_many(table),)),
            ),
            names_subject=True,
        ),
    )


def _payments(found: Paid, paid: SidePayments) -> str:
    names = found.table.parties
    return listing([f"{names[one]} pays {names[other]} {two(amount)}" for one, other, amount in paid.payments])


def _table(found: Paid) -> Table:
    table = found.table
    rows: list[tuple[Value, ...]] = []
    for name, package, paid in found.looked_at:
        words = table.name(package)
        room = float(paid.room)
        rows += [(name, words, table.parties[a], table.parties[b], amount, room) for a, b, amount in paid.payments]
        if not paid.payments:
            rows.append((name, words, None, None, 0.0 if paid.possible else None, room))
    columns = ("for", "package", "pays", "receives", "amount", "left over all")
    return Table(f"Side payments that make a package acceptable to all ({found.unit})", columns, tuple(rows))


SIDE_PAYMENTS = Analysis(
    name="side-payments",
    chapter=CHAPTER,
    question="What could payments do?",
    version=1,
    method=PAID,
    reads=Reads(needs=(*DEAL, *LINES), optional=MORE),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 2 * work(taken.table),
)
