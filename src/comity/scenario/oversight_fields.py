"""The numbers of delegation, monitoring and disputes as fields that an analysis can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from comity.findings import Input
from comity.scenario.judged import Field, Placed, judged
from comity.scenario.oversight import Asks
from comity.scenario.oversight_numbers import SECTIONS, STAGE_LENGTHS, Watched, numbers, stage_lengths, watched
from comity.scenario.schema import ScenarioFile


def _oversight(section: str, name: str) -> Field:
    path = f"institution.{section}.{name}"

    def read(file: ScenarioFile, several: bool) -> Iterator[Placed]:
        for number in watched(file.institution, section, name) if file.institution else ():
            yield Placed(_watched(number, file.ranges.oversight), ())

    asks = next(watching for watching in SECTIONS[section].model_fields[name].metadata if isinstance(watching, Asks))
    return Field(path, (), f"{asks.label} (`{path}`)", read)


def _stage_lengths(file: ScenarioFile, several: bool) -> Iterator[Placed]:
    for at, number in stage_lengths(file.institution) if file.institution else ():
        yield Placed(_watched(number, file.ranges.oversight), (at,))


def _watched(number: Watched, half_width: float) -> Input:
    domain = (number.domain.low, number.domain.high)
    estimate = number.cell.estimate
    assert estimate is not None
    width = half_width * (abs(estimate) if number.share else 1.0)
    item = judged(
        number.cell,
        number.path,
        domain,
        width,
        unit=number.unit,
        label=number.asks.label,
        question=number.asks.question,
        source=number.source,
        note=number.note,
        unverified=number.unverified,
    )
    assert item is not None
    if number.share is None and number.cell.interval is None:
        item = replace(item, spread=None, assumed=False)  # counted, or a legal time limit
    if number.domain.step is not None:
        item = replace(item, value=int(estimate), step=number.domain.step)
    return item


OVERSIGHT_FIELDS: tuple[Field, ...] = (
    *(_oversight(section, name) for section, model in SECTIONS.items() for name in numbers(model)),
    Field(STAGE_LENGTHS, ("stages",), "a dispute's stages with their lengths", _stage_lengths),
)
