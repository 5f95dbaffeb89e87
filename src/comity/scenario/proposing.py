"""From statements to proposed evidence, by rules that are named in each proposal: no model, no guess.

Who speaks is looked up among the actors' ids, names and codes. What a sentence is about is found by the words of an
issue that no other issue has, and by its unit. A number counts where it has the issue's unit, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.scenario.demands import demand, negation, quantities, unit_of
from comity.scenario.errors import shown
from comity.scenario.proposed import Earlier, NotUsed, Proposal, ProposedFile
from comity.scenario.schema import Actor, Issue, ScenarioFile
from comity.scenario.statements import Passed, Statement

_QUOTED = re.compile(r"[“\"«„]([^“”\"«»„]{3,4000})[”\"»“]")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_WORD = re.compile(r"[^\W\d_]{3,40}")
_LONGEST_QUOTE = 2_000
_BY_UNIT = "unit of the issue"
# Words that say nothing of what an issue is about.
_EMPTY_WORDS = (
    "the and for from with without that this what which who whose how much many when where whether are is was were be "
    "been being has have had does did will would should shall may can must not none nothing all any each every both "
    "their they them there its his her our your you one two three than then more most less least full end per cent "
    "percent much very into out onto over under about between before after own other others same such only also but "
    "year years low high scale number"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


@dataclass(frozen=True)
class _Read:
    """One passage on one issue by one actor."""

    statement: Statement
    proposal: Proposal


def speakers(file: ScenarioFile, aliases: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the actors that a name may mean, by the name in small letters.

    Example:
        >>> from comity.scenario import load
        >>> speakers(load("car-emissions").file, {"Bonn": "DEU"})["bonn"]
        ('DEU',)
    """
    found: dict[str, dict[str, None]] = {}
    for actor in file.actors:
        for name in (actor.id, actor.iso3, actor.name):
            if name:
                found.setdefault(_folded(name), {})[actor.id] = None
    for name, actor_id in aliases.items():
        found[_folded(name)] = {actor_id: None}
    return {name: tuple(ids) for name, ids in found.items()}


def propose(
    file: ScenarioFile,
    statements: Iterable[Statement],
    passed: Iterable[Passed],
    named: Mapping[str, tuple[str, ...]],
    *,
    case: str,
    source: str,
) -> ProposedFile:
    """Return what statements propose for the positions of a scenario; every proposal waits for a person.

    Args:
        file: the scenario, with at least one issue.
        statements: who said what.
        passed: lines that are no statements.
        named: who a name means, see ``speakers``.
        case: the case's name, for the file.
        source: the statements' file, for the file.

    Returns:
        Of several passages by one actor on one issue the latest, the others listed with it; and each line of which
        nothing is proposed, with the reason.

    Example:
        >>> from comity.scenario import load
        >>> case = load("river-basin").file
        >>> said = Statement(1, "Lowland", "No dam above 30 metres!", "2026-03-01", None)
        >>> found = propose(case, [said], [], speakers(case, {}), case="river-basin", source="talks.md")
        >>> found.proposals[0].issue, found.proposals[0].value, found.proposals[0].accept
        ('dam', None, False)
    """
    words = {issue.id: found for issue, found in zip(file.issues, _own_words(file.issues), strict=True)}
    not_used = [NotUsed(line=each.line, reason=each.reason) for each in passed]
    read: dict[tuple[str, str], list[_Read]] = {}
    for statement in statements:
        ids = named.get(_folded(statement.speaker), ())
        if len(ids) != 1:
            who = shown(statement.speaker)
            reason = f"{who} may be any of {', '.join(ids)}" if ids else f"no actor of the case is called {who}"
            not_used.append(NotUsed(line=statement.line, reason=reason))
            continue
        before = sum(map(len, read.values()))
        reasons = []
        passages = _passages(statement.text)
        for passage, quoted in passages:
            for sentence in _SENTENCE.split(passage):
                issue, why = _subject(sentence, file.issues, words)
                if issue is None:
                    reasons.append(why)
                    continue
                proposal = _proposal(file, ids[0], issue, sentence, quoted, why, statement)
                read.setdefault((ids[0], issue.id), []).append(_Read(statement, proposal))
        if sum(map(len, read.values())) == before:
            reason = next((each for each in reasons if each), "no issue of the case is named in it")
            not_used.append(NotUsed(line=statement.line, reason=reason))
    order = {issue.id: at for at, issue in enumerate(file.issues)}
    actors = {actor.id: at for at, actor in enumerate(file.actors)}
    keys = sorted(read, key=lambda key: (order[key[1]], actors[key[0]]))
    return ProposedFile(
        comity_evidence=1,
        case=case,
        statements=source,
        scales={issue.id: (issue.scale.low, issue.scale.high) for issue in file.issues},
        proposals=tuple(_latest(read[key]) for key in keys),
        not_used=tuple(sorted(not_used, key=lambda each: each.line)),
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())


def _stem(word: str) -> str:
    """A word in small letters without the ending of a plural."""
    folded = word.casefold()
    return folded[:-1] if len(folded) > 4 and folded.endswith("s") and not folded.endswith("ss") else folded


def _stems(text: str) -> dict[str, None]:
    return dict.fromkeys(_stem(word) for word in _WORD.findall(text) if word.casefold() not in _EMPTY)


def _own_words(issues: Iterable[Issue]) -> list[frozenset[str]]:
    """The words of each issue that no other issue has: of its id, question, and the two ends of its scale."""
    found = [
        set(_stems(" ".join((issue.id.replace("_", " ").replace("-", " "), issue.question, *_ends(issue)))))
        for issue in issues
    ]
    return [frozenset(own.difference(*(found[:at] + found[at + 1 :]))) for at, own in enumerate(found)]


def _ends(issue: Issue) -> tuple[str, str]:
    return issue.scale.low_means, issue.scale.high_means


def _passages(text: str) -> list[tuple[str, bool]]:
    """The quoted passages of a statement; all of it where nothing stands in quotation marks."""
    quoted = [found for match in _QUOTED.finditer(text) if (found := match[1].strip())]
    return [(each, True) for each in quoted] or [(text, False)]


def _subject(sentence: str, issues: tuple[Issue, ...], words: Mapping[str, frozenset[str]]) -> tuple[Issue | None, str]:
    """The one issue that a sentence is about with the rule that says so; else None and the reason, if there is one."""
    stems = _stems(sentence)
    counts = {issue.id: len(words[issue.id].intersection(stems)) for issue in issues}
    most = max(counts.values(), default=0)
    best = [issue for issue in issues if counts[issue.id] == most]
    if most and len(best) == 1:
        return best[0], "words of the issue: " + ", ".join(sorted(words[best[0].id].intersection(stems)))
    # Where the words name none, or several alike, a unit that one of these alone has may decide.
    by_unit = [issue for issue in best if _has_unit(sentence, issue)]
    if len(by_unit) == 1:
        return by_unit[0], f"{_BY_UNIT}: {by_unit[0].scale.unit}"
    return None, f"may be about {' or '.join(issue.id for issue in best)}" if most else ""


def _has_unit(sentence: str, issue: Issue) -> bool:
    kind, _ = unit_of(issue.scale.unit)
    return kind is not None and any(each.kind == kind for each in quantities(sentence, kind))


def _proposal(
    file: ScenarioFile, actor: str, issue: Issue, sentence: str, quoted: bool, why: str, statement: Statement
) -> Proposal:
    rules = ["speaker is an actor of the case", why]
    look_at: list[str] = []
    value: float | None = None
    ends: tuple[float, ...] | None = None
    scale = issue.scale
    found = demand(sentence, scale.unit, scale.low, scale.high)
    phrase = _end_in_words(issue, sentence)
    if not isinstance(found, str):
        value = found.value
        rules += found.rules
        look_at += found.flags
        low = scale.low if found.low is None else found.low
        high = scale.high if found.high is None else found.high
        if (found.low, found.high) != (None, None):
            ends = (low, high)
    elif phrase is not None and not quantities(sentence):
        value, words = phrase
        rules.append(f"the end of the scale in its own words: {words}")
    else:
        look_at.append(found)
        if negated := negation(sentence):
            look_at += [f"negation: '{negated}'"] if "negated" not in found else []
    if why.startswith(_BY_UNIT):
        look_at.append("no word names the issue: is it about this?")
    others = [each.id for each in file.actors if each.id != actor and _names(each, sentence)]
    if others:
        look_at.append(f"names {', '.join(others[:5])}: is it the speaker's own demand?")
    if not quoted:
        look_at.append("no quotation marks: are these the speaker's words?")
    if statement.date is None:
        look_at.append("no date")
    sure = value is not None and not look_at and "number with unit" in rules
    return Proposal(
        actor=actor,
        issue=issue.id,
        value=value,
        range=ends,
        confidence="medium" if sure else "low",
        quote=sentence.strip()[:_LONGEST_QUOTE],
        document=statement.document,
        date=statement.date,
        line=statement.line,
        rules=tuple(rules),
        look_at=tuple(look_at),
    )


def _end_in_words(issue: Issue, sentence: str) -> tuple[float, str] | None:
    """The end of a scale whose words stand in the sentence, where only one does and nothing else negates it."""
    found = []
    folded = f" {_folded(sentence)} "
    for words, value in zip(_ends(issue), (issue.scale.low, issue.scale.high), strict=True):
        phrase = _folded(words)
        if _WORD.search(phrase) and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", folded):
            found.append((value, words, negation(folded.replace(phrase, " "))))
    return (found[0][0], found[0][1]) if len(found) == 1 and found[0][2] is None else None


def _names(actor: Actor, sentence: str) -> bool:
    """Is the actor named in it? By its name, or by an id or code in capital letters, which is no common word."""
    names = [actor.name, *(each for each in (actor.id, actor.iso3) if each and each.isupper())]
    return any(name in sentence and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence) for name in names)


def _latest(read: list[_Read]) -> Proposal:
    """The latest passage, those before it listed with it; one without a date counts as the oldest."""
    ordered = sorted(read, key=lambda each: (each.statement.date or "", each.statement.line))
    last, before = ordered[-1].proposal, ordered[:-1]
    # A later passage without a number does not speak against an earlier one with a number of the same day.
    for at in range(len(ordered) - 2, -1, -1):
        other = ordered[at]
        if last.value is not None or other.statement.date != ordered[-1].statement.date:
            break
        if other.proposal.value is not None:
            last, before = other.proposal, ordered[:at] + ordered[at + 1 :]
            break
    values = {each.proposal.value for each in before if each.proposal.value is not None and last.value is not None}
    changed = values - {last.value}
    look_at = (*last.look_at, *(["the actor said something else before"] if changed else []))
    earlier = tuple(
        Earlier(line=each.proposal.line, date=each.proposal.date, value=each.proposal.value, quote=each.proposal.quote)
        for each in before
    )
    return last.model_copy(update={"earlier": earlier, "look_at": look_at})
