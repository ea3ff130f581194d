"""When a person occludes another: the only definition, for tracks and for imagined bodies.

A box that ends lower belongs to a person who is nearer to the camera. If the two boxes overlap, the nearer one
covers the other's lower edge for the whole width of the overlap, so the covered part of that edge is enough to
decide: it is where the foot point is, and the first part of a person to disappear.
"""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F32, F64, Bools

# A box is occluded if nearer boxes cover this fraction of its lower edge. Chosen by judgement; not varied in a
# measurement.
OCCLUDED_EDGE = 0.3
# A box is nearer if it ends lower by this fraction of the other's height. Chosen by judgement; not varied in a
# measurement.
NEARER_SHARE = 0.03


def is_nearer(bottom_px: F64, than_bottom_px: F64, height_px: F64) -> Bools:
    """Return which boxes that end at `bottom_px` are nearer than boxes of `height_px` that end at
    `than_bottom_px`; the three arrays have one shape or are broadcast to it."""
    return np.asarray(bottom_px > than_bottom_px + NEARER_SHARE * height_px)


def occluded_rows(xyxy_px: F32, confirmed: Bools) -> Bools:
    """Return which boxes (N, 4) have their lower edge occluded by nearer, `confirmed` (N,) ones; bool (N,)."""
    left, top, right, bottom = xyxy_px.astype(np.float64).T
    height, width = np.maximum(bottom - top, 1.0), np.maximum(right - left, 1.0)
    shared = np.minimum(right[:, None], right[None]) - np.maximum(left[:, None], left[None])
    in_front = is_nearer(bottom[None], bottom[:, None], height[:, None]) & (top[None] < bottom[:, None])
    covered = np.where(in_front & confirmed[None], np.maximum(shared, 0.0), 0.0).sum(axis=1)
    return np.asarray(covered > OCCLUDED_EDGE * width, bool)
