"""When does a treaty enter into force, who completed its condition, and who could have kept it out of force?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Spec, Value
from comity.findings.wording import listing, percent, plural
from comity.institutions.analyses.rules_of import RULE_FIELDS, Body, body_of
from comity.institutions.entry_into_force import (
    Path,
    completed_by,
    completing,
    first_day,
    first_day_without,
    indispensable,
    path_to_force,
    with_unlisted,
)
from comity.rules import Members, Rule, Veto, Weighted, clauses_of, passes, rule_in_words
from comity.scenario.decision_rules import Institution
from comity.scenario.fields import clause_quotas
from comity.scenario.ratification_numbers import JOINED, PARTIES_BY, WAITING
from comity.scenario.ratifications import last_day

CHAPTER = "When it enters into force"
PROVISION = Citation(
    "the treaty's own provision",
    "The rule on entry into force as the treaty states it, applied to the days on which members joined: the first day "
    "on which all its conditions hold, and the waiting time from there.",
)
NEVER = "not in force"
_FIXED = (
    "With one member's joining changed alone: when others joined, and what was agreed with whom to bring it about, "
    "would not have stayed fixed."
)


@dataclass(frozen=True)
class Clause:
    """One condition of the rule that is counted.

    Attributes:
        name: its name in the file.
        unit: what it counts, in words.
        total: all of it.
        is_share: whether it is said as a share of the total.
        fewest: whether what is held is only the least that there was, since not all that joined are listed.
    """

    name: str
    unit: str
    total: int
    is_share: bool
    fewest: bool


@dataclass(frozen=True)
class _Taken:
    body: Body
    joined: FloatArray
    waiting: FloatArray
    refused: FloatArray
    refused_as_written: tuple[str | None, ...]
    listed: tuple[int, ...]
    clauses: tuple[Clause, ...]
    unverified: int


@dataclass(frozen=True)
class EntryIntoForce:
    """The entry into force of the case as written; days count from the beginning of the calendar."""

    body: Body
    joined: FloatArray
    refused: tuple[str | None, ...]
    listed: tuple[int, ...]
    clauses: tuple[Clause, ...]
    unverified: int
    met: float
    waiting: int
    completed: tuple[int, ...]
    refusing: tuple[int, ...]
    enough_without: bool
    needed: tuple[int, ...]
    completing: tuple[int, ...]
    without: FloatArray
    path: Path

    @property
    def in_force(self) -> float:
        """The day of entry into force; infinite where the condition is not met."""
        return self.met + self.waiting


def _take(view: View, rows: Rows) -> _Taken:
    body = body_of(view, rows)
    institution: Institution = view.object("institution.rules")
    ids = view.ids("members")
    shape = (rows.n, len(ids))
    written = np.full(len(ids), np.inf)
    refused = np.full(len(ids), np.inf)
    for name, cell in institution.joined.items():
        at = ids.index(name)
        if cell.date is not None:
            written[at] = date.fromisoformat(cell.date).toordinal()
        if cell.refused is not None:
            refused[at] = last_day(cell.refused).toordinal()
    joined = np.broadcast_to(written, shape)
    if view.has(JOINED):
        joined = np.broadcast_to(written + np.nan_to_num(view.numbers(JOINED, rows)), shape)
    unlisted = [at for at, name in enumerate(ids) if name not in institution.joined]
    if view.has(PARTIES_BY):
        _check_alike(body, unlisted)
        days = np.array([date.fromisoformat(row.date).toordinal() for row in institution.parties_by], dtype=np.float64)
        # What the file says of the others follows from its own dates, and stays when a date is moved.
        listed = (written[None, :] <= days[:, None]).sum(axis=1)
        parties = np.broadcast_to(view.numbers(PARTIES_BY, rows), (rows.n, len(days)))
        joined = with_unlisted(joined, unlisted, days, np.clip(parties - listed, 0, len(unlisted)))
    return _Taken(
        body,
        np.asarray(joined),
        np.broadcast_to(view.numbers(WAITING, rows), (rows.n,)),
        refused,
        tuple(institution.joined[name].refused if name in institution.joined else None for name in ids),
        tuple(at for at in range(len(ids)) if at not in set(unlisted)),
        _clauses(body.rule, institution, unlisted),
        sum(cell.unverified for cell in institution.joined.values()),
    )


def _check_alike(body: Body, unlisted: list[int]) -> None:
    """Members known only by number have to be alike, or which of them joined would matter."""
    for clause in clauses_of(body.rule):
        held = set(clause.members) if isinstance(clause, Veto) else set()
        weights = clause.weights if isinstance(clause, Weighted) else None
        kinds: dict[int, int] = {}
        for at in unlisted:
            kinds.setdefault(weights[at] if weights is not None else int(at in held), at)
        if len(kinds) > 1:
            one, other = list(kinds.values())[:2]
            raise CannotAnswerError(
                f"has numbers of parties beside `joined`, and of those not listed there {body.members[one]} and "
                f"{body.members[other]} differ in weight or veto: list the day on which each of them joined"
            )


def _clauses(rule: Rule, institution: Institution, unlisted: list[int]) -> tuple[Clause, ...]:
    """The clauses that hold a quota, in the order of ``path_to_force``, by the names of the file's tables."""
    found = []
    names = [what for what, _ in clause_quotas(institution.rules[0])]
    counted = [clause for clause in clauses_of(rule) if isinstance(clause, Weighted | Members)]
    for name, clause in zip(names, counted, strict=True):
        if isinstance(clause, Weighted):
            fewest = any(clause.weights[at] for at in unlisted)
            found.append(Clause(name, clause.unit, clause.total, True, fewest))
        else:
            found.append(Clause("parties", "parties", clause.n, False, bool(unlisted)))
    return tuple(found)


def _run(taken: _Taken, options: Options) -> Answer[EntryIntoForce]:
    rules = taken.body.rules
    days = np.full(len(rules), np.inf)
    as_written = [row for row, rule in enumerate(rules) if rule is taken.body.rule]
    days[as_written] = first_day(taken.body.rule, taken.joined[as_written])
    for row, rule in enumerate(rules):
        if rule is not None and rule is not taken.body.rule:
            days[row] = first_day(rule, taken.joined[row])
    labels: dict[str, int] = {}
    verdict = np.array([labels.setdefault(_label(day), len(labels)) for day in days + taken.waiting], dtype=np.int64)
    return Answer(_written(taken, float(days[0])), Outcome(verdict, tuple(labels), {}), "exact")


def _label(day: float) -> str:
    return f"in force in {_day(day).year}" if np.isfinite(day) else NEVER


def _written(taken: _Taken, met: float) -> EntryIntoForce:
    rule, joined = taken.body.rule, taken.joined[0]
    at_last = min(met, float(joined[np.isfinite(joined)].max(initial=0.0)))
    refusing = (taken.refused <= at_last) & ~(joined <= at_last)
    return EntryIntoForce(
        taken.body,
        joined,
        taken.refused_as_written,
        taken.listed,
        taken.clauses,
        taken.unverified,
        met,
        int(taken.waiting[0]),
        completed_by(rule, joined),
        tuple(int(at) for at in np.flatnonzero(refusing)),
        bool(passes(rule, ~refusing)),
        tuple(int(at) for at in np.flatnonzero(indispensable(rule, refusing))),
        completing(rule, joined),
        first_day_without(rule, joined),
        path_to_force(rule, joined),
    )


def _day(ordinal: float) -> date:
    return date.fromordinal(int(ordinal))


def _in_words(ordinal: float) -> str:
    """18 November 2004."""
    day = _day(ordinal)
    return f"{day.day} {day:%B} {day.year}"


def _say(answer: Answer[EntryIntoForce]) -> tuple[Claim, ...]:
    found = answer.detail
    body = found.body
    sentence = f"{body.called}: {_outcome(found)}"
    needs = f"It needs {rule_in_words(body.rule, body.members)}."
    changed = _without(found)
    reading = " ".join(filter(None, (_shares_then(found), _who_could_block(found))))
    caveats = [_FIXED]
    if found.unverified:
        caveats.append(f"{plural(found.unverified, 'date')} of joining or refusing not verified: see the inputs.")
    if np.isfinite(found.met) and body.in_force and len(body.in_force) == 10 and body.in_force != _iso(found.in_force):
        caveats.append(f"The file says in force from {body.in_force}; the numbers given here make it another day.")
    unknown = len(body.members) - len(found.listed)
    if unknown:
        counted = int(np.isfinite(found.joined).sum()) - sum(bool(np.isfinite(found.joined[at])) for at in found.listed)
        caveats.append(
            f"Of {plural(unknown, 'member')} only the number that had joined is stated ({counted} at the last count); "
            "numbers of parties are therefore the fewest that there were."
        )
    return (
        Claim(
            key="entry-into-force",
            sentence=sentence,
            reading=reading,
            table=_members(found),
            lines=tuple(
                PageLine(slot, text, 10) for slot, text in (("the rule", needs), ("what would change it", changed))
            ),
            caveats=(*caveats, *body.notes),
            ask_next=body.to_verify,
            lead=12,
            names_subject=True,
        ),
        Claim(
            key="path",
            question="How did the shares grow over time?",
            sentence=_path_sentence(found),
            table=_path(found),
            chart=partial(_chart, found) if len(found.path.days) else None,
            chart_summary=_path_sentence(found),
            names_subject=True,
        ),
    )


def _outcome(found: EntryIntoForce) -> str:
    names = found.body.members
    if not np.isfinite(found.met):
        if not len(found.path.days):
            return "nobody has joined, so it is not in force."
        last = _in_words(float(found.path.days[-1]))
        alone = [names[at] for at in found.completing]
        more = " No single member more would complete it."
        if alone:
            more = f" Each of these alone would complete it: {listing(alone, limit=6)}."
            more = f" {alone[0]} alone would complete it." if len(alone) == 1 else more
        return f"the condition is not met by those who had joined by {last}, the last day stated.{more}"
    who = [names[at] for at in found.completed]
    by = f"completed by {listing(who, limit=6)}"
    if not set(found.completed) & set(found.listed):
        by = "completed by parties that are not listed by name"
    force = f"in force {plural(found.waiting, 'day')} later, on {_in_words(found.in_force)}"
    if found.waiting == 0:
        force = "in force on the same day"
    return f"the condition was met on {_in_words(found.met)}, {by}; {force}."


def _amount(clause: Clause, share: float) -> str:
    return f"{percent(share)} of the {clause.unit}" if clause.is_share else f"{round(share * clause.total)} parties"


def _held(clause: Clause, words: str) -> str:
    """What is held, said as the least where only the least is known."""
    return f"at least {words}" if clause.fewest else words


def _bare(clause: Clause, share: float) -> str:
    return percent(share) if clause.is_share else str(round(share * clause.total))


def _shares_then(found: EntryIntoForce) -> str:
    """Where each condition stood before the day on which all held, and on that day."""
    if not np.isfinite(found.met):
        if not len(found.path.days):
            return ""
        last_held = zip(found.clauses, found.path.held[:, -1], strict=True)
        stood = [_held(clause, _amount(clause, share)) for clause, share in last_held]
        return f"Those who had joined made {listing(stood)}."
    at = int(np.flatnonzero(found.path.days == found.met)[0])
    parts = []
    for index, clause in enumerate(found.clauses):
        before = float(found.path.held[index, at - 1]) if at else 0.0
        after = float(found.path.held[index, at])
        needed = float(found.path.needed[index])
        first, last, asked = (_bare(clause, share) for share in (before, after, needed))
        if first == asked and before < needed:
            first = f"just under {first}"
        first, last = _held(clause, first), _held(clause, last)
        rose = f"rose from {first} to {last}" if before < after else f"stayed at {last}"
        what = f"the share of the {clause.unit}" if clause.is_share else "the number of parties"
        parts.append(f"{what} {rose} ({asked} needed)")
    return f"On that day {listing(parts)}."


def _who_could_block(found: EntryIntoForce) -> str:
    """Who could have kept it out of force alone, given those who had refused by then."""
    names = found.body.members
    out = [names[at] for at in found.refusing]
    inside = [names[at] for at in found.needed]
    given = f"With {listing(out, limit=6)} out, as they had said, " if len(out) > 1 else "With everybody else in, "
    if len(out) == 1:
        given = f"With {out[0]} out, as it had said, "
    if not found.enough_without:
        return f"{given}all others together would not be enough."
    if len(inside) == len(names) - len(out):
        return f"{given}each of the others could keep it out of force alone."
    if not inside:
        return f"{given}nobody else could keep it out of force alone."
    each = "each of these" if len(inside) > 1 else "one member"
    return f"{given}{each} could keep it out of force alone: {listing(inside, limit=8)}."


def _without(found: EntryIntoForce) -> str:
    """What the absence of one member alone would have changed."""
    if not np.isfinite(found.met):
        return ""
    groups: dict[float, list[str]] = {}
    for at in sorted(found.listed, key=lambda at: (-found.without[at], at)):
        if np.isfinite(found.joined[at]) and found.without[at] != found.met:
            groups.setdefault(float(found.without[at]), []).append(found.body.members[at])
    if not groups:
        return "In the model, without any one member alone the day is the same."
    parts = []
    for day, who in groups.items():
        then = (
            f"in force on {_in_words(day + found.waiting)}" if np.isfinite(day) else "not in force by the days stated"
        )
        parts.append(f"without {' or '.join([', '.join(who[:-1]), who[-1]]) if len(who) > 1 else who[0]}, {then}")
    return f"In the model, changing one member's joining alone: {'; '.join(parts)}."


def _members(found: EntryIntoForce) -> Table:
    body = found.body
    shares = [
        (name, weights, sum(weights))
        for name, _, weights in body.weights
        if name in {clause.name for clause in found.clauses}
    ]
    columns = ("name", "joined", "said_it_would_not", *(f"{name}_share" for name, _, _ in shares))
    order = sorted(found.listed, key=lambda at: (found.joined[at], at))
    rows: list[tuple[Value, ...]] = []
    for at in order:
        rows.append(
            (
                body.members[at],
                _iso(found.joined[at]),
                found.refused[at],
                *(float(weights[at] / total) for _, weights, total in shares),
                at in found.needed,
                _iso(found.without[at] + found.waiting) or NEVER,
            )
        )
    return Table(
        f"Members listed by name: {body.called}",
        (*columns, "could_block_alone", "in_force_without_it"),
        tuple(rows),
    )


def _iso(day: float) -> str | None:
    return _day(day).isoformat() if np.isfinite(day) else None


def _path_sentence(found: EntryIntoForce) -> str:
    if not len(found.path.days):
        return "Nobody has joined."
    first, last = (_in_words(float(found.path.days[end])) for end in (0, -1))
    reached = []
    for index, clause in enumerate(found.clauses):
        enough = np.flatnonzero(_clause_met(found, index))
        needed = _amount(clause, float(found.path.needed[index]))
        when = "not by then"
        if enough.size:
            when = f"on {_in_words(float(found.path.days[enough[0]]))}{' at the latest' if clause.fewest else ''}"
        reached.append(f"{needed} {when}")
    return f"From {first} to {last}, what is needed was reached: {'; '.join(reached)}."


def _clause_met(found: EntryIntoForce, index: int) -> FloatArray:
    """Whether one clause is met on each day; a share is compared in whole steps, so that equality counts."""
    return np.asarray(found.path.held[index] >= found.path.needed[index] - 1e-12, dtype=np.float64)


def _path(found: EntryIntoForce) -> Table:
    columns = ["day", "joined"]
    for clause in found.clauses:
        columns.append(f"{clause.name}_share" if clause.is_share else clause.name)
    rows: list[tuple[Value, ...]] = []
    for at, day in enumerate(found.path.days):
        that_day = np.flatnonzero(found.joined == day)
        names = [found.body.members[member] for member in that_day if member in found.listed]
        others = len(that_day) - len(names)
        if others:
            names.append(
                f"{others} others by that day" if names else f"{plural(others, 'party', 'parties')} by that day"
            )
        held: list[Value] = []
        for clause, shares in zip(found.clauses, found.path.held, strict=True):
            held.append(float(shares[at]) if clause.is_share else round(float(shares[at]) * clause.total))
        rows.append((_iso(day), listing(names), *held, bool(found.path.met[at])))
    return Table(f"Who had joined by when: {found.body.called}", (*columns, "condition_met"), tuple(rows))


def _chart(found: EntryIntoForce) -> Spec:
    from comity.findings.step_chart import Growth, steps_to_thresholds

    days = [_day(day).isoformat() for day in found.path.days]
    growths = []
    for index, clause in enumerate(found.clauses):
        scale = 1.0 if clause.is_share else float(clause.total)
        name = f"share of the {clause.unit}" if clause.is_share else "parties"
        values = [float(share) * scale for share in found.path.held[index]]
        growths.append(Growth(name, days, values, float(found.path.needed[index]) * scale, clause.is_share))
    marks = []
    last = max(float(found.path.days[-1]), found.in_force if np.isfinite(found.met) else 0.0)
    if np.isfinite(found.met):
        marks = [
            (f"in force {_in_words(found.in_force)}", _day(found.in_force).isoformat()),
            (f"condition met {_in_words(found.met)}", _day(found.met).isoformat()),
        ]
    margin = max(30.0, 0.05 * (last - float(found.path.days[0])))
    ends = (_day(found.path.days[0] - margin).isoformat(), _day(last + margin).isoformat())
    return steps_to_thresholds(growths, marks, ends)


ENTRY_INTO_FORCE = Analysis(
    name="entry-into-force",
    chapter=CHAPTER,
    question="When is the condition for entry into force met, and who could keep it from being met?",
    version=1,
    method=PROVISION,
    reads=Reads(
        needs=("institution.rules", WAITING),
        one_of=((JOINED, PARTIES_BY),),
        optional=RULE_FIELDS,
    ),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
    work=lambda taken: 5_000.0 * len(taken.body.members),
)
