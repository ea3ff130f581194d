"""Exact boxes of simulated people with their visibility, without a rendered picture.

A box encloses all discs of the figure. Its visible part is counted on a small drawing of the figure's parts, one
colour each, from far to near over the station's depth.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.contracts.arrays import F32, F64, Bools
from passerby.sim.camera import NEAR_M, SimCamera
from passerby.sim.figure import People, world_balls
from passerby.sim.pose import Joint
from passerby.sim.view import EmptyScene, View

# Occlusion is computed at this width, px.
DRAWN_WIDE_PX = 384
NEAREST_M = 0.3
I32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Silhouettes:
    """box_px: float32 (N, 4) of the complete figure, may extend beyond the picture; visibility: (N,) visible
    fraction of it."""

    box_px: F32
    visibility: F64


def small_camera(camera: SimCamera) -> SimCamera:
    """Return the same view at the width of the silhouettes."""
    return camera.scaled(DRAWN_WIDE_PX / camera.size_px[0])


def silhouettes(people: People, camera: SimCamera, view: View, stage: EmptyScene) -> Silhouettes:
    """Return boxes in pixels of `camera`; `view` is that of `small_camera(camera)` and `stage` its moment."""
    centres, radii, joints = world_balls(people)
    px, depth = camera.project(centres)
    radius = radii * camera.focal_px / np.maximum(depth, NEAR_M)
    worn = people.wardrobe.worn[:, :, None, None]
    low = np.where(worn, px - radius[..., None], np.inf).min(axis=(1, 2))
    high = np.where(worn, px + radius[..., None], -np.inf).max(axis=(1, 2))
    hips = joints[:, Joint.HIP_L : Joint.HIP_R + 1].mean(axis=1)
    hip_m = hips @ camera.rotation[2] + camera.translation[2]
    ahead = depth.min(axis=(1, 2)) > NEAREST_M
    factor = view.camera.size_px[0] / camera.size_px[0]
    corners = (_corners(px, radius) + 0.5) * factor - 0.5
    outline = corners.reshape(*corners.shape[:2], -1, 2).round().astype(np.int32)
    box = np.concatenate([low, high], axis=1)
    return Silhouettes(box.astype(np.float32), _seen(outline, people.wardrobe.worn, hip_m * ahead, stage))


def _corners(px: F64, radius: F64) -> F64:
    """Corners (N, P, B, 4, 2) of the squares about the discs (N, P, B)."""
    square = np.array([(-0.7, -0.7), (-0.7, 0.7), (0.7, -0.7), (0.7, 0.7)])
    return np.asarray(px[..., None, :] + radius[..., None, None] * square)


def _seen(outline: I32, worn: Bools, depth_m: F64, stage: EmptyScene) -> F64:
    """Return the visible fraction (N,) of figures with corners (N, P, C, 2); depth 0 is a person behind the
    camera."""
    h, w = stage.floor.shape
    owner: NDArray[np.uint16] = np.zeros((h, w), np.uint16)
    whole, windows = np.ones(len(outline)), {}
    for i in np.argsort(-depth_m, kind="stable").tolist():
        parts = outline[i, worn[i]]
        (x0, y0), (x1, y1) = parts.min(axis=(0, 1)), parts.max(axis=(0, 1)) + 1
        left, top, right, bottom = max(x0, 0), max(y0, 0), min(x1, w), min(y1, h)
        if depth_m[i] <= 0 or left >= right or top >= bottom:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        for part in parts - (left, top):
            cv2.fillConvexPoly(mask, cv2.convexHull(part.astype(np.int32)), 1)
        window = np.s_[top:bottom, left:right]
        share = (right - left) * (bottom - top) / ((x1 - x0) * (y1 - y0))
        whole[i] = max(np.count_nonzero(mask) / share, 1)
        owner[window][(mask > 0) & (stage.occluders.limit_m[window] >= depth_m[i])] = i + 1
        windows[i] = window
    seen = np.zeros(len(outline))
    for i, window in windows.items():
        seen[i] = np.count_nonzero(owner[window] == i + 1)
    return seen / whole
