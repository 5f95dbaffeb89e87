"""Who is pivotal on an issue: under its decision rule, or as the weighted median where no rule is named."""

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
from comity.findings.contract import FloatArray, IntArray, Spec
from comity.findings.wording import listing, percent
from comity.positions.analyses.stated import (
    AS_STATED,
    CHAPTER,
    NAMED,
    NEEDS,
    OPTIONAL,
    share_of_redraws,
    stated_of,
    weights_of,
)
from comity.positions.pivots import median_actors, pivotal_members
from comity.positions.table import BoolArray
from comity.rules.stated import RULE_FIELDS, Body, body_of

BLACK = Citation(
    "Black 1948",
    "The pivotal members of a vote on one line, each of whom prefers what is nearer (Black 1948, On the rationale of "
    "group decision-making, Journal of Political Economy 56). Cited from memory.",
)
_ANY = "some group that can pass a decision would replace any outcome"
_NOTHING = "nothing can pass"


@dataclass(frozen=True)
class _Taken:
    issue: str
    unit: str
    actors: tuple[str, ...]
    positions: FloatArray
    weights: FloatArray
    body: Body | None
    notes: tuple[str, ...]

    def at(self, value: float) -> str:
        """A position as it is stated, with its unit."""
        return f"{value:g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Pivots:
    """Who is pivotal as written (all that stand there), and how often each actor is over the redraws."""

    taken: _Taken
    low: float
    high: float
    lower_share: tuple[float | None, ...]
    upper_share: tuple[float | None, ...]
    either_share: tuple[float | None, ...]


def _take(view: View, rows: Rows) -> _Taken:
    issue = view.object("issues")[0]
    scale = (issue.scale.low, issue.scale.high)
    unit = issue.scale.unit or ""
    actors, members = view.ids("actors"), view.ids("members")
    at = [actors.index(member) for member in members]
    positions = view.numbers("positions.position", rows)[:, at, 0]
    names = view.names("members")
    known = ~np.isnan(positions[0])
    if view.has("institution.rules"):
        silent = [name for name, there in zip(names, known, strict=True) if not there]
        if silent:
            raise CannotAnswerError(f"needs a position of every member; none is stated for {listing(silent, limit=5)}")
        body = body_of(view, rows)
        return _Taken(issue.id, unit, names, positions, np.ones((1, len(at))), body, (AS_STATED,))
    stated = stated_of(view, rows, least=2)
    weights, by = weights_of(view, rows, stated)
    deciding = [place for place, actor in enumerate(stated.kept) if actor in at]
    if not deciding:
        raise CannotAnswerError("needs an actor with a position, and a say in the decision (role `decides`)")
    where = scale[0] + stated.table.positions[:, :, 0] * (scale[1] - scale[0])
    aside = len(stated.kept) - len(deciding)
    whose = f"the weighted median of the {len(deciding)} that decide" if aside else "the weighted median"
    notes = (*stated.notes, f"No decision rule is named for it: {whose} is taken, by {by}.")
    who = tuple(stated.actors[place] for place in deciding)
    return _Taken(issue.id, unit, who, where[:, deciding], weights[:, deciding, 0], None, notes)


def _run(taken: _Taken, options: Options) -> Answer[Pivots]:
    low, high, nothing = _ends(taken)
    positions = np.broadcast_to(taken.positions, (len(low), taken.positions.shape[1]))
    at = np.arange(len(low))
    bottom, top = positions[at, low], positions[at, high]
    camps = np.unique(positions[0])
    # A redrawn pivot is named by the place at which that actor stands as written.
    pair = np.sort(np.stack([np.searchsorted(camps, positions[0][end]) for end in (low, high)], axis=1), axis=1)
    code = pair[:, 0] * len(camps) + pair[:, 1]
    code[bottom > top] = len(camps) ** 2
    code[nothing] = len(camps) ** 2 + 1
    present, verdict = np.unique(code, return_inverse=True)
    labels = tuple(_label(taken, camps, int(each)) for each in present)
    members = np.arange(positions.shape[1])
    lower, upper = low[:, None] == members, high[:, None] == members
    detail = Pivots(
        taken,
        float(bottom[0]),
        float(top[0]),
        tuple(share_of_redraws(lower[:, actor]) for actor in members),
        tuple(share_of_redraws(upper[:, actor]) for actor in members),
        tuple(share_of_redraws((lower | upper)[:, actor]) for actor in members),
    )
    values = {"lower_pivot": bottom, "upper_pivot": top}
    return Answer(detail, Outcome(verdict.astype(np.int64), labels, values), "redraws")


def _ends(taken: _Taken) -> tuple[IntArray, IntArray, BoolArray]:
    if taken.body is None:
        low, high = median_actors(taken.positions, taken.weights)
        return low, high, np.zeros(len(low), dtype=np.bool_)
    rules = taken.body.rules
    n_rows = max(len(rules), len(taken.positions))
    positions = np.broadcast_to(taken.positions, (n_rows, taken.positions.shape[1]))
    low, high = (end.copy() for end in pivotal_members(taken.body.rule, positions))
    nothing = np.zeros(n_rows, dtype=np.bool_)
    for row, rule in enumerate(rules):
        if rule is None:
            nothing[row] = True
        elif rule is not taken.body.rule:
            (low[row],), (high[row],) = pivotal_members(rule, positions[row])
    return low, high, nothing


def _label(taken: _Taken, camps: FloatArray, code: int) -> str:
    n = len(camps)
    if code >= n * n:
        return _ANY if code == n * n else _NOTHING
    places = [f"{float(camps[end]):g}" for end in dict.fromkeys(divmod(code, n))]
    return f"pivotal on {taken.issue}: who is now at {' and at '.join(places)} {taken.unit}".rstrip()


def _say(answer: Answer[Pivots]) -> tuple[Claim, ...]:
    found, taken = answer.detail, answer.detail.taken
    positions = taken.positions[0]

    def there(value: float) -> str:
        names = [name for name, at in zip(taken.actors, positions, strict=True) if at == value]
        return f"{listing(names, limit=NAMED)} (at {taken.at(value)})"

    under = f"Under “{taken.body.rule_name}”" if taken.body is not None else "By weighted median"
    if found.low > found.high:
        sentence = f"{under} nobody is pivotal on {taken.issue}: {_ANY}."
    elif found.low == found.high:
        sentence = f"{under} the pivotal place on {taken.issue} is that of {there(found.low)}."
    else:
        sentence = (
            f"{under} the pivotal places on {taken.issue} are those of {there(found.low)} and {there(found.high)}."
        )
    often = sorted(
        ((share, name) for name, share in zip(taken.actors, found.either_share, strict=True) if share),
        key=lambda pair: (-pair[0], taken.actors.index(pair[1])),
    )
    reading = ""
    if often:
        shown = listing([f"{name} ({percent(share)})" for share, name in often[:3]])
        reading = f"Most often pivotal over the redraws of the inputs: {shown}."
    order = sorted(range(len(taken.actors)), key=lambda actor: (positions[actor], actor))
    ends = (found.low, found.high) if found.low <= found.high else ()
    rows = tuple(
        (
            taken.actors[actor],
            float(positions[actor]),
            "yes" if positions[actor] in ends else "no",
            found.lower_share[actor],
            found.upper_share[actor],
            found.either_share[actor],
        )
        for actor in order
    )
    notes = (
        *taken.notes,
        "Pivotal is a property of the rule and of one line on which each prefers what is nearer; it is not a forecast, "
        "and a trade across issues is not in it.",
        *(taken.body.notes if taken.body is not None else ()),
    )
    redrawn = bool(often)
    return (
        Claim(
            key="pivotal",
            sentence=sentence,
            reading=reading,
            table=Table(
                f"Who is pivotal on {taken.issue}, the lowest position first",
                (
                    "actor",
                    "position",
                    "pivotal_as_written",
                    "at_the_lower_end",
                    "at_the_upper_end",
                    "pivotal_in_redraws",
                ),
                rows,
            ),
            chart=partial(_chart, found) if redrawn else None,
            chart_summary=f"{sentence} {reading}" if redrawn else "",
            caveats=notes,
            names_subject=True,
        ),
    )


def _chart(found: Pivots) -> Spec:
    from comity.findings.charts import bars

    shares = [share or 0.0 for share in found.either_share]
    return bars(found.taken.actors, {"pivotal": shares}, "share of redraws in which it is pivotal")


PIVOTAL = Analysis(
    name="pivotal",
    chapter=CHAPTER,
    question="Who is pivotal on each issue?",
    version=1,
    method=BLACK,
    reads=Reads(needs=NEEDS, optional=(*OPTIONAL, "actors.capability", "institution.rules", *RULE_FIELDS)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="issues",
    work=lambda taken: 1_000.0 + 60.0 * len(taken.actors),
)
