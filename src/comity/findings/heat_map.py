"""Heat maps in the design of ``charts``: a value for each pair of actors, and a place for each actor and issue.

One colour in shades, so that any vision tells them apart; where there is room the value stands in its cell. Shade is
opacity and not a scale of colours, so that the page's dark style recolours it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from comity.findings.charts import ACCENT, GRID, INK, MUTED, PAPER, plain, styled, told_apart
from comity.findings.contract import Spec

MOST_WRITTEN = 15
"""Of more names than this the cells hold no text: the shade and the tooltip say the value."""

_MOST_SIDE = 560
_CELL, _LEAST_CELL = 44, 3
_FAINT = 0.06


def pairs(
    names: Sequence[str],
    values: ArrayLike,
    title: str,
    *,
    ends: tuple[float, float] = (0.0, 1.0),
    digits: int = 2,
    groups: Sequence[int] = (),
) -> Spec:
    """A value for each pair of actors: a square of shades, in the order of ``names``.

    ``values`` (n, n); NaN and the diagonal are left empty. ``ends`` are the values of the palest and the darkest shade.
    ``groups`` (n,) is what each actor belongs to, where the order goes by it: lines set the groups apart.
    """
    import altair as alt

    held = np.asarray(values, float)
    labels = told_apart(names)
    n = len(labels)
    cells = [
        {"row": labels[i], "column": labels[j], **_shade(held[i, j], ends, digits)}
        for i in range(n)
        for j in range(n)
        if i != j and math.isfinite(held[i, j])
    ]
    side = _side(n)
    x = alt.X("column:N", sort=labels, scale=alt.Scale(domain=labels, paddingInner=0), title=None)
    x = x.axis(orient="top", labelAngle=-45, domain=False, ticks=False, labels=side >= 10, labelPadding=6)
    y = alt.Y("row:N", sort=labels, scale=alt.Scale(domain=labels, paddingInner=0), title=None)
    y = y.axis(domain=False, ticks=False, labels=side >= 10, labelPadding=6)
    data = alt.Chart(alt.InlineData(values=cells))
    tips = [alt.Tooltip("row:N", title="actor"), alt.Tooltip("column:N", title="and"), _tip(title)]
    layers = [_tiles(data, x, y, title, ends, tips)]
    if n <= MOST_WRITTEN:
        layers += _written(data, x, y)
    layers += _lines(groups, side)
    return styled(alt.layer(*layers).properties(width=side * n, height=side * n))


def places(
    actors: Sequence[str],
    issues: Sequence[str],
    shares: ArrayLike,
    salience: ArrayLike,
    written: Sequence[Sequence[str]],
    *,
    groups: Sequence[int] = (),
) -> Spec:
    """Where each actor stands on each issue: shade for the place on the scale, size for how much it matters.

    ``shares`` (n_actors, n_issues) are places on the scales, 0 to 1, and NaN where none is stated; ``salience`` the
    same shape, 0 to 1. ``written`` is what stands beside each mark where there is room, such as the position with its
    unit.
    """
    import altair as alt

    where, care = np.asarray(shares, float), np.asarray(salience, float)
    rows, columns = told_apart(actors), told_apart(issues)
    cells = [
        {
            "actor": rows[i],
            "issue": columns[j],
            "share": plain(where[i, j]),
            "salience": plain(care[i, j]),
            "position": written[i][j],
        }
        for i in range(len(rows))
        for j in range(len(columns))
        if math.isfinite(where[i, j])
    ]
    height = max(_side(len(rows)), 12) if len(rows) > MOST_WRITTEN else 34
    width = max(110, min(170, _MOST_SIDE // max(len(columns), 1)))
    x = alt.X("issue:N", sort=columns, scale=alt.Scale(domain=columns, paddingInner=0), title=None)
    x = x.axis(orient="top", labelAngle=0, domain=False, ticks=False, labelPadding=6, labelLimit=width - 8)
    y = alt.Y("actor:N", sort=rows, scale=alt.Scale(domain=rows, paddingInner=0), title=None)
    y = y.axis(domain=False, ticks=False, labelPadding=6)
    data = alt.Chart(alt.InlineData(values=cells))
    tips = [
        alt.Tooltip("actor:N"),
        alt.Tooltip("issue:N"),
        alt.Tooltip("position:N"),
        alt.Tooltip("salience:Q", title="salience, 0 to 1", format=".2~g"),
    ]
    area = alt.Size("salience:Q", legend=None)
    area = area.scale(domain=[0, 1], range=[12, 620 if len(rows) <= MOST_WRITTEN else 160])
    shade = alt.Opacity("share:Q", legend=None).scale(domain=[0, 1], range=[_FAINT, 1], clamp=True)
    dots = data.mark_circle(color=ACCENT, xOffset=-24).encode(x, y, size=area, opacity=shade, tooltip=tips)
    ring = data.mark_point(color=MUTED, filled=False, strokeWidth=1, xOffset=-24).encode(x, y, size=area, tooltip=tips)
    layers = [dots, ring]
    if len(rows) <= MOST_WRITTEN:
        layers.append(data.mark_text(align="left", dx=-4, color=INK).encode(x, y, text="position:N", tooltip=tips))
    layers += _lines(groups, height, width * len(columns))
    title = "size: salience; shade: place on the scale, from pale (low end) to dark (high end)"
    return styled(alt.layer(*layers).properties(width=width * len(columns), height=height * len(rows), title=title))


def _side(n: int) -> int:
    """Pixels of a cell's side."""
    return int(max(_LEAST_CELL, min(_CELL, _MOST_SIDE // max(n, 1))))


def _shade(value: float, ends: tuple[float, float], digits: int) -> dict[str, Any]:
    share = (value - ends[0]) / ((ends[1] - ends[0]) or 1.0)
    text = f"{value:.{digits}f}"
    return {
        "value": plain(value),
        "text": text.removeprefix("-") if float(text) == 0 else text,
        "dark": bool(share > 0.8),
    }


def _tip(title: str) -> Any:
    import altair as alt

    return alt.Tooltip("value:Q", title=title, format=".2~g")


def _opacity(field: str, title: str, ends: tuple[float, float]) -> Any:
    import altair as alt

    shade = alt.Opacity(f"{field}:Q", title=title)
    middle = (ends[0] + ends[1]) / 2
    return shade.scale(domain=list(ends), range=[_FAINT, 1], clamp=True).legend(
        values=[ends[0], middle, ends[1]],
        symbolFillColor=ACCENT,
        symbolStrokeWidth=0,
        symbolType="square",
        titleLimit=_MOST_SIDE,
    )


def _tiles(data: Any, x: Any, y: Any, title: str, ends: tuple[float, float], tips: list[Any]) -> Any:
    return data.mark_rect(color=ACCENT, stroke=PAPER, strokeWidth=1).encode(
        x, y, opacity=_opacity("value", title, ends), tooltip=tips
    )


def _written(data: Any, x: Any, y: Any) -> list[Any]:
    return [
        data.transform_filter(f"{'' if dark else '!'}datum.dark")
        .mark_text(baseline="middle", fontSize=11, color=PAPER if dark else INK)
        .encode(x, y, text="text:N")
        for dark in (True, False)
    ]


def _lines(groups: Sequence[int], side: int, width: int | None = None) -> list[Any]:
    """A line where the group changes from one actor to the next: across, and down too in a square."""
    import altair as alt

    cuts = [at for at in range(1, len(groups)) if groups[at] != groups[at - 1]]
    whole = side * len(groups)
    made = []
    for cut in cuts:
        place = alt.Chart(alt.InlineData(values=[{}])).mark_rule(color=MUTED if width is None else GRID, strokeWidth=2)
        across = place.encode(y=alt.value(cut * side), x=alt.value(0), x2=alt.value(whole if width is None else width))
        made.append(across)
        if width is None:
            made.append(place.encode(x=alt.value(cut * side), y=alt.value(0), y2=alt.value(whole)))
    return made
