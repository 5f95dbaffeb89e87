"""Variants of one case side by side: what leads page one, and every verdict that is not the same in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from comity.brief.contents import Brief
from comity.brief.page_one import leads
from comity.findings import Finding, Table
from comity.findings.contract import Spec, Value
from comity.findings.wording import band, on_scale, two

if TYPE_CHECKING:
    from comity.findings.charts import Row

_MOST_CHARTS = 4


@dataclass(frozen=True)
class Picture:
    """A chart of one question over the variants."""

    title: str
    summary: str
    chart: Callable[[], Spec]


def side_by_side(variants: Sequence[tuple[str, Brief]]) -> tuple[Table, tuple[Picture, ...]]:
    """Set variants of one case beside each other.

    Args:
        variants: a name for each, and its brief; the first is the case as written. The same seed in all of them, so
            that a difference is the variant's.

    Returns:
        A table with a row a variant, and a chart for each question that leads with a number.
    """
    heads = [found for found in leads(variants[0][1].findings) if found.value is not None]
    held = [{_anchor(found): found for found in brief.findings} for _, brief in variants]
    told = [found for found in variants[0][1].findings if found.verdict is not None]
    several = [found for found in told if len({_verdict(each.get(_anchor(found))) for each in held}) > 1]
    columns = ["variant"]
    columns += [_called(found, "estimate" + (f", {found.unit}" if found.unit else "")) for found in heads]
    columns += [_called(found, "8 in 10") for found in heads]
    columns += [found.question + (f" ({found.subject})" if found.subject else "") for found in several]
    rows: list[tuple[Value, ...]] = []
    for (name, _), found in zip(variants, held, strict=True):
        cells: list[Value] = [name]
        cells += [_estimate(found.get(_anchor(head))) for head in heads]
        cells += [_band(found.get(_anchor(head))) for head in heads]
        cells += [_verdict(found.get(_anchor(each))) for each in several]
        rows.append(tuple(cells))
    pictures = tuple(_picture(head, [name for name, _ in variants], held) for head in heads[:_MOST_CHARTS])
    return Table("Variants of the case", tuple(columns), tuple(rows)), pictures


def _anchor(found: Finding) -> tuple[str, str | None, str]:
    return found.analysis, found.subject, found.key


def _called(found: Finding, what: str) -> str:
    return f"{found.subject}: {what}" if found.subject else what


def _headline(found: Finding | None) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    held = found.bands if found is not None else None
    if held is None:
        return None, None
    if held.headline == "record":
        return held.record_eight_in_ten, held.record_five_in_ten
    return held.input_eight_in_ten, held.input_five_in_ten


def _estimate(found: Finding | None) -> Value:
    if found is None or found.value is None:
        return None
    ends = _headline(found)[0]
    return on_scale(found.value, ends) if ends is not None and ends[1] > ends[0] else two(found.value)


def _band(found: Finding | None) -> Value:
    ends = _headline(found)[0]
    return band(ends, ends) if ends is not None and ends[1] > ends[0] else None


def _verdict(found: Finding | None) -> Value:
    return found.verdict if found is not None else None


def _picture(
    head: Finding, names: Sequence[str], held: Sequence[dict[tuple[str, str | None, str], Finding]]
) -> Picture:
    found = [(name, each[_anchor(head)]) for name, each in zip(names, held, strict=True) if _anchor(head) in each]
    rows = [
        (name, each.value, *_headline(each), at == 0) for at, (name, each) in enumerate(found) if each.value is not None
    ]
    ends = [end for row in rows for pair in (row[2], (row[1], row[1])) if pair is not None for end in pair]
    about = f" ({head.subject})" if head.subject else ""
    words = "; ".join(f"{name}: {_estimate(each)}" for name, each in found)
    return Picture(
        f"{head.question}{about}", f"{words}.", partial(_chart, rows, (min(ends), max(ends)), head.unit or "")
    )


def _chart(rows: Sequence[Row], scale: tuple[float, float], unit: str) -> Spec:
    from comity.findings.charts import estimates_with_bands

    margin = (scale[1] - scale[0]) * 0.05 or 1.0
    ends = (scale[0] - margin, scale[1] + margin)
    return estimates_with_bands(rows, ends, unit, legend=("as in the file", "variant"))
