"""What each results file holds: its header, and the bytes of each row of its table."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from passerby.contracts.events import Event, FlowSample, LineSample, Measure, OccupancySample, ZoneSample
from passerby.store import alarms
from passerby.store.encode import TIME_DECIMALS, event_line, tidy, tidy_event
from passerby.store.events import after_row
from passerby.store.samples import flows_after_row, lines_after_row, occupancy_after_row, zones_after_row

COUNT_DECIMALS = 3
DENSITY_DECIMALS = 4

ZONES_HEADER = (
    *("camera", "zone", "from_s", "utc", "window_s", "count_mean", "count_max", "density_per_m2"),
    *("entries", "exits", "coverage", "resolved", "level", "trend_per_m2_min", "lower_bound"),
)
EVENT_HEADER = (
    *("id", "seq", "kind", "phase", "camera", "place", "began_s", "at_s", "utc", "people", "severity", "measures"),
    *("still", "sha256", "redaction"),
)
LINES_HEADER = ("camera", "line", "from_s", "utc", "window_s", "in", "out", "coverage")
FLOWS_HEADER = (
    *("camera", "line", "direction", "from_s", "utc", "window_s", "people", "low", "high", "error_people"),
    "coverage",
)
OCCUPANCY_HEADER = (
    *("camera", "place", "from_s", "utc", "window_s", "people", "low", "high", "drift", "reset"),
    "coverage",
)

Rows = Callable[[sqlite3.Connection, int, int], list[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class Format:
    """A results file as a function of its table.

    rows(connection, row, limit): the next bytes after `row`, at most `limit` rows of them, each with its row.
    """

    name: str
    header: bytes
    rows: Rows


def csv_row(*values: object) -> bytes:
    """Return one line of CSV, UTF-8, ending in a newline; None is an empty field."""
    text = io.StringIO()
    csv.writer(text).writerow(values)  # ends in \r\n, and so quotes a field with either in it
    return text.getvalue().removesuffix("\r\n").encode() + b"\n"


def zone_row(sample: ZoneSample) -> bytes:
    """Return the sample's line of zones.csv."""
    density = sample.density_per_m2
    return csv_row(
        *(sample.camera, sample.zone, tidy(sample.from_s, TIME_DECIMALS), sample.utc),
        *(tidy(sample.window_s, TIME_DECIMALS), tidy(sample.count_mean, COUNT_DECIMALS), sample.count_max),
        _tidied(density, DENSITY_DECIMALS),
        *(sample.entries, sample.exits, tidy(sample.coverage, COUNT_DECIMALS)),
        *(_tidied(sample.resolved, COUNT_DECIMALS), sample.level),
        *(_tidied(sample.trend_per_m2_min, DENSITY_DECIMALS), int(sample.is_lower_bound)),
    )


def line_row(sample: LineSample) -> bytes:
    """Return the sample's line of lines.csv."""
    return csv_row(
        *(sample.camera, sample.line, tidy(sample.from_s, TIME_DECIMALS), sample.utc),
        *(tidy(sample.window_s, TIME_DECIMALS), sample.in_, sample.out, tidy(sample.coverage, COUNT_DECIMALS)),
    )


def flow_row(sample: FlowSample) -> bytes:
    """Return the sample's line of flows.csv."""
    return csv_row(
        *(sample.camera, sample.line, sample.direction, tidy(sample.from_s, TIME_DECIMALS), sample.utc),
        *(tidy(sample.window_s, TIME_DECIMALS), sample.people, _tidied(sample.low, 1), _tidied(sample.high, 1)),
        *(sample.error_people, tidy(sample.coverage, COUNT_DECIMALS)),
    )


def occupancy_row(sample: OccupancySample) -> bytes:
    """Return the sample's line of occupancy.csv."""
    return csv_row(
        *(sample.camera, sample.place, tidy(sample.from_s, TIME_DECIMALS), sample.utc),
        *(tidy(sample.window_s, TIME_DECIMALS), sample.people, _tidied(sample.low, 1), _tidied(sample.high, 1)),
        *(sample.drift, sample.reset, tidy(sample.coverage, COUNT_DECIMALS)),
    )


def event_row(event: Event) -> bytes:
    """Return the event as a line of CSV for a spreadsheet; measures are written `speed=2.9 m/s sd 0.2; …`."""
    tidied = tidy_event(event)
    evidence = event.evidence
    still = (None, None, None) if evidence is None else (evidence.still, evidence.sha256, evidence.redaction)
    return csv_row(
        *(event.id, event.seq, event.kind, event.phase, event.camera, event.place, tidied.began_s, tidied.at_s),
        *(event.utc, event.people, event.severity, "; ".join(_measure_text(m) for m in tidied.measures), *still),
    )


def _tidied(value: float | None, decimals: int) -> float | None:
    return None if value is None else tidy(value, decimals)


def _measure_text(measure: Measure) -> str:
    unit = f" {measure.unit}" if measure.unit else ""
    deviation = "" if measure.sd is None else f" sd {measure.sd}"
    return f"{measure.name}={measure.value}{unit}{deviation}"


def _events(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, bytes]]:
    return [(at, event_line(event)) for at, event in after_row(connection, row, limit)]


def _zones(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, bytes]]:
    return [(at, zone_row(sample)) for at, sample in zones_after_row(connection, row, limit)]


def _lines(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, bytes]]:
    return [(at, line_row(sample)) for at, sample in lines_after_row(connection, row, limit)]


def _alarms(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, bytes]]:
    return [(at, alarms.alarm_line(alarm)) for at, alarm in alarms.after_row(connection, row, limit)]


def _flows(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, bytes]]:
    return [(at, flow_row(sample)) for at, sample in flows_after_row(connection, row, limit)]


def _occupancy(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, bytes]]:
    return [(at, occupancy_row(sample)) for at, sample in occupancy_after_row(connection, row, limit)]


EVENTS = Format("events.jsonl", b"", _events)
ZONES = Format("zones.csv", csv_row(*ZONES_HEADER), _zones)
LINES = Format("lines.csv", csv_row(*LINES_HEADER), _lines)
ALARMS = Format("alarms.jsonl", b"", _alarms)
FLOWS = Format("flows.csv", csv_row(*FLOWS_HEADER), _flows)
OCCUPANCY = Format("occupancy.csv", csv_row(*OCCUPANCY_HEADER), _occupancy)
FORMATS = (EVENTS, ALARMS, ZONES, LINES, FLOWS, OCCUPANCY)
