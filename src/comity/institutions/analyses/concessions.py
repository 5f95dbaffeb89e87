"""Who supports the text on the table, and what is the cheapest concession that completes a coalition that passes it?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, partial
from typing import Any

import numpy as np
from pydantic import Field

from comity.findings import (
    Analysis,
    Answer,
    CannotAnswerError,
    Citation,
    Claim,
    OptionError,
    Options,
    Outcome,
    PageLine,
    Reads,
    Table,
)
from comity.findings.contract import FloatArray, Number, Spec, Value
from comity.findings.wording import listing, on_scale, percent, plural, two
from comity.institutions.analyses.rules_of import CHAPTER
from comity.institutions.analyses.text_of import NAMED, NEEDS, OPTIONAL, TextOnTheTable, text_of
from comity.institutions.concessions.cheapest import (
    Change,
    Compensation,
    cheapest_change,
    cheapest_compensation,
    indispensable,
    smallest_block,
)
from comity.institutions.concessions.integer_program import UnsettledError, fewest_members
from comity.institutions.concessions.support import BoolArray, Stakes, supporters
from comity.rules import AtLeastOf, AtLeastOne, Members, Rule, Unless, Veto, Weighted, dual, passes, without_unless
from comity.scenario.schema import Issue

SPATIAL = Citation(
    "Tsebelis 2002; Snyder 1991",
    "Members accept what is no farther from their positions than no agreement, issues weighted by salience (Enelow & "
    "Hinich 1984; Tsebelis 2002, Veto Players, Princeton); the cheapest coalition to complete (Snyder 1991, On buying "
    "legislatures, Economics & Politics 3), by an integer program of ours. Cited from memory.",
)
LABELS = ("the text passes", "the text does not pass", "nothing can pass")
_MANY = 10_000
_SAME = 1e-6
_MOST_DIGITS = 2
_MOST_ROUNDINGS = 4096


class ConcessionOptions(Options):
    """Who put the text forward."""

    sponsors: str | None = Field(
        default=None,
        description="Members who put the text forward, by id, with commas: they stay with it, and what they care about "
        "is what a change costs. None named: every issue costs alike.",
    )


@dataclass(frozen=True)
class Weighed:
    """Who supports the text as written; what would complete a coalition is computed when somebody asks."""

    taken: TextOnTheTable
    stakes: Stakes
    sponsors: tuple[int, ...]
    in_favour: BoolArray
    passes: bool

    @property
    def issue_costs(self) -> FloatArray:
        """What moving the text over a whole scale costs: the sponsors' mean salience, or the same for every issue."""
        if not self.sponsors:
            return np.full(len(self.taken.issues), 1 / len(self.taken.issues))
        return np.asarray(self.stakes.weights[list(self.sponsors)].mean(axis=0))

    @cached_property
    def changes(self) -> tuple[Change, ...] | str:
        """The cheapest change of the text and the next; or why it could not be settled."""
        try:
            return cheapest_change(self.taken.body.rule, self.stakes, self.issue_costs, self.sponsors)
        except UnsettledError as error:
            return str(error)

    @cached_property
    def compensations(self) -> tuple[Compensation, ...] | str:
        """The cheapest compensation and the next; or why it could not be settled."""
        try:
            return cheapest_compensation(self.taken.body.rule, self.stakes, self.sponsors)
        except UnsettledError as error:
            return str(error)


def _run(taken: TextOnTheTable, options: ConcessionOptions) -> Answer[Weighed]:
    agree = supporters(taken.proposal, taken.reference, taken.positions, taken.weights)
    rules = taken.body.rules
    n_rows = max(len(rules), len(agree))
    agree = np.broadcast_to(agree, (n_rows, agree.shape[1]))
    verdict = np.where(passes(taken.body.rule, agree), 0, 1).astype(np.int64)
    for row, rule in enumerate(rules):
        if rule is None:
            verdict[row] = 2
        elif rule is not taken.body.rule:
            verdict[row] = 0 if bool(passes(rule, agree[row])) else 1
    stakes = Stakes(taken.positions[0], taken.weights[0], taken.proposal[0], taken.reference[0])
    detail = Weighed(taken, stakes, _sponsors(taken, stakes, options), agree[0], not verdict[0])
    return Answer(detail, Outcome(verdict, LABELS, {"in_favour": agree.sum(axis=1).astype(np.float64)}), "redraws")


def _sponsors(taken: TextOnTheTable, stakes: Stakes, options: ConcessionOptions) -> tuple[int, ...]:
    known = {each.casefold(): at for at, each in enumerate(taken.body.members)}
    known |= {each.casefold(): at for at, each in enumerate(taken.ids)}
    found = []
    for word in filter(None, (part.strip() for part in (options.sponsors or "").split(","))):
        at = known.get(word.casefold())
        if at is None:
            near = get_close_matches(word.casefold(), known, n=1)
            hint = f"did you mean {taken.ids[known[near[0]]]}?" if near else f"they are {', '.join(taken.ids)}"
            raise OptionError(f"no member is called {word!r}; {hint}")
        if not stakes.stated[at]:
            raise CannotAnswerError(f"needs a position of its sponsor {taken.body.members[at]}")
        found.append(at)
    return tuple(sorted(set(found)))


def _say(answer: Answer[Weighed]) -> tuple[Claim, ...]:
    found = answer.detail
    support = _support(answer)
    return (support,) if found.passes else (support, _concession(found))


def _named(found: Weighed, members: Sequence[int], limit: int | None = None) -> str:
    return listing([found.taken.body.members[member] for member in members], limit)


def _support(answer: Answer[Weighed]) -> Claim:
    found = answer.detail
    body, agree = found.taken.body, found.in_favour
    inside = np.flatnonzero(agree).tolist()
    who = f": {_named(found, inside, NAMED)}" if 0 < len(inside) < len(agree) else ""
    verdict = "passes" if found.passes else f"does not pass, short of {_short_of(body.rule, agree, body.members)}"
    count = f"{len(inside)} of {len(agree)} members {'is' if len(inside) == 1 else 'are'} in favour"
    sentence = f"Under “{body.rule_name}” the text {verdict}. {count}{who}."
    reading = _who_holds(found) if found.passes else _who_blocks(found)
    return Claim(
        key="support",
        sentence=sentence,
        reading=reading,
        table=_members_table(found),
        chart=partial(_members_chart, found),
        chart_summary=f"Each member's loss at the text and without an agreement. {sentence}",
        lines=(PageLine("where it stands", f"{sentence} {reading}".rstrip(), 10),),
        caveats=(
            "Members are taken to care about distance alone, to accept what is no worse for them than no agreement, "
            "and to trade nothing outside the text.",
            *found.taken.notes,
            *body.notes,
        ),
        ask_next=body.to_verify,
        lead=20,
        names_subject=True,
    )


def _who_holds(found: Weighed) -> str:
    rule, agree = found.taken.body.rule, found.in_favour
    alone = indispensable(rule, agree) or ()
    if alone:
        return f"It does not pass without {_named(found, alone, NAMED)}."
    try:
        leaving = fewest_members(dual(rule), np.flatnonzero(agree).tolist(), np.flatnonzero(~agree).tolist())
    except UnsettledError:
        leaving = None
    if not leaving:
        return ""
    return f"No supporter alone could stop it; {len(leaving)} together could, such as {_named(found, leaving, NAMED)}."


def _who_blocks(found: Weighed) -> str:
    rule, agree, stated = found.taken.body.rule, found.in_favour, found.stakes.stated
    against = np.flatnonzero(~agree & stated).tolist()
    silent = np.flatnonzero(~stated).tolist()
    parts = []
    if against:
        parts.append(f"{_named(found, against, NAMED)} {'is' if len(against) == 1 else 'are'} better off without it")
    if silent:
        parts.append(f"of {_named(found, silent, NAMED)} no position is stated")
    try:
        block = smallest_block(rule, ~agree)
    except UnsettledError:
        block = None
    enough = ""
    if block and len(block) < len(against) + len(silent):
        alone = f"{_named(found, block)} alone" if len(block) == 1 else f"{len(block)} of them"
        enough = f" {alone} {'is' if len(block) == 1 else 'are'} enough to block"
        enough += "." if len(block) == 1 else f", such as {_named(found, block, NAMED)}."
    return f"Not in favour: {'; '.join(parts)}.{enough}"


def _short_of(rule: Rule, agree: BoolArray, names: Sequence[str]) -> str:
    """What a coalition that does not pass lacks, in words; empty where it passes."""
    rule = without_unless(rule)
    if bool(passes(rule, agree)):
        return ""
    inside = np.flatnonzero(agree).tolist()
    if isinstance(rule, Weighted):
        lacking = rule.threshold - sum(rule.weights[member] for member in inside)
        if rule.total >= _MANY:
            return f"{percent(lacking / rule.total)} of the {rule.unit}"
        return f"{lacking / rule.scale:,.12g} of {rule.total / rule.scale:,.12g} {rule.unit}"
    if isinstance(rule, Members):
        return plural(rule.at_least - len(inside), "member")
    if isinstance(rule, Veto):
        return f"the consent of {listing([names[member] for member in rule.members if not agree[member]])}"
    assert not isinstance(rule, Unless)
    parts = list(filter(None, (_short_of(clause, agree, names) for clause in rule.clauses)))
    if isinstance(rule, AtLeastOne):
        return " (or, instead, of ".join(parts) + ")" * (len(parts) - 1)
    if isinstance(rule, AtLeastOf):
        more = rule.k - (len(rule.clauses) - len(parts))
        return f"{more} of {len(parts)} conditions: {'; '.join(parts)}"
    return " and ".join(parts)


def _members_table(found: Weighed) -> Table:
    body, stakes = found.taken.body, found.stakes
    at_text, without = stakes.losses(stakes.proposal), stakes.losses(stakes.reference)
    columns = ["member", "loss_at_the_text", "loss_without_an_agreement", "gain", "in_favour"]
    weights: tuple[Number, ...] | None = None
    if body.weights:
        name, _, weights = body.weights[0]
        columns.append(name if name not in columns else f"{name}_weight")
    order = sorted(range(len(body.members)), key=lambda at: (not stakes.stated[at], at_text[at] - without[at], at))
    rows = []
    for at in order:
        known = bool(stakes.stated[at])
        cells: list[Value] = [
            body.members[at],
            *(float(value) if known else None for value in (at_text[at], without[at], without[at] - at_text[at])),
            bool(found.in_favour[at]) if known else None,
        ]
        if weights is not None:
            weight = weights[at]
            cells.append(weight if isinstance(weight, int) and abs(weight) < 2**53 else str(weight))
        rows.append(tuple(cells))
    return Table(
        f"Losses as shares of the scales, weighted by salience; gain: what the text gives ({body.called})",
        tuple(columns),
        tuple(rows),
    )


def _members_chart(found: Weighed) -> Spec:
    from comity.findings.charts import bars

    stakes = found.stakes
    known = np.flatnonzero(stakes.stated)
    names = [found.taken.body.members[member] for member in known]
    series: dict[str, Any] = {
        "loss at the text": stakes.losses(stakes.proposal)[known],
        "loss without an agreement": stakes.losses(stakes.reference)[known],
    }
    return bars(names, series, "loss, as a share of the scales")


def _concession(found: Weighed) -> Claim:
    body = found.taken.body
    needed = indispensable(body.rule, found.stakes.stated)
    changes = found.changes
    if needed is None:
        sentence = (
            f"No concession completes it under “{body.rule_name}”: the members with a stated position do not pass "
            "anything, even together."
        )
        return Claim(
            key="concession",
            question="What is the cheapest change that completes a majority?",
            sentence=sentence,
            names_subject=True,
            caveats=found.taken.notes,
        )
    parts = []
    if isinstance(changes, str):
        sentence = f"The cheapest change of the text under “{body.rule_name}” is {changes}."
        chosen: tuple[Change, ...] = ()
    else:
        chosen = changes
        sentence = (
            f"For the case as written, the cheapest change of the text that passes under “{body.rule_name}” is "
            f"{_moves(found, chosen[0])}: it wins over {_named(found, chosen[0].completing)}"
        )
        too = _won_too(found, chosen[0])
        sentence += f" ({_named(found, too, NAMED)} too, though not needed)" if too else ""
        sentence += f" and loses {_named(found, chosen[0].lost)}" if chosen[0].lost else ""
        sentence += f"; in favour are then {len(chosen[0].supporters)} of {len(found.in_favour)} members."
        parts = _about_changes(found, chosen)
    parts += _about_compensation(found)
    waiting = [member for member in needed if not found.in_favour[member]]
    if waiting:
        parts.append(f"In every coalition that completes it: {_named(found, waiting, NAMED)}.")
    return Claim(
        key="concession",
        question="What is the cheapest change that completes a majority?",
        sentence=sentence,
        reading=" ".join(parts),
        table=_issues_table(found, chosen) if chosen else None,
        chart=partial(_issues_chart, found, chosen[0]) if chosen else None,
        chart_summary=sentence,
        lines=(PageLine("what would change it", sentence, 5),),
        caveats=(
            "Cheapest is in units of the model, not diplomatic cost; who is won over is then just as well off as "
            "without an agreement, and no better.",
            *(
                ["A text said to be rounded does not pass in round numbers; the table has the digits that it takes."]
                if any(_rounded(found, change) is None for change in chosen[:2])
                else []
            ),
            "Adding up what members would have to be given takes their losses as comparable.",
            *found.taken.notes,
        ),
        names_subject=True,
    )


def _won_too(found: Weighed, change: Change) -> list[int]:
    """Members who come to support the changed text and are not among the fewest who complete it."""
    return [at for at in change.supporters if not found.in_favour[at] and at not in change.completing]


def _moves(found: Weighed, change: Change) -> str:
    """What changes, issue by issue: ``date 7→5.8 years``."""
    words = []
    rounded, digits = _rounded(found, change) or (change.text, 0)
    for at, issue in enumerate(found.taken.issues):
        if abs(found.stakes.proposal[at] - change.text[at]) > _SAME:
            # on_scale prints a thirtieth of the length: a scale a tenth as long has one digit more.
            scale = (0.0, (issue.scale.high - issue.scale.low) / 10.0**digits)
            today, to = (on_scale(_on(issue, place), scale) for place in (found.stakes.proposal[at], rounded[at]))
            words.append(f"{issue.id} {today}→{to} {issue.scale.unit or ''}".rstrip())
    if not words:
        return "none to speak of"
    return listing(words) + (", rounded" if _rounded(found, change) is None else "")


def _rounded(found: Weighed, change: Change) -> tuple[FloatArray, int] | None:
    """The text in the roundest numbers that passes as well, and how many digits more it has than a scale prints.

    Each number is the nearest one where such a text passes, so that it agrees with the table; only where none does at
    any digit they are rounded up or down, whatever passes. None where nothing does.
    """
    attempts = [(digits, True) for digits in range(_MOST_DIGITS + 1)] + [(_MOST_DIGITS, False)]
    for digits, nearest in attempts:
        text = _passing(found, change, digits, nearest=nearest)
        if text is not None:
            return text, digits
    return None


def _passing(found: Weighed, change: Change, digits: int, *, nearest: bool) -> FloatArray | None:
    """The cheapest of the texts that round a change and pass; None where none does."""
    ends: list[tuple[float, ...]] = []
    for at, issue in enumerate(found.taken.issues):
        low, length = issue.scale.low, issue.scale.high - issue.scale.low
        if abs(change.text[at] - found.stakes.proposal[at]) <= _SAME:
            ends.append((float(change.text[at]),))
            continue
        step = 10.0 ** (math.floor(math.log10(length / 30) + 1e-9) - digits)  # the digit that on_scale prints
        steps = _on(issue, change.text[at]) / step
        whole = {round(steps)} if nearest else {math.floor(steps + _SAME), math.ceil(steps - _SAME)}
        ends.append(tuple(min(max((each * step - low) / length, 0.0), 1.0) for each in sorted(whole)))
    if math.prod(map(len, ends)) > _MOST_ROUNDINGS:
        return None
    texts = np.array(list(itertools.product(*ends)))
    stakes = found.stakes
    agree = supporters(texts, stakes.reference, stakes.positions, stakes.weights)
    fit = passes(found.taken.body.rule, agree) & agree[:, list(found.sponsors)].all(axis=1)
    costs = np.where(fit, np.abs(texts - stakes.proposal) @ found.issue_costs, np.inf)
    return np.asarray(texts[int(costs.argmin())]) if fit.any() else None


def _on(issue: Issue, place: float) -> float:
    """A place from 0 to 1 in the units of the issue's scale."""
    return float(issue.scale.low + place * (issue.scale.high - issue.scale.low))


def _about_changes(found: Weighed, changes: Sequence[Change]) -> list[str]:
    first = changes[0]
    by = "weighted by what the sponsors care about" if found.sponsors else "every issue alike"
    of = f"the scales, {by}" if len(found.taken.issues) > 1 else "its scale"
    parts = [f"It moves the text by {percent(first.cost)} of {of}."]
    if np.abs(first.text - found.stakes.reference).max() <= _SAME:
        parts.append("That is what applies without an agreement anyway: nothing short of giving the text up passes.")
    worse = [at for at in found.sponsors if not found.in_favour[at]]
    if worse:
        verb = "is" if len(worse) == 1 else "are"
        parts.append(f"{_named(found, worse)} {verb} named as sponsor and better off without the text as it is.")
    if len(changes) > 1:
        second = changes[1]
        spared = [member for member in first.needed if member not in found.sponsors] or first.completing
        without = f"{_named(found, spared)}" if len(spared) == 1 else f"one of {_named(found, spared)}"
        words = f"The next cheapest, which does without {without}, moves it by {percent(second.cost)}"
        words += f" ({_moves(found, second)}) and wins over {_named(found, second.completing)}"
        parts.append(words + (f", losing {_named(found, second.lost)}." if second.lost else "."))
    elif first.completing:
        parts.append("No change passes without them.")
    return parts


def _about_compensation(found: Weighed) -> list[str]:
    held = found.compensations
    if isinstance(held, str):
        return [f"The cheapest compensation is {held}."]
    if not held:
        return []
    first = held[0]
    given = [
        f"{found.taken.body.members[member]} ({two(amount)})"
        for member, amount in zip(first.completing, first.amounts, strict=True)
    ]
    parts = [
        f"With the text as it is, the cheapest to make up to, so that they are no worse off than without it, are "
        f"{listing(given)}: {two(first.cost)} in all, in shares of a scale."
    ]
    if len(first.completing) == 1:
        parts = [
            f"With the text as it is, the cheapest to make up to, so that it is no worse off than without it, is "
            f"{given[0]}, in shares of a scale."
        ]
    if len(held) > 1:
        parts.append(f"Next, not needing all of these: {_named(found, held[1].completing)}, {two(held[1].cost)}.")
    return parts


def _issues_table(found: Weighed, changes: Sequence[Change]) -> Table:
    columns = ("issue", "text_now", "cheapest_change", "next_cheapest", "if_nothing_is_agreed", "low", "high", "unit")
    second = changes[1].text if len(changes) > 1 else None
    rows = tuple(
        (
            issue.id,
            _on(issue, found.stakes.proposal[at]),
            _on(issue, changes[0].text[at]),
            _on(issue, second[at]) if second is not None else None,
            _on(issue, found.stakes.reference[at]),
            issue.scale.low,
            issue.scale.high,
            issue.scale.unit,
        )
        for at, issue in enumerate(found.taken.issues)
    )
    return Table("The text and its cheapest changes, issue by issue", columns, rows)


def _issues_chart(found: Weighed, change: Change) -> Spec:
    from comity.findings.charts import bars

    stakes = found.stakes
    series = {"text now": stakes.proposal, "cheapest change": change.text, "if nothing is agreed": stakes.reference}
    return bars([issue.id for issue in found.taken.issues], series, "place on the issue's scale, 0 to 1")


CONCESSIONS = Analysis(
    name="concessions",
    chapter=CHAPTER,
    question="Who supports the text on the table, and the cheapest change that completes a majority?",
    version=1,
    method=SPATIAL,
    reads=Reads(needs=NEEDS, optional=OPTIONAL),
    options=ConcessionOptions,
    take=text_of,
    run=_run,
    say=_say,
    per="rules",
    work=lambda taken: 1_000.0 + 20.0 * taken.positions.shape[1] * taken.positions.shape[2],
)
