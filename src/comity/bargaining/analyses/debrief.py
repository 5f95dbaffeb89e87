"""How good is the deal that was reached: for whom, against no deal, the rule, the frontier and the fairness rules?"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from comity.bargaining.analyses import debrief_words as words
from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, LINES, MORE, DealTable, deal_of
from comity.bargaining.analyses.debrief_score import TINY, Debriefed, Group, Score, Seated, Shares
from comity.findings import (
    Analysis,
    Answer,
    Citation,
    Claim,
    Options,
    Outcome,
    PageLine,
    Reads,
    Rows,
    View,
)
from comity.findings.contract import FloatArray, IntArray
from comity.findings.wording import listing
from comity.rules.stated import RULE_FIELDS, body_under

SCORED = Citation(
    "Raiffa 1982",
    "A deal that was reached against what each party has without one, its red line, the exact frontier of all packages "
    "and what each fairness rule picks (Raiffa 1982, The Art and Science of Negotiation; rules as in deal-solutions; "
    "from memory, not opened). The rank is by measures that compare no party's scale with another's.",
)
_LEAST = 20
_DRAWN = 4


def _take(view: View, rows: Rows) -> Debriefed:
    table = deal_of(view, rows, "where stated")
    deal = view.object("deal")
    units = {party.actor: party.unit or "" for party in deal.parties}
    places = [{option: at for at, option in enumerate(options)} for options in table.option_ids]
    groups = tuple(
        Group(
            each.name,
            None
            if each.options is None
            else tuple(held[each.options[issue]] for issue, held in zip(table.issues, places, strict=True)),
            each.note,
        )
        for each in view.object("deal.agreed")
    )
    return Debriefed(table, _seated(view, rows, table), tuple(units[each] for each in table.ids), groups, (), 0)


def _seated(view: View, rows: Rows, table: DealTable) -> Seated | None:
    """The rule by which a deal could pass, with each party's place among its members."""
    deal = view.object("deal")
    institution = view.object("institution.rules") if deal.rule and view.has("institution.rules") else None
    if institution is None:
        return None
    stated = next(rule for rule in institution.rules if rule.id == deal.rule)
    members = view.ids("members")
    seats = tuple(members.index(each) if each in members else None for each in table.ids)
    return Seated(body_under(view, rows, institution, stated), seats)


def _run(taken: Debriefed, options: Options) -> Answer[Debriefed]:
    table = taken.table
    redrawn = table.n_rows - 1 if table.bounded and table.n_rows > _LEAST else 0
    rows = slice(1, None) if redrawn else slice(None)
    shares: list[Shares | None] = []
    content = np.zeros((table.n_rows, len(taken.groups)), dtype=bool)
    first: FloatArray | None = None
    for at, group in enumerate(taken.groups):
        if group.package is None or not table.bounded:
            shares.append(None)
            continue
        accepting = _accepting(table, group.package)
        content[:, at] = accepting.all(axis=1)
        first = accepting if first is None else first
        drawn = accepting[rows]
        shares.append(Shares(drawn.mean(axis=0), float(drawn.all(axis=1).mean())) if redrawn else None)
    outcome = None
    if first is not None:
        verdict, labels = _verdicts(taken, first, content)
        outcome = Outcome(verdict, labels, {"share of parties at or above their line": first.mean(axis=1)})
    found = Debriefed(table, taken.seated, taken.units, taken.groups, tuple(shares), redrawn)
    return Answer(found, outcome, "redraws" if redrawn else "none stated")


def _accepting(table: DealTable, package: tuple[int, ...]) -> Any:
    """Who has at least its line with a package in each row, ``(n_rows, n_parties)``; ties count."""
    chosen = table.starts[:-1] + np.array(package, np.int64)
    got = table.worth[:, :, chosen].sum(axis=2)
    for at, held in enumerate(table.together):
        if all(package[issue] == option for issue, option in held.items()):
            got = got + table.adds[:, :, at]
    return np.broadcast_to(got >= table.floor - table.alike, (table.n_rows, len(table.parties)))


def _verdicts(taken: Debriefed, first: Any, content: Any) -> tuple[IntArray, tuple[str, ...]]:
    """Of one deal who is below its line; of several which leave nobody below."""
    if len(taken.groups) == 1:
        # Every set of several would be a label of its own, and a page of labels says nothing.
        count = (~first).sum(axis=1)
        kind = np.where(count == 1, -1 - np.argmin(first, axis=1), count)
        kinds, verdict = np.unique(kind, return_inverse=True)
        labels = tuple(
            "nobody is below its line"
            if each == 0
            else f"{taken.table.parties[-1 - each]} is below its line"
            if each < 0
            else f"{each} parties are below their lines"
            for each in kinds.tolist()
        )
    else:
        kinds, verdict = np.unique(content, axis=0, return_inverse=True)
        labels = tuple(
            f"the deal of {listing([words.called(taken, at) for at in who])} leaves nobody below its line"
            if (who := np.flatnonzero(kind).tolist())
            else "each deal leaves somebody below its line"
            for kind in kinds
        )
    return verdict.reshape(-1).astype(np.int64), labels


def _say(answer: Answer[Debriefed]) -> tuple[Claim, ...]:
    found = answer.detail
    scores = [found.scored(at) for at in range(len(found.groups))]
    claims = [_class(found, scores)] if len(scores) > 1 else []
    for at, score in enumerate(scores):
        claims.append(_deal(found, score, at, alone=len(scores) == 1))
        if len(scores) == 1 and (left := words.better_packages(score)) is not None:
            claims.append(_left(found, score, left))
    return tuple(claims)


def _class(found: Debriefed, scores: list[Score]) -> Claim:
    """Several groups side by side."""
    sentence = words.class_sentence(found, scores)
    return Claim(
        key="debrief-groups",
        question="How do the groups' deals compare?",
        sentence=sentence,
        reading=words.class_reading(found, scores),
        table=words.class_table(found, scores),
        chart=partial(_chart, found, scores),
        chart_summary=sentence,
        lines=(PageLine("where it stands", sentence, 15),),
        caveats=found.table.caveats,
        names_subject=True,
    )


def _deal(found: Debriefed, score: Score, at: int, *, alone: bool) -> Claim:
    """One group's deal: what each got, and how it stands."""
    sentence = words.deal_sentence(score, at)
    return Claim(
        key="debrief" if alone else f"debrief-{at + 1}",
        sentence=sentence,
        reading=words.deal_reading(score),
        table=words.party_table(score, at),
        chart=partial(_chart, found, [score]) if alone else None,
        chart_summary=sentence if alone else "",
        lines=(PageLine("where it stands", sentence, 15),) if alone else (),
        caveats=found.table.caveats,
        ask_next=words.questions(score),
        names_subject=True,
    )


def _left(found: Debriefed, score: Score, left: Any) -> Claim:
    """What was left on the table: packages that cost nobody anything."""
    sentence, table = left
    return Claim(
        key="debrief-left",
        question="What was left on the table?",
        sentence=sentence,
        reading=words.together_more(score),
        table=table,
        chart=partial(_scales, found, score),
        chart_summary=sentence,
        caveats=found.table.caveats,
        names_subject=True,
    )


def _chart(found: Debriefed, scores: list[Score]) -> dict[str, Any]:
    """Gains a party: of what was agreed, of a few groups, and under Nash's rule."""
    from comity.findings.charts import bars

    shown: dict[str, FloatArray] = {}
    if found.most is None or not np.isfinite(found.base).all():
        for score in scores[:_DRAWN]:
            shown[words.called(found, found.groups.index(score.group))] = 1.0 - score.given_up
        return bars(found.table.parties, shown, "from its worst (0) to its best package (1)")
    for score in scores[: _DRAWN - 1]:
        assert score.share is not None
        shown[words.called(found, found.groups.index(score.group))] = score.share
    nash = found.rules["nash"].utilities[0]
    shown["Nash's rule"] = (nash - found.base) / np.where(found.most > TINY, found.most, 1.0)
    return bars(found.table.parties, shown, "gain over no deal, as a share of the most in the zone of agreement")


def _scales(found: Debriefed, score: Score) -> dict[str, Any]:
    """The deal and the best of the packages that cost nobody anything, on each party's own scale."""
    from comity.findings.deal_chart import deals_on_own_scales, frontier_of_two

    assert found.frontier is not None
    assert score.left is not None
    marks = [("what was agreed", score.got)]
    if score.left.equal_point is not None:
        marks.append(("costs nobody anything", found.frontier.utilities[score.left.equal_point]))
    table, space = found.table, found.table.space
    floor = table.floor[0] if table.bounded else None
    if len(table.parties) == 2:
        return frontier_of_two(table.parties, found.frontier.utilities, floor, marks)
    points = found.frontier.utilities[score.left.points[:30]]
    return deals_on_own_scales(table.parties, points, floor, (space.worst(), space.best()), marks)


DEBRIEF = Analysis(
    name="debrief",
    chapter=CHAPTER,
    question="How good is the deal that was reached, and for whom?",
    version=1,
    method=SCORED,
    reads=Reads(needs=(*DEAL, "deal.agreed"), optional=(*LINES, *MORE, "institution.rules", *RULE_FIELDS)),
    options=Options,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 20.0 * len(taken.table.parties) * len(taken.groups),
)
