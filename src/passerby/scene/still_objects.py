"""Objects that were put down: regions of the foreground that no person's box covers and that do not move.

The kind of object is not examined: a bag, a pushchair, or a person who sits still and is missed by the detector
look the same. Rules based on them are therefore less reliable.
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

# None of the numbers of this file was varied in a measurement; tests/scene/test_still_objects.py has the cases
# that they separate.

# In cells of the foreground (a 320th of the picture): smaller regions are noise, larger ones are a train, a shadow
# or a crowd. Chosen by judgement.
LEAST_SIDE, MOST_SIDE = 2, 40
# Regions of an object that are separated by a cell or two are joined. Chosen: the smallest kernel that does it.
CLOSE = 3
# A region with this overlap is the same object. Chosen by judgement.
SAME_IOU = 0.4
# An object is removed when its place has been empty for this long, seconds. Chosen by judgement.
GONE_S = 3.0
# Time for which the person who put an object down may still occlude a part of it, and the least fraction of that
# part in the complete object. Chosen: in a simulated passage the bag was completely uncovered after 7 s
# (`passerby eval sim`); the fraction by judgement.
UNCOVERED_S, PART_OF = 10.0, 0.7
# Margin around people's boxes: their shadow and luggage. Chosen by judgement.
MARGIN_SHARE = 0.15


@dataclass(slots=True)
class _StillObject:
    number: int
    xyxy: F64
    first: Timestamp
    missed: Timestamp | None = None


class StillObjectWatch:
    """The still objects in one camera's picture; every foreground passes through `step`, in time order."""

    def __init__(self) -> None:
        self._objects: list[_StillObject] = []
        self._next = 0

    def step(self, seen: Foreground, tracks: Tracks) -> StillObjects:
        """Return the still objects, given the people of this frame."""
        size = np.array([tracks.frame_wh[0] / seen.cells.shape[1], tracks.frame_wh[1] / seen.cells.shape[0]] * 2)
        people = _grown(tracks.xyxy_px.astype(np.float64) / size)
        pieces = _pieces(_without(seen.cells, people))
        for still_object in self._objects:
            self._look(still_object, pieces, people, tracks.at)
        self._objects = [t for t in self._objects if t.missed is None or tracks.at.since_s(t.missed) < GONE_S]
        self._begin(pieces, tracks.at)
        return self._rows(size, tracks.at)

    def reset(self) -> None:
        """Drop all state, because the picture was interrupted."""
        self._objects.clear()

    @staticmethod
    def _look(still_object: _StillObject, pieces: list[F64], people: F64, now: Timestamp) -> None:
        """Find the object again, or record since when its place is empty; a person in front of it occludes it."""
        if now.since_s(still_object.first) < UNCOVERED_S:
            whole = [
                piece
                for piece in pieces
                if _overlap(still_object.xyxy, piece) >= PART_OF * _area(still_object.xyxy)
            ]
            still_object.xyxy = max(whole, key=_area, default=still_object.xyxy)
        if any(_iou(still_object.xyxy, piece) >= SAME_IOU for piece in pieces) or _is_occluded(
            still_object.xyxy, people
        ):
            still_object.missed = None
        else:
            still_object.missed = still_object.missed or now

    def _begin(self, pieces: list[F64], now: Timestamp) -> None:
        for piece in pieces:
            if not any(_overlap(piece, still_object.xyxy) for still_object in self._objects):
                self._objects.append(_StillObject(self._next, piece, now))
                self._next += 1

    def _rows(self, size: F64, now: Timestamp) -> StillObjects:
        if not self._objects:
            return NO_OBJECTS
        boxes: F32 = np.array([still_object.xyxy * size for still_object in self._objects], np.float32)
        still = np.array([now.since_s(still_object.first) for still_object in self._objects], np.float32)
        return StillObjects(
            np.array([still_object.number for still_object in self._objects], np.int64), boxes, still
        )


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
    """Return the common area of two boxes, cells²."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return float(sides.prod()) if (sides > 0).all() else 0.0


def _iou(a: F64, b: F64) -> float:
    shared = _overlap(a, b)
    return shared / (_area(a) + _area(b) - shared)


def _is_occluded(still_object: F64, people: F64) -> bool:
    return any(_overlap(still_object, person) > 0 for person in people)
