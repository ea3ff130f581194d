"""Geometry of a training picture: a collage of scenes, with people of the heights a station camera sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.evals.detector_labels import Labelled, quads
from passerby.pixels.frame import U8

Pick = Callable[[], Labelled]
SMALLEST_PX = 8.0
FLIP = 0.5


@dataclass(slots=True)
class Canvas:
    """A picture under construction."""

    bgr: U8
    boxes: list[F32] = field(default_factory=list)
    ignore: list[F32] = field(default_factory=list)


def blank(wh: tuple[int, int]) -> Canvas:
    """A grey picture without people."""
    return Canvas(np.full((wh[1], wh[0], 3), 114, np.uint8))


def clipped(boxes: F32, wh: tuple[int, int]) -> tuple[F32, F32]:
    """Cut boxes at the picture's border; returns them and the part of each that is left, 0..1."""
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    inside = boxes.clip(0, np.asarray([*wh, *wh], np.float32))
    left = np.prod(inside[:, 2:] - inside[:, :2], axis=1)
    return inside, (left / np.maximum(area, 1e-3)).astype(np.float32)


def sort_out(boxes: F32, ignore: F32, wh: tuple[int, int], least: float = 0.3) -> tuple[F32, F32]:
    """Return the boxes to learn, and the ignore regions: people mostly cut off, or too small."""
    inside, part = clipped(boxes, wh)
    size = inside[:, 2:] - inside[:, :2]
    seen = (part > 0) & (size[:, 0] > 0) & (size[:, 1] > 0)
    good = seen & (part >= least) & (size[:, 1] >= SMALLEST_PX) & (size[:, 0] >= SMALLEST_PX * 0.3)
    other, other_part = clipped(ignore, wh)
    return inside[good], np.concatenate([inside[seen & ~good], other[other_part > 0]])


def wanted_scale(rng: np.random.Generator, item: Labelled, height_px: tuple[float, float]) -> float:
    """The scale that gives one person of the picture a height drawn log-uniformly from `height_px`."""
    if not len(item.boxes):
        return float(np.exp(rng.uniform(np.log(0.3), np.log(1.2))))
    box = item.boxes[rng.integers(len(item.boxes))]
    height = np.exp(rng.uniform(*np.log(height_px)))
    return float(np.clip(height / max(box[3] - box[1], 1.0), 0.06, 2.5))


def _crop(
    rng: np.random.Generator, item: Labelled, scale: tuple[float, float], wh: tuple[int, int]
) -> tuple[int, int, int, int]:
    """A window of the source that fills `wh` after scaling, or all of the source where it is too small."""
    h, w = item.bgr.shape[:2]
    cw, ch = min(w, max(1, round(wh[0] / scale[0]))), min(h, max(1, round(wh[1] / scale[1])))
    x, y = int(rng.integers(w - cw + 1)), int(rng.integers(h - ch + 1))
    if len(item.boxes):  # keep somebody in view
        box = item.boxes[rng.integers(len(item.boxes))]
        cx, cy = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        x = int(np.clip(cx - rng.uniform(0.1, 0.9) * cw, 0, w - cw))
        y = int(np.clip(cy - rng.uniform(0.1, 0.9) * ch, 0, h - ch))
    return x, y, cw, ch


def place(
    rng: np.random.Generator, canvas: Canvas, item: Labelled, scale: float, rect: tuple[int, int, int, int]
) -> tuple[int, int]:
    """Scale a window of `item` into the rectangle x, y, w, h of the canvas; return the covered size."""
    x0, y0, w, h = rect
    squeeze = float(np.exp(rng.uniform(-0.18, 0.18)))
    sx, sy = scale * squeeze, scale / squeeze
    cx, cy, cw, ch = _crop(rng, item, (sx, sy), (w, h))
    full_h, full_w = item.bgr.shape[:2]
    tw = w if cw < full_w else min(w, max(1, round(cw * sx)))
    th = h if ch < full_h else min(h, max(1, round(ch * sy)))
    how = cv2.INTER_AREA if scale < 0.7 and rng.random() < 0.7 else cv2.INTER_LINEAR
    patch = cv2.resize(item.bgr[cy : cy + ch, cx : cx + cw], (tw, th), interpolation=how)
    fit = np.asarray([tw / cw, th / ch] * 2, np.float32)
    shift = np.asarray([cx, cy] * 2, np.float32)
    boxes, ignore = (item.boxes - shift) * fit, (item.ignore - shift) * fit
    if rng.random() < FLIP:
        patch = patch[:, ::-1]
        boxes, ignore = ((b * [-1, 1, -1, 1] + [tw, 0, tw, 0])[:, [2, 1, 0, 3]] for b in (boxes, ignore))
    boxes, ignore = sort_out(boxes.astype(np.float32), ignore.astype(np.float32), (tw, th))
    canvas.bgr[y0 : y0 + th, x0 : x0 + tw] = patch
    at = np.asarray([x0, y0] * 2, np.float32)
    canvas.boxes.append(boxes + at)
    canvas.ignore.append(ignore + at)
    return tw, th


def fill(
    rng: np.random.Generator,
    canvas: Canvas,
    pick: Pick,
    rect: tuple[int, int, int, int],
    height_px: tuple[float, float],
) -> None:
    """Fill a rectangle with scenes: one in its corner, then the rest beside and below it in the same way."""
    todo = [rect]
    for _ in range(14):
        if not todo:
            return
        x, y, w, h = todo.pop(0)
        if w < 24 or h < 24:
            continue
        item = pick()
        tw, th = place(rng, canvas, item, wanted_scale(rng, item, height_px), (x, y, w, h))
        todo += [(x + tw, y, w - tw, th), (x, y + th, w, h - th)]


def merged(canvas: Canvas) -> tuple[F32, F32]:
    """Return all boxes and all ignore regions of a canvas."""
    return (np.concatenate([quads([]), *canvas.boxes]), np.concatenate([quads([]), *canvas.ignore]))
