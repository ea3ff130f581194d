"""Every incident over the recording, one lane per kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from passerby.report.axes import Scale
from passerby.report.incidents import Incident
from passerby.report.kinds import URGENCY, kind_of
from passerby.report.plot import WIDTH, Plot, canvas, time_labels, x_axis
from passerby.report.svg import el, percent
from passerby.report.wording import clock, several

LANE_PX, HEAD_PX, MARK_PX = 46.0, 20.0, 16.0


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """One incident to draw, and its card, if it has one."""

    incident: Incident
    anchor: str | None


def timeline(marks: Sequence[TimelineMark], seconds: float) -> Element:
    """Return the chart; lanes are in the order of their first incident."""
    lanes: dict[str, list[TimelineMark]] = {}
    for mark in marks:
        lanes.setdefault(mark.incident.kind, []).append(mark)
    frame = Plot(Scale(0, seconds, 0, WIDTH), Scale(0, 1, 0, 1), LANE_PX * len(lanes))
    groups = [_lane(frame, kind, i * LANE_PX, lane, seconds) for i, (kind, lane) in enumerate(lanes.items())]
    chart = canvas(frame, _label(lanes), *groups, x_axis(frame, time_labels(seconds)))
    chart.set("class", "plot flush")
    chart.set("role", "group")  # an img would hide the links in it
    return chart


def _label(lanes: dict[str, list[TimelineMark]]) -> str:
    return "Events over time: " + ", ".join(f"{len(m)} {kind_of(k).title.lower()}" for k, m in lanes.items())


def _lane(frame: Plot, name: str, top: float, marks: list[TimelineMark], seconds: float) -> Element:
    kind = kind_of(name)
    title = f"{kind.title}, {several(len(marks), 'event', 'events')}"
    track = el("rect", x="0", width="100%", y=top + HEAD_PX, height=MARK_PX, class_="lane", rx=3.0)
    urgent_on_top = sorted(marks, key=lambda m: URGENCY[m.incident.severity])
    drawn = [_mark(frame, m, top + HEAD_PX, seconds) for m in urgent_on_top]
    return el("g", el("text", title, x="0", y=top + 14, class_="name"), track, *drawn, class_=kind.css)


def _mark(frame: Plot, mark: TimelineMark, top: float, seconds: float) -> Element:
    event = mark.incident
    ended = event.began_s if event.moment else event.ended_s if event.ended_s is not None else seconds
    left, right = frame.x(event.began_s) / WIDTH * 100, frame.x(max(ended, event.began_s)) / WIDTH * 100
    title = el("title", f"{clock(event.began_s)} {kind_of(event.kind).title} {event.place}".rstrip())
    bar = el(
        "rect",
        title,
        x=percent(min(left, 99.6)),
        y=top,
        width=percent(max(right - left, 0.4)),
        height=MARK_PX,
        class_=f"mark {event.severity}",
        rx=2.0,
    )
    return bar if mark.anchor is None else el("a", bar, href=f"#{mark.anchor}")
