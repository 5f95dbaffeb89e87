"""Page one, which stands alone: the negotiator's sentence first, the method last (BRIEF.md, rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.brief.sentences import (
    joint_sentence,
    knife_edge_sentences,
    nearest_flips,
    robustness,
    worth_sentence,
)
from comity.findings import NO_VERDICT, Cover, Finding, NotSearched

SLOTS = (
    "what if",
    "bottom line",
    "precedent",
    "where it stands",
    "why so wide",
    "what each rule gives",
    "who gives way",
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


def page_one(
    cover: Cover,
    findings: Sequence[Finding],
    not_answered: Sequence[tuple[str, str]],
    failed: Sequence[str] = (),
) -> tuple[Section, ...]:
    """The sections of page one, in the order in which a reader needs them; empty ones are left out."""
    heads = leads(findings)[:_MOST_LEADS]
    left_out = len(leads(findings)) - len(heads)
    several = len(heads) > 1
    slots: dict[str, list[tuple[int, str]]] = {slot: [] for slot in SLOTS}
    if cover.changes:
        slots["what if"].append((0, _what_if(cover)))
    for head in heads:
        slots["bottom line"].append((0, _own(head, several) + " ".join(filter(None, (head.sentence, head.reading)))))
    if left_out:
        slots["bottom line"].append((1, f"{left_out} more questions are answered in the chapters below."))
    if not heads:
        slots["bottom line"].append((0, _nothing_to_lead(findings, not_answered, failed)))
    told = [finding for finding in findings if not heads or _belongs(finding, heads)]
    for finding in told:
        for line in finding.lines:
            if several and line.slot == "methods" and finding not in heads:
                continue  # one line of methods a question; the others stand in its chapter
            prefix = "" if line.general else _own(finding, several)
            slots.setdefault(line.slot, []).append((line.order, prefix + line.text))
    # What came of an issue is told whatever heads the page.
    for finding in findings:
        if finding not in told:
            happened = [line for line in finding.lines if line.slot == "what happened"]
            slots["what happened"] += [(line.order, _own(finding, True) + line.text) for line in happened]
    for head in heads:
        # With several questions on the page, each gets its nearest change; the rest stands in its chapter.
        texts = (nearest_flips(head),) if several else (nearest_flips(head), joint_sentence(head), robustness(head))
        slots["what would change it"] += [(10, _about(head, several) + text if text else "") for text in texts]
    if not several:
        # What says nothing on the page, and could not head it, has its knife-edge in its chapter.
        edges = [each for each in told if each.knife_edge and (each.lines or each.lead > 0) and each not in heads]
        slots["what would change it"] += [(20, text) for text in knife_edge_sentences(edges)]
    if cover.changes:
        # What happened is no outcome of a case that a person changed.
        slots.pop("what happened", None)
    slots["find out next"] = [(0, text) for text in _questions(heads, told)]
    slots["caution"] += [(60, text) for text in _cautions(cover, heads)]
    return tuple(
        Section(slot, lines)
        for slot, held in slots.items()
        if (lines := tuple(dict.fromkeys(text for _, text in sorted(held, key=lambda pair: pair[0]) if text)))
    )


def _belongs(finding: Finding, heads: Sequence[Finding]) -> bool:
    """Does a finding speak of an issue or a rule that heads the page, or of the whole case?"""
    return finding.subject is None or (finding.section, finding.subject) in {
        (head.section, head.subject) for head in heads
    }


def _what_if(cover: Cover) -> str:
    return (
        f"In the model, changing only this: {'; '.join(cover.changes)}. What else would not have stayed fixed (other "
        "positions, what is traded for them, who comes to the table) is not in it, nor is it in what the file says of "
        "the case in words; no outcome is compared."
    )


def _about(finding: Finding, several: bool) -> str:
    return f"{finding.subject}: " if several and finding.subject else ""


def _own(finding: Finding, several: bool) -> str:
    """The prefix of a finding's own sentences, which may name their subject themselves."""
    return "" if finding.names_subject else _about(finding, several)


def _nothing_to_lead(
    findings: Sequence[Finding], not_answered: Sequence[tuple[str, str]], failed: Sequence[str]
) -> str:
    broken = f" These failed, by a fault of ours: {', '.join(failed)}." if failed else ""
    if findings and all(finding.uncertainty == "exact" for finding in findings):
        return f"What is found here is arithmetic on the rules, exact as they are written; read it below.{broken}"
    if findings:
        return f"No finding here has a record that lets it lead; read them below as illustrations.{broken}"
    lacking = "; ".join(f"{name} {reason}" for name, reason in not_answered[:4])
    return f"This case does not hold enough for an answer yet: {lacking or 'nothing could be asked'}.{broken}"


def _questions(heads: Sequence[Finding], told: Sequence[Finding]) -> list[str]:
    """What no input stands for first (the rule, the status quo), then the three inputs that are worth most."""
    structural = [question for finding in told for question in finding.ask_next]
    worth = sorted((each for head in heads for each in head.find_out_next), key=lambda each: -each.share)[:3]
    of_verdict = bool(heads) and heads[0].value is None
    chosen = list(dict.fromkeys(structural))[: _MOST_QUESTIONS - len(worth)]
    chosen += list(dict.fromkeys(worth_sentence(each, of_verdict) for each in worth))
    return [f"({number}) {text}" for number, text in enumerate(chosen, 1)]


def _cautions(cover: Cover, heads: Sequence[Finding]) -> list[str]:
    # A caution that not all of the questions share says which one it is about.
    lines = [
        caveat if all(caveat in other.caveats for other in heads) else _about(head, len(heads) > 1) + caveat
        for head in heads
        for caveat in head.caveats
    ]
    lines += [f"Not verified: {text}" for text in cover.unverified]
    unsearched = [head.flips for head in heads if isinstance(head.flips, NotSearched) and head.flips != NO_VERDICT]
    if unsearched:
        reasons = {each.reason for each in unsearched}
        lines += [f"What would change it was not searched: {reason}." for reason in sorted(reasons)]
    return lines
