"""The empty station in one camera's picture: every pixel's ray against every surface, with exact depth.

Computed once per camera at twice the resolution, in bands, then averaged; the frames copy it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, Bools
from passerby.pixels.frame import U8
from passerby.sim.camera import NEAR_M, SimCamera
from passerby.sim.materials import MATERIALS

FAR_M = 1e4
BAND_ROWS = 64


@dataclass(frozen=True, slots=True)
class Quad:
    """A rectangle across axis 0, 1 or 2 at `at`, spanning `low` to `high` on the other two, in axis order.

    origin: where the material's coordinates begin. floor: people stand on it and cast shadows on it.
    """

    axis: int
    at: float
    low: tuple[float, float]
    high: tuple[float, float]
    material: str
    origin: tuple[float, float] = (0.0, 0.0)
    floor: bool = False

    def corners(self, steps: int = 12) -> F64:
        """Points along the outline, float64 (4 * steps, 3)."""
        run = np.linspace(0, 1, steps)
        sides = [(run, 0 * run), (0 * run + 1, run), (1 - run, 0 * run + 1), (0 * run, 1 - run)]
        uv = np.concatenate([np.stack(side, -1) for side in sides])
        flat = np.array(self.low) + uv * (np.array(self.high) - np.array(self.low))
        return np.insert(flat, self.axis, self.at, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """bgr: uint8 (H, W, 3). depth_m: float32 (H, W) along the axis. floor: bool (H, W)."""

    bgr: U8
    depth_m: F32
    floor: Bools


def box_quads(low: F64, high: F64, material: str) -> list[Quad]:
    """The six faces of a box; those that look away lose the depth test."""
    faces = []
    for axis in range(3):
        rest = [a for a in range(3) if a != axis]
        for end in (low, high):
            faces.append(
                Quad(
                    axis,
                    float(end[axis]),
                    (float(low[rest[0]]), float(low[rest[1]])),
                    (float(high[rest[0]]), float(high[rest[1]])),
                    material,
                )
            )
    return faces


def extent(quad: Quad, camera: SimCamera) -> tuple[int, int, int, int]:
    """Columns and rows (x0, y0, x1, y1) that the quad can touch."""
    w, h = camera.size_px
    px, depth = camera.project(quad.corners())
    if (depth <= NEAR_M).all():
        return 0, 0, 0, 0
    if (depth <= NEAR_M).any():
        return 0, 0, w, h
    low, high = np.floor(px.min(0)) - 4, np.ceil(px.max(0)) + 5
    x0, y0 = np.clip(low, 0, (w, h)).astype(int)
    x1, y1 = np.clip(high, 0, (w, h)).astype(int)
    return int(x0), int(y0), int(x1), int(y1)


def _shade(quad: Quad, point: F32, light: float) -> F32:
    """Brightness at points on a quad: rows of lamps above, walls darker towards the floor."""
    lamps = 0.93 + 0.07 * np.cos(point[:, 1] * (2 * np.pi / 3.0)) + 0.03 * np.cos(point[:, 0] * (2 * np.pi / 6.0))
    if quad.material == "glow":
        return np.full(len(point), 1.0, np.float32)
    side = (0.86, 0.80, 1.0)[quad.axis]
    corner = 1.0 if quad.axis == 2 else np.clip(0.72 + 0.28 * np.minimum(1, np.abs(point[:, 2]) / 0.5), 0, 1)
    pit = np.where(point[:, 2] < -0.2, 0.62, 1.0)
    return np.asarray(lamps * side * corner * pit * light, dtype=np.float32)


def _hit(quad: Quad, rays: F32, eye: F64, nearest: F32) -> tuple[Bools, F32]:
    """Which rays of a window (h, w, 3) meet the quad before `nearest`, and at what depth."""
    along = rays[..., quad.axis]
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.float32(quad.at - eye[quad.axis]) / along
    hit = (depth > NEAR_M) & (depth < nearest)
    for k, axis in enumerate(a for a in range(3) if a != quad.axis):
        where = np.float32(eye[axis]) + depth * rays[..., axis]
        hit &= (where >= quad.low[k]) & (where < quad.high[k])
    return hit, depth


def _paint_band(
    quads: list[Quad], spans: list[tuple[int, int, int, int]], camera: SimCamera, top: int, rows: int, light: float
) -> tuple[F32, F32, Bools]:
    w = camera.size_px[0]
    grid = np.stack(np.meshgrid(np.arange(w), np.arange(top, top + rows)), -1).astype(float)
    rays: F32 = camera.rays(grid).astype(np.float32)
    eye = np.array(camera.position_m)
    colour = np.full((rows, w, 3), 20, np.float32)
    depth: F32 = np.full((rows, w), FAR_M, np.float32)
    floor = np.zeros((rows, w), bool)
    for quad, (x0, y0, x1, y1) in zip(quads, spans, strict=True):
        a, b = max(y0, top) - top, min(y1, top + rows) - top
        if a >= b or x0 >= x1:
            continue
        window = np.s_[a:b, x0:x1]
        hit, far = _hit(quad, rays[window], eye, depth[window])
        if not hit.any():
            continue
        point: F32 = eye.astype(np.float32) + far[hit][:, None] * rays[window][hit]
        rest = [k for k in range(3) if k != quad.axis]
        u, v = (point[:, axis] - np.float32(start) for axis, start in zip(rest, quad.origin, strict=True))
        paint = MATERIALS[quad.material](u, v)
        colour[window][hit] = paint * _shade(quad, point, light)[:, None]
        depth[window][hit] = far[hit]
        floor[window][hit] = quad.floor
    return colour, depth, floor


def paint_backdrop(quads: list[Quad], camera: SimCamera, light: float = 1.0, oversample: int = 2) -> Backdrop:
    """Ray-cast the empty station. `light` scales the brightness; `oversample` 2 averages four rays a pixel."""
    fine = camera.scaled(oversample)
    w, h = camera.size_px
    spans = [extent(quad, fine) for quad in quads]
    bgr = np.empty((h, w, 3), np.uint8)
    depth, floor = np.empty((h, w), np.float32), np.empty((h, w), bool)
    for top in range(0, h, BAND_ROWS):
        rows = min(BAND_ROWS, h - top)
        colour, far, ground = _paint_band(quads, spans, fine, top * oversample, rows * oversample, light)
        small = cv2.resize(colour, (w, rows), interpolation=cv2.INTER_AREA)
        bgr[top : top + rows] = np.clip(small, 0, 255).astype(np.uint8)
        depth[top : top + rows] = far[::oversample, ::oversample]
        floor[top : top + rows] = ground[::oversample, ::oversample]
    return Backdrop(bgr, depth, floor)
