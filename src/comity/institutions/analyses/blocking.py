"""What does the rule let through, given who stands where? The outcomes that no coalition able to pass one replaces."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

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
from comity.findings.contract import FloatArray
from comity.findings.scales import third_of
from comity.findings.wording import band, listing, on_scale
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_of
from comity.rules import Members, Weighted, passes, rule_in_words, unbeaten_interval

CORE = Citation(
    "Black 1948",
    "The core on one line: outcomes that no coalition able to pass a decision would replace, each member preferring "
    "what is nearer (Black 1948, On the rationale of group decision-making, Journal of Political Economy 56).",
)
# Which thirds of the scale hold an outcome that the rule leaves standing: from the lowest to the highest of them.
_THIRDS = ("lower", "middle", "upper")
_SPANS = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
LABELS = (
    *(
        "the rule leaves every third of the scale"
        if (first, last) == (0, 2)
        else f"the rule leaves the {listing(_THIRDS[first : last + 1])} third of the scale"
        for first, last in _SPANS
    ),
    "some group that can pass a decision would replace any outcome",
    "nothing can pass",
)


@dataclass(frozen=True)
class _Taken:
    body: Body
    positions: FloatArray
    scale: tuple[float, float]
    unit: str


@dataclass(frozen=True)
class Camp:
    """Members who stand in the same third of the scale."""

    members: tuple[str, ...]
    low: float
    high: float
    holds: float
    blocks: bool


@dataclass(frozen=True)
class Unbeaten:
    """The unbeaten outcomes of the case as written, and the camps."""

    body: Body
    low: float
    high: float
    extremes: tuple[float, float]
    camps: tuple[Camp, ...]
    counted: str
    scale: tuple[float, float]
    unit: str


def _take(view: View, rows: Rows) -> _Taken:
    issue = view.object("issues")[0]
    actors, members = view.ids("actors"), view.ids("members")
    positions = view.numbers("positions.position", rows)[:, [actors.index(member) for member in members], 0]
    silent = [name for name, value in zip(view.names("members"), positions[0], strict=True) if np.isnan(value)]
    if silent:
        raise CannotAnswerError(f"needs a position of every member; none is stated for {listing(silent, limit=5)}")
    scale = (issue.scale.low, issue.scale.high)
    return _Taken(body_of(view, rows), positions, scale, issue.scale.unit or "")


def _run(taken: _Taken, options: Options) -> Answer[Unbeaten]:
    rules = taken.body.rules
    n_rows = max(len(rules), len(taken.positions))
    positions = np.broadcast_to(taken.positions, (n_rows, taken.positions.shape[1]))
    low, high = (np.array(ends) for ends in unbeaten_interval(taken.body.rule, positions))
    for row, rule in enumerate(rules):
        if rule is not None and rule is not taken.body.rule:
            low[row], high[row] = unbeaten_interval(rule, positions[row])
    first, last = third_of(low, taken.scale), third_of(high, taken.scale)
    verdict = np.array([_SPANS.index((a, b)) if a <= b else 6 for a, b in zip(first, last, strict=True)], np.int64)
    verdict[low > high] = 6
    verdict[[row for row, rule in enumerate(rules) if rule is None]] = 7
    written = positions[0]
    detail = Unbeaten(
        taken.body,
        float(low[0]),
        float(high[0]),
        (float(written.min()), float(written.max())),
        _camps(taken, written),
        _counted(taken.body),
        taken.scale,
        taken.unit,
    )
    return Answer(detail, Outcome(verdict, LABELS, {"lowest": low, "highest": high}), "redraws")


def _counted(body: Body) -> str:
    return body.rule.unit if isinstance(body.rule, Weighted) else "members"


def _camps(taken: _Taken, positions: FloatArray) -> tuple[Camp, ...]:
    rule = taken.body.rule
    third = third_of(positions, taken.scale)
    weights = np.array(rule.weights if isinstance(rule, Weighted) else [1] * rule.n, dtype=object)
    scale = rule.scale if isinstance(rule, Weighted) else 1
    camps = []
    for which in (2, 0, 1):
        inside = third == which
        if inside.any():
            names = tuple(name for name, here in zip(taken.body.members, inside, strict=True) if here)
            stands = positions[inside]
            camps.append(
                Camp(
                    names,
                    float(stands.min()),
                    float(stands.max()),
                    float(Fraction(sum(weights[inside]), scale)),
                    not bool(passes(rule, ~inside)),
                )
            )
    return tuple(camps)


def _say(answer: Answer[Unbeaten]) -> tuple[Claim, ...]:
    found = answer.detail
    body = found.body

    def where(camp: Camp) -> str:
        return on_scale(camp.low, found.scale) if camp.low == camp.high else band((camp.low, camp.high), found.scale)

    span = band((found.low, found.high), found.scale)
    whole = (found.low, found.high) == found.extremes
    if found.low > found.high:
        effect = "some group that can pass a decision would replace any outcome"
    elif found.low == found.high:
        effect = f"the rule singles out {on_scale(found.low, found.scale)} {found.unit}".rstrip()
    else:
        effect = f"the rule {'excludes no outcome in' if whole else 'leaves'} {span} {found.unit}".rstrip()
    held = ", ".join(f"{camp.holds:,.12g} at {where(camp)}" for camp in found.camps)
    camps = f"By thirds of the scale, {found.counted}: {held}."
    blocking = [where(camp) for camp in found.camps if camp.blocks]
    if len(found.camps) == 1:
        camps = f"All stand in one third of the scale, at {where(found.camps[0])}."
    elif not blocking:
        camps += " No third can block alone."
    else:
        camps += f" Those at {listing(blocking)} can {'each ' if len(blocking) > 1 else ''}block."
    unanimous = isinstance(body.rule, Members) and body.rule.at_least == body.rule.n
    veto = "" if unanimous else f" Under unanimity each of the {body.rule.n} could block."
    needs = f"{body.rule_name}: {rule_in_words(body.rule, body.members)}."
    sentence = f"{needs} {camps} So {effect}.{veto}"
    rows = tuple((listing(camp.members), where(camp), camp.holds, camp.blocks) for camp in found.camps)
    return (
        Claim(
            key="unbeaten",
            sentence=sentence,
            reading="An outcome that is not excluded is not thereby likely.",
            table=Table(
                "Camps by thirds of the scale, and which can block alone",
                ("members", "positions", f"{found.counted}_held".replace(" ", "_"), "can_block"),
                rows,
            ),
            lines=(PageLine("the rule", sentence, 10),),
            caveats=(
                "Distance on one line is all that members are taken to care about; nobody trades, nobody abstains.",
            ),
            ask_next=body.to_verify,
            lead=5,
        ),
    )


BLOCKING = Analysis(
    name="blocking",
    chapter=CHAPTER,
    question="Which outcomes can the rule not exclude, and who can block?",
    version=1,
    method=CORE,
    reads=Reads(needs=("issues", "positions.position", "institution.rules"), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="issues",
    work=lambda taken: 3_000.0 * len(taken.body.members),
)
