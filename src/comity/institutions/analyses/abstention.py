"""What is formal voting weight where members may abstain, under a rule that says how an abstention counts?"""

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
    Options,
    Outcome,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, percent, plural
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.institutions.voting.abstention import AbstentionPower, counts_abstentions, power_with_abstention
from comity.institutions.voting.voting_power import TooLarge, VotingPower, rank_disagreements, voting_power
from comity.rules import Rule

TERNARY = Citation(
    "Felsenthal & Machover 1997",
    "Formal voting weight with abstention as a third choice: ternary voting games (Felsenthal & Machover 1997, "
    "International Journal of Game Theory 26), yes, abstention and no each with one third.",
)
# Part of a member's weight below which a probability in floating point is a rounding.
_NOTHING = 1e-9


@dataclass(frozen=True)
class ThreeChoices:
    """Formal voting weight of the members with two choices and with three, under the rule as written."""

    body: Body
    two: VotingPower
    three: AbstentionPower


def _take(view: View, rows: Rows) -> Body:
    return body_of(view, rows)


def _strongest(body: Body, power: AbstentionPower) -> list[str]:
    top = power.decisive.max()
    return [name for name, value in zip(body.members, power.decisive, strict=True) if np.isclose(value, top)]


def _who(body: Body, power: AbstentionPower) -> str:
    names = _strongest(body, power)
    if len(names) == len(body.members):
        return "all members have the same formal voting weight"
    return f"the most formal voting weight is held by {listing(names)}"


def _run(body: Body, options: Options) -> Answer[ThreeChoices]:
    if not counts_abstentions(body.rule):
        raise CannotAnswerError(
            "needs a rule that says how an abstention counts (of_voting, abstention_blocks or unless); under this one "
            "it counts as a vote that is not in favour"
        )
    known: dict[Rule, AbstentionPower] = {}
    words, passes = [], []
    try:
        for rule in body.rules:
            if rule is None:
                words.append("nothing can pass")
                passes.append(0.0)
                continue
            if rule not in known:
                known[rule] = power_with_abstention(rule)
            words.append(_who(body, known[rule]))
            passes.append(known[rule].passes)
        two = voting_power(body.rule)
    except TooLarge as error:
        raise CannotAnswerError(str(error)) from None
    labels = tuple(dict.fromkeys(words))
    verdict = np.array([labels.index(word) for word in words], dtype=np.int64)
    detail = ThreeChoices(body, two, known[body.rule])
    return Answer(detail, Outcome(verdict, labels, {"efficiency": np.array(passes)}), "exact")


def _say(answer: Answer[ThreeChoices]) -> tuple[Claim, ...]:
    found = answer.detail
    body, two, three = found.body, found.two, found.three
    strongest = _strongest(body, three)
    first = body.members.index(strongest[0])
    if len(strongest) == len(body.members):
        lead = f"all {plural(len(strongest), 'member')} hold the same formal voting weight"
    else:
        lead = f"the most formal voting weight is held by {listing(strongest, limit=6)}"
    sentence = (
        f"Under “{body.rule_name}”, with abstention as a third choice, {lead}: decisive between yes and no in "
        f"{percent(float(three.decisive[first]))} of equally likely divisions of the others, and in "
        f"{percent(float(two.banzhaf[first]))} of coalitions where nobody may abstain."
    )
    free = _without(body, three.yes_or_abstain, three)
    dear = _without(body, three.abstain_or_no, three)
    parts = [
        f"A decision passes in {percent(three.passes)} of equally likely divisions, "
        f"{percent(two.efficiency)} without abstention."
    ]
    for names, same in ((free, "in favour"), (dear, "against")):
        if names:
            who = "every member" if len(names) == len(body.members) else listing(names, limit=6)
            parts.append(f"For {who} to abstain is as good as to vote {same}.")
    differ = rank_disagreements(two.banzhaf, three.decisive)
    if differ:
        pairs = [f"{body.members[a]} over {body.members[b]}" for a, b in differ[:3]]
        parts.append(f"Two choices put {listing(pairs)}; three choices do not.")
    else:
        parts.append("With two choices and with three no two members are in opposite order.")
    return (
        Claim(
            key="weight-with-abstention",
            sentence=sentence,
            reading=" ".join(parts),
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=sentence,
            caveats=(
                "Yes, abstention and no are taken as equally likely and independent: a property of the rule, no "
                "record of how often anybody abstains. Absence is not abstention.",
                f"Computed by {three.algorithm}; {_accuracy(three)}; two choices by {two.algorithm}.",
                *body.notes,
            ),
            ask_next=body.to_verify,
            names_subject=True,
        ),
    )


def _accuracy(three: AbstentionPower) -> str:
    return "exact" if three.absolute_error == 0 else f"error below {three.absolute_error:.0e}"


def _without(body: Body, swings: FloatArray, three: AbstentionPower) -> list[str]:
    """The members who decide between yes and no, but never between these two of the three choices."""
    some = three.decisive > 0
    return [body.members[member] for member in np.flatnonzero(some & (swings <= _NOTHING * three.decisive))]


def _table(found: ThreeChoices) -> Table:
    three = found.three
    columns = ["name", "two_choices"]
    cells: list[list[Value]] = [
        [name, float(value)] for name, value in zip(found.body.members, found.two.banzhaf, strict=True)
    ]
    shown = (
        ("yes_or_no", three.decisive, three.decisive_exact),
        ("yes_or_abstain", three.yes_or_abstain, three.yes_or_abstain_exact),
        ("abstain_or_no", three.abstain_or_no, three.abstain_or_no_exact),
    )
    for name, floats, fractions in shown:
        columns.append(name)
        for row, value in zip(cells, floats, strict=True):
            row.append(float(value))
        if fractions is not None:
            columns.append(f"{name}_exact")
            for row, fraction in zip(cells, fractions, strict=True):
                row.append(str(fraction))
    order = sorted(range(len(cells)), key=lambda member: (-float(three.decisive[member]), member))
    caption = f"How often a vote decides, with two choices and with three: {found.body.called}"
    return Table(caption, tuple(columns), tuple(tuple(cells[member]) for member in order))


def _chart(found: ThreeChoices) -> dict[str, Any]:
    from comity.findings.charts import bars

    order = sorted(range(len(found.body.members)), key=lambda member: (-float(found.three.decisive[member]), member))
    series = {
        "two choices": [float(found.two.banzhaf_normalised[member]) for member in order],
        "with abstention": [float(found.three.normalised[member]) for member in order],
    }
    return bars([found.body.members[member] for member in order], series, "share")


ABSTENTION = Analysis(
    name="abstention",
    chapter=CHAPTER,
    question="What is formal voting weight where members may abstain?",
    version=1,
    method=TERNARY,
    reads=Reads(needs=("institution.rules",), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
    work=lambda body: 1e5 * len(body.members) ** 2,
)
