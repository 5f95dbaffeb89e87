"""The numbers of the reform section as inputs: votes needed, seats, terms, populations."""

from __future__ import annotations

from collections.abc import Iterator

from comity.findings import Input
from comity.findings.contract import Number
from comity.scenario.cells import CellDetail
from comity.scenario.judged import resting_on
from comity.scenario.reform import Reform


def needs(reform: Reform) -> Iterator[tuple[int, Input]]:
    """Yield the votes that a decision needs under each text."""
    for at, text in enumerate(reform.texts):
        seats = sum(kind.count for kind in text.seats)
        value = None if text.needs is None else text.needs.estimate
        if value is not None:
            yield (
                at,
                _number(
                    text.needs,
                    f"reform.texts[{text.id}].needs",
                    int(value),
                    (1.0, float(seats)),
                    1.0,
                    "votes",
                    text.source,
                    f"the votes needed under {text.name}",
                    f"How many of the {seats} votes does a decision need under {text.name}?",
                ),
            )


def seats(reform: Reform) -> Iterator[tuple[int, Input]]:
    """Yield the number of seats of each kind under each text."""
    at = 0
    for text in reform.texts:
        for kind in text.seats:
            yield (
                at,
                _number(
                    None,
                    f"reform.texts[{text.id}].seats[{kind.id}].count",
                    kind.count,
                    (1.0, 200.0),
                    1.0,
                    "seats",
                    text.source,
                    f"the number of seats “{kind.name}” under {text.name}",
                    f"Does {text.name} have {kind.count} seats “{kind.name}”?",
                ),
            )
            at += 1


def terms(reform: Reform) -> Iterator[tuple[int, Input]]:
    """Yield the length of a term of each kind of seat that has one."""
    at = 0
    for text in reform.texts:
        for kind in text.seats:
            if kind.term_years is not None and kind.term_years.estimate is not None:
                yield (
                    at,
                    _number(
                        kind.term_years,
                        f"reform.texts[{text.id}].seats[{kind.id}].term_years",
                        kind.term_years.estimate,
                        (0.5, 50.0),
                        None,
                        "years",
                        text.source,
                        f"the term of a seat “{kind.name}” under {text.name}",
                        f"How long is a seat “{kind.name}” held under {text.name}?",
                    ),
                )
            at += 1


def populations(reform: Reform) -> Iterator[tuple[int, Input]]:
    """Yield the inhabitants of each group that states them."""
    for at, group in enumerate(reform.groups):
        if group.population is not None and group.population.estimate is not None:
            yield (
                at,
                _number(
                    group.population,
                    f"reform.groups[{group.id}].population",
                    group.population.estimate,
                    (1.0, 1e10),
                    None,
                    "inhabitants",
                    group.population.source,
                    f"the inhabitants of {group.name}",
                    f"How many people live in the members of {group.name}?",
                ),
            )


def _number(
    cell: CellDetail | None,
    path: str,
    value: Number,
    domain: tuple[float, float],
    step: float | None,
    unit: str,
    source: str | None,
    label: str,
    question: str,
) -> Input:
    named = (cell.source if cell else None) or source
    quoted = cell is not None and any(item.quote for item in cell.evidence)
    basis = resting_on(named, cell is not None and cell.unverified, quoted=quoted)
    remarks = () if cell is None else tuple(filter(None, (cell.note, "not verified" if cell.unverified else None)))
    spread = None if cell is None or cell.interval is None else cell.interval
    if spread is not None:
        spread = (max(domain[0], spread[0]), min(domain[1], spread[1]))
    return Input(path, value, domain, step, spread, unit, named, False, label, question, basis, remarks)
