"""Who holds formal voting weight? Two indices side by side, and where they rank members differently."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Literal

import numpy as np
from pydantic import Field

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
from comity.findings.contract import FloatArray, Number, Value
from comity.findings.wording import listing, percent, plural
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.institutions.voting_power import TooLarge, VotingPower, rank_disagreements, voting_power

INDICES = Citation(
    "Banzhaf 1965; Shapley & Shubik 1954",
    "Formal voting weight: the share of equally likely coalitions (Penrose 1946; Banzhaf 1965) or orders (Shapley & "
    "Shubik 1954) in which a member's vote is decisive.",
)
EXACT_UP_TO = 60
_NAMES = {"banzhaf": "Banzhaf", "banzhaf_normalised": "normalised Banzhaf", "shapley_shubik": "Shapley–Shubik"}


class VotingPowerOptions(Options):
    """Which indices, and whether as exact fractions too."""

    index: Literal["all", "banzhaf", "banzhaf-normalised", "shapley-shubik"] = Field(
        default="all", description="Which index; all shows both families, as a reader should see them."
    )
    exact: Literal["auto", "yes", "no"] = Field(
        default="auto", description=f"Exact fractions beside the floats; auto: up to {EXACT_UP_TO} members."
    )


@dataclass(frozen=True)
class Weights:
    """Formal voting weight of the members of a body, under the rule as written."""

    body: Body
    shown: tuple[str, ...]
    floats: dict[str, FloatArray]
    fractions: dict[str, tuple[Fraction, ...]]
    efficiency: float
    dummies: tuple[str, ...]
    algorithm: str
    accuracy: str


def _take(view: View, rows: Rows) -> Body:
    return body_of(view, rows)


def _indices(body: Body, row: int, exact: bool, shown: tuple[str, ...]) -> VotingPower | None:
    rule = body.rules[row]
    return None if rule is None else voting_power(rule, exact=exact, shapley_shubik="shapley_shubik" in shown)


def _run(body: Body, options: VotingPowerOptions) -> Answer[Weights]:
    shown = tuple(_NAMES) if options.index == "all" else (options.index.replace("-", "_"),)
    exact = options.exact == "yes" or (options.exact == "auto" and len(body.members) <= EXACT_UP_TO)
    try:
        written = _indices(body, 0, exact, shown)
        moved = [_indices(body, row, False, ("banzhaf",)) for row in range(1, len(body.rules))]
    except TooLarge as error:
        raise CannotAnswerError(str(error)) from None
    assert written is not None
    words, efficiency = [], []
    for each in (written, *moved):
        idle = [] if each is None else [body.members[member] for member in each.dummies]
        words.append(
            "nothing can pass"
            if each is None
            else f"no formal voting weight: {listing(idle)}"
            if idle
            else "every member has formal voting weight"
        )
        efficiency.append(0.0 if each is None else each.efficiency)
    labels = tuple(dict.fromkeys(words))
    detail = Weights(
        body,
        shown,
        {name: np.asarray(getattr(written, name)) for name in shown},
        {name: tuple(getattr(written, f"{name}_exact")) for name in shown} if exact else {},
        written.efficiency,
        tuple(body.members[member] for member in written.dummies),
        written.algorithm,
        written.accuracy,
    )
    verdict = np.array([labels.index(word) for word in words], dtype=np.int64)
    return Answer(detail, Outcome(verdict, labels, {"efficiency": np.array(efficiency)}), "exact")


def _say(answer: Answer[Weights]) -> tuple[Claim, ...]:
    found = answer.detail
    body = found.body
    main = "shapley_shubik" if "shapley_shubik" in found.shown else found.shown[0]
    second = "banzhaf_normalised" if "banzhaf_normalised" in found.shown else main
    order = sorted(range(len(body.members)), key=lambda member: (-found.floats[second][member], member))
    first = order[0]
    alike = [
        body.members[member]
        for member in order
        if np.isclose(found.floats[second][member], found.floats[second][first])
    ]
    if len(alike) == len(body.members):
        sentence = f"Under “{body.rule_name}” all {plural(len(alike), 'member')} hold the same formal voting weight."
    else:
        sentence = f"Under “{body.rule_name}” the most formal voting weight is held by {listing(alike, limit=6)}: "
        sentence += " and ".join(
            f"{percent(float(found.floats[name][first]))} ({_NAMES[name]})" for name in dict.fromkeys((second, main))
        )
        share = _share(body, first)
        sentence += f", with {percent(share[1])} of the {share[0]}." if share else "."
    efficiency = f"A decision passes in {percent(found.efficiency)} of equally likely coalitions."
    parts = [efficiency, _differences(found)]
    if found.dummies:
        parts.append(f"{listing(found.dummies, limit=6)} never decide, whatever their votes.")
    line = PageLine("formal voting weight", " ".join(filter(None, (sentence, efficiency, _differences(found)))), 10)
    return (
        Claim(
            key="formal-voting-weight",
            sentence=sentence,
            reading=" ".join(filter(None, parts)),
            table=_table(found, order),
            chart=partial(_chart, found, order),
            chart_summary=sentence,
            lines=(line,),
            caveats=(
                "An index is a property of the rule, every coalition taken as equally likely; it is not influence.",
                f"Computed by {found.algorithm}; {found.accuracy}.",
                *body.notes,
            ),
            lead=4,
            names_subject=True,
        ),
    )


def _share(body: Body, member: int) -> tuple[str, float] | None:
    """The member's share of the first weight table, and its unit."""
    if not body.weights:
        return None
    _, unit, weights = body.weights[0]
    return unit, float(weights[member] / sum(weights))


def _differences(found: Weights) -> str:
    """The members whom the two indices rank in opposite order, if any."""
    if not {"banzhaf_normalised", "shapley_shubik"} <= set(found.shown):
        return ""
    pairs = rank_disagreements(found.floats["banzhaf_normalised"], found.floats["shapley_shubik"])
    if not pairs:
        return "Both indices rank the members in the same order."
    names = [f"{found.body.members[a]} over {found.body.members[b]}" for a, b in pairs[:3]]
    return (
        f"The indices disagree on {plural(len(pairs), 'pair')}: Banzhaf puts {listing(names)}; Shapley–Shubik does not."
    )


def _table(found: Weights, order: list[int]) -> Table:
    body = found.body
    columns = ["name"]
    cells: list[list[Value]] = [[name] for name in body.members]
    for name, _, weights in body.weights:
        columns += [name, f"{name}_share"]
        total: Number = sum(weights)
        for row, weight in zip(cells, weights, strict=True):
            row += [_plain(weight), float(weight / total)]
    for name in found.shown:
        columns.append(name)
        for row, value in zip(cells, found.floats[name], strict=True):
            row.append(float(value))
        if name in found.fractions:
            columns.append(f"{name}_exact")
            for row, fraction in zip(cells, found.fractions[name], strict=True):
                row.append(str(fraction))
    return Table(
        f"Formal voting weight: {body.called}", tuple(columns), tuple(tuple(cells[member]) for member in order)
    )


def _plain(weight: Number) -> Value:
    if isinstance(weight, Fraction):
        return str(weight)
    return weight if abs(weight) < 2**53 else str(weight)


def _chart(found: Weights, order: list[int]) -> dict[str, Any]:
    from comity.findings.charts import bars

    body = found.body
    series: dict[str, list[float]] = {}
    for name, _, weights in body.weights[:1]:
        total = sum(weights)
        series[f"share of {name}"] = [float(weights[member] / total) for member in order]
    for name in found.shown:
        if name != "banzhaf":
            series[_NAMES[name]] = [float(found.floats[name][member]) for member in order]
    return bars([body.members[member] for member in order], series, "share")


VOTING_POWER = Analysis(
    name="voting-power",
    chapter=CHAPTER,
    question="Who holds formal voting weight?",
    version=1,
    method=INDICES,
    reads=Reads(needs=("institution.rules",), optional=RULE_FIELDS),
    options=VotingPowerOptions,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
    work=lambda body: 1e5 * len(body.members) ** 2,
)
