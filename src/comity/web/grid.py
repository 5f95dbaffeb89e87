"""The positions of a scenario's text as a grid of actors and issues, and as dots on a line: what the Edit page shows.

The text may be a draft with faults: what can be read of it is shown, and each fault stands in the cell that it is
about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.scenario.edits import flow_text
from comity.scenario.errors import ScenarioError
from comity.scenario.faults import items, mapping, number, sequence
from comity.scenario.paths import IdentityPaths
from comity.scenario.yaml_tree import scan_tree

MOST_CELLS = 6000
FIELDS = ("position", "salience")
ProblemRow = tuple[int, int, str, str, str]
"""Line, column, field, message and remedy of one problem of a file."""

_MARGIN = 5.0
_BESIDE = 14.0
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class GridCell:
    """One number of the grid: as written, what else is known of it, and what is wrong with it.

    Attributes:
        text: the number as it stands in the file; empty where it is missing.
        more: its range, evidence and privacy in a few words.
        faults: what is wrong, in words.
        held: the cell in full, where the file has more than its number.
        value: the number, where it is one.
    """

    text: str = ""
    more: str = ""
    faults: tuple[str, ...] = ()
    held: Mapping[str, Any] | None = None
    value: float | None = None


@dataclass(frozen=True)
class Dot:
    """One actor's position on an issue's line, ``x`` in percent of the line and ``lane`` above it."""

    actor: str
    name: str
    value: float
    x: float
    lane: int


@dataclass(frozen=True)
class GridIssue:
    """One issue of the grid: its scale and its line of dots."""

    id: str
    question: str
    low: float | None
    high: float | None
    unit: str
    ends: tuple[str, str]
    dots: tuple[Dot, ...]
    absent: tuple[str, ...]

    @property
    def lanes(self) -> int:
        """How many dots stand above one another at most."""
        return max((dot.lane for dot in self.dots), default=0) + 1

    @property
    def step(self) -> float:
        """How far one key moves a dot: a round number near a hundredth of the scale."""
        if self.low is None or self.high is None or not self.high > self.low:
            return 1.0
        wide = (self.high - self.low) / 100
        power = 10.0 ** math.floor(math.log10(wide))
        return float(f"{next(each for each in _STEPS if each * power >= wide * 0.999) * power:.3g}")

    @property
    def scale(self) -> str:
        """The scale in words."""
        if self.low is None or self.high is None:
            return ""
        return f"{flow_text(self.low)} to {flow_text(self.high)}{' ' + self.unit if self.unit else ''}"


@dataclass(frozen=True)
class PositionsGrid:
    """Actors by issues; ``cells[actor][issue]`` are a position and a salience.

    ``too_large`` is the number of cells where they are too many for a grid, and then there are none.
    """

    actors: tuple[tuple[str, str], ...]
    issues: tuple[GridIssue, ...]
    cells: tuple[tuple[tuple[GridCell, GridCell], ...], ...]
    sources: tuple[tuple[str, str], ...]
    salience_scale: str
    too_large: int = 0


def grid_of(content: bytes, problems: Sequence[ProblemRow] = ()) -> PositionsGrid | None:
    """Read the grid of a text.

    Args:
        content: the bytes of a scenario, right or not.
        problems: what is wrong with it, as it stands in the answer of a check.

    Returns:
        The grid; None where the text is no YAML that can be read.

    Example:
        >>> text = b"actors: [{id: A, name: Aland}]\\nissues: [{id: date, scale: {low: 4, high: 10}}]\\n"
        >>> text += b"positions: [{actor: A, issue: date, position: {value: 7, range: [6, 9]}}]\\n"
        >>> grid = grid_of(text)
        >>> grid.cells[0][0][0].text, grid.cells[0][0][0].more, grid.cells[0][0][1].text
        ('7', '6 to 9', '')
        >>> grid.issues[0].dots[0].x, grid.issues[0].step
        (50.0, 0.1)
    """
    try:
        tree, _ = scan_tree(content, "draft")
    except ScenarioError:
        return None
    root = mapping(tree.data)
    actors = tuple((each["id"], _words(each.get("name")) or each["id"]) for each in _named(root, "actors"))
    issues = _named(root, "issues")
    sources = tuple((each["id"], _words(each.get("title"))) for each in _named(root, "sources"))
    salience_scale = _words(root.get("salience_scale"))
    if len(actors) * len(issues) * 2 > MOST_CELLS:
        return PositionsGrid((), (), (), sources, salience_scale, len(actors) * len(issues) * 2)
    rows: dict[tuple[Any, Any], tuple[int, Mapping[str, Any]]] = {}
    for index, row in items(root.get("positions")):
        if isinstance(row.get("actor"), str) and isinstance(row.get("issue"), str):
            rows.setdefault((row["actor"], row["issue"]), (index, row))
    told = _Told(tree.data, problems)
    cells = tuple(tuple(_pair(rows.get((actor, issue["id"])), told) for issue in issues) for actor, _ in actors)
    lines = tuple(_issue(issue, actors, [row[at][0] for row in cells]) for at, issue in enumerate(issues))
    return PositionsGrid(actors, lines, cells, sources, salience_scale)


def _named(root: Mapping[str, Any], section: str) -> list[Mapping[str, Any]]:
    """The items of a section that have an id, one an id."""
    found: dict[str, Mapping[str, Any]] = {}
    for _, each in items(root.get(section)):
        if isinstance(each.get("id"), str):
            found.setdefault(each["id"], each)
    return list(found.values())


def _words(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else flow_text(value)


class _Told:
    """What is wrong, by the cell that it is about."""

    def __init__(self, data: Any, problems: Sequence[ProblemRow]) -> None:
        self._paths = IdentityPaths(data)
        self._problems = problems

    def at(self, index: int, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
        if not self._problems:
            return ()
        whole = self._paths.shown(("positions", index))
        cell = f"{whole}.{name}"
        # What is wrong with the row as a whole stands at its first number.
        first = next((each for each in FIELDS if each in row), "position")
        others = (whole, f"{whole}.source", f"{whole}.actor", f"{whole}.issue") if name == first else ()
        return tuple(
            f"{message}; {remedy}" if remedy else message
            for _, _, field, message, remedy in self._problems
            if field == cell or field.startswith((f"{cell}.", f"{cell}[")) or field in others
        )


def _pair(row: tuple[int, Mapping[str, Any]] | None, told: _Told) -> tuple[GridCell, GridCell]:
    if row is None:
        return GridCell(), GridCell()
    position, salience = (_cell(row[1], name, told.at(*row, name)) for name in FIELDS)
    return position, salience


def _cell(row: Mapping[str, Any], name: str, faults: tuple[str, ...]) -> GridCell:
    written = row.get(name)
    if not isinstance(written, dict):
        private = "private" if row.get("private") is True else ""
        return GridCell(_words(written), private, faults, None, number(written))
    coded = [each for _, item in items(written.get("evidence")) if (each := number(item.get("value"))) is not None]
    ends = [flow_text(each) for each in sequence(written.get("range")) if number(each) is not None]
    said = [f"{ends[0]} to {ends[1]}"] if len(ends) == 2 else []
    passages = len(sequence(written.get("evidence")))
    if passages:
        said.append(f"{passages} passage{'' if passages == 1 else 's'}")
    if written.get("private") is True or row.get("private") is True:
        said.append("private")
    if written.get("unverified") is True:
        said.append("unverified")
    value = number(written.get("value"))
    if value is None and written.get("value") is None and coded:
        said.insert(0, f"coders: {', '.join(flow_text(each) for each in coded)}")
    return GridCell(_words(written.get("value")), "; ".join(said), faults, written, value)


def _issue(issue: Mapping[str, Any], actors: Sequence[tuple[str, str]], positions: Sequence[GridCell]) -> GridIssue:
    scale = mapping(issue.get("scale"))
    low, high = number(scale.get("low")), number(scale.get("high"))
    stated = [(actor, name, cell.value) for (actor, name), cell in zip(actors, positions, strict=True)]
    placed = [
        (value, actor, name)
        for actor, name, value in stated
        if value is not None and low is not None and high is not None and low < high and low <= value <= high
    ]
    there = {actor for _, actor, _ in placed}
    return GridIssue(
        issue["id"],
        _words(issue.get("question")) or issue["id"],
        low,
        high,
        _words(scale.get("unit")),
        (_words(scale.get("low_means")), _words(scale.get("high_means"))),
        dots_on(placed, low or 0.0, high or 1.0, _BESIDE),
        tuple(name for actor, name in actors if actor not in there),
    )


def dots_on(placed: Sequence[tuple[float, str, str]], low: float, high: float, beside: float) -> tuple[Dot, ...]:
    """Put values, with actor and name, on a line: those closer than ``beside`` percent stand in lanes above each other.

    Example:
        >>> [(dot.actor, dot.x, dot.lane) for dot in dots_on([(0, "A", ""), (1, "B", ""), (10, "C", "")], 0, 10, 12)]
        [('A', 5.0, 0), ('B', 14.0, 1), ('C', 95.0, 0)]
    """
    ends: list[float] = []
    dots = []
    for value, actor, name in sorted(placed, key=lambda each: each[0]):
        x = round(_MARGIN + (100 - 2 * _MARGIN) * (value - low) / (high - low), 2)
        lane = next((at for at, end in enumerate(ends) if x - end >= beside), len(ends))
        ends[lane : lane + 1] = [x]
        dots.append(Dot(actor, name, value, x, lane))
    return tuple(dots)
