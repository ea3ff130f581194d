"""Presence of people in a zone; shared by every rule about a zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passerby.behaviour.rule import lasting
from passerby.contracts.arrays import I64, Bools
from passerby.contracts.columns import NEVER, TrackColumns
from passerby.contracts.events import Measure
from passerby.contracts.people import GroundTracks
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.ground.geometry.places import Area


@dataclass(frozen=True, slots=True)
class PresenceStep:
    """The changes by one frame.

    inside: bool (N,), rows with a settled dwell, in the rows' order. since_ns: int64 (N,), their starts.
    seen: bool (N,), those of them that were observed inside in this frame. staff: bool (N,), those of staff.
    entered, left: number of dwells that were settled or ended with this frame.
    """

    inside: Bools
    seen: Bools
    staff: Bools
    since_ns: I64
    entered: int
    left: int

    def lasting(self, people: Bools, at: Timestamp, least_s: float = 0.0) -> list[tuple[int, Timestamp, Measure]]:
        """Return those of `people` (N,) with a dwell of at least `least_s`: row, its start and its duration."""
        rows = np.flatnonzero(people)
        return [
            (row, since, Measure("dwell", dwell_s, "s"))
            for row, since, dwell_s in lasting(rows, self.since_ns[rows], at, least_s)
        ]


class Presence:
    """Dwells of confirmed tracks in one zone.

    enter_s: seconds inside before a dwell counts; it then counts from its beginning.
    leave_s: seconds outside before it ends. A predicted row changes nothing.
    of_people: the dwell is that of a person over several tracks, and ends `leave_s` after the last observation
    inside if no track continues the person (continuity.py). Otherwise the end of a track ends its dwell.
    staff: zones that only staff come from.
    """

    def __init__(
        self, area: Area, enter_s: float, leave_s: float, *, of_people: bool = False, staff: Sequence[Area] = ()
    ) -> None:
        self._area, self._enter_s, self._leave_s, self._of_people = area, enter_s, leave_s, of_people
        self._staff_areas = staff
        self._dwells = TrackColumns(since_ns=NEVER, last_ns=NEVER, outside_ns=NEVER, settled=False, staff=False)

    def __len__(self) -> int:
        """Return the number of dwells, and of people who are known as staff."""
        return int(((self._dwells["since_ns"] != NEVER) | self._dwells["staff"]).sum())

    def step(self, ground: GroundTracks, inside: Bools | None = None, seen: Bools | None = None) -> PresenceStep:
        """Process one frame's rows.

        inside: bool (N,), by default the rows with a foot point in the zone. seen: bool (N,), rows that count as
        observed, by default the confirmed ones that are not predicted.
        """
        dwells, before = self._dwells, self._settled()
        number, ended = (ground.continues, ground.ended) if self._of_people else (ground.id, ground.removed)
        dwells.drop(dwells.rows_of(ended))
        seen = ground.seen if seen is None else seen
        within = seen & (self._area.has(ground) if inside is None else inside)
        staff_here = [seen & area.has(ground) for area in self._staff_areas]
        if not len(self) and not any(here.any() for here in (within, *staff_here)):
            no = np.zeros(len(number), bool)  # most zones are empty for most of the time
            return PresenceStep(no, no, no, np.full(len(number), NEVER), 0, before)
        rows = dwells.rows(number)
        if self._of_people:
            dwells.put(self._lost_too_long(rows, ground.at.mono_ns), since_ns=NEVER, settled=False)
        entered = self._see(rows, within, seen & ~within, ground.at.mono_ns)
        for here in staff_here:
            dwells["staff"][rows[here]] = True
        settled, staff, since_ns = (dwells[name][rows] for name in ("settled", "staff", "since_ns"))
        left = before + entered - self._settled()
        return PresenceStep(settled, settled & within, staff, since_ns, entered, left)

    def reset(self) -> int:
        """Reset all dwells, because the picture was interrupted; return how many were settled."""
        settled = self._settled()
        self._dwells.reset()
        return settled

    def _settled(self) -> int:
        return int(np.count_nonzero(self._dwells["settled"]))

    def _see(self, rows: I64, within: Bools, outside: Bools, now_ns: int) -> int:
        """Add observations inside and outside; return how many dwells settled."""
        dwells = self._dwells
        since_ns, outside_ns, settled = (dwells[name][rows] for name in ("since_ns", "outside_ns", "settled"))
        is_present = since_ns != NEVER
        since_ns = np.where(within & ~is_present, now_ns, since_ns)
        settles = within & ~settled & _lasts(now_ns - since_ns, self._enter_s)
        away = outside & is_present
        left_ns = np.where(away & (outside_ns == NEVER), now_ns, outside_ns)
        ends = away & (~settled | _lasts(now_ns - left_ns, self._leave_s))
        dwells.put(rows, since_ns=np.where(ends, NEVER, since_ns), outside_ns=np.where(within, NEVER, left_ns))
        dwells.put(rows, settled=(settled | settles) & ~ends)
        dwells.put(rows[within], last_ns=now_ns)
        return int(np.count_nonzero(settles))

    def _lost_too_long(self, rows: I64, now_ns: int) -> I64:
        """Return the dwells of people without a row in this frame, `rows`, whose time has passed."""
        is_lost = self._dwells["since_ns"] != NEVER
        is_lost[rows] = False
        lost = np.flatnonzero(is_lost)
        return lost[_lasts(now_ns - self._dwells["last_ns"][lost], self._leave_s)]


def _lasts(ns: I64, seconds: float) -> Bools:
    return np.asarray(ns / NS_PER_S >= seconds)
