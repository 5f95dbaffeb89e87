"""Answers of a person about what matters to them, as a file beside a scenario: read, checked, laid out as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Strict

from comity.scenario.cells import Cell, CellDetail, Id, Many, Number, PartialDate, Section, Text
from comity.scenario.errors import nearest
from comity.scenario.faults import Fault, Suggestions
from comity.scenario.schema import ScenarioFile
from comity.scenario.side_files import SideFile, read_side_file
from comity.scenario.yaml_tree import Loc

LARGEST_RATIO = 1e6
MOST_ITEMS = 30
_RATIO = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(?: ?/ ?([0-9]{1,9}(?:\.[0-9]{1,9})?))?")
Package = dict[Id, Id]
Range = Annotated[tuple[Number, ...], Strict(False), Field(min_length=2, max_length=2)]


def ratio_of(text: str) -> float | None:
    """Return a number or a fraction as a person types it, None where it is neither.

    Example:
        >>> ratio_of("1/4"), ratio_of("2.5"), ratio_of("much"), ratio_of("1/0")
        (0.25, 2.5, None, None)
    """
    match = _RATIO.fullmatch(text.strip())
    if match is None or float(match[2] or 1) == 0:
        return None
    return float(match[1]) / float(match[2] or 1)


def _ratio(value: Any) -> Any:
    found = ratio_of(value) if isinstance(value, str) else None
    return value if found is None else found


class Swing(Section):
    """Points for the step from the worst to the best on each issue."""

    points: dict[Id, Cell] = Field(min_length=2, description="Points by issue, at least 0; the largest is usually 100.")
    again: dict[Id, Cell] = Field(default_factory=dict, description="The same question asked another time.")


class PairAnswer(Section):
    """How many times as much one issue matters as another."""

    this: Id = Field(description="The issue that is compared.")
    that: Id = Field(description="The issue that it is compared with.")
    times: Annotated[
        Annotated[float, Field(ge=1 / LARGEST_RATIO, le=LARGEST_RATIO)],
        BeforeValidator(_ratio, json_schema_input_type=float | str),
    ] = Field(description="How many times as much the first matters, such as 3 or 1/3.")
    range: Range | None = Field(default=None, description="Least and most that it may be, [low, high].")


class TradeAnswer(Section):
    """Two packages that are compared, or a sure thing and a lottery."""

    this: Package | None = Field(default=None, description="A package: an option of each issue that it is about.")
    that: Package | None = Field(default=None, description="Another package of the same issues.")
    is_: Literal["same", "better", "worse"] | None = Field(
        default=None, alias="is", description="What the first is beside the second: same, better or worse."
    )
    within: Annotated[Number, Field(ge=0)] = Field(
        default=0.0, description="How far apart two packages that are the same may be, in the unit of the total."
    )
    sure: Package | None = Field(default=None, description="A package that is had for certain.")
    best: Package | None = Field(default=None, description="What a lottery gives with the chance.")
    worst: Package | None = Field(default=None, description="What it gives otherwise.")
    chance: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="The chance of the best at which the lottery is worth as much as the sure thing."
    )
    range: Range | None = Field(default=None, description="Least and most that the chance may be, [low, high].")


class Indifference(Section):
    """Answers about packages of a deal."""

    total: Annotated[Number, Field(gt=0)] = Field(
        default=100.0, description="What the best options together are worth; the worst are worth 0."
    )
    margin: Annotated[Number, Field(ge=0)] = Field(
        default=1.0, description="By how much a package is worth more that is better, in the unit of the total."
    )
    order: dict[Id, Annotated[tuple[Id, ...], Strict(False), Field(min_length=1)]] = Field(
        min_length=1, description="For each issue its options from the worst to the best."
    )
    answers: Many[TradeAnswer] = Field(default=(), description="The answers.")


class Answers(Section):
    """What one person answered."""

    comity_answers: Literal[1] = Field(description="Version of this kind of file: 1.")
    actor: Id = Field(description="Whose answers these are, by the id in the case.")
    date: PartialDate | None = Field(default=None, description="When they were given.")
    by: Text | None = Field(default=None, description="Who asked.")
    note: Text | None = Field(default=None, description="What a reader should know about them.")
    most_important: Annotated[Number, Field(gt=0, le=100)] | None = Field(
        default=None, description="Salience of the issue that matters most, on the case's scale; its top where missing."
    )
    swing: Swing | None = Field(default=None, description="Points for swings; gives issue weights.")
    pairwise: Many[PairAnswer] = Field(default=(), description="Comparisons of two issues; give issue weights.")
    indifference: Indifference | None = Field(default=None, description="Packages that are compared; give utilities.")

    @property
    def method(self) -> str:
        """What was asked, in words."""
        asked = ("swing weights", self.swing), ("pairwise comparisons", self.pairwise)
        return " and ".join([words for words, held in (*asked, ("indifference", self.indifference)) if held])


@dataclass(frozen=True)
class SwingTable:
    """Points as arrays, an entry an issue: the mean of the passes, and the least and most that was said."""

    issues: tuple[str, ...]
    points: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class PairTable:
    """Comparisons as square tables; only what stands above the diagonal is filled, the rest is NaN."""

    issues: tuple[str, ...]
    ratios: list[list[float]]
    low: list[list[float]]
    high: list[list[float]]


@dataclass(frozen=True)
class TradeTable:
    """Answers about packages as rows of a linear program, with the options that its columns are."""

    options: tuple[tuple[str, str], ...]
    sizes: tuple[int, ...]
    rows: list[list[float]]
    low: list[float]
    high: list[float]
    answer: list[int]


def answers_template() -> str:
    """Return a commented file of answers that works with the shipped case river-basin.

    Example:
        >>> read_answers(answers_template().encode()).content.actor
        'lowland'
    """
    return (resources.files("comity.scenario.templates") / "answers.yaml").read_text(encoding="utf-8")


def read_answers(source: Any, name: str | None = None) -> SideFile[Answers]:
    """Read a file of answers (a path, or its bytes); ScenarioError with every problem and its line.

    Example:
        >>> text = b"comity_answers: 1\\nactor: A\\nswing: {points: {quota: 100, date: 50}}"
        >>> swing_table(read_answers(text).content.swing).points
        (100.0, 50.0)
    """
    return read_side_file(source, Answers, name, _faults)


def check_against(file: SideFile[Answers], case: ScenarioFile) -> None:
    """Raise ScenarioError where the answers name an actor, issue or option that the case does not have."""
    error = file.refused(_strangers(file.content, case))
    if error is not None:
        raise error


def swing_table(swing: Swing) -> SwingTable:
    """Return points by issue, over both passes where there are two."""
    issues = tuple(swing.points)
    points, low, high = [], [], []
    for issue in issues:
        cells = [cells[issue] for cells in (swing.points, swing.again) if issue in cells]
        values = [cell.estimate or 0.0 for cell in cells]
        ends = [end for cell in cells for end in cell.interval or ()] + values
        points.append(sum(values) / len(values))
        low.append(min(ends))
        high.append(max(ends))
    return SwingTable(issues, tuple(points), tuple(low), tuple(high))


def pair_table(pairs: Many[PairAnswer]) -> PairTable:
    """Return comparisons as square tables of the issues, in the order in which they are first named."""
    issues = tuple(dict.fromkeys(name for pair in pairs for name in (pair.this, pair.that)))
    ratios, low, high = ([[float("nan")] * len(issues) for _ in issues] for _ in range(3))
    for pair in pairs:
        i, j = issues.index(pair.this), issues.index(pair.that)
        ends = pair.range or (float("nan"), float("nan"))
        times = pair.times
        if i > j:
            i, j, times, ends = j, i, 1 / times, (1 / ends[1], 1 / ends[0])
        ratios[i][j], low[i][j], high[i][j] = times, ends[0], ends[1]
    return PairTable(issues, ratios, low, high)


def trade_table(held: Indifference) -> TradeTable:
    """Return answers about packages as rows over the options, from worst to best within each issue."""
    options = tuple((issue, option) for issue, order in held.order.items() for option in order)
    at = {option: place for place, option in enumerate(options)}
    table = TradeTable(options, tuple(len(order) for order in held.order.values()), [], [], [], [])

    def add(number: int, parts: list[tuple[Package, float]], low: float, high: float) -> None:
        row = [0.0] * len(options)
        for package, factor in parts:
            for issue, option in package.items():
                row[at[issue, option]] += factor
        table.rows.append(row)
        table.low.append(low)
        table.high.append(high)
        table.answer.append(number)

    endless = float("inf")
    for number, each in enumerate(held.answers):
        if each.chance is not None:
            sure, best, worst = each.sure or {}, each.best or {}, each.worst or {}
            ends = each.range or (each.chance, each.chance)
            for chance, low, high in ((ends[0], 0.0, endless), (ends[1], -endless, 0.0)):
                add(number, [(sure, 1.0), (best, -chance), (worst, chance - 1.0)], low, high)
            if each.range is not None:
                add(number, [(best, 1.0), (worst, -1.0)], 0.0, endless)
            continue
        this, that = each.this or {}, each.that or {}
        if each.is_ == "same":
            add(number, [(this, 1.0), (that, -1.0)], -each.within, each.within)
        else:
            sign = 1.0 if each.is_ == "better" else -1.0
            add(number, [(this, sign), (that, -sign)], held.margin, endless)
    return table


def _faults(content: Answers) -> Iterator[Fault]:
    if not (content.swing or content.pairwise or content.indifference):
        yield Fault((), "the file holds no answers", "write swing, pairwise or indifference")
    if content.swing and content.pairwise:
        yield Fault(("pairwise",), "both swing and pairwise are given", "keep one; a second file can hold the other")
    if content.swing:
        yield from _swing_faults(content.swing)
    yield from _pair_faults(content.pairwise)
    if content.indifference:
        yield from _trade_faults(content.indifference)


def _swing_faults(swing: Swing) -> Iterator[Fault]:
    for section, cells in (("points", swing.points), ("again", swing.again)):
        for issue, cell in cells.items():
            loc: Loc = ("swing", section, issue)
            if section == "again" and issue not in swing.points:
                yield Fault(loc, f"'{issue}' has no points the first time", "write it in both", at_key=True)
            yield from _point_faults(loc, cell)
    if swing.points and not any((cell.estimate or 0) > 0 for cell in swing.points.values()):
        yield Fault(("swing", "points"), "all points are 0", "give at least one swing points above 0")
    if len(swing.points) > MOST_ITEMS:
        yield Fault(("swing", "points"), f"more than {MOST_ITEMS} issues", "nobody can weigh so many at once")


def _point_faults(loc: Loc, cell: CellDetail) -> Iterator[Fault]:
    value, ends = cell.estimate, cell.interval
    if value is None:
        yield Fault(loc, "the points are missing", "write a number, or leave the issue out")
    elif value < 0 or (ends is not None and ends[0] < 0):
        yield Fault(loc, "points are at least 0", "an issue that does not matter has 0")
    elif ends is not None and not ends[0] <= value <= ends[1]:
        yield Fault(loc, f"{value:g} is outside its own range", "write [low, high] around the value")


def _pair_faults(pairs: Many[PairAnswer]) -> Iterator[Fault]:
    seen: dict[frozenset[str], int] = {}
    for number, pair in enumerate(pairs):
        loc: Loc = ("pairwise", number)
        both = frozenset((pair.this, pair.that))
        if len(both) == 1:
            yield Fault(loc, f"'{pair.this}' is compared with itself", "compare two issues")
        elif both in seen:
            yield Fault(loc, f"'{pair.this}' and '{pair.that}' are compared twice", f"see item {seen[both] + 1}")
        seen.setdefault(both, number)
        if pair.range is not None and not 0 < pair.range[0] <= pair.times <= pair.range[1] <= LARGEST_RATIO:
            yield Fault((*loc, "range"), "the range does not hold the answer", "write [low, high] around it, above 0")
    if len({name for pair in pairs for name in (pair.this, pair.that)}) > MOST_ITEMS:
        yield Fault(("pairwise",), f"more than {MOST_ITEMS} issues", "nobody can compare so many")


def _trade_faults(held: Indifference) -> Iterator[Fault]:
    suggestions = Suggestions()
    here: Loc = ("indifference",)
    for issue, order in held.order.items():
        if len(set(order)) < len(order):
            yield Fault((*here, "order", issue), "an option stands twice", "list each option once, the worst first")
    if all(len(order) == 1 for order in held.order.values()):
        yield Fault((*here, "order"), "every issue has one option only", "list all options, from worst to best")
    for number, each in enumerate(held.answers):
        loc: Loc = (*here, "answers", number)
        packages = {name: getattr(each, name) for name in ("this", "that", "sure", "best", "worst")}
        given = {name for name, package in packages.items() if package is not None}
        trade = given == {"this", "that"} and each.is_ is not None and each.chance is None and each.range is None
        lottery = given == {"sure", "best", "worst"} and each.chance is not None and each.is_ is None
        if not (trade or lottery):
            remedy = "write this, that and is; or sure, best, worst and chance"
            yield Fault(loc, "this is neither a comparison of two packages nor a lottery", remedy)
            continue
        issues = [set(package) for package in packages.values() if package is not None]
        if not issues[0] or any(other != issues[0] for other in issues):
            yield Fault(
                loc, "the packages are not about the same issues", "name one option of each issue in all of them"
            )
        for name in given:
            for issue, option in (packages[name] or {}).items():
                if issue not in held.order:
                    hint = suggestions.among(issue, tuple(held.order))
                    yield Fault((*loc, name, issue), f"'{issue}' has no order", hint, at_key=True)
                elif option not in held.order[issue]:
                    hint = suggestions.among(option, held.order[issue])
                    yield Fault((*loc, name, issue), f"'{option}' is not in the order of '{issue}'", hint)
        if each.range is not None and not 0 <= each.range[0] <= (each.chance or 0.0) <= each.range[1] <= 1:
            yield Fault((*loc, "range"), "the range does not hold the chance", "write [low, high] around it, in 0 to 1")


def _strangers(content: Answers, case: ScenarioFile) -> Iterator[Fault]:
    """Names that the case does not have."""
    suggestions = Suggestions()
    actors = [actor.id for actor in case.actors]
    if content.actor not in actors:
        yield Fault(("actor",), f"the case has no actor '{content.actor}'", suggestions.among(content.actor, actors))
    issues = [issue.id for issue in case.issues]
    named: dict[Loc, str] = {}
    if content.swing:
        named |= {("swing", "points", issue): issue for issue in content.swing.points}
    for number, pair in enumerate(content.pairwise):
        named |= {("pairwise", number, "this"): pair.this, ("pairwise", number, "that"): pair.that}
    for loc, issue in named.items():
        if issue not in issues:
            hint = suggestions.among(issue, issues, "issues")
            yield Fault(loc, f"the case has no issue '{issue}'", hint, at_key=loc[0] == "swing")
    if content.most_important is not None and content.most_important > (case.salience_scale or 100):
        yield Fault(("most_important",), f"the case's saliences run from 0 to {case.salience_scale}", "correct it")
    if content.indifference:
        yield from _strange_options(content.indifference.order, case, suggestions)


def _strange_options(
    order: Mapping[str, tuple[str, ...]], case: ScenarioFile, suggestions: Suggestions
) -> Iterator[Fault]:
    here: Loc = ("indifference", "order")
    if case.deal is None:
        yield Fault(here, "the case has no section `deal`", "utilities belong to the options of a deal; write it first")
        return
    options = {issue.id: [option.id for option in issue.options] for issue in case.deal.issues}
    for issue, given in order.items():
        if issue not in options:
            hint = suggestions.among(issue, tuple(options), "deal.issues")
            yield Fault((*here, issue), f"the deal has no issue '{issue}'", hint, at_key=True)
            continue
        for number, option in enumerate(given):
            if option not in options[issue]:
                near = nearest(option, options[issue])
                hint = f"did you mean '{near}'?" if near else "it has " + ", ".join(options[issue])
                yield Fault((*here, issue, number), f"'{issue}' has no option '{option}'", hint)
        lacking = [option for option in options[issue] if option not in given]
        if lacking:
            yield Fault((*here, issue), f"the option '{lacking[0]}' is missing", "order all options of the issue")
    for issue in options:
        if issue not in order:
            yield Fault(here, f"the issue '{issue}' is missing", "order the options of every issue of the deal")
