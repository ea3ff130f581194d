"""The histogram of walking speeds, with the usual range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from passerby.charts.axes import round_step, value_ticks
from passerby.charts.plot import Plot, canvas, layer, plot, x_axis, y_axis
from passerby.charts.svg import el
from passerby.charts.wording import lasting, plain
from passerby.translation.current import gettext as _

WALK_MPS, WALK_SD_MPS = 1.34, 0.26  # unhindered walking on the level: Weidmann 1993


def speeds(edges_mps: Sequence[float], weights_s: Sequence[float], label: str) -> Element:
    """Return the histogram: edges (K+1,) in m/s, weights (K,) in person-seconds; an open last edge is closed."""
    edges = _closed(edges_mps)
    ticks = value_ticks(max(weights_s))
    frame = plot(edges[0], max(edges[-1], WALK_MPS + 2 * WALK_SD_MPS), ticks, 168)
    bars = [_bar(frame, *bar) for bar in zip(edges, edges[1:], weights_s, strict=False) if bar[2] > 0]
    return canvas(
        *(frame, label, y_axis(frame, ticks), layer(frame, _norm(frame), *bars)),
        *(_norm_label(frame), x_axis(frame, _labels(frame))),
    )


def _closed(edges: Sequence[float]) -> list[float]:
    if math.isfinite(edges[-1]):
        return list(edges)
    step = edges[-2] - edges[-3] if len(edges) > 2 else 1.0
    return [*edges[:-1], edges[-2] + step]


def _bar(frame: Plot, low: float, high: float, weight_s: float) -> Element:
    left, right, top = frame.x(low), frame.x(high), frame.y(weight_s)
    slit = (right - left) * 0.06
    title = el(
        "title",
        _("%(low)s to %(high)s m/s: %(time)s", low=plain(low, 2), high=plain(high, 2), time=lasting(weight_s)),
    )
    return el(
        "rect",
        title,
        x=left + slit,
        width=right - left - 2 * slit,
        y=top,
        height=frame.height_px - top,
        class_="bar flat",
    )


def _norm(frame: Plot) -> Element:
    left, right = frame.x(WALK_MPS - WALK_SD_MPS), frame.x(WALK_MPS + WALK_SD_MPS)
    return el("rect", x=left, y=0.0, width=right - left, height=frame.height_px, class_="norm")


def _norm_label(frame: Plot) -> Element:
    x = frame.across(WALK_MPS)
    return el("text", _("usual walking"), x=x, y=0.0, text_anchor="middle", class_="note")


def _labels(frame: Plot) -> tuple[tuple[float, str], ...]:
    step = round_step((frame.x.high - frame.x.low) / 8)
    first, last = math.ceil(frame.x.low / step - 1e-9), math.floor(frame.x.high / step + 1e-9)
    return tuple((i * step, plain(i * step, 3)) for i in range(first, last + 1))
