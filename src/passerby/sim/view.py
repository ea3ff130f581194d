"""One camera's view of the station without people: the backdrop, and trains drawn into it with their depth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, Bools
from passerby.pixels.frame import U8
from passerby.sim.backdrop import Backdrop, Quad, extent, paint_backdrop
from passerby.sim.camera import NEAR_M, SimCamera
from passerby.sim.livery import (
    ROOF_TEXELS_PER_M,
    TEXELS_PER_M,
    deck_texture,
    inside_texture,
    nose_texture,
    roof_texture,
    side_texture,
)
from passerby.sim.raster import Occluders
from passerby.sim.train import DEPTH_M, ROOF_M, SKIRT_M, TrainPosition


@dataclass(frozen=True, slots=True, eq=False)
class EmptyScene:
    """A picture without people: BGRA with alpha 0, the floor, and the occluding depth."""

    bgra: U8
    floor: Bools
    occluders: Occluders


@dataclass(frozen=True, slots=True)
class _Face:
    """A train's face: its rectangle, its picture and texels per metre."""

    quad: Quad
    art: U8
    scale: float


def _faces(train: TrainPosition, eye_y: float, eye_x: float) -> list[_Face]:
    """The faces of a train from far to near for a camera at eye_x, eye_y."""
    track, x0, x1 = train.track, train.x0_m, train.x0_m + train.track.length_m
    near_y, far_y = track.face_y_m, track.face_y_m + track.side * DEPTH_M
    low_y, high_y = min(near_y, far_y), max(near_y, far_y)
    at_platform = (eye_y - near_y) * track.side < 0
    roof = Quad(2, ROOF_M, (x0, low_y), (x1, high_y), "")
    faces = [_Face(roof, roof_texture(track.length_m), ROOF_TEXELS_PER_M)]
    side = (x0, SKIRT_M), (x1, ROOF_M)
    if at_platform:
        if train.doors > 0:
            inside = Quad(1, far_y - 0.1 * track.side, *side, "")
            deck = Quad(2, 0.0, (x0, low_y), (x1, high_y), "")
            faces += [
                _Face(deck, deck_texture(), 0.2),
                _Face(inside, inside_texture(track.length_m), TEXELS_PER_M),
            ]
        faces.append(
            _Face(
                Quad(1, near_y, *side, ""), side_texture(track.length_m, track.livery, train.doors), TEXELS_PER_M
            )
        )
    elif (eye_y - far_y) * track.side > 0:
        faces.append(
            _Face(Quad(1, far_y, *side, ""), side_texture(track.length_m, track.livery, 0.0), TEXELS_PER_M)
        )
    nose_x = x0 if eye_x < x0 else x1 if eye_x > x1 else None
    if nose_x is not None:
        nose = Quad(0, nose_x, (low_y, SKIRT_M), (high_y, ROOF_M), "")
        faces.append(_Face(nose, nose_texture(track.livery), TEXELS_PER_M))
    return faces


class View:
    """The empty station seen by one camera; keeps the last stage with trains, as standing trains do not change."""

    def __init__(self, quads: list[Quad], camera: SimCamera, light: float = 1.0, oversample: int = 2) -> None:
        self.camera, self.light = camera, light
        w, h = camera.size_px
        self.backdrop: Backdrop = paint_backdrop(quads, camera, light, oversample)
        grid = np.stack(np.meshgrid(np.arange(w), np.arange(h)), -1).astype(float)
        self._rays: F32 = camera.rays(grid).astype(np.float32)
        bgra = np.asarray(cv2.cvtColor(self.backdrop.bgr, cv2.COLOR_BGR2BGRA), dtype=np.uint8)
        bgra[..., 3] = 0
        self._empty = EmptyScene(bgra, self.backdrop.floor, Occluders.of(self.backdrop))
        self._key: tuple[TrainPosition, ...] = ()
        self._kept = self._empty

    def stage(self, trains: tuple[TrainPosition, ...]) -> EmptyScene:
        """The picture with these trains and no people. Shared: copy before drawing."""
        if trains != self._key:
            self._kept = self._with(trains) if trains else self._empty
            self._key = trains
        return self._kept

    def _with(self, trains: tuple[TrainPosition, ...]) -> EmptyScene:
        bgra, floor = self._empty.bgra.copy(), self._empty.floor.copy()
        limit = self._empty.occluders.limit_m.copy()
        depth = self.backdrop.depth_m.copy()
        eye = self.camera.position_m
        for train in sorted(trains, key=lambda one: -abs(eye[1] - one.track.face_y_m)):
            for face in _faces(train, eye[1], eye[0]):
                self._lay(face, bgra, depth, limit, floor)
        return EmptyScene(bgra, floor, Occluders(limit))

    def _lay(self, face: _Face, bgra: U8, depth: F32, limit: F32, floor: Bools) -> None:
        """Draw one face where it is nearer than the present depth."""
        quad, eye = face.quad, self.camera.position_m
        x0, y0, x1, y1 = extent(quad, self.camera)
        if x0 >= x1 or y0 >= y1:
            return
        window = np.s_[y0:y1, x0:x1]
        rays = self._rays[window]
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.float32(quad.at - eye[quad.axis]) / rays[..., quad.axis]
        far = np.where(far > NEAR_M, far, np.float32(np.inf))
        u_axis, v_axis = (axis for axis in range(3) if axis != quad.axis)
        with np.errstate(invalid="ignore"):
            u = (np.float32(eye[u_axis] - quad.low[0]) + far * rays[..., u_axis]) * np.float32(face.scale) - 0.5
            v = (np.float32(quad.high[1] - eye[v_axis]) - far * rays[..., v_axis]) * np.float32(face.scale) - 0.5
        edge_u, edge_v = ((quad.high[k] - quad.low[k]) * face.scale - 0.5 for k in (0, 1))
        shown = (far <= depth[window]) & (u > -0.5) & (v > -0.5) & (u < edge_u) & (v < edge_v)
        u, v = np.where(shown, u, np.float32(-9)), np.where(shown, v, np.float32(-9))
        paint = cv2.remap(face.art, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        shown &= paint[..., 3] > 127
        if self.light != 1.0:
            paint = cv2.convertScaleAbs(paint, alpha=self.light)
        paint[..., 3] = 0
        bgra[window][shown] = paint[shown]
        depth[window][shown] = far[shown]
        limit[window][shown] = far[shown] + np.float32(0.05)
        floor[window][shown] = False
