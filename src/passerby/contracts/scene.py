"""The input of the rules for one frame: people on the floor, trains at the tracks, objects left behind."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.arrays import F32, I64, frozen
from passerby.contracts.people import GroundTracks
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState

__all__ = ["NO_OBJECTS", "Scene", "StillObjects", "TrainState"]


@dataclass(frozen=True, slots=True, eq=False)
class StillObjects:
    """Objects that were not there before and do not move; N rows.

    id: int64 (N,), without meaning outside this camera session. xyxy_px: float32 (N, 4).
    still_s: float32 (N,), seconds since each was first seen where it is.
    """

    id: I64
    xyxy_px: F32
    still_s: F32

    def __post_init__(self) -> None:
        n = len(self.id)
        object.__setattr__(self, "id", frozen("id", self.id, "int64", (n,)))
        object.__setattr__(self, "xyxy_px", frozen("xyxy_px", self.xyxy_px, "float32", (n, 4)))
        object.__setattr__(self, "still_s", frozen("still_s", self.still_s, "float32", (n,)))

    def __len__(self) -> int:
        return len(self.id)

    @property
    def foot_px(self) -> F32:
        """The foot points (N, 2), px: the middle of each box's lower edge."""
        left, _, right, bottom = self.xyxy_px.T
        return np.column_stack([(left + right) / 2, bottom])


NO_OBJECTS = StillObjects(np.zeros(0, np.int64), np.zeros((0, 4), np.float32), np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One frame. `trains` has a row for every track with train detection."""

    ground: GroundTracks
    trains: tuple[TrainState, ...] = ()
    objects: StillObjects = field(default=NO_OBJECTS)

    @property
    def at(self) -> Timestamp:
        """The frame's time."""
        return self.ground.at

    def train(self, track: str) -> TrainState | None:
        """Return the train state of the zone `track`; None without train detection."""
        return next((train for train in self.trains if train.track == track), None)
