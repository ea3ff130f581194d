"""Shadows on the floor and reflections in it."""

from __future__ import annotations

import cv2
import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.pixels.frame import U8
from passerby.sim.camera import SimCamera
from passerby.sim.figure import Outlines, People
from passerby.sim.raster import SHIFT, integer_boxes

RING = 24
_TURN = np.arange(RING) * (2 * np.pi / RING)
_CIRCLE = np.stack([np.cos(_TURN), np.sin(_TURN)], -1)


def _footprints(people: People, cast_m: tuple[float, float]) -> F64:
    """Outlines on the floor (N, 2, RING, 3): a shadow under the person and one cast away from the light."""
    height = people.wardrobe.height_m[:, None, None]
    reach = np.array(cast_m)
    blot = _CIRCLE * 0.21 * height
    ahead = _CIRCLE @ reach / max(1e-6, float(np.hypot(*reach)))
    cast = _CIRCLE * 0.13 * height + np.maximum(ahead, 0)[:, None] * reach * height
    flat = np.stack([blot, cast], axis=1) + people.xyz_m[:, None, None, :2]
    level = np.broadcast_to(people.xyz_m[:, None, None, 2:] + 0.005, (*flat.shape[:-1], 1))
    return np.concatenate([flat, level], axis=-1)


def cast_shadows(
    frame: U8, floor: Bools, people: People, camera: SimCamera, strength: float, cast_m: tuple[float, float]
) -> None:
    """Darken the floor around all feet. strength: 0 to 1; cast_m: shadow per metre of height, x and y."""
    h, w = floor.shape
    px, depth = camera.project(_footprints(people, cast_m))
    for i in range(len(people)):
        if depth[i].min() < 0.3:
            continue
        soft = max(1.0, 0.05 * camera.focal_px / float(depth[i].mean()))
        pad = int(3 * soft) + 1
        low, high = np.floor(px[i].min((0, 1))) - pad, np.ceil(px[i].max((0, 1))) + pad
        x0, y0 = np.clip(low, 0, (w, h)).astype(int)
        x1, y1 = np.clip(high, 0, (w, h)).astype(int)
        if x1 - x0 < 3 or y1 - y0 < 3:
            continue
        window = np.s_[y0:y1, x0:x1]
        dark = np.full((y1 - y0, x1 - x0), 255, np.uint8)
        for k, level in ((1, 0.6), (0, 1.0)):
            tone = round(255 * (1 - strength * level))
            outline = np.round((px[i, k] - (x0, y0)) * 2**SHIFT).astype(np.int32)
            cv2.fillConvexPoly(dark, cv2.convexHull(outline), tone, cv2.LINE_AA, SHIFT)
        size = 2 * int(1.5 * soft) + 1
        dark = cv2.blur(cv2.blur(dark, (size, size)), (size, size))
        dark[~floor[window]] = 255
        frame[window] = cv2.multiply(frame[window], cv2.cvtColor(dark, cv2.COLOR_GRAY2BGRA), scale=1 / 255)


def reflect(frame: U8, floor: Bools, drawing: Outlines, gloss: float) -> None:
    """Blend mirrored figures into a shiny floor; gloss 0 to 1 is their fraction."""
    h, w = floor.shape
    boxes = integer_boxes(drawing.box_px)
    for i in np.argsort(-drawing.depth_m, kind="stable"):
        (x0, y0), (x1, y1) = np.clip(boxes[i].reshape(2, 2), 0, (w, h))
        if x0 >= x1 or y0 >= y1 or not drawing.visible[i]:
            continue
        window = np.s_[y0:y1, x0:x1]
        canvas = frame[window].copy()
        points = np.round((drawing.outline_px[i] - (x0, y0)) * 2**SHIFT).astype(np.int32)
        for p in drawing.order[i]:
            if drawing.worn[i, p]:
                cv2.fillConvexPoly(
                    canvas, points[p, 0], (*drawing.colour[i, p, 1].tolist(), 255), cv2.LINE_AA, SHIFT
                )
        canvas[..., 3] = 0
        mixed = cv2.addWeighted(frame[window], 1 - gloss, cv2.GaussianBlur(canvas, (5, 5), 0), gloss, 0)
        frame[window][floor[window]] = mixed[floor[window]]
