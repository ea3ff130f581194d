"""From the minutes of lines and zones to quarter-hour flows and the occupancy of places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from passerby.config.counts_error import CountError, CountErrors, read_counts_error
from passerby.contracts.config import Camera
from passerby.contracts.events import LineSample, ZoneSample
from passerby.contracts.occupancy import Occupancy
from passerby.contracts.ports import Record
from passerby.unit.flows import FlowMeter
from passerby.unit.occupancy import OccupancyMeter

Exchange = Callable[[], Sequence[Record]]


class Counting:
    """Adds flows and occupancy to the records. `of`, `close` and an exchange are called from one thread.

    places: only those with all their lines on `cameras`. Raises UsageError for a file of errors that cannot be
    read.
    """

    def __init__(self, cameras: Sequence[Camera], places: Iterable[Occupancy] = ()) -> None:
        self._meters = _Meters.of(cameras, places)

    def update(self, cameras: Sequence[Camera], places: Iterable[Occupancy] = ()) -> Exchange:
        """Return a function that puts these cameras and places in the place of the former ones.

        It returns the last, unfinished windows of the meters that end. Lines of unchanged cameras and unchanged
        places continue. Raises UsageError as the constructor.
        """
        return partial(self._exchange, _Meters.of(cameras, places))

    def of(self, record: Record) -> Iterator[Record]:
        """Yield the record, and the samples that it completes."""
        yield record
        if isinstance(record, LineSample):
            # None for the last window of a line that is not configured any more, from a camera that ended late.
            flow = self._meters.flows.get((record.camera, record.line))
            yield from flow.add(record) if flow else ()
            for place in self._meters.places.values():
                yield from place.line(record)
        elif isinstance(record, ZoneSample):
            for place in self._meters.places.values():
                place.zone(record)

    def close(self) -> Iterator[Record]:
        """Yield the last, unfinished quarter hours and windows."""
        yield from self._exchange(_Meters.of((), ()))

    def _exchange(self, new: _Meters) -> list[Record]:
        old, self._meters = self._meters, new.continuing(self._meters)
        kept = {id(meter) for meter in self._meters.all}
        return [sample for meter in old.all if id(meter) not in kept for sample in meter.close()]


@dataclass(frozen=True, slots=True)
class _Meters:
    """The meters of a configuration. flows: by camera and line."""

    cameras: Mapping[str, Camera]
    errors: Mapping[str, CountErrors]
    flows: Mapping[tuple[str, str], FlowMeter]
    places: Mapping[Occupancy, OccupancyMeter]

    @classmethod
    def of(cls, cameras: Sequence[Camera], places: Iterable[Occupancy]) -> _Meters:
        errors = {camera.name: errors_of(camera) for camera in cameras}
        flows, by_direction = _flows(cameras, errors), dict(_by_direction(errors))
        meters = {p: OccupancyMeter(p, by_direction) for p in places if _is_seen(p, flows)}
        return cls({camera.name: camera for camera in cameras}, errors, flows, meters)

    @property
    def all(self) -> Iterator[FlowMeter | OccupancyMeter]:
        yield from self.flows.values()
        yield from self.places.values()

    def continuing(self, old: _Meters) -> _Meters:
        """Return these meters with the former ones where nothing has changed."""
        same = {name for name, camera in self.cameras.items() if old.cameras.get(name) == camera}
        same = {name for name in same if old.errors[name] == self.errors[name]}
        flows = {key: old.flows[key] if key[0] in same else flow for key, flow in self.flows.items()}
        by_direction = dict(_by_direction(self.errors))
        places = {place: old.places.get(place, meter) for place, meter in self.places.items()}
        for place in places.values():
            place.use(by_direction)
        return _Meters(self.cameras, self.errors, flows, places)


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


def errors_of(camera: Camera) -> CountErrors:
    """Return the measured errors of a camera's lines. Raises UsageError for a file that cannot be read."""
    return {} if camera.counts_error is None else read_counts_error(Path(camera.counts_error))


def _is_seen(place: Occupancy, flows: Iterable[tuple[str, str]]) -> bool:
    return {(line.camera, line.line) for line in place.lines} <= set(flows)
