"""A table of positions, as a spreadsheet writes it, laid over a scenario: who wants what, and the text on the table.

One row an actor and issue, with the columns ``actor,issue,position`` and, where known, ``salience``, or a column an
issue; rows whose actor is ``proposal`` and ``reference`` give the text on the table and what applies if nothing is
agreed. Nothing is guessed that could change an answer, and every bad row is reported, all at once.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Literal

from comity.scenario.case import Scenario
from comity.scenario.cells import ID_PATTERN, LARGEST, CellDetail
from comity.scenario.errors import Problem, ScenarioError, shown
from comity.scenario.fields import members
from comity.scenario.positions_layout import LaidOut, lay_out
from comity.scenario.schema import Actor, Issue, Position, Scale, ScenarioFile, Source
from comity.scenario.table_cells import Row, folded

# What a row is about that no actor has: the text on the table, and what applies if nothing is agreed.
SPECIAL = {
    "proposal": "proposal",
    "reference": "reference_point",
    "reference point": "reference_point",
    "status quo": "reference_point",
}
_DEFAULT = (0.0, 100.0)
_SOURCE = "positions-table"


@dataclass(frozen=True)
class PositionsTable:
    """What a table of positions says, in the scenario's own types.

    Attributes:
        name: the file's name.
        issues: its issues, each with the text and what applies without it where the table has them.
        positions: its rows; no cell of a row that is empty.
        salience_scale: 1 or 100, None where the table has no salience.
        notes: what a reader should know of how it was read, one sentence each.
        sources: what its column ``source`` names that the scenario does not have, as sources of their own.
    """

    name: str
    issues: tuple[Issue, ...]
    positions: tuple[Position, ...]
    salience_scale: Literal[1, 100] | None
    notes: tuple[str, ...]
    sources: tuple[Source, ...] = ()


@dataclass
class _Issue:
    """What the rows say of one issue."""

    written: str
    ends: tuple[float, float] | None = None
    numbers: list[tuple[Row, float]] = field(default_factory=list)
    special: dict[str, tuple[Row, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Settled:
    """What a person says of a table that it does not say itself.

    Attributes:
        scales: the ends of an issue's scale, by its id.
        salience_scale: 1 or 100; None where the saliences have to tell.
        new: the table makes a case of its own: a scale that nobody states runs from the smallest number to the largest
            where 0 to 100 does not hold them, and saliences that may be on several scales are refused.
    """

    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    salience_scale: Literal[1, 100] | None = None
    new: bool = False


def read_positions_table(content: bytes, file: ScenarioFile, name: str) -> PositionsTable:
    """Read a table of positions of a scenario's actors.

    Args:
        content: the bytes of a CSV in UTF-8, of an .xlsx, .xls or .ods file, at most 5 MB. Actors are named by id, ISO
            code or name, in any case of letters. An empty cell is missing. An issue's scale is the scenario's own where
            it has the issue, or the columns ``low`` and ``high``, or 0 to 100.
        file: the scenario whose actors the table names.
        name: the file's name, for errors and to say of a number without a source where it is from.

    Returns:
        The table.

    Raises:
        ScenarioError: no such columns, or rows that cannot be used; all of them at once, each with its line.

    Example:
        >>> from comity.scenario import load
        >>> text = b"actor,issue,position\\nGermany,date,4\\nfra,date,10\\nproposal,date,6\\n"
        >>> table = read_positions_table(text, load("car-emissions").file, "mine.csv")
        >>> [(row.actor, row.position.value) for row in table.positions], table.issues[0].proposal.value
        ([('DEU', 4.0), ('FRA', 10.0)], 6.0)
    """
    return positions_of(lay_out(content, name), file, Settled())


def positions_of(laid: LaidOut, file: ScenarioFile, settled: Settled) -> PositionsTable:
    """Read the rows of a table as positions of a scenario's actors; raises ScenarioError like read_positions_table."""
    return _Reading(file, laid, settled).table()


class _Reading:
    """One reading of a table: collects what is wrong, and raises it together."""

    def __init__(self, file: ScenarioFile, laid: LaidOut, settled: Settled) -> None:
        self.file, self.name, self.laid, self.settled = file, laid.name, laid, settled
        self.problems: list[Problem] = list(laid.problems)
        self.notes: list[str] = list(laid.notes)
        self.issues: dict[str, _Issue] = {}
        self.sources: dict[str, Source] = {}
        self.percent: dict[tuple[str, str], dict[bool, Row]] = {}
        self.known = {issue.id.casefold(): issue for issue in file.issues}
        self.actors = _actor_names(file)

    def table(self) -> PositionsTable:
        held: dict[tuple[str, str], tuple[Row, float | None, float | None]] = {}
        for row in self.laid.rows:
            self._row(row, held)
        self._percentages()
        issues = tuple(self._issue(key, each) for key, each in self.issues.items())
        if not held and not self.problems:
            remedy = "write a number for each actor and issue: actor,issue,position"
            self._fault(1, 1, "", "the table has no position of an actor", remedy)
        scale = self._salience_scale(held)
        if self.problems:
            raise ScenarioError(self.name, self.problems)
        by_id = {issue.casefold(): found for issue, found in zip(self.issues, issues, strict=True)}
        positions = tuple(
            Position(
                actor=actor,
                issue=by_id[issue].id,
                position=None if position is None else self._cell(row, "position", position),
                salience=None if salience is None else self._cell(row, "salience", salience),
            )
            for (actor, issue), (row, position, salience) in held.items()
        )
        if "capability" in self.laid.has and not self.settled.new:
            self.notes.append("The column capability is not used: votes decide what passes.")
        sources = tuple(self.sources.values())
        return PositionsTable(self.name, issues, positions, scale, tuple(self.notes), sources)

    def _cell(self, row: Row, name: str, value: float) -> CellDetail:
        """A number with the source that its row names; without one it is the word of whoever wrote the table."""
        where = f"{self.name}, {row.cells[name].where}"
        return CellDetail(value=value, source=self._source(row.text("source")), note=where)

    def _source(self, written: str) -> str | None:
        """The id of a source, by its id or its title in the scenario, or as a source of the table's own."""
        if not written:
            return None
        for each in self.file.sources:
            if written in (each.id, each.title):
                return each.id
        if written not in self.sources:
            taken = {each.id for each in (*self.file.sources, *self.sources.values())}
            name = next(f"{_SOURCE}-{at}" for at in itertools.count(1) if f"{_SOURCE}-{at}" not in taken)
            self.sources[written] = Source(id=name, title=written)
        return self.sources[written].id

    def _fault(self, line: int, column: int, path: str, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(line, column, path, message, remedy))

    def _row(self, row: Row, held: dict[tuple[str, str], tuple[Row, float | None, float | None]]) -> None:
        issue = self._issue_of(row)
        special = SPECIAL.get(folded(row.text("actor")))
        actor = None if special else self._actor_of(row)
        position = self._number(row, "position")
        salience = self._number(row, "salience") if special is None else None
        if issue is None:
            return
        about = self.issues[issue]
        self._ends(row, about)
        if position is not None:
            about.numbers.append((row, position))
        if special is not None:
            first = about.special.get(special)
            if position is None:
                if not row.text("position") and not self.laid.wide:
                    self._at(row, "position", f"the row of the {row.text('actor')} is empty", "write its place")
            elif first is not None:
                self._at(row, "actor", f"given twice for '{issue}'", f"line {first[0].line} has it already; keep one")
            else:
                about.special[special] = (row, position)
        elif actor is not None:
            first_row = held.get((actor.id, issue))
            if first_row is not None:
                remedy = f"line {first_row[0].line} has it already; keep one of the two"
                self._at(row, "actor", f"the position of '{actor.id}' on '{issue}' is given twice", remedy)
            elif position is not None or salience is not None:
                held[actor.id, issue] = (row, position, salience)

    def _at(self, row: Row, name: str, message: str, remedy: str) -> None:
        self.problems.append(row.problem(name, message, remedy))

    def _issue_of(self, row: Row) -> str | None:
        written = row.text("issue")
        if self._broken(row, "issue"):
            return None
        if not written:
            self._at(row, "issue", "the issue is missing", "name the issue in each row")
            return None
        key = written.casefold()
        if key not in self.issues:
            if key not in self.known and not re.fullmatch(ID_PATTERN, written):
                remedy = "write a letter, then letters, digits, - or _, at most 40"
                self._at(row, "issue", f"{shown(written)} is no short name of an issue", remedy)
                return None
            self.issues[key] = _Issue(written)
        return key

    def _actor_of(self, row: Row) -> Actor | None:
        written = row.text("actor")
        if self._broken(row, "actor"):
            return None
        if not written:
            self._at(row, "actor", "the actor is missing", "name the actor, or write proposal or reference")
            return None
        found = self.actors.get(written.casefold(), [])
        if len(found) == 1:
            return found[0]
        if found:
            who = ", ".join(actor.id for actor in found)
            self._at(row, "actor", f"{shown(written)} may be any of {who}", "write the id")
            return None
        near = get_close_matches(written.casefold(), [*self.actors, *SPECIAL], n=1, cutoff=0.6)
        ids = [actor.id for actor in self.file.actors]
        known = ", ".join(ids) if len(ids) <= 40 else f"{len(ids)} actors, see comity check"
        remedy = f"did you mean {self._spelt(near[0])}?" if near else f"the case has {known}"
        self._at(row, "actor", f"no actor of the case is called {shown(written)}", remedy)
        return None

    def _broken(self, row: Row, name: str) -> bool:
        fault = row.cells[name].fault
        if fault:
            self._at(row, name, f"{shown(row.text(name))} is {fault}, not a name", "write a name")
        return bool(fault)

    def _spelt(self, near: str) -> str:
        return near if near in SPECIAL else f"{self.actors[near][0].name} ({self.actors[near][0].id})"

    def _number(self, row: Row, name: str) -> float | None:
        cell = row.cells.get(name)
        if cell is None or not (cell.text or cell.fault):
            return None
        plain, message, remedy = self.laid.style.plain(cell)
        if plain is None:
            self._at(row, name, f"{shown(cell.text)} {message}", remedy)
            return None
        value = float(plain.removesuffix("%"))
        if name in ("position", "salience"):
            issue = folded(row.text("issue")) if name == "position" else ""
            self.percent.setdefault((name, issue), {}).setdefault(plain.endswith("%"), row)
        if abs(value) > LARGEST:
            message = f"{shown(cell.text)} is too large"
            self._at(row, name, message, f"numbers run from {-LARGEST:g} to {LARGEST:g}")
            return None
        if name == "salience" and not 0 <= value <= 100:
            self._at(row, name, f"{value:g} is outside 0 to 100", "saliences run from 0 to 100, or from 0 to 1")
            return None
        return value

    def _percentages(self) -> None:
        """35% is read as 35, and never stands beside a 0.35 or 35 that may be another unit."""
        for (name, _), found in self.percent.items():
            if len(found) == 2:
                message = f"{shown(found[True].text(name))} stands beside {shown(found[False].text(name))}"
                self._at(found[True], name, message, "write all of these with %, or none")
        cell = next((found[True].cells[name] for (name, _), found in self.percent.items() if True in found), None)
        if cell is not None:
            number = self.laid.style.plain(cell)[0] or ""
            self.notes.append(f"Percentages are read as they are written: {cell.text} is {number.removesuffix('%')}.")

    def _ends(self, row: Row, about: _Issue) -> None:
        """The scale that a row states; all rows of an issue state the same, or nothing."""
        low, high = self._number(row, "low"), self._number(row, "high")
        if low is None and high is None:
            return
        if low is None or high is None:
            name = "low" if low is None else "high"
            if not row.text(name):
                self._at(row, name, "a scale has two ends", "give both low and high, or neither")
        elif not low < high:
            self._at(row, "low", f"the low end {low:g} is not below the high end {high:g}", "exchange the ends")
        elif about.ends is not None and about.ends != (low, high):
            first = f"{about.ends[0]:g} to {about.ends[1]:g}"
            self._at(row, "low", f"another row has the scale {first}", "give an issue one scale")
        else:
            about.ends = (low, high)

    def _issue(self, key: str, about: _Issue) -> Issue:
        """An issue of the scenario with the table's numbers, or a new one; its numbers have to lie on its scale."""
        before = self.known.get(key)
        scale = self._scale(about, before)
        for row, value in about.numbers:
            if not scale.low <= value <= scale.high:
                message = f"{value:g} is outside the scale of '{about.written}', {scale.low:g} to {scale.high:g}"
                self._at(row, "position", message, "correct it, or give the scale in the columns low and high")
        placed = {name: self._cell(row, "position", value) for name, (row, value) in about.special.items()}
        if before is not None:
            kept = {} if before.scale == scale else {"reference_point": None, "proposal": None, "outcome": None}
            return with_cells(before, placed).model_copy(update={**kept, "scale": scale, **placed})
        new = Issue(id=about.written, question=about.written, scale=scale)
        return new.model_copy(update=dict(placed))

    def _scale(self, about: _Issue, before: Issue | None) -> Scale:
        ends = self.settled.scales.get(about.written, about.ends)
        if before is not None and ends in (None, (before.scale.low, before.scale.high)):
            return before.scale
        low, high = ends or self._assumed(about)
        percent = set(self.percent.get(("position", folded(about.written)), ())) == {True}
        return Scale(
            low=low, high=high, low_means=f"{low:g}", high_means=f"{high:g}", unit="percent" if percent else None
        )

    def _assumed(self, about: _Issue) -> tuple[float, float]:
        """The scale of an issue of which nobody says where it ends."""
        low, high = _DEFAULT
        remedy = "give the scale in the columns low and high"
        values = [value for _, value in about.numbers]
        outside = [value for value in values if not low <= value <= high]
        if values and max(values) > 0 and min(values) >= 0 and max(values) <= 1:
            message = f"every number on '{about.written}' is between 0 and 1, and its scale would run from 0 to 100"
            if self.settled.new:
                remedy += f", or with --scale {about.written}=0:1 (a workbook keeps 35% as 0.35)"
            self._at(about.numbers[0][0], "position", message, remedy)
        elif outside and (self.settled.new or len(outside) == len(values)):
            low, high = min(values), max(values)
            if low < high:
                self.notes.append(
                    f"The scale of {about.written} is taken to run from its smallest number to its largest, {low:g} to "
                    f"{high:g}: give low and high if it does not."
                )
            else:
                if self.settled.new:
                    remedy += f", or with --scale {about.written}=LOW:HIGH"
                message = f"the scale of '{about.written}' is not known"
                self._at(about.numbers[0][0], "position", message, remedy)
                high = low + 1
        return low, high

    def _salience_scale(self, held: Mapping[Any, tuple[Row, float | None, float | None]]) -> Literal[1, 100] | None:
        rows = [(row, salience) for row, _, salience in held.values() if salience is not None]
        if not rows:
            return None
        largest = max(salience for _, salience in rows)
        stated = self.settled.salience_scale
        if stated is None and set(self.percent.get(("salience", ""), ())) == {True}:
            stated = 100
        if stated is not None:
            if largest > stated:
                row = next(row for row, salience in rows if salience == largest)
                self._at(row, "salience", f"{largest:g} is outside 0 to {stated}", "write --salience-scale 100")
            return stated
        if self.settled.new and self._unclear(rows, largest):
            return None
        if largest <= 1:
            return 1
        for row, salience in rows:
            if 0 < salience < 1:
                message = f"{salience:g} stands beside saliences of up to {largest:g}"
                self._at(row, "salience", message, "write all of them from 0 to 1, or all from 0 to 100")
        return 100

    def _unclear(self, rows: list[tuple[Row, float]], largest: float) -> bool:
        """Whether the saliences may be on several scales; 0 to 10 is the commonest that is neither of ours."""
        fraction = any(0 < salience < 1 for _, salience in rows)
        if fraction or largest > 10:
            return False
        row = next(row for row, salience in rows if salience == largest)
        remedy = "write --salience-scale 100 if they run from 0 to 100"
        if largest <= 1:
            remedy = "write --salience-scale 1 or --salience-scale 100"
        else:
            remedy += f"; multiply them if they run from 0 to {10 if largest > 5 else largest:g}"
        self._at(row, "salience", f"no salience is above {largest:g}, and nothing says where their scale ends", remedy)
        return True


def with_cells(issue: Issue, cells: Mapping[str, CellDetail]) -> Issue:
    """Return the issue with numbers of somebody else's; its own source stays with the numbers that stay.

    Example:
        >>> from comity.scenario import load
        >>> issue = load("river-basin").file.issues[0]
        >>> changed = with_cells(issue, {"proposal": CellDetail(value=70)})
        >>> issue.source, changed.source, changed.reference_point.source
        ('invented', None, 'invented')
    """
    if not cells:
        return issue
    own = {name: getattr(issue, name) for name in ("reference_point", "proposal", "outcome")}
    stay = {
        name: cell.model_copy(update={"source": cell.source or issue.source})
        for name, cell in own.items()
        if cell is not None
    }
    return issue.model_copy(update={**stay, "source": None, **cells})


def _actor_names(file: ScenarioFile) -> dict[str, list[Actor]]:
    """Actors by everything that a table may call them; an id is never ambiguous."""
    found: dict[str, list[Actor]] = {}
    for actor in file.actors:
        for name in {each.casefold() for each in (actor.iso3, actor.name) if each}:
            found.setdefault(name, []).append(actor)
    ids: dict[str, list[Actor]] = {}
    for actor in file.actors:
        ids.setdefault(actor.id.casefold(), []).append(actor)
    return {**found, **ids}


def laid_over(case: Scenario, table: PositionsTable) -> tuple[Scenario, tuple[str, ...]]:
    """Return the case with the table's issues, positions and saliences in place of its own, and what to say of it.

    Example:
        >>> from comity.scenario import load
        >>> case = load("eu-council")
        >>> table = read_positions_table(b"actor,issue,position\\nFrance,quota,40\\n", case.file, "mine.csv")
        >>> laid_over(case, table)[0].subjects("issues")
        ('quota',)
    """
    file = case.file
    notes = list(table.notes)
    if file.positions:
        notes.append(f"The case's own positions are replaced by those of {table.name}.")
    gone = [issue.id for issue in file.issues if issue.id not in {each.id for each in table.issues}]
    if gone:
        notes.append(f"Issues of the case that {table.name} does not have are left out: {', '.join(gone)}.")
    deciding = {actor.id for actor in members(file)}
    others = list(dict.fromkeys(row.actor for row in table.positions if row.actor not in deciding))
    if others:
        notes.append(f"Not counted, since they do not decide in this case: {', '.join(others)}.")
    changes = {
        "issues": table.issues,
        "positions": table.positions,
        "salience_scale": table.salience_scale,
        "sources": (*file.sources, *table.sources),
    }
    return replace(case, file=file.model_copy(update=changes)), tuple(notes)
