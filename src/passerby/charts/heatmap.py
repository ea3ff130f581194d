"""The heat map of people's positions over the redacted picture, with zones and lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np

from passerby.charts.axes import NOTHING, round_step
from passerby.charts.plot import WIDTH
from passerby.charts.series import runs
from passerby.charts.svg import el, percent, written
from passerby.contracts.arrays import F64, I64, Bools
from passerby.contracts.results import History, LineSeries, ZoneSeries

STEPS = 6
ARROW = 0.035  # of the picture's width


def levels(heat: F64) -> tuple[float, ...]:
    """Return the lower edges of the colour steps in a 1-2-5 series, the last at or below the highest cell."""
    top = float(np.max(heat, initial=0.0, where=np.isfinite(heat)))
    if top < NOTHING:
        return ()
    edges = [round_step(top)]
    if edges[0] > top:
        edges = [_below(edges[0])]
    while len(edges) < STEPS:
        edges.append(_below(edges[-1]))
    return tuple(reversed(edges))


def heat_map(history: History, picture_wh: tuple[int, int], background: str | None, label: str) -> Element:
    """Return the picture; `background` is an address of the redacted image, or None for a plain background."""
    width, height = picture_wh
    image = el("image", href=background, width="100%", height="100%", preserveAspectRatio="none")
    drawn = [image if background else el("rect", width="100%", height="100%", class_="ground")]
    rows, cols = history.heat.shape
    drawn.append(_stretched(cols, rows, _cells(history.heat), "cells"))
    shapes = [*map(_zone, history.zones), *(s for line in history.lines for s in _line(line, width))]
    drawn.append(_stretched(width, height, shapes, "marks"))
    drawn += _names(history.zones, history.lines, picture_wh)
    box = f"0 0 {WIDTH:.0f} {written(WIDTH * height / max(width, 1))}"
    return el("svg", *drawn, viewBox=box, class_="chart heat", role="img", aria_label=label)


def _below(edge: float) -> float:
    """The next lower of 1, 2, 5 times a power of ten."""
    lead = round(edge / 10.0 ** math.floor(math.log10(edge) + 1e-9))
    return edge * {1: 0.5, 2: 0.5, 5: 0.4}[lead]


def _stretched(width: int, height: int, shapes: Sequence[Element], css: str) -> Element:
    return el(
        "svg",
        *shapes,
        viewBox=f"0 0 {width} {height}",
        preserveAspectRatio="none",
        width="100%",
        height="100%",
        class_=css,
    )


def _cells(heat: F64) -> list[Element]:
    """One path per colour step; neighbours in a row are one rectangle."""
    edges = levels(heat)
    step: I64 = np.digitize(np.nan_to_num(heat), edges)
    found = []
    for level in range(1, len(edges) + 1):
        d = "".join(_row(r, step[r] == level) for r in range(len(step)))
        if d:
            found.append(el("path", d=d, class_=f"h{level}"))
    return found


def _row(r: int, mine: Bools) -> str:
    return "".join(f"M{a} {r}h{b - a}v1h{a - b}z" for a, b in runs(mine))


def _zone(zone: ZoneSeries) -> Element:
    return el("polygon", points=" ".join(f"{written(x)},{written(y)}" for x, y in zone.polygon_px), class_="zone")


def _line(line: LineSeries, width: int) -> list[Element]:
    """The line and, at its middle, an arrow to the side that is "in": to the right of from -> to."""
    (x0, y0), (x1, y1) = line.from_px, line.to_px
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    along = ((x1 - x0) / length, (y1 - y0) / length)
    right = (-along[1], along[0])
    mid, reach, wing = ((x0 + x1) / 2, (y0 + y1) / 2), ARROW * width, ARROW * width / 4
    foot = (mid[0] + right[0] * (reach - wing), mid[1] + right[1] * (reach - wing))
    tip = (mid[0] + right[0] * reach, mid[1] + right[1] * reach)
    wings = [(foot[0] + s * along[0] * wing * 0.8, foot[1] + s * along[1] * wing * 0.8) for s in (-1, 1)]
    head = " ".join(f"{written(x)},{written(y)}" for x, y in (*wings, tip))
    return [
        el("line", x1=x0, y1=y0, x2=x1, y2=y1, class_="count"),
        el("line", x1=mid[0], y1=mid[1], x2=foot[0], y2=foot[1], class_="way"),
        el("polygon", points=head, class_="head"),
    ]


def _names(zones: Sequence[ZoneSeries], lines: Sequence[LineSeries], picture_wh: tuple[int, int]) -> list[Element]:
    short = len(zones) > 8
    texts = [(str(i) if short else z.name, _centre(z.polygon_px)) for i, z in enumerate(zones, 1)]
    texts += [(line.name, line.to_px) for line in lines]
    return [_name(text, at, picture_wh) for text, at in texts]


def _name(text: str, at: tuple[float, float], picture_wh: tuple[int, int]) -> Element:
    x, y = (min(max(v / size * 100, 4.0), 96.0) for v, size in zip(at, picture_wh, strict=True))
    return el("text", text, x=percent(x), y=percent(y), text_anchor="middle")


def _centre(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    n = max(len(points), 1)
    return sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
