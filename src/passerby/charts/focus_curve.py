"""The sharpness of a picture by the position of the lens, as a refocus has measured it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from passerby.charts.axes import value_ticks
from passerby.charts.plot import Plot, canvas, layer, plot, x_axis, y_axis
from passerby.charts.svg import el
from passerby.charts.wording import plain


def focus_curve(measured: Sequence[tuple[float, float]], chosen: float, label: str) -> Element:
    """Return the chart of (position, sharpness), by position. chosen: the position in which the lens is now."""
    ticks = value_ticks(max(sharpness for _, sharpness in measured), 3)
    low, high = measured[0][0], measured[-1][0]
    room = 0.05 * (high - low) or 1.0
    frame = plot(low - room, high + room, ticks, 110)
    line = el(
        "polyline", points=" ".join(f"{frame.x(p):.1f},{frame.y(s):.1f}" for p, s in measured), class_="line"
    )
    dots = [_dot(frame, position, sharpness, is_chosen=position == chosen) for position, sharpness in measured]
    labels = tuple((position, plain(position, 3)) for position in (low, high))
    return canvas(frame, label, y_axis(frame, ticks), layer(frame, line), *dots, x_axis(frame, labels))


def _dot(frame: Plot, position: float, sharpness: float, *, is_chosen: bool) -> Element:
    radius = 6.0 if is_chosen else 3.0
    return el("circle", cx=frame.across(position), cy=frame.y(sharpness), r=radius, class_="dot")
