"""Presence of people in a zone; shared by every rule about a zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passerby.behaviour.dwell import Dwell, heir_of, set_right
from passerby.behaviour.rule import subject_of
from passerby.contracts.arrays import Bools
from passerby.contracts.people import GroundTracks, Subject
from passerby.contracts.time import Timestamp
from passerby.ground.geometry.places import BODY_M, Area

# Within this distance of a track zone with a train, people board and alight. Metres.
# Chosen by judgement (decision 0010); not varied in a measurement.
DOOR_M = 1.5


@dataclass(frozen=True, slots=True)
class PresenceStep:
    """The changes by one frame.

    inside: bool (N,), rows with a settled dwell, in the rows' order. since maps their tracks to the start.
    seen: bool (N,), those of them that were observed inside in this frame.
    entered, left: number of dwells that were settled or ended with this frame. staff: tracks of staff among them.
    """

    inside: Bools
    seen: Bools
    since: dict[int, Timestamp]
    entered: int
    left: int
    staff: frozenset[int] = frozenset()


class Presence:
    """Dwells of confirmed tracks in one zone.

    enter_s: seconds inside before a dwell counts; it then counts from its beginning.
    leave_s: seconds outside before it ends. The end of a track ends its dwell, unless `hands_over`.
    A predicted row changes nothing.

    An occluded person often returns as another track, before or after the first one is removed. With `hands_over`
    the dwell of a track that ended inside passes to a new track near enough, for `leave_s` after its last
    observation, by place and time within this camera's picture. Without a continuation the person has left. If the
    tracker swapped two tracks, their dwells are swapped back, and a track that came to the spot of a lost one
    continues its dwell (dwell.py). At the doors of a train no dwell passes on: a track that ends there has
    boarded, one that starts there came with the train.

    staff: zones that only staff come from.
    """

    def __init__(
        self, area: Area, enter_s: float, leave_s: float, *, hands_over: bool = False, staff: Sequence[Area] = ()
    ) -> None:
        self._area, self._enter_s, self._leave_s, self._hands_over = area, enter_s, leave_s, hands_over
        self._staff_areas, self._staff = staff, set[int]()
        self._dwells: dict[int, Dwell] = {}
        self._waiting: list[Dwell] = []
        self._met: set[int] = set()
        self._doors: Sequence[Area] = ()

    def __len__(self) -> int:
        return len(self._met | self._staff | self._dwells.keys()) + len(self._waiting)

    def step(
        self, ground: GroundTracks, inside: Bools | None = None, *, doors: Sequence[Area] = ()
    ) -> PresenceStep:
        """Process one frame's rows.

        inside: bool (N,), by default the rows with a foot point in the zone. doors: track zones with a train.
        """
        self._doors = doors
        self._mark_staff(ground)
        left = sum(self._let_go(track) for track in ground.removed.tolist()) + self._give_up(ground.at)
        seen = ground.confirmed & ~ground.predicted
        within = (self._area.contains(ground.foot_px) if inside is None else inside) & seen
        entered = 0
        for row in np.flatnonzero(seen).tolist():
            track = int(ground.id[row])
            if within[row]:
                entered += self._seen_inside(subject_of(ground, row), ground.at)
            elif track in self._dwells and self._outside_too_long(self._dwells[track], ground.at):
                left += self._end(track)
            if self._hands_over:
                self._met.add(track)
        left += self._set_right(ground.at) if self._hands_over else 0
        return self._summary(ground, within, entered, left)

    def reset(self) -> int:
        """Reset all dwells, because the picture was interrupted; return how many were settled."""
        settled = sum(dwell.settled for dwell in (*self._dwells.values(), *self._waiting))
        self._dwells.clear()
        self._waiting.clear()
        self._met.clear()
        self._staff.clear()
        return settled

    def _mark_staff(self, ground: GroundTracks) -> None:
        if not self._staff_areas:
            return
        self._staff -= set(ground.removed.tolist())
        for area in self._staff_areas:
            rows = area.contains(ground.foot_px) & ground.confirmed & ~ground.predicted
            self._staff |= set(ground.id[rows].tolist())

    def _at_doors(self, subject: Subject) -> bool:
        assert subject.foot_px is not None
        m_per_px = BODY_M / max(subject.height_px, 1.0)
        return any(m_per_px * area.distance_px(subject.foot_px) <= DOOR_M for area in self._doors)

    def _let_go(self, track: int) -> bool:
        """Keep the dwell of a track that ended for a continuation; return whether the person has left."""
        self._met.discard(track)
        dwell = self._dwells.pop(track, None)
        if dwell is None or not dwell.settled or not self._hands_over:
            return dwell is not None and dwell.settled
        if dwell.outside is not None or self._at_doors(dwell.last):
            return True
        heir = heir_of(dwell, self._dwells.values())
        if heir is None:
            self._waiting.append(dwell)
            return False
        heir.take_over(dwell)
        return True

    def _set_right(self, now: Timestamp) -> int:
        """Assign dwell times to the tracks that stand at their spots; return the `lost` dwells without a
        continuation.

        A track that walked away from its spot swaps dwell times with a track that walked there and stands.
        """
        before = len(self._waiting)
        self._waiting = set_right(self._dwells.values(), self._waiting, now)
        return before - len(self._waiting)

    def _give_up(self, now: Timestamp) -> int:
        """End the dwells without a continuation; return how many."""
        before = len(self._waiting)
        self._waiting = [dwell for dwell in self._waiting if now.since_s(dwell.last_at) < self._leave_s]
        return before - len(self._waiting)

    def _begin(self, subject: Subject, now: Timestamp) -> Dwell:
        is_new = subject.track not in self._met and not self._at_doors(subject)
        left_behind = [dwell for dwell in self._waiting if is_new and dwell.could_be(subject, now)]
        if not left_behind:
            return Dwell.begin(subject, now, is_new=is_new)
        dwell = max(left_behind, key=lambda s: s.last_at.mono_ns)
        self._waiting.remove(dwell)
        return dwell

    def _seen_inside(self, subject: Subject, now: Timestamp) -> bool:
        assert subject.track is not None
        if subject.track not in self._dwells:
            self._dwells[subject.track] = self._begin(subject, now)
        dwell = self._dwells[subject.track]
        dwell.see(subject, now)
        dwell.is_staff |= subject.track in self._staff
        settles = not dwell.settled and now.since_s(dwell.since) >= self._enter_s
        dwell.settled |= settles
        return settles

    def _outside_too_long(self, dwell: Dwell, now: Timestamp) -> bool:
        dwell.outside = dwell.outside or now
        return not dwell.settled or now.since_s(dwell.outside) >= self._leave_s

    def _end(self, track: int) -> bool:
        dwell = self._dwells.pop(track, None)
        return dwell is not None and dwell.settled

    def _summary(self, ground: GroundTracks, within: Bools, entered: int, left: int) -> PresenceStep:
        ids = ground.id.tolist()
        inside = np.array([t in self._dwells and self._dwells[t].settled for t in ids], bool)
        since = {t: self._dwells[t].since for t, is_in in zip(ids, inside.tolist(), strict=True) if is_in}
        staff = frozenset(t for t in since if self._dwells[t].is_staff)
        return PresenceStep(inside, inside & within, since, entered, left, staff)
