"""How safe is a text: in what share of redraws does each party, all of them, or a rule's majority accept it?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, LINES, MORE, DealTable, deal_of, kinds_of, work
from comity.bargaining.deals import Robust, TooManyPoints, nash, robust_deal
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
from comity.findings.wording import listing, percent
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
    """The deal space, the rule by which a deal could pass with each party's place among its members, and coalitions.

    Each coalition is a named group: its name, the places of those of its members who are parties here, and the names
    of those who are not.
    """

    table: DealTable
    body: Body | None
    seats: tuple[int | None, ...]
    coalitions: tuple[tuple[str, tuple[int, ...], tuple[str, ...]], ...]


@dataclass(frozen=True)
class Coalition:
    """A named group: in what share of redraws all its parties accept each shown deal, and what its votes could pass.

    ``accept`` is ``(n_shown,)``; ``passing`` likewise, or None without a rule; ``enough`` says whether its votes alone
    pass a deal that all of them accept.
    """

    name: str
    parties: tuple[int, ...]
    absent: tuple[str, ...]
    accept: FloatArray
    passing: FloatArray | None
    enough: bool


@dataclass(frozen=True)
class Accepted:
    """How often the deals that are shown are acceptable; worked out when it is said, not for each case tried.

    ``lead`` is the deal that leads, by what it is called and its place; ``refuse`` who refuses it as written.
    Shares are of redraws: row 0 is not one of them, unless there are no others.
    """

    taken: Taken
    lead: tuple[str, int]
    refuse: tuple[int, ...]
    redrawn: int

    @property
    def table(self) -> DealTable:
        """The deal space."""
        return self.taken.table

    @property
    def rule(self) -> str | None:
        """The rule by which a deal could pass."""
        return self.taken.body.rule_name if self.taken.body is not None else None

    @cached_property
    def robust(self) -> Robust:
        """How every package and every rule fare over the redraws."""
        try:
            return robust_deal(self.table.draws(), comparable=self.table.comparable)
        except TooManyPoints as error:
            raise CannotAnswerError(f"has too much to look at: {error}") from None

    @cached_property
    def shown(self) -> tuple[tuple[str, int], ...]:
        """The deals that are shown, the one that leads first."""
        return (self.lead, *(("most robust deal", at) for at in self.robust.best[:2]))

    @cached_property
    def told(self) -> NDArray[np.bool_]:
        """Who accepts which of them in which redraw, ``(n_redraws, n_shown, n_parties)``."""
        table = self.table
        told = table.accepted(table.table(only=[at for _, at in self.shown]), table.floors())
        return told[1:] if self.redrawn else told

    @property
    def by(self) -> FloatArray:
        """Share in which each party accepts, ``(n_shown, n_parties)``."""
        return np.asarray(self.told.mean(axis=0))

    @property
    def by_all(self) -> FloatArray:
        """Share in which all do, ``(n_shown,)``."""
        return np.asarray(self.told.all(axis=2).mean(axis=0))

    @property
    def exists(self) -> float:
        """Share in which some deal is acceptable to all."""
        solved = self.robust.solved["nash"]
        return float(((solved[1:] if self.redrawn else solved) >= 0).mean())

    @cached_property
    def passing(self) -> FloatArray | None:
        """Share in which the rule would pass each, ``(n_shown,)``."""
        if self.taken.body is None:
            return None
        return np.array([_passes(self.taken, self.told[:, place]).mean() for place in range(len(self.shown))])

    @cached_property
    def coalitions(self) -> tuple[Coalition, ...]:
        """What the named groups accept, and could pass."""
        return tuple(_coalition(self.taken, self.told, *each) for each in self.taken.coalitions)


def _take(view: View, rows: Rows) -> Taken:
    table = deal_of(view, rows)
    deal = view.object("deal")
    institution = view.object("institution.rules") if deal.rule and view.has("institution.rules") else None
    coalitions = _coalitions(view, table)
    if institution is None:
        return Taken(table, None, (), coalitions)
    stated = next(rule for rule in institution.rules if rule.id == deal.rule)
    members = view.ids("members")
    places = tuple(members.index(each) if each in members else None for each in table.ids)
    return Taken(table, body_under(view, rows, institution, stated), places, coalitions)


def _coalitions(view: View, table: DealTable) -> tuple[tuple[str, tuple[int, ...], tuple[str, ...]], ...]:
    called = dict(zip(view.ids("actors"), view.names("actors"), strict=True))
    found = []
    for group in view.object("groups") if view.has("groups") else ():
        places = tuple(table.ids.index(each) for each in group.members if each in table.ids)
        absent = tuple(called[each] for each in group.members if each not in table.ids)
        if places:
            found.append((group.name, places, absent))
    return tuple(found)


def _run(taken: Taken, options: Options) -> Answer[Accepted]:
    table = taken.table
    if table.packages is None:
        raise CannotAnswerError("has too many packages to look at each of them in every redraw")
    lead = _lead(table)
    refusing = ~table.accepted(table.table(only=[lead[1]]), table.floors())[:, 0]
    redrawn = table.n_rows - 1 if table.n_rows > _LEAST else 0
    kinds, verdict = kinds_of(refusing)
    labels = tuple(f"{table.who(who)} refuse{'s' if len(who) == 1 else ''}" if who else "all accept" for who in kinds)
    share = 1 - refusing.mean(axis=1)
    outcome = Outcome(verdict, labels, {"share of parties": share})
    detail = Accepted(taken, lead, tuple(np.flatnonzero(refusing[0]).tolist()), redrawn)
    return Answer(detail, outcome, "redraws" if detail.redrawn else "none stated")


def _lead(table: DealTable) -> tuple[str, int]:
    """The text on the table; without one what Nash's rule picks, or where there is no zone what fewest refuse."""
    if table.proposed is not None:
        return "text on the table", table.place(table.proposed)
    if not table.written.zone.empty:
        return "deal under Nash's rule", table.place(nash(table.written.zone).packages[0])
    return "deal that fewest refuse", _fewest_refuse(table)


def _fewest_refuse(table: DealTable) -> int:
    """Of the case as written, the first of the packages that most parties accept."""
    accepted = table.accepted(table.table(0, 1), table.floors(0, 1))[0]
    return int(np.argmax(accepted.sum(axis=1)))


def _coalition(
    taken: Taken, told: NDArray[np.bool_], name: str, places: tuple[int, ...], absent: tuple[str, ...]
) -> Coalition:
    accept = told[:, :, list(places)].all(axis=2).mean(axis=0)
    if taken.body is None:
        return Coalition(name, places, absent, accept, None, False)
    own = np.zeros(len(taken.table.parties), np.bool_)
    own[list(places)] = True
    passing = np.array([_passes(taken, told[:, place] & own).mean() for place in range(told.shape[1])])
    return Coalition(name, places, absent, accept, passing, bool(_passes(taken, own[None])[0]))


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
            f"By the votes of “{found.rule}” alone the {label} would pass in {percent(float(found.passing[0]))} of "
            "redraws; those who are outvoted there, or have no vote, are then not asked."
        )
    parts.append("Shares of redraws are properties of the ranges put in, not probabilities of a deal.")
    # In how many redraws there is some deal stands in the bottom line.
    line = PageLine("why so wide", " ".join((sentence, *parts[1:-1])), 20) if found.redrawn else None
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
        *((_of_coalitions(found),) if found.coalitions else ()),
        *((_regret(found),) if found.redrawn and robust.solved["nash"][0] >= 0 else ()),
    )


def _of_coalitions(found: Accepted) -> Claim:
    """Which named groups accept the deal that leads, and what their votes alone could pass."""
    table = found.table
    label = found.shown[0][0]
    texts = []
    for each in found.coalitions:
        share = float(each.accept[0])
        if found.redrawn:
            accept = f"all accept the {label} in {percent(share)} of redraws"
        else:
            accept = f"all accept the {label}" if share else f"do not all accept the {label}"
        votes = ""
        if found.rule is not None and each.passing is not None:
            votes = (
                f"; their votes alone would pass a deal under “{found.rule}”, and this one in "
                f"{percent(float(each.passing[0]))}"
                if each.enough and found.redrawn
                else f"; their votes alone {'would' if each.enough else 'would not'} pass a deal under “{found.rule}”"
            )
        texts.append(f"{each.name} ({table.who(each.parties)}) {accept}{votes}.")
    sentence = " ".join(text[0].upper() + text[1:] for text in texts[:3])
    rows: list[tuple[Value, ...]] = []
    for each in found.coalitions:
        for place, (deal, _) in enumerate(found.shown):
            passing = () if each.passing is None else (each.enough, float(each.passing[place]))
            rows.append((each.name, table.who(each.parties), deal, float(each.accept[place]), *passing))
    rule = () if found.rule is None else ("its votes are enough", "its votes pass it")
    absent = [name for each in found.coalitions for name in each.absent]
    silent = f"No complete numbers are stated for {listing(list(dict.fromkeys(absent)))}; silence is not consent."
    columns = ("group", "parties", "deal", "all accept", *rule)
    return Claim(
        key="coalitions",
        question="Which named groups accept it, and could they pass it?",
        sentence=sentence,
        reading="A group that is named is not thereby of one mind: each member is asked for itself.",
        table=Table("Share of redraws in which a named group accepts", columns, tuple(rows)),
        caveats=(*((silent,) if absent else ()), *table.caveats),
        names_subject=True,
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
        f"{found.redrawn:,} redraws."
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
    reads=Reads(needs=(*DEAL, *LINES), optional=(*MORE, "groups", "institution.rules", *RULE_FIELDS)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 6 * work(taken.table),
)
