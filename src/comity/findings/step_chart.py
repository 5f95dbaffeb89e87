"""A chart of quantities that grow in steps over the years towards what is needed, in the design of ``charts``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comity.findings.charts import ACCENT, INK, SECOND, WIDTH, plain, styled
from comity.findings.contract import Spec

_HEIGHT = 170
_YEARS_ALONE = 4 * 365  # days: over longer times the axis names years only


@dataclass(frozen=True)
class Growth:
    """One quantity over time.

    Attributes:
        name: what is counted, as the axis says it.
        days: the days on which it changed, as 2004-11-18, rising.
        values: its value from each of these days on.
        needed: the value that is needed.
        share: True where the values are shares, to be printed as percentages.
    """

    name: str
    days: Sequence[str]
    values: Sequence[float]
    needed: float
    share: bool


def steps_to_thresholds(growths: Sequence[Growth], marks: Sequence[tuple[str, str]], ends: tuple[str, str]) -> Spec:
    """A panel for each quantity, one below the other: its steps, what is needed, and days that are marked in all.

    ``marks`` are pairs of a label and a day; ``ends`` the first and the last day that are drawn.
    """
    import altair as alt

    panels = []
    for at, growth in enumerate(growths):
        panels.append(_panel(growth, marks if at == 0 else [("", day) for _, day in marks], ends))
    return styled(alt.vconcat(*panels, spacing=22))


def _panel(growth: Growth, marks: Sequence[tuple[str, str]], ends: tuple[str, str]) -> Any:
    import altair as alt

    written: list[dict[str, Any]] = [
        {"day": day, "value": plain(value)} for day, value in zip(growth.days, growth.values, strict=True)
    ]
    # The line runs from nothing on the first day to the last value on the last.
    steps: list[dict[str, Any]] = [{"day": ends[0], "value": 0.0}, *written]
    steps.append({"day": ends[1], "value": written[-1]["value"] if written else 0.0})
    digits = ".0%" if growth.share else ",d"
    top = 1.12 * max([growth.needed, *growth.values])
    # Days are days wherever the page is read: the scale is in coordinated universal time.
    x = alt.X("day:T", title=None, scale=alt.Scale(type="utc", domain=list(ends), nice=False))
    long = _days_between(*ends) > _YEARS_ALONE
    x = x.axis(grid=False, tickCount=8 if long else 5, formatType="utc", format="%Y" if long else "%b %Y")
    y = alt.Y("value:Q", title=growth.name, scale=alt.Scale(domain=[0, plain(top)], nice=False))
    y = y.axis(format=digits, tickCount=5, grid=False)
    when = alt.Tooltip("utcyearmonthdate(day):T", title="day")
    tips = [when, alt.Tooltip("value:Q", title=growth.name, format=digits)]
    line = alt.Chart(alt.InlineData(values=steps)).mark_line(
        interpolate="step-after", color=ACCENT, strokeWidth=2.5
    ).encode(x, y)  # fmt: skip
    dots = alt.Chart(alt.InlineData(values=written)).mark_circle(color=ACCENT, size=36, opacity=1)
    needed = f"{growth.needed:.0%}".replace("%", " %") if growth.share else f"{growth.needed:,.0f}"
    threshold = alt.Chart(alt.InlineData(values=[{"value": plain(growth.needed), "text": f"needed: {needed}"}]))
    layers = [
        line,
        dots.encode(x, y, tooltip=tips),
        threshold.mark_rule(color=SECOND, strokeWidth=2, strokeDash=[6, 3]).encode(y),
        threshold.mark_text(align="left", baseline="bottom", dx=4, dy=-3, color=SECOND).encode(
            y, x=alt.value(0), text="text:N"
        ),
    ]
    flags = [{"day": day, "text": text, "lane": lane} for lane, (text, day) in enumerate(marks)]
    days = alt.Chart(alt.InlineData(values=flags))
    layers.append(days.mark_rule(color=INK, strokeWidth=1, strokeDash=[2, 3]).encode(x))
    for lane in range(len(flags) if any(text for text, _ in marks) else 0):
        late = _share_of(str(flags[lane]["day"]), ends) > 0.6
        layers.append(
            days.transform_filter(f"datum.lane == {lane}")
            .mark_text(align="right" if late else "left", dx=-4 if late else 4, baseline="bottom", color=INK)
            .encode(x, y=alt.value(-4 - 15 * lane), text="text:N")
        )
    return alt.layer(*layers).properties(width=WIDTH - 60, height=_HEIGHT)


def _days_between(first: str, last: str) -> int:
    from datetime import date

    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _share_of(day: str, ends: tuple[str, str]) -> float:
    """How far along the axis a day lies, 0 to 1."""
    return _days_between(ends[0], day) / max(_days_between(*ends), 1)
