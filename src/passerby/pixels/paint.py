"""The shapes drawn in place of people. These functions get no frame, so no pixel of a person can pass."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.pixels.foreground import Foreground
from passerby.pixels.frame import U8
from passerby.pixels.grid import Grid, counted, with_margin

Colour = tuple[int, int, int]
# Colours (blue, green, red): not learned yet; moving but not recognised; person. Chosen by eye.
UNKNOWN_BGR, MOVING_BGR, PERSON_BGR = (98, 84, 72), (150, 134, 120), (46, 128, 238)
# Background and outlines of the mode schematic. Chosen by eye.
PLAN_BGR, PLACE_BGR = (44, 38, 34), (110, 96, 84)
# A box with a smaller known fraction has no shape and gets a plain one. Chosen by judgement.
KNOWN_SHARE = 0.5
# Chosen: the smallest kernel that closes a gap of a cell or two.
_NEIGHBOURS = np.ones((3, 3), np.uint8)


def empty_scene(picture: U8, grid: Grid, known: Bools) -> U8:
    """Return the background (H, W, 3) with unknown blocks filled."""
    scene = picture.copy()
    if not known.all():
        _fill(scene, grid.spread(~known, _wh(scene)), UNKNOWN_BGR)
    return scene


def silhouettes(scene: U8, seen: Foreground, touched: Bools, people_px: F32, frame_wh: tuple[int, int]) -> None:
    """Fill the differences from the background, in their shape: in one colour near people, in another elsewhere.

    people_px: boxes (N, 4) of people who are certainly there; an ellipse where no background is known for their
    shape.
    """
    wh = _wh(scene)
    if seen.differs.any():
        shape = cv2.morphologyEx(cv2.medianBlur(seen.cells, 3), cv2.MORPH_CLOSE, _NEIGHBOURS)
        moving = _smooth(shape, wh)
        _fill(scene, moving, MOVING_BGR)
        _fill(scene, cv2.bitwise_and(moving, seen.grid.spread(touched, wh)), PERSON_BGR)
    people = with_margin(people_px, frame_wh, 0.0)
    spans = seen.grid.spans(people, frame_wh)
    area = (spans[:, 2] - spans[:, 0]) * (spans[:, 3] - spans[:, 1])
    _ellipses(scene, people[counted(seen.known, spans) < KNOWN_SHARE * area] * _scale(wh, frame_wh), PERSON_BGR)


def boxes(scene: U8, seen: Foreground, xyxy_px: F32, frame_wh: tuple[int, int]) -> None:
    """Fill the boxes (N, 4) with their margin, and the blocks that differ outside them."""
    wh = _wh(scene)
    _fill(scene, seen.grid.spread(seen.differs, wh), MOVING_BGR)
    for box in with_margin(xyxy_px, frame_wh) * _scale(wh, frame_wh):
        (x0, y0), (x1, y1) = np.floor(box[:2]).astype(int), np.ceil(box[2:]).astype(int)
        scene[y0:y1, x0:x1] = PERSON_BGR


def plan(wh: tuple[int, int], places: list[F64], foot_px: F32, frame_wh: tuple[int, int]) -> U8:
    """Return a plain canvas of `wh` with the outlines of `places` (N, 2) px and a dot at each foot (N, 2) px."""
    canvas = np.full((wh[1], wh[0], 3), PLAN_BGR, np.uint8)
    scale = _scale(wh, frame_wh)[:2]
    for place in places:
        corners = np.round(np.clip(place * scale, -1e4, 1e4)).astype(np.int32)
        cv2.polylines(canvas, [corners], True, PLACE_BGR, 1, cv2.LINE_AA)
    radius = max(2, round(max(wh) / 120))
    for x, y in foot_px[np.isfinite(foot_px).all(axis=1)] * scale:
        if -radius <= x <= wh[0] + radius and -radius <= y <= wh[1] + radius:
            cv2.circle(canvas, (round(float(x)), round(float(y))), radius, PERSON_BGR, cv2.FILLED, cv2.LINE_AA)
    return canvas


def _wh(picture: U8) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]


def _scale(wh: tuple[int, int], frame_wh: tuple[int, int]) -> F64:
    return np.array([wh[0] / frame_wh[0], wh[1] / frame_wh[1]] * 2)


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


def _ellipses(scene: U8, boxes: F64, colour: Colour) -> None:
    """Fill the ellipses in boxes (N, 4)."""
    middles = np.rint((boxes[:, :2] + boxes[:, 2:]) / 2).astype(int).tolist()
    halves = np.rint(np.maximum((boxes[:, 2:] - boxes[:, :2]) / 2, 1)).astype(int).tolist()
    for middle, half in zip(middles, halves, strict=True):
        cv2.ellipse(scene, middle, half, 0, 0, 360, colour, cv2.FILLED, cv2.LINE_AA)
