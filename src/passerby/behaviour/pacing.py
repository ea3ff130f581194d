"""Pacing: a person walks back and forth along a zone. A turn counts after a complete leg back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from passerby.contracts.people import GroundTracks
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.near import Axis
from passerby.ground.geometry.places import Area

# After an absence longer than this, seconds, a new walk begins. Chosen by judgement; not varied in a measurement.
GAP_S = 10.0


@dataclass(slots=True)
class _Walk:
    """A walk along the zone: lowest and highest point since the last turn there, present direction (+1, -1, 0
    unknown), times of turns."""

    low_m: float
    high_m: float
    last: Timestamp
    direction: int = 0
    turns: deque[Timestamp] = field(default_factory=deque)


class Pacing:
    """Turns of all people in one zone, at least `leg_m` apart, within the last `window_s`."""

    def __init__(self, area: Area, axis: Axis, leg_m: float, window_s: float) -> None:
        self._area, self._axis, self._leg_m, self._window_s = area, axis, leg_m, window_s
        self._walks: dict[int, _Walk] = {}

    def __len__(self) -> int:
        return len(self._walks)

    def step(self, ground: GroundTracks) -> dict[int, deque[Timestamp]]:
        """Return the times of turns of all people in the zone, by row."""
        for track in ground.removed.tolist():
            self._walks.pop(track, None)
        along = self._axis.along_m(ground)
        rows = np.flatnonzero(ground.seen & self._area.has(ground) & np.isfinite(along)).tolist()
        return {row: self._follow(int(ground.id[row]), float(along[row]), ground.at) for row in rows}

    def reset(self) -> None:
        """Reset the state, because the picture was interrupted."""
        self._walks.clear()

    def _follow(self, track: int, along_m: float, now: Timestamp) -> deque[Timestamp]:
        walk = self._walks.get(track)
        if walk is None or now.since_s(walk.last) > GAP_S:
            walk = self._walks[track] = _Walk(along_m, along_m, now)
        walk.last = now
        self._go(walk, along_m, now)
        while walk.turns and now.since_s(walk.turns[0]) > self._window_s:
            walk.turns.popleft()
        return walk.turns

    def _go(self, walk: _Walk, along_m: float, now: Timestamp) -> None:
        before = walk.direction
        walk.low_m, walk.high_m = min(walk.low_m, along_m), max(walk.high_m, along_m)
        if before < 1 and along_m - walk.low_m >= self._leg_m:
            walk.direction, walk.high_m = 1, along_m
        elif before > -1 and walk.high_m - along_m >= self._leg_m:
            walk.direction, walk.low_m = -1, along_m
        if before and walk.direction != before:
            walk.turns.append(now)
