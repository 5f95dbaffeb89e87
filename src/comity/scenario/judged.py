"""A judged number of a scenario as an Input: its range, what it rests on, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comity.findings import Input
from comity.findings.contract import Basis
from comity.scenario.cells import CellDetail
from comity.scenario.decision_rules import WeightCell
from comity.scenario.schema import ScenarioFile


@dataclass(frozen=True)
class Placed:
    """An input and where it stands in its field's array."""

    item: Input
    at: tuple[int, ...]


@dataclass(frozen=True)
class Field:
    """One numeric field: the sections whose objects are its axes, and how its inputs are read off a file.

    ``read`` is also told whether the case has several issues, so that a label says which one it speaks of even where
    the file was narrowed to one.
    """

    name: str
    axes: tuple[str, ...]
    says: str
    read: Callable[[ScenarioFile, bool], Iterator[Placed]]


def basis_of(cell: CellDetail, source: str | None) -> Basis:
    """What a number rests on: a quoted passage, a source, somebody's judgement, or nothing."""
    return resting_on(source, cell.unverified, note=cell.note, quoted=any(item.quote for item in cell.evidence))


def resting_on(source: str | None, unverified: bool, *, note: str | None = None, quoted: bool = False) -> Basis:
    """Return what a number rests on; one that nobody checked against its source is somebody's word for it.

    Example:
        >>> resting_on("minutes", False), resting_on("minutes", True), resting_on(None, True)
        ('cited number', 'judgement', 'nothing')
    """
    if quoted:
        return "quoted evidence"
    if source and not unverified:
        return "cited number"
    return "judgement" if source or note else "nothing"


def judged(
    cell: CellDetail,
    path: str,
    domain: tuple[float, float],
    half_width: float,
    *,
    unit: str,
    label: str,
    question: str,
    source: str | None = None,
    note: str | None = None,
    unverified: bool = False,
) -> Input | None:
    """A judged number as an Input; None where the cell holds none.

    Its range is the one that the file states, or the value plus and minus ``half_width``, cut at the legal domain.
    ``unverified`` says that what the number stands in is not checked against its source.
    """
    value = cell.estimate
    if value is None:
        return None
    stated = cell.interval
    low, high = stated if stated is not None else (value - half_width, value + half_width)
    spread = (max(domain[0], low), min(domain[1], high))
    named = cell.source or source
    cell = cell.model_copy(update={"unverified": True}) if unverified else cell
    basis = basis_of(cell, named)
    return Input(
        path, value, domain, None, spread, unit, named, stated is None, label, question, basis, remarks(cell, note)
    )


def remarks(cell: CellDetail | WeightCell, beside: str | None = None) -> tuple[str, ...]:
    """What stands beside a number: passages with document, date and coder; notes; that it is not verified."""
    lines = []
    for item in cell.evidence if isinstance(cell, CellDetail) else ():
        where = ", ".join(filter(None, (item.document, item.date)))
        read = f"reads {item.value:g}" if item.value is not None else ""
        who = ", ".join(filter(None, (item.coder, item.confidence and f"{item.confidence} confidence", read)))
        quote = f"“{item.quote}”" if item.quote else ""
        lines.append(" ".join(filter(None, (quote, f"({where})" if where else "", f"[{who}]" if who else ""))))
    lines += [note for note in (cell.note, beside) if note]
    if cell.unverified:
        lines.append("not verified")
    return tuple(line for line in lines if line)
