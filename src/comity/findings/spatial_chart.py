"""Charts of positions in space: a map of two issues, and an interval on one line, in the design of ``charts``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from comity.findings.charts import ACCENT, INK, MUTED, SECOND, THIRD, WIDTH, Pair, Side, plain, styled
from comity.findings.contract import Spec

_SIDE = 420
_LETTER = 6.3
_LINE = 14
_MOST_LABELS = 40


def map_of_two_issues(
    members: Sequence[str],
    points: ArrayLike,
    scales: tuple[Pair, Pair],
    titles: tuple[str, str],
    *,
    status_quo: tuple[float, float] | None = None,
    winset: ArrayLike | None = None,
    core: ArrayLike | None = None,
    circle: ArrayLike | None = None,
) -> Spec:
    """Members as named points on a map of two issues, with areas laid under them.

    Everything in the issues' own units: ``points`` (n, 2); ``winset``, ``core`` and ``circle`` outlines (k, 2), filled
    or dashed; a core of fewer than three corners is drawn as a line or a cross. ``scales`` are the ends of the axes.
    Beyond forty members only the tooltips name them.
    """
    import altair as alt

    where = np.asarray(points, float)
    x_scale, y_scale = (alt.Scale(domain=list(ends), nice=False) for ends in scales)

    def at(x: str = "x", y: str = "y") -> tuple[Any, Any]:
        return (
            alt.X(f"{x}:Q", scale=x_scale, title=titles[0]).axis(grid=False, tickCount=6),
            alt.Y(f"{y}:Q", scale=y_scale, title=titles[1]).axis(grid=False, tickCount=6),
        )

    layers: list[Any] = []
    legend: list[tuple[str, str, str]] = []
    if winset is not None and len(np.asarray(winset)) > 2:
        data = alt.Chart(alt.InlineData(values=_outline(winset)))
        layers.append(
            data.mark_line(
                filled=True,
                color=ACCENT,
                fillOpacity=0.18,
                stroke=ACCENT,
                strokeWidth=1.5,
                interpolate="linear-closed",
                strokeJoin="round",
            ).encode(*at(), order="order:Q")
        )
        legend.append(("■", ACCENT, "beats what applies if nothing is agreed"))
    if circle is not None:
        data = alt.Chart(alt.InlineData(values=_outline(circle)))
        layers.append(
            data.mark_line(
                color=MUTED, strokeDash=[5, 3], strokeWidth=1.5, interpolate="linear-closed", strokeJoin="round"
            ).encode(*at(), order="order:Q")
        )
        legend.append(("◌", MUTED, "yolk"))
    corners = np.asarray(core, float) if core is not None else np.empty((0, 2))
    if len(corners):
        data = alt.Chart(alt.InlineData(values=_outline(corners)))
        if len(corners) > 1:
            mark = data.mark_line(
                filled=len(corners) > 2,
                color=THIRD,
                fillOpacity=0.3,
                stroke=THIRD,
                strokeWidth=2.5,
                interpolate="linear-closed",
                strokeJoin="round",
            )
            layers.append(mark.encode(*at(), order="order:Q"))
        else:
            layers.append(data.mark_point(shape="cross", filled=True, color=THIRD, size=160, opacity=1).encode(*at()))
        legend.append(("◆", THIRD, "nothing beats it (core)"))
    taken: list[tuple[float, float, float, float]] = []
    if status_quo is not None:
        # Drawn larger than a member, and under it where one stands just there.
        data = alt.Chart(
            alt.InlineData(values=[{"x": plain(status_quo[0]), "y": plain(status_quo[1]), "text": "nothing agreed"}])
        )
        layers.append(
            data.mark_point(shape="diamond", filled=True, color=SECOND, size=190, opacity=1).encode(
                *at(), tooltip=[alt.Tooltip("text:N")]
            )
        )
        legend.append(("◆", SECOND, "what applies if nothing is agreed"))
        x, y = _pixels(status_quo, scales)
        taken.append((x - 9, x + 9, y - 9, y + 9))
    named = len(members) <= _MOST_LABELS
    dots = _labelled(members, where, scales, taken, named)
    data = alt.Chart(alt.InlineData(values=dots))
    tips = [alt.Tooltip("member:N"), alt.Tooltip("x:Q", title=titles[0]), alt.Tooltip("y:Q", title=titles[1])]
    layers.append(data.mark_circle(color=INK, size=52, opacity=1).encode(*at(), tooltip=tips))
    if named:
        layers.append(
            data.transform_filter("datum.led")
            .mark_rule(color=MUTED, strokeWidth=0.8)
            .encode(*at(), x2="lead_x:Q", y2="label_y:Q")
        )
        layers += [
            data.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=side, baseline="middle", color=INK)
            .encode(*at("label_x", "label_y"), text="member:N", tooltip=tips)
            for side in ("left", "right")
        ]
    for key, (symbol, colour, text) in enumerate(legend):
        for piece, shift, ink in ((symbol, 0, colour), (text, 16, INK)):
            layers.append(
                alt.Chart(alt.InlineData(values=[{"text": piece}]))
                .mark_text(align="left", baseline="middle", color=ink)
                .encode(x=alt.value(_SIDE + 22 + shift), y=alt.value(10 + 20 * key), text="text:N")
            )
    return styled(alt.layer(*layers).properties(width=_SIDE, height=_SIDE))


def interval_on_a_line(
    members: Sequence[str],
    positions: ArrayLike,
    scale: Pair,
    unit: str,
    interval: Pair,
    winset: Pair,
    status_quo: float,
) -> Spec:
    """Members on one line, the interval that no group moves, and what beats the status quo, as bars beneath.

    ``interval`` with its first end above its second is empty and left out, as is a ``winset`` without length.
    """
    import altair as alt

    where = np.asarray(positions, float)
    places: dict[float, list[str]] = {}
    for name, at in zip(members, where, strict=True):
        places.setdefault(float(at), []).append(name)
    x_scale = alt.Scale(domain=list(scale), nice=False)
    x = alt.X("x:Q", scale=x_scale, title=unit).axis(grid=False, tickCount=8)
    bars = [("what beats it", winset, ACCENT), ("gridlock interval", interval, THIRD)]
    shown = [(name, ends, colour) for name, ends, colour in bars if ends[1] > ends[0] or ends is interval]
    shown = [(name, ends, colour) for name, ends, colour in shown if ends[1] >= ends[0]]
    lanes = _stacked(places, scale)
    base = 1 + max((lane for _, _, lane in lanes), default=0)
    height = 22 * (base + len(shown)) + 26
    layers: list[Any] = []
    for at, (name, ends, colour) in enumerate(shown):
        y = 22 * (base + at) + 18
        values = [{"x": plain(ends[0]), "end": plain(ends[1]), "text": name}]
        bar = alt.Chart(alt.InlineData(values=values))
        if ends[1] > ends[0]:
            layers.append(bar.mark_bar(color=colour, opacity=0.55, height=12).encode(x, x2="end:Q", y=alt.value(y)))
        else:
            layers.append(bar.mark_point(color=colour, filled=True, size=90, opacity=1).encode(x, y=alt.value(y)))
        # Beside the bar where there is room, else within it.
        room = len(name) * _LETTER + 16
        before, after = (abs(end - edge) / (scale[1] - scale[0]) * WIDTH for end, edge in zip(ends, scale, strict=True))
        side: Side = "left" if after >= room or before < room else "right"
        within = max(before, after) < room
        text = bar.mark_text(align=side, dx=7 if side == "left" else -7, baseline="middle", color=INK)
        start = "end:Q" if side == "left" and not within else "x:Q"
        layers.append(text.encode(alt.X(start, scale=x_scale, title=unit), y=alt.value(y), text="text:N"))
    names = [
        {"x": plain(at), "lane": 22 * lane + 16, "text": text, "side": _side(at, text, scale)}
        for at, text, lane in lanes
    ]
    data = alt.Chart(alt.InlineData(values=names))
    y_of = alt.Y("lane:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=None)
    layers.append(data.mark_circle(color=INK, size=60, opacity=1).encode(x, y_of, tooltip=[alt.Tooltip("text:N")]))
    sides: tuple[tuple[Side, int], ...] = (("left", 8), ("right", -8))
    for side, shift in sides:
        layers.append(
            data.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=side, dx=shift, baseline="middle", color=INK)
            .encode(x, y_of, text="text:N")
        )
    label = f"nothing agreed: {status_quo:.3g}"
    late = (status_quo - scale[0]) / (scale[1] - scale[0]) > 0.75
    flag = alt.Chart(alt.InlineData(values=[{"x": plain(status_quo), "text": label}]))
    layers.append(flag.mark_rule(color=SECOND, strokeWidth=2, strokeDash=[5, 3]).encode(x))
    layers.append(
        flag.mark_text(align="right" if late else "left", dx=-5 if late else 5, color=SECOND, baseline="bottom").encode(
            x, y=alt.value(0), text="text:N"
        )
    )
    return styled(alt.layer(*layers).properties(width=WIDTH, height=height))


def _outline(corners: ArrayLike) -> list[dict[str, Any]]:
    return [{"x": plain(x), "y": plain(y), "order": at} for at, (x, y) in enumerate(np.asarray(corners, float))]


def _pixels(point: Sequence[float], scales: tuple[Pair, Pair]) -> Pair:
    (left, right), (bottom, top) = scales
    return (point[0] - left) / (right - left) * _SIDE, (top - point[1]) / (top - bottom) * _SIDE


def _labelled(
    members: Sequence[str],
    where: Any,
    scales: tuple[Pair, Pair],
    taken: list[tuple[float, float, float, float]],
    named: bool,
) -> list[dict[str, Any]]:
    """A dot for each place, with the names of all who stand there, its label clear of the others.

    Greedy from the top: beside the dot if that is free, else above or below it, further and further away.
    """
    places: dict[Pair, list[str]] = {}
    for name, (x, y) in zip(members, where, strict=True):
        places.setdefault((float(x), float(y)), []).append(name)
    spots = {place: _pixels(place, scales) for place in places}
    boxes = [*taken, *((x - 5, x + 5, y - 5, y + 5) for x, y in spots.values())]
    (left, right), (bottom, top) = scales
    dots = []
    for place in sorted(places, key=lambda each: (spots[each][1], spots[each][0])):
        x, y = spots[place]
        text = ", ".join(places[place])
        length = len(text) * _LETTER
        best = (x + 8, y, "left")
        for offset in _offsets() if named else ():
            right_box = (x + 7, x + 11 + length, y + offset - 7, y + offset + 7)
            left_box = (x - 11 - length, x - 7, y + offset - 7, y + offset + 7)
            free = [
                (box, side)
                for box, side in ((right_box, "left"), (left_box, "right"))
                if box[0] > -40
                and box[1] < _SIDE + 10
                and box[2] > -8
                and box[3] < _SIDE + 2
                and not _meets(box, boxes)
            ]
            if free:
                box, side = free[0]
                boxes.append(box)
                best = (box[0] + 1 if side == "left" else box[1] - 1, y + offset, side)
                break
        label_x, label_y, side = best
        dots.append(
            {
                "member": text,
                "x": plain(place[0]),
                "y": plain(place[1]),
                "label_x": plain(left + label_x / _SIDE * (right - left)),
                "label_y": plain(top - label_y / _SIDE * (top - bottom)),
                "lead_x": plain(left + (label_x - (2 if side == "left" else -2)) / _SIDE * (right - left)),
                "side": side,
                "led": bool(abs(label_y - y) > 10),
            }
        )
    return dots


def _offsets() -> list[float]:
    return [0.0, *(way * _LINE * step for step in range(1, 12) for way in (1.0, -1.0))]


def _meets(box: tuple[float, float, float, float], others: Sequence[tuple[float, float, float, float]]) -> bool:
    return any(box[0] < b and a < box[1] and box[2] < d and c < box[3] for a, b, c, d in others)


def _stacked(places: dict[float, list[str]], scale: Pair) -> list[tuple[float, str, int]]:
    """A lane for each place's names, so that no label lies on another."""
    ends: list[list[Pair]] = []
    found = []
    for at in sorted(places):
        text = ", ".join(places[at])
        text = text if len(text) <= 60 else f"{text[:57].rsplit(', ', 1)[0]} …"
        middle, length = (at - scale[0]) / (scale[1] - scale[0]) * WIDTH, len(text) * _LETTER + 14
        low, high = (middle - 8, middle + length) if _side(at, text, scale) == "left" else (middle - length, middle + 8)
        lane = next((n for n, used in enumerate(ends) if all(high < a or low > b for a, b in used)), len(ends))
        if lane == len(ends):
            ends.append([])
        ends[lane].append((low, high))
        found.append((at, text, lane))
    return found


def _side(at: float, text: str, scale: Pair) -> str:
    middle = (at - scale[0]) / (scale[1] - scale[0]) * WIDTH
    return "left" if middle + len(text) * _LETTER + 8 <= WIDTH + 10 or not math.isfinite(middle) else "right"
