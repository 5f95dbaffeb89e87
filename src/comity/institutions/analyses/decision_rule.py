"""What does it take to pass a decision, and who can block alone?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from comity.findings import Analysis, Answer, Citation, Claim, Options, Outcome, Reads, Rows, Table, View
from comity.findings.wording import listing
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.institutions.voting.smallest_coalitions import smallest_blocking, smallest_winning
from comity.institutions.voting.tallies import TooLarge
from comity.rules import Rule, members_with_veto, rule_in_words

SIMPLE_GAMES = Citation(
    "Felsenthal & Machover 1998",
    "Winning and blocking coalitions of a simple game (Felsenthal & Machover 1998, The Measurement of Voting Power, "
    "Edward Elgar).",
)


@dataclass(frozen=True)
class Requirements:
    """What the rule as written asks for."""

    body: Body
    vetoers: tuple[str, ...]
    winning: tuple[str, ...] | None
    blocking: tuple[str, ...] | None


def _take(view: View, rows: Rows) -> Body:
    return body_of(view, rows)


def _who_blocks(body: Body, members: tuple[int, ...]) -> str:
    if len(body.members) == 1:
        return f"{body.members[0]} decides alone"
    if len(members) == len(body.members):
        return "every member can block alone"
    if not members:
        return "no member can block alone"
    return f"{listing([body.members[member] for member in members])} can block alone"


def _run(body: Body, options: Options) -> Answer[Requirements]:
    known: dict[int, str] = {}
    words: list[str] = []
    for rule in body.rules:
        if id(rule) not in known:
            known[id(rule)] = "nothing can pass" if rule is None else _who_blocks(body, members_with_veto(rule))
        words.append(known[id(rule)])
    labels = tuple(dict.fromkeys(words))
    verdict = np.array([labels.index(word) for word in words], dtype=np.int64)

    def named(smallest: Callable[[Rule], tuple[int, ...]]) -> tuple[str, ...] | None:
        try:
            return tuple(body.members[member] for member in smallest(body.rule))
        except TooLarge:
            return None

    detail = Requirements(
        body,
        tuple(body.members[member] for member in members_with_veto(body.rule)),
        named(smallest_winning),
        named(smallest_blocking),
    )
    return Answer(detail, Outcome(verdict, labels, {}), "exact")


def _say(answer: Answer[Requirements]) -> tuple[Claim, ...]:
    found = answer.detail
    body = found.body
    assert answer.outcome is not None
    who = answer.outcome.label(0)
    sentence = f"{body.called}: {rule_in_words(body.rule, body.members)}; {who}."
    parts = []
    rows: list[tuple[str, int | None, str]] = []
    for name, verb, group in (("winning", "pass a decision", found.winning), ("blocking", "block one", found.blocking)):
        if group is not None:
            if len(group) > 1 and len(group) < len(body.members):
                parts.append(f"{len(group)} members can {verb}, such as {listing(group, limit=6)}")
            rows.append((f"smallest {name} group", len(group), listing(group)))
    rows.append(("can block alone", len(found.vetoers), listing(found.vetoers)))
    reading = f"At the fewest, {'; '.join(parts)}." if parts else ""
    return (
        Claim(
            key="requirements",
            sentence=sentence,
            reading=reading,
            table=Table(f"What {body.rule_name} asks for", ("what", "members", "who"), tuple(rows)),
            caveats=(
                "A rule says who can decide, not who does: members bargain, abstain and seek consensus before a vote.",
                *body.notes,
            ),
            ask_next=body.to_verify,
            lead=10,
            names_subject=True,
        ),
    )


DECISION_RULE = Analysis(
    name="decision-rule",
    chapter=CHAPTER,
    question="What does it take to pass a decision, and who can block alone?",
    version=1,
    method=SIMPLE_GAMES,
    reads=Reads(needs=("institution.rules",), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
    work=lambda body: 60.0 * len(body.members) ** 2 + 3_000.0 * len(body.members),
)
