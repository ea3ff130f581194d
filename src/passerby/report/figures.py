"""The charts of a run, each with a descriptive sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.charts.axes import TIME_STEPS_S
from passerby.charts.flows import flows
from passerby.charts.heatmap import heat_map, levels
from passerby.charts.occupancy import occupancy
from passerby.charts.quarters import MOST, quarters, rests_on
from passerby.charts.series import buckets_per_bar, middle
from passerby.charts.speeds import WALK_MPS, WALK_SD_MPS, speeds
from passerby.charts.svg import html
from passerby.charts.wording import lasting, plain, several
from passerby.contracts.events import FlowSample, OccupancySample
from passerby.contracts.results import History, LineSeries, Summary, ZoneSeries

NO_PICTURE = "no picture"
QUARTER_S = 900.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as HTML with its heading, a note, and one descriptive sentence."""

    name: str
    aside: str
    says: str
    svg: str


def people(number: float) -> str:
    """Return a mean number of people; small numbers have more digits."""
    return plain(number, 1 if number >= 1 else 2)


def seconds_shown(summary: Summary, history: History) -> float:
    """Return the length of the time axes, seconds; never 0."""
    return max(summary.seconds, len(history.people) * history.bucket_s, TIME_STEPS_S[0])


def picture_figure(history: History, seconds: float) -> Figure | None:
    """Return people in the complete picture over time; None without buckets."""
    if not history.people:
        return None
    says, top = _level(history.people)
    chart = occupancy(history.people, history.bucket_s, seconds, f"People in the picture: {says}", high=top)
    return Figure("Complete picture", "", says, html(chart))


def zone_figures(history: History, seconds: float) -> tuple[Figure, ...]:
    """Return one small chart per zone, all with the same y axis."""
    top = max((_level(z.count)[1] for z in history.zones), default=0.0)
    numbered = len(history.zones) > 8
    return tuple(
        _zone_figure(zone, f"{i} · {zone.name}" if numbered else zone.name, history.bucket_s, seconds, top)
        for i, zone in enumerate(history.zones, 1)
    )


def line_figures(history: History, seconds: float) -> tuple[Figure, ...]:
    """Return one chart per line."""
    return tuple(_line_figure(line, history.bucket_s, seconds) for line in history.lines)


def quarter_figures(history: History, seconds: float) -> tuple[Figure, ...]:
    """Return one chart of quarter hours per line with flows; none for less than a quarter of an hour."""
    if seconds < QUARTER_S:
        return ()
    lines = dict.fromkeys(flow.line for flow in history.flows)
    return tuple(_quarter_figure([f for f in history.flows if f.line == name][-2 * MOST :]) for name in lines)


def place_figures(history: History) -> tuple[Figure, ...]:
    """Return one chart per place of the `occupancy` configuration."""
    places = dict.fromkeys(sample.place for sample in history.places)
    return tuple(_place_figure([s for s in history.places if s.place == name]) for name in places)


def heat_figure(history: History, picture_wh: tuple[int, int], background: str | None) -> Figure | None:
    """Return the heat map; None if there are neither data nor a picture."""
    if not levels(history.heat) and background is None and not history.zones:
        return None
    says, (rows, cols) = "No people were seen.", history.heat.shape
    if levels(history.heat):
        total = plain(float(np.nansum(history.heat)), 0)
        says = f"{total} person-seconds in total; one cell is 1/{cols} × 1/{rows} of the picture."
    return Figure("", "", says, html(heat_map(history, picture_wh, background, f"Heat map: {says}")))


def speed_figure(history: History) -> Figure | None:
    """Return the histogram of speeds; None without calibration or without walking people."""
    half = middle(history.speed_edges_mps, history.speed_s)
    if half is None:
        return None
    says = f"Half of the time people were slower than {plain(half, 2)} m/s."
    chart = speeds(history.speed_edges_mps, history.speed_s, f"Speeds: {says}")
    aside = f"shaded: usual walking on the level, {WALK_MPS} ± {WALK_SD_MPS} m/s"
    return Figure("", aside, says, html(chart))


def _zone_figure(zone: ZoneSeries, name: str, bucket_s: float, seconds: float, top: float) -> Figure:
    says, highest = _level(zone.count)
    aside = zone.kind if zone.area_m2 is None else f"{zone.kind}, {plain(zone.area_m2, 0)} m²"
    if zone.area_m2 and highest > 0:
        says += f" ({plain(highest / zone.area_m2, 2)}/m²)"
    chart = occupancy(zone.count, bucket_s, seconds, f"People in {zone.name}: {says}", high=top, small=True)
    return Figure(name, aside, says, html(chart))


def _line_figure(line: LineSeries, bucket_s: float, seconds: float) -> Figure:
    per = buckets_per_bar(max(len(line.in_), len(line.out)), bucket_s)
    into, out = sum(line.in_), sum(line.out)
    says = f"{plain(into, 0)} in, {plain(out, 0)} out"
    aside = f"people per {lasting(per * bucket_s)}"
    chart = flows(line, per, per * bucket_s, seconds, f"{line.name}: {says}, {aside}")
    return Figure(line.name, aside, says, html(chart))


def _quarter_figure(flows: list[FlowSample]) -> Figure:
    into, out = (sum(f.people for f in flows if f.direction == way) for way in ("in", "out"))
    label = f"{plain(into, 0)} in, {plain(out, 0)} out; {rests_on(flows)}"
    chart = quarters(flows, f"{flows[0].line}: {label}")
    return Figure(flows[0].line, "people per 15 min", label, html(chart))


def _place_figure(samples: list[OccupancySample]) -> Figure:
    last, values = samples[-1], tuple(float(s.people) for s in samples)
    known = (
        "95 % interval unknown"
        if last.low is None or last.high is None
        else (f"95 % between {plain(last.low, 0)} and {plain(last.high, 0)}")
    )
    text = f"{plain(last.people, 0)} at the end, {known}"
    drift = [s for s in samples if s.reset]
    if drift:
        text += (
            f"; corrected {several(len(drift), 'time', 'times')}, by {plain(sum(abs(s.drift) for s in drift), 0)}"
        )
    window_s = max(s.window_s for s in samples)
    chart = occupancy(values, window_s, window_s * len(values), f"{last.place}: {text}", high=max(values))
    return Figure(last.place, "in minus out", text, html(chart))


def _level(values: tuple[float, ...]) -> tuple[str, float]:
    """Return the sentence on a series and its highest value; times without a picture are ignored."""
    seen = np.asarray(values, np.float64)
    seen = seen[np.isfinite(seen)]
    if not seen.size:
        return NO_PICTURE, 0.0
    top = float(seen.max())
    return f"mean {people(float(seen.mean()))}, peak {people(top)}", top
