"""Trains in the picture: when one is in view at a track, and how many have departed.

The appearance of the empty track is learned (bed.py). A train covers slice after slice of the zone from one end;
it is present from the first slices until only a few are covered. It has departed, and counts, if it had covered
most of the zone and stopped.

At the start passerby cannot know whether a train is standing there. The picture is then assumed to be the empty
bed, until the first train comes or leaves (passing.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.contracts.config import Zone
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState
from passerby.pixels.frame import RawFrame
from passerby.scene.bed import Bed, BrightnessChange, CellGrid
from passerby.scene.passing import STILL_GREY, Passed, Passing

# The numbers of this file were not varied in a measurement. Decision 0010 has the result with them
# (benchmarks/trains.py): 5 of 5 simulated visits found, no false event.

# A slice is covered if this fraction of its cells has changed. Chosen: most of them.
COVERED = 0.5
# In view: this many slices in a row from one end, or this fraction of all; out of view: at most this many are
# left, for this long, seconds. Chosen: people on the track cover a slice or two (bed.py); the time by judgement.
FRONT_SLICES, IN_VIEW, GONE_SLICES, GONE_S = 3, 0.5, 2, 0.4
# A train covers this fraction of the zone at once; it has stopped if it was still for this long. Chosen by
# judgement.
WHOLE, STOPPED_S = 0.7, 2.0
# The train stands if at most this fraction of the slices moves: people walk in front of it. Chosen by judgement.
STANDS = 0.4
# An object that covers the bed without moving for this long becomes part of the bed, seconds. Chosen: or the track
# could never be observed again (decision 0010, docs/behaviours.md); the length by judgement.
STUCK_S = 1800.0
# A longer interval between frames counts as this one, seconds: the motion in it is unknown. Chosen by judgement.
LONGEST_DT_S = 2.0


class Trains:
    """The trains at a camera's tracks, one row per zone of `zones`, in their order; pictures have the size
    `wh`."""

    def __init__(self, zones: Sequence[Zone], wh: tuple[int, int]) -> None:
        self._tracks = [_Track(zone, wh) for zone in zones]
        self._light = BrightnessChange([zone.polygon_px for zone in zones], wh)
        self._last: Timestamp | None = None

    def step(self, frame: RawFrame) -> tuple[TrainState, ...]:
        """Return the state of each track in this frame; a black or white picture keeps the previous state."""
        if not self._tracks:
            return ()
        dt_s = min(frame.at.since_s(self._last), LONGEST_DT_S) if self._last else 0.0
        self._last = frame.at
        gain = self._light.gain(frame.bgr, dt_s)
        if self._light.jumped:
            self._begin_anew()
            gain = self._light.gain(frame.bgr, 0.0)
        if not self._light.blind:
            for track in self._tracks:
                track.step(frame, gain, dt_s)
        return tuple(track.state(frame.at) for track in self._tracks)

    def reset(self) -> None:
        """Reset all state except the departures, because the picture was interrupted."""
        self._begin_anew()
        self._last = None

    def _begin_anew(self) -> None:
        self._light.reset()
        for track in self._tracks:
            track.reset()


class _Track:
    """One track: the bed, the present train, if there is one, and whether the bed is known to be empty."""

    def __init__(self, zone: Zone, wh: tuple[int, int]) -> None:
        self._name, self._grid = zone.name, CellGrid(zone.polygon_px, wh)
        self._departures = 0
        self._is_there = self._was_whole = False
        self._still_s = 0.0
        self._low_since: Timestamp | None = None
        self.reset()

    def reset(self) -> None:
        """Learn the bed again; departures are kept."""
        self._bed: Bed | None = None
        self._before: F32 | None = None
        self._since: Timestamp | None = None
        self._passing = Passing()
        self._is_sure = False
        self._settle()

    def state(self, now: Timestamp) -> TrainState:
        """Return the state at `now`."""
        return TrainState(self._name, self._is_there, self._since or now, self._departures)

    def step(self, frame: RawFrame, gain: float, dt_s: float) -> None:
        """Process one picture."""
        cells, now = self._grid.read(frame.bgr), frame.at
        self._bed, self._since = self._bed or Bed(cells), self._since or now
        motion = self._motion(cells)
        passed = self._passing.step(motion, dt_s)
        changed = self._bed.changed(cells, gain)
        covered = self._grid.share(changed) >= COVERED
        if self._is_there:
            self._visit(covered, now, 0.0 if (motion > STILL_GREY).mean() > STANDS else dt_s)
        elif _comes(covered):
            self._is_there, self._since = True, now
        else:
            self._bed.learn(cells, gain, changed, dt_s)
        self._reconsider(passed, cells, now)

    def _visit(self, covered: Bools, now: Timestamp, still_s: float) -> None:
        """Update the present train, until it is out of view."""
        self._was_whole |= bool(covered.mean() >= WHOLE)
        self._still_s += still_s if self._was_whole else 0.0
        few = int(covered.sum()) <= GONE_SLICES
        self._low_since = (self._low_since or now) if few else None
        if self._low_since and now.since_s(self._low_since) >= GONE_S:
            self._leave(now, counts=self._was_whole and self._still_s >= STOPPED_S)

    def _reconsider(self, passed: Passed | None, cells: F32, now: Timestamp) -> None:
        """Accept the picture as the bed if a train has just left and revealed it, or if it stays permanently."""
        if not self._is_there or not self._was_whole:
            return
        left = passed is Passed.LEFT and not self._is_sure
        self._is_sure |= passed is Passed.CAME
        if left or self._still_s >= STUCK_S:
            self._bed, self._is_sure = Bed(cells), left
            self._leave(now, counts=left)

    def _leave(self, now: Timestamp, *, counts: bool) -> None:
        self._departures += counts
        self._settle()
        self._since = now

    def _settle(self) -> None:
        self._is_there = self._was_whole = False
        self._low_since, self._still_s = None, 0.0

    def _motion(self, cells: F32) -> F64:
        """Return the difference in grey levels of each slice (SLICES,) from the picture before."""
        moved = np.zeros(len(cells)) if self._before is None else np.abs(cells - self._before).mean(axis=1)
        self._before = cells
        return self._grid.mean(moved)


def _comes(covered: Bools) -> bool:
    front = max(_run(covered), _run(covered[::-1]))
    return front >= FRONT_SLICES or bool(covered.mean() >= IN_VIEW)


def _run(covered: Bools) -> int:
    """Return how many slices are covered in a row from the first on."""
    return int(covered.argmin()) if not covered.all() else len(covered)
