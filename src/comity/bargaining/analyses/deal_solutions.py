"""What does each fairness rule pick, what does each party gain there, and who gives way on what?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from pydantic import Field

from comity.bargaining.analyses.deal_table import CHAPTER, DEAL, LINES, MORE, DealTable, deal_of, too_many, work
from comity.bargaining.deals import (
    Distance,
    JointGains,
    Solution,
    TooManyPoints,
    Zone,
    distance_to_frontier,
    egalitarian,
    gains_over,
    kalai_smorodinsky,
    nash,
    picks_in_draws,
    raiffa,
    utilitarian,
)
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
    Rows,
    Table,
    View,
)
from comity.findings.contract import FloatArray, Value
from comity.findings.wording import listing, percent, two

RULES = Citation(
    "Nash 1950; Kalai & Smorodinsky 1975; Raiffa 1953",
    "Nash (1950): the largest product of gains; Kalai & Smorodinsky (1975), continued as by Imai (1983): the largest "
    "smallest share of what each could gain at most; Raiffa (1953): balanced steps; egalitarian (Kalai 1977) and "
    "utilitarian (Harsanyi 1955) only where utilities are declared comparable. All exact on the packages; all from "
    "memory, not opened. Gains are counted from a red line where one is stated, else from what a party has without a "
    "deal.",
)
STANDARD = ("nash", "kalai-smorodinsky", "raiffa", "egalitarian", "utilitarian")
COMPARING = ("egalitarian", "utilitarian")
WORDS: Mapping[str, str] = {
    "nash": "Nash (largest product of gains)",
    "nash-weighted": "Nash with the stated bargaining weights",
    "kalai-smorodinsky": "Kalai–Smorodinsky (equal shares of what each could gain)",
    "raiffa": "Raiffa (balanced steps)",
    "egalitarian": "egalitarian (largest smallest gain)",
    "utilitarian": "utilitarian (largest sum)",
}
REFUSED = "refused: utilities are not declared comparable"
_NAMED = 0.05
_ALIKE = 1e-9


class SolutionOptions(Options):
    """Which fairness rules."""

    solutions: str | None = Field(
        default=None,
        description=f"Fairness rules, separated by commas: {', '.join(STANDARD)}; none named: all that apply.",
    )


@dataclass(frozen=True)
class Taken:
    """The deal space and bargaining weights, ``(n_parties,)`` as written or None."""

    table: DealTable
    weights: FloatArray | None


@dataclass(frozen=True)
class Picked:
    """What the rules pick in the case as written."""

    table: DealTable
    zone: Zone
    solutions: tuple[Solution, ...]
    refused: tuple[str, ...]
    base: FloatArray
    gains: JointGains | None
    distance: Distance | None
    steady: Mapping[str, float]


def _take(view: View, rows: Rows) -> Taken:
    table = deal_of(view, rows)
    weights = None
    if view.has("deal.weight"):
        held = dict(zip(view.ids("deal.parties"), view.numbers("deal.weight", rows)[0], strict=True))
        weights = np.nan_to_num(np.array([held[each] for each in table.ids]), nan=1.0)
    return Taken(table, weights)


def _asked(options: SolutionOptions) -> tuple[str, ...]:
    if options.solutions is None:
        return STANDARD
    names = tuple(dict.fromkeys(name.strip() for name in options.solutions.split(",") if name.strip()))
    unknown = [name for name in names if name not in STANDARD]
    if unknown or not names:
        raise OptionError(f"no fairness rule is called {(unknown or [''])[0]!r}; there are {', '.join(STANDARD)}")
    return names


def picked_by(rule: str, zone: Zone, comparable: bool) -> Solution:
    """What a fairness rule picks, by the rule's name."""
    if rule == "egalitarian":
        return egalitarian(zone, comparable=comparable)
    if rule == "utilitarian":
        return utilitarian(zone, comparable=comparable)
    return {"nash": nash, "kalai-smorodinsky": kalai_smorodinsky, "raiffa": raiffa}[rule](zone)


def _run(taken: Taken, options: SolutionOptions) -> Answer[Picked]:
    table, asked = taken.table, _asked(options)
    refused = tuple(rule for rule in asked if rule in COMPARING and not table.comparable)
    if len(refused) == len(asked):
        raise CannotAnswerError(f"needs utilities that are declared comparable (deal.comparable) for {listing(asked)}")
    try:
        frontier, zone = table.written.frontier, table.written.zone
    except TooManyPoints as error:
        raise CannotAnswerError(f"has a deal space that is too large: {error}") from None
    if zone.empty:
        raise CannotAnswerError("needs a zone of agreement, and no package is acceptable to all; see open-zone")
    solutions = [picked_by(rule, zone, table.comparable) for rule in asked if rule not in refused]
    if taken.weights is not None and "nash" in asked:
        weighted = nash(zone, taken.weights)
        solutions.insert(1, Solution(**{**vars(weighted), "rule": "nash-weighted"}))
    text = table.space.of([table.proposed])[0] if table.proposed is not None else None
    picks: dict[str, Any] = {}
    outcome = None
    if table.packages is not None:
        solved = picks_in_draws(table.draws(), comparable=table.comparable)
        picked = solved.get(solutions[0].rule, solved["nash"])
        words = {int(at): _compared(table, int(at), int(picked[0])) for at in np.unique(picked)}
        labels = tuple(dict.fromkeys(words.values()))
        verdict = np.array([labels.index(words[at]) for at in picked.tolist()], dtype=np.int64)
        picks = {rule: float((at[1:] == at[0]).mean()) for rule, at in solved.items() if len(at) > 20}
        exists = (picked >= 0).astype(np.float64)
        outcome = Outcome(verdict, labels, {"a deal exists": exists})
    base = np.where(np.isfinite(table.without[0]), table.without[0], table.floor[0])
    detail = Picked(
        table,
        zone,
        tuple(solutions),
        refused,
        base,
        gains_over(frontier, text) if text is not None else None,
        distance_to_frontier(frontier, text) if text is not None else None,
        picks,
    )
    return Answer(detail, outcome, "redraws" if outcome is not None else "none stated")


def _compared(table: DealTable, picked: int, today: int) -> str:
    """A package picked in a row, in words: today's in full, another by the issues on which it differs."""
    assert table.packages is not None
    if picked < 0:
        return "nothing, since no deal is acceptable to all"
    if picked == today or today < 0:
        return table.name(table.packages[picked])
    differs = np.flatnonzero(table.packages[picked] != table.packages[today])
    return f"another option on {listing([table.issues[issue] for issue in differs])}"


def _say(answer: Answer[Picked]) -> tuple[Claim, ...]:
    found = answer.detail
    table, first = found.table, found.solutions[0]
    alike = [each for each in found.solutions if np.array_equal(each.packages[0], first.packages[0])]
    others = [each for each in found.solutions if each not in alike]
    sentence = f"Under {listing([rule_of(each) for each in alike])} the deal is: {table.name(first.packages[0])}."
    parts = [f"Under {rule_of(each)}: {table.name(each.packages[0])}." for each in others]
    tied = [each for each in found.solutions if len(each.points) > 1 or each.n_packages[0] > 1]
    parts += [f"Under {rule_of(each)} other packages tie with it." for each in tied]
    parts.append("Each is an outcome under that rule's idea of fairness, not a forecast.")
    if found.refused:
        parts.append(f"Refused, since the case does not declare utilities comparable: {listing(found.refused)}.")
    shares = [
        f"{_short_name(rule)} {percent(share)}" for rule, share in found.steady.items() if _was_asked(found, rule)
    ]
    if shares:
        parts.append(f"Share of redraws in which the rule picks the same package: {listing(shares)}.")
    lines = [PageLine("what each rule gives", _line(found, each), 10 + at) for at, each in enumerate(found.solutions)]
    lines.append(PageLine("who gives way", _gives_way(found, first), 10))
    if text := _left_on_the_table(found):
        lines.append(PageLine("where it stands", text, 30))
    return (
        Claim(
            key="deal-solutions",
            sentence=sentence,
            reading=" ".join(parts),
            table=_table(found),
            chart=partial(_chart, found),
            chart_summary=sentence,
            lines=tuple(lines),
            caveats=(*table.caveats, *(() if table.packages is not None else (too_many(table),))),
            lead=60,
            names_subject=True,
        ),
        _gains_claim(found),
    )


def _gains_claim(found: Picked) -> Claim:
    """What each party gains over what it has without a deal, and its share of what it could gain at most."""
    table = found.table
    assert found.zone.ideals is not None
    most = found.zone.ideals - found.base
    first = found.solutions[0]
    share = (first.utilities[0] - found.base) / np.where(most > 0, most, 1.0)
    order = np.argsort(share)
    low, high = int(order[0]), int(order[-1])
    sentence = (
        f"Under {rule_of(first)} each party gets {percent(_unit(share[high]))} of the most that it could gain over no "
        "deal."
        if share[high] - share[low] < _ALIKE
        else f"Under {rule_of(first)} {table.parties[high]} gets {percent(_unit(share[high]))} of the most that it "
        f"could gain over no deal, and {table.parties[low]} {percent(_unit(share[low]))}."
    )
    rows: list[tuple[Value, ...]] = []
    for at, party in enumerate(table.parties):
        gains = [float(each.utilities[0, at] - found.base[at]) for each in found.solutions]
        rows.append((party, float(found.base[at]), *gains, float(most[at])))
    columns = ("party", "without a deal", *(each.rule for each in found.solutions), "most it could gain")
    return Claim(
        key="deal-gains",
        sentence=sentence,
        reading="Gains are on each party's own scale: they compare rules for one party, not parties with each other.",
        table=Table("What each party gains over no deal, by fairness rule (own scales)", columns, tuple(rows)),
        chart=partial(_gains_chart, found),
        chart_summary=sentence,
        caveats=table.caveats,
        names_subject=True,
    )


def _unit(share: float) -> float:
    return min(1.0, max(0.0, float(share)))


def _was_asked(found: Picked, rule: str) -> bool:
    return any(each.rule == rule for each in found.solutions)


def _short_name(rule: str) -> str:
    return WORDS[rule].partition(" (")[0]


def rule_of(solution: Solution) -> str:
    """The rule in a few words, such as ``Nash's rule``."""
    return f"{_short_name(solution.rule)}'s rule" if solution.rule in ("nash", "raiffa") else _plain_rule(solution.rule)


def _plain_rule(rule: str) -> str:
    return {
        "nash-weighted": "Nash's rule with weights",
        "kalai-smorodinsky": "the Kalai–Smorodinsky rule",
        "egalitarian": "the egalitarian rule",
        "utilitarian": "the utilitarian rule",
    }[rule]


def _line(found: Picked, solution: Solution) -> str:
    table = found.table
    assert found.zone.ideals is not None
    most = found.zone.ideals - found.base
    share = (solution.utilities[0] - found.base) / np.where(most > 0, most, 1.0)
    each = [f"{table.parties[at]} {percent(_unit(share[at]))}" for at in np.argsort(-share, kind="stable")]
    return f"{WORDS[solution.rule]}: {table.name(solution.packages[0])}. Of the most it could gain: {', '.join(each)}."


def _gives_way(found: Picked, solution: Solution) -> str:
    """On each issue, who loses most against its own best option, as a share of its whole span."""
    table = found.table
    parts = []
    for issue, name in enumerate(table.issues):
        low, high = table.starts[issue], table.starts[issue + 1]
        worth = table.worth[0, :, low:high]
        lost = (worth.max(axis=1) - worth[:, int(solution.packages[0, issue])]) / table.span
        order = [at for at in np.argsort(-lost, kind="stable") if lost[at] >= _NAMED][:2]
        who = [f"{table.parties[at]} ({percent(float(lost[at]))})" for at in order]
        parts.append(f"on {name} {listing(who) if who else 'nobody much'}")
    return (
        f"Under {rule_of(solution)}, against its own best option, in per cent of its span from worst to best package: "
        f"{'; '.join(parts)}."
    )


def _left_on_the_table(found: Picked) -> str:
    if found.gains is None or found.distance is None:
        return ""
    table = found.table
    if found.gains.efficient:
        return "The text on the table is on the frontier: nobody can gain on it without another's loss."
    gainers = [f"{table.parties[at]} {two(float(gain))}" for at, gain in enumerate(found.gains.equal_gains) if gain > 0]
    return (
        f"The text on the table leaves joint gains: another package costs nobody anything and gives {listing(gainers)} "
        "more (each on its own scale)."
    )


def _table(found: Picked) -> Table:
    table = found.table
    columns = ("rule", *table.issues, *(f"{party}: gain" for party in table.parties), "ties", "note")
    rows: list[tuple[Value, ...]] = []
    for each in found.solutions:
        for at, package in enumerate(each.packages):
            gains = [float(gain) for gain in each.utilities[at] - found.base]
            note = "" if len(each.gaining[at]) == len(table.parties) else f"only {table.who(each.gaining[at])} gain"
            names = (table.options[issue][int(option)] for issue, option in enumerate(package))
            rows.append((each.rule, *names, *gains, int(each.n_packages[at]), note or None))
    empty = (None,) * (len(columns) - 2)
    rows += [(rule, *empty, REFUSED) for rule in found.refused]
    return Table("The deal under each fairness rule, and each party's gain over no deal", columns, tuple(rows))


def _distinct(found: Picked) -> list[tuple[str, FloatArray]]:
    """What each party has under the rules; rules that pick the same are named together."""
    marks: list[tuple[str, FloatArray]] = []
    for each in found.solutions:
        same = next((at for at, (_, place) in enumerate(marks) if np.array_equal(place, each.utilities[0])), None)
        if same is None:
            marks.append((_short_name(each.rule), each.utilities[0]))
        else:
            marks[same] = (f"{marks[same][0]}, {_short_name(each.rule)}", marks[same][1])
    return marks


def _chart(found: Picked) -> dict[str, Any]:
    from comity.findings.deal_chart import deals_on_own_scales, frontier_of_two

    table = found.table
    marks = _distinct(found)
    if table.proposed is not None:
        marks.append(("text on the table", table.space.of([table.proposed])[0]))
    if len(table.parties) == 2:
        return frontier_of_two(table.parties, found.zone.frontier.utilities, table.floor[0], marks)
    ends = (table.space.worst(), table.space.best())
    return deals_on_own_scales(table.parties, found.zone.frontier.utilities[:30], table.floor[0], ends, marks)


def _gains_chart(found: Picked) -> dict[str, Any]:
    from comity.findings.charts import bars

    assert found.zone.ideals is not None
    most = found.zone.ideals - found.base
    width = np.where(most > 0, most, 1.0)
    shown = {name: (utilities - found.base) / width for name, utilities in _distinct(found)[:4]}
    return bars(found.table.parties, shown, "share of the most that it could gain")


DEAL_SOLUTIONS = Analysis(
    name="deal-solutions",
    chapter=CHAPTER,
    question="What deal does each fairness rule pick?",
    version=1,
    method=RULES,
    reads=Reads(needs=(*DEAL, *LINES), optional=(*MORE, "deal.weight")),
    options=SolutionOptions,
    take=_take,
    run=_run,
    say=_say,
    work=lambda taken: 4 * work(taken.table),
)
