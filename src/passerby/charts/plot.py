"""The common frame of all charts over time: it stretches with the page while its text keeps its size.

Horizontally, everything is in percent of the width; vertically, in CSS pixels. Shapes are in a stretched layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from passerby.charts.axes import Scale, time_step, time_ticks
from passerby.charts.svg import el, percent
from passerby.charts.wording import clock, plain
from passerby.translation.current import gettext as _

WIDTH = 1000.0
X_LABELS_PX = 24
TOP_PX = 8
MINUTE_S, DAY_S = 60.0, 86400.0


@dataclass(frozen=True, slots=True)
class Plot:
    """Scales of one chart: x to 0..WIDTH of the stretched layer, y to pixels from the top."""

    x: Scale
    y: Scale
    height_px: float

    def across(self, value: float) -> str:
        """Return x in percent of the width, for text and lines that must not stretch."""
        return percent(self.x(value) / WIDTH * 100)


def plot(x_low: float, x_high: float, ticks: tuple[float, ...], height_px: float) -> Plot:
    """Return a plot whose y axis runs from the first to the last tick."""
    return Plot(Scale(x_low, x_high, 0.0, WIDTH), Scale(ticks[0], ticks[-1], height_px, TOP_PX), height_px)


def canvas(frame: Plot, label: str, *content: Element) -> Element:
    """Return the chart with its spoken description."""
    height = frame.height_px + X_LABELS_PX
    return el("svg", *content, class_="chart", width="100%", height=height, role="img", aria_label=label)


def layer(frame: Plot, *shapes: Element) -> Element:
    """Return the stretched part: shapes in WIDTH x height_px."""
    box = f"0 0 {WIDTH:.0f} {frame.height_px:.0f}"
    return el(
        "svg",
        *shapes,
        viewBox=box,
        preserveAspectRatio="none",
        width="100%",
        height=frame.height_px,
        class_="layer",
    )


def y_axis(frame: Plot, ticks: tuple[float, ...]) -> Element:
    """Return grid lines with their values to the left."""
    group = el("g", class_="axis")
    for tick in ticks:
        y = frame.y(tick)
        group.append(el("line", x1="0", x2="100%", y1=y, y2=y, class_="base" if tick == 0 else "grid"))
        group.append(el("text", plain(tick, 3), x="-8", y=y + 4, text_anchor="end"))
    return group


def x_axis(frame: Plot, labels: tuple[tuple[float, str], ...]) -> Element:
    """Return values below the chart; every second one is hidden on a narrow page."""
    group = el("g", class_="axis")
    for i, (value, text) in enumerate(labels):
        group.append(
            el(
                "text",
                text,
                x=frame.across(value),
                y=frame.height_px + 18,
                text_anchor="middle" if i else "start",
                class_="odd" if i % 2 else None,
            )
        )
    return group


def time_labels(seconds: float, most: int = 8, from_s: float | None = None) -> tuple[tuple[float, str], ...]:
    """Return round times with their labels; whole hours of a day without seconds, days by their number.

    from_s: begin of the axis since midnight; without it, short times count as those of a recording.
    """
    ticks = time_ticks(seconds, most)
    step_s = ticks[1] if len(ticks) > 1 else 0.0
    if step_s and step_s % DAY_S == 0:
        return tuple((t, _("day %(n)s", n=round(t / DAY_S) + 1)) for t in ticks if t < seconds)
    if step_s and step_s % MINUTE_S == 0 and (from_s is not None or seconds > DAY_S / 2):
        times = [(t, divmod(round(((from_s or 0.0) + t) / MINUTE_S), 60)) for t in ticks]
        return tuple((t, f"{hour:02d}:{minute:02d}") for t, (hour, minute) in times)
    fine = time_step(max(seconds, 0.1), most) < 1
    return tuple((t, _("%(time)s s", time=plain(t, 1)) if fine else clock(t)) for t in ticks)
