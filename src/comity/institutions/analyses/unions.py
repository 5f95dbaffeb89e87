"""What formal voting weight do members have when some agree first and vote together?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from comity.findings import Analysis, Answer, CannotAnswerError, Citation, Claim, Options, Reads, Rows, Table, View
from comity.findings.contract import Value
from comity.findings.wording import listing, percent
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.institutions.voting.tallies import TooLarge
from comity.institutions.voting.unions import UnionPower, union_power
from comity.institutions.voting.voting_power import VotingPower, voting_power
from comity.rules import RuleError
from comity.scenario.decision_rules import Union

OWEN = Citation(
    "Owen 1977, 1982",
    "Formal voting weight with a priori unions: the Owen value and the Banzhaf–Owen value (Owen 1977, Values of games "
    "with a priori unions; 1982, Modification of the Banzhaf–Coleman index for games with a priori unions). Cited "
    "from memory.",
)


@dataclass(frozen=True)
class _Taken:
    body: Body
    names: tuple[str, ...]
    unions: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Together:
    """Formal voting weight with the unions and without."""

    body: Body
    names: tuple[str, ...]
    unions: tuple[tuple[int, ...], ...]
    found: UnionPower
    alone: VotingPower


def _take(view: View, rows: Rows) -> _Taken:
    stated: tuple[Union, ...] = view.object("institution.unions")
    ids = view.ids("members")
    return _Taken(
        body_of(view, rows),
        tuple(union.name for union in stated),
        tuple(tuple(ids.index(name) for name in union.members) for union in stated),
    )


def _run(taken: _Taken, options: Options) -> Answer[Together]:
    rule = taken.body.rule
    try:
        found = union_power(rule, taken.unions, taken.body.members)
        alone = voting_power(rule)
    except (TooLarge, RuleError) as error:
        raise CannotAnswerError(str(error)) from None
    return Answer(Together(taken.body, taken.names, taken.unions, found, alone), None, "exact")


def _say(answer: Answer[Together]) -> tuple[Claim, ...]:
    found = answer.detail
    alone = found.alone.shapley_shubik
    assert alone is not None
    parts = []
    for at, (name, union) in enumerate(zip(found.names, found.unions, strict=True)):
        together = float(found.found.of_unions[at])
        apart = float(sum(alone[member] for member in union))
        parts.append(f"{name}: {percent(together)} as one, {percent(apart)} one by one")
    sentence = (
        f"Under “{found.body.rule_name}”, if members agree first and vote together ({'; '.join(parts)}): Owen value, "
        "beside the Shapley–Shubik index without unions."
    )
    lost = [
        found.body.members[member]
        for union in found.unions
        for member in union
        if float(found.found.owen[member]) < alone[member] - 1e-12
    ]
    reading = "No member of a union has less formal voting weight with it than without."
    if lost:
        reading = f"Inside their union {listing(lost, limit=6)} have less formal voting weight than without it."
    rows = tuple(_row(found, member) for member in range(len(found.body.members)))
    columns = (
        "name",
        "union",
        "owen",
        "owen_exact",
        "shapley_shubik",
        "banzhaf_owen",
        "banzhaf_owen_exact",
        "banzhaf",
    )
    return (
        Claim(
            key="unions",
            sentence=sentence,
            reading=reading,
            table=Table(f"Formal voting weight with unions: {found.body.called}", columns, rows),
            chart=partial(_chart, found),
            chart_summary=sentence,
            caveats=(
                "A union is taken to agree inside first, in random order, and never to split.",
                f"Computed by {found.found.algorithm}; exact.",
            ),
            names_subject=True,
        ),
    )


def _row(found: Together, member: int) -> tuple[Value, ...]:
    union = next((name for name, who in zip(found.names, found.unions, strict=True) if member in who), None)
    assert found.alone.shapley_shubik is not None
    owen, banzhaf = found.found.owen[member], found.found.banzhaf_owen[member]
    return (
        found.body.members[member],
        union,
        float(owen),
        str(owen),
        float(found.alone.shapley_shubik[member]),
        float(banzhaf),
        str(banzhaf),
        float(found.alone.banzhaf[member]),
    )


def _chart(found: Together) -> dict[str, Any]:
    from comity.findings.charts import bars

    assert found.alone.shapley_shubik is not None
    series = {
        "Owen value, with unions": [float(value) for value in found.found.owen],
        "Shapley–Shubik, without": [float(value) for value in found.alone.shapley_shubik],
    }
    return bars(found.body.members, series, "share")


UNIONS = Analysis(
    name="unions",
    chapter=CHAPTER,
    question="Who holds formal voting weight when some members vote together?",
    version=1,
    method=OWEN,
    reads=Reads(needs=("institution.unions", "institution.rules"), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
)
