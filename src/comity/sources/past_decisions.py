"""Tables of past decisions, for back-tests: the layout of DEU III, or one row an actor and issue."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .reading import DataError, number, read_table

FloatArray = NDArray[np.float64]

LONG_COLUMNS = ("proposal", "issue", "actor", "position", "salience", "capability", "outcome")
LEAST_ACTORS = 3


@dataclass(frozen=True)
class Skipped:
    """Something in the file that was not used, and why.

    Attributes:
        line: line in the file, counted from 1.
        what: the issue, or issue and actor.
        reason: why it was not used.

    """

    line: int
    what: str
    reason: str


@dataclass(frozen=True)
class PastDecisions:
    """Issues that were decided, with what the actors wanted before.

    Attributes:
        title: the dataset, in words.
        source: its citation and licence.
        actors: code of each column, length n_actors.
        proposals: proposal of each issue, length n_issues; issues of one proposal were decided together.
        issues: identity of each issue, length n_issues.
        positions: ``(n_issues, n_actors)``, in the unit of the issue's scale; NaN where none is recorded.
        salience: ``(n_issues, n_actors)``, 0 to 1; NaN exactly where the position is.
        capability: ``(n_issues, n_actors)``, any unit; NaN exactly where the position is.
        outcome: ``(n_issues,)`` what was decided, in the unit of the scale.
        low: ``(n_issues,)`` lower end of the scale.
        high: ``(n_issues,)`` upper end of the scale.
        reference_point: ``(n_issues,)`` what held if nothing was agreed; NaN where unknown.
        year: ``(n_issues,)`` year of the proposal; 0 where unknown.
        vote_weights: ``(n_clauses, n_issues, n_actors)`` what each actor brings to each condition of the decision
            rule, all of which have to be met; 0 for those without a vote or without a recorded position.
        vote_quotas: ``(n_clauses, n_issues)`` how much each condition needs; no clause, or NaN, where the rule is
            unknown.
        proposer: column of the one actor that may propose; None where the table does not tell.
        unusable: issues that were left out, each with its reason.
        bad_rows: rows or cells that were left out of issues that are used.

    """

    title: str
    source: str
    actors: tuple[str, ...]
    proposals: tuple[str, ...]
    issues: tuple[str, ...]
    positions: FloatArray
    salience: FloatArray
    capability: FloatArray
    outcome: FloatArray
    low: FloatArray
    high: FloatArray
    reference_point: FloatArray
    year: NDArray[np.int64]
    vote_weights: FloatArray
    vote_quotas: FloatArray
    proposer: int | None
    unusable: tuple[Skipped, ...]
    bad_rows: tuple[Skipped, ...]


def read_past_decisions(path: Path | str, *, salience_scale: float = 100.0) -> PastDecisions:
    """Read a table of past decisions; the header tells the layout.

    Two layouts are known: DEU III as published (a row an issue, columns ``prnr``, ``isnr``, ``p*``, ``s*``,
    ``rp``, ``out``; see :mod:`comity.sources.deu`), and a row an actor and issue with the columns
    ``proposal,issue,actor,position,salience,capability,outcome`` and, if the scale is not 0 to 100,
    ``low,high``.

    Args:
        path: a CSV file in UTF-8, at most 50 MB.
        salience_scale: what the salience column counts as "cares most": 100 or 1. Never guessed.

    Returns:
        The usable issues: outcome on the scale, and at least three actors with position and salience. The others
        are in ``unusable``, rows that were left out in ``bad_rows``, each with its line and reason.

    Raises:
        DataError: a file that cannot be read, an unknown layout, numbers that contradict each other, or no usable
            issue at all.

    Example:
        >>> import tempfile, pathlib
        >>> rows = ["proposal,issue,actor,position,salience,capability,outcome"]
        >>> rows += [f"p1,i1,{actor},{position},50,1,40" for actor, position in zip("abc", (0, 50, 100))]
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "past.csv"
        >>> _ = path.write_text("\\n".join(rows), encoding="utf-8")
        >>> past = read_past_decisions(path)
        >>> past.issues, past.positions.tolist(), past.outcome.tolist()
        (('i1',), [[0.0, 50.0, 100.0]], [40.0])

    """
    from . import deu

    path = Path(path)
    header, rows = read_table(path)
    if deu.is_deu(header):
        return deu.from_rows(path, header, rows)
    missing = [name for name in LONG_COLUMNS if name not in header]
    if missing:
        remedy = f"expected the columns {','.join(LONG_COLUMNS)}[,low,high], or the layout of DEU III"
        raise DataError(path, f"column {missing[0]!r} is missing", remedy, line=1, field=missing[0])
    if ("low" in header) != ("high" in header):
        raise DataError(path, "a scale needs both ends", "give both columns low and high", line=1)
    if not salience_scale > 0 or math.isinf(salience_scale):
        raise ValueError(f"salience_scale {salience_scale}: expected a positive number, such as 1 or 100")
    return _from_long_rows(path, list(rows), salience_scale)


@dataclass
class _Issue:
    line: int
    proposal: str
    outcome: str
    low: float
    high: float
    cells: dict[str, tuple[float, float, float]]


def _from_long_rows(path: Path, rows: list[tuple[int, dict[str, str]]], scale: float) -> PastDecisions:
    issues: dict[tuple[str, str], _Issue] = {}
    bad: list[Skipped] = []
    actors: dict[str, int] = {}
    smallest, largest, fraction_at = math.inf, 0.0, 0
    for line, row in rows:
        for name in ("proposal", "issue", "actor"):
            if not row[name]:
                raise DataError(path, "is blank", f"name the {name}", line=line, field=name)
        low, high = (_end(path, line, row, name, default) for name, default in (("low", 0.0), ("high", 100.0)))
        if not low < high:
            message = f"the scale ends at {high:g} before it begins at {low:g}"
            raise DataError(path, message, "low must be less than high", line=line, field="high")
        key = (row["proposal"], row["issue"])
        issue = issues.setdefault(key, _Issue(line, row["proposal"], row["outcome"], low, high, {}))
        for name, now, first in (("low", low, issue.low), ("high", high, issue.high)):
            if now != first:
                message = f"{now:g}, but {first:g} in line {issue.line} for the same issue"
                raise DataError(path, message, "an issue has one scale", line=line, field=name)
        if row["outcome"] != issue.outcome:
            message = f"{row['outcome'] or 'blank'!r}, but {issue.outcome or 'blank'!r} in line {issue.line}"
            raise DataError(path, message, "an issue has one outcome", line=line, field="outcome")
        what = f"{row['issue']}, {row['actor']}"
        values = [number(row[name]) for name in ("position", "salience", "capability")]
        reason = _why_bad(row, values, low, high, scale)
        if reason is None and row["actor"] in issue.cells:
            reason = "the actor is already in this issue"
        if reason is not None:
            bad.append(Skipped(line, what, reason))
            continue
        position, salience, capability = values
        if salience > 0:
            smallest, largest = min(smallest, salience), max(largest, salience)
            if salience < 1 and not fraction_at:
                fraction_at = line
        actors.setdefault(row["actor"], len(actors))
        issue.cells[row["actor"]] = (position, salience / scale, capability)
    if scale > 1 and largest > 1 and fraction_at:
        message = f"{smallest:g} beside {largest:g}: two scales in one column"
        raise DataError(path, message, "put all on 0 to 100, or all on 0 to 1", line=fraction_at, field="salience")
    if scale > 1 and 0 < largest <= 1:
        message = f"the largest is {largest:g}, on a scale declared as 0 to {scale:g}"
        raise DataError(path, message, "declare the salience scale as 1", field="salience")
    return _assemble(path, issues, tuple(actors), bad)


def _assemble(
    path: Path, issues: dict[tuple[str, str], _Issue], actors: tuple[str, ...], bad: list[Skipped]
) -> PastDecisions:
    used: list[tuple[str, _Issue, float]] = []
    unusable: list[Skipped] = []
    for (_, name), issue in issues.items():
        outcome = number(issue.outcome)
        reason = why_unusable(outcome, issue.low, issue.high, len(issue.cells))
        if reason is None and not any(s * c > 0 for _, s, c in issue.cells.values()):
            reason = "capability times salience is zero for every actor"
        if reason is None:
            used.append((name, issue, outcome))
        else:
            unusable.append(Skipped(issue.line, name, reason))
    if not used:
        raise DataError(path, "no usable issue", "an issue needs an outcome on its scale and three actors")
    table = np.full((3, len(used), len(actors)), np.nan)
    for k, (_, issue, _) in enumerate(used):
        for column, actor in enumerate(actors):
            if actor in issue.cells:
                table[:, k, column] = issue.cells[actor]
    return PastDecisions(
        title=path.stem,
        source=f"the file {path.name}, as given",
        actors=actors,
        proposals=tuple(issue.proposal for _, issue, _ in used),
        issues=tuple(name for name, _, _ in used),
        positions=table[0],
        salience=table[1],
        capability=table[2],
        outcome=np.array([outcome for _, _, outcome in used]),
        low=np.array([issue.low for _, issue, _ in used]),
        high=np.array([issue.high for _, issue, _ in used]),
        reference_point=np.full(len(used), np.nan),
        year=np.zeros(len(used), dtype=np.int64),
        vote_weights=np.empty((0, len(used), len(actors))),
        vote_quotas=np.empty((0, len(used))),
        proposer=None,
        unusable=tuple(unusable),
        bad_rows=tuple(bad),
    )


def why_unusable(outcome: float, low: float, high: float, n_actors: int) -> str | None:
    """Say why an issue cannot be used in a back-test, or None if it can."""
    if math.isnan(outcome):
        return "no outcome recorded"
    if not low <= outcome <= high:
        return f"outcome {outcome:g} outside its scale, {low:g} to {high:g}"
    if n_actors < LEAST_ACTORS:
        return f"{n_actors} actors with position and salience; at least {LEAST_ACTORS} are needed"
    return None


def _why_bad(row: dict[str, str], values: list[float], low: float, high: float, scale: float) -> str | None:
    for name, value in zip(("position", "salience", "capability"), values, strict=True):
        if not row[name]:
            return f"no {name} recorded"
        if math.isnan(value):
            return f"{name} {row[name]!r} is not a number"
    position, salience, capability = values
    if not low <= position <= high:
        return f"position {position:g} outside its scale, {low:g} to {high:g}"
    if not 0 <= salience <= scale:
        return f"salience {salience:g} outside 0 to {scale:g}"
    if capability < 0:
        return f"capability {capability:g} is negative"
    return None


def _end(path: Path, line: int, row: dict[str, str], name: str, default: float) -> float:
    if name not in row:
        return default
    value = number(row[name])
    if math.isnan(value):
        raise DataError(path, f"{row[name]!r} is not a number", "give the end of the scale", line=line, field=name)
    return value
