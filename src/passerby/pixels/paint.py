"""The fills drawn in place of what differs. These functions get no frame, so no pixel of a person can pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8, WH
from passerby.pixels.grid import Grid
from passerby.pixels.look import LearnedPicture

Colour = tuple[int, int, int]
# Colours (blue, green, red): not learned yet; moving but not recognised; differs near a box of a person. Chosen by
# eye.
UNKNOWN_BGR, MOVING_BGR, SHAPE_BGR = (98, 84, 72), (150, 134, 120), (160, 156, 152)
# Background of the mode schematic, and outlines of zones and lines. Chosen by eye.
PLAN_BGR, OUTLINE_BGR = (44, 38, 34), (190, 172, 150)
# Chosen: the smallest kernel that closes a gap of a cell or two.
_NEIGHBOURS = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Outline:
    """A zone (closed) or a line. Points are fractions of the picture's width and height, and may lie outside."""

    points: tuple[tuple[float, float], ...]
    closed: bool = True


def plan(wh: tuple[int, int], outlines: Sequence[Outline], ground: Colour) -> U8:
    """Return a canvas of `wh` in the colour `ground`, with outlines."""
    canvas = np.full((wh[1], wh[0], 3), ground, np.uint8)
    for outline in outlines:
        points = np.array(outline.points, np.float64).reshape(-1, 1, 2) * wh
        fixed = np.asarray(np.round(np.clip(points, -1e4, 1e4)), np.int32)
        cv2.polylines(canvas, [fixed], outline.closed, OUTLINE_BGR, 1, cv2.LINE_AA)
    return canvas


def empty_scene(picture: LearnedPicture, wh: WH, grid: Grid, known: Bools, fill: U8) -> U8:
    """Return the background in the size `wh`, (H, W, 3), with `fill` (H, W, 3) in unknown blocks.

    In a reduced picture, which has at least a pixel for each block, the pixels beside an unknown block are filled
    too: a part of them is undefined.
    """
    scene = picture.sized(wh).copy()
    if not known.all():
        unknown = grid.spread(~known, wh)
        is_reduced = picture.bgr.shape != scene.shape
        cv2.copyTo(fill, cv2.dilate(unknown, _NEIGHBOURS) if is_reduced else unknown, scene)
    return scene


def differences(scene: U8, seen: Foreground, touched: Bools) -> None:
    """Fill the differences from the background, in their shape: in one colour near boxes, in another elsewhere."""
    if not seen.differs.any():
        return
    wh = _wh(scene)
    shape = cv2.morphologyEx(cv2.medianBlur(seen.cells, 3), cv2.MORPH_CLOSE, _NEIGHBOURS)
    moving = _smooth(shape, wh)
    _fill(scene, moving, MOVING_BGR)
    _fill(scene, cv2.bitwise_and(moving, seen.grid.spread(touched, wh)), SHAPE_BGR)


def blocks(scene: U8, seen: Foreground) -> None:
    """Fill the blocks that differ from the background."""
    _fill(scene, seen.grid.spread(seen.differs, _wh(scene)), MOVING_BGR)


def boxes(scene: U8, boxes_px: F64) -> None:
    """Fill the boxes (N, 4), px of the scene."""
    for box in boxes_px:
        (x0, y0), (x1, y1) = np.floor(box[:2]).astype(int), np.ceil(box[2:]).astype(int)
        scene[y0:y1, x0:x1] = SHAPE_BGR


def scale_of(wh: tuple[int, int], frame_wh: tuple[int, int]) -> F64:
    """Return the factors (4,) from boxes in a frame to boxes in a picture of `wh`."""
    return np.array([wh[0] / frame_wh[0], wh[1] / frame_wh[1]] * 2)


def _wh(picture: U8) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def _fill(scene: U8, mask: U8 | cv2.typing.MatLike, colour: Colour) -> None:
    cv2.copyTo(_solid(_wh(scene), colour), mask, scene)


@lru_cache(maxsize=16)
def _solid(wh: tuple[int, int], colour: Colour) -> U8:
    """Return a picture of one colour; creating one for every frame would take the most time of all."""
    return np.full((wh[1], wh[0], 3), colour, np.uint8)


def _smooth(cells: U8 | cv2.typing.MatLike, wh: tuple[int, int]) -> U8:
    """Return a mask of cells in the size of the picture, with its corners cut."""
    large = cv2.resize(cells, wh, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.threshold(large, 127, 255, cv2.THRESH_BINARY)[1], np.uint8)
