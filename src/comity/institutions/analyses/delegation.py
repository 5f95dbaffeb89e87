"""What is an agent left to decide? How far one principal should let it go, and how far several can stop it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Estimate,
    Options,
    Outcome,
    PageLine,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray
from comity.findings.wording import band, listing, on_scale, percent, possessive, two
from comity.institutions.analyses.oversight_of import CHAPTER, ILLUSTRATION, notes_of, number_of, starting, with_article
from comity.institutions.analyses.rules_of import RULE_FIELDS, Body, body_of
from comity.institutions.oversight.delegation import (
    DelegationLosses,
    Narrowing,
    agents_choice,
    delegation_losses,
    narrowings,
)
from comity.rules import rule_in_words, unbeaten_interval

OPTIMAL_DELEGATION = Citation(
    "Epstein & O'Halloran 1999; Alonso & Matouschek 2008",
    "Delegation to an agent that knows more and wants something else: delegate where the square of its bias is below "
    "the variance of what only it sees (Epstein & O'Halloran 1999, Delegating Powers, Cambridge University Press); the "
    "best limit is a cap in the direction of the bias (Holmström 1984; Melumad & Shibano 1991, RAND Journal of "
    "Economics 22; Alonso & Matouschek 2008, Review of Economic Studies 75). Cited from memory.",
)
AGENCY_SLACK = Citation(
    "Hawkins, Lake, Nielson & Tierney 2006",
    "An agent of several principals can do what no group able to pass a decision would replace: the core of the "
    "decision rule on one line (Black 1948; Hawkins, Lake, Nielson & Tierney 2006, Delegation and Agency in "
    "International Organizations, Cambridge University Press; Tsebelis 2002, Veto Players). Cited from memory.",
)

HOW_FAR = (
    "delegate: even without a limit the agent does better",
    "delegate only under a limit",
    "delegate nothing",
)


@dataclass(frozen=True)
class _Task:
    body: str
    agent: str
    unit: str
    bias: FloatArray
    shock: FloatArray
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Discretion:
    """How far to delegate in the case as written."""

    task: _Task
    losses: DelegationLosses


def _agent(view: View) -> tuple[int, str]:
    actors, agent = view.ids("actors"), view.object("institution.delegation").agent
    if agent not in actors:
        raise CannotAnswerError(f"needs the agent; {agent} is not among the actors")
    return actors.index(agent), view.names("actors")[actors.index(agent)]


def _take_delegation(view: View, rows: Rows) -> _Task:
    section = view.object("institution.delegation")
    bias = number_of(view, rows, "institution.delegation.bias")
    shock = number_of(view, rows, "institution.delegation.shock")
    name = with_article(view.object("institution.rules").name)
    return _Task(name, _agent(view)[1], section.unit, bias, shock, notes_of(section, "The delegation"))


def _run_delegation(task: _Task, options: Options) -> Answer[Discretion]:
    found = delegation_losses(task.bias, task.shock)
    verdict = np.where(found.cap <= 0, 2, np.where(found.full < found.alone, 0, 1)).astype(np.int64)
    values = {"cap": found.cap, "loss_avoided": 1 - found.capped / found.alone}
    return Answer(Discretion(task, found), Outcome(verdict, HOW_FAR, values), "redraws")


def _say_delegation(answer: Answer[Discretion]) -> tuple[Claim, ...]:
    task, losses = answer.detail.task, answer.detail.losses
    bias, shock = float(task.bias[0]), float(task.shock[0])
    alone, full, capped, cap = (float(each[0]) for each in (losses.alone, losses.full, losses.capped, losses.cap))
    scale = (0.0, shock)
    side = "above" if bias > 0 else "below"
    about = (
        f"{starting(task.agent)} wants {two(abs(bias))} {task.unit} {'more' if bias > 0 else 'less'} than {task.body}, "
        f"and sees facts that can move the best policy by up to {two(shock)} either way"
    )
    if cap <= 0:
        sentence = f"{about}: its bias outweighs what it knows, so in the model nothing is delegated."
    elif bias == 0:
        sentence = f"{starting(task.agent)} wants what {task.body} wants, and in the model needs no limit."
    else:
        sentence = (
            f"{about}: in the model it is best left to decide up to {on_scale(cap, scale)} {task.unit} {side} the "
            f"policy that is best on average, and freely on the other side; that avoids {percent(1 - capped / alone)} "
            "of the expected loss of deciding before the facts are known."
        )
    without = (
        f"Without a limit it would avoid {percent(1 - full / alone)}."
        if full < alone
        else "Without a limit the body would do better to decide itself."
    )
    rows = tuple(
        (what, loss, loss**0.5, 1 - loss / alone)
        for what, loss in (("the body decides beforehand", alone), ("up to the best limit", capped), ("no limit", full))
    )
    return (
        Claim(
            key="delegation",
            sentence=sentence,
            reading=without if cap > 0 and bias else "",
            estimate=Estimate("cap", "the best limit", task.unit, scale, None),
            table=Table(
                f"What {task.body} expects to lose, in squared {task.unit}, by what it leaves to {task.agent}",
                ("delegated", "expected_loss", "typical_error", "share_of_loss_avoided"),
                rows,
            ),
            caveats=(
                ILLUSTRATION,
                "The facts are taken as equally likely over their range, losses grow with the square of the error, and "
                "neither the agent's effort nor its expertise costs anything.",
                *task.notes,
            ),
            ask_next=(f"What could {task.body} do if {task.agent} went beyond a limit?",),
            lead=20,
        ),
    )


DELEGATION = Analysis(
    name="delegation",
    chapter=CHAPTER,
    question="How far should the agent be left to decide?",
    version=1,
    method=OPTIMAL_DELEGATION,
    reads=Reads(
        needs=(
            "institution.delegation",
            "institution.delegation.bias",
            "institution.delegation.shock",
        ),
        optional=("institution.rules",),
    ),
    options=Options,
    take=_take_delegation,
    run=_run_delegation,
    say=_say_delegation,
)

SLACK = (
    "the agent can have what it wants",
    "the members hold the agent below what it wants",
    "the members hold the agent above what it wants",
    "some group that can pass a decision would replace anything the agent does",
    "nothing can pass, so nothing replaces what the agent does",
)


@dataclass(frozen=True)
class _Principals:
    body: Body
    agent: str
    wants: FloatArray
    positions: FloatArray
    scale: Any
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Slack:
    """What the members leave the agent in the case as written."""

    principals: _Principals
    low: float
    high: float
    choice: float
    narrower: tuple[Narrowing, ...]


def _take_slack(view: View, rows: Rows) -> _Principals:
    issue = view.object("issues")[0]
    actors, members = view.ids("actors"), view.ids("members")
    agent, name = _agent(view)
    positions = view.numbers("positions.position", rows)[:, :, 0]
    stands = positions[:, [actors.index(member) for member in members]]
    silent = [who for who, value in zip(view.names("members"), stands[0], strict=True) if np.isnan(value)]
    if silent:
        raise CannotAnswerError(f"needs a position of every member; none is stated for {listing(silent, limit=5)}")
    if np.isnan(positions[0, agent]):
        raise CannotAnswerError(f"needs a position of the agent, {name}; none is stated")
    notes = notes_of(view.object("institution.delegation"), "The delegation")
    return _Principals(body_of(view, rows), name, positions[:, agent], stands, issue.scale, notes)


def _run_slack(taken: _Principals, options: Options) -> Answer[Slack]:
    rules = taken.body.rules
    n_rows = max(len(rules), len(taken.positions))
    positions = np.broadcast_to(taken.positions, (n_rows, taken.positions.shape[1]))
    wants = np.broadcast_to(taken.wants, (n_rows,))
    low, high = (np.array(ends) for ends in unbeaten_interval(taken.body.rule, positions))
    for row, rule in enumerate(rules):
        if rule is None:
            low[row], high[row] = -np.inf, np.inf
        elif rule is not taken.body.rule:
            low[row], high[row] = unbeaten_interval(rule, positions[row])
    choice = agents_choice(low, high, wants)
    verdict = np.where(wants > high, 1, np.where(wants < low, 2, 0))
    verdict = np.where(low > high, 3, np.where(np.isinf(low), 4, verdict)).astype(np.int64)
    length = taken.scale.high - taken.scale.low
    room = np.clip(np.minimum(high, taken.scale.high) - np.maximum(low, taken.scale.low), 0.0, length)
    detail = Slack(taken, float(low[0]), float(high[0]), float(choice[0]), narrowings(taken.body.rule, positions[0]))
    return Answer(detail, Outcome(verdict, SLACK, {"choice": choice, "room": room}), "redraws")


def _say_slack(answer: Answer[Slack]) -> tuple[Claim, ...]:
    found, taken = answer.detail, answer.detail.principals
    scale, unit = (taken.scale.low, taken.scale.high), taken.scale.unit or ""
    wants = on_scale(float(taken.wants[0]), scale)
    span = band((found.low, found.high), scale)
    rule = f"{taken.body.rule_name}: {rule_in_words(taken.body.rule, taken.body.members)}."
    if found.low > found.high:
        effect = f"Whatever {taken.agent} does, some group that can pass a decision would replace it."
    else:
        room = (
            f"no group that can pass a decision would replace {'what lies in ' if found.low < found.high else ''}{span}"
        )
        own = found.low <= float(taken.wants[0]) <= found.high
        can = (
            f"can have what it wants ({wants})"
            if own
            else f"wants {wants} and can have {on_scale(found.choice, scale)}"
        )
        effect = f"{starting(room)} {unit}".rstrip() + f", so {taken.agent} {can}."
    members = taken.body.members
    rows = tuple(
        (members[each.member], float(taken.positions[0, each.member]), each.to, each.low, each.high)
        for each in found.narrower
    )
    reading = ""
    if found.low < found.high:
        ends = [
            listing([name for name, at in zip(members, taken.positions[0], strict=True) if at == end], limit=3)
            for end in (found.low, found.high)
        ]
        reading = f"Its ends are where {ends[0]} and {ends[1]} stand."
        if found.narrower:
            most = found.narrower[0]
            left = band((most.low, most.high), scale) if most.low < most.high else on_scale(most.low, scale)
            reading += (
                f" Of single members {members[most.member]} could take away most: at {on_scale(most.to, scale)} it "
                f"would leave {left}."
            )
        else:
            reading += " No single member, by moving, can leave the agent less room."
    sentence = f"{rule} {effect}"
    return (
        Claim(
            key="discretion",
            sentence=sentence,
            reading=reading,
            estimate=Estimate("choice", "what the agent can have", unit, scale, None),
            table=Table(
                "Members who could leave the agent less room by moving alone, and what would then be left",
                ("member", "stands_at", "moves_to", "left_from", "left_to"),
                rows,
            ),
            chart=partial(_chart, found),
            chart_summary=sentence,
            lines=(PageLine("the rule", sentence, 40),),
            caveats=(
                ILLUSTRATION,
                "Distance on one line is all that members are taken to care about; overruling the agent is taken to be "
                "free and open to any member to propose.",
                *taken.notes,
            ),
            ask_next=taken.body.to_verify,
            lead=3,
        ),
    )


def _chart(found: Slack) -> dict[str, Any]:
    from comity.findings.charts import positions_on_a_scale

    taken = found.principals
    marks = [(f"{possessive(taken.agent)} choice", found.choice)]
    if found.choice != float(taken.wants[0]):
        marks.append(("wants", float(taken.wants[0])))
    if found.low <= found.high:
        marks += [("room from", found.low), ("to", found.high)]
    return positions_on_a_scale(
        taken.body.members,
        taken.positions[0],
        np.ones(len(taken.body.members)),
        (taken.scale.low, taken.scale.high),
        taken.scale.low_means,
        taken.scale.high_means,
        taken.scale.unit or "",
        marks,
    )


DISCRETION = Analysis(
    name="discretion",
    chapter=CHAPTER,
    question="What can the agent do that the members would not undo?",
    version=1,
    method=AGENCY_SLACK,
    reads=Reads(
        needs=("issues", "positions.position", "institution.rules", "institution.delegation"), optional=RULE_FIELDS
    ),
    options=Options,
    take=_take_slack,
    run=_run_slack,
    say=_say_slack,
    per="issues",
    work=lambda taken: 3_000.0 * len(taken.body.members),
)
