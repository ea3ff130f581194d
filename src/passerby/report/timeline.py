"""Every incident over the recording, one lane per kind.

A mark is a bar with the sign of its severity. Bars of different severity differ in colour and in height, and are
opaque: where incidents overlap, the most urgent one is in front and no other colour appears.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from passerby.contracts.events import Severity
from passerby.report.axes import Scale
from passerby.report.incidents import Incident
from passerby.report.kinds import URGENCY, title_of
from passerby.report.plot import WIDTH, Plot, canvas, time_labels, x_axis
from passerby.report.signs import sign_at
from passerby.report.svg import el, percent
from passerby.report.wording import clock, several

LANE_PX, HEAD_PX, MARK_PX = 50.0, 22.0, 20.0
BAR_PX = {Severity.INFO: 4.0, Severity.WARNING: 10.0, Severity.ALARM: 14.0}


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
    return "Events over time: " + ", ".join(f"{len(m)} {title_of(k).lower()}" for k, m in lanes.items())


def _lane(frame: Plot, kind: str, top: float, marks: list[TimelineMark], seconds: float) -> Element:
    title = f"{title_of(kind)}, {several(len(marks), 'event', 'events')}"
    track = el("rect", x="0", width="100%", y=top + HEAD_PX, height=MARK_PX, class_="lane", rx=3.0)
    urgent_on_top = sorted(marks, key=lambda m: URGENCY[m.incident.severity])
    drawn = [_mark(frame, m, top + HEAD_PX + MARK_PX / 2, seconds) for m in urgent_on_top]
    return el("g", el("text", title, x="0", y=top + 15, class_="name"), track, *drawn)


def _mark(frame: Plot, mark: TimelineMark, middle: float, seconds: float) -> Element:
    event = mark.incident
    shapes = [sign_at(event.severity, frame.across(event.began_s), middle)]
    if not event.moment:
        shapes.insert(0, _bar(frame, event, middle, seconds))
    title = el("title", f"{clock(event.began_s)} {title_of(event.kind)} {event.place}".rstrip())
    group = el("g", title, *shapes, class_=f"mark {event.severity}")
    return group if mark.anchor is None else el("a", group, href=f"#{mark.anchor}")


def _bar(frame: Plot, event: Incident, middle: float, seconds: float) -> Element:
    ended = event.ended_s if event.ended_s is not None else seconds
    left, right = (frame.x(at) / WIDTH * 100 for at in (event.began_s, max(ended, event.began_s)))
    height = BAR_PX[event.severity]
    return el("rect", x=percent(left), y=middle - height / 2, width=percent(right - left), height=height)
