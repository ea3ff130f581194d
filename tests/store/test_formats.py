from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given

from passerby.contracts.events import Event, FlowSample, LineSample, Measure, OccupancySample, ZoneSample
from passerby.store import samples
from passerby.store.formats import EVENT_HEADER, EVENTS, FLOWS, LINES, OCCUPANCY, ZONES, event_row
from support.stored import EVENT, FLOW, LINE, PLACE, ZONE, an_event, csv_line
from support.stored import events as any_event


def test_the_headers_are_the_documented_ones() -> None:
    assert EVENTS.header == b""
    assert ZONES.header == (
        b"camera,zone,from_s,utc,window_s,count_mean,count_max,density_per_m2,entries,exits,coverage,"
        b"resolved,level,trend_per_m2_min,lower_bound\n"
    )
    assert LINES.header == b"camera,line,from_s,utc,window_s,in,out,coverage\n"
    assert FLOWS.header == b"camera,line,direction,from_s,utc,window_s,people,low,high,error_people,coverage\n"
    assert OCCUPANCY.header == b"camera,place,from_s,utc,window_s,people,low,high,drift,reset,coverage\n"


@pytest.mark.parametrize(
    ("sample", "row"),
    [
        (ZONE, b"platform-1,platform,60.0,2026-03-01T07:46:00.000Z,60.0,3.25,7,0.0325,5,4,0.98,,,,0\n"),
        (
            replace(ZONE, utc=None, density_per_m2=None),  # unknown is empty, never 0
            b"platform-1,platform,60.0,,60.0,3.25,7,,5,4,0.98,,,,0\n",
        ),
        (
            replace(ZONE, from_s=1 / 3, count_mean=2 / 3, density_per_m2=0.123456, coverage=0.99999),
            b"platform-1,platform,0.333,2026-03-01T07:46:00.000Z,60.0,0.667,7,0.1235,5,4,1.0,,,,0\n",
        ),
        (
            replace(ZONE, zone='stairs "A", lower', utc=None),  # quoted, so that it stays one field
            b'platform-1,"stairs ""A"", lower",60.0,,60.0,3.25,7,0.0325,5,4,0.98,,,,0\n',
        ),
        (
            replace(ZONE, utc=None, resolved=0.91234, level="C", trend_per_m2_min=-0.01234, is_lower_bound=True),
            b"platform-1,platform,60.0,,60.0,3.25,7,0.0325,5,4,0.98,0.912,C,-0.0123,1\n",
        ),
    ],
)
def test_zone_rows(sample: ZoneSample, row: bytes) -> None:
    assert csv_line(samples.ZONES, sample) == row


@pytest.mark.parametrize(
    ("sample", "row"),
    [
        (LINE, b"platform-1,stairs,60.0,,60.0,12,3,1.0\n"),
        (
            replace(LINE, line="Gleis 1 Süd", coverage=-0.0),
            "platform-1,Gleis 1 Süd,60.0,,60.0,12,3,0.0\n".encode(),
        ),
    ],
)
def test_line_rows(sample: LineSample, row: bytes) -> None:
    assert csv_line(samples.LINES, sample) == row


@pytest.mark.parametrize(
    ("sample", "row"),
    [
        (FLOW, b"platform-1,stairs,in,0.0,,900.0,41,39.2,44.0,120,1.0\n"),
        (
            replace(FLOW, low=None, high=None, error_people=None),  # an unknown interval is empty, never 0
            b"platform-1,stairs,in,0.0,,900.0,41,,,,1.0\n",
        ),
    ],
)
def test_flow_rows(sample: FlowSample, row: bytes) -> None:
    assert csv_line(samples.FLOWS, sample) == row


@pytest.mark.parametrize(
    ("sample", "row"),
    [
        (PLACE, b"platform-1,station,60.0,,60.0,9,7.5,11.0,0,,1.0\n"),
        (
            replace(PLACE, people=0, low=None, high=None, drift=9, reset="closed"),
            b"platform-1,station,60.0,,60.0,0,,,9,closed,1.0\n",
        ),
    ],
)
def test_occupancy_rows(sample: OccupancySample, row: bytes) -> None:
    assert csv_line(samples.OCCUPANCY, sample) == row


@pytest.mark.parametrize(
    ("event", "measures"),
    [
        (EVENT, "speed=2.9 m/s sd 0.2"),
        (an_event(measures=()), ""),
        (
            an_event(measures=(Measure("direction", "in"), Measure("count", 3.0, "person"))),
            "direction=in; count=3.0 person",
        ),
    ],
)
def test_event_rows(event: Event, measures: str) -> None:
    (fields,) = csv.reader([event_row(event).decode()])
    row = dict(zip(EVENT_HEADER, fields, strict=True))
    assert row["measures"] == measures
    assert (row["kind"], row["phase"], row["severity"]) == ("fast_movement", "start", "warning")
    assert row["still"] == "stills/e1.jpg"


@given(any_event)
def test_any_event_is_one_record(event: Event) -> None:
    records = list(csv.reader(io.StringIO(event_row(event).decode(), newline="")))
    assert [len(record) for record in records] == [len(EVENT_HEADER)]
