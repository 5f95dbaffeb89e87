"""Role sheets for a rehearsal on paper: one confidential page an actor, as plain words that every format prints.

Each sheet is made from the case as that actor's player may see it, in which no other actor's private number stands.
"""

from __future__ import annotations

from typing import Any

from comity.brief.common_knowledge import (
    common_sections,
    estimate,
    grid,
    kind,
    on_scale,
    positions,
    section,
    sheet,
    together,
    weight,
)
from comity.brief.document import Document
from comity.brief.sentences import number
from comity.findings.wording import listing
from comity.scenario import Scenario, ScenarioFile
from comity.scenario.cells import CellDetail
from comity.scenario.deal import DealParty
from comity.scenario.one_side import as_seen_by
from comity.scenario.schema import Actor

_DRAFTS = 3


def role_sheet(case: Scenario, actor: str) -> Document:
    """The sheet of one actor's player; raises OptionError where there is no such actor.

    >>> from comity.scenario import load
    >>> sheet = role_sheet(load("river-basin"), "lowland")
    >>> sheet["banner"], [section["title"] for section in sheet["sections"]][:2]
    ('Confidential: for the player of Lowland only', ['Who you are', 'The situation'])
    """
    seen, public = as_seen_by(case, actor), as_seen_by(case, None)
    me = next(each for each in seen.file.actors if each.id == actor)
    sections = (
        _who_you_are(seen, public.file, me),
        *common_sections(public),
        _what_you_want(seen.file, public.file, me),
        _without_a_deal(seen.file, public.file, me),
        _scoring(seen.file, me),
        _what_you_may_say(seen.file, public.file, me),
    )
    return sheet(
        me.id, f"You are {me.name}", case, f"Confidential: for the player of {me.name} only", [s for s in sections if s]
    )


def _party(file: ScenarioFile, actor: str) -> DealParty | None:
    return next((party for party in file.deal.parties if party.actor == actor), None) if file.deal else None


def _who_you_are(seen: Scenario, public: ScenarioFile, me: Actor) -> Document:
    file = seen.file
    party = _party(file, me.id)
    sort = kind(me)
    article = "an" if sort[0] in "aeiouN" else "a"
    who = "who" if sort == "person" else "which"
    lines = [f"You speak for {me.name}: {article} {sort}, {who} {listing([_does(role) for role in me.roles])}."]
    groups = [group for group in file.groups if me.id in group.members]
    lines += [f"You belong to {group.name}." for group in groups]
    for name, table in file.institution.weights.items() if file.institution else ():
        if (votes := weight(seen, name, me.id)) is not None:
            total = sum(weight(seen, name, each) or 0.0 for each in table.values)
            lines.append(f"You have {number(votes)} of {number(total)} {table.unit}.")
    mine = estimate(me.capability)
    if mine is not None and estimate(next(each for each in public.actors if each.id == me.id).capability) is None:
        what = f" ({file.capability_means})" if file.capability_means else ""
        lines.append(f"Your weight{what} is {number(mine)}; the others do not know it.")
    lines += [sentence(note) for note in (me.note, party.note if party else None) if note]
    if file.deal and party is None:
        lines.append("You are no party to the deal: others agree it, and you may persuade them.")
    return section("Who you are", lines)


def sentence(note: str) -> str:
    """A note with a capital and a full stop.

    >>> sentence("its government"), sentence("It waits.")
    ('Its government.', 'It waits.')
    """
    text = note.strip()
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"


def _does(role: str) -> str:
    return {"decides": "has a vote", "funds": "pays"}.get(role, role)


def _what_you_want(file: ScenarioFile, public: ScenarioFile, me: Actor) -> Document:
    """The actor's own positions and how much each matters to it."""
    known = positions(public)
    rows = []
    for issue in file.issues:
        row = next((each for each in file.positions if (each.actor, each.issue) == (me.id, issue.id)), None)
        value, matters = (estimate(row.position), estimate(row.salience)) if row else (None, None)
        if value is None and matters is None:
            continue
        secret = "" if value is None else "yes" if (me.id, issue.id) in known else "no"
        shown = None if value is None else on_scale(value, issue)
        notes = [row.note, row.position.note if row and row.position else None] if row else []
        rows.append((issue.id, shown, matters, secret, "; ".join(note for note in notes if note) or None))
    if not rows:
        return section("What you want", ["No position is stated for you: choose your own, and be ready to say why."])
    columns = [
        "issue",
        "your position",
        f"how much it matters to you (of {file.salience_scale or 100})",
        "known to all",
    ]
    if any(row[-1] for row in rows):
        columns.append("note")
    table = grid("Your positions", columns, [row[: len(columns)] for row in rows])
    return section("What you want", [], table)


def _unit(party: DealParty) -> str:
    return party.unit or "points on your own scale"


def _without_a_deal(file: ScenarioFile, public: ScenarioFile, me: Actor) -> Document | None:
    """What the actor has without a deal, and its red line."""
    party = _party(file, me.id)
    if party is None:
        return None
    without, line = estimate(party.batna), estimate(party.red_line)
    lines = []
    if without is None:
        lines.append("What you have without a deal is not stated: judge for yourself when to walk away.")
    else:
        lines.append(f"If there is no deal you have {number(without)} {_unit(party)}{_about(party.batna)}")
    if line is not None:
        lines.append(f"Your red line is {number(line)}: accept nothing below it.{_after(party.red_line)}")
    elif without is not None:
        lines.append(f"Accept nothing that gives you less than {number(without)}.")
    if party.discount_factor is not None and (patience := party.discount_factor.estimate) is not None:
        lines.append(f"Time: what you get a round of talks later is worth {number(patience)} of what it is worth now.")
    return section("Without a deal", lines)


def _about(held: CellDetail | None) -> str:
    if held is None:
        return "."
    ends = f", and cannot be sure: somewhere from {number(held.interval[0])} to {number(held.interval[1])}" if (
        held.interval
    ) else ""  # fmt: skip
    return f"{ends}.{_after(held)}"


def _after(held: CellDetail | None) -> str:
    note = held.note if held is not None else None
    # That whoever leads has set the number is nothing for the player.
    return f" ({sentence(note)})" if note and not note.startswith("set; the file says") else ""


def _scoring(file: ScenarioFile, me: Actor) -> Document | None:
    """A table to score packages by hand, with columns to fill in."""
    party, deal = _party(file, me.id), file.deal
    if party is None or deal is None:
        return None
    drafts = [f"draft {at}" for at in range(1, _DRAFTS + 1)]
    empty = [""] * _DRAFTS
    rows: list[list[Any]] = []
    for issue in deal.issues:
        for at, option in enumerate(issue.options):
            worth = estimate(party.utilities.get(issue.id, {}).get(option.id))
            rows.append([issue.id if at == 0 else "", option.name, worth, *empty])
    for each in deal.together:
        if (worth := estimate(each.utilities.get(me.id))) is not None:
            rows.append(["together", f"{together(deal, each.options)}: {each.why}", worth, *empty])
    rows.append(["", "sum", "", *empty])
    without = estimate(party.batna)
    if without is not None:
        rows.append(["", "take off: what you have without a deal", -without, *empty])
        rows.append(["", "your gain", "", *empty])
    asks = "For each draft write down your points for the option chosen on each issue, and add them up."
    line = estimate(party.red_line)
    least = without if line is None else line
    if least is not None:
        asks += f" A sum below {number(least)} is worse for you than no deal." if line is None else (
            f" A sum below {number(least)} is below your red line."
        )  # fmt: skip
    unit = f" ({party.unit})" if party.unit else ""
    table = grid("Your points, and room for three drafts", ["issue", "option", f"points{unit}", *drafts], rows, _DRAFTS)
    return section("How to score a package", [asks], table)


def _what_you_may_say(file: ScenarioFile, public: ScenarioFile, me: Actor) -> Document:
    """What the others know already, and what stands on no other sheet."""
    own = [what for what, there in (
        ("how much each issue matters to you", any(row.actor == me.id and row.salience for row in file.positions)),
        ("your points", bool(_party(file, me.id))),
    ) if there]  # fmt: skip
    party, seen = _party(file, me.id), _party(public, me.id)
    told: list[str] = []
    for field, words in (("batna", "what you have without a deal"), ("red_line", "your red line")):
        if getattr(party, field, None) is not None:
            (own if getattr(seen, field, None) is None else told).append(words)
    lines = ["Everybody has what this sheet says of the situation, the issues, who is at the table and the rule."]
    if told:
        lines.append(f"All know {listing(told)} too.")
    if own:
        lines.append(
            f"Nobody else's sheet holds {' or '.join(filter(None, (', '.join(own[:-1]), own[-1])))}. Tell of it what "
            "serves you; do not show this sheet."
        )
    return section("What you may reveal", lines)
