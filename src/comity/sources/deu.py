"""Decision-making in the European Union, third edition (DEU III): positions, salience and outcomes of proposals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .eu_council import INSTITUTIONS, treaty_capability, treaty_quotas
from .past_decisions import PastDecisions, Skipped, why_unusable
from .reading import DataError, number

TITLE = "Decision-making in the European Union, DEU III"
SOURCE = "Arregui & Perarnaud (2021), DEU III, doi:10.34810/data53, CC BY 4.0"

# In the order of the published columns.
_CODES = "com ep at be bu cr cy cz dk ee fi fr de el hu ie it lv lt lu mt nl pl pt ro si sk es se uk"
ACTORS = tuple(_CODES.split())


def is_deu(header: tuple[str, ...]) -> bool:
    """Tell whether a header is that of DEU III (all of its columns that are read here).

    Example:
        >>> is_deu(("proposal", "issue", "actor"))
        False

    """
    needed = {"prnr", "isnr", "rp", "out"} | {side + actor for side in "ps" for actor in ACTORS}
    return needed <= set(header)


def proposal_year(proposal: str) -> int | None:
    """Year of a proposal from its code (``d00032`` is of 2000, ``n96114`` of 1996); the dates are unusable.

    Returns:
        The year, or None if the code does not tell it.

    Example:
        >>> proposal_year("d00032"), proposal_year("n96114"), proposal_year("?")
        (2000, 1996, None)

    """
    digits = proposal[1:3]
    if len(digits) != 2 or not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits) + (1900 if int(digits) >= 90 else 2000)


def from_rows(path: Path, header: tuple[str, ...], rows: Iterator[tuple[int, dict[str, str]]]) -> PastDecisions:
    """Turn the rows of a DEU III table into arrays; scale 0 to 100, capability by treaty.

    An actor counts where both position and salience are on 0 to 100. A blank position means that none was
    recorded, also where the salience is 0; a position with salience 0 is a position.

    Args:
        path: the file, for messages.
        header: its columns.
        rows: line and cells of each row.

    Returns:
        The usable issues (351 of 364 in the published table, of 137 proposals).

    Raises:
        DataError: an issue that occurs twice, or no usable issue.

    """
    bad: list[Skipped] = []
    unusable: list[Skipped] = []
    proposals: list[str] = []
    years: list[int] = []
    outcomes: list[tuple[float, float]] = []
    numbers: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = []
    used: list[str] = []
    votes: list[tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], tuple[float, float]]] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        name = row["isnr"]
        if name in lines:
            message = f"issue {name!r} is also in line {lines[name]}"
            raise DataError(path, message, "an issue has one row", line=line, field="isnr")
        lines[name] = line
        cells = np.full((3, len(ACTORS)), np.nan)
        for column, actor in enumerate(ACTORS):
            cells[:2, column] = _cell(row, actor, line, bad)
        known = np.isfinite(cells[0])
        outcome = number(row["out"])
        reason = why_unusable(outcome, 0.0, 100.0, int(known.sum()))
        year = proposal_year(row["prnr"])
        if year is None and reason is None:
            reason = f"the year of proposal {row['prnr']!r} is unknown"
        if reason is None and year is not None:
            cells[2] = np.where(known, treaty_capability(ACTORS, year), np.nan)
            if not np.nansum(cells[1] * cells[2]) > 0:
                reason = "capability times salience is zero for every actor"
        if reason is not None or year is None:
            unusable.append(Skipped(line, name, reason or ""))
            continue
        proposals.append(row["prnr"])
        years.append(year)
        outcomes.append((outcome, _reference_point(row, line, bad)))
        votes.append(_council_vote(cells, year, row.get("counvte", "")))
        numbers.append(cells)
        used.append(name)
    if not numbers:
        raise DataError(path, "no usable issue", "an issue needs an outcome on 0 to 100 and three actors")
    table = np.stack(numbers, axis=1)
    decided = np.array(outcomes)
    n_issues = len(numbers)
    return PastDecisions(
        title=TITLE,
        source=SOURCE,
        actors=ACTORS,
        proposals=tuple(proposals),
        issues=tuple(used),
        positions=table[0],
        salience=table[1],
        capability=table[2],
        outcome=decided[:, 0],
        low=np.zeros(n_issues),
        high=np.full(n_issues, 100.0),
        reference_point=decided[:, 1],
        year=np.array(years, dtype=np.int64),
        vote_weights=np.stack([weights for weights, _ in votes], axis=1),
        vote_quotas=np.array([quotas for _, quotas in votes]).T,
        proposer=ACTORS.index("com"),
        unusable=tuple(unusable),
        bad_rows=tuple(bad),
    )


def _council_vote(
    cells: np.ndarray[tuple[int, ...], np.dtype[np.float64]], year: int, rule: str
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], tuple[float, float]]:
    """Votes or people, and heads, of the members that state a position; and what the Council's rule needs of each."""
    member = np.array([actor not in INSTITUTIONS for actor in ACTORS]) & (np.nan_to_num(cells[2]) > 0)
    weights = np.where(member, cells[2], 0.0)
    unanimity = True if rule.startswith("Unan") else False if rule.startswith("QMV") else None
    quotas = treaty_quotas(float(weights.sum()), int(member.sum()), year, unanimity=unanimity)
    return np.stack([weights, member.astype(np.float64)]), quotas


def _reference_point(row: dict[str, str], line: int, bad: list[Skipped]) -> float:
    """What holds if nothing is agreed, 0 to 100; NaN where none is recorded."""
    if not row["rp"]:
        return np.nan
    if not 0 <= number(row["rp"]) <= 100:
        bad.append(Skipped(line, row["isnr"], f"reference point {row['rp']!r} is not on 0 to 100"))
        return np.nan
    return number(row["rp"])


def _cell(row: dict[str, str], actor: str, line: int, bad: list[Skipped]) -> tuple[float, float]:
    """Position (0 to 100) and salience (0 to 1) of an actor; NaN for both unless both are usable."""
    position, salience = row[f"p{actor}"], row[f"s{actor}"]
    if not position:
        return np.nan, np.nan
    for name, cell in (("position", position), ("salience", salience)):
        if not cell or not 0 <= number(cell) <= 100:
            problem = f"{name} {cell!r} is not on 0 to 100" if cell else f"a position without {name}"
            bad.append(Skipped(line, f"{row['isnr']}, {actor}", problem))
            return np.nan, np.nan
    return number(position), number(salience) / 100.0
