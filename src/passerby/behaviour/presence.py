"""Who is in a zone, and since when; shared by every rule about a zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerby.contracts.arrays import Bools
from passerby.contracts.people import GroundTracks
from passerby.contracts.time import Timestamp
from passerby.ground.places import Area


@dataclass(slots=True)
class Stay:
    """One track's stay: since when it is inside, since when outside again; counted once it is settled."""

    since: Timestamp
    outside: Timestamp | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one frame changed.

    inside: bool (N,), rows whose stay is settled, in the rows' order. since maps their tracks to the start.
    seen: bool (N,), those of them that were seen inside in this frame, not a moment ago.
    entered, left: how many stays were settled or ended with this frame.
    """

    inside: Bools
    seen: Bools
    since: dict[int, Timestamp]
    entered: int
    left: int


class Presence:
    """Stays of confirmed tracks in one zone.

    enter_s: seconds inside before a stay counts; it then counts from its beginning.
    leave_s: seconds outside before it ends. A track that ends, ends its stay.
    A row that is only held changes nothing: nobody was seen to come, stay or leave.
    """

    def __init__(self, area: Area, enter_s: float, leave_s: float) -> None:
        self._area, self._enter_s, self._leave_s = area, enter_s, leave_s
        self._stays: dict[int, Stay] = {}

    def __len__(self) -> int:
        return len(self._stays)

    def step(self, ground: GroundTracks) -> Step:
        """Take one frame's rows."""
        left = sum(self._end(track) for track in ground.gone.tolist())
        seen = ground.confirmed & ~ground.held
        within = self._area.contains(ground.foot_px) & seen
        entered = 0
        for track, is_within in zip(ground.id[seen].tolist(), within[seen].tolist(), strict=True):
            if is_within:
                entered += self._seen_inside(track, ground.at)
            elif track in self._stays and self._outside_too_long(self._stays[track], ground.at):
                left += self._end(track)
        return self._summary(ground, within, entered, left)

    def forget(self) -> int:
        """Drop all stays, because the picture was interrupted; return how many had counted."""
        settled = sum(stay.settled for stay in self._stays.values())
        self._stays.clear()
        return settled

    def _seen_inside(self, track: int, now: Timestamp) -> bool:
        stay = self._stays.setdefault(track, Stay(now))
        stay.outside = None
        settles = not stay.settled and now.since_s(stay.since) >= self._enter_s
        stay.settled |= settles
        return settles

    def _outside_too_long(self, stay: Stay, now: Timestamp) -> bool:
        stay.outside = stay.outside or now
        return not stay.settled or now.since_s(stay.outside) >= self._leave_s

    def _end(self, track: int) -> bool:
        stay = self._stays.pop(track, None)
        return stay is not None and stay.settled

    def _summary(self, ground: GroundTracks, within: Bools, entered: int, left: int) -> Step:
        ids = ground.id.tolist()
        inside = np.array([t in self._stays and self._stays[t].settled for t in ids], bool)
        since = {t: self._stays[t].since for t, is_in in zip(ids, inside.tolist(), strict=True) if is_in}
        return Step(inside, inside & within, since, entered, left)
