"""What does it take to adopt a text that would change the body, and what happened when one was adopted before?"""

from __future__ import annotations

from dataclasses import dataclass

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
from comity.findings.wording import listing, plural
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_under
from comity.rules import Members, clauses_of, members_with_veto, rule_in_words
from comity.scenario.reform import Precedent, Reform

STAGES = Citation(
    "Felsenthal & Machover 1998",
    "A text that has to pass several rules one after the other passes under all of them together (composition of "
    "simple games; Felsenthal & Machover 1998, The Measurement of Voting Power, Edward Elgar).",
)
_COUNTS = ("no", "once", "twice")


@dataclass(frozen=True)
class Stages:
    """The stages of an amendment, in order, and the earlier ones."""

    reform: Reform
    bodies: tuple[Body, ...]
    names: dict[str, str]


def _take(view: View, rows: Rows) -> Stages:
    reform: Reform = view.object("reform")
    institution = view.object("institution.rules")
    rules = {rule.id: rule for rule in institution.rules}
    lacking = [stage for stage in reform.stages if stage not in rules]
    if lacking:
        raise CannotAnswerError(f"needs all stages of an amendment; the rule {lacking[0]!r} is not in this case")
    names = dict(zip(view.ids("actors"), view.names("actors"), strict=True))
    return Stages(reform, tuple(body_under(view, rows, institution, rules[stage]) for stage in reform.stages), names)


def _run(stages: Stages, options: Options) -> Answer[Stages]:
    return Answer(stages, None, "exact")


def votes_needed(body: Body) -> int | None:
    """How many members a rule asks for, where it counts members."""
    counts = [clause.at_least for clause in clauses_of(body.rule) if isinstance(clause, Members)]
    return max(counts) if counts else None


def _say(answer: Answer[Stages]) -> tuple[Claim, ...]:
    found = answer.detail
    reform = found.reform
    needs = [f"{_lower(body.rule_name)}: {rule_in_words(body.rule, body.members)}" for body in found.bodies]
    under = f" ({reform.article}, {plural(len(needs), 'stage')})" if reform.article else ""
    sentence = f"No text changes the {reform.body} without {'; AND '.join(needs)}{under}."
    reading = f"We give no probability: {_base_rate(reform)}."
    before = [_precedent(each, found.names) for each in reform.precedents]
    lines = [PageLine("precedent", text, 10 + at) for at, text in enumerate(before)]
    rows: list[tuple[str, str, str, str]] = []
    for body in found.bodies:
        vetoers = [body.members[member] for member in members_with_veto(body.rule)]
        rows.append((body.rule_name, body.article or "", rule_in_words(body.rule, body.members), listing(vetoers)))
    verify = tuple(dict.fromkeys(text for body in found.bodies for text in body.to_verify))
    return (
        Claim(
            key="stages",
            sentence=sentence,
            reading=reading,
            table=Table("What a text has to pass", ("stage", "article", "needs", "can_block_alone"), tuple(rows)),
            lines=tuple(lines),
            caveats=tuple(reform.cautions),
            ask_next=(*(each.question for each in reform.ask), *verify[:1]),
            lead=20,
            names_subject=True,
        ),
        *_history(found),
    )


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _base_rate(reform: Reform) -> str:
    count = len(reform.precedents)
    if count == 0:
        return "no earlier change is in this file, and no case is no base rate"
    times = _COUNTS[count] if count < len(_COUNTS) else f"{count} times"
    spans = [
        f"{each.adopted[:4]}–{each.in_force[:4]}" if each.in_force else each.adopted[:4] for each in reform.precedents
    ]
    few = "; one case is no base rate" if count == 1 else "; so few cases are no base rate" if count < 10 else ""
    return f"composition was changed {times} ({listing(spans)}){few}"


def _precedent(each: Precedent, names: dict[str, str]) -> str:
    votes = f"{each.adopted[:4]}, {each.title}: {each.in_favour}–{each.against}–{each.abstained}."
    cast: dict[str, list[str]] = {}
    for vote in each.votes:
        name = names.get(vote.actor, vote.actor)
        cast.setdefault(vote.vote, []).append(f"{name} ({vote.note})" if vote.note else name)
    said = "; ".join(f"{vote} {listing(who)}" for vote, who in cast.items())
    who = f" Of those named here: {said}." if said else ""
    after = f" In force {each.in_force}." if each.in_force else ""
    return f"{votes}{who}{after}{f' {each.note}' if each.note else ''}"


def _history(found: Stages) -> tuple[Claim, ...]:
    votes = [(each, vote) for each in found.reform.precedents for vote in each.votes]
    if not votes:
        return ()
    rows = tuple(
        (each.title, each.adopted, found.names.get(vote.actor, vote.actor), vote.vote, vote.note)
        for each, vote in votes
    )
    against = sorted({vote.vote for _, vote in votes} - {"for"})
    sentence = " ".join(_precedent(each, found.names) for each in found.reform.precedents)
    reading = "One case neither confirms nor refutes anything about the next."
    if against and all(each.in_force for each in found.reform.precedents):
        reading = "So a vote that was not in favour was no refusal to ratify then. " + reading
    return (
        Claim(
            key="precedents",
            question="What happened when the body was changed before?",
            sentence=sentence,
            reading=reading,
            table=Table(
                "Votes of single members on earlier changes", ("change", "date", "member", "vote", "note"), rows
            ),
        ),
    )


AMENDMENT = Analysis(
    name="amendment",
    chapter=CHAPTER,
    question="What does it take to adopt a text that would change the body?",
    version=1,
    method=STAGES,
    reads=Reads(needs=("reform", "institution.rules"), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
