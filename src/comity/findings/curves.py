"""Charts of lines: a number followed along another, and lines that part what works from what does not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from comity.findings.charts import INK, MUTED, SECOND, SERIES, WIDTH, Pair, plain, styled
from comity.findings.contract import Spec

_HEIGHT = 300
_DASHES: tuple[list[int], ...] = ([1, 0], [6, 3], [2, 3], [8, 3, 2, 3])


def frontier(
    at: ArrayLike, curves: Mapping[str, ArrayLike], today: Pair, *, scale: Pair, x_title: str, y_title: str, above: str
) -> Spec:
    """Lines that part what works from what does not, and where the case stands.

    ``at`` and each curve have shape ``(n_points,)``, at most four curves; ``scale`` are the ends of the axis of ``at``.
    The plot ends at three times today's height, or a little above the lowest line where today lies far below all of
    them. ``above`` says what holds above a line.
    """
    import altair as alt

    x_values = np.asarray(at, float)
    lines = {name: np.asarray(values, float) for name, values in curves.items()}
    lowest = min((float(np.interp(today[0], x_values, values)) for values in lines.values()), default=0.0)
    top = max(3 * today[1], 1.25 * lowest if math.isfinite(lowest) else 0.0, 1e-9)
    values = [
        {"x": plain(x), "y": plain(y), "line": name}
        for name, column in lines.items()
        for x, y in zip(x_values, column, strict=True)
        if math.isfinite(y) and y <= top
    ]
    x_scale = alt.Scale(domain=list(scale), nice=False)
    y_scale = alt.Scale(domain=[0, top], nice=False)
    x = alt.X("x:Q", title=x_title, scale=x_scale).axis(grid=False, tickCount=8)
    y = alt.Y("y:Q", title=y_title, scale=y_scale)
    names = list(lines)
    styles = {
        "color": alt.Color("line:N", title=None, scale=alt.Scale(domain=names, range=list(SERIES[: len(names)]))),
        "strokeDash": alt.StrokeDash(
            "line:N", title=None, scale=alt.Scale(domain=names, range=list(_DASHES[: len(names)]))
        ),
    }
    tips = [
        alt.Tooltip("line:N", title="line"),
        alt.Tooltip("x:Q", title=x_title, format=".3~g"),
        alt.Tooltip("y:Q", title=y_title, format=".3~g"),
    ]
    data: Any = alt.Chart(alt.InlineData(values=values))
    drawn = data.mark_line(strokeWidth=2).encode(x, y, tooltip=tips, **styles)
    here = alt.Chart(alt.InlineData(values=[{"x": plain(today[0]), "y": plain(today[1]), "text": "today"}]))
    near_end = today[0] > scale[0] + 0.85 * (scale[1] - scale[0])
    point = here.mark_point(shape="diamond", filled=True, size=130, color=SECOND, opacity=1).encode(x, y)
    label = here.mark_text(
        align="right" if near_end else "left", dx=-10 if near_end else 10, baseline="middle", color=INK
    ).encode(x, y, text="text:N")
    words = (
        alt.Chart(alt.InlineData(values=[{"text": above}]))
        .mark_text(align="right", baseline="top", color=MUTED)
        .encode(x=alt.value(WIDTH - 6), y=alt.value(6), text="text:N")
    )
    return styled(alt.layer(drawn, point, label, words).properties(width=WIDTH, height=_HEIGHT))


def lines(
    at: ArrayLike, series: Mapping[str, ArrayLike], *, marks: Sequence[tuple[str, float]], x_title: str, y_title: str
) -> Spec:
    """Named lines over one number, each named at its end, and labelled upright rules where something jumps.

    ``at`` and each of the series have shape ``(n_points,)``; at most eight series.
    """
    import altair as alt

    x_values = np.asarray(at, float)
    columns = {name: np.asarray(values, float) for name, values in series.items()}
    names = list(columns)
    top = max((float(np.nanmax(values)) for values in columns.values()), default=1.0) * 1.08 or 1.0
    values = [
        {"x": plain(x), "y": plain(y), "line": name}
        for name, column in columns.items()
        for x, y in zip(x_values, column, strict=True)
        if math.isfinite(y)
    ]
    low, high = float(x_values.min()), float(x_values.max())
    x = alt.X("x:Q", title=x_title, scale=alt.Scale(domain=[low, high], nice=False)).axis(grid=False)
    y = alt.Y("y:Q", title=y_title, scale=alt.Scale(domain=[0, top], nice=False))
    colours = [(*SERIES, INK)[place % (len(SERIES) + 1)] for place in range(len(names))]
    dashes = [_DASHES[place % len(_DASHES)] for place in range(len(names))]
    styles = {
        "color": alt.Color("line:N", sort=names, title=None, scale=alt.Scale(domain=names, range=colours)),
        "strokeDash": alt.StrokeDash("line:N", sort=names, title=None, scale=alt.Scale(domain=names, range=dashes)),
    }
    tips = [
        alt.Tooltip("line:N", title="line"),
        alt.Tooltip("x:Q", title=x_title, format=".4~g"),
        alt.Tooltip("y:Q", title=y_title, format=".3~g"),
    ]
    layers: list[Any] = [
        alt.Chart(alt.InlineData(values=values)).mark_line(strokeWidth=2).encode(x, y, tooltip=tips, **styles)
    ]
    for place, (name, where) in enumerate(marks):
        flag = alt.Chart(alt.InlineData(values=[{"x": plain(where), "text": f"{name}: {where:.3g}"}]))
        near_end = where > low + 0.7 * (high - low)
        layers.append(flag.mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x))
        layers.append(
            flag.mark_text(align="right" if near_end else "left", dx=-5 if near_end else 5, color=INK).encode(
                x, y=alt.value(10 + 16 * place), text="text:N"
            )
        )
    return styled(alt.layer(*layers).properties(width=WIDTH, height=_HEIGHT))
