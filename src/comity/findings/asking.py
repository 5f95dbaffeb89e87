"""``ask``: put one question to a case and get findings with inputs, sources, bands, flips and what to find out next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast, get_args

import numpy as np

from comity.findings.contract import (
    Analysis,
    Bands,
    Basis,
    CannotAnswerError,
    Case,
    Claim,
    Estimate,
    Finding,
    Flip,
    JointFlip,
    NotSearched,
    Options,
    Outcome,
    Rows,
    TrackRecord,
    Value,
)
from comity.findings.flips import flips, joint_flip
from comity.findings.own_record import OwnRecord, half_width, own_band
from comity.findings.redraws import redraw
from comity.findings.value_of_information import find_out_next
from comity.findings.wording import band

DRAWS = 2000
LEAST_DRAWS = 20
NO_VERDICT = NotSearched("this answer has no verdict that could change")


def bands(outcome: Outcome | None, estimate: Estimate, own: Sequence[float] | None = None) -> Bands:
    """Every band of an estimate; the headline uses the widest of them.

    The input band is the 10th to 90th (25th to 75th) percentile of the redraws, where there are at least 20; the
    record band is the method's, and compared before it is cut at the ends of the scale. ``own`` are the errors of a
    person's own settled forecasts, see ``OwnRecord``.
    """
    found = _both_bands(outcome, estimate)
    if own is None or outcome is None:
        return found
    value = float(outcome.values[estimate.value][0])
    eight, five = (own_band(own, value, estimate.scale, share) for share in (0.8, 0.5))
    width = 2 * half_width(own, 0.8) * (estimate.scale[1] - estimate.scale[0]) / 100
    wider = width > _headline_width(found, estimate.track_record)
    return replace(
        found,
        headline="own" if wider else found.headline,
        own_eight_in_ten=eight,
        own_five_in_ten=five,
        own_settled=len(own),
    )


def _headline_width(found: Bands, record: TrackRecord | None) -> float:
    """The width of the 8-in-10 band that leads, before it is cut at the ends of the scale."""
    ends = found.record_eight_in_ten if found.headline == "record" else found.input_eight_in_ten
    if found.headline == "record" and record is not None and record.uncut_width is not None:
        return record.uncut_width
    return ends[1] - ends[0] if ends is not None else 0.0


def _both_bands(outcome: Outcome | None, estimate: Estimate) -> Bands:
    drawn = outcome.values[estimate.value][1:] if outcome is not None else np.empty(0)
    record = estimate.track_record
    eight = five = None
    if len(drawn) >= LEAST_DRAWS:
        q = np.quantile(drawn, [0.10, 0.25, 0.75, 0.90])
        eight, five = (float(q[0]), float(q[3])), (float(q[1]), float(q[2]))
    if record is None:
        return Bands(eight, five, None, None, "input" if eight else "none")
    width = record.uncut_width if record.uncut_width is not None else record.eight_in_ten[1] - record.eight_in_ten[0]
    wider_input = eight is not None and eight[1] - eight[0] > width
    return Bands(eight, five, record.eight_in_ten, record.five_in_ten, "input" if wider_input else "record")


def band_sentence(found: Bands, estimate: Estimate) -> str:
    """The headline's band in words; a method without a record gets no probability."""
    record, scale = estimate.track_record, estimate.scale
    if found.headline == "own":
        return f"{own_sentence(found, scale)[:-1]}, the widest of its bands."
    if record is None:
        if found.input_eight_in_ten is None:
            return "No track record; treat as illustration."
        return (
            "No track record; treat as illustration. If the method is right, 8 in 10 redraws of the inputs "
            f"give {' '.join(filter(None, (band(found.input_eight_in_ten, scale), estimate.unit)))}."
        )
    if found.headline == "input" and found.input_eight_in_ten and found.input_five_in_ten:
        return (
            f"The ranges of the inputs alone give {band(found.input_eight_in_ten, scale)} (8 in 10) or "
            f"{band(found.input_five_in_ten, scale)} (5 in 10), wider than the method's errors on "
            f"{record.decisions} {record.of}."
        )
    return (
        f"Errors of this method on {record.decisions} {record.of} suggest {band(record.eight_in_ten, scale)} "
        f"(8 in 10) or {band(record.five_in_ten, scale)} (5 in 10)."
    )


def own_sentence(found: Bands, scale: tuple[float, float]) -> str:
    """The band of one's own record in words; empty where there is none."""
    eight, five = found.own_eight_in_ten, found.own_five_in_ten
    if eight is None or five is None:
        return ""
    return (
        f"Errors of {found.own_settled} settled forecasts of your own suggest {band(eight, scale)} (8 in 10) or "
        f"{band(five, scale)} (5 in 10)."
    )


def _reading(claim: Claim, found: Bands | None) -> str:
    """What a claim reads off its band, and one's own band after it; nothing where one's own band leads."""
    if found is None or claim.estimate is None or found.own_eight_in_ten is None:
        return claim.reading
    if found.headline == "own":
        return ""
    return " ".join(filter(None, (claim.reading, own_sentence(found, claim.estimate.scale))))


def ask(
    analysis: Analysis[Any, Any, Any],
    case: Case,
    options: Options | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    search: bool = True,
    own: OwnRecord | None = None,
) -> tuple[Finding, ...]:
    """Ask one question of a case, once for each object that it is asked about.

    Raises CannotAnswerError, with what is missing, when the case lacks what the question needs.
    ``search=False`` leaves out flips and what to find out next. ``own`` is the person's own record of past forecasts,
    whose band is then shown beside the others.
    """
    chosen = options if options is not None else analysis.options()
    if analysis.per is None:
        return _ask_one(analysis, case, chosen, None, seed, draws, search, own)
    lacking = case.missing(analysis.reads)
    subjects = case.subjects(analysis.per)
    if lacking is not None or not subjects:
        raise CannotAnswerError(lacking or f"{analysis.name} needs {analysis.per}")
    found: list[Finding] = []
    refused: list[str] = []
    for subject in subjects:
        try:
            narrowed = case.narrow(analysis.per, subject)
            found += _ask_one(analysis, narrowed, chosen, subject, seed, draws, search, own)
        except CannotAnswerError as error:
            refused.append(f"{subject}: {error}")
    if not found:
        raise CannotAnswerError("; ".join(refused))
    return tuple(found)


def _ask_one(
    analysis: Analysis[Any, Any, Any],
    case: Case,
    options: Options,
    subject: str | None,
    seed: int,
    draws: int,
    search: bool,
    own: OwnRecord | None,
) -> tuple[Finding, ...]:
    lacking = case.missing(analysis.reads)
    if lacking is not None:
        raise CannotAnswerError(lacking)
    rows = redraw(case, analysis.reads, seed, draws)
    answer = analysis.run(analysis.take(case.view(analysis.reads), rows), options)
    outcome = answer.outcome
    if outcome is not None and not all(np.isfinite(values).all() for values in outcome.values.values()):
        raise ArithmeticError("an outcome is not a finite number; the numbers of the case are too large or too small")
    claims = analysis.say(answer)
    changed: tuple[Flip, ...] | NotSearched = NotSearched("not asked for")
    joint: JointFlip | NotSearched | None = NotSearched("not asked for")
    if outcome is None or not outcome.labels:
        changed = joint = NO_VERDICT
    elif search:
        changed = flips(analysis, case, options, seed=seed)
        joint = joint_flip(analysis, case, options, seed=seed)
    errors = own.of(analysis.name) if own is not None else None
    return tuple(
        _finding(
            analysis, case, options, subject, claim, rows, outcome, answer.uncertainty, changed, joint, search, errors
        )
        for claim in claims
    )


def _finding(
    analysis: Analysis[Any, Any, Any],
    case: Case,
    options: Options,
    subject: str | None,
    claim: Claim,
    rows: Rows,
    outcome: Outcome | None,
    uncertainty: Any,
    changed: tuple[Flip, ...] | NotSearched,
    joint: JointFlip | NotSearched | None,
    search: bool,
    own: tuple[float, ...] | None,
) -> Finding:
    estimate = claim.estimate
    found = bands(outcome, estimate, own) if estimate is not None else None
    sentence = claim.sentence
    if estimate is not None and found is not None:
        sentence = f"{sentence} {band_sentence(found, estimate)}"
    record: TrackRecord | None = estimate.track_record if estimate else None
    # BRIEF.md, rule 5: a method that does not beat its baselines is shown, and never leads.
    lead = 0 if record is not None and not record.beats_baseline else claim.lead
    next_questions = (
        find_out_next(rows, outcome, estimate.value if estimate else None) if outcome is not None and search else ()
    )
    counts = Counter(item.basis for item in rows.inputs)
    return Finding(
        analysis=analysis.name,
        chapter=analysis.chapter,
        key=claim.key,
        subject=subject,
        question=claim.question or analysis.question,
        sentence=sentence,
        reading=_reading(claim, found),
        value=float(outcome.values[estimate.value][0]) if estimate and outcome is not None else None,
        unit=estimate.unit if estimate else None,
        bands=found,
        record=record,
        verdict=outcome.label(0) if outcome is not None and outcome.labels else None,
        verdict_shares=_shares(outcome, rows),
        flips=changed,
        joint=joint,
        knife_edge=not isinstance(changed, NotSearched) and any(flip.inside_range for flip in changed),
        find_out_next=next_questions,
        ask_next=claim.ask_next,
        table=claim.table,
        lines=claim.lines,
        caveats=claim.caveats,
        method=analysis.method,
        version=analysis.version,
        options=tuple((name, cast(Value, value)) for name, value in options.model_dump(mode="json").items()),
        inputs=rows.inputs,
        sources=case.sources(rows.inputs),
        evidence=tuple((basis, counts[basis]) for basis in get_args(Basis) if counts[basis]),
        uncertainty=uncertainty,
        seed=rows.seed,
        draws=rows.n - 1,
        fingerprint=case.fingerprint(analysis.reads),
        lead=lead,
        names_subject=claim.names_subject,
        section=analysis.per,
        chart_summary=claim.chart_summary,
        chart=claim.chart,
    )


def _shares(outcome: Outcome | None, rows: Rows) -> tuple[tuple[str, float], ...]:
    """How often each verdict comes out over the redraws, commonest first; empty where nothing was redrawn."""
    if outcome is None or not outcome.labels or rows.n <= LEAST_DRAWS or len(outcome.verdict) != rows.n:
        return ()
    counts = np.bincount(outcome.verdict[1:], minlength=len(outcome.labels))
    merged: Counter[str] = Counter()
    for label, count in zip(outcome.labels, counts, strict=True):
        merged[label] += int(count)
    total = rows.n - 1
    return tuple(
        (label, count / total) for label, count in sorted(merged.items(), key=lambda kv: (-kv[1], kv[0])) if count
    )
