"""Continuation of broken tracks, by place, displacement and time within one camera's picture."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.people import GroundTracks
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import BODY_M

# Longest occlusion, seconds; after it a path predicts little. Chosen; measured against 10 s, which adds 12
# false crossings of 691 on the real walks and finds no further person (decision 0015).
OCCLUDED_S = 4.0
# The velocity before an occlusion is the mean over this time, seconds. Chosen by judgement; not varied in a
# measurement.
PATH_S = 1.0
# Error of the predicted position: a jump of a partly occluded box, metres, and one standard deviation of a
# walker's change of speed, or of an unknown speed, m/s. Gate in standard deviations. Chosen by judgement; only
# the whole was measured (decision 0015), the values were not varied one by one.
JUMP_M, CHANGE_MPS, UNKNOWN_MPS, GATE_SD = 0.3, 0.35, 0.7, 2.5


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One observation of a person: pos_m (2,) on the floor, NaN off it; foot_px (2,); height_px.

    offset_m, sd_m: signed distance from the line and its standard deviation.
    """

    at: Timestamp
    pos_m: F64
    foot_px: F64
    height_px: float
    offset_m: float
    sd_m: float

    @staticmethod
    def of(ground: GroundTracks, row: int, foot_px: F64, offset_m: float, sd_m: float) -> Observation:
        """Return the observation in one row of a frame."""
        return Observation(ground.at, ground.pos_m[row], foot_px, float(ground.height_px[row]), offset_m, sd_m)

    @property
    def on_floor(self) -> bool:
        """Whether the position on the floor is known."""
        return bool(np.isfinite(self.pos_m).all())

    def displacement_m(self, to: Observation, *, on_floor: bool = True) -> F64:
        """Return the displacement (2,) to another observation, metres; by body heights off the floor or if not
        `on_floor`."""
        if on_floor and self.on_floor and to.on_floor:
            return np.asarray(to.pos_m - self.pos_m)
        scale = BODY_M / max(self.height_px, to.height_px, 1.0)
        return np.asarray(scale * (to.foot_px - self.foot_px))


@dataclass(slots=True)
class Trail:
    """The latest observations of a track, and its first one."""

    recent: deque[Observation] = field(default_factory=deque)
    beginning: Observation | None = None

    @property
    def first(self) -> Observation:
        """The first observation."""
        assert self.beginning is not None
        return self.beginning

    @property
    def last(self) -> Observation:
        """The latest observation."""
        return self.recent[-1]

    def add(self, observation: Observation) -> None:
        """Add the next observation."""
        self.beginning = self.beginning or observation
        self.recent.append(observation)
        while len(self.recent) > 2 and observation.at.since_s(self.recent[1].at) >= PATH_S:
            self.recent.popleft()

    def velocity_mps(self, *, on_floor: bool = True) -> F64 | None:
        """Return the recent mean velocity (2,), m/s; None if the track is too short."""
        span_s = self.last.at.since_s(self.recent[0].at)
        return (
            self.recent[0].displacement_m(self.last, on_floor=on_floor) / span_s if span_s >= PATH_S / 3 else None
        )

    def residual(self, later: Trail) -> float:
        """Return the distance of the start of `later` from its expected position, in standard deviations; inf if
        outside the gate."""
        occluded_s = later.first.at.since_s(self.last.at)
        if not 0 < occluded_s <= OCCLUDED_S:
            return np.inf
        # Displacement and velocity in the same unit: a foot point cut off by the picture's edge has no floor
        # position.
        on_floor = all(observation.on_floor for observation in (self.recent[0], self.last, later.first))
        velocity = self.velocity_mps(on_floor=on_floor)
        change = UNKNOWN_MPS if velocity is None else CHANGE_MPS
        expected = np.zeros(2) if velocity is None else velocity * occluded_s
        sd = np.hypot(JUMP_M, change * occluded_s)
        residual = float(np.linalg.norm(self.last.displacement_m(later.first, on_floor=on_floor) - expected) / sd)
        return residual if residual <= GATE_SD else np.inf
