"""Made-up events and samples, and strategies for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import strategies as st

from passerby.contracts.alarms import Alarm
from passerby.contracts.events import (
    CameraHealth,
    CameraStatus,
    Event,
    EvidenceRef,
    FlowSample,
    LineSample,
    Measure,
    OccupancySample,
    Phase,
    Severity,
    ZoneSample,
)
from passerby.store.formats import csv_row
from passerby.store.tables import RecordTable
from passerby.store.utc import utc_text

T = TypeVar("T")

EVENT = Event(
    id="e1",
    seq=0,
    kind="fast_movement",
    phase=Phase.START,
    camera="platform-1",
    place="platform",
    began_s=11.5,
    at_s=12.5,
    utc="2026-03-01T07:45:12.500Z",
    people=1,
    severity=Severity.WARNING,
    measures=(Measure("speed", 2.9, "m/s", 0.2),),
    evidence=EvidenceRef("stills/e1.jpg", "ab" * 32, "solid"),
)
ZONE = ZoneSample("platform-1", "platform", 60.0, "2026-03-01T07:46:00.000Z", 60.0, 3.25, 7, 0.0325, 5, 4, 0.98)
LINE = LineSample("platform-1", "stairs", 60.0, None, 60.0, 12, 3, 1.0)
FLOW = FlowSample("platform-1", "stairs", "in", 0.0, None, 900.0, 41, 39.2, 44.0, 120, 1.0)
PLACE = OccupancySample("platform-1", "station", 60.0, None, 60.0, 9, 7.5, 11.0, 0, None, 1.0)
HEALTH = CameraHealth("platform-1", 60.0, None, 60.0, CameraStatus.LIVE, 9.8, 2, 0, 41.5, None)
ALARM = Alarm(
    *("e1", 0, "fast_movement", Phase.START, "platform-1", "platform", Severity.WARNING),
    *(12.5, "2026-03-01T07:45:12.500Z", 1, 1),
)


def csv_line(table: RecordTable[T], record: T) -> bytes:
    """The record's line of the table's CSV file."""
    return csv_row(*table.cells(record))


def an_event(id_: str = "e1", seq: int = 0, **changes: Any) -> Event:
    """EVENT with changes."""
    return replace(EVENT, id=id_, seq=seq, **changes)


def an_end(id_: str, seq: int, **changes: Any) -> Event:
    """The end of an incident."""
    return an_event(id_, seq, phase=Phase.END, **changes)


finite = st.floats(allow_nan=False, allow_infinity=False)
count = st.integers(0, 2**63 - 1)
utc = st.none() | st.integers(0, 4_102_444_800_000).map(utc_text)
measures = st.builds(
    Measure,
    st.text(),
    finite | st.text(),
    st.sampled_from(["", "m", "s", "m/s", "person", "person/m2"]),
    st.none() | finite,
)
events = st.builds(
    Event,
    id=st.text(min_size=1),
    seq=count,
    kind=st.text(),
    phase=st.sampled_from(Phase),
    camera=st.text(),
    place=st.text(),
    began_s=finite,
    at_s=finite,
    utc=utc,
    people=count,
    severity=st.sampled_from(Severity),
    measures=st.lists(measures, max_size=4).map(tuple),
    evidence=st.none()
    | st.builds(
        EvidenceRef,
        *(st.text(), st.text(), st.text(), st.none() | st.text(), st.none() | st.text(), st.none() | st.text()),
    ),
)
