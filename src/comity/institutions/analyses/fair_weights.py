"""How far is formal voting weight from the square-root rule, and what would the square-root rule give?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Options,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray
from comity.findings.wording import listing, percent, two
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.institutions.voting.fair_weights import FairRule, fair_rule
from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.voting_power import voting_power

SQUARE_ROOTS = Citation(
    "Penrose 1946; Słomczyński & Życzkowski 2006",
    "Where two levels vote by majority, citizens of all members have the same chance to decide when formal voting "
    "weight is as the square root of population (Penrose 1946); the quota at which weights and formal voting weight "
    "are nearest (Słomczyński & Życzkowski 2006, the “Jagiellonian compromise”). Cited from memory.",
)
_INHABITANTS = "inhabitants"
_ABOUT = 0.02


@dataclass(frozen=True)
class _Taken:
    body: Body
    people: tuple[Fraction, ...]


@dataclass(frozen=True)
class Fairness:
    """Formal voting weight as it is, and under square-root weights with their quota."""

    body: Body
    people: tuple[Fraction, ...]
    real: FloatArray
    fair: FairRule
    under: FloatArray


def _take(view: View, rows: Rows) -> _Taken:
    body = body_of(view, rows)
    people = next((numbers for _, unit, numbers in body.weights if unit == _INHABITANTS), None)
    if people is None:
        raise CannotAnswerError(f"needs a weight table in {_INHABITANTS} that the rule uses")
    return _Taken(body, tuple(Fraction(number) for number in people))


def _run(taken: _Taken, options: Options) -> Answer[Fairness]:
    try:
        real = voting_power(taken.body.rule, shapley_shubik=False).banzhaf_normalised
        fair = fair_rule(taken.people)
        under = voting_power(fair.clause, shapley_shubik=False).banzhaf_normalised
    except TooLarge as error:
        raise CannotAnswerError(str(error)) from None
    return Answer(Fairness(taken.body, taken.people, real, fair, under), None, "exact")


def _say(answer: Answer[Fairness]) -> tuple[Claim, ...]:
    found = answer.detail
    names = found.body.members
    ratio = found.real / found.fair.shares
    order = sorted(range(len(names)), key=lambda member: (-found.people[member], member))
    above = [names[member] for member in order if ratio[member] > 1 + _ABOUT]
    below = [names[member] for member in order if ratio[member] < 1 - _ABOUT]
    first = order[0]
    sentence = (
        f"Beside weights by the square root of population, “{found.body.rule_name}” gives more formal voting weight to "
        f"{listing(above, limit=4)} and less to {listing(below, limit=4)}; {names[first]} has "
        f"{percent(float(found.real[first]))} (normalised Banzhaf), by square roots "
        f"{percent(float(found.fair.shares[first]))}."
    )
    furthest = max(abs(float(under) / share - 1) for under, share in zip(found.under, found.fair.shares, strict=True))
    reading = (
        f"Square-root weights with a quota of {percent(found.fair.quota)} of them would give every member formal "
        f"voting weight within {two(furthest * 100)} % of its square-root share."
    )
    total = sum(found.people)
    rows = tuple(
        (
            names[member],
            float(found.people[member] / total),
            float(found.fair.shares[member]),
            float(found.real[member]),
            float(ratio[member]),
            float(found.under[member]),
        )
        for member in order
    )
    columns = (
        "name",
        "share_of_population",
        "square_root_share",
        "banzhaf_normalised",
        "ratio_to_square_root",
        "banzhaf_under_square_roots",
    )
    return (
        Claim(
            key="fair-weights",
            sentence=sentence,
            reading=reading,
            table=Table(f"Formal voting weight and the square-root rule: {found.body.called}", columns, rows),
            chart=partial(_chart, found, order),
            chart_summary=sentence,
            caveats=(
                "“Fair” means one thing here: the same chance for each citizen to decide, were all votes coin tosses.",
            ),
            names_subject=True,
        ),
    )


def _chart(found: Fairness, order: list[int]) -> dict[str, Any]:
    from comity.findings.charts import bars

    total = sum(found.people)
    series = {
        "share of population": [float(found.people[member] / total) for member in order],
        "square-root share": [float(found.fair.shares[member]) for member in order],
        "formal voting weight (normalised Banzhaf)": [float(found.real[member]) for member in order],
    }
    return bars([found.body.members[member] for member in order], series, "share")


FAIR_WEIGHTS = Analysis(
    name="fair-weights",
    chapter=CHAPTER,
    question="How far is formal voting weight from the square-root rule?",
    version=1,
    method=SQUARE_ROOTS,
    reads=Reads(needs=("institution.rules", "institution.weights"), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
    work=lambda taken: 1e6 * len(taken.body.members) ** 2,
)
