"""How a brief says what the contract holds: flips, joint changes, knife-edges, worth, evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from comity.findings import Cover, Finding, Flip, Input, JointFlip, NotSearched, Worth
from comity.findings.contract import Number
from comity.findings.wording import listing, percent, plural, two

_MOST_FLIPS = 3
_KINDS = {
    "igo": "intergovernmental organisation",
    "ngo": "NGO",
    "civil_society": "civil society body",
    "subnational": "subnational body",
}


def number(value: Number) -> str:
    """A number of a case as a person reads it.

    >>> from fractions import Fraction
    >>> number(831401), number(0.16), number(Fraction(13, 20)), number(7.0)
    ('831,401', '0.16', '13/20', '7')
    """
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{int(value):,}" if value.is_integer() else f"{value:.6g}"
    return str(value)


def moved(today: float, to: float) -> str:
    """``80→76``: two significant figures, rounded away from today so that what is printed does change the verdict.

    >>> moved(80, 76.92), moved(0.16, 0.16555), moved(4, 7.23), moved(831401, 831399)
    ('80→76', '0.16→0.17', '4→7.3', '831,401→831,399')
    """
    return f"{number(float(f'{today:.4g}') if abs(today) < 10_000 else today)}→{number(_outward(today, to))}"


def _outward(today: float, to: float) -> float:
    """``to`` in two significant figures, away from today; in as many more as it takes to stay within twice the move."""
    if to == today or not math.isfinite(to):
        return to
    size = max(abs(to), abs(today - to) / 10)
    for digits in range(1, 16):
        step = Decimal(10) ** (math.floor(math.log10(size)) - digits)
        exact = Decimal(repr(to)) / step
        rounded = float((exact.to_integral_value(ROUND_FLOOR if to < today else ROUND_CEILING)) * step)
        if abs(rounded - today) <= 2 * abs(to - today):
            return rounded
    return to


def flip_words(flip: Flip) -> str:
    """One flip: ``Germany's salience 80→76``."""
    return f"{flip.label} {moved(flip.today, flip.flips_at)}"


def nearest_flips(finding: Finding) -> str:
    """The nearest single changes that change a finding's verdict, as one sentence."""
    if isinstance(finding.flips, NotSearched):
        return ""
    if not finding.flips:
        return f"No single number, moved over all its legal values, changes “{finding.verdict}”."
    near = _nearest_of_each_kind(finding.flips)
    by_label: dict[str, list[str]] = {}
    for flip in near:
        by_label.setdefault(flip.becomes, []).append(flip_words(flip))
    parts = [f"{'; '.join(words)} would make it “{label}”" for label, words in by_label.items()]
    parts = [part[0].upper() + part[1:] for part in parts[:1]] + parts[1:]
    inside = [flip.label for flip in near if flip.inside_range]
    if len(inside) == len(near):
        edge = "That is a knife-edge: a change inside the range of the number is enough."
    elif inside:
        ranges = "its range" if len(inside) == 1 else "their ranges"
        edge = f"That is a knife-edge: {listing(inside)} would not have to leave {ranges}."
    elif finding.knife_edge:
        edge = "That is a knife-edge: other numbers would not have to leave their ranges."
    else:
        edge = "None of these lies inside the range of its number."
    return f"Today “{finding.verdict}”. {'; '.join(parts)}. {edge}"


def _nearest_of_each_kind(flips: Sequence[Flip]) -> list[Flip]:
    """The nearest flip of each kind of number (a salience, a position …), then the next nearest of any kind."""
    kinds: dict[str, Flip] = {}
    for flip in flips:
        kinds.setdefault(flip.path.rpartition(".")[2], flip)
    first = list(kinds.values())[:_MOST_FLIPS]
    rest = [flip for flip in flips if flip not in first]
    return first + rest[: _MOST_FLIPS - len(first)]


def knife_edge_sentences(findings: Sequence[Finding]) -> list[str]:
    """Which numbers, inside their ranges, change verdicts; findings that the same numbers change share a sentence."""
    changes: dict[str, dict[str, str]] = {}
    for finding in findings:
        assert not isinstance(finding.flips, NotSearched)
        inside = _nearest_of_each_kind([flip for flip in finding.flips if flip.inside_range])
        words = ", or ".join(flip_words(flip) for flip in inside)
        becomes = " or ".join(dict.fromkeys(f"“{flip.becomes}”" for flip in inside))
        changes.setdefault(words, {})[f"“{finding.question}”"] = f"from “{finding.verdict}” to {becomes}"
    return [
        f"A knife-edge at {listing(list(told))}: {words} moves the answer{'s' if len(told) > 1 else ''} "
        f"{', and '.join(told.values())}."
        for words, told in changes.items()
    ]


def joint_sentence(finding: Finding) -> str:
    """The smallest joint change inside the ranges."""
    joint = finding.joint
    if joint is None:
        return "No joint change inside the ranges of the numbers was found that would change it."
    if not isinstance(joint, JointFlip):
        return ""
    if len(joint.moves) == 1 and finding.knife_edge:
        return ""
    # Three significant figures, not rounded outward: a joint change is said to lie inside the ranges.
    words = " with ".join(
        f"{move.label} {number(float(f'{move.today:.3g}'))}→{number(float(f'{move.to:.3g}'))}"
        for move in joint.moves[:4]
    )
    more = f" and {len(joint.moves) - 4} more" if len(joint.moves) > 4 else ""
    return (
        f"Together: {words}{more} ({percent(min(joint.share_of_range, 1.0))} of the way to the ends of their ranges) "
        f"would make it “{joint.becomes}”."
    )


def robustness(finding: Finding) -> str:
    """How often the redraws leave the verdict as it is."""
    if not finding.verdict_shares or finding.verdict is None:
        return ""
    same = dict(finding.verdict_shares).get(finding.verdict, 0.0)
    return (
        f"“{finding.verdict}” in {percent(same)} of {finding.draws:,} redraws over the ranges of the inputs, "
        "which is a property of the ranges and not a probability of the outcome."
    )


def worth_sentence(worth: Worth, of_verdict: bool = False) -> str:
    """A question, and what an answer to it is worth: of the variation of a number, or of the doubt about a verdict."""
    what = "of the redraws that end otherwise" if of_verdict else "of the variation that we put in"
    return f"{worth.question} ({percent(worth.share)} {what})"


def evidence_sentence(evidence: tuple[tuple[str, int], ...]) -> str:
    """What the inputs rest on, counted; the grade is of the evidence, not of the forecast.

    >>> evidence_sentence((("cited number", 28), ("judgement", 2)))
    'Evidence: fair. Of 30 inputs, 0 rest on quoted evidence, 28 on a cited number, 2 on judgement, 0 on nothing.'
    """
    counts = dict(evidence)
    total = sum(counts.values())
    if not total:
        return "Evidence: none is needed."
    quoted, cited = counts.get("quoted evidence", 0), counts.get("cited number", 0)
    if quoted >= total / 2:
        grade = "good"
    elif quoted + cited >= total / 2:
        grade = "fair"
    else:
        grade = "weak"
    return (
        f"Evidence: {grade}. Of {plural(total, 'input')}, {quoted} rest on quoted evidence, {cited} on a cited number, "
        f"{counts.get('judgement', 0)} on judgement, {counts.get('nothing', 0)} on nothing."
    )


def range_words(item: Input) -> str:
    """An input's range as the inputs' table has it."""
    if item.spread is None:
        return "fixed by assumption: not redrawn" if item.path.startswith("assumptions.") else "counted: not redrawn"
    low, high = item.spread
    return f"{two_or_more(low)} to {two_or_more(high)}{' (assumed)' if item.assumed else ''}"


def two_or_more(value: float) -> str:
    """At least two significant figures; whole numbers whole."""
    return number(value) if float(value).is_integer() else (two(value) if abs(value) < 10 else f"{value:.4g}")


def basis_words(item: Input) -> str:
    """What an input rests on, with the passages and notes that stand beside it."""
    return f"{item.basis}: {'; '.join(item.remarks)}" if item.remarks else item.basis


def _several(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def case_lines(cover: Cover) -> tuple[str, ...]:
    """The case as its authors describe it, and its parties by kind and role."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, kind, roles in cover.parties:
        groups.setdefault((_KINDS.get(kind, kind.replace("_", " ")), roles), []).append(name)
    parties = tuple(
        f"{plural(len(names), kind, _several(kind))} ({roles}): {listing(names, limit=30)}."
        for (kind, roles), names in groups.items()
    )
    return (*cover.about, *parties)
