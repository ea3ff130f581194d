"""The tables of samples: zones, lines and the health of cameras, a row per window."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from passerby.contracts.errors import StoreError
from passerby.contracts.events import (
    CameraHealth,
    CameraStatus,
    FlowSample,
    LineSample,
    OccupancySample,
    ZoneSample,
)
from passerby.contracts.ports import Sample
from passerby.store.encode import check_finite
from passerby.store.utc import optional_ms, optional_text
from passerby.store.where import When, Where

# The columns are the dataclasses' fields, in their order, with utc as milliseconds.
_INSERT = {
    ZoneSample: """
        INSERT INTO zone_sample (camera, zone, from_s, utc_ms, window_s, count_mean, count_max, density_per_m2,
                                 entries, exits, coverage, resolved, level, trend_per_m2_min, is_lower_bound)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
    LineSample: """
        INSERT INTO line_sample (camera, line, from_s, utc_ms, window_s, "in", out, coverage)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
    FlowSample: """
        INSERT INTO flow_sample (camera, line, direction, from_s, utc_ms, window_s, people, low, high,
                                 error_people, coverage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
    OccupancySample: """
        INSERT INTO occupancy_sample (camera, place, from_s, utc_ms, window_s, people, low, high, drift, reset,
                                      coverage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
    CameraHealth: """
        INSERT INTO camera_health (camera, from_s, utc_ms, window_s, state, fps, dropped, decode_errors, p95_ms,
                                   utc_err_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
}
_SELECT_ZONE = """
SELECT row, camera, zone, from_s, utc_ms, window_s, count_mean, count_max, density_per_m2, entries, exits,
       coverage, resolved, level, trend_per_m2_min, is_lower_bound
FROM zone_sample"""
_SELECT_LINE = 'SELECT row, camera, line, from_s, utc_ms, window_s, "in", out, coverage FROM line_sample'
_SELECT_FLOW = """
SELECT row, camera, line, direction, from_s, utc_ms, window_s, people, low, high, error_people, coverage
FROM flow_sample"""
_SELECT_OCCUPANCY = """
SELECT row, camera, place, from_s, utc_ms, window_s, people, low, high, drift, reset, coverage
FROM occupancy_sample"""
_SELECT_HEALTH = """
SELECT row, camera, from_s, utc_ms, window_s, state, fps, dropped, decode_errors, p95_ms, utc_err_ms
FROM camera_health"""


def append(connection: sqlite3.Connection, report: Sample) -> None:
    """Add one sample. Raises StoreError for a figure that is not finite or a utc that is no time."""
    values = {field.name: getattr(report, field.name) for field in fields(report)}
    check_finite(f"sample of {report.camera} at {report.from_s} s", **values)
    values["utc"] = optional_ms(report.utc)
    try:
        connection.execute(_INSERT[type(report)], [str(v) if isinstance(v, str) else v for v in values.values()])
    except UnicodeEncodeError as error:
        raise StoreError(f"a sample of {report.camera!r} holds text that is not Unicode") from error


def zone_samples(
    connection: sqlite3.Connection,
    camera: str | None = None,
    zone: str | None = None,
    since: When | None = None,
    until: When | None = None,
) -> Iterator[ZoneSample]:
    """Yield the windows of one or all zones that begin at since <= time < until, in the order they were stored."""
    where = _where(camera, since, until)
    where.one_of("zone", () if zone is None else (zone,))
    return (_zone(row) for row in connection.execute(where.after(_SELECT_ZONE, "ORDER BY row"), where.values))


def line_samples(
    connection: sqlite3.Connection,
    camera: str | None = None,
    line: str | None = None,
    since: When | None = None,
    until: When | None = None,
) -> Iterator[LineSample]:
    """Yield the windows of one or all lines that begin at since <= time < until, in the order they were stored."""
    where = _where(camera, since, until)
    where.one_of("line", () if line is None else (line,))
    return (_line(row) for row in connection.execute(where.after(_SELECT_LINE, "ORDER BY row"), where.values))


def flow_samples(
    connection: sqlite3.Connection,
    camera: str | None = None,
    line: str | None = None,
    since: When | None = None,
    until: When | None = None,
) -> Iterator[FlowSample]:
    """Yield the quarter hours of one or all lines that begin at since <= time < until, as they were stored."""
    where = _where(camera, since, until)
    where.one_of("line", () if line is None else (line,))
    return (_flow(row) for row in connection.execute(where.after(_SELECT_FLOW, "ORDER BY row"), where.values))


def occupancy_samples(
    connection: sqlite3.Connection, place: str | None = None, since: When | None = None, until: When | None = None
) -> Iterator[OccupancySample]:
    """Yield the windows of one or all places that begin at since <= time < until, as they were stored."""
    where = _where(None, since, until)
    where.one_of("place", () if place is None else (place,))
    rows = connection.execute(where.after(_SELECT_OCCUPANCY, "ORDER BY row"), where.values)
    return (_occupancy(row) for row in rows)


def camera_health(
    connection: sqlite3.Connection,
    camera: str | None = None,
    since: When | None = None,
    until: When | None = None,
) -> Iterator[CameraHealth]:
    """Yield how one or all cameras did in windows that begin at since <= time < until, as they were stored."""
    where = _where(camera, since, until)
    return (_health(row) for row in connection.execute(where.after(_SELECT_HEALTH, "ORDER BY row"), where.values))


def zones_after_row(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, ZoneSample]]:
    """Return up to `limit` zone samples stored after `row`, each with its row; rows only ever grow."""
    rows = connection.execute(f"{_SELECT_ZONE} WHERE row > ? ORDER BY row LIMIT ?", (row, limit))
    return [(found[0], _zone(found)) for found in rows.fetchall()]


def lines_after_row(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, LineSample]]:
    """Return up to `limit` line samples stored after `row`, each with its row; rows only ever grow."""
    rows = connection.execute(f"{_SELECT_LINE} WHERE row > ? ORDER BY row LIMIT ?", (row, limit))
    return [(found[0], _line(found)) for found in rows.fetchall()]


def flows_after_row(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, FlowSample]]:
    """Return up to `limit` flow samples stored after `row`, each with its row; rows only ever grow."""
    rows = connection.execute(f"{_SELECT_FLOW} WHERE row > ? ORDER BY row LIMIT ?", (row, limit))
    return [(found[0], _flow(found)) for found in rows.fetchall()]


def occupancy_after_row(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, OccupancySample]]:
    """Return up to `limit` occupancy samples stored after `row`, each with its row; rows only ever grow."""
    rows = connection.execute(f"{_SELECT_OCCUPANCY} WHERE row > ? ORDER BY row LIMIT ?", (row, limit))
    return [(found[0], _occupancy(found)) for found in rows.fetchall()]


def _where(camera: str | None, since: When | None, until: When | None) -> Where:
    where = Where("from_s")
    where.one_of("camera", () if camera is None else (camera,))
    where.between(since, until)
    return where


def _zone(row: tuple[Any, ...]) -> ZoneSample:
    _, camera, zone, from_s, ms, *rest = row
    sample = ZoneSample(camera, zone, from_s, optional_text(ms), *rest)
    return replace(sample, is_lower_bound=bool(sample.is_lower_bound))


def _flow(row: tuple[Any, ...]) -> FlowSample:
    _, camera, line, direction, from_s, ms, *rest = row
    return FlowSample(camera, line, direction, from_s, optional_text(ms), *rest)


def _occupancy(row: tuple[Any, ...]) -> OccupancySample:
    _, camera, place, from_s, ms, *rest = row
    return OccupancySample(camera, place, from_s, optional_text(ms), *rest)


def _line(row: tuple[Any, ...]) -> LineSample:
    _, camera, line, from_s, ms, *rest = row
    return LineSample(camera, line, from_s, optional_text(ms), *rest)


def _health(row: tuple[Any, ...]) -> CameraHealth:
    _, camera, from_s, ms, window_s, state, *rest = row
    return CameraHealth(camera, from_s, optional_text(ms), window_s, CameraStatus(state), *rest)
