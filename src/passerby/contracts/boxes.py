"""Arithmetic on boxes: area, overlap, margin. Arrays are (N, 4) left, top, right, bottom, in px or in cells.

Results have the type of the boxes: 32 bit for those of tracks and detections, 64 bit for those of the scene.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from passerby.contracts.arrays import F32, F64

Floats = TypeVar("Floats", F32, F64)


def area(xyxy: Floats) -> Floats:
    """Return the areas (N,) in px²; an inverted box has none."""
    width, height = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0).T
    return np.asarray(width * height)


def intersection(a: Floats, b: Floats) -> Floats:
    """Return the common areas (N, M) in px² of every box of `a` (N, 4) with every box of `b` (M, 4)."""
    width, height = (
        np.minimum(a[:, k + 2, None], b[:, k + 2]) - np.maximum(a[:, k, None], b[:, k]) for k in (0, 1)
    )
    return np.asarray(np.maximum(width, 0) * np.maximum(height, 0))


def iou(a: Floats, b: Floats) -> Floats:
    """Return intersection over union (N, M), 0 where both boxes are empty."""
    inter = intersection(a, b)
    union = area(a)[:, None] + area(b)[None, :] - inter
    return np.asarray(np.divide(inter, union, out=np.zeros_like(inter), where=union > 0))


def grow(xyxy: Floats, share: float) -> Floats:
    """Return boxes widened by `share` of their own width and height on every side."""
    margin = share * (xyxy[:, 2:] - xyxy[:, :2])
    return np.asarray(np.hstack([xyxy[:, :2] - margin, xyxy[:, 2:] + margin]))
