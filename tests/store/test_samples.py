from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

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
from passerby.store.filters import SampleFilter
from passerby.store.migrations import migrate
from passerby.store.samples import FLOWS, LINES, OCCUPANCY, ZONES, append, query
from support.stored import FLOW, HEALTH, LINE, PLACE, ZONE


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("memory"))
        yield made


@pytest.mark.parametrize("unknown", [False, True], ids=["known", "unknown"])
def test_what_goes_in_comes_out(connection: sqlite3.Connection, unknown: bool) -> None:
    zone = replace(ZONE, utc=None, density_per_m2=None) if unknown else ZONE
    line = LINE if unknown else replace(LINE, utc="2026-03-01T07:46:00.000Z")
    down = replace(HEALTH, state=CameraStatus.DOWN, p95_ms=None)
    health = down if unknown else replace(HEALTH, utc="2026-03-01T07:46:00.000Z", utc_err_ms=12.5)
    for report in (zone, line, health):
        append(connection, report)
    assert list(query(connection, ZoneSample)) == [zone]
    assert list(query(connection, LineSample)) == [line]
    assert list(query(connection, CameraHealth)) == [health]


@pytest.mark.parametrize("unknown", [False, True], ids=["known", "unknown"])
def test_flows_places_and_how_sure_a_zone_is(connection: sqlite3.Connection, unknown: bool) -> None:
    zone = replace(ZONE, resolved=0.9, level="C", trend_per_m2_min=-0.25, is_lower_bound=True)
    flow = replace(FLOW, low=None, high=None, error_people=None) if unknown else FLOW
    place = (
        PLACE if unknown else replace(PLACE, people=0, drift=-3, reset="negative", utc="2026-03-01T07:46:00.000Z")
    )
    for report in (zone, flow, place):
        append(connection, report)
    assert list(query(connection, ZoneSample)) == [zone]
    assert [list(query(connection, FlowSample, SampleFilter(place=(n,)))) for n in ("stairs", "lift")] == [
        [flow],
        [],
    ]
    assert [list(query(connection, OccupancySample, SampleFilter(place=(n,)))) for n in ("station", "hall")] == [
        [place],
        [],
    ]
    assert FLOWS.after_row(connection, 0, 9) == [(1, flow)]
    assert OCCUPANCY.after_row(connection, 1, 9) == []


def test_windows_by_camera_place_and_time(connection: sqlite3.Connection) -> None:
    early = "2026-03-01T07:00:00.000Z"
    for n, camera in enumerate(("north", "south")):
        at = {"camera": camera, "from_s": 60.0 * n, "utc": early if n == 0 else None}
        for report in (replace(ZONE, **at), replace(LINE, **at), replace(HEALTH, **at)):
            append(connection, report)
    append(connection, replace(ZONE, zone="edge", camera="north"))

    def cameras(of: type[ZoneSample | LineSample | CameraHealth], wanted: SampleFilter) -> list[str]:
        return [sample.camera for sample in query(connection, of, wanted)]

    assert [s.zone for s in query(connection, ZoneSample, SampleFilter(camera=("north",)))] == ["platform", "edge"]
    assert cameras(ZoneSample, SampleFilter(place=("platform",))) == ["north", "south"]
    assert cameras(ZoneSample, SampleFilter(since=60.0, until=61.0)) == ["south", "north"]
    assert cameras(ZoneSample, SampleFilter(last=2)) == ["south", "north"], "the newest, in the order of storing"
    assert cameras(LineSample, SampleFilter(since=early)) == ["north"]
    assert cameras(LineSample, SampleFilter(place=("escalator",))) == []
    assert cameras(LineSample, SampleFilter(camera=("south",), place=("stairs",), until=61.0)) == ["south"]
    assert cameras(CameraHealth, SampleFilter(until=60.0)) == ["north"]
    assert cameras(CameraHealth, SampleFilter(camera=("south",))) == ["south"]


def test_the_same_window_of_two_sessions_is_two_rows(connection: sqlite3.Connection) -> None:
    append(connection, LINE)  # after a restart a live camera counts its seconds from 0 again
    append(connection, LINE)
    append(connection, ZONE)
    assert [row for row, _ in LINES.after_row(connection, 0, 9)] == [1, 2]
    assert [row for row, _ in LINES.after_row(connection, 0, 1)] == [1]
    assert LINES.after_row(connection, 2, 9) == []
    assert ZONES.after_row(connection, 0, 9) == [(1, ZONE)]


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (replace(ZONE, count_mean=math.nan), "sample of platform-1 at 60.0 s: count_mean is nan; only finite"),
        (replace(HEALTH, fps=math.inf), "fps is inf"),
        (replace(LINE, utc="noon"), "'noon' is not a UTC time"),
        (replace(ZONE, zone="a\udcff"), "contains text that is not Unicode"),
    ],
)
def test_what_cannot_be_stored_is_named(connection: sqlite3.Connection, report: Sample, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        append(connection, report)


@pytest.mark.parametrize(
    "report",
    [
        replace(ZONE, coverage=1.5),
        replace(ZONE, window_s=0.0),
        replace(LINE, in_=-1),
        replace(HEALTH, dropped=-2),
        replace(ZONE, density_per_m2=-0.1),
    ],
)
def test_the_tables_refuse_impossible_figures(connection: sqlite3.Connection, report: Sample) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        append(connection, report)


@pytest.mark.parametrize("since", [5.0, "2026-03-01T07:00:00Z"], ids=["seconds", "utc"])
def test_asking_for_one_zones_time_does_not_read_the_whole_table(
    connection: sqlite3.Connection, since: float | str
) -> None:
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    list(query(connection, ZoneSample, SampleFilter(camera=("north",), place=("platform",), since=since)))
    connection.set_trace_callback(None)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert "SEARCH zone_sample USING INDEX" in plan[0][3]
