"""How safe is a text: in what share of redraws does each party, all of them, or a rule's majority accept it?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, LINES, MORE, DealTable, deal_of, work
from comity.bargaining.deals import Robust, TooManyPoints, robust_deal
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
from comity.findings.wording import percent, plural
from comity.rules import passes
from comity.rules.stated import RULE_FIELDS, Body, body_under

REDRAWN = Citation(
    "Raiffa 1982; Savage 1951",
    "Shares of redraws of the inputs over their ranges in which a package gives a party at least its line; the robust "
    "deal has the largest smallest share over parties (ties: the largest share in which all accept). Regret as in "
    "Savage 1951, Journal of the American Statistical Association (from memory, not opened).",
)
_LEAST = 20


@dataclass(frozen=True)
class Taken:
    """The deal space, and the rule by which a deal could pass, with each party's place among its members."""

    table: DealTable
    body: Body | None
    seats: tuple[int | None, ...]


@dataclass(frozen=True)
class Accepted:
    """Shares of redraws for each package that is shown (row 0 is not one of them, unless there are no others).

    ``by`` is ``(n_shown, n_parties)``, ``by_all`` ``(n_shown,)``, ``exists`` the share in which a deal exists.
    """

    table: DealTable
    robust: Robust
    by: FloatArray
    by_all: FloatArray
    exists: float
    shown: tuple[tuple[str, int], ...]
    refuse: tuple[int, ...]
    passing: FloatArray | None
    rule: str | None
    redrawn: int


def _take(view: View, rows: Rows) -> Taken:
    table = deal_of(view, rows)
    deal = view.object("deal")
    institution = view.object("institution.rules") if deal.rule and view.has("institution.rules") else None
    if institution is None:
        return Taken(table, None, ())
    stated = next(rule for rule in institution.rules if rule.id == deal.rule)
    members = view.ids("members")
    places = tuple(members.index(each) if each in members else None for each in table.ids)
    return Taken(table, body_under(view, rows, institution, stated), places)


def _run(taken: Taken, options: Options) -> Answer[Accepted]:
    table = taken.table
    if table.packages is None:
        raise CannotAnswerError("has too many packages to look at each of them in every redraw")
    try:
        robust = robust_deal(table.draws(), comparable=table.comparable)
    except TooManyPoints as error:
        raise CannotAnswerError(f"has too much to look at: {error}") from None
    shown: list[tuple[str, int]] = []
    if table.proposed is not None:
        text = int(np.flatnonzero((table.packages == table.proposed).all(axis=1))[0])
        shown.append(("text on the table", text))
    elif robust.solved["nash"][0] >= 0:
        shown.append(("deal under Nash's rule", int(robust.solved["nash"][0])))
    else:
        shown.append(("deal that fewest refuse", _fewest_refuse(table)))
    shown += [("most robust deal", at) for at in robust.best[:2]]
    told = np.concatenate([table.accepted(*block)[:, [at for _, at in shown]] for block in table.blocks()])
    refusing = ~told[:, 0]
    redrawn = table.n_rows - 1 if table.n_rows > _LEAST else 0
    rows = slice(1, None) if redrawn else slice(None)
    kinds, verdict = np.unique(refusing, axis=0, return_inverse=True)
    labels = tuple(
        f"{table.who(who)} refuse{'s' if len(who) == 1 else ''}" if who else "all accept"
        for who in (np.flatnonzero(kind).tolist() for kind in kinds)
    )
    share = told[:, 0].mean(axis=1)
    outcome = Outcome(verdict.reshape(-1).astype(np.int64), labels, {"share of parties": share})
    passing = None
    if taken.body is not None:
        passing = np.array([_passes(taken, told[rows, place]).mean() for place in range(len(shown))])
    detail = Accepted(
        table,
        robust,
        told[rows].mean(axis=0),
        told[rows].all(axis=2).mean(axis=0),
        float((robust.solved["nash"][rows] >= 0).mean()),
        tuple(shown),
        tuple(np.flatnonzero(refusing[0]).tolist()),
        passing,
        taken.body.rule_name if taken.body is not None else None,
        redrawn,
    )
    return Answer(detail, outcome, "redraws" if detail.redrawn else "none stated")


def _fewest_refuse(table: DealTable) -> int:
    """Of the case as written, the first of the packages that most parties accept."""
    accepted = table.accepted(table.table(0, 1), table.floors(0, 1))[0]
    return int(np.argmax(accepted.sum(axis=1)))


def _passes(taken: Taken, accepted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Does the rule as written pass what these parties accept? Members who are no party do not count as accepting."""
    assert taken.body is not None
    votes = np.zeros((len(accepted), len(taken.body.members)), dtype=bool)
    for party, seat in enumerate(taken.seats):
        if seat is not None:
            votes[:, seat] = accepted[:, party]
    return np.asarray(passes(taken.body.rule, votes), dtype=bool)


def _say(answer: Answer[Accepted]) -> tuple[Claim, ...]:
    found = answer.detail
    table, robust = found.table, found.robust
    label, asked = found.shown[0]
    assert table.packages is not None
    name = table.name(table.packages[asked])
    if found.redrawn:
        each = found.by[0]
        worst = int(np.argmin(each))
        sentence = (
            f"The {label} ({name}) is acceptable to all parties in {percent(float(found.by_all[0]))} of "
            f"redraws, and to {table.parties[worst]}, its least certain party, in {percent(float(each[worst]))}."
        )
    elif found.refuse:
        who = table.who(found.refuse)
        sentence = f"The {label} ({name}) is refused by {who} in the case as written."
    else:
        sentence = f"The {label} ({name}) is acceptable to all in the case as written."
    best = robust.best[0]
    parts = []
    if found.redrawn:
        parts.append(f"Some deal is acceptable to all in {percent(found.exists)} of redraws.")
        safest = (
            f"The deal that is safest for its least certain party: {table.name(table.packages[best])} "
            f"(all accept it in {percent(float(found.by_all[1]))}, that party in "
            f"{percent(float(found.by[1].min()))})."
        )
        parts.append(safest)
    if found.passing is not None and found.rule is not None and found.redrawn:
        parts.append(
            f"Under “{found.rule}” alone the {label} would pass in {percent(float(found.passing[0]))} of redraws; "
            "who is no member of that body is then not asked."
        )
    parts.append("Shares of redraws are properties of the ranges put in, not probabilities of a deal.")
    line = PageLine("why so wide", " ".join((sentence, *parts[:-1])), 20) if found.redrawn else None
    return (
        Claim(
            key="acceptance",
            sentence=sentence,
            reading=" ".join(parts),
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=sentence,
            lines=(line,) if line else (),
            caveats=table.caveats,
            lead=40,
            names_subject=True,
        ),
        *((_regret(found),) if found.redrawn and robust.solved["nash"][0] >= 0 else ()),
    )


def _regret(found: Accepted) -> Claim:
    """What each party forgoes when a rule's pick is kept while the numbers turn out otherwise."""
    table, robust = found.table, found.robust
    rows: list[tuple[Value, ...]] = []
    for rule, mean in robust.regret.items():
        for at, party in enumerate(table.parties):
            rows.append((rule, party, float(mean[at]), float(robust.worst_regret[rule][at])))
    share = robust.regret["nash"] / table.span
    most = int(np.argmax(share))
    sentence = (
        f"Keeping today's Nash package whatever the numbers turn out to be costs {table.parties[most]} most: "
        f"{percent(min(1.0, max(0.0, float(share[most]))))} of its span on average over "
        f"{plural(found.redrawn, 'redraw')}."
    )
    return Claim(
        key="regret",
        sentence=sentence,
        reading="Regret is what the same rule would have given with the numbers of that redraw, less what was kept.",
        table=Table(
            "Regret of keeping a rule's package (own scales)",
            ("rule", "party", "mean regret", "largest regret"),
            tuple(rows),
        ),
        caveats=table.caveats,
        names_subject=True,
    )


def _table(found: Accepted) -> Table:
    table = found.table
    assert table.packages is not None
    rows: list[tuple[Value, ...]] = []
    for place, (label, at) in enumerate(found.shown):
        names = (table.options[issue][int(option)] for issue, option in enumerate(table.packages[at]))
        passing = () if found.passing is None else (float(found.passing[place]),)
        shares = (float(share) for share in found.by[place])
        rows.append((label, *names, *shares, float(found.by_all[place]), *passing))
    rule = () if found.passing is None else (f"passes under {found.rule}",)
    columns = ("deal", *table.issues, *table.parties, "all accept", *rule)
    return Table("Share of redraws in which a deal is acceptable", columns, tuple(rows))


def _chart(found: Accepted) -> dict[str, Any]:
    from comity.findings.charts import bars

    shown: dict[str, FloatArray] = {}
    for place, (label, _) in enumerate(found.shown):
        shown.setdefault(label, found.by[place])
    return bars(found.table.parties, shown, "share of redraws in which it accepts")


ACCEPTANCE = Analysis(
    name="acceptance",
    chapter=CHAPTER,
    question="How safe is a deal against what we do not know?",
    version=1,
    method=REDRAWN,
    reads=Reads(needs=(*DEAL, *LINES), optional=(*MORE, "institution.rules", *RULE_FIELDS)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 6 * work(taken.table),
)
