"""Moves some people of a random crowd to places that random placement hardly reaches: a track bed, gates,
benches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from passerby.contracts.arrays import F64, Bools
from passerby.sim.camera import SimCamera
from passerby.sim.figure import People
from passerby.sim.geometry import PIT_M, Ground
from passerby.sim.layout import StationLayout
from passerby.sim.pose import Posture

# Number of tried spots per person, and the distances from the camera.
TRIES, NEAR_M, FAR_M = 60, 2.0, 30.0
APART_M = 0.6
Spots = Callable[[np.random.Generator], F64]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The fractions of people, 0 to 1, that are moved; only to spots in the picture, if there are any."""

    on_track: float = 0.0
    in_lanes: float = 0.0
    seated: float = 0.0

    def goal(self, rng: np.random.Generator, layout: StationLayout) -> F64 | None:
        """Return a spot (2,) that such a camera must look at; None if there is none."""
        if self.in_lanes and layout.lanes:
            return lane_spots(rng, layout, 1)[0, :2]
        if self.seated and layout.seats:
            return np.array(layout.seats[rng.integers(len(layout.seats))][:2])
        return None


BY_CHANCE = Elsewhere()


def some_on_track(
    rng: np.random.Generator, people: People, ground: Ground, camera: SimCamera, share: float
) -> People:
    """Return the same people, but a `share` of them on a track bed where this camera looks."""

    def spots(rng: np.random.Generator) -> F64:
        x0, y0, x1, y1 = ground.pits[rng.integers(len(ground.pits))]
        return rng.uniform((x0, y0, PIT_M), (x1, y1, PIT_M), (TRIES, 3))

    return _moved(rng, people, camera, share, spots)[0]


def some_in_lanes(
    rng: np.random.Generator, people: People, layout: StationLayout, camera: SimCamera, share: float
) -> People:
    """Return the same people, but a `share` of them on their way through gates where this camera looks."""
    moved, rows = _moved(rng, people, camera, share, lambda rng: lane_spots(rng, layout, TRIES))
    heading, speed, posture = moved.heading_rad.copy(), moved.speed_mps.copy(), moved.posture.copy()
    heading[rows] = rng.choice([0.0, np.pi], len(rows))
    speed[rows], posture[rows] = rng.choice([0.0, 1.0, 1.3], len(rows)), Posture.UPRIGHT
    return replace(moved, heading_rad=heading, speed_mps=speed, posture=posture)


def some_seated(
    rng: np.random.Generator, people: People, layout: StationLayout, camera: SimCamera, share: float
) -> People:
    """Return the same people, but a `share` of them on benches where this camera looks, while there are seats."""
    xyz_m, heading, speed = people.xyz_m.copy(), people.heading_rad.copy(), people.speed_mps.copy()
    posture = people.posture.copy()
    x_m, y_m, heading_deg = np.array(layout.seats).T
    spots = np.column_stack([x_m, y_m, np.zeros(len(x_m))])
    free = np.flatnonzero(_shown(spots, camera))
    rows = np.flatnonzero(rng.random(len(people)) < share)[: len(free)]
    seats = rng.permutation(free)[: len(rows)]
    xyz_m[rows], heading[rows], speed[rows] = spots[seats], np.radians(heading_deg[seats]), 0.0
    posture[rows] = Posture.SITTING
    return replace(people, xyz_m=xyz_m, heading_rad=heading, speed_mps=speed, posture=posture)


def lane_spots(rng: np.random.Generator, layout: StationLayout, count: int) -> F64:
    """Return `count` random spots (count, 3), metres, in the lanes of one row of gates; `layout` has some."""
    rows = list(layout.lanes.values())
    lanes = rows[rng.integers(len(rows))]
    along, across = rng.uniform(*lanes.x_m, count), rng.choice(lanes.y_m, count)
    return np.column_stack([along, across, np.zeros(count)])


def _moved(
    rng: np.random.Generator, people: People, camera: SimCamera, share: float, spots: Spots
) -> tuple[People, list[int]]:
    xyz_m = people.xyz_m.copy()
    rows: list[int] = []
    for row in np.flatnonzero(rng.random(len(people)) < share).tolist():
        tried = spots(rng)
        shown = _shown(tried, camera) & _apart(tried, xyz_m[rows])
        if shown.any():
            xyz_m[row] = tried[np.argmax(shown)]
            rows.append(row)
    return replace(people, xyz_m=xyz_m), rows


def _shown(spots: F64, camera: SimCamera) -> Bools:
    foot_px, depth_m = camera.project(spots)
    inside = (foot_px >= 0).all(-1) & (foot_px < np.array(camera.size_px)).all(-1)
    return np.asarray(inside & (depth_m > NEAR_M) & (depth_m < FAR_M))


def _apart(spots: F64, taken: F64) -> Bools:
    away = np.linalg.norm(spots[:, None] - taken[None], axis=-1)
    return np.asarray((away > APART_M).all(axis=1))
