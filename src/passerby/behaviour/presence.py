"""Who is in a zone, and since when; shared by every rule about a zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import Bools
from passerby.contracts.people import GroundTracks
from passerby.ground.places import Area


@dataclass(slots=True)
class Stay:
    """One track's stay: since_s it is inside, last_s it was last seen inside; counted once it is settled."""

    since_s: float
    last_s: float
    settled: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What one frame changed.

    inside: bool (N,), rows whose stay is settled, in the rows' order. since_s maps their tracks to the start.
    entered, left: how many stays were settled or ended with this frame.
    """

    inside: Bools
    since_s: dict[int, float]
    entered: int
    left: int


class Presence:
    """Stays of confirmed tracks in one zone.

    enter_s: seconds inside before a stay counts; it then counts from its beginning.
    leave_s: seconds outside before it ends. A track that ends, ends its stay.
    """

    def __init__(self, area: Area, enter_s: float, leave_s: float) -> None:
        self._area, self._enter_s, self._leave_s = area, enter_s, leave_s
        self._stays: dict[int, Stay] = {}

    def __len__(self) -> int:
        return len(self._stays)

    def step(self, ground: GroundTracks) -> Step:
        """Take one frame's rows."""
        now_s = ground.at.s
        left = sum(self._end(track) for track in ground.gone.tolist())
        within = self._area.contains(ground.foot_px) & ground.confirmed
        entered = 0
        for track, is_within in zip(ground.id.tolist(), within.tolist(), strict=True):
            if is_within:
                entered += self._seen_inside(track, now_s)
            elif track in self._stays and self._outside_too_long(self._stays[track], now_s):
                left += self._end(track)
        return self._summary(ground, entered, left)

    def forget(self) -> None:
        """Drop all stays, because the picture was interrupted."""
        self._stays.clear()

    def _seen_inside(self, track: int, now_s: float) -> bool:
        stay = self._stays.setdefault(track, Stay(now_s, now_s, settled=False))
        stay.last_s = now_s
        settles = not stay.settled and now_s - stay.since_s >= self._enter_s
        stay.settled |= settles
        return settles

    def _outside_too_long(self, stay: Stay, now_s: float) -> bool:
        limit_s = self._leave_s if stay.settled else 0.0
        return now_s - stay.last_s > limit_s

    def _end(self, track: int) -> bool:
        stay = self._stays.pop(track, None)
        return stay is not None and stay.settled

    def _summary(self, ground: GroundTracks, entered: int, left: int) -> Step:
        ids = ground.id.tolist()
        inside = np.array([t in self._stays and self._stays[t].settled for t in ids], bool)
        since = {t: self._stays[t].since_s for t, is_in in zip(ids, inside.tolist(), strict=True) if is_in}
        return Step(inside, since, entered, left)
