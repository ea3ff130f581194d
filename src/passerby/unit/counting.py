"""From the minutes of lines and zones to quarter-hour flows and the occupancy of places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from passerby.config.counts_error import CountError, CountErrors, read_counts_error
from passerby.contracts.config import Camera
from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.ports import Record
from passerby.contracts.settings import Occupancy
from passerby.unit.flows import FlowMeter
from passerby.unit.occupancy import OccupancyMeter


class Counting:
    """Adds flows and occupancy to the records.

    places: only those with all their lines on `cameras`. Raises UsageError for a file of errors that cannot be
    read.
    """

    def __init__(self, cameras: Sequence[Camera], places: Iterable[Occupancy] = ()) -> None:
        errors = {camera.name: _errors_of(camera) for camera in cameras}
        self._flows = _flows(cameras, errors)
        by_direction = dict(_by_direction(errors))
        self._places = [OccupancyMeter(p, by_direction) for p in places if _is_seen(p, self._flows)]

    def update(self, cameras: Sequence[Camera]) -> None:
        """Use changed cameras while others continue: new lines start, existing lines continue. Raises
        UsageError."""
        made = _flows(cameras, {camera.name: _errors_of(camera) for camera in cameras})
        self._flows = {key: self._flows.get(key, flow) for key, flow in made.items()} | {
            key: flow for key, flow in self._flows.items() if key not in made
        }

    def of(self, record: Record) -> Iterator[Record]:
        """Yield the record, and the samples that it completes."""
        yield record
        if isinstance(record, LineSample):
            yield from self._flows[record.camera, record.line].add(record)
            for place in self._places:
                yield from place.line(record)
        elif isinstance(record, ZoneSample):
            for place in self._places:
                place.zone(record)

    def close(self) -> Iterator[Record]:
        """Yield the last, unfinished quarter hours and windows."""
        for flow in self._flows.values():
            yield from flow.close()
        for place in self._places:
            yield from place.close()


def _flows(cameras: Sequence[Camera], errors: Mapping[str, CountErrors]) -> dict[tuple[str, str], FlowMeter]:
    return {
        (camera.name, line.name): FlowMeter(errors[camera.name].get(line.name, {}))
        for camera in cameras
        for line in camera.lines
    }


def _by_direction(errors: Mapping[str, CountErrors]) -> Iterator[tuple[tuple[str, str, str], CountError]]:
    for camera, lines in errors.items():
        for line, directions in lines.items():
            for direction, error in directions.items():
                yield (camera, line, direction), error


def _errors_of(camera: Camera) -> CountErrors:
    return {} if camera.counts_error is None else read_counts_error(Path(camera.counts_error))


def _is_seen(place: Occupancy, flows: Iterable[tuple[str, str]]) -> bool:
    return {(line.camera, line.line) for line in place.lines} <= set(flows)
