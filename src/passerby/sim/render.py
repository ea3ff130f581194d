"""One camera's pictures of the world, with ground truth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from passerby.contracts.arrays import F32, F64, I64
from passerby.pixels.frame import U8
from passerby.sim.camera import SimCamera
from passerby.sim.figure import People, draw_people
from passerby.sim.looks import Outfit, left_bag, random_look
from passerby.sim.parts import Wardrobe
from passerby.sim.pose import Posture
from passerby.sim.raster import U16, Stamped, stamp
from passerby.sim.scenario import Lighting
from passerby.sim.shade import cast_shadows, reflect
from passerby.sim.truth import FrameTruth
from passerby.sim.view import View
from passerby.sim.world import Snapshot, World

FACE_SEEN = 0.5


class Closet:
    """The appearance of all people, by number: drawn from the seed and the number alone."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._seed = world, seed
        self._looks: dict[int, Outfit] = {}
        self._rows: dict[int, int] = {}
        self._table = Wardrobe.of([])

    def look(self, number: int) -> Outfit:
        """One person's look; negative numbers are bags."""
        if number not in self._looks:
            rng = np.random.default_rng([self._seed, 31, abs(number)])
            if number < 0:
                self._looks[number] = left_bag(rng)
            else:
                who = self._world.people[number]
                self._looks[number] = random_look(rng, child=who.child, worker=who.worker)
        return self._looks[number]

    def wardrobe(self, numbers: list[int]) -> Wardrobe:
        """The looks of some people as arrays, in their order."""
        if any(number not in self._rows for number in numbers):
            looks = [self.look(number) for number in [*self._rows, *(n for n in numbers if n not in self._rows)]]
            for number in numbers:
                self._rows.setdefault(number, len(self._rows))
            self._table = Wardrobe.of(looks)
        return self._table.take(np.array([self._rows[number] for number in numbers], dtype=np.int64))


def people_of(snapshot: Snapshot, closet: Closet) -> People:
    """All people, and the left bags with negative numbers, for the renderer."""
    bags, n = snapshot.bags, len(snapshot.bags)
    numbers = [*(int(i) for i in snapshot.id), *(-k - 1 for k in range(n))]
    spots = np.array([(*bag.position, 0.0) for bag in bags]).reshape(-1, 3)
    pad = np.zeros(n)
    return People(
        id=np.array(numbers, dtype=np.int64),
        xyz_m=np.concatenate([snapshot.xyz_m, spots]),
        heading_rad=np.concatenate([snapshot.heading_rad, pad]),
        speed_mps=np.concatenate([snapshot.speed_mps, pad]),
        phase_rad=np.concatenate([snapshot.phase_rad, pad]),
        posture=np.concatenate([snapshot.posture, np.full(n, Posture.UPRIGHT)]).astype(np.int64),
        wardrobe=closet.wardrobe(numbers),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """A clean picture, uint8 (H, W, 3), its ground truth, and the source of its depth."""

    bgr: U8
    truth: FrameTruth
    owner: U16
    people_m: F64
    station_m: F32

    def depth_m(self) -> F32:
        """Depth of every pixel, float32 (H, W)."""
        rows = np.concatenate([[np.inf], self.people_m]).astype(np.float32)
        return np.minimum(rows[self.owner], self.station_m)


class Renderer:
    """Draws snapshots for one camera. Not thread-safe: it keeps the last view of standing trains."""

    def __init__(self, view: View, light: Lighting) -> None:
        self.view, self.camera, self._light = view, view.camera, light

    def draw(self, snapshot: Snapshot, people: People, number: int) -> Rendered:
        """A clean picture before lens and sensor, and its ground truth."""
        near = _in_view(people, self.camera)
        people = people.take(near)
        stage = self.view.stage(snapshot.trains)
        frame = stage.bgra.copy()
        owner: U16 = np.zeros(stage.floor.shape, np.uint16)
        if len(people):
            if self._light.gloss > 0:
                reflect(frame, stage.floor, draw_people(people, self.camera, mirror=True), self._light.gloss)
            if self._light.shadow > 0:
                cast_shadows(frame, stage.floor, people, self.camera, self._light.shadow, self._light.cast_m)
        drawing = draw_people(people, self.camera)
        stamped = stamp(frame, owner, stage.occluders, drawing, people.id)
        truth = _truth(snapshot, people, self.camera, stamped, drawing.face_px, number)
        bgr = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGRA2BGR), dtype=np.uint8)
        return Rendered(bgr, truth, owner, drawing.depth_m, stage.occluders.limit_m)


def _in_view(people: People, camera: SimCamera) -> I64:
    """Rows of the people with a part that can be in the picture."""
    w, h = camera.size_px
    height = people.wardrobe.height_m
    ends = np.stack([people.xyz_m, people.xyz_m + np.array([0, 0, 1.0]) * height[:, None]], axis=1)
    px, depth = camera.project(ends)
    reach = 1.2 * camera.focal_px / np.maximum(depth.min(1), 0.3)
    low, high = px.min(1) - reach[:, None], px.max(1) + reach[:, None]
    inside = (high > 0).all(1) & (low < (w, h)).all(1)
    return np.flatnonzero(inside & (depth.min(1) > 0.5))


def _truth(
    snapshot: Snapshot, people: People, camera: SimCamera, stamped: Stamped, face: F64, number: int
) -> FrameTruth:
    w, h = camera.size_px
    box = stamped.box_px.astype(float)
    real = (people.id > 0) & (stamped.whole_px > 0)
    real &= (box[:, 0] < w) & (box[:, 1] < h) & (box[:, 2] > 0) & (box[:, 3] > 0)
    rows = np.flatnonzero(real)
    visibility = np.clip(stamped.seen_px[rows] / np.maximum(stamped.whole_px[rows], 1), 0, 1)
    faces = np.where((visibility > FACE_SEEN)[:, None], face[rows], np.nan)
    foot, _ = camera.project(people.xyz_m[rows])
    return FrameTruth(
        number=number,
        t_s=snapshot.t_s,
        id=people.id[rows],
        xyz_m=people.xyz_m[rows],
        speed_mps=people.speed_mps[rows],
        heading_rad=people.heading_rad[rows],
        box_px=box[rows],
        visibility=visibility,
        foot_px=foot,
        face_px=faces,
        distance_m=np.asarray(np.linalg.norm(people.xyz_m[rows] - np.array(camera.position_m), axis=-1)),
        posture=people.posture[rows],
        trains=snapshot.trains,
        people=len(snapshot.id),
    )
