"""How a table of positions is laid out: a row an actor and issue, or a row an actor and a column an issue.

Every layout becomes the same rows, one an actor and issue. What a column is read as follows from its name alone, and is
told; where two readings are possible nothing is read, and the layouts that would be are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.scenario.errors import Problem, ScenarioError, nearest, shown
from comity.scenario.table_cells import Grid, Row, TableCell, folded, read_grid
from comity.scenario.table_numbers import NumberStyle, is_numeric, number_style

NEEDED = ("actor", "issue", "position")
COLUMNS = (*NEEDED, "salience", "low", "high", "source", "capability", "iso3", "name")
NUMBERS = ("position", "salience", "low", "high", "capability")
LAYOUTS = (
    "a row an actor and issue: actor,issue,position and, where known, salience,low,high,source,capability; or a row an "
    "actor and a column an issue: actor,date,date salience,tax,tax salience; or a row an issue and a column an actor: "
    "issue,France,France salience"
)
# Other names for a column; only names that can mean nothing else in a table of positions.
_SYNONYMS = {
    "actor": ("actors", "actor id", "party", "country", "state", "member", "member state", "stakeholder", "player"),
    "issue": ("issues", "issue id", "topic", "question", "dimension"),
    "position": ("positions", "ideal point", "preference", "preferred outcome", "stance"),
    "salience": ("saliences", "saliency", "importance"),
    "capability": ("capabilities", "power", "influence", "resources"),
    "source": ("sources", "citation"),
    "low": ("scale low", "low end", "minimum", "min"),
    "high": ("scale high", "high end", "maximum", "max"),
    "iso3": ("iso 3", "iso-3", "iso code", "iso alpha-3"),
    "name": ("actor name", "full name"),
}
_ROLES = {each: role for role, others in _SYNONYMS.items() for each in (role, *others)}
_OF_AN_ACTOR = ("capability", "iso3", "name", "source")
_OF_AN_ISSUE = ("low", "high", "source")
_SAYS = ("position", "salience", "low", "high")


@dataclass(frozen=True)
class LaidOut:
    """A table of positions as rows of one actor and issue each.

    Attributes:
        name: the file's name.
        rows: the rows, each with the cells ``actor`` and ``issue`` and the others that the table has.
        has: which of ``COLUMNS`` the table has.
        read_as: each column's name and what it was read as.
        style: how the table writes its numbers.
        notes: what a reader should know of how it was read, one sentence each.
        problems: rows that cannot be read.
        title: the one line above the header, where there is one.
        wide: it has a column an issue, or an actor: an empty cell is no row of its own.
    """

    name: str
    rows: tuple[Row, ...]
    has: tuple[str, ...]
    read_as: tuple[tuple[str, str], ...]
    style: NumberStyle
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    title: str = ""
    wide: bool = False


def lay_out(content: bytes, name: str, sheet: str | None = None) -> LaidOut:
    r"""Read a table of positions in any layout.

    Args:
        content: the bytes of a CSV, .xlsx, .xls or .ods file, at most 5 MB.
        name: the file's name, for errors.
        sheet: the sheet of a workbook; None for the first that has such a table.

    Returns:
        Its rows, one an actor and issue.

    Raises:
        ScenarioError: no table of positions, or columns that may be read in two ways.

    Example:
        >>> wide = lay_out(b"country;date;date (salience)\nFrance;4,5;60\n", "mine.csv")
        >>> [{name: cell.text for name, cell in row.cells.items()} for row in wide.rows]
        [{'actor': 'France', 'issue': 'date', 'position': '4,5', 'salience': '60'}]
        >>> wide.read_as
        (('country', 'actor'), ('date', "position on 'date'"), ('date (salience)', "salience of 'date'"))
    """
    grid = read_grid(content, name, _is_header, sheet)
    roles = _known(grid)
    if _is_long(roles):
        return _long(grid, roles)
    return _wide(grid, roles)


def _is_header(texts: Sequence[str]) -> bool:
    """Two columns of known names, or an actor or issue in front of others."""
    filled = [text for text in texts if text]
    roles = {_ROLES.get(text) for text in filled} - {None}
    return len(filled) > 1 and (len(roles) > 1 or _ROLES.get(filled[0]) in ("actor", "issue"))


def _known(grid: Grid) -> list[str | None]:
    """What each column is by its name; the plain name goes before another for the same."""
    texts = [folded(cell.text) for cell in grid.names]
    roles = [_ROLES.get(text) for text in texts]
    plain = set(texts) & set(COLUMNS)
    roles = [None if role in plain and role != text else role for role, text in zip(roles, texts, strict=True)]
    if "actor" not in roles and "name" in roles:
        roles = ["actor" if role == "name" else role for role in roles]
    elif "actor" not in roles and "iso3" in roles:
        roles = ["actor" if role == "iso3" else role for role in roles]
    return roles


def _is_long(roles: Sequence[str | None]) -> bool:
    return ("actor" in roles and "issue" in roles) or roles.count("position") == 1 or not {"actor", "issue"} & {*roles}


def _long(grid: Grid, roles: Sequence[str | None]) -> LaidOut:
    problems: list[Problem] = []
    notes = list(grid.notes)
    first = grid.names[0] if grid.names else TableCell("", 1, 1)
    for name in NEEDED:
        if name not in roles:
            remedy = "name it in the first line" if problems else f"write {LAYOUTS}"
            problems.append(first.problem(name, f"there is no column '{name}'", remedy))
    if ("low" in roles) != ("high" in roles):
        problems.append(first.problem("low", "a scale has two ends", "give both columns, low and high"))
    read_as: list[tuple[str, str]] = []
    at: dict[str, int] = {}
    for index, (cell, role) in enumerate(zip(grid.names, roles, strict=True)):
        text = folded(cell.text)
        near = nearest(text, COLUMNS) if role is None and text not in _ROLES else None
        if role is not None and role in at:
            same = grid.names[at[role]]
            if folded(same.text) == text:
                problems.append(cell.problem(text, f"the column {shown(text)} is given twice", "keep one of the two"))
            else:
                message = f"both {shown(same.text)} and {shown(cell.text)} may be the {role}"
                problems.append(cell.problem(text, message, f"call the one that is meant '{role}'"))
        elif role is not None:
            at[role] = index
            if text != role:
                notes.append(f"The column {shown(cell.text)} is read as the {role}.")
        elif near is not None:
            problems.append(cell.problem(text, f"there is no column {shown(text)}", f"did you mean '{near}'?"))
        elif text:
            notes.append(f"The column {shown(cell.text)} is not used.")
        if text:
            read_as.append((cell.text, role or "not used"))
    if problems:
        raise ScenarioError(grid.name, [*grid.problems, *problems])
    rows = tuple(
        Row(cells[0].line, {role: cells[index] for role, index in at.items()}) for cells in grid.rows[grid.header + 1 :]
    )
    return _found(grid, rows, tuple(at), read_as, notes)


def _found(
    grid: Grid,
    rows: tuple[Row, ...],
    has: tuple[str, ...],
    read_as: Sequence[tuple[str, str]],
    notes: list[str],
    wide: bool = False,
) -> LaidOut:
    if any(read == "actor" and _ROLES.get(folded(text)) == "iso3" for text, read in read_as):
        rows = tuple(Row(row.line, {**row.cells, "iso3": row.cells["actor"]}) for row in rows)
    cells = (cell for row in rows for name, cell in row.cells.items() if name in NUMBERS)
    style = number_style(cells, grid.separator)
    if style.comma is not None and style.point is None:
        notes.append(f"Decimals are written with a comma, as in {style.comma.text} ({style.comma.where}).")
    above = grid.rows[: grid.header]
    words = [cell.text for cell in above[0] if cell.text] if len(above) == 1 else []
    title = words[0] if len(words) == 1 else ""
    return LaidOut(grid.name, rows, has, tuple(read_as), style, tuple(notes), tuple(grid.problems), title, wide)


# --- Wide tables: a column an issue, or a column an actor ---


@dataclass(frozen=True)
class _Column:
    """One column of a wide table: what it says of which issue (or actor), or of the row's own."""

    at: int
    role: str
    about: TableCell | None = None


def _wide(grid: Grid, roles: Sequence[str | None]) -> LaidOut:
    """A table whose columns are issues, or actors: what stands in its first column says which."""
    head = "actor" if "actor" in roles else "issue"
    other = "issue" if head == "actor" else "actor"
    own = _OF_AN_ACTOR if head == "actor" else _OF_AN_ISSUE
    names, below = _two_lines(grid)
    notes, problems = list(grid.notes), list(grid.problems)
    columns: list[_Column] = []
    read_as: list[tuple[str, str]] = []
    for at, (cell, role, (about, says)) in enumerate(zip(grid.names, roles, names, strict=True)):
        written = [row[at] for row in grid.rows[below:] if row[at].text]
        if role == head or (role in own and about is cell):
            if any(each.role == role and each.about is None for each in columns):
                message = f"a second column may be the {role}"
                problems.append(cell.problem(folded(cell.text), message, f"call the one that is meant '{role}'"))
                continue
            columns.append(_Column(at, str(role)))
            read_as.append((cell.text, str(role)))
            if folded(cell.text) != role:
                notes.append(f"The column {shown(cell.text)} is read as the {role}.")
        elif role in NUMBERS and about is cell:
            remedy = f"call it by its {other}, such as 'date {role}'"
            problems.append(cell.problem(folded(cell.text), f"the {role} of which {other}?", remedy))
        elif not about.text:
            if written:
                message = "a column with cells has no name"
                problems.append(written[0].problem("", message, f"name it by its {other}, or delete it"))
        elif any(is_numeric(each) or each.broken for each in written):
            columns.append(_Column(at, says, about))
            what = "position on" if says == "position" and other == "issue" else f"{says} of"
            read_as.append((cell.text or about.text, f"{what} {shown(about.text)}"))
        else:
            notes.append(f"The column {shown(about.text)} holds no number and is not used.")
            read_as.append((about.text, "not used"))
    subjects = _subjects(columns, other, problems)
    if not subjects and not problems:
        place = grid.names[0] if grid.names else TableCell("", 1, 1)
        problems.append(place.problem("", f"no column holds the positions on an {other}", f"write {LAYOUTS}"))
    if problems:
        raise ScenarioError(grid.name, problems)
    rows = tuple(_cells_by_subject(grid, below, columns, subjects, head, other))
    has = tuple(dict.fromkeys(("actor", "issue", "position", *(column.role for column in columns))))
    return _found(grid, rows, has, read_as, notes, wide=True)


def _two_lines(grid: Grid) -> tuple[list[tuple[TableCell, str]], int]:
    """Of each column, what it is about and what it says of it; and the first row below the header.

    The header may be two lines: issues, merged over several columns, and what each of these columns says.
    """
    names = list(grid.names)
    says = [_ROLES.get(folded(cell.text)) for cell in names]
    below = grid.header + 1
    if says.count("position") > 1 and grid.header > 0:
        # The words stand in this line, and the issues above them.
        above = _filled(grid.rows[grid.header - 1], len(names))
        pairs = [
            (up, role) if role in _SAYS and up.text else (cell, "position")
            for cell, role, up in zip(names, says, above, strict=True)
        ]
        grid.notes[:] = [note for note in grid.notes if not note.startswith(f"Line {above[0].line} ")]
        return pairs, below
    under = grid.rows[below] if below < len(grid.rows) else ()
    words = [_ROLES.get(folded(cell.text)) for cell in under]
    plain = (role in _SAYS or not cell.text for role, cell in zip(words, under, strict=True))
    if words.count("position") > 1 and all(plain):
        above = _filled(names, len(names))
        return [
            (up, role) if role is not None else (cell, "position")
            for cell, role, up in zip(names, words, above, strict=True)
        ], below + 1
    return [_named(cell, {folded(each.text) for each in names}) for cell in names], below


def _filled(cells: Sequence[TableCell], width: int) -> list[TableCell]:
    """The cells of a line, a merged one standing in each column that it covers."""
    found: list[TableCell] = []
    for at in range(width):
        cell = cells[at] if at < len(cells) else TableCell("", cells[0].line, 1)
        found.append(found[-1] if not cell.text and found else cell)
    return found


_WORDS = "|".join((*_SAYS, *_SYNONYMS["salience"]))
_NAMED = (
    re.compile(rf"(?P<about>.+?)\s*[-:,/]?\s*[(\[](?P<says>{_WORDS})[)\]]", re.IGNORECASE),
    re.compile(rf"(?P<about>.+?)[\s_]*[-:,/]?[\s_]+(?P<says>{_WORDS})", re.IGNORECASE),
    re.compile(rf"(?P<about>.+?)\s*[-:,/]\s*(?P<says>{_WORDS})", re.IGNORECASE),
    re.compile(rf"(?P<says>{_WORDS})\s*[(\[](?P<about>.+?)[)\]]", re.IGNORECASE),
    re.compile(rf"(?P<says>{_WORDS})(?:[\s_]+(?:of|on|for))?[\s_:/-]+(?P<about>.+)", re.IGNORECASE),
)


def _named(cell: TableCell, names: set[str]) -> tuple[TableCell, str]:
    """What a column is about and what it says, from one name such as ``date salience`` or ``salience (date)``."""
    for pattern in _NAMED:
        found = pattern.fullmatch(cell.text)
        if found is not None:
            about = found["about"].strip(" _")
            says = _ROLES[folded(found["says"])]
            # A plain column of that name beside it, or a word that can be nothing else, tells that this is meant.
            if folded(about) in names or says == "salience" or cell.text.endswith((")", "]")):
                return TableCell(about, cell.line, cell.column, cell.place, cell.fault), says
    return cell, "position"


def _subjects(columns: Sequence[_Column], other: str, problems: list[Problem]) -> dict[str, dict[str, int]]:
    """The columns of each issue (or actor), by what they say of it."""
    subjects: dict[str, dict[str, int]] = {}
    seen: dict[str, TableCell] = {}
    for column in columns:
        if column.about is None:
            continue
        key = folded(column.about.text)
        if column.role in subjects.setdefault(key, {}):
            message = f"the {column.role} of {shown(column.about.text)} has two columns"
            problems.append(column.about.problem("", message, "keep one of the two"))
        subjects[key][column.role] = column.at
        seen.setdefault(key, column.about)
        if column.about.fault:
            problems.append(column.about.problem("", f"the name of a column is {column.about.fault}", "write a name"))
    for key, found in subjects.items():
        if "position" not in found:
            message = f"{shown(seen[key].text)} has a column for its {next(iter(found))} and none for positions"
            problems.append(seen[key].problem("", message, f"add a column of the {other}'s name"))
    return subjects


def _cells_by_subject(
    grid: Grid,
    below: int,
    columns: Sequence[_Column],
    subjects: dict[str, dict[str, int]],
    head: str,
    other: str,
) -> Iterator[Row]:
    own = {column.role: column.at for column in columns if column.about is None}
    about = {folded(column.about.text): column.about for column in reversed(columns) if column.about is not None}
    for cells in grid.rows[below:]:
        for key, found in subjects.items():
            subject = about[key]
            # The issue's name stands in the header, but its row is the one that a problem is about.
            placed = TableCell(subject.text, cells[0].line, 1, subject.place, subject.fault)
            yield Row(
                cells[0].line,
                {
                    head: cells[own[head]],
                    other: placed,
                    **{role: cells[at] for role, at in own.items() if role != head},
                    **{role: cells[at] for role, at in found.items()},
                },
            )
