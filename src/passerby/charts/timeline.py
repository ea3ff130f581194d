"""Incidents over time, one lane per kind.

A mark is a bar with the sign of its severity. Bars of different severity differ in colour and in height, and are
opaque: where incidents overlap, the most urgent one is in front and no other colour appears.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from passerby.charts.axes import Scale
from passerby.charts.plot import WIDTH, Plot, canvas, time_labels, x_axis
from passerby.charts.signs import sign_at
from passerby.charts.svg import el, percent
from passerby.charts.wording import several
from passerby.contracts.events import Severity

LANE_PX, HEAD_PX, MARK_PX = 50.0, 22.0, 20.0
BAR_PX = {Severity.INFO: 4.0, Severity.WARNING: 10.0, Severity.ALARM: 14.0}


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """One incident to draw.

    from_s, to_s: its time, seconds; to_s is None for a moment. title: shown at the mark. href: its link, or None.
    """

    lane: str
    severity: Severity
    from_s: float
    to_s: float | None
    title: str
    href: str | None = None


def timeline(marks: Sequence[TimelineMark], seconds: float) -> Element:
    """Return the chart of 0..`seconds`; lanes are in the order of their first mark."""
    lanes: dict[str, list[TimelineMark]] = {}
    for mark in marks:
        lanes.setdefault(mark.lane, []).append(mark)
    frame = Plot(Scale(0, seconds, 0, WIDTH), Scale(0, 1, 0, 1), LANE_PX * len(lanes))
    groups = [_lane(frame, name, i * LANE_PX, lane) for i, (name, lane) in enumerate(lanes.items())]
    chart = canvas(frame, _label(lanes), *groups, x_axis(frame, time_labels(seconds)))
    chart.set("class", "chart flush")
    chart.set("role", "group")  # an img would hide the links in it
    return chart


def _label(lanes: dict[str, list[TimelineMark]]) -> str:
    return "Events over time: " + ", ".join(f"{len(marks)} {name.lower()}" for name, marks in lanes.items())


def _lane(frame: Plot, name: str, top: float, marks: list[TimelineMark]) -> Element:
    title = name + ", " + several(len(marks), "event", "events")
    track = el("rect", x="0", width="100%", y=top + HEAD_PX, height=MARK_PX, class_="lane", rx=3.0)
    urgent_on_top = sorted(marks, key=lambda mark: mark.severity.rank)
    drawn = [_mark(frame, mark, top + HEAD_PX + MARK_PX / 2) for mark in urgent_on_top]
    return el("g", el("text", title, x="0", y=top + 15, class_="name"), track, *drawn)


def _mark(frame: Plot, mark: TimelineMark, middle: float) -> Element:
    bars = [] if mark.to_s is None else [_bar(frame, mark.severity, (mark.from_s, mark.to_s), middle)]
    shown = sign_at(mark.severity, frame.across(mark.from_s), middle)
    group = el("g", el("title", mark.title), *bars, shown, class_=f"mark {mark.severity}")
    return group if mark.href is None else el("a", group, href=mark.href)


def _bar(frame: Plot, severity: Severity, span_s: tuple[float, float], middle: float) -> Element:
    left, right = (frame.x(at) / WIDTH * 100 for at in (span_s[0], max(span_s)))
    height = BAR_PX[severity]
    return el("rect", x=percent(left), y=middle - height / 2, width=percent(right - left), height=height)
