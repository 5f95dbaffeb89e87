"""Page one, which stands alone: the negotiator's sentence first, the method last (BRIEF.md, rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.brief.sentences import (
    joint_sentence,
    knife_edge_sentence,
    nearest_flips,
    robustness,
    worth_sentence,
)
from comity.findings import Cover, Finding, NotSearched

SLOTS = (
    "bottom line",
    "precedent",
    "where it stands",
    "why so wide",
    "the rule",
    "formal voting weight",
    "methods",
    "what each text changes",
    "who gains",
    "what would change it",
    "find out next",
    "what happened",
    "readings",
    "caution",
)
_MOST_QUESTIONS = 6
_MOST_LEADS = 4


@dataclass(frozen=True)
class Section:
    """One labelled block of page one; each line a sentence or two."""

    slot: str
    lines: tuple[str, ...]


def leads(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that head page one: those that suit it best, one a subject, in the order of the case."""
    best = max((finding.lead for finding in findings), default=0)
    return [finding for finding in findings if finding.lead == best] if best > 0 else []


def page_one(cover: Cover, findings: Sequence[Finding], not_answered: Sequence[tuple[str, str]]) -> tuple[Section, ...]:
    """The sections of page one, in the order in which a reader needs them; empty ones are left out."""
    heads = leads(findings)
    several = len({head.subject for head in heads}) > 1
    slots: dict[str, list[tuple[int, str]]] = {slot: [] for slot in SLOTS}
    for head in heads[:_MOST_LEADS]:
        slots["bottom line"].append((0, _own(head, several) + " ".join(filter(None, (head.sentence, head.reading)))))
    if len(heads) > _MOST_LEADS:
        slots["bottom line"].append(
            (1, f"{len(heads) - _MOST_LEADS} more questions are answered in the chapters below.")
        )
    if not heads:
        slots["bottom line"].append((0, _nothing_to_lead(findings, not_answered)))
    shown = {(head.analysis, head.subject) for head in heads[:_MOST_LEADS]}
    kept = {subject for _, subject in shown}
    for finding in findings:
        if heads and finding.subject is not None and finding.subject not in kept:
            continue
        for line in finding.lines:
            slots.setdefault(line.slot, []).append((line.order, _own(finding, several) + line.text))
    for head in heads[:_MOST_LEADS]:
        for text in (nearest_flips(head), joint_sentence(head), robustness(head)):
            if text:
                slots["what would change it"].append((10, _about(head, several) + text))
    for finding in findings:
        if finding.knife_edge and finding not in heads and (finding.subject in kept or finding.subject is None):
            slots["what would change it"].append((20, _about(finding, several) + knife_edge_sentence(finding)))
    slots["find out next"] = [(0, text) for text in _questions(heads[:_MOST_LEADS], findings)]
    slots["caution"] += [(60, text) for text in _cautions(cover, heads)]
    return tuple(
        Section(slot, tuple(dict.fromkeys(text for _, text in sorted(lines, key=lambda pair: pair[0]))))
        for slot, lines in slots.items()
        if lines
    )


def _about(finding: Finding, several: bool) -> str:
    return f"{finding.subject}: " if several and finding.subject else ""


def _own(finding: Finding, several: bool) -> str:
    """The prefix of a finding's own sentences, which may name their subject themselves."""
    return "" if finding.names_subject else _about(finding, several)


def _nothing_to_lead(findings: Sequence[Finding], not_answered: Sequence[tuple[str, str]]) -> str:
    if findings:
        return "No finding here has a record that lets it lead; read them below as illustrations."
    lacking = "; ".join(f"{name} {reason}" for name, reason in not_answered[:4])
    return f"This case does not hold enough for an answer yet: {lacking or 'no analysis is installed'}."


def _questions(heads: Sequence[Finding], findings: Sequence[Finding]) -> list[str]:
    """What no input stands for first (the rule, the status quo), then the three inputs that are worth most."""
    kept = {head.subject for head in heads}
    structural = [q for finding in findings if not heads or finding.subject in kept for q in finding.ask_next]
    worth = [worth_sentence(each) for head in heads for each in head.find_out_next]
    chosen = list(dict.fromkeys(structural))[: _MOST_QUESTIONS - min(3, len(worth))] + list(dict.fromkeys(worth))[:3]
    return [f"({number}) {text}" for number, text in enumerate(chosen, 1)]


def _cautions(cover: Cover, heads: Sequence[Finding]) -> list[str]:
    lines = [caveat for head in heads for caveat in head.caveats]
    lines += [f"Not verified: {text}" for text in cover.unverified]
    if any(isinstance(head.flips, NotSearched) for head in heads):
        reasons = {head.flips.reason for head in heads if isinstance(head.flips, NotSearched)}
        lines += [f"What would change it was not searched: {reason}." for reason in sorted(reasons)]
    return lines
