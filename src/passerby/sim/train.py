"""Trains by timetable: a braking curve, a stop, doors, as a function of time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from passerby.contracts.arrays import F64

BRAKE_MPS2 = 1.0
DOOR_MOVE_S = 2.0
DOOR_WIDTH_M, DOOR_HEIGHT_M, DOOR_EVERY_M = 1.4, 2.0, 5.0
CAR_LENGTH_M = 20.0
ROOF_M, SKIRT_M, DEPTH_M = 2.65, -0.95, 2.7
DOOR_STEPS = 8


class TrainPhase(StrEnum):
    """The phase of a train's stop."""

    AWAY = "away"
    ARRIVING = "arriving"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    STANDING = "standing"
    DEPARTING = "departing"


@dataclass(frozen=True, slots=True)
class Track:
    """A track beside a platform edge: it runs along x at `edge_y_m`; side +1 lies at larger y, -1 at smaller.

    stop_x_m: where the front (the low end, or the high end for direction +1) of a train stands still.
    """

    name: str
    edge_y_m: float
    side: int
    stop_x_m: float
    direction: int
    length_m: float
    livery: tuple[int, int, int]

    @property
    def face_y_m(self) -> float:
        """The train's wall that faces the platform."""
        return self.edge_y_m + self.side * 0.10


@dataclass(frozen=True, slots=True)
class Stop:
    """One train's stop at a track, in seconds. arrive_s: it stops; depart_s: it starts."""

    track: str
    arrive_s: float
    doors_open_s: float
    doors_closed_s: float
    depart_s: float
    cruise_mps: float = 14.0

    def phase(self, t_s: float) -> TrainPhase:
        """The state of the train at a time."""
        brake_s = self.cruise_mps / BRAKE_MPS2 + 8.0
        steps = [
            (self.arrive_s - brake_s, TrainPhase.AWAY),
            (self.arrive_s, TrainPhase.ARRIVING),
            (self.doors_open_s - DOOR_MOVE_S, TrainPhase.STANDING),
            (self.doors_open_s, TrainPhase.OPENING),
            (self.doors_closed_s - DOOR_MOVE_S, TrainPhase.OPEN),
            (self.doors_closed_s, TrainPhase.CLOSING),
            (self.depart_s, TrainPhase.STANDING),
            (self.depart_s + brake_s, TrainPhase.DEPARTING),
        ]
        return next((phase for until, phase in steps if t_s < until), TrainPhase.AWAY)

    def offset_m(self, t_s: float) -> float:
        """Distance of the train from its stop position, along its direction: negative before, 0 while it
        stands."""
        if t_s < self.arrive_s:
            return -_run_m(self.arrive_s - t_s, self.cruise_mps)
        return _run_m(t_s - self.depart_s, self.cruise_mps) if t_s > self.depart_s else 0.0

    def doors(self, t_s: float) -> float:
        """Opening of the doors, 0 to 1."""
        opening = (t_s - (self.doors_open_s - DOOR_MOVE_S)) / DOOR_MOVE_S
        closing = (self.doors_closed_s - t_s) / DOOR_MOVE_S
        return float(np.clip(min(opening, closing), 0, 1))


def _run_m(seconds: float, cruise_mps: float) -> float:
    """Distance from standstill at constant acceleration up to cruising speed."""
    ramp_s = cruise_mps / BRAKE_MPS2
    ramp = min(seconds, ramp_s)
    return 0.5 * BRAKE_MPS2 * ramp**2 + cruise_mps * max(0.0, seconds - ramp_s)


@dataclass(frozen=True, slots=True)
class TrainPosition:
    """A train that is in sight: x0_m is its low end along the platform; doors 0 to 1, in steps."""

    track: Track
    x0_m: float
    doors: float
    phase: TrainPhase


def train_at(track: Track, stop: Stop, t_s: float) -> TrainPosition | None:
    """The train's state, or None while it is away."""
    phase = stop.phase(t_s)
    if phase is TrainPhase.AWAY:
        return None
    low = track.stop_x_m - (track.length_m if track.direction > 0 else 0.0)
    doors = round(stop.doors(t_s) * DOOR_STEPS) / DOOR_STEPS
    return TrainPosition(track, low + track.direction * stop.offset_m(t_s), doors, phase)


def door_centres(track: Track) -> F64:
    """x of the doors of a train standing at its place."""
    low = track.stop_x_m - (track.length_m if track.direction > 0 else 0.0)
    return low + np.arange(DOOR_EVERY_M / 2, track.length_m, DOOR_EVERY_M)
