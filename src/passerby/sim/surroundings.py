"""The station for walkers: trains, doors, portals, lanes, queues and seats."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F64
from passerby.sim.layout import StationLayout
from passerby.sim.scenario import TrainTimetable
from passerby.sim.train import Stop, Track, TrainPhase, TrainPosition, door_centres, train_at

OPEN_AFTER_S, CLOSE_BEFORE_S = 3.0, 3.0
LAST_CALL_S = 1.0
INSIDE_M = 0.85
# A train is in sight for less than this before it stops and after it starts, seconds.
SIGHT_S = 60.0


@dataclass(frozen=True, slots=True)
class Bag:
    """A left bag: owner, place and time."""

    owner: int
    position: tuple[float, float]
    t_s: float


def stops_of(tables: tuple[TrainTimetable, ...]) -> tuple[Stop, ...]:
    """All calls of a timetable, by time."""
    stops = []
    for table in tables:
        for k in range(table.count):
            at = table.first_s + k * table.headway_s
            leave = at + table.dwell_s
            stops.append(Stop(table.track, at, at + OPEN_AFTER_S, leave - CLOSE_BEFORE_S + 2.0, leave))
    return tuple(sorted(stops, key=lambda stop: stop.arrive_s))


@dataclass(slots=True)
class Surroundings:
    """The station for walkers."""

    layout: StationLayout
    tracks: dict[str, Track]
    stops: tuple[Stop, ...]
    bags: list[Bag] = field(default_factory=list)
    queues: dict[str, list[int]] = field(default_factory=dict)
    _arrivals: list[float] = field(init=False)
    _longest_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._arrivals = [stop.arrive_s for stop in self.stops]
        self._longest_s = max((stop.depart_s - stop.arrive_s for stop in self.stops), default=0.0)

    def trains(self, t_s: float) -> tuple[TrainPosition, ...]:
        """Trains in sight."""
        states = (train_at(self.tracks[stop.track], stop, t_s) for stop in self._about(t_s))
        return tuple(state for state in states if state)

    def _about(self, t_s: float) -> tuple[Stop, ...]:
        """The stops whose trains may be in sight: a day has hundreds."""
        first = bisect_left(self._arrivals, t_s - self._longest_s - SIGHT_S)
        return self.stops[first : bisect_right(self._arrivals, t_s + SIGHT_S)]

    def departures(self, track: str, from_s: float, to_s: float) -> int:
        """Trains that left a track within a span."""
        return sum(stop.track == track and from_s < stop.depart_s <= to_s for stop in self.stops)

    def open_door(self, track: str, position: F64, t_s: float, patience_s: float) -> tuple[F64, F64] | None:
        """Points in front of and behind the nearest open door, or None if there is none."""
        for stop in self._about(t_s):
            if stop.track == track and stop.doors_open_s + patience_s <= t_s < stop.doors_closed_s - LAST_CALL_S:
                return self.door(track, position)
        return None

    def door(self, track: str, position: F64) -> tuple[F64, F64]:
        """Points before and behind the door that is nearest along the platform."""
        rail, low_high = self.tracks[track], self.layout.x_m
        centres = door_centres(rail)
        centres = centres[(centres > low_high[0] + 0.5) & (centres < low_high[1] - 0.5)]
        x = float(centres[np.abs(centres - position[0]).argmin()])
        edge, side = rail.edge_y_m, rail.side
        return np.array([x, edge - side * 0.75]), np.array([x, edge + side * INSIDE_M])

    def toward_track(self, track: str) -> float:
        """Heading that looks at a track, radians."""
        return float(np.pi / 2 * self.tracks[track].side)

    def portal(self, name: str) -> F64:
        """The position of a portal."""
        return np.array(self.layout.portals[name], dtype=float)

    def seat(self, position: F64) -> tuple[float, float, float] | None:
        """The nearest seat: x, y and heading in radians."""
        if not self.layout.seats:
            return None
        x, y, deg = min(self.layout.seats, key=lambda s: (s[0] - position[0]) ** 2 + (s[1] - position[1]) ** 2)
        return x, y, float(np.radians(deg))

    def lane(self, name: str, position: F64, memory: dict[str, float]) -> tuple[F64, F64]:
        """Entry and exit of the nearest lane of a direction, every other one; stored in `memory`."""
        lanes = self.layout.lanes[name]
        near, far = sorted(lanes.x_m, key=lambda x: abs(x - position[0]))
        near, far = memory.setdefault("near", near), memory.setdefault("far", far)
        one_way = lanes.y_m[0 if far > near else 1 :: 2] or lanes.y_m
        y = memory.setdefault("lane", min(one_way, key=lambda lane: abs(lane - position[1])))
        return np.array([near, y]), np.array([far, y])

    def leave_bag(self, owner: int, position: F64, t_s: float) -> None:
        """Put a bag down."""
        self.bags.append(Bag(owner, (float(position[0]), float(position[1])), t_s))

    def queue_place(self, name: str, walker: int) -> tuple[F64, float, bool]:
        """The place in a queue, the heading there, and whether it is the first; joins at the end."""
        model, line = self.layout.queues[name], self.queues.setdefault(name, [])
        if walker not in line:
            line.append(walker)
        heading = float(np.radians(model.heading_deg))
        back = line.index(walker) * model.spacing_m
        return (
            np.array(model.head) - back * np.array([np.cos(heading), np.sin(heading)]),
            heading,
            line[0] == walker,
        )

    def leave_queue(self, name: str, walker: int) -> None:
        """Step out of a queue."""
        self.queues[name].remove(walker)


def is_open(stop: Stop, t_s: float) -> bool:
    """Whether a train's doors are wholly open."""
    return stop.phase(t_s) is TrainPhase.OPEN
