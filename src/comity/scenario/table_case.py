"""A scenario made of a table of positions: its actors and issues get ids, and nothing is added that it does not say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from comity.scenario.cells import ID_PATTERN
from comity.scenario.errors import Problem, ScenarioError, nearest, printable, shown
from comity.scenario.positions_layout import LaidOut, lay_out
from comity.scenario.positions_table import SPECIAL, PositionsTable, Settled, positions_of
from comity.scenario.reading import read_scenario
from comity.scenario.schema import Actor, CellDetail, ScenarioFile, Source
from comity.scenario.table_cells import Row, TableCell, folded
from comity.scenario.table_yaml import scenario_text

_LONGEST_ID = 40
_MOST_NAMED = 20
_TABLE = "table"


@dataclass(frozen=True)
class TableCase:
    """A scenario made of a table.

    Attributes:
        text: the commented scenario, as YAML.
        preview: how the table was read, a line each.
    """

    text: str
    preview: tuple[str, ...]


def case_from_table(
    content: bytes,
    name: str,
    *,
    sheet: str | None = None,
    scales: Mapping[str, tuple[float, float]] | None = None,
    salience_scale: Literal[1, 100] | None = None,
) -> TableCase:
    """Make a commented scenario of a table of positions.

    Args:
        content: the bytes of a CSV, .xlsx, .xls or .ods file, at most 5 MB.
        name: the file's name, for errors and for the source of its numbers.
        sheet: the sheet of a workbook; None for the first that has a table of positions.
        scales: the ends of an issue's scale, by its name; else the columns low and high, else 0 to 100 where all its
            positions lie there, else the smallest to the largest position.
        salience_scale: 1 or 100, where the saliences do not tell.

    Returns:
        The scenario, which is valid, and how the table was read.

    Raises:
        ScenarioError: cells that cannot be used; all of them at once, each with its place and a remedy.

    Example:
        >>> table = "country;date;date salience\\nFrance;9,5;60\\nCôte d'Ivoire;;80\\n".encode()
        >>> case = case_from_table(table, "mine.csv", scales={"date": (4, 10)})
        >>> print(case.preview[0])
        mine.csv: 2 actors, 1 issue, 1 position, 2 saliences, 1 empty cell
        >>> found = read_scenario(case.text.encode()).scenario
        >>> [(actor.id, actor.name) for actor in found.actors]
        [('france', 'France'), ('cote-d-ivoire', "Côte d'Ivoire")]
        >>> found.positions[0].position.value, found.positions[1].position
        (9.5, None)
    """
    laid = lay_out(content, name, sheet)
    making = _Making(laid)
    actors = making.actors()
    questions = making.issues()
    settled = Settled(making.scales(scales or {}), salience_scale, new=True)
    rows = tuple(making.with_ids(row) for row in laid.rows)
    laid = replace(laid, rows=rows, problems=(*laid.problems, *making.problems))
    file_name = printable(PurePath(name).name)
    title = laid.title or ("Positions in a pasted table" if name.startswith("<") else f"Positions in {file_name}")
    # A table without an actor is an error of the reading below, which names what is missing.
    parties = actors or (Actor(id="nobody", name="nobody"),)
    table = positions_of(laid, ScenarioFile(comity=1, title=title, actors=parties), settled)
    own = Source(id=_TABLE, title="A pasted table" if name.startswith("<") else file_name, unverified=True)
    cells = [cell for row in table.positions for cell in (row.position, row.salience)]
    cells += [cell for issue in table.issues for cell in (issue.proposal, issue.reference_point)]
    uncited = any(cell is not None and cell.source is None for cell in (*cells, *(each.capability for each in actors)))
    stated = {*settled.scales, *(row.text("issue") for row in rows if row.text("low"))}
    assumed = {issue.id for issue in table.issues if issue.id not in stated}
    text = scenario_text(
        title=title,
        table_name=own.title,
        actors=actors,
        table=replace(table, issues=tuple(i.model_copy(update={"question": questions[i.id]}) for i in table.issues)),
        sources=(*((own,) if uncited else ()), *table.sources),
        assumed=assumed,
    )
    try:
        read_scenario(text.encode(), f"the scenario made of {name}")
    except ScenarioError as error:
        message = f"no scenario can be made of it: {error.problems[0].message}"
        raise ScenarioError(name, [Problem(1, 1, "", message, error.problems[0].remedy)]) from None
    return TableCase(text, _preview(laid, actors, table, assumed, name))


class _Making:
    """The actors and issues of a table, with the ids that they get; collects what is wrong with them."""

    def __init__(self, laid: LaidOut) -> None:
        self.laid = laid
        self.problems: list[Problem] = []
        self._actor_ids: dict[str, str] = {}
        self._issue_ids: dict[str, str] = {}

    def actors(self) -> tuple[Actor, ...]:
        rows: dict[str, list[Row]] = {}
        for row in self.laid.rows:
            cell = row.cells["actor"]
            if cell.text and not cell.fault and folded(cell.text) not in SPECIAL:
                rows.setdefault(cell.text.casefold(), []).append(row)
        taken = {each.replace(" ", "-") for each in SPECIAL}
        found = []
        for key, own in rows.items():
            written = own[0].text("actor")
            name, iso3 = self._one(own, "name"), self._code(own)
            code = written if iso3 is None or _is_short(written) else iso3
            self._actor_ids[key] = _id(code, "actor", taken)
            found.append(
                Actor(
                    id=self._actor_ids[key],
                    name=name.text if name is not None else written,
                    iso3=iso3,
                    capability=self._capability(own),
                )
            )
        return tuple(found)

    def issues(self) -> dict[str, str]:
        """What each issue is called in the table, by its id."""
        taken: set[str] = set()
        called: dict[str, str] = {}
        for row in self.laid.rows:
            cell = row.cells["issue"]
            key = cell.text.casefold()
            if cell.text and not cell.fault and key not in self._issue_ids:
                self._issue_ids[key] = _id(cell.text, "issue", taken)
                called[self._issue_ids[key]] = cell.text
        return called

    def scales(self, stated: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        """The scales that a person states, by the ids of their issues."""
        ids = {**{folded(each): each for each in self._issue_ids.values()}, **_by_name(self._issue_ids)}
        found: dict[str, tuple[float, float]] = {}
        for name, ends in stated.items():
            issue = ids.get(folded(name))
            if issue is None:
                near = nearest(name, self._issue_ids)
                remedy = f"did you mean {shown(near)}?" if near else "it has " + ", ".join(self._issue_ids.values())
                self.problems.append(Problem(1, 1, "--scale", f"the table has no issue {shown(name)}", remedy))
            elif not ends[0] < ends[1]:
                message = f"the low end {ends[0]:g} is not below the high end {ends[1]:g}"
                self.problems.append(Problem(1, 1, "--scale", message, "exchange the ends"))
            else:
                found[issue] = ends
        return found

    def with_ids(self, row: Row) -> Row:
        """The row with its actor and issue by their ids."""
        actor, issue = row.cells["actor"], row.cells["issue"]
        cells = {
            **row.cells,
            "actor": replace(actor, text=self._actor_ids.get(actor.text.casefold(), actor.text)),
            "issue": replace(issue, text=self._issue_ids.get(issue.text.casefold(), issue.text)),
        }
        return Row(row.line, cells)

    def _one(self, rows: Iterable[Row], column: str) -> TableCell | None:
        """What all the rows of an actor state in a column: the same, or nothing."""
        first: TableCell | None = None
        for row in rows:
            cell = row.cells.get(column)
            if cell is None or not cell.text:
                continue
            if cell.fault and column == "name":
                self.problems.append(cell.problem(column, f"{shown(cell.text)} is {cell.fault}", "write a name"))
            elif first is None:
                first = cell
            elif first.text != cell.text:
                message = f"{shown(cell.text)} stands beside {shown(first.text)} ({first.where}) for one actor"
                self.problems.append(cell.problem(column, message, f"give an actor one {column}"))
        return first

    def _code(self, rows: Iterable[Row]) -> str | None:
        cell = self._one(rows, "iso3")
        if cell is None:
            return None
        code = cell.text.upper()
        if not re.fullmatch("[A-Z]{3}", code):
            message = f"{shown(cell.text)} is no ISO code of three letters"
            self.problems.append(cell.problem("iso3", message, "write one such as FRA, or leave it empty"))
            return None
        return code

    def _capability(self, rows: Iterable[Row]) -> CellDetail | None:
        cell = self._one(rows, "capability")
        if cell is None:
            return None
        plain, message, remedy = self.laid.style.plain(cell)
        if plain is None:
            self.problems.append(cell.problem("capability", f"{shown(cell.text)} {message}", remedy))
            return None
        value = float(plain.removesuffix("%"))
        if not 0 < value <= 1e15:
            message = f"the capability {value:g} is not above 0, or too large"
            self.problems.append(cell.problem("capability", message, "leave it empty, or estimate it"))
            return None
        return CellDetail(value=value)


def _by_name(ids: Mapping[str, str]) -> dict[str, str]:
    return {folded(name): each for name, each in ids.items()}


def _is_short(text: str) -> bool:
    """Whether a text is a short name already, such as FRA or oxfam; France is a name and no short one."""
    return re.fullmatch(ID_PATTERN, text) is not None and (text.isupper() or text.islower())


def _id(text: str, kind: str, taken: set[str]) -> str:
    """A short name that no other has; ``taken`` gets it."""
    short = text
    if not _is_short(text):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        short = re.sub("[^a-z0-9]+", "-", plain).strip("-")
        if not short:
            short = kind
        elif not short[0].isalpha():
            short = f"{kind}-{short}"
    found = short = short[:_LONGEST_ID].rstrip("-_") or kind
    number = 1
    while found.casefold() in taken:
        number += 1
        found = f"{short[: _LONGEST_ID - 1 - len(str(number))]}-{number}"
    taken.add(found.casefold())
    return found


def _preview(
    laid: LaidOut, actors: tuple[Actor, ...], table: PositionsTable, assumed: set[str], name: str
) -> tuple[str, ...]:
    from comity.findings.wording import plural

    positions = sum(row.position is not None for row in table.positions)
    saliences = sum(row.salience is not None for row in table.positions)
    wants = [row for row in laid.rows if folded(row.text("actor")) not in SPECIAL]
    empty = sum(not row.text(each) for row in wants for each in ("position", "salience") if each in row.cells)
    counts = [
        plural(len(actors), "actor"),
        plural(len(table.issues), "issue"),
        plural(positions, "position"),
        *([plural(saliences, "salience")] if saliences else []),
        plural(empty, "empty cell"),
    ]
    lines = [f"{name}: {', '.join(counts)}"]
    lines += [f"  column {shown(written)}: {read}" for written, read in laid.read_as]
    for issue in table.issues:
        scale = f"{issue.scale.low:g} to {issue.scale.high:g}"
        lines.append(f"  issue {issue.id}: scale {scale}{', assumed' if issue.id in assumed else ''}")
    if table.salience_scale is not None:
        lines.append(f"  saliences: 0 to {table.salience_scale}")
    heard = {row.actor for row in table.positions}
    silent = [actor.id for actor in actors if actor.id not in heard]
    if silent:
        others = f" and {len(silent) - _MOST_NAMED} more" if len(silent) > _MOST_NAMED else ""
        lines.append(f"  no number is given for {', '.join(silent[:_MOST_NAMED])}{others}")
    # What each column is read as stands above already.
    return (*lines, *(f"  {note}" for note in table.notes if not note.startswith("The column ")))
