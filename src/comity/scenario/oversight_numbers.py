"""The numbers of delegation, monitoring and disputes, each with its legal values and the words that ask about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comity.scenario.cells import CellDetail, Domain, Section
from comity.scenario.decision_rules import Institution
from comity.scenario.oversight import PROBABILITY, Amount, Asks, Delegation, Disputes, Monitoring

SECTIONS: dict[str, type[Section]] = {"delegation": Delegation, "monitoring": Monitoring, "disputes": Disputes}
STAGE_LENGTHS = "institution.disputes.stages.length"
# A search for a changed answer looks this many times as far as the largest amount of the section.
_FAR = 10.0


@dataclass(frozen=True)
class Watched:
    """One number of an institution's oversight.

    Attributes:
        path: its path by identity.
        cell: the number as written.
        domain: its legal values, with a step where only whole ones are legal.
        share: whether the default half-width is a share of the number (an amount) or as it stands (a probability);
            None where a number without a range is counted or decided, and not redrawn.
        unit: its unit, empty for a probability.
        asks: its name and its question.
        source: the section's source.
        note: what stands beside the number.
        unverified: whether what it stands in is not checked against its source.
    """

    path: str
    cell: CellDetail
    domain: Domain
    share: bool | None
    unit: str
    asks: Asks
    source: str | None
    note: str | None = None
    unverified: bool = False


def legal(section: type[Section], name: str) -> Domain | Amount | None:
    """Return what a number of a section may be; None where the field is no number.

    Example:
        >>> legal(Monitoring, "detection")
        Domain(low=0.0, high=1.0, step=None)
    """
    return next((each for each in section.model_fields[name].metadata if isinstance(each, Domain | Amount)), None)


def numbers(section: type[Section]) -> tuple[str, ...]:
    """Return the fields of a section that hold a number.

    Example:
        >>> numbers(Delegation)
        ('bias', 'shock')
    """
    return tuple(name for name in section.model_fields if legal(section, name) is not None)


def watched(institution: Institution, section: str, name: str) -> Iterator[Watched]:
    """Yield the number of one field, where the file states it."""
    held = getattr(institution, section)
    cell = getattr(held, name, None)
    if not isinstance(cell, CellDetail) or cell.estimate is None:
        return
    kind = legal(SECTIONS[section], name)
    asks = next(each for each in SECTIONS[section].model_fields[name].metadata if isinstance(each, Asks))
    path = f"institution.{section}.{name}"
    unread = held.unverified and cell.source is None
    if isinstance(kind, Domain):
        unit = "" if kind is PROBABILITY else "parties"
        yield Watched(path, cell, kind, None if asks.decided else False, unit, asks, held.source, unverified=unread)
    elif isinstance(kind, Amount):
        reach = _FAR * _largest(held)
        domain = Domain(-reach if kind.signed else kind.low, max(reach, kind.low))
        yield Watched(path, cell, domain, True, held.unit, asks, held.source, unverified=unread)


def _largest(held: Section) -> float:
    """The largest amount of a section, ranges included: they are all in one unit."""
    sizes = [1e-6]
    for name in numbers(type(held)):
        cell = getattr(held, name)
        if isinstance(legal(type(held), name), Amount) and cell is not None:
            sizes += [abs(end) for end in (cell.estimate, *(cell.interval or ())) if end is not None]
    return max(sizes)


def stage_lengths(institution: Institution) -> Iterator[tuple[int, Watched]]:
    """Yield place and length of every stage of a dispute that states one."""
    disputes = institution.disputes
    for at, stage in enumerate(disputes.stages if disputes else ()):
        if stage.length is None or stage.length.estimate is None:
            continue
        asks = Asks(
            f"the length of “{stage.name}”", f"Does “{stage.name}” really take {stage.length.estimate:g} {stage.unit}?"
        )
        source = stage.source or (disputes.source if disputes else None)
        path = f"institution.disputes.stages[{stage.id}].length"
        # Scanning a century day by day would miss a procedure of months.
        longest = max(_FAR * stage.length.estimate, (stage.length.interval or (0.0, 0.0))[1], 1.0)
        unread = stage.unverified or (disputes is not None and disputes.unverified and stage.source is None)
        unread = unread and stage.length.source is None
        domain = Domain(0.0, longest)
        yield at, Watched(path, stage.length, domain, None, stage.unit, asks, source, stage.note, unread)


def without_numbers(institution: Institution | None, section: str) -> Section | None:
    """Return a section with its words alone, or None; its numbers are fields of their own."""
    held = getattr(institution, section, None)
    if held is None:
        return None
    bare: Section = held.model_copy(update=dict.fromkeys(numbers(type(held))))
    if isinstance(bare, Disputes):
        stages = tuple(stage.model_copy(update={"length": None}) for stage in bare.stages)
        bare = bare.model_copy(update={"stages": stages})
    return bare


def with_number(institution: Institution, path: str, put: Callable[[Section, str], Section]) -> Institution | None:
    """Return the institution with one number changed by ``put``; None where the path is none of its numbers here."""
    found = re.fullmatch(rf"institution\.({'|'.join(SECTIONS)})\.(?:stages\[(.+)\]\.)?(\w+)", path)
    if found is None:
        return None
    section, stage, name = found.groups()
    held = getattr(institution, section)
    if stage is None:
        held = put(held, name)
    else:
        stages = tuple(put(each, name) if each.id == stage else each for each in held.stages)
        held = held.model_copy(update={"stages": stages})
    return institution.model_copy(update={section: held})
