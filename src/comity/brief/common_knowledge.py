"""What every player of a rehearsal knows: the situation, the issues, who is at the table, and how a deal passes.

It is made from the case as all may see it, so that it is word for word the same on every sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity.brief.document import Document, cell, cleaned
from comity.brief.sentences import number
from comity.findings import CannotAnswerError, Reads, redraw
from comity.findings.wording import listing, plural
from comity.rules import rule_in_words
from comity.rules.stated import RULE_FIELDS, body_under
from comity.scenario import Scenario, ScenarioFile
from comity.scenario.cells import CellDetail
from comity.scenario.deal import Deal
from comity.scenario.schema import Actor, Issue

_KINDS = {
    "igo": "international organisation",
    "ngo": "NGO",
    "civil_society": "civil society organisation",
    "subnational": "subnational body",
}
_RULES = Reads(optional=("institution.rules", *RULE_FIELDS))
_COLUMNS = 5  # issues that a table of positions takes side by side
_NAMED = 30  # actors that are listed with what they are; of more, the names
_TOLD = 3  # rules of a case without issues


def sheet(name: str, title: str, case: Scenario, banner: str, sections: Sequence[Document]) -> Document:
    """A sheet as every format prints it."""
    words: Document = cleaned(
        {
            "id": name,
            "title": title,
            "case": case.file.title,
            "banner": banner,
            "marking": case.file.marking or "",
            "sections": list(sections),
        }
    )
    return words


def section(title: str, lines: Sequence[str], table: Document | None = None, after: Sequence[str] = ()) -> Document:
    """One labelled part of a sheet: lines, a table, lines below it."""
    return {"title": title, "lines": [each for each in lines if each], "table": table, "after": list(after)}


def grid(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], blank: int = 0) -> Document:
    """A table as text; its last ``blank`` columns are boxes to write in."""
    held = [[row[at] for row in rows if row[at] not in (None, "")] for at in range(len(columns))]
    boxes = len(columns) - blank
    return {
        "caption": caption,
        "columns": [
            {
                "name": name,
                "numeric": at < boxes and bool(held[at]) and all(isinstance(value, int | float) for value in held[at]),
                "blank": at >= boxes,
            }
            for at, name in enumerate(columns)
        ],
        "rows": [[cell(value) for value in row] for row in rows],
        "exact": False,
    }


def common_sections(public: Scenario) -> list[Document]:
    """What stands on every sheet, word for word: the situation, the issues, who is there, how a deal passes."""
    file = public.file
    situation = [text for text in (file.summary, file.stakes and f"At stake: {file.stakes}") if text]
    return [
        section("The situation", situation or [f"{file.title}."]),
        *([_issues(file)] if file.issues or file.deal else []),
        _at_the_table(public),
        section("How a deal passes", _passing(public)),
    ]


def estimate(held: CellDetail | None) -> float | None:
    """A cell's number, where it has one."""
    return None if held is None else held.estimate


def on_scale(value: float, issue: Issue) -> str:
    """A position with the unit of its scale."""
    return " ".join(filter(None, (number(value), issue.scale.unit)))


def _issues(file: ScenarioFile) -> Document:
    """Every issue with what can be agreed on it, and the scale on which positions are stated.

    What the authors note about an issue often tells how it ended, so that is for whoever leads.
    """
    deal, stated = file.deal, {issue.id: issue for issue in file.issues}
    dealt = {issue.id: issue for issue in deal.issues} if deal else {}
    columns: dict[str, list[str | None]] = {"issue": [], "question": [], "options": [], "scale of positions": []}
    columns |= {"if nothing is agreed": [], "text on the table": []}
    for name in dict.fromkeys((*dealt, *stated)):
        issue, package = stated.get(name), dealt.get(name)
        question = package.question if package else issue.question if issue else ""
        columns["issue"].append(name)
        columns["question"].append(question)
        columns["options"].append("; ".join(option.name for option in package.options) if package else None)
        columns["scale of positions"].append(_scale(issue) if issue else None)
        nothing, text = (estimate(issue.reference_point), estimate(issue.proposal)) if issue else (None, None)
        columns["if nothing is agreed"].append(None if nothing is None or not issue else on_scale(nothing, issue))
        chosen = deal.proposed.get(name) if deal and deal.proposed else None
        named = next((option.name for option in package.options if option.id == chosen), None) if package else None
        columns["text on the table"].append(named or (None if text is None or not issue else on_scale(text, issue)))
    kept = {name: held for name, held in columns.items() if any(held)}
    forbidden = deal.forbidden if deal else ()
    clashes = [f"{together(deal, each.options)} cannot stand together: {each.why}" for each in forbidden if deal]
    table = grid("What there is to agree on", tuple(kept), list(zip(*kept.values(), strict=True)))
    return section("The issues", [], table, clashes)


def _scale(issue: Issue) -> str:
    scale = issue.scale
    return f"{number(scale.low)} ({scale.low_means}) to {on_scale(scale.high, issue)} ({scale.high_means})"


def together(deal: Deal, options: Mapping[str, str]) -> str:
    """Options of several issues, by name."""
    names = {issue.id: {option.id: option.name for option in issue.options} for issue in deal.issues}
    return listing([f"“{names[issue][option]}” ({issue})" for issue, option in options.items()])


def kind(actor: Actor) -> str:
    """What sort of actor it is, as people say it."""
    return _KINDS.get(actor.kind, actor.kind.replace("_", " "))


def _at_the_table(public: Scenario) -> Document:
    """Who else is there: public facts only, and for whom the file says so what it has without a deal."""
    file = public.file
    count = plural(len(file.actors), "actor")
    if len(file.actors) > _NAMED:
        return section("At the table", [f"{count}: {listing([actor.name for actor in file.actors], limit=60)}."])
    columns: dict[str, list[Any]] = {
        "who": [actor.name for actor in file.actors],
        "what": [kind(actor) for actor in file.actors],
        "roles": [", ".join(actor.roles) for actor in file.actors],
        "weight": [estimate(actor.capability) for actor in file.actors],
    }
    for name in file.institution.weights if file.institution else ():
        columns[name] = [weight(public, name, actor.id) for actor in file.actors]
    wanted = positions(file)
    if len(file.issues) <= _COLUMNS:
        for issue in file.issues:
            unit = f", {issue.scale.unit}" if issue.scale.unit else ""
            columns[f"wants: {issue.id}{unit}"] = [wanted.get((actor.id, issue.id)) for actor in file.actors]
    else:
        columns["wants"] = [
            "; ".join(f"{i.id} {number(wanted[actor.id, i.id])}" for i in file.issues if (actor.id, i.id) in wanted)
            or None
            for actor in file.actors
        ]
    parties = {party.actor: party for party in file.deal.parties} if file.deal else {}
    for name, field in (("without a deal", "batna"), ("red line", "red_line")):
        columns[name] = [estimate(getattr(parties.get(actor.id), field, None)) for actor in file.actors]
    kept = {name: held for name, held in columns.items() if any(value is not None for value in held)}
    if len(set(kept["what"])) == 1:
        del kept["what"]
    if len(set(kept["roles"])) == 1:
        del kept["roles"]
    means = f" Weight: {file.capability_means}." if "weight" in kept and file.capability_means else ""
    unsaid = " A dash: not known to all." if any(None in held for held in kept.values()) else ""
    groups = [f"{group.name}: {listing(names(file, group.members))}." for group in file.groups]
    lines = [f"What all know of the {count}.{means}{unsaid}"]
    return section(
        "At the table", lines, grid("Who is there", tuple(kept), list(zip(*kept.values(), strict=True))), groups
    )


def weight(case: Scenario, table: str, actor: str) -> float | None:
    """What an actor has of a table of votes or the like, as it may have been set."""
    held = case.file.institution.weights[table].values.get(actor) if case.file.institution else None
    return None if held is None else float(case.moves.get(f"institution.weights[{table},{actor}]", held.value))


def names(file: ScenarioFile, ids: Sequence[str]) -> list[str]:
    """Actors as they are printed."""
    called = {actor.id: actor.name for actor in file.actors}
    return [called[each] for each in ids]


def positions(file: ScenarioFile) -> dict[tuple[str, str], float]:
    """Every position that is stated, by actor and issue."""
    return {
        (row.actor, row.issue): value for row in file.positions if (value := estimate(row.position)) is not None
    }  # fmt: skip


def _passing(public: Scenario) -> list[str]:
    """The rule by which a deal passes, in words."""
    file = public.file
    rules = {rule.id: rule for rule in file.institution.rules} if file.institution else {}
    everyone = ""
    used: dict[str, list[str]] = {}
    if file.deal is not None:
        everyone = f"A deal that {listing(names(file, [each.actor for each in file.deal.parties]))} all accept stands."
        if file.deal.rule:
            used[file.deal.rule] = []
    else:
        only = next(iter(rules), None) if len(rules) == 1 else None
        for issue in file.issues:
            if rule := issue.rule or only:
                used.setdefault(rule, []).append(issue.id)
    if not used:
        used = {} if file.deal or file.issues else {rule: [] for rule in list(rules)[:_TOLD]}
    words = []
    for rule, about in used.items():
        on = f"On {listing(about)}: " if len(used) > 1 and about else ""
        also = "A deal that not all accept passes with " if file.deal is not None else "A proposal passes with "
        needs = _in_words(public, rule)
        body = file.institution.name if file.institution else ""
        words.append(f"{on}{also}{needs} (“{rules[rule].name}”, {body})." if needs else (
            f"{on}Under “{rules[rule].name}” ({body}) nothing can pass."
        ))  # fmt: skip
    return [each for each in (everyone, *words) if each] or ["No rule is stated: all have to accept."]


def _in_words(public: Scenario, rule: str) -> str:
    view = public.view(_RULES)
    institution = view.object("institution.rules")
    stated = next(each for each in institution.rules if each.id == rule)
    try:
        body = body_under(view, redraw(public, _RULES, 0, 0), institution, stated)
    except CannotAnswerError:
        return ""
    return rule_in_words(body.rule, body.members)
