"""The tables of samples: zones, lines and the health of cameras, one row per window."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, TypeVar

from passerby.contracts.events import CameraHealth, FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.contracts.ports import Sample
from passerby.store.filters import SampleFilter
from passerby.store.tables import RecordTable

S = TypeVar("S", bound=Sample)
_DENSITY = {"density_per_m2": 4, "trend_per_m2_min": 4}
_INTERVAL = {"low": 1, "high": 1}

ZONES = RecordTable("zone_sample", ZoneSample, place="zone", decimals=_DENSITY)
LINES = RecordTable("line_sample", LineSample, place="line")
FLOWS = RecordTable("flow_sample", FlowSample, place="line", decimals=_INTERVAL)
OCCUPANCY = RecordTable("occupancy_sample", OccupancySample, decimals=_INTERVAL)
HEALTH = RecordTable("camera_health", CameraHealth)
_TABLES: dict[type, RecordTable[Any]] = {table.of: table for table in (ZONES, LINES, FLOWS, OCCUPANCY, HEALTH)}

TYPES: tuple[type[Sample], ...] = tuple(_TABLES)

EVERY_SAMPLE = SampleFilter()


def append(connection: sqlite3.Connection, sample: Sample) -> None:
    """Add one sample. Raises StoreError for a figure that is not finite or an invalid utc."""
    _TABLES[type(sample)].append(connection, sample, f"sample of {sample.camera} at {sample.from_s} s")


def query(connection: sqlite3.Connection, of: type[S], wanted: SampleFilter = EVERY_SAMPLE) -> Iterator[S]:
    """Yield the samples of one type in storage order, or by time. Raises StoreError for an invalid time."""
    table = table_of(of)
    return table.query(connection, table.where(wanted), wanted)


def newest_rows(connection: sqlite3.Connection, of: type[S], after: int, most: int) -> list[tuple[int, S]]:
    """Return the samples of one type stored after the row `after`, of these at most the `most` newest."""
    table = table_of(of)
    (newest,) = connection.execute(f"SELECT coalesce(max(row), 0) FROM {table.name}").fetchone()  # noqa: S608
    return table.after_row(connection, max(after, newest - most), most)


def table_of(of: type[S]) -> RecordTable[S]:
    """Return the table of one type of samples."""
    table: RecordTable[S] = _TABLES[of]
    return table
