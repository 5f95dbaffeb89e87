"""A brief's forecasts as questions that can be settled, for the register: what is frozen is what the brief says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from comity.brief.sentences import number
from comity.findings import CannotAnswerError, Finding, ask, registry
from comity.findings.own_record import OwnRecord
from comity.people import Bands, Guess, Question
from comity.people.entries import LONGEST_TEXT
from comity.scenario import Scenario
from comity.scenario.schema import Issue

# The columns in which a forecast's table names its methods, and gives the point of each.
_POINTS = (("method", "estimate"), ("reading", "final"))
CRITERION = "Settled by what is agreed by that day, read on this scale; void if nothing is agreed by then."
CRITERION_OF_THE_PAST = "Settled by what was agreed, read on this scale; void if nothing was."


def known_already(case: Scenario, issue: Issue, today: date) -> str | None:
    """Say why what happened on an issue is known to those who freeze it today; None where it is not.

    Dates are compared as far as both are known: a year, a month, a day. A year that is not over is not past.
    """
    if issue.outcome is not None and issue.outcome.estimate is not None:
        return "the case says what happened"
    known, published = case.file.outcome_date, case.file.data_date
    if known is None:
        return None
    if known < today.isoformat()[: len(known)] or known == today.isoformat():
        return f"its outcome became known in {known}"
    if published is not None:
        digits = min(len(published), len(known))
        if published[:digits] > known[:digits]:
            return f"its inputs ({published}) were published after its outcome became known ({known})"
    return None


def asks(issue: Issue, by: str | None) -> str:
    """The question of an issue as one that can be settled: its scale in words, and by when.

    Example:
        >>> from comity.scenario import load
        >>> asks(load("car-emissions").file.issues[0], "2027-06-30")  # doctest: +ELLIPSIS
        'After how many years ...? In years, from 4 (...) to 10 (...): what is agreed by 2027-06-30?'
    """
    scale = issue.scale
    unit = f"In {scale.unit}, from" if scale.unit else "From"
    ends = f"{number(scale.low)} ({scale.low_means}) to {number(scale.high)} ({scale.high_means})"
    return clipped(f"{issue.question} {unit} {ends}: what is agreed{f' by {by}' if by else ''}?")


def clipped(text: str) -> str:
    """A text that fits into an entry, as Unicode."""
    text = text.encode(errors="replace").decode()
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def frozen_questions(
    case: Scenario,
    issues: Sequence[Issue],
    *,
    by: str | None,
    criterion: str | None,
    guesses: Mapping[str, Guess],
    reconstructed: Mapping[str, str | None],
    seed: int,
    draws: int,
    own: OwnRecord | None = None,
) -> tuple[tuple[Question, ...], tuple[Finding, ...], dict[str, str]]:
    """Ask every forecast of a case, and put what they say of each issue into a question for the register.

    Args:
        case: the case, already redacted for the audience.
        issues: those to freeze.
        by: the day by which the question can be settled.
        criterion: how it is settled, in words; what is agreed, read on the scale, where None.
        guesses: the person's own guesses, by issue.
        reconstructed: by issue, why what happened is known already; None where it is not.
        seed: of the redraws.
        draws: how many redraws.
        own: the person's own record, where there is one.

    Returns:
        The questions; the findings that lead them; and the issues that no forecast answers, with the reason.
    """
    found: dict[str, list[Finding]] = {issue.id: [] for issue in issues}
    refused: dict[str, str] = {}
    chapter = registry().get("forecast").chapter
    for issue in issues:
        narrowed = case.narrow("issues", issue.id)
        for analysis in registry().analyses.values():
            if analysis.chapter != chapter or analysis.per != "issues":
                continue
            try:
                found[issue.id] += ask(analysis, narrowed, seed=seed, draws=draws, search=False, own=own)
            except CannotAnswerError as error:
                if analysis.name == "forecast":
                    refused[issue.id] = str(error)
                    break
    questions, heads = [], []
    for issue in issues:
        if issue.id in refused:
            continue
        head = next(finding for finding in found[issue.id] if finding.analysis == "forecast" and finding.bands)
        heads.append(head)
        questions.append(
            Question(
                issue=issue.id,
                asks=asks(issue, by),
                scale=(issue.scale.low, issue.scale.high),
                unit=issue.scale.unit or "",
                criterion=clipped(criterion or (CRITERION if by is not None else CRITERION_OF_THE_PAST)),
                resolves_by=by,
                reconstruction=reconstructed.get(issue.id) is not None,
                estimate=_value(head),
                headline=head.bands.headline if head.bands else "none",
                bands=_bands(head),
                methods=_points(found[issue.id]),
                guess=guesses.get(issue.id),
                fingerprint=head.fingerprint,
            )
        )
    return tuple(questions), tuple(heads), refused


def _value(finding: Finding) -> float:
    if finding.value is None:
        raise ValueError(f"the forecast of {finding.subject} has no number")
    return finding.value


def _bands(finding: Finding) -> dict[str, Bands]:
    found = finding.bands
    if found is None:
        return {}
    held = {
        "input": (found.input_eight_in_ten, found.input_five_in_ten),
        "record": (found.record_eight_in_ten, found.record_five_in_ten),
        "own": (found.own_eight_in_ten, found.own_five_in_ten),
    }
    bands = {
        name: Bands(eight_in_ten=eight, five_in_ten=five) for name, (eight, five) in held.items() if eight is not None
    }
    return {**bands, **({"headline": bands[found.headline]} if found.headline in bands else {})}


def _points(findings: Sequence[Finding]) -> dict[str, float]:
    """Every method's point by name: the findings' own values, and those that stand in their tables."""
    points: dict[str, float] = {}
    for finding in findings:
        if finding.value is None:
            continue
        named = {}
        for label, value in _POINTS:
            if finding.table is not None and {label, value} <= set(finding.table.columns):
                for record in finding.table.records():
                    at, words = record[value], str(record[label]).strip("“”")
                    if isinstance(at, int | float):
                        named[words if label == "method" else f"{finding.analysis}: {words}"] = float(at)
        if finding.analysis != "forecast":
            points[finding.analysis] = finding.value
        points |= named
    return points
