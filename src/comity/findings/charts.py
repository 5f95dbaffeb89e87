"""A small family of charts in one design language; each returns a Vega-Lite spec as plain data.

The same spec is drawn in a notebook, in the page and in the PDF. Colours are of Okabe and Ito (2008), apart for every
common colour vision, and colour is never alone: shape, width or a label at the mark says the same. Positions of labels
are computed here, because Vega-Lite does not keep labels from lying on each other.

The font is Liberation Sans: it is the one that vl-convert carries and measures with; Arial and Helvetica have the same
widths, so a reader's browser draws the same layout without it; and the PDF embeds it from vl-convert's own drawing.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from comity.findings.contract import Spec

Pair: TypeAlias = tuple[float, float]
Side: TypeAlias = Literal["left", "right"]
Row: TypeAlias = tuple[str, float, Pair | None, Pair | None, bool]

WIDTH = 640
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
# The page recolours exactly these values in its dark style (templates/brief.css), so a chart uses no others.
INK, MUTED, GRID, PAPER = "#1b242d", "#5a6570", "#d5dbe1", "#ffffff"
ACCENT, SECOND, THIRD, FOURTH = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
SERIES = (ACCENT, SECOND, THIRD, FOURTH)
MOST_BARS = 30
_TEXT = 12
_LETTER = 6.3  # pixels: the mean width of a letter of this font at this size, a little generous
_LANE = 22
_SIDES: tuple[Side, Side] = ("left", "right")
_LABELLED = 45  # beyond this many dots only the heaviest are named; the others say their name on hover


def house() -> dict[str, Any]:
    """The configuration that every chart of Comity is drawn with."""
    axis = {
        "labelFontSize": _TEXT,
        "titleFontSize": _TEXT,
        "labelColor": INK,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "domainColor": MUTED,
        "tickColor": MUTED,
        "gridColor": GRID,
        "labelLimit": 220,
    }
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "padding": 4,
        "axis": axis,
        "legend": {
            "labelFontSize": _TEXT,
            "titleFontSize": _TEXT,
            "labelColor": INK,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
            "orient": "top",
            "labelLimit": 400,
            "symbolStrokeWidth": 2,
        },
        "text": {"fontSize": _TEXT, "color": INK},
        "title": {"fontSize": 13, "color": INK, "fontWeight": "normal", "anchor": "start"},
        "header": {"labelFontSize": _TEXT, "titleFontSize": _TEXT, "labelColor": INK, "titleColor": MUTED},
        "range": {"category": list(SERIES)},
        "point": {"color": ACCENT},
        "bar": {"color": ACCENT},
        "line": {"color": ACCENT},
        "rule": {"color": MUTED},
    }


def positions_on_a_scale(
    actors: Sequence[str],
    positions: ArrayLike,
    weights: ArrayLike,
    scale: Pair,
    low_means: str,
    high_means: str,
    unit: str,
    marks: Sequence[tuple[str, float]] = (),
) -> Spec:
    """Who stands where: a named dot for each actor, sized by weight, and a labelled rule for each mark.

    ``positions`` and ``weights`` have shape ``(n_actors,)``. Dots that would touch are stacked; ``marks`` are such as
    the estimate, the median and the outcome, at most four.
    """
    import altair as alt

    where, weight = np.asarray(positions, float), np.asarray(weights, float)
    kept = np.flatnonzero(np.isfinite(where))
    heaviest = {int(at) for at in sorted(kept, key=lambda at: -_zero(weight[at]))[: _LABELLED // 3]}
    area = _areas(weight)
    dots, lanes = _dots(actors, where, area, [at for _, at in marks], scale, kept, heaviest)
    for dot in dots:
        dot["weight"] = plain(weight[dot["at"]])
    flags, height_lanes = _flags(marks, scale, lanes)
    height = max(height_lanes * _LANE, 60)
    x_scale = alt.Scale(domain=list(scale), nice=False)
    x = alt.X("position:Q", scale=x_scale, title=None)
    x = x.axis(grid=False, tickCount=8, offset=6)
    y = alt.Y("lane:Q", scale=alt.Scale(domain=[-0.6, height_lanes - 0.4], nice=False), axis=None)
    tips = [
        alt.Tooltip("actor:N"),
        alt.Tooltip("position:Q", title=unit),
        alt.Tooltip("weight:Q", format=".3~g"),
    ]
    layers = []
    if flags:
        rule = alt.Chart(alt.InlineData(values=flags))
        layers.append(
            rule.mark_rule(strokeWidth=2).encode(
                x,
                y,
                y2=alt.datum(-0.6),
                color=alt.Color("colour:N", scale=None),
                strokeDash=alt.StrokeDash("dash:N", scale=None),
                tooltip=[alt.Tooltip("label:N")],
            )
        )
        for side in _SIDES:
            layers.append(
                rule.transform_filter(f"datum.side == '{side}'")
                .mark_text(align=side, dx=5 if side == "left" else -5, dy=2)
                .encode(x, y, text="label:N", color=alt.Color("colour:N", scale=None))
            )
    data = alt.Chart(alt.InlineData(values=dots))
    layers.append(
        data.mark_circle(color=ACCENT, opacity=1).encode(
            x, y, size=alt.Size("area:Q", scale=None, legend=None), tooltip=tips
        )
    )
    for side in _SIDES:
        layers.append(
            data.transform_filter(f"datum.named && datum.side == '{side}'")
            .mark_text(align=side, baseline="middle", color=INK)
            .encode(alt.X("label_at:Q", scale=x_scale, title=None), y, text="actor:N", tooltip=tips)
        )
    ends: tuple[tuple[str, float, Side, int], ...] = (
        (low_means, scale[0], "left", 0),
        (high_means, scale[1], "right", WIDTH),
    )
    for means, value, side, pixel in ends:
        text = "\n".join(textwrap.wrap(f"{value:g} = {means}" if means else f"{value:g} {unit}", 46))
        layers.append(
            alt.Chart(alt.InlineData(values=[{"text": text}]))
            .mark_text(align=side, baseline="top", color=MUTED, lineBreak="\n")
            .encode(x=alt.value(pixel), y=alt.value(height + 34), text="text:N")
        )
    return styled(alt.layer(*layers).properties(width=WIDTH, height=height))


def estimates_with_bands(
    rows: Sequence[Row],
    scale: Pair,
    unit: str,
    outcome: float | None = None,
    legend: tuple[str, str] = ("leads", "shown for comparison"),
) -> Spec:
    """Estimates below each other with their bands: thin 8 in 10, thick 5 in 10; a round dot for those that lead.

    Each row is ``(name, estimate, 8-in-10 band or None, 5-in-10 band or None, leads)``; ``legend`` says what leading
    and not leading is.
    """
    import altair as alt

    values = [
        {
            "method": name,
            "estimate": plain(estimate),
            **{f"{end}{width}": plain(band[at]) for width, band in (("80", eight), ("50", five)) if band
               for at, end in enumerate(("low", "high"))},
            "leads": legend[0] if leads else legend[1],
        }
        for name, estimate, eight, five, leads in rows
    ]  # fmt: skip
    y = alt.Y("method:N", sort=[row[0] for row in rows], title=None)
    y = y.axis(domain=False, ticks=False, labelPadding=8)
    where = alt.Scale(domain=list(scale), nice=False, clamp=True)
    data = alt.Chart(alt.InlineData(values=values))
    colour = alt.Color("leads:N", title=None).scale(domain=list(legend), range=[ACCENT, MUTED])
    tips = [
        alt.Tooltip("method:N"),
        alt.Tooltip("estimate:Q", title=unit, format=".3~g"),
        *(alt.Tooltip(f"{end}{width}:Q", format=".3~g") for width in ("80", "50") for end in ("low", "high")),
    ]
    title = f"{unit} (thin bar: 8 in 10; thick bar: 5 in 10)" if any(row[2] or row[3] for row in rows) else unit
    layers = [
        data.transform_filter(f"isValid(datum.low{width})")
        .mark_bar(height=thick, opacity=shade)
        .encode(
            alt.X(f"low{width}:Q", scale=where, title=title),
            y,
            x2=f"high{width}:Q",
            color=colour,
            tooltip=tips,
        )
        for width, thick, shade in (("80", 4, 0.55), ("50", 12, 0.55))
    ]
    layers.append(
        data.mark_point(size=90, filled=True, opacity=1, stroke=PAPER, strokeWidth=1).encode(
            alt.X("estimate:Q", scale=where, title=title),
            y,
            color=colour,
            shape=alt.Shape("leads:N", title=None).scale(domain=list(legend), range=["circle", "diamond"]),
            tooltip=tips,
        )
    )
    height = len(rows) * 30
    if outcome is not None:
        x = alt.X("outcome:Q", scale=where, title=title)
        note = alt.Chart(alt.InlineData(values=[{"outcome": outcome, "label": f"what happened: {outcome:g}"}]))
        right = outcome > (scale[0] + scale[1]) / 2
        layers.append(note.mark_rule(color=SECOND, strokeWidth=2, strokeDash=[5, 3]).encode(x))
        layers.append(
            note.mark_text(align="right" if right else "left", dx=-5 if right else 5, dy=2, color=SECOND).encode(
                x, y=alt.value(-6), text="label:N"
            )
        )
    return styled(alt.layer(*layers).properties(width=WIDTH - 130, height=height))


def bars(names: Sequence[str], series: Mapping[str, ArrayLike], value_title: str) -> Spec:
    """Values of several series beside each other for each name, the largest by the first series on top.

    A dot for each series and a line that joins them, so that a difference is read as a length. Of more than thirty
    names the first thirty are drawn, and the title says how many are left out.
    """
    import altair as alt

    columns = {label: np.asarray(values, float) for label, values in series.items()}
    first = next(iter(columns.values()))
    order = sorted(range(len(names)), key=lambda at: (-_zero(first[at]), at))
    shown = order[:MOST_BARS]
    labels = told_apart([names[at] for at in shown])
    values = [
        {"name": name, "series": label, "value": plain(column[at])}
        for name, at in zip(labels, shown, strict=True)
        for label, column in columns.items()
        if math.isfinite(column[at])
    ]
    y = alt.Y("name:N", sort=labels, title=None)
    y = y.axis(domain=False, ticks=False, grid=True, gridDash=[1, 3], labelPadding=8)
    data = alt.Chart(alt.InlineData(values=values))
    colours = [SERIES[at % len(SERIES)] for at in range(len(columns))]
    shapes = [("circle", "diamond", "square", "triangle-up")[at % 4] for at in range(len(columns))]
    tips = [
        alt.Tooltip("name:N"),
        alt.Tooltip("series:N"),
        alt.Tooltip("value:Q", title=value_title, format=".3~g"),
    ]
    joined = data.mark_rule(color=MUTED, strokeWidth=1.5).encode(
        alt.X("min(value):Q", title=value_title), y, x2="max(value):Q"
    )
    sizes = [max(100 - 28 * at, 36) for at in range(len(columns))]  # the first shows behind the others where they meet
    points = data.mark_point(filled=True, opacity=1).encode(
        alt.X("value:Q", title=value_title, scale=alt.Scale(zero=True)),
        y,
        color=alt.Color("series:N", sort=list(columns), title=None).scale(domain=list(columns), range=colours),
        shape=alt.Shape("series:N", sort=list(columns), title=None).scale(domain=list(columns), range=shapes),
        # Vega makes no size of a range of one.
        size=alt.Size("series:N", sort=list(columns), title=None).scale(domain=list(columns), range=sizes)
        if len(columns) > 1
        else alt.value(sizes[0]),
        tooltip=tips,
    )
    chart = alt.layer(joined, points).properties(width=WIDTH - 160, height=max(20 * len(shown), 60))
    if len(order) > len(shown):
        chart = chart.properties(
            title=f"The {len(shown)} largest of {len(order)}; {len(order) - len(shown)} more in the table"
        )
    return styled(chart)


def rounds(actors: Sequence[str], positions: ArrayLike, medians: ArrayLike, scale: Pair, unit: str) -> Spec:
    """How positions move over the rounds of a model, a line an actor, and the median with them.

    ``positions`` has shape ``(n_rounds, n_actors)`` and ``medians`` ``(n_rounds,)``; the first row is the start.
    Actors who end at one place share one label.
    """
    import altair as alt

    paths, middle = np.asarray(positions, float), np.asarray(medians, float)
    last = len(paths) - 1
    length = scale[1] - scale[0] or 1.0
    ways = np.sign(np.where(np.abs(paths[last] - paths[0]) > 1e-6 * length, paths[last] - paths[0], 0.0))
    words = {1.0: "moves up", -1.0: "moves down", 0.0: "ends where it began"}
    values = [
        {
            "round": at,
            "actor": name,
            "position": plain(paths[at, column]),
            "way": words.get(ways[column], words[0.0]),
        }
        for column, name in enumerate(actors)
        for at in range(len(paths))
        if math.isfinite(paths[at, column])
    ]
    ends: dict[float, list[str]] = {}
    for column, name in enumerate(actors):
        if math.isfinite(paths[last, column]):
            ends.setdefault(round(float(paths[last, column]) / length, 2) * length, []).append(name)
    texts = [(at, textwrap.wrap(", ".join(names), 26, max_lines=4, placeholder=" …")) for at, names in ends.items()]
    texts.sort(key=lambda pair: pair[0])
    height = max(260, sum(14 * len(lines) + 6 for _, lines in texts))
    labels = [
        {
            "text": "\n".join(lines),
            "label": label,
            "first_line": label + 7 * (len(lines) - 1) * length / height,  # where Vega anchors a text of several lines
            "position": at,
        }
        for (at, lines), label in zip(texts, _apart(texts, scale, height), strict=True)
    ]
    right = int(max((len(line) for _, lines in texts for line in lines), default=0) * _LETTER) + 24
    plot = max(WIDTH - right, 300)
    x = alt.X("round:Q", title="round", scale=alt.Scale(domain=[0, max(last, 1)], nice=False))
    x = x.axis(format="d", tickCount=min(max(last, 1), 12), tickMinStep=1, grid=False)

    def y_of(field: str) -> Any:
        return alt.Y(f"{field}:Q", title=unit, scale=alt.Scale(domain=list(scale), nice=False))

    y = y_of("position")
    data = alt.Chart(alt.InlineData(values=values))
    tips = [
        alt.Tooltip("actor:N"),
        alt.Tooltip("round:Q"),
        alt.Tooltip("position:Q", title=unit, format=".3~g"),
    ]
    way = (
        alt.Color("way:N", title=None)
        .legend(symbolType="stroke")
        .scale(domain=list(words.values()), range=[THIRD, SECOND, MUTED])
    )
    dash = alt.StrokeDash("way:N", title=None).scale(domain=list(words.values()), range=[[1, 0], [6, 3], [2, 3]])
    lines = data.mark_line(opacity=0.9, strokeWidth=1.5, point=False)
    lines = lines.encode(x, y, detail="actor:N", color=way, strokeDash=dash)
    dots = data.mark_circle(size=24, opacity=0.9).encode(x, y, color=way, tooltip=tips)
    median = alt.Chart(
        alt.InlineData(values=[{"round": at, "position": plain(value)} for at, value in enumerate(middle)])
    )
    heavy = median.mark_line(color=ACCENT, strokeWidth=4, opacity=0.9).encode(
        x, y, tooltip=[alt.Tooltip("round:Q"), alt.Tooltip("position:Q", title=f"weighted median, {unit}")]
    )
    named = (
        alt.Chart(alt.InlineData(values=labels))
        .mark_text(align="left", baseline="middle", lineBreak="\n", lineHeight=14)
        .encode(x=alt.value(plot + 14), y=y_of("first_line"), text="text:N")
    )
    leaders = (
        alt.Chart(alt.InlineData(values=labels))
        .mark_rule(color=GRID)
        .encode(x=alt.value(plot + 3), x2=alt.value(plot + 12), y=y_of("position"), y2="label:Q")
    )
    note = (
        alt.Chart(alt.InlineData(values=[{"text": "thick line: weighted median"}]))
        .mark_text(align="left", baseline="bottom", color=ACCENT)
        .encode(x=alt.value(0), y=alt.value(-8), text="text:N")
    )
    chart = alt.layer(lines, dots, heavy, leaders, named, note)
    return styled(chart.properties(width=plot, height=height))


def styled(chart: Any) -> Spec:
    """The chart as plain data, in the style of the house.

    Altair's check against the schema of Vega-Lite takes longer than the drawing; the tests make it instead.
    """
    spec: Spec = chart.to_dict(validate=False)
    spec["config"] = house()
    return spec


def _dots(
    actors: Sequence[str],
    where: Any,
    area: Any,
    rules: Sequence[float],
    scale: Pair,
    kept: Any,
    heaviest: set[int],
) -> tuple[list[dict[str, Any]], int]:
    """A lane and a side for each dot and its label, so that none lies on another; and how many lanes it takes.

    Greedy from the heaviest-placed left end: the lowest lane in which dot and label are free, with the label to the
    right unless the plot ends there or a rule would strike it through.
    """
    taken: list[list[Pair]] = []
    dots = []
    lines = [_pixel(at, scale) for at in rules]
    many = len(kept) > _LABELLED
    a_pixel = (scale[1] - scale[0]) / WIDTH
    for at in sorted(kept, key=lambda at: (where[at], -area[at], at)):
        middle, radius = _pixel(where[at], scale), math.sqrt(area[at] / math.pi)
        named = not many or at in heaviest
        text = len(actors[at]) * _LETTER + 8 if named else 0.0
        right = (middle - radius - 2, middle + radius + text)
        left = (middle - radius - text, middle + radius + 2)
        sides = [("left", right), ("right", left)]
        if right[1] > WIDTH + 24 or (_struck(middle + radius, right[1], lines) and left[0] > -24):
            sides.reverse()
        side, (low, high) = sides[0]
        lane = next((n for n, used in enumerate(taken) if all(high < a or low > b for a, b in used)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        dots.append(
            {
                "at": int(at),
                "actor": actors[at],
                "position": plain(where[at]),
                "area": round(float(area[at]), 1),
                "lane": lane,
                "side": side,
                "named": bool(named),
                "label_at": plain(where[at] + (radius + 4) * (1 if side == "left" else -1) * a_pixel),
            }
        )
    return dots, max(len(taken), 1)


def _flags(marks: Sequence[tuple[str, float]], scale: Pair, lanes: int) -> tuple[list[dict[str, Any]], int]:
    """A lane above the dots for each mark's label; and how many lanes there are in all.

    A label runs to the right where there is room. Of those, the leftmost rule is the tallest, so that no rule crosses
    a label; labels that must run to the left stand above them, the rightmost on top.
    """
    styles: list[tuple[str, list[int]]] = [
        (ACCENT, []), (THIRD, [6, 3]), (SECOND, [2, 3]), (FOURTH, [8, 3, 2, 3]),
    ]  # fmt: skip
    flags: list[dict[str, Any]] = []
    for at, (name, value) in enumerate(marks):
        if math.isfinite(value):
            label = f"{name}: {value:.3g}"
            fits = _pixel(value, scale) + len(label) * _LETTER + 8 < WIDTH
            side, (colour, dash) = "left" if fits else "right", styles[at % len(styles)]
            flags.append({"label": label, "position": plain(value), "side": side, "colour": colour, "dash": list(dash)})
    flags.sort(key=lambda flag: (flag["side"] == "right", flag["position"] * (-1 if flag["side"] == "left" else 1)))
    return [{**flag, "lane": lanes + lane} for lane, flag in enumerate(flags)], lanes + len(flags)


def _apart(texts: Sequence[tuple[float, Sequence[str]]], scale: Pair, height: float) -> list[float]:
    """Where labels stand, in units of the scale, in rising order and each a line's height clear of the next."""
    unit = (scale[1] - scale[0] or 1.0) / height
    halves = [(14 * len(lines) + 6) / 2 * unit for _, lines in texts]
    placed: list[float] = []
    for at, ((wanted, _), half) in enumerate(zip(texts, halves, strict=True)):
        placed.append(max(wanted, placed[-1] + halves[at - 1] + half) if placed else max(wanted, scale[0] + half / 2))
    ceiling = scale[1]
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], ceiling - (halves[at] / 2 if at == len(placed) - 1 else halves[at]))
        ceiling = placed[at] - halves[at]
    return placed


def _areas(weights: Any) -> Any:
    """Dot areas in square pixels, in proportion to weight and never too small to see."""
    heaviest = max((float(w) for w in weights if math.isfinite(w)), default=0.0)
    if heaviest <= 0:
        return np.full(len(weights), 90.0)
    return np.maximum(260 * np.nan_to_num(np.asarray(weights, float)) / heaviest, 20.0)


def _pixel(value: float, scale: Pair) -> float:
    return (value - scale[0]) / ((scale[1] - scale[0]) or 1.0) * WIDTH


def _struck(low: float, high: float, lines: Sequence[float]) -> bool:
    return any(low <= line <= high for line in lines)


def told_apart(names: Sequence[str]) -> list[str]:
    """The same names, numbered where two are alike: one row of a chart is one name."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out


def plain(value: Any) -> float | None:
    """A number that JSON can hold, to six significant figures: a chart needs no more, and the page stays small."""
    number = float(value)
    return float(f"{number:.6g}") if math.isfinite(number) else None


def _zero(value: Any) -> float:
    return float(value) if math.isfinite(value) else 0.0
