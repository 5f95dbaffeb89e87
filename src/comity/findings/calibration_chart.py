"""The chart of calibration: the share that a band was made to hold beside the share that it held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from comity.findings.charts import GRID, INK, MUTED, SERIES, Pair, styled
from comity.findings.contract import Spec

Held: TypeAlias = tuple[str, float, float, Pair, int]
_SHAPES = ("circle", "square", "diamond", "triangle-up")
_HIGH, _WIDE = 360, 520
_APART = 0.03


def calibration(held: Sequence[Held]) -> Spec:
    """Each band as a point with its exact interval; on the diagonal it held what it was made to hold.

    ``held`` has one row a band: whose it is, the share that it was made to hold, the share that it held, the 95 %
    interval of that share, and how many questions it rests on; at most four names. Points of one share stand side by
    side.
    """
    import altair as alt

    names = list(dict.fromkeys(name for name, *_ in held))
    values = [
        {
            "name": name,
            "made": made,
            "at": round(made + _APART * (names.index(name) - (len(names) - 1) / 2), 6),
            "held": share,
            "low": low,
            "high": high,
            "n": n,
        }
        for name, made, share, (low, high), n in held
    ]
    whole = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("at:Q", scale=whole, title="made to hold").axis(format="%", values=[0, 0.25, 0.5, 0.8, 1], grid=False)
    colour = alt.Color("name:N", title=None, scale=alt.Scale(domain=names, range=list(SERIES[: len(names)])))
    shape = alt.Shape("name:N", title=None, scale=alt.Scale(domain=names, range=list(_SHAPES[: len(names)])))
    tips = [
        alt.Tooltip("name:N", title="band"),
        alt.Tooltip("made:Q", title="made to hold", format=".0%"),
        alt.Tooltip("held:Q", title="held", format=".0%"),
        alt.Tooltip("low:Q", title="95 % interval from", format=".0%"),
        alt.Tooltip("high:Q", title="to", format=".0%"),
        alt.Tooltip("n:Q", title="settled questions"),
    ]
    ends = alt.Chart(alt.InlineData(values=[{"at": 0, "held": 0}, {"at": 1, "held": 1}]))
    y = alt.Y("held:Q", scale=whole, title="held, with its 95 % interval").axis(format="%", gridColor=GRID)
    diagonal = ends.mark_line(color=MUTED, strokeDash=[6, 3]).encode(x, y)
    words = (
        alt.Chart(alt.InlineData(values=[{"at": 0.02, "held": 0.98, "text": "dashed: holds what it was made to hold"}]))
        .mark_text(align="left", baseline="top", color=INK)
        .encode(x, y, text="text:N")
    )
    data = alt.Chart(alt.InlineData(values=values))
    bars = data.mark_rule(strokeWidth=2).encode(x, alt.Y("low:Q", scale=whole), y2="high:Q", color=colour, tooltip=tips)
    points = data.mark_point(filled=True, size=110, opacity=1).encode(x, y, color=colour, shape=shape, tooltip=tips)
    return styled(alt.layer(diagonal, words, bars, points).properties(width=_WIDE, height=_HIGH))
