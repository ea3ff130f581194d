"""The counts of one camera on one day or in one week, with the quarter hour that is not over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from passerby.console.alarm_list import local_time
from passerby.console.days import LocalDay
from passerby.console.ports import ConsoleStore
from passerby.contracts.config import Camera, Unit
from passerby.contracts.events import Event, FlowSample, LineSample, OccupancySample, ZoneSample
from passerby.store.filters import EventFilter, SampleFilter
from passerby.store.utc import utc_ms, utc_text
from passerby.unit.counting import errors_of
from passerby.unit.flows import FlowMeter


@dataclass(frozen=True, slots=True)
class CountedDay:
    """The counts of one camera, and of the places that it bounds. open_flows: quarter hours that are not over."""

    day: LocalDay
    zones: list[ZoneSample]
    flows: list[FlowSample]
    open_flows: list[FlowSample]
    places: list[OccupancySample]
    stays: list[Event]

    @property
    def times_s(self) -> list[float]:
        """Begin and end of every count, since midnight."""
        counts: list[ZoneSample | FlowSample | OccupancySample] = []
        counts += [*self.zones, *self.flows, *self.open_flows, *self.places]
        begins = [(self.day.at_s(one.utc), one.window_s) for one in counts if one.utc is not None]
        return [at_s for begin_s, window_s in begins for at_s in (begin_s, begin_s + window_s)]

    def span(self, zone: str) -> tuple[str, str] | None:
        """Return the local times of the first and the last count; None without any."""
        times = [self.day.begin_ms + round(1000 * at_s) for at_s in self.times_s]
        return (local_time(utc_text(min(times)), zone), local_time(utc_text(max(times)), zone)) if times else None


def counted(store: ConsoleStore, unit: Unit, camera: Camera, day: LocalDay) -> CountedDay:
    """Return the counts of a day."""
    mine = SampleFilter(camera=(camera.name,), since=day.since, until=day.until)
    places = tuple(o.name for o in unit.occupancy if any(line.camera == camera.name for line in o.lines))
    with store.queries() as queries:
        stays = EventFilter(camera=(camera.name,), kind=("loitering",), since=day.since, until=day.until)
        in_places = SampleFilter(place=places, since=day.since, until=day.until)
        flows = list(queries.samples(FlowSample, mine))
        return CountedDay(
            day,
            list(queries.samples(ZoneSample, mine)),
            flows,
            list(_open_flows(camera, flows, list(queries.samples(LineSample, mine)))),
            list(queries.samples(OccupancySample, in_places)) if places else [],
            list(queries.events(stays)),
        )


def _open_flows(camera: Camera, ended: list[FlowSample], minutes: list[LineSample]) -> Iterable[FlowSample]:
    """Yield the quarter hours of the minutes after the last stored one of each line."""
    errors = errors_of(camera)
    for line in camera.lines:
        until_ms = max((_end_ms(flow) for flow in ended if flow.line == line.name), default=0)
        meter = FlowMeter(errors.get(line.name, {}))
        for minute in minutes:
            if minute.line == line.name and minute.utc is not None and _end_ms(minute) > until_ms:
                yield from meter.add(minute)
        yield from meter.close()


def _end_ms(sample: FlowSample | LineSample) -> int:
    return 0 if sample.utc is None else utc_ms(sample.utc) + round(1000 * sample.window_s)
