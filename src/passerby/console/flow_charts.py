"""The charts of the flow page, each with its figures in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

import numpy as np
from markupsafe import Markup

from passerby.charts.crowding import Strip, strips
from passerby.charts.heatmap import heat_map, levels
from passerby.charts.histogram import histogram
from passerby.charts.occupancy import occupancy
from passerby.charts.quarters import quarters, rests_on
from passerby.charts.series import middle
from passerby.charts.speeds import speeds
from passerby.charts.svg import html
from passerby.charts.wording import clock, plain, several
from passerby.console import days
from passerby.console.days import Hours, LocalDay
from passerby.console.ports import CameraHistory
from passerby.contracts.events import Event, FlowSample, OccupancySample, ZoneSample
from passerby.translation.current import gettext as _

# Lower edges of the intervals of dwell times, seconds, and of missed departures.
DWELL_EDGES_S = (0.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0)
MISSED_EDGES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
# With fewer person-seconds a heat map may show the path of one person. Chosen by judgement.
HEAT_FROM_S = 600.0
DWELL_NAMES = ("< 1 min", "1–2", "2–5", "5–10", "10–20", "20–30", "30–60", "≥ 60 min")
MISSED_NAMES = ("0", "1", "2", "3", "4", "≥ 5")


@dataclass(frozen=True, slots=True)
class FlowChart:
    """One chart. name: of the zone, line or place. says: its figures. levels: levels of service, if known."""

    name: str
    says: str
    svg: Markup
    levels: tuple[Strip, ...] = ()


def zone_charts(day: LocalDay, hours: Hours, samples: Sequence[ZoneSample], high: float) -> list[FlowChart]:
    """Return one chart per zone. high: the largest value of the common axis."""
    charts = []
    for name in dict.fromkeys(sample.zone for sample in samples):
        mine = [sample for sample in samples if sample.zone == name]
        says = _zone_says(mine)
        chart = _by_minute(hours, days.of_zone(day, mine), f"{name}: {says}", high)
        timed = [s for s in mine if s.level]
        charts.append(FlowChart(name, says, _markup(chart), strips(_of_day(day, timed))))
    return charts


def _zone_says(samples: Sequence[ZoneSample]) -> str:
    seen = [s for s in samples if s.coverage > 0]
    seconds = sum(s.window_s * s.coverage for s in seen)
    if not seconds:
        return _("no picture")
    mean = sum(s.count_mean * s.window_s * s.coverage for s in seen) / seconds
    words = [
        _("mean %(mean)s people", mean=plain(mean, 1)),
        _("at most %(most)s", most=max(s.count_max for s in seen)),
    ]
    density = [s.density_per_m2 for s in seen if s.density_per_m2 is not None]
    if density:
        words.append(_("at most %(density)s people per m² in a minute", density=plain(max(density), 2)))
    entries, exits = sum(s.entries for s in seen), sum(s.exits for s in seen)
    words.append(_("%(entries)s entries, %(exits)s exits", entries=entries, exits=exits))
    if any(s.is_lower_bound for s in seen):
        words.append(_("a lower bound at times"))
    return ", ".join(words)


def _of_day(day: LocalDay, samples: Sequence[ZoneSample]) -> list[ZoneSample]:
    return [replace(sample, from_s=day.at_s(sample.utc)) for sample in samples]


def highest(*of: Sequence[ZoneSample]) -> float:
    """Return the largest mean number of people in any window."""
    return max((s.count_mean for samples in of for s in samples), default=1.0)


def _by_minute(hours: Hours, values: Sequence[float], label: str, high: float) -> Element:
    return occupancy(hours.of(values), days.MINUTE_S, hours.seconds, label, high=high, from_s=hours.from_s)


def line_charts(
    day: LocalDay, hours: Hours, ended: Sequence[FlowSample], open_: Sequence[FlowSample]
) -> list[FlowChart]:
    """Return one chart of quarter hours per line. open_: those that are not over."""
    charts, samples = [], [*ended, *open_]
    for name in dict.fromkeys(sample.line for sample in samples):
        mine = days.from_midnight(day, [sample for sample in samples if sample.line == name])
        into, out = (sum(s.people for s in mine if s.direction == way) for way in ("in", "out"))
        counts = _("%(into)s in (upwards), %(out)s out (downwards)", into=plain(into, 0), out=plain(out, 0))
        says = f"{counts}; {rests_on(mine)}"
        if any(sample.line == name for sample in open_):
            says += _("; the last quarter hour is not over")
        chart = quarters(mine, f"{name}: {says}", from_s=hours.from_s, seconds=hours.seconds)
        charts.append(FlowChart(name, says, _markup(chart)))
    return charts


def place_charts(day: LocalDay, hours: Hours, samples: Sequence[OccupancySample]) -> list[FlowChart]:
    """Return one chart per place that is counted in and out."""
    charts = []
    for name in dict.fromkeys(sample.place for sample in samples):
        mine = [sample for sample in samples if sample.place == name]
        high = max(float(s.people) for s in mine)
        says = _("at most %(most)s people, %(end)s at the end", most=plain(high, 0), end=mine[-1].people)
        chart = _by_minute(hours, days.of_place(day, mine), f"{name}: {says}", max(1.0, high))
        charts.append(FlowChart(name, says, _markup(chart)))
    return charts


def heat_chart(known: CameraHistory, background: str | None) -> FlowChart | None:
    """Return where people were since the camera started; None if that is too little to hide a single path."""
    total_s = float(np.nansum(known.history.heat))
    if total_s < HEAT_FROM_S or not levels(known.history.heat):
        return None
    says = _("%(s)s person-seconds since the camera started", s=plain(total_s, 0))
    return FlowChart(
        "",
        says,
        _markup(heat_map(known.history, known.picture_wh, background, _("Heat map: %(says)s", says=says))),
    )


def speed_chart(known: CameraHistory) -> FlowChart | None:
    """Return how fast people walked since the camera started; None without calibration or people."""
    half = middle(known.history.speed_edges_mps, known.history.speed_s)
    if half is None:
        return None
    says = _("half of the time people were slower than %(speed)s m/s", speed=plain(half, 2))
    chart = speeds(known.history.speed_edges_mps, known.history.speed_s, _("Speeds: %(says)s", says=says))
    return FlowChart("", says, _markup(chart))


def dwell_charts(events: Sequence[Event]) -> list[FlowChart]:
    """Return the dwell times and the missed departures of the incidents in which people stayed long."""
    charts = []
    for name, title, edges, names in (
        ("dwell", _("Dwell time"), DWELL_EDGES_S, DWELL_NAMES),
        ("trains_missed", _("Departures missed"), MISSED_EDGES, MISSED_NAMES),
    ):
        values = days.measures_of(events, name)
        if values:
            middle_value = sorted(values)[len(values) // 2]
            half = clock(middle_value) if name == "dwell" else plain(middle_value, 0)
            incidents = several(len(values), "incident", "incidents")
            says = _("%(incidents)s, half of them at least %(half)s", incidents=incidents, half=half)
            chart = histogram(names, days.in_bins(values, edges), f"{title}: {says}")
            charts.append(FlowChart(title, says, _markup(chart)))
    return charts


def _markup(chart: Element) -> Markup:
    return Markup(html(chart))  # noqa: S704  charts.svg escapes
