"""The sink of a whole unit: every event is kept, and what it means for the alarms is kept beside it."""

from __future__ import annotations

from collections import deque
from threading import Lock

from passerby.alarms.desk import AlarmDesk, clock_s
from passerby.contracts.alarms import Alarm
from passerby.contracts.closing import Closing
from passerby.contracts.events import CameraHealth, Event, LineSample, ZoneSample
from passerby.contracts.ports import EventSink, Report


class AlarmingSink(Closing):
    """An EventSink in front of another; cameras may call it from threads of their own.

    An event is put first and judged once, so putting it again after a StoreError is right and harmless.
    """

    def __init__(self, sink: EventSink, desk: AlarmDesk) -> None:
        self._sink, self._desk = sink, desk
        self._lock = Lock()
        self._judged: dict[str, tuple[str, int]] = {}
        self._owed: deque[Alarm] = deque()

    def put(self, event: Event) -> None:
        """See EventSink."""
        with self._lock:
            self._sink.put(event)
            if self._judged.get(event.camera) != (event.id, event.seq):
                self._owed += self._desk.take(event, clock_s(event.utc, event.at_s))
                self._judged[event.camera] = (event.id, event.seq)
            self._pay()

    def put_report(self, report: Report) -> None:
        """See EventSink; its time ends alarms that have been quiet for long enough."""
        with self._lock:
            self._sink.put_report(report)
            if isinstance(report, ZoneSample | LineSample | CameraHealth):
                self._owed += self._desk.tick(clock_s(report.utc, report.from_s))
            self._pay()

    def close(self) -> None:
        """End every alarm."""
        with self._lock:
            self._owed += self._desk.close()
            self._pay()

    def _pay(self) -> None:
        while self._owed:
            self._sink.put_report(self._owed[0])
            self._owed.popleft()
