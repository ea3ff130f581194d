"""Fills the outlines: people from far to near over the station, each tested against its depth, with exact
coverage."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import F32, F64, I64
from passerby.pixels.frame import U8
from passerby.sim.backdrop import Backdrop
from passerby.sim.figure import Outlines

U16 = NDArray[np.uint16]
SHIFT = 4  # outlines are given to OpenCV in 1/16 px
FLOOR_MARGIN_M = 0.45  # shoes reach nearer to the camera than the body's axis
SOLID_MARGIN_M = 0.05
FABRIC_FROM_PX = 70
SHARED_SEED = 99


def _fabric() -> U8:
    """Folds and weave, uint8 (1024, 1024, 4) around 128; the fourth channel leaves coverage as it is."""
    rng = np.random.default_rng(SHARED_SEED)
    folds = cv2.GaussianBlur(rng.normal(size=(1024, 1024)).astype(np.float32), (0, 0), sigmaX=3, sigmaY=8)
    weave = cv2.GaussianBlur(rng.normal(size=(1024, 1024)).astype(np.float32), (0, 0), 1)
    tone = np.clip(128 * (1 + 0.11 * folds / folds.std() + 0.05 * weave / weave.std()), 70, 186).astype(np.uint8)
    return np.dstack([tone, tone, tone, np.full_like(tone, 128)])


FABRIC = _fabric()


@dataclass(frozen=True, slots=True, eq=False)
class Occluders:
    """The depth that people are tested against, with a margin: float32 (H, W), m; a person farther away is
    occluded."""

    limit_m: F32

    @classmethod
    def of(cls, backdrop: Backdrop) -> Occluders:
        """Add the margins to a backdrop's depth once."""
        return cls(
            backdrop.depth_m + np.where(backdrop.floor, np.float32(FLOOR_MARGIN_M), np.float32(SOLID_MARGIN_M))
        )


@dataclass(frozen=True, slots=True, eq=False)
class Stamped:
    """The result for N people: their box (N, 4) int px (right and bottom exclusive, may extend beyond the
    picture), the number of pixels of the complete figure, and the number of visible ones."""

    box_px: I64
    whole_px: F64
    seen_px: F64


def integer_boxes(box_px: F64) -> I64:
    """Boxes rounded outwards, with a margin for the soft edge of half a pixel."""
    low, high = np.floor(box_px[:, :2] - 0.5), np.ceil(box_px[:, 2:] + 0.5) + 1
    return np.asarray(np.clip(np.concatenate([low, high], axis=1), -1e6, 1e6), dtype=np.int64)


def _fill(canvas: U8, drawing: Outlines, i: int, points: I64) -> None:
    colours = drawing.colour[i].tolist()
    for p in drawing.order[i]:
        if drawing.worn[i, p]:
            for layer, colour in enumerate(colours[p]):
                cv2.fillConvexPoly(canvas, points[p, layer], (*colour, 255), cv2.LINE_AA, SHIFT)


def _clip(box: I64, w: int, h: int) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (int(v) for v in box)
    return max(x0, 0), max(y0, 0), min(x1, w), min(y1, h)


def _weave(canvas: U8, mask: U8, seed: int) -> None:
    """Lay fabric over a figure, so that it is not flat."""
    rows, columns = canvas.shape[:2]
    y, x = (seed * 37) % 300, (seed * 53) % 300
    cloth = FABRIC[y : y + rows, x : x + columns]
    if cloth.shape[:2] == mask.shape:
        cv2.copyTo(cv2.multiply(canvas, cloth, scale=1 / 128), mask, canvas)


def stamp(frame: U8, owner: U16, occluders: Occluders, drawing: Outlines, ids: I64) -> Stamped:
    """Draw all people into `frame` (BGRA, alpha 0), far to near, and mark the pixels' owners in `owner` (uint16).

    Owners are row numbers + 1; the returned counts are per row.
    """
    h, w = owner.shape
    boxes = integer_boxes(drawing.box_px)
    whole = np.zeros(len(ids))
    windows: dict[int, tuple[int, int, int, int]] = {}
    for i in np.argsort(-drawing.depth_m, kind="stable"):
        x0, y0, x1, y1 = _clip(boxes[i], w, h)
        if x0 >= x1 or y0 >= y1 or not drawing.visible[i]:
            continue
        window = np.s_[y0:y1, x0:x1]
        canvas = frame[window].copy()
        points = np.round((drawing.outline_px[i] - (x0, y0)) * 2**SHIFT).astype(np.int32)
        _fill(canvas, drawing, int(i), points)
        mask = canvas[..., 3].copy()
        if y1 - y0 >= FABRIC_FROM_PX:
            _weave(canvas, mask, int(ids[i]))
        canvas[..., 3] = 0
        solid = mask >= 128
        share = (x1 - x0) * (y1 - y0) / max(1, int((boxes[i, 2] - boxes[i, 0]) * (boxes[i, 3] - boxes[i, 1])))
        whole[i] = solid.sum() / share
        free = (mask > 0) & (occluders.limit_m[window] >= drawing.depth_m[i])
        frame[window][free] = canvas[free]
        owner[window][free & solid] = i + 1
        windows[int(i)] = (x0, y0, x1, y1)
    seen = np.zeros(len(ids))
    for i, (x0, y0, x1, y1) in windows.items():
        seen[i] = np.count_nonzero(owner[y0:y1, x0:x1] == i + 1)
    return Stamped(boxes, whole, seen)
