"""Charts of packages: the frontier of two parties with deals on it, and parallel scales for more parties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from comity.findings.charts import ACCENT, INK, MUTED, SERIES, WIDTH, plain, styled, told_apart
from comity.findings.contract import Spec

Marks = Sequence[tuple[str, ArrayLike]]
_SHAPES = ("circle", "diamond", "square", "triangle-up", "cross", "triangle-down")
_DASHES: tuple[list[int], ...] = ([], [6, 3], [2, 3], [8, 3, 2, 3], [1, 2], [10, 4])
_COLOURS = (*SERIES[1:], SERIES[0], INK, MUTED)
_HEIGHT = 300


def frontier_of_two(parties: Sequence[str], frontier: ArrayLike, lines: ArrayLike | None, marks: Marks) -> Spec:
    """The frontier of two parties as dots, their lines (what they accept at least) as rules, and deals as marks.

    ``frontier`` is ``(n_points, 2)`` in utilities, ``lines`` ``(2,)`` or None; each mark a name and ``(2,)``.
    """
    import altair as alt

    points = np.asarray(frontier, float)
    values = [{"x": plain(x), "y": plain(y)} for x, y in points]
    x = alt.X("x:Q", title=f"{parties[0]}, own scale", scale=alt.Scale(zero=False)).axis(grid=False)
    y = alt.Y("y:Q", title=f"{parties[1]}, own scale", scale=alt.Scale(zero=False)).axis(grid=False)
    tips = [alt.Tooltip("x:Q", title=parties[0]), alt.Tooltip("y:Q", title=parties[1])]
    data = alt.Chart(alt.InlineData(values=values))
    # No line joins the dots: between two packages there is no third.
    layers: list[Any] = [data.mark_circle(color=ACCENT, size=60, opacity=1).encode(x, y, tooltip=tips)]
    if lines is not None:
        first, second = (float(each) for each in np.asarray(lines, float))
        rule = alt.Chart(alt.InlineData(values=[{"x": plain(first), "y": plain(second)}]))
        layers += [rule.mark_rule(color=MUTED, strokeDash=[4, 3]).encode(axis) for axis in (x, y)]
    layers += _marked(marks, x, y, tips)
    return styled(alt.layer(*layers).properties(width=WIDTH - 160, height=_HEIGHT))


def _marked(marks: Marks, x: Any, y: Any, tips: list[Any]) -> list[Any]:
    import altair as alt

    if not marks:
        return []
    names = told_apart([name for name, _ in marks])
    values = [
        {"deal": name, "x": plain(np.asarray(place)[0]), "y": plain(np.asarray(place)[1])}
        for name, (_, place) in zip(names, marks, strict=True)
    ]
    data = alt.Chart(alt.InlineData(values=values))
    points = data.mark_point(filled=True, size=130, opacity=1).encode(
        x, y, color=_colour(names), shape=_shape(names), tooltip=[alt.Tooltip("deal:N"), *tips]
    )
    return [points]


def _colour(names: Sequence[str]) -> Any:
    import altair as alt

    colours = [_COLOURS[at % len(_COLOURS)] for at in range(len(names))]
    return alt.Color("deal:N", sort=list(names), title=None).scale(domain=list(names), range=colours)


def _shape(names: Sequence[str]) -> Any:
    import altair as alt

    shapes = [_SHAPES[at % len(_SHAPES)] for at in range(len(names))]
    return alt.Shape("deal:N", sort=list(names), title=None).scale(domain=list(names), range=shapes)


def deals_on_own_scales(
    parties: Sequence[str],
    points: ArrayLike,
    lines: ArrayLike | None,
    ends: tuple[ArrayLike, ArrayLike],
    marks: Marks,
) -> Spec:
    """Parallel scales, one a party, from its worst to its best package: frontier deals thin, marked deals thick.

    ``points`` is ``(n_points, n_parties)``; ``lines`` ``(n_parties,)`` or None is what each accepts at least, drawn as
    a tick; ``ends`` are each party's worst and best package. Heights are shares of a party's own range, and compare
    no party with another.
    """
    import altair as alt

    low, high = (np.asarray(each, float) for each in ends)
    width = np.where(high > low, high - low, 1.0)
    names = told_apart(list(parties))
    deals = told_apart([name for name, _ in marks])

    def rows(utilities: ArrayLike, **more: Any) -> list[dict[str, Any]]:
        found = np.asarray(utilities, float)
        return [
            {
                "party": name,
                "share": plain((found[at] - low[at]) / width[at]),
                "utility": plain(found[at]),
                **more,
            }
            for at, name in enumerate(names)
        ]

    x = alt.X("party:N", sort=names, title=None).axis(labelAngle=0, labelLimit=105, grid=True, domain=False)
    top = alt.Scale(domain=[-0.1, 1.05], nice=False)
    y = alt.Y("share:Q", title="from its worst (0 %) to its best package", scale=top).axis(
        format="%", grid=False, values=[0, 0.25, 0.5, 0.75, 1]
    )
    tips = [alt.Tooltip("party:N"), alt.Tooltip("utility:Q", title="on its own scale", format=".3~g")]
    thin = [row for number, point in enumerate(np.asarray(points, float)) for row in rows(point, number=number)]
    layers: list[Any] = [
        alt.Chart(alt.InlineData(values=thin)).mark_line(color=MUTED, strokeWidth=1, opacity=0.5).encode(
            x, y, detail="number:N"
        )
    ]  # fmt: skip
    if lines is not None:
        data = alt.Chart(alt.InlineData(values=rows(lines)))
        layers.append(
            data.mark_tick(orient="horizontal", color=INK, thickness=4, width=26, opacity=1).encode(x, y, tooltip=tips)
        )
    if deals:
        thick = [row for name, (_, place) in zip(deals, marks, strict=True) for row in rows(place, deal=name)]
        data = alt.Chart(alt.InlineData(values=thick))
        dashes = [list(_DASHES[at % len(_DASHES)]) for at in range(len(deals))]
        dash = alt.StrokeDash("deal:N", sort=deals, title=None).scale(domain=deals, range=dashes)
        told = [alt.Tooltip("deal:N"), *tips]
        layers.append(data.mark_line(strokeWidth=2.5).encode(x, y, color=_colour(deals), strokeDash=dash))
        layers.append(
            data.mark_point(filled=True, size=70, opacity=1).encode(
                x, y, color=_colour(deals), shape=_shape(deals), tooltip=told
            )
        )
    note = "thick tick: the least that the party accepts; thin lines: deals on the frontier"
    text = note if lines is not None else "thin lines: deals on the frontier"
    layers.append(
        alt.Chart(alt.InlineData(values=[{"text": text}]))
        .mark_text(align="left", baseline="top", color=MUTED)
        .encode(x=alt.value(0), y=alt.value(_HEIGHT + 30), text="text:N")
    )
    return styled(alt.layer(*layers).properties(width=max(WIDTH - 60, 95 * len(names)), height=_HEIGHT))


def gains_over_drafts(parties: Sequence[str], shares: ArrayLike) -> Spec:
    """What each party has gained by each draft of a text, a line a party; no line ever falls.

    ``shares`` is ``(n_drafts, n_parties)``, the first draft 0: gains as shares of each party's own range.
    """
    import altair as alt

    found = np.asarray(shares, float)
    names = told_apart(list(parties))
    values = [
        {"deal": name, "draft": at, "share": plain(share)}
        for at, row in enumerate(found)
        for name, share in zip(names, row, strict=True)
    ]
    data = alt.Chart(alt.InlineData(values=values))
    x = alt.X("draft:Q", title="draft (0: the start)", scale=alt.Scale(domain=[0, len(found) - 1], nice=False)).axis(
        format="d", values=list(range(0, len(found), 1 + len(found) // 20)), grid=False
    )
    y = alt.Y("share:Q", title="gained so far, of its own range", scale=alt.Scale(zero=True)).axis(format="%")
    dashes = [list(_DASHES[at % len(_DASHES)]) for at in range(len(names))]
    dash = alt.StrokeDash("deal:N", sort=names, title=None).scale(domain=names, range=dashes)
    tips = [
        alt.Tooltip("deal:N", title="party"),
        alt.Tooltip("draft:Q"),
        alt.Tooltip("share:Q", title="gained so far, of its own range", format=".1%"),
    ]
    lines = data.mark_line(strokeWidth=2.5).encode(x, y, color=_colour(names), strokeDash=dash)
    points = data.mark_point(filled=True, size=70, opacity=1).encode(
        x, y, color=_colour(names), shape=_shape(names), tooltip=tips
    )
    return styled(alt.layer(lines, points).properties(width=WIDTH - 60, height=_HEIGHT))
