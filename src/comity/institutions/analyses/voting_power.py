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
from comity.findings.wording import listing, percent, plural, small_percent
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.institutions.voting.indices import INDICES, Counted, IndexValues, PowerIndex
from comity.institutions.voting.rule_properties import RuleProperties, rule_properties
from comity.institutions.voting.voting_power import TooLarge, VotingPower, rank_disagreements, voting_power
from comity.rules import Rule

WEIGHT = Citation(
    "Banzhaf 1965; Shapley & Shubik 1954",
    "Formal voting weight: the share of equally likely coalitions (Penrose 1946; Banzhaf 1965) or orders (Shapley & "
    "Shubik 1954) in which a member's vote is decisive.",
)
EXACT_UP_TO = 60
_ALIKE = 1e-9
_STANDARD = ("banzhaf", "banzhaf_normalised", "shapley_shubik")
_WORDS = {index.column: index.words for index in INDICES.values()}


class VotingPowerOptions(Options):
    """Which indices, and whether as exact fractions too."""

    index: Literal[
        "standard",
        "all",
        "banzhaf",
        "banzhaf-normalised",
        "shapley-shubik",
        "coleman-prevent",
        "coleman-initiate",
        "coleman-act",
        "satisfaction",
        "deegan-packel",
        "holler-packel",
        "johnston",
    ] = Field(
        default="standard",
        description="Which index; standard shows both families, as a reader should see them, all every index that can "
        "be computed at this size, and what kind of rule it is.",
    )
    exact: Literal["auto", "yes", "no"] = Field(
        default="auto", description=f"Exact fractions beside the floats; auto: up to {EXACT_UP_TO} members."
    )


@dataclass(frozen=True)
class Kind:
    """What kind of rule it is, and what was not computed of it."""

    properties: RuleProperties
    winning: int | None
    efficiency: Fraction | None
    minimal: int | None
    left_out: tuple[tuple[str, str], ...]


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
    kind: Kind | None


def _take(view: View, rows: Rows) -> Body:
    return body_of(view, rows)


def _moved(rule: Rule | None) -> VotingPower | None:
    return None if rule is None else voting_power(rule, shapley_shubik=False)


def _asked(options: VotingPowerOptions) -> tuple[PowerIndex, ...]:
    if options.index == "standard":
        return tuple(index for index in INDICES.values() if index.column in _STANDARD)
    return tuple(INDICES.values()) if options.index == "all" else (INDICES[options.index],)


def _run(body: Body, options: VotingPowerOptions) -> Answer[Weights]:
    exact = options.exact == "yes" or (options.exact == "auto" and len(body.members) <= EXACT_UP_TO)
    asked = _asked(options)
    counted = Counted(body.rule, exact=exact)
    values: dict[str, IndexValues] = {}
    left_out: list[tuple[str, str]] = []
    try:
        written = counted.power(shapley_shubik=any(index.name == "shapley-shubik" for index in asked))
        moved = [_moved(rule) for rule in body.rules[1:]]
        for index in asked:
            try:
                values[index.column] = index.compute(counted)
            except TooLarge as error:
                if options.index != "all":
                    raise TooLarge(f"{index.words} cannot be computed: {error}") from None
                left_out.append((index.words, str(error)))
    except TooLarge as error:
        raise CannotAnswerError(str(error)) from None
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
    algorithms = dict.fromkeys((written.algorithm, *(value.algorithm for value in values.values())))
    detail = Weights(
        body,
        tuple(values),
        {name: value.floats for name, value in values.items()},
        {name: value.fractions for name, value in values.items() if exact and value.fractions is not None},
        written.efficiency,
        tuple(body.members[member] for member in written.dummies),
        "; ".join(algorithms),
        written.accuracy,
        _kind(counted, tuple(left_out)) if options.index == "all" else None,
    )
    verdict = np.array([labels.index(word) for word in words], dtype=np.int64)
    return Answer(detail, Outcome(verdict, labels, {"efficiency": np.array(efficiency)}), "exact")


def _kind(counted: Counted, left_out: tuple[tuple[str, str], ...]) -> Kind:
    power = counted.power(shapley_shubik=False)
    try:
        minimal = counted.minimal.count
    except TooLarge:
        minimal = None
    properties = rule_properties(counted.rule, power)
    return Kind(properties, power.winning, power.efficiency_exact, minimal, left_out)


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
        # Shares can be as small as 1e-8 and still differ: only the relative difference counts.
        if np.isclose(found.floats[second][member], found.floats[second][first], rtol=_ALIKE, atol=0.0)
    ]
    standard = set(found.shown) & set(_STANDARD)
    what = "formal voting weight" if standard else _WORDS[main]
    if found.shown == ("coleman_act",):
        sentence = f"Under “{body.rule_name}” {percent(found.efficiency)} of all coalitions pass ({_WORDS[main]})."
    elif len(body.members) == 1:
        sentence = f"Under “{body.rule_name}” the only member, {body.members[0]}, decides alone."
    elif len(alike) == len(body.members):
        sentence = f"Under “{body.rule_name}” all {plural(len(alike), 'member')} hold the same {what}"
        sentence += "." if standard else f": {percent(float(found.floats[main][first]))}."
    else:
        most = f"the most {what} is held by" if standard else f"{what} is highest for"
        each = "each of " if len(alike) > 1 else ""
        sentence = f"Under “{body.rule_name}” {most} {each}{listing(alike, limit=6)}: "
        sentence += " and ".join(
            f"{small_percent(float(found.floats[name][first]))}" + (f" ({_WORDS[name]})" if standard else "")
            for name in dict.fromkeys((second, main))
        )
        share = _share(body, first)
        sentence += f", with {percent(share[1])} of the {share[0]}." if share else "."
    efficiency = f"A decision passes in {small_percent(found.efficiency)} of equally likely coalitions."
    parts = [efficiency, _differences(found)]
    if found.dummies:
        parts.append(f"{listing(found.dummies, limit=6)} never decide, whatever their votes.")
    kind = (_kind_claim(found),) if found.kind is not None else ()
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
        *kind,
    )


def _kind_claim(found: Weights) -> Claim:
    """What kind of rule it is; and the indices that are left out, each with its reason."""
    body, kind = found.body, found.kind
    assert kind is not None
    properties = kind.properties

    def named(members: tuple[int, ...]) -> str:
        return listing([body.members[member] for member in members])

    def answer(value: bool | None) -> str:
        return "not decided: too many coalitions" if value is None else "yes" if value else "no"

    passing = percent(found.efficiency) + (f" ({kind.efficiency})" if kind.efficiency is not None else "")
    counted = "not counted; ask for exact numbers"
    rows = [
        ("probability that a decision passes, all members tossing a coin", passing),
        (
            f"coalitions that pass, of 2^{len(body.members)}",
            counted if kind.winning is None else f"{kind.winning:,}",
        ),
        ("minimal winning coalitions", "too many to count" if kind.minimal is None else f"{kind.minimal:,}"),
        ("members without whom nothing passes", named(properties.vetoers)),
        ("member who alone decides", "nobody" if properties.dictator is None else body.members[properties.dictator]),
        ("members who never decide", listing(found.dummies)),
        ("proper: no two separate groups can both pass something", answer(properties.proper)),
        ("strong: of a group and all the others one always can", answer(properties.strong)),
        ("decisive: proper and strong", answer(properties.decisive)),
        *((f"left out: {name}", reason) for name, reason in kind.left_out),
    ]
    words = {True: "is", False: "is not"}
    parts = [
        f"{words[value]} {name}"
        for name, value in (("proper", properties.proper), ("strong", properties.strong))
        if value is not None
    ]
    sentence = f"“{body.rule_name}” passes a decision in {percent(found.efficiency)} of equally likely coalitions"
    sentence += f"; the rule {' and '.join(parts)}." if parts else "."
    missing = [name for name, _ in kind.left_out]
    return Claim(
        key="kind-of-rule",
        question="What kind of rule is it?",
        sentence=sentence,
        reading=f"Left out at this size: {listing(missing)}; the table says why." if missing else "",
        table=Table(f"What kind of rule: {body.called}", ("what", "answer"), tuple(rows)),
        caveats=body.notes,
        names_subject=True,
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
    standard = [name for name in found.shown if name in _STANDARD[1:]]
    for name in standard or found.shown:
        if name != "banzhaf":
            series[_WORDS[name]] = [float(found.floats[name][member]) for member in order]
    return bars([body.members[member] for member in order], series, "share")


VOTING_POWER = Analysis(
    name="voting-power",
    chapter=CHAPTER,
    question="Who holds formal voting weight?",
    version=2,
    method=WEIGHT,
    reads=Reads(needs=("institution.rules",), optional=RULE_FIELDS),
    options=VotingPowerOptions,
    take=_take,
    run=_run,
    say=_say,
    per="rules",
    work=lambda body: 1e5 * len(body.members) ** 2,
)
