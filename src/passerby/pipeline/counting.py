"""A sink in front of the sink: from the minutes of lines and zones to quarter-hour flows and occupied places."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from passerby.config.counts_error import CountError, CountErrors, read_counts_error
from passerby.contracts.config import Camera
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, LineSample, ZoneSample
from passerby.contracts.ports import EventSink, Report
from passerby.contracts.settings import Occupancy
from passerby.pipeline.flows import FlowMeter
from passerby.pipeline.occupancy import OccupancyMeter


class CountingSink:
    """An EventSink that passes everything on and adds flows and occupancy. Several cameras may use it at once.

    places: only those all of whose lines are seen by `cameras`. Raises UsageError for a file of errors that cannot
    be read, StoreError as `sink` does.
    """

    def __init__(self, sink: EventSink, cameras: Sequence[Camera], places: Iterable[Occupancy] = ()) -> None:
        self._sink, self._lock = sink, Lock()
        errors = {camera.name: _errors_of(camera) for camera in cameras}
        self._flows = {
            (camera.name, line.name): FlowMeter(errors[camera.name].get(line.name, {}))
            for camera in cameras
            for line in camera.lines
        }
        by_way = dict(_by_way(errors))
        self._owed: deque[Report] = deque()
        self._places = [OccupancyMeter(p, by_way) for p in places if _is_seen(p, self._flows)]

    def put(self, event: Event) -> None:
        """Keep one event."""
        self._sink.put(event)

    def put_report(self, report: Report) -> None:
        """Keep one sample, and what is complete with it."""
        self._sink.put_report(report)
        with self._lock:
            self._owed.extend(self._made(report))
            # What is refused now is owed until the next time: raising here would have `report` put twice.
            with suppress(StoreError):
                self._pay()

    def close(self) -> None:
        """Keep the last, unfinished quarter hours and windows. Raises StoreError if they cannot be written."""
        with self._lock:
            for flow in self._flows.values():
                self._owed.extend(flow.close())
            for place in self._places:
                self._owed.extend(place.close())
            self._pay()

    def _pay(self) -> None:
        while self._owed:
            self._sink.put_report(self._owed[0])
            self._owed.popleft()

    def _made(self, report: Report) -> Iterator[Report]:
        if isinstance(report, LineSample):
            yield from self._flows[report.camera, report.line].add(report)
            for place in self._places:
                yield from place.line(report)
        elif isinstance(report, ZoneSample):
            for place in self._places:
                place.zone(report)


def _by_way(errors: Mapping[str, CountErrors]) -> Iterator[tuple[tuple[str, str, str], CountError]]:
    for camera, lines in errors.items():
        for line, ways in lines.items():
            for way, error in ways.items():
                yield (camera, line, way), error


def _errors_of(camera: Camera) -> CountErrors:
    return {} if camera.counts_error is None else read_counts_error(Path(camera.counts_error))


def _is_seen(place: Occupancy, flows: Iterable[tuple[str, str]]) -> bool:
    return {(line.camera, line.line) for line in place.lines} <= set(flows)
