"""Things that were put down: pieces of the foreground that nobody's box covers and that stay where they are.

What a piece is, is not looked at: a bag, a pushchair, somebody who sits still and whom the detector misses are the
same to it. That is why what follows from it is a second-class alert.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64
from passerby.contracts.people import Tracks
from passerby.contracts.scene import NO_OBJECTS, StillObjects
from passerby.contracts.time import Timestamp
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8

# In cells of the foreground (a 320th of the picture): smaller is noise, larger is a train, a shadow or a crowd.
LEAST_SIDE, MOST_SIDE = 2, 40
# Pieces of a thing that break apart by a cell or two are one.
CLOSE = 3
SAME_IOU = 0.4
# A place that is seen empty for this long has been cleared.
GONE_S = 3.0
# How long whoever put a thing down may go on hiding a part of it, and how much of that part must be in the whole.
UNCOVERED_S, PART_OF = 10.0, 0.7
# Around people's boxes: their shadow and what they carry.
MARGIN_SHARE = 0.15


@dataclass(slots=True)
class _Thing:
    number: int
    xyxy: F64
    first: Timestamp
    missed: Timestamp | None = None


class StillObjectWatch:
    """The things in one camera's picture; every foreground goes through `step`, in the order of time."""

    def __init__(self) -> None:
        self._things: list[_Thing] = []
        self._next = 0

    def step(self, seen: Foreground, tracks: Tracks) -> StillObjects:
        """Return what lies still, given the people of this frame."""
        size = np.array([tracks.frame_wh[0] / seen.cells.shape[1], tracks.frame_wh[1] / seen.cells.shape[0]] * 2)
        people = _grown(tracks.xyxy_px.astype(np.float64) / size)
        pieces = _pieces(_without(seen.cells, people))
        for thing in self._things:
            self._look(thing, pieces, people, tracks.at)
        self._things = [t for t in self._things if t.missed is None or tracks.at.since_s(t.missed) < GONE_S]
        self._begin(pieces, tracks.at)
        return self._rows(size, tracks.at)

    def reset(self) -> None:
        """Drop all state, because the picture was interrupted."""
        self._things.clear()

    @staticmethod
    def _look(thing: _Thing, pieces: list[F64], people: F64, now: Timestamp) -> None:
        """Find the thing again, or note since when its place is empty; somebody before it hides it."""
        if now.since_s(thing.first) < UNCOVERED_S:
            whole = [piece for piece in pieces if _overlap(thing.xyxy, piece) >= PART_OF * _area(thing.xyxy)]
            thing.xyxy = max(whole, key=_area, default=thing.xyxy)
        if any(_iou(thing.xyxy, piece) >= SAME_IOU for piece in pieces) or _is_occluded(thing.xyxy, people):
            thing.missed = None
        else:
            thing.missed = thing.missed or now

    def _begin(self, pieces: list[F64], now: Timestamp) -> None:
        for piece in pieces:
            if not any(_overlap(piece, thing.xyxy) for thing in self._things):
                self._things.append(_Thing(self._next, piece, now))
                self._next += 1

    def _rows(self, size: F64, now: Timestamp) -> StillObjects:
        if not self._things:
            return NO_OBJECTS
        boxes: F32 = np.array([thing.xyxy * size for thing in self._things], np.float32)
        still = np.array([now.since_s(thing.first) for thing in self._things], np.float32)
        return StillObjects(np.array([thing.number for thing in self._things], np.int64), boxes, still)


def _without(cells: U8, people: F64) -> U8:
    free = cells.copy()
    height, width = free.shape
    for x0, y0, x1, y1 in np.clip(people, 0, [width, height] * 2).round().astype(int).tolist():
        free[y0:y1, x0:x1] = 0
    return free


def _pieces(cells: U8) -> list[F64]:
    joined = cv2.morphologyEx(cells, cv2.MORPH_CLOSE, np.ones((CLOSE, CLOSE), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sides = stats[1:, 2:4]
    fits = (sides >= LEAST_SIDE).all(axis=1) & (sides <= MOST_SIDE).all(axis=1)
    return [np.array([x, y, x + w, y + h], np.float64) for x, y, w, h in stats[1:, :4][fits].tolist()]


def _grown(xyxy: F64) -> F64:
    side = MARGIN_SHARE * (xyxy[:, 2:] - xyxy[:, :2])
    return np.hstack([xyxy[:, :2] - side, xyxy[:, 2:] + side])


def _area(box: F64) -> float:
    return float((box[2:] - box[:2]).prod())


def _overlap(a: F64, b: F64) -> float:
    """Return the area two boxes share, cells²."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return float(sides.prod()) if (sides > 0).all() else 0.0


def _iou(a: F64, b: F64) -> float:
    shared = _overlap(a, b)
    return shared / (_area(a) + _area(b) - shared)


def _is_occluded(thing: F64, people: F64) -> bool:
    return any(_overlap(thing, person) > 0 for person in people)
