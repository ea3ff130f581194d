"""From the records of a whole unit to its alarms."""

from __future__ import annotations

from collections.abc import Iterator

from passerby.contracts.events import CameraHealth, Event, LineSample, ZoneSample
from passerby.contracts.ports import Record
from passerby.unit.alarms.alarm_desk import AlarmDesk, clock_s
from passerby.unit.counting import Counting


class UnitRecords:
    """Adds flows, occupancy and alarms to the records, each after the record that caused it."""

    def __init__(self, counting: Counting, desk: AlarmDesk) -> None:
        self._counting, self._desk = counting, desk

    def of(self, record: Record) -> Iterator[Record]:
        """Yield the record and its consequences; a sample's time ends alarms that have been quiet."""
        yield from self._counting.of(record)
        if isinstance(record, Event):
            yield from self._desk.take(record, clock_s(record.utc, record.at_s))
        elif isinstance(record, ZoneSample | LineSample | CameraHealth):
            yield from self._desk.tick(clock_s(record.utc, record.from_s))

    def close(self) -> Iterator[Record]:
        """Yield unfinished records, and the end of every alarm."""
        yield from self._counting.close()
        yield from self._desk.close()
