"""What would leaving an issue off the table, or a party away from it, do to the deals that are possible?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, LINES, MORE, DealTable, deal_of
from comity.bargaining.deals import DealError, TooManyPoints, Zone, value_of_issue, value_of_party
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
from comity.findings.wording import listing, plural

ADDING = Citation(
    "Sebenius 1983",
    "Adding and dropping issues and parties (Sebenius 1983, International Organization 37; from memory, not opened): "
    "the zone of agreement, the frontier in it and Nash's package with and without each. An issue that is off the "
    "table stays at one of its options; a party that is away is not asked. Exact on the packages.",
)
NOT_FIXED = (
    "In the model only one thing changes at a time. What would not stay fixed: a party that is away takes its money, "
    "land or votes with it and may act alone; an issue that is off the table comes back elsewhere; and what the others "
    "have without a deal would change with both."
)
_MOST_WORK = 20_000
_MOST_PARTIES = 60
_MOST_CELLS = 1_000_000


@dataclass(frozen=True)
class Without:
    """The deals that are left without something.

    Attributes:
        issue: the issue that is off the table, or None.
        option: where it stays.
        party: the party that is away, or None.
        acceptable: how many packages all who are left accept; None where they are too many to count here.
        efficient: points of the frontier among them.
        smallest: the largest smallest gain over the lines, as a share of a party's span with everything on the table.
        exists: share of redraws in which a deal exists; None where there is nothing, or too much, to redraw.
        changes: ``(n_parties,)`` what each has more under Nash's rule without it; NaN where there is no zone.
    """

    issue: int | None
    option: int | None
    party: int | None
    acceptable: int | None
    efficient: int
    smallest: float | None
    exists: float | None
    changes: FloatArray


@dataclass(frozen=True)
class Agenda:
    """Everything as it is, then without each issue at each of its options, then without each party."""

    table: DealTable
    whole: Without
    parts: tuple[Without, ...]


def _take(view: View, rows: Rows) -> DealTable:
    return deal_of(view, rows)


def _run(table: DealTable, options: Options) -> Answer[Agenda]:
    changes = sum(len(each) for each in table.options) + len(table.parties)
    if len(table.parties) > _MOST_PARTIES:
        raise CannotAnswerError(f"has more than {_MOST_PARTIES} parties, too many to leave each away in turn")
    try:
        points = table.written.frontier.n_points
    except TooManyPoints as error:
        raise CannotAnswerError(f"has a deal space that is too large: {error}") from None
    if points * changes > _MOST_WORK:
        raise CannotAnswerError(
            f"has a frontier of {points:,} points, too many to look at again for each of {changes} changes"
        )
    kept = _Kept(table)
    n = len(table.parties)
    everybody = list(range(n))
    whole = kept.without(table.written.zone, everybody, None, None, None, np.zeros(n))
    parts = []
    for issue, names in enumerate(table.options):
        for option in range(len(names)):
            try:
                found = value_of_issue(table.space, issue, option)
            except DealError:  # the option stands in no package
                continue
            parts.append(kept.without(found.without_it, everybody, issue, option, None, -found.changes["nash"]))
    if n > 2:
        for party in range(n):
            others = [at for at in everybody if at != party]
            change = value_of_party(table.space, party)
            moved = np.full(n, np.nan)
            moved[others] = -change.changes["nash"]
            parts.append(kept.without(change.without_it, others, None, None, party, moved))
    uncertainty = "redraws" if kept.redrawn else "none stated"
    return Answer(Agenda(table, whole, tuple(parts)), None, uncertainty)  # type: ignore[arg-type]


class _Kept:
    """Who accepts what, in the case as written and in the redraws, of packages few enough to be listed."""

    def __init__(self, table: DealTable) -> None:
        self.table = table
        self.listed = table.packages
        self.redrawn = self.listed is not None and 1 < table.n_rows <= _MOST_CELLS / len(self.listed)
        if self.listed is None:
            return
        worth, floors = table.table(0, 1), table.floors(0, 1)
        self.accepted = table.accepted(worth, floors)[0]
        self.shares = (worth[0] - floors[0]) / table.span
        # Of each redraw and package: who refuses it, a bit a party.
        bits = 1 << np.arange(len(table.parties))
        self.refusing = [~table.accepted(*block) @ bits for block in table.blocks()] if self.redrawn else []

    def without(
        self,
        zone: Zone,
        parties: list[int],
        issue: int | None,
        option: int | None,
        party: int | None,
        moved: FloatArray,
    ) -> Without:
        if self.listed is None:
            smallest = None
            if not zone.empty:
                gains = (zone.frontier.utilities - zone.disagreement) / self.table.span[parties]
                smallest = float(gains.min(axis=1).max())
            return Without(issue, option, party, None, zone.frontier.n_points, smallest, None, moved)
        rows = np.ones(len(self.listed), np.bool_) if issue is None else self.listed[:, issue] == option
        acceptable = int(self.accepted[rows][:, parties].all(axis=1).sum())
        smallest = float(self.shares[rows][:, parties].min(axis=1).max())
        exists = None
        if self.redrawn:
            asked = sum(1 << at for at in parties)
            open_rows = np.concatenate([((block[:, rows] & asked) == 0).any(axis=1) for block in self.refusing])
            exists = float(open_rows[1:].mean())
        return Without(issue, option, party, acceptable, zone.frontier.n_points, smallest, exists, moved)


def _say(answer: Answer[Agenda]) -> tuple[Claim, ...]:
    found = answer.detail
    table, whole = found.table, found.whole
    away = [each for each in found.parts if each.party is not None]
    parts = _of_issues(found)
    first = _of_parties(found, away) if away else ""
    if not first:
        whole_sentence = parts.pop(0)
        first = whole_sentence[0].lower() + whole_sentence[1:]
    sentence = first
    line = PageLine("what would change it", f"In the model, changing one thing alone: {sentence}", 15)
    return (
        Claim(
            key="agenda",
            sentence=f"In the model, changing one thing alone: {sentence}",
            reading=" ".join(parts),
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=f"In the model, changing one thing alone: {sentence}",
            lines=(line,) if whole.efficient == 0 else (),
            caveats=(NOT_FIXED, *table.caveats),
            names_subject=True,
        ),
    )


def _of_parties(found: Agenda, away: list[Without]) -> str:
    """Whose absence opens a zone, or leaves the most packages acceptable."""
    table, whole = found.table, found.whole
    if whole.efficient == 0:
        opens = [table.parties[each.party] for each in away if each.efficient and each.party is not None]
        return (
            f"without {' or '.join(opens[:4])} some deal is acceptable to all others; with all of them none is."
            if opens
            else "no deal is acceptable to all, and none is to the others without any one party."
        )
    most = max(away, key=lambda each: (each.acceptable or 0, each.efficient))
    assert most.party is not None
    if most.acceptable is None or whole.acceptable is None:
        return (
            f"without any one party the others still have a deal; {plural(whole.efficient, 'point')} on its frontier."
        )
    if most.acceptable == whole.acceptable:
        return "no party's absence would leave the others more packages that all of them accept."
    return (
        f"without {table.parties[most.party]} {most.acceptable} packages are acceptable to all others, not "
        f"{whole.acceptable}."
    )


def _of_issues(found: Agenda) -> list[str]:
    """For each issue, where it may not stay if it is off the table."""
    table, whole = found.table, found.whole
    if whole.efficient == 0:
        return ["Leaving an issue where it stands at one of its options takes packages away, and so opens no zone."]
    texts, free = [], []
    for issue, name in enumerate(table.issues):
        of_issue = [each for each in found.parts if each.issue == issue]
        closed = [f"“{table.options[issue][each.option]}”" for each in of_issue
                  if each.efficient == 0 and each.option is not None]  # fmt: skip
        if not closed:
            free.append(name)
        elif len(closed) == len(of_issue):
            texts.append(f"Off the table, {name} leaves no deal wherever it stays.")
        else:
            texts.append(f"Off the table, {name} leaves no deal if it stays at {' or '.join(closed)}.")
    if free:
        texts.append(
            f"Without {listing(free)} a deal remains wherever {'it stays' if len(free) == 1 else 'they stay'}."
        )
    return texts


def _words(found: Agenda, each: Without) -> str:
    if each.party is not None:
        return f"without {found.table.parties[each.party]}"
    if each.issue is None or each.option is None:
        return "as it is"
    return f"{found.table.issues[each.issue]} stays at “{found.table.options[each.issue][each.option]}”"


def _table(found: Agenda) -> Table:
    table = found.table
    rows: list[tuple[Value, ...]] = []
    for each in (found.whole, *found.parts):
        moved = np.nan_to_num(each.changes)
        gain = [table.parties[at] for at in np.flatnonzero(moved > 1e-9)]
        lose = [table.parties[at] for at in np.flatnonzero(moved < -1e-9)]
        rows.append((
            _words(found, each),
            "yes" if each.efficient else "no",
            each.acceptable,
            each.efficient,
            each.smallest,
            each.exists,
            listing(gain) if gain else None,
            listing(lose) if lose else None,
        ))  # fmt: skip
    columns = (
        "change",
        "a deal exists",
        "acceptable packages",
        "on the frontier",
        "largest smallest gain (share of span)",
        "a deal exists in redraws",
        "gain under Nash's rule",
        "lose under Nash's rule",
    )
    return Table("One issue or one party less, all else as written", columns, tuple(rows))


def _chart(found: Agenda) -> dict[str, Any]:
    from comity.findings.charts import bars

    shown = [each for each in (found.whole, *found.parts) if each.smallest is not None]
    shares = [each.smallest for each in shown if each.smallest is not None]
    return bars([_words(found, each) for each in shown], {"best for whoever gains least": shares},
                "largest smallest gain over the lines, of the span (below 0: no deal)")  # fmt: skip


AGENDA = Analysis(
    name="agenda",
    chapter=CHAPTER,
    question="What would one issue or one party less change?",
    version=1,
    method=ADDING,
    reads=Reads(needs=(*DEAL, *LINES), optional=MORE),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
