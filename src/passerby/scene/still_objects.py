"""Objects that were put down: regions of the foreground that no person's box covers and that do not move.

The kind of object is not examined: a bag, a pushchair, or a person who sits still and is missed by the detector
look the same. Rules based on them are therefore less reliable.
"""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.boxes import area, grow, intersection, iou
from passerby.contracts.columns import NEVER, TrackColumns
from passerby.contracts.people import Tracks
from passerby.contracts.scene import StillObjects
from passerby.contracts.time import NS_PER_S
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


class StillObjectWatch:
    """The still objects in one camera's picture; every foreground passes through `step`, in time order."""

    def __init__(self) -> None:
        # xyxy: in cells. first_ns: first seen; missed_ns: since when its place is empty.
        self._objects = TrackColumns(xyxy=(0.0, 0.0, 0.0, 0.0), first_ns=NEVER, missed_ns=NEVER)
        self._next = 0

    def step(self, seen: Foreground, tracks: Tracks) -> StillObjects:
        """Return the still objects, given the people of this frame."""
        size = np.array([tracks.frame_wh[0] / seen.cells.shape[1], tracks.frame_wh[1] / seen.cells.shape[0]] * 2)
        people = grow(tracks.xyxy_px.astype(np.float64) / size, MARGIN_SHARE)
        pieces, now_ns = _pieces(_without(seen.cells, people)), tracks.at.mono_ns
        self._uncover(pieces, now_ns)
        self._look(pieces, people, now_ns)
        self._begin(pieces, now_ns)
        still_s = ((now_ns - self._objects["first_ns"]) / NS_PER_S).astype(np.float32)
        return StillObjects(self._objects.number, self._objects["xyxy"] * size, still_s)

    def reset(self) -> None:
        """Drop all state, because the picture was interrupted."""
        self._objects.reset()

    def _uncover(self, pieces: F64, now_ns: int) -> None:
        """Let a new object be the largest region that contains most of it."""
        xyxy = self._places()
        is_whole = intersection(xyxy, pieces) >= PART_OF * area(xyxy)[:, None]
        is_whole &= ((now_ns - self._objects["first_ns"]) / NS_PER_S < UNCOVERED_S)[:, None]
        rows = np.flatnonzero(is_whole.any(axis=1))
        if len(rows):
            xyxy[rows] = pieces[np.where(is_whole[rows], area(pieces), -1.0).argmax(axis=1)]

    def _look(self, pieces: F64, people: F64, now_ns: int) -> None:
        """Find the objects again, or record since when their places are empty; a person in front of one occludes
        it."""
        xyxy, missed_ns = self._places(), self._objects["missed_ns"]
        is_there = (iou(xyxy, pieces) >= SAME_IOU).any(axis=1) | (intersection(xyxy, people) > 0).any(axis=1)
        missed_ns[:] = np.where(is_there, NEVER, np.where(missed_ns == NEVER, now_ns, missed_ns))
        self._objects.drop((missed_ns != NEVER) & ((now_ns - missed_ns) / NS_PER_S >= GONE_S))

    def _begin(self, pieces: F64, now_ns: int) -> None:
        is_new = ~(intersection(pieces, self._places()) > 0).any(axis=1)
        for piece in pieces[is_new]:
            if not (intersection(piece[None], self._places()) > 0).any():
                row = self._objects.rows(np.array([self._next]))
                self._objects["xyxy"][row], self._objects["first_ns"][row] = piece, now_ns
                self._next += 1

    def _places(self) -> F64:
        """Return the boxes (N, 4) of the objects, in cells."""
        return self._objects["xyxy"]


def _without(cells: U8, people: F64) -> U8:
    free = cells.copy()
    height, width = free.shape
    for x0, y0, x1, y1 in np.clip(people, 0, [width, height] * 2).round().astype(int).tolist():
        free[y0:y1, x0:x1] = 0
    return free


def _pieces(cells: U8) -> F64:
    """Return the boxes (N, 4) of regions that may be objects."""
    joined = cv2.morphologyEx(cells, cv2.MORPH_CLOSE, np.ones((CLOSE, CLOSE), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    sides = stats[1:, 2:4]
    fits = (sides >= LEAST_SIDE).all(axis=1) & (sides <= MOST_SIDE).all(axis=1)
    boxes = stats[1:, :4][fits].astype(np.float64)
    boxes[:, 2:] += boxes[:, :2]
    return boxes
