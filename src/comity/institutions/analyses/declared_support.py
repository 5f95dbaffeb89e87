"""Where does each text stand: who has declared for it and against it, and how far is that from what it needs?"""

from __future__ import annotations

from dataclasses import dataclass

from comity.findings import Analysis, Answer, Citation, Claim, Options, PageLine, Reads, Rows, Table, View
from comity.findings.contract import Value
from comity.findings.wording import listing, plural
from comity.institutions.analyses.amendment import votes_needed
from comity.institutions.analyses.rules_of import CHAPTER, RULE_FIELDS, Body, body_under
from comity.rules import members_with_veto
from comity.scenario.reform import DeclaredSupport, GroupStatement, Reform, ReformText

COUNT = Citation("declarations", "A count of the declarations that the file's sources show, state by state.")
_STANCES = ("for", "conditional", "against")


@dataclass(frozen=True)
class Declared:
    """Who has declared what about each text, and what the stages need."""

    reform: Reform
    bodies: tuple[Body, ...]
    names: dict[str, str]

    @property
    def texts(self) -> tuple[ReformText, ...]:
        """The texts that would change something."""
        return tuple(text for text in self.reform.texts if not text.in_force)

    @property
    def needed(self) -> tuple[int, str] | None:
        """How many members the first stage that counts them needs, and that stage."""
        return next(((n, body.rule_name) for body in self.bodies if (n := votes_needed(body)) is not None), None)

    @property
    def must_ratify(self) -> tuple[str, ...]:
        """Members, by id, without whom some stage cannot be passed."""
        ids = list(self.names)
        return tuple(dict.fromkeys(ids[member] for body in self.bodies for member in members_with_veto(body.rule)))

    def by(self, text: ReformText, stance: str) -> list[str]:
        """The names of those who declared this about a text."""
        return [self.names[each.actor] for each in text.support if each.stance == stance]


def _take(view: View, rows: Rows) -> Declared:
    reform: Reform = view.object("reform")
    institution = view.object("institution.rules")
    rules = {rule.id: rule for rule in institution.rules}
    bodies = tuple(body_under(view, rows, institution, rules[each]) for each in reform.stages if each in rules)
    # Members come first: a veto is named by its place among them.
    names = dict(zip(view.ids("members"), view.names("members"), strict=True))
    names |= {key: name for key, name in zip(view.ids("actors"), view.names("actors"), strict=True) if key not in names}
    return Declared(reform, bodies, names)


def _run(declared: Declared, options: Options) -> Answer[Declared]:
    return Answer(declared, None, "none stated")


def _say(answer: Answer[Declared]) -> tuple[Claim, ...]:
    found = answer.detail
    total = len(found.bodies[0].members) if found.bodies else len(found.names)
    lines: list[str] = []
    rows: list[tuple[Value, ...]] = []
    for text in found.texts:
        who = {stance: found.by(text, stance) for stance in _STANCES}
        silent = total - sum(len(names) for names in who.values())
        conditional = f", {len(who['conditional'])} on conditions" if who["conditional"] else ""
        short = _short(found, len(who["for"]))
        said = f"{len(who['for'])} for{conditional}, {len(who['against'])} against, {silent} silent.{short}"
        if not text.support:
            said = "no declaration of a single member is in this file."
        stated = [f"{_group(each)}, {each.stance}{_when(each)}" for each in text.statements]
        as_group = f" As a group: {listing(stated)}." if stated else ""
        lines.append(f"{_called(text)}: {said}{as_group}")
        rows.append((text.name, text.symbol or "", *(len(who[stance]) for stance in _STANCES), silent))
    sentence = " ".join(lines) + " Silence is not consent, and a group's statement is not its members' declarations."
    reading = " ".join(filter(None, (_five(found), _groups(found))))
    members = tuple(
        (text.name, found.names[each.actor], each.stance, each.how, each.date, each.source, each.note)
        for text in found.texts
        for each in text.support
    )
    columns = ("text", "member", "stance", "how", "date", "source", "note")
    page = [PageLine("where it stands", line, 10 + at) for at, line in enumerate(lines)]
    page += [PageLine("what would change it", line, 50 + at) for at, line in enumerate(_moves(found))]
    page.append(PageLine("where it stands", f"Silence is not consent. {reading}", 40))
    return (
        Claim(
            key="declared-support",
            sentence=sentence,
            reading=reading,
            table=Table(
                "Declarations by text",
                ("text", "symbol", "in_favour", "on_conditions", "against", "silent"),
                tuple(rows),
            ),
            lines=tuple(page),
            caveats=("A declaration is dated: a state's position now may be another.",),
        ),
        Claim(
            key="declarations",
            question="Who has declared what, and where?",
            sentence=f"{plural(len(members), 'declaration')} of single members are in this file, each with its source.",
            table=Table("Declarations, state by state", columns, members),
        ),
    )


def _called(text: ReformText) -> str:
    return (
        f"{text.name} ({', '.join(filter(None, (text.symbol, text.date)))})" if text.symbol or text.date else text.name
    )


def _group(each: GroupStatement) -> str:
    return f"{each.group} ({plural(each.members, 'member')})" if each.members else each.group


def _when(each: GroupStatement) -> str:
    return f" ({each.date})" if each.date else ""


def _moves(found: Declared) -> list[str]:
    """Who of those that cannot be done without would have to move, and what two texts made one could count on."""
    lines = []
    needed_by_name = [found.names[member] for member in found.must_ratify]
    for text in found.texts:
        against = [name for name in found.by(text, "against") if name in needed_by_name]
        if against and len(needed_by_name) < len(found.names):
            each = "each of " if len(against) > 1 else ""
            lines.append(
                f"{text.name}: without the ratification of {each}{listing(against)}, recorded as against it, it does "
                "not enter into force; nobody else's stands in for theirs."
            )
    best = max(found.texts, key=lambda text: len(found.by(text, "for")), default=None)
    if best is None or found.needed is None or not found.by(best, "for"):
        return lines
    needed, _ = found.needed
    count = len(found.by(best, "for"))
    for text in found.texts:
        for each_group in text.statements:
            if text is best or each_group.stance != "for" or not each_group.members:
                continue
            both = count + each_group.members
            lines.append(
                f"A joint text of {best.name} and {text.name}: of those who have declared themselves {count} + "
                f"{each_group.members} = {both} of the {needed} needed, if every member of the {each_group.group} "
                "joined and nobody left."
            )
    return lines


def _short(found: Declared, count: int) -> str:
    if found.needed is None:
        return ""
    needed, stage = found.needed
    if count >= needed:
        return f" That is the {needed} that “{stage}” asks for, if each kept to it."
    return f" Short of {needed} by {needed - count}."


def _five(found: Declared) -> str:
    """What those without whom no text is ratified have declared."""
    names = [found.names[member] for member in found.must_ratify]
    if not names or len(names) == len(found.names):
        return ""
    parts = []
    for text in found.texts:
        said = [
            f"{stance} {listing([_with_note(found, each) for each in text.support if _is(found, each, stance, names)])}"
            for stance in _STANCES
            if any(_is(found, each, stance, names) for each in text.support)
        ]
        if said:
            parts.append(f"{text.name}: {'; '.join(said)}")
    unheard = [text.name for text in found.texts if not any(n in names for s in _STANCES for n in found.by(text, s))]
    nothing = f"; on {listing(unheard)} none is in this file" if unheard else ""
    if not parts:
        return f"Of the {len(names)} whose ratification is needed no declaration is in this file."
    conditional = any(_is(found, each, "conditional", names) for text in found.texts for each in text.support)
    on_what = "" if conditional else " No statement is conditional."
    return f"Of the {len(names)} whose ratification is needed, as declared: {'. '.join(parts)}{nothing}.{on_what}"


def _is(found: Declared, each: DeclaredSupport, stance: str, names: list[str]) -> bool:
    return each.stance == stance and found.names[each.actor] in names


def _with_note(found: Declared, each: DeclaredSupport) -> str:
    return f"{found.names[each.actor]} ({each.note})" if each.note else found.names[each.actor]


def _groups(found: Declared) -> str:
    """Which groups are large enough to supply what is missing, as arithmetic."""
    if found.needed is None:
        return ""
    needed, _ = found.needed
    best = max(found.texts, key=lambda text: len(found.by(text, "for")), default=None)
    sized = [(group.name, group.members) for group in found.reform.groups if group.members]
    if best is None or not sized:
        return ""
    missing = needed - len(found.by(best, "for"))
    if missing <= 0:
        return ""
    alone = [f"{name} ({members})" for name, members in sized if members >= missing]
    largest = ", ".join(f"{name} {members}" for name, members in sorted(sized, key=lambda each: -each[1]))
    could = f"only {listing(alone)} could alone" if alone else "no group could alone"
    return f"The {missing} that {best.name} lacks: {could} supply them, by numbers ({largest})."


DECLARED_SUPPORT = Analysis(
    name="declared-support",
    chapter=CHAPTER,
    question="Where does each text stand, by what states have declared?",
    version=1,
    method=COUNT,
    reads=Reads(needs=("reform", "institution.rules"), optional=RULE_FIELDS),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
)
