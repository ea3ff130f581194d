"""People over time: one chart for the picture, one small chart per zone."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np

from passerby.charts.axes import value_ticks
from passerby.charts.plot import Plot, canvas, layer, plot, time_labels, x_axis, y_axis
from passerby.charts.series import Columns, columns, runs
from passerby.charts.svg import el, written
from passerby.contracts.arrays import F64


def occupancy(
    values: Sequence[float],
    bucket_s: float,
    seconds: float,
    label: str,
    *,
    high: float,
    small: bool = False,
    from_s: float | None = None,
) -> Element:
    """Return the chart of one series: mean as a line, extremes as a band, times without a picture in grey.

    high: the largest value of the y axis, so that neighbouring charts can share it. from_s: see time_labels.
    """
    ticks = value_ticks(high, 2 if small else 4)
    frame = plot(0.0, seconds, ticks, 64 if small else 168)
    cols = columns(values, bucket_s, 180 if small else 360)
    shapes = [*_gaps(frame, cols), *(s for run in runs(np.isfinite(cols.mean)) for s in _run(frame, cols, *run))]
    times = time_labels(seconds, 3 if small else 8, from_s)
    return canvas(frame, label, y_axis(frame, ticks), layer(frame, *shapes), x_axis(frame, times))


def _run(frame: Plot, cols: Columns, first: int, end: int) -> list[Element]:
    line = _path(frame, cols, cols.mean, first, end)
    left, right = frame.x(first * cols.step_s), frame.x(end * cols.step_s)
    ground = frame.y(0.0)
    low = " L".join(reversed(_path(frame, cols, cols.low, first, end)))
    band = f"M{' L'.join(_path(frame, cols, cols.high, first, end))} L{low} Z"
    area = f"M{written(left)} {written(ground)} L{' L'.join(line)} L{written(right)} {written(ground)} Z"
    return [
        el("path", d=area, class_="area"),
        el("path", d=band, class_="band"),
        el("path", d=f"M{' L'.join(line)}", class_="line"),
    ]


def _path(frame: Plot, cols: Columns, values: F64, first: int, end: int) -> list[str]:
    """Return points at the middle of each column, extended to the run's ends so that one column is visible."""
    times = [first, *(i + 0.5 for i in range(first, end)), end]
    heights = [values[first], *values[first:end], values[end - 1]]
    return [
        f"{written(frame.x(t * cols.step_s))} {written(frame.y(float(v)))}"
        for t, v in zip(times, heights, strict=True)
    ]


def _gaps(frame: Plot, cols: Columns) -> list[Element]:
    found = []
    for first, end in runs(np.isnan(cols.mean)):
        left, right = frame.x(first * cols.step_s), frame.x(end * cols.step_s)
        found.append(el("rect", x=left, y=0.0, width=right - left, height=frame.height_px, class_="gap"))
    return found
