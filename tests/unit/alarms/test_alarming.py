"""Every record passes, and every alarm follows the record that led to it."""

from __future__ import annotations

from collections.abc import Iterable

from passerby.contracts.alarms import Alarm
from passerby.contracts.config import Camera, Line
from passerby.contracts.events import Phase
from passerby.contracts.ports import Record
from passerby.contracts.settings import AlarmPolicy
from passerby.unit.alarms.alarm_desk import AlarmDesk
from passerby.unit.alarms.alarming import UnitRecords
from passerby.unit.counting import Counting
from support.stored import LINE, an_end, an_event


def unit(*cameras: Camera) -> UnitRecords:
    return UnitRecords(Counting(cameras), AlarmDesk(AlarmPolicy()))


def alarms(records: Iterable[Record]) -> list[tuple[str, Phase]]:
    return [(r.id, r.phase) for r in records if isinstance(r, Alarm)]


def test_an_alarm_follows_its_event_and_ends_with_the_run() -> None:
    records = unit()
    event = an_event("a")
    made = list(records.of(event))
    assert made[0] == event
    assert alarms(made) == [("a", Phase.START)]
    assert alarms(records.close()) == [("a", Phase.END)]


def test_the_time_of_a_sample_ends_a_quiet_alarm() -> None:
    line = Line(name=LINE.line, from_px=(0, 0), to_px=(9, 9))
    records = unit(Camera(name=LINE.camera, source="a.mp4", lines=(line,)))
    for event in (an_event("a", utc=None, at_s=0.0), an_end("a", 1, utc=None, at_s=0.0)):
        list(records.of(event))
    made = list(records.of(LINE))  # at 60 s
    assert made[0] == LINE
    assert alarms(made) == [("a", Phase.END)]
