"""People over a line: in upwards, out downwards."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from passerby.charts.axes import Scale, value_ticks
from passerby.charts.plot import WIDTH, Plot, canvas, layer, time_labels, x_axis, y_axis
from passerby.charts.series import summed
from passerby.charts.svg import el
from passerby.charts.wording import clock, plain
from passerby.contracts.arrays import I64
from passerby.contracts.results import LineSeries
from passerby.translation.current import gettext as _

HALF_PX = 62.0


def flows(line: LineSeries, per: int, bar_s: float, seconds: float, label: str) -> Element:
    """Return the chart of one line; `per` buckets make one bar of `bar_s` seconds."""
    into, out = summed(line.in_, per), summed(line.out, per)
    ticks = value_ticks(max(1, _highest(into), _highest(out)), 2)
    up = Plot(Scale(0, seconds, 0, WIDTH), Scale(0, ticks[-1], HALF_PX, 8), 2 * HALF_PX)
    down = Plot(up.x, Scale(0, ticks[-1], HALF_PX, 2 * HALF_PX - 8), 2 * HALF_PX)
    shapes = [*_bars(up, into, bar_s, "in"), *_bars(down, out, bar_s, "out")]
    axes = [y_axis(up, ticks), y_axis(down, ticks[1:])]
    return canvas(up, label, *axes, layer(up, *shapes), x_axis(up, time_labels(seconds, 5)))


def _highest(counts: I64) -> int:
    return int(counts.max(initial=0))


def _bars(frame: Plot, counts: I64, bar_s: float, way: str) -> list[Element]:
    bars = []
    for i, number in enumerate(counts):
        if number:
            title = el("title", f"{clock(i * bar_s)}: {plain(int(number), 0)} {_(way)}")
            bars.append(_bar(frame, i * bar_s, bar_s, float(number), f"bar {way}", title))
    return bars


def _bar(frame: Plot, at: float, width: float, value: float, css: str, title: Element) -> Element:
    left, right = frame.x(at), frame.x(at + width)
    slit = (right - left) * 0.08
    top, foot = sorted((frame.y(value), frame.y(0.0)))
    return el("rect", title, x=left + slit, width=right - left - 2 * slit, y=top, height=foot - top, class_=css)
