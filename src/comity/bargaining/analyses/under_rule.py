"""Where does the estimate go once the decision rule has its say? The spatial model on one line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from comity.bargaining.analyses.stances import (
    CHAPTER,
    POSITIONS,
    TRANSFER,
    Stances,
    against_baselines,
    against_mean,
    stances_of,
    track_record,
)
from comity.bargaining.compromise import simple_forecasts, weighted_mean
from comity.bargaining.record import shipped_track_record
from comity.bargaining.under_rule import under_rule
from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    Estimate,
    Options,
    Outcome,
    Reads,
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Spec, Value
from comity.findings.wording import band, listing, on_scale
from comity.rules import unbeaten_by_row
from comity.rules.stated import RULE_FIELDS, Body, body_of

ON_ONE_LINE = Citation(
    "Black 1948; Romer & Rosenthal 1978",
    "The spatial model on one line: outcomes that no group able to pass a decision would replace (Black 1948), and "
    "proposals that pass against what applies if nothing is agreed (Romer & Rosenthal 1978, Public Choice 33). Both "
    "from memory, not opened. The estimate is moved to the nearest of them.",
)


@dataclass(frozen=True)
class _Taken:
    stances: Stances
    body: Body
    members: FloatArray
    reference: FloatArray | None


@dataclass(frozen=True)
class HeldToTheRule:
    """Estimates of the case as written before and after the rule, and what the rule lets stand."""

    taken: _Taken
    mean: float
    held: float
    core: tuple[float, float]
    stands: tuple[float, float]
    anything: bool

    @property
    def median(self) -> tuple[float, float]:
        """The weighted median, before and after the rule."""
        s, reference = self.taken.stances, self.taken.reference
        first = (s.positions[:1], s.salience[:1], s.capability[:1])
        wish = float(simple_forecasts(*first, low=s.scale[0], high=s.scale[1]).weighted_median[0])
        start = None if reference is None else float(reference[0])
        return wish, float(under_rule(wish, *self.core, start).outcome[0])


def _take(view: View, rows: Rows) -> _Taken:
    stances = stances_of(view, rows)
    body = body_of(view, rows)
    actors = view.ids("actors")
    members = view.numbers("positions.position", rows)[:, [actors.index(member) for member in view.ids("members")], 0]
    silent = [name for name, known in zip(body.members, ~np.isnan(members[0]), strict=True) if not known]
    if silent:
        raise CannotAnswerError(f"needs a position of every member; none is stated for {listing(silent, limit=5)}")
    reference = view.numbers("issues.reference_point", rows)[:, 0] if view.has("issues.reference_point") else None
    return _Taken(stances, body, members, None if reference is None or np.isnan(reference[0]) else reference)


def _run(taken: _Taken, options: Options) -> Answer[HeldToTheRule]:
    s = taken.stances
    wish = weighted_mean(s.positions, s.salience, s.capability)
    n_rows = max(len(wish), len(taken.body.rules), len(taken.members))
    members = np.broadcast_to(taken.members, (n_rows, taken.members.shape[1]))
    rules = taken.body.rules if len(taken.body.rules) == n_rows else taken.body.rules * n_rows
    low, high = unbeaten_by_row(rules, members)
    held = under_rule(wish, low, high, taken.reference)
    detail = HeldToTheRule(
        taken,
        float(wish[0]),
        float(held.outcome[0]),
        (float(low[0]), float(high[0])),
        (max(float(held.lowest[0]), s.scale[0]), min(float(held.highest[0]), s.scale[1])),
        bool(held.anything[0]),
    )
    # No verdict: what would change an estimate that never leads is not worth a reader's wait for the search.
    outcome = Outcome(np.zeros(n_rows, dtype=np.int64), (), {"under_rule": held.outcome})
    return Answer(detail, outcome, "redraws")


def _say(answer: Answer[HeldToTheRule]) -> tuple[Claim, ...]:
    found, errors = answer.detail, shipped_track_record()
    s, body = found.taken.stances, found.taken.body
    mean, held = found.mean, found.held
    method = "rule-core-mean" if found.taken.reference is None else "rule-winset-mean"
    record = track_record(errors, held, s.scale, method)
    rows: list[tuple[Value, ...]] = [("weighted mean", mean, held, record.mean_absolute_error)]
    # Of a median put against a reference point there is no record.
    of_median = errors.mean_absolute_error("rule-core-median") if found.taken.reference is None else None
    rows.append(("weighted median", *found.median, of_median))
    reading = (
        f"{_what_stands(found)} On past decisions this is off by {record.mean_absolute_error:.1f} on average "
        f"({record.decisions} decisions): {against_baselines(record)}. {against_mean(errors, method)}"
    )
    stays = abs(held - mean) <= 1e-9 * (s.scale[1] - s.scale[0])
    moved = f"{'stays at' if stays else 'goes to'} {s.at(held)}"
    return (
        Claim(
            key="under-rule",
            sentence=f"Held to the rule “{body.rule_name}”, the weighted mean of {s.at(mean)} {moved} in the model.",
            reading=reading,
            estimate=Estimate("under_rule", "weighted mean under the rule", s.unit, s.scale, record),
            table=Table(
                f"Estimates of “{s.question}”, before and after the rule",
                ("estimate", "before", "under_the_rule", "mean_absolute_error"),
                tuple(rows),
            ),
            chart=None if found.anything else partial(_chart, found),
            chart_summary="" if found.anything else _what_stands(found),
            caveats=(
                "Salience is not voting weight: in the rule each member counts by its votes, in the weighted mean by "
                "capability times salience.",
                "Each member is taken to prefer what is nearer, on this line alone; a trade across issues is not in "
                "it.",
                "Its record is of the Council's rules in the EU, with those members whose position is known.",
                *body.notes,
                TRANSFER,
            ),
            ask_next=body.to_verify,
        ),
    )


def _what_stands(found: HeldToTheRule) -> str:
    s = found.taken.stances
    low, high = found.stands
    if found.anything:
        return "Some group that can pass a decision would replace any outcome, so the rule excludes nothing."
    where = s.at(low) if low == high else f"{band((low, high), s.scale)} {s.unit}".rstrip()
    if found.taken.reference is None:
        excluded = (low - s.scale[0]) + (s.scale[1] - high) > 1e-9 * (s.scale[1] - s.scale[0])
        told = "" if excluded else ": the rule excludes nothing"
        return f"No group that can pass a decision would replace an outcome in {where}{told}."
    start = on_scale(float(found.taken.reference[0]), s.scale)
    if low == high:
        return f"Nothing passes against what applies if nothing is agreed ({start}), so that stays."
    return f"Against what applies if nothing is agreed ({start}) an outcome in {where} would pass."


def _chart(found: HeldToTheRule) -> Spec:
    from comity.findings.charts import positions_on_a_scale

    s, (low, high) = found.taken.stances, found.stands
    marks = [("weighted mean", found.mean)]
    if found.held != found.mean:
        marks.append(("under the rule", found.held))
    ends = (("lowest that stands", low), ("highest that stands", high))
    marks += [(name, at) for name, at in ends if at not in (found.held, *s.scale)]
    return positions_on_a_scale(
        s.actors, s.positions[0].tolist(), s.weights.tolist(), s.scale, s.ends[0], s.ends[1], s.unit, marks
    )


UNDER_RULE = Analysis(
    name="under-rule",
    chapter=CHAPTER,
    question="Where does the estimate go once the decision rule has its say?",
    version=1,
    method=ON_ONE_LINE,
    reads=Reads(needs=(*POSITIONS, "institution.rules"), optional=("issues.reference_point", *RULE_FIELDS)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    per="issues",
    work=lambda taken: 1_000.0 + 60.0 * len(taken.body.members),
)
