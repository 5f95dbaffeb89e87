"""What would one actor's move change: agreement, blocs, polarisation, the weighted median and the trades there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np
from pydantic import Field

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
from comity.findings.contract import FloatArray, IntArray, Spec, Value
from comity.findings.wording import listing, percent, plural, two
from comity.positions.agreement import agreement_of
from comity.positions.analyses.contested import ASSUMED
from comity.positions.analyses.networks import network_between
from comity.positions.analyses.stated import CHAPTER, NEEDS, OPTIONAL, Stated, stated_of, weights_of
from comity.positions.blocs import blocs, pairs_changed
from comity.positions.linkage import linkage_of
from comity.positions.moves import agreement_changes, each_moved, far_ends, where_others_stand
from comity.positions.pivots import median_actors
from comity.positions.polarisation import contest
from comity.positions.table import PositionTable

ONE_MOVE = Citation(
    "the measures of this chapter, one actor moved",
    "Agreement (Signorino & Ritter 1999), blocs of largest modularity (Newman & Girvan 2004), polarisation (Esteban & "
    "Ray 1994), the weighted median (Black 1948) and swaps across issues (after Stokman & Van Oosten 1994), each "
    "worked out again with one actor alone at another place. Cited from memory; the move is ours.",
)
_NOTHING = 1e-9
_OF_ISSUES = ("most_on", "of", "trades")
_NOBODY = "no one actor's move changes the mean agreement"
_WHERE = {"others": "where the others stand on average", "far-end": "the far end of every scale"}


class MoveOptions(Options):
    """Where the one actor goes."""

    to: Literal["others", "far-end"] = Field(
        default="others",
        description="Where one actor alone goes: to the weighted mean of the others, or to the far end of every scale.",
    )


@dataclass(frozen=True)
class _Taken:
    stated: Stated
    weights: FloatArray
    weighed_by: str
    alpha: FloatArray
    reach: FloatArray


@dataclass(frozen=True)
class Effects:
    """What each actor's move alone does to the case as written, ``(n_actors,)`` or ``(n_actors, n_issues)`` each."""

    blocs: IntArray
    others_changed: FloatArray
    polarisation: FloatArray
    median: FloatArray
    trading_pairs: IntArray


@dataclass(frozen=True)
class Moves:
    """The mean agreement as written and what each move adds to it; all other effects are worked out when it is said."""

    taken: _Taken
    targets: FloatArray
    to: str
    agreement: float
    change: FloatArray

    @cached_property
    def now(self) -> Effects:
        """The case as written, one row."""
        return _effects(self.taken, self.taken.stated.table.as_written)

    @cached_property
    def after(self) -> Effects:
        """The case with each actor moved alone, a row an actor."""
        return _effects(self.taken, each_moved(self.taken.stated.table, self.targets))


def _take(view: View, rows: Rows) -> _Taken:
    stated = stated_of(view, rows)
    if len(stated.actors) < 3:
        raise CannotAnswerError("needs an actor with a position, and two more: of two there is only one pair")
    alpha, reach = (view.numbers(name, rows) for name in ASSUMED)
    return _Taken(stated, *weights_of(view, rows, stated), alpha, reach)


def _run(taken: _Taken, options: MoveOptions) -> Answer[Moves]:
    table = taken.stated.table
    targets = where_others_stand(table, taken.weights) if options.to == "others" else far_ends(table)
    now, change = agreement_changes(table, targets)
    if np.isnan(now[0]):
        raise CannotAnswerError("needs two actors that share an issue which matters to one of them")
    size = np.abs(change)
    actors = taken.stated.actors
    most = size.argmax(axis=1)
    # Who changes it alike as written is named together: which of them comes first in a redraw says nothing.
    alike = np.flatnonzero(size[0] > size[0].max() - _NOTHING)
    most[np.isin(most, alike)] = alike[0]
    verdict = np.where(size.max(axis=1) > _NOTHING, most, len(actors)).astype(np.int64)
    names = {int(alike[0]): either([actors[at] for at in alike])}
    labels = (
        *(f"agreement changes most with the move of {names.get(at, who)}" for at, who in enumerate(actors)),
        _NOBODY,
    )
    values = {"largest_change": size.max(axis=1)}
    detail = Moves(taken, targets[:1], options.to, float(now[0]), change[0])
    return Answer(detail, Outcome(verdict, labels, values), "redraws")


def _effects(taken: _Taken, table: PositionTable) -> Effects:
    members = blocs(network_between(agreement_of(table))).members
    written = blocs(network_between(agreement_of(taken.stated.table.as_written))).members[0]
    changed = pairs_changed(members, written)
    n, m = table.stated.shape
    own = np.zeros(len(members))
    if len(members) == n:
        own = changed[np.arange(n), np.arange(n)].sum(axis=1).astype(np.float64)
    others = (changed.sum(axis=(1, 2)) / 2 - own) / ((n - 1) * (n - 2) / 2)
    weights = taken.weights[:1]
    middle = np.stack([_median(table.positions[:, :, issue], weights[0, :, issue]) for issue in range(m)], axis=1)
    return Effects(
        members.max(axis=1) + 1,
        others,
        contest(table.positions, weights, taken.alpha[0], taken.reach[0]).polarisation,
        middle,
        linkage_of(table).trading_pairs,
    )


def _median(positions: FloatArray, weights: FloatArray) -> FloatArray:
    """The place of the weighted median of those that state a position, halfway where two mark it."""
    known = ~np.isnan(positions[0])
    if not known.any():
        return np.full(len(positions), np.nan)
    here = positions[:, known]
    low, high = median_actors(here, np.broadcast_to(weights[known], here.shape))
    at = np.arange(len(here))
    found: FloatArray = (here[at, low] + here[at, high]) / 2
    return found


def _say(answer: Answer[Moves]) -> tuple[Claim, ...]:
    found = answer.detail
    stated = found.taken.stated
    actors, where = stated.actors, _WHERE[found.to]
    order = sorted(range(len(actors)), key=lambda actor: (-round(abs(float(found.change[actor])), 9), actor))
    top = order[0]
    reading = "One actor is moved at a time, its salience and all the others as written."
    if abs(found.change[top]) <= _NOTHING:
        sentence = f"In the model no one actor's move to {where} changes the mean agreement of all pairs."
    else:
        alike = [actors[actor] for actor in order if abs(found.change[actor]) > abs(found.change[top]) - _NOTHING]
        sentence = (
            f"In the model the move of one actor alone to {where} changes agreement most if it is {either(alike)}: the "
            f"mean of all pairs goes from {two(found.agreement)} to {two(found.agreement + found.change[top])} of 1."
        )
        besides = _besides(found, top)
        reading = f"{besides + ' ' if besides else ''}{reading}"
    columns: tuple[str, ...] = (
        "actor",
        "agreement",
        "blocs",
        "pairs_of_others",
        "polarisation",
        "most_on",
        "median",
        "of",
        "trades",
    )
    rows = tuple(_row(found, actor) for actor in order)
    if stated.one_issue:
        # Of one issue it goes without saying which, and nothing can be traded against it.
        columns = tuple(name for name in columns if name not in _OF_ISSUES)
        rows = tuple((*row[:5], row[6]) for row in rows)
    title = f"What each actor's move alone to {where} adds to each measure; blocs after it ({found.now.blocs[0]} now)"
    return (
        Claim(
            key="moves",
            sentence=sentence,
            reading=reading,
            table=Table(title, columns, rows),
            chart=partial(_chart, found, order),
            chart_summary=sentence,
            caveats=(
                *stated.notes,
                "In the model, changing one actor's positions alone; what would move it, and who follows, is left out.",
                "Pairs of others: the share of them that come together in a bloc or part. Polarisation and median: the "
                "largest change on any issue, as a share of the largest there can be and of the scale.",
                f"Positions are weighted by {found.taken.weighed_by}. The weighted median is that of all with a "
                "position; who is pivotal under a decision rule is a question of its own.",
            ),
        ),
    )


def _besides(found: Moves, actor: int) -> str:
    """What else the move changes, in a sentence; empty where nothing does."""
    now, after, parts = found.now, found.after, []
    issues = found.taken.stated.issues
    at, change = _largest(after.polarisation[actor] - now.polarisation[0])
    if change:
        was, becomes = (two(float(value)) for value in (now.polarisation[0, at], after.polarisation[actor, at]))
        if was != becomes:
            parts.append(f"the polarisation of {issues[at].id} goes from {was} to {becomes}")
    if after.blocs[actor] != now.blocs[0]:
        parts.append(f"{plural(int(now.blocs[0]), 'bloc')} become {int(after.blocs[actor])}")
    elif after.others_changed[actor] > 0:
        parts.append(f"{percent(float(after.others_changed[actor]))} of the pairs of others come together or part")
    at, change = _largest(after.median[actor] - now.median[0])
    if change:
        parts.append(f"the weighted median of {issues[at].id} moves by {percent(abs(change))} of its scale")
    more = int(after.trading_pairs[actor] - now.trading_pairs[0])
    if more:
        parts.append(f"{plural(abs(more), 'pair')} {'more' if more > 0 else 'fewer'} could trade across issues")
    return f"With {found.taken.stated.actors[actor]} moved {listing(parts)}." if parts else ""


def _largest(changes: FloatArray) -> tuple[int, float]:
    """Where the largest change is, and the change; 0.0 where there is none."""
    size = np.nan_to_num(np.abs(changes))
    at = int(size.argmax())
    return at, float(changes[at]) if size[at] > _NOTHING else 0.0


def either(names: Sequence[str]) -> str:
    """Names as alternatives; the first three, and how many more.

    Example:
        >>> either(["France"]), either(["France", "Italy"]), either(["A", "B", "C", "D"])
        ('France', 'France or Italy', 'A, B, C or 1 more')
    """
    shown = [*names[:3], *([f"{len(names) - 3} more"] if len(names) > 3 else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _row(found: Moves, actor: int) -> tuple[Value, ...]:
    now, after, issues = found.now, found.after, found.taken.stated.issues
    at, polarised = _largest(after.polarisation[actor] - now.polarisation[0])
    of, median = _largest(after.median[actor] - now.median[0])
    return (
        found.taken.stated.actors[actor],
        round(float(found.change[actor]), 4),
        int(after.blocs[actor]),
        round(float(after.others_changed[actor]), 4),
        round(polarised, 4),
        issues[at].id if polarised else None,
        round(median, 4),
        issues[of].id if median else None,
        int(after.trading_pairs[actor] - now.trading_pairs[0]),
    )


def _chart(found: Moves, order: list[int]) -> Spec:
    from comity.findings.charts import bars

    names = [found.taken.stated.actors[actor] for actor in order]
    changes = [float(found.change[actor]) for actor in order]
    return bars(names, {"change": changes}, "change of the mean agreement of all pairs, 1 the most there can be")


MOVES = Analysis(
    name="moves",
    chapter=CHAPTER,
    question="What would one actor's move change?",
    version=1,
    method=ONE_MOVE,
    reads=Reads(needs=NEEDS, optional=(*OPTIONAL, "actors.capability", *ASSUMED)),
    options=MoveOptions,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 4 * taken.stated.steps,
)
