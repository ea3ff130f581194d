"""Copies people from one picture into another, so that they stand close together and before other backgrounds."""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F32
from passerby.pixels.frame import U8
from training.collage import Canvas, Pick, merged

OCCLUDED = 0.65


def soft_mask(wh: tuple[int, int]) -> F32:
    """(h, w) weights of an upright rounded shape: 1 inside, falling to 0 at the border of the box."""
    w, h = wh
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    u, v = np.abs(2 * (x + 0.5) / w - 1), np.abs(2 * (y + 0.5) / h - 1)
    return np.asarray(np.clip((1.08 - (u**2.6 + v**5) ** 0.5) * 6, 0, 1), np.float32)


def covered(boxes: F32, by: F32) -> F32:
    """The part of each box that lies under the box `by`, 0..1."""
    low, high = np.maximum(boxes[:, :2], by[:2]), np.minimum(boxes[:, 2:], by[2:])
    both = np.prod(np.maximum(high - low, 0), axis=1)
    return np.asarray(both / np.maximum(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1), 1e-3), np.float32)


def _cut(rng: np.random.Generator, pick: Pick) -> U8 | None:
    item = pick()
    h, w = item.bgr.shape[:2]
    size = item.boxes[:, 2:] - item.boxes[:, :2]
    shape = size[:, 1] / np.maximum(size[:, 0], 1)
    whole = (item.boxes[:, 0] > 1) & (item.boxes[:, 2] < w - 1) & (item.boxes[:, 3] < h - 1)
    good = np.flatnonzero((shape > 1.9) & (shape < 4) & (size[:, 1] > 40) & whole)
    if not len(good):
        return None
    x0, y0, x1, y1 = item.boxes[rng.choice(good)].astype(int)
    return np.ascontiguousarray(item.bgr[y0:y1, x0:x1])


def paste_people(
    rng: np.random.Generator, canvas: Canvas, pick: Pick, most: int, height_px: tuple[float, float]
) -> None:
    """Paste up to `most` people of similar heights; a person they mostly occlude becomes an ignore region."""
    boxes, ignore = merged(canvas)
    high, wide = canvas.bgr.shape[:2]
    height = float(np.exp(rng.uniform(*np.log(height_px))))
    for _ in range(int(rng.integers(1, most + 1))):
        person = _cut(rng, pick)
        h = round(height * rng.uniform(0.8, 1.25))
        if person is None or h > high * 0.9:
            continue
        w = max(3, round(h * person.shape[1] / person.shape[0] * rng.uniform(0.9, 1.1)))
        if w >= wide:
            continue
        x, y = int(rng.integers(wide - w)), int(rng.integers(high - h))
        patch = cv2.resize(person, (w, h), interpolation=cv2.INTER_AREA)
        mask = soft_mask((w, h))[..., None]
        under = canvas.bgr[y : y + h, x : x + w]
        canvas.bgr[y : y + h, x : x + w] = (under * (1 - mask) + patch * mask).astype(np.uint8)
        new = np.asarray([x, y, x + w, y + h], np.float32)
        occluded = covered(boxes, new) > OCCLUDED
        ignore = np.concatenate([ignore, boxes[occluded]])
        boxes = np.concatenate([boxes[~occluded], new[None]])
    canvas.boxes, canvas.ignore = [boxes], [ignore]
