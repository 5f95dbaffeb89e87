"""Who could trade with whom across two issues?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    Outcome,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import Spec, Value
from comity.findings.wording import percent, plural, two
from comity.positions.analyses.stated import CHAPTER, NEEDS, OPTIONAL, Stated, share_of_redraws, stated_of
from comity.positions.linkage import Linkage, linkage_of
from comity.positions.table import squared

EXCHANGE = Citation(
    "Stokman & Van Oosten 1994",
    "Exchange of positions across issues (after Stokman & Van Oosten 1994, The exchange of voting positions, in Bueno "
    "de Mesquita & Stokman, European Community Decision Making), as whole swaps counted from halfway. Cited from "
    "memory.",
)
MOST_LISTED = 60
_NOBODY = "nobody could trade"


@dataclass(frozen=True)
class Trades:
    """The swaps of the case as written, best first, and how often the best one is the best."""

    stated: Stated
    found: Linkage
    order: tuple[int, ...]
    best_share: float | None

    def swap(self, flat: int) -> tuple[int, int, int, int]:
        """The first actor, the second one, what the first gets, and what the second gets."""
        m = len(self.stated.issues)
        pair, gets, gives = flat // (m * m), flat // m % m, flat % m
        return int(self.found.pairs[pair, 0]), int(self.found.pairs[pair, 1]), gets, gives


def _take(view: View, rows: Rows) -> Stated:
    taken = stated_of(view, rows)
    if (taken.table.stated.sum(axis=0) > 1).sum() < 2:
        raise CannotAnswerError("needs two issues, on each of which two actors state a position")
    return taken


def _run(taken: Stated, options: Options) -> Answer[Trades]:
    found = linkage_of(taken.table)
    smaller = np.nan_to_num(found.smaller_gain, nan=0.0).ravel()
    worth = np.flatnonzero(smaller > 1e-12)
    order = sorted(worth.tolist(), key=lambda flat: (-smaller[flat], flat))
    detail = Trades(taken, found, tuple(order), share_of_redraws(found.best == found.best[0]))
    present, verdict = np.unique(found.best, return_inverse=True)
    labels = tuple(_label(detail, int(flat)) for flat in present)
    values = {"best_gain": found.best_gain, "trading_pairs": found.trading_pairs.astype(float)}
    return Answer(detail, Outcome(verdict.astype(np.int64), labels, values), "redraws")


def _label(trades: Trades, flat: int) -> str:
    return f"the best trade: {_words(trades, flat)}" if flat >= 0 else _NOBODY


def _words(trades: Trades, flat: int) -> str:
    first, second, gets, gives = trades.swap(flat)
    actors, issues = trades.stated.actors, trades.stated.issues
    return f"{actors[first]} gives way on {issues[gives].id}, {actors[second]} on {issues[gets].id}"


def _say(answer: Answer[Trades]) -> tuple[Claim, ...]:
    trades = answer.detail
    found = trades.found
    pairs = len(found.pairs)
    if not trades.order:
        sentence = "In the model no two actors could both gain by giving way to each other on two issues."
        reading = "Nobody stands apart from another on two issues of which each cares more about a different one."
    else:
        best = trades.order[0]
        ours, theirs = (float(gain.ravel()[best]) for gain in (found.first_gain, found.second_gain))
        sentence = (
            f"In the model {int(found.trading_pairs[0])} of {plural(pairs, 'pair')} of actors could both gain by "
            f"giving way to each other on two issues; the best for the one that gains less: {_words(trades, best)} "
            f"(gains {two(ours)} and {two(theirs)}, in salience times share of the scale)."
        )
        reading = ""
        if trades.best_share is not None:
            exists = float(found.share.ravel()[best])
            reading = (
                f"Both gain by it in {percent(exists)} of the redraws of the inputs; it is the best trade in "
                f"{percent(trades.best_share)}."
            )
    more = len(trades.order) - MOST_LISTED
    caption = "Trades in the model, the best for the one that gains less first"
    table = Table(
        caption + (f"; {more} more are not listed" if more > 0 else ""),
        (
            "actor",
            "gives_way_on",
            "other",
            "other_gives_way_on",
            "gain",
            "gain_of_the_other",
            "both_gain_in_redraws",
        ),
        tuple(_row(trades, flat) for flat in trades.order[:MOST_LISTED]),
    )
    drawn = bool(trades.order) and len(trades.stated.actors) > 2
    return (
        Claim(
            key="linkage",
            sentence=sentence,
            reading=reading,
            table=table if trades.order else None,
            chart=partial(_chart, trades) if drawn else None,
            chart_summary=sentence if drawn else "",
            caveats=(
                *trades.stated.notes,
                "A trade here is a whole swap, counted from halfway between the two on both issues. What applies if "
                "nothing is agreed, what others lose by it, who enforces it and what the decision rule allows are not "
                "in it.",
                "Each gain is on its actor's own scale of salience; the two are not compared with each other.",
            ),
        ),
    )


def _row(trades: Trades, flat: int) -> tuple[Value, ...]:
    first, second, gets, gives = trades.swap(flat)
    actors, issues, found = trades.stated.actors, trades.stated.issues, trades.found
    return (
        actors[first],
        issues[gives].id,
        actors[second],
        issues[gets].id,
        round(float(found.first_gain.ravel()[flat]), 4),
        round(float(found.second_gain.ravel()[flat]), 4),
        round(float(found.share.ravel()[flat]), 4) if trades.best_share is not None else None,
    )


def _chart(trades: Trades) -> Spec:
    from comity.findings.heat_map import pairs

    best = np.nan_to_num(trades.found.smaller_gain, nan=0.0).max(axis=(1, 2))
    n = len(trades.stated.actors)
    values = squared(np.where(best > 1e-12, best, np.nan)[None], n, np.nan)[0]
    title = "what the one that gains less gains by the pair's best trade; empty: no trade"
    return pairs(trades.stated.actors, values, title, ends=(0.0, float(best.max())))


LINKAGE = Analysis(
    name="linkage",
    chapter=CHAPTER,
    question="Who could trade with whom across issues?",
    version=1,
    method=EXCHANGE,
    reads=Reads(needs=NEEDS, optional=OPTIONAL),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: taken.steps * (1 + len(taken.issues)),
)
