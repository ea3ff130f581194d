"""Quarter-hour flows over a line, in upwards and out downwards, with the interval of the true number as a band."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from passerby.charts.axes import Scale, value_ticks
from passerby.charts.plot import WIDTH, Plot, canvas, layer, time_labels, x_axis, y_axis
from passerby.charts.svg import el
from passerby.charts.wording import clock, plain
from passerby.contracts.events import FlowSample
from passerby.translation.current import gettext as _

HALF_PX = 74.0
# Two days; flows.csv contains the rest of a longer run.
MOST = 192


def quarters(
    samples: Sequence[FlowSample], label: str, *, from_s: float | None = None, seconds: float | None = None
) -> Element:
    """Return the chart of one line's quarter hours, at least one; times count from the first of them.

    from_s: begin of the axis, since midnight, if times count from there. seconds: length of the axis.
    """
    start_s = min(sample.from_s for sample in samples) if from_s is None else from_s
    seconds = seconds or max(sample.from_s + sample.window_s for sample in samples) - start_s
    highest = max(max(sample.people, sample.high or 0.0) for sample in samples)
    ticks = value_ticks(max(1.0, highest), 2)
    up = Plot(Scale(0, seconds, 0, WIDTH), Scale(0, ticks[-1], HALF_PX, 8), 2 * HALF_PX)
    down = Plot(up.x, Scale(0, ticks[-1], HALF_PX, 2 * HALF_PX - 8), 2 * HALF_PX)
    shapes = [s for sample in samples for s in _bar(up if sample.direction == "in" else down, sample, start_s)]
    axes = [y_axis(up, ticks), y_axis(down, ticks[1:])]
    return canvas(up, label, *axes, layer(up, *shapes), x_axis(up, time_labels(seconds, 6, from_s)))


def rests_on(samples: Sequence[FlowSample]) -> str:
    """Return the source of the interval, or the reason why there is none."""
    measured = sorted({s.error_people for s in samples if s.high is not None and s.error_people})
    if not measured:
        return _("95 % interval unknown: no error was measured on a clip of this camera")
    people = ", ".join(plain(n, 0) for n in measured)
    return _("95 %% interval from the error on a clip of %(people)s people", people=people)


def _bar(frame: Plot, sample: FlowSample, start_s: float) -> list[Element]:
    left, right = (frame.x(at - start_s) for at in (sample.from_s, sample.from_s + sample.window_s))
    slit = (right - left) * 0.08
    title = el(
        "title", f"{clock(sample.from_s)}: {plain(sample.people, 0)} {_(sample.direction)}{_interval(sample)}"
    )
    shapes = [_rect(frame, left + slit, right - slit, 0.0, sample.people, f"bar {sample.direction}", title)]
    if sample.low is not None and sample.high is not None:
        middle, half = (left + right) / 2, (right - left) * 0.2
        shapes.append(_rect(frame, middle - half, middle + half, sample.low, sample.high, "interval"))
    return shapes


def _interval(sample: FlowSample) -> str:
    if sample.low is None or sample.high is None:
        return _(", interval unknown")
    return _(", true number %(low)s to %(high)s (95 %%)", low=plain(sample.low, 0), high=plain(sample.high, 0))


def _rect(frame: Plot, left: float, right: float, low: float, high: float, css: str, *inside: Element) -> Element:
    top, foot = sorted((frame.y(low), frame.y(high)))
    return el("rect", *inside, x=left, width=right - left, y=top, height=foot - top, class_=css)
