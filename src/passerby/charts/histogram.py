"""How often values fall into intervals: one bar each, with its number above it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from passerby.charts.axes import value_ticks
from passerby.charts.plot import Plot, canvas, layer, plot, x_axis, y_axis
from passerby.charts.svg import el
from passerby.charts.wording import plain

SLIT = 0.08


def histogram(names: Sequence[str], counts: Sequence[int], label: str) -> Element:
    """Return the chart of `counts` (N,) over the intervals with these names (N,), at least one."""
    ticks = value_ticks(max(1, *counts), 3)
    frame = plot(0.0, float(len(counts)), ticks, 120)
    bars = [
        _bar(frame, k, name, count) for k, (name, count) in enumerate(zip(names, counts, strict=True)) if count
    ]
    numbers = el("g", *(_number(frame, k, count) for k, count in enumerate(counts) if count), class_="axis")
    labels = tuple((k + 0.5, name) for k, name in enumerate(names))
    return canvas(frame, label, y_axis(frame, ticks), layer(frame, *bars), numbers, x_axis(frame, labels))


def _bar(frame: Plot, k: int, name: str, count: int) -> Element:
    left, right, top = frame.x(k + SLIT), frame.x(k + 1 - SLIT), frame.y(count)
    title = el("title", f"{name}: {plain(count, 0)}")
    return el("rect", title, x=left, width=right - left, y=top, height=frame.height_px - top, class_="bar flat")


def _number(frame: Plot, k: int, count: int) -> Element:
    return el("text", plain(count, 0), x=frame.across(k + 0.5), y=frame.y(count) - 3, text_anchor="middle")
