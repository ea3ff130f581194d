"""Unrelated pictures: random stations, cameras, light and crowds, for training and for tests.

Everything follows from the seed. One seed is one place with one camera; its frames share nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from passerby.contracts.arrays import F64
from passerby.pixels.frame import U8
from passerby.sim.camera import SimCamera
from passerby.sim.elsewhere import BY_CHANCE, Elsewhere, some_in_lanes, some_on_track, some_seated
from passerby.sim.figure import People
from passerby.sim.geometry import Ground, ground_of, quads_of, tracks_of
from passerby.sim.layout import StationLayout
from passerby.sim.lens import Sensor
from passerby.sim.library import STATIONS, load_layout
from passerby.sim.looks import random_look
from passerby.sim.parts import Wardrobe
from passerby.sim.pose import Posture
from passerby.sim.render import Renderer
from passerby.sim.scenario import CameraModel, Lighting, PictureNoise
from passerby.sim.train import TrainPhase, TrainPosition
from passerby.sim.truth import FrameTruth
from passerby.sim.view import View
from passerby.sim.world import Snapshot

FLOORS = ("tiles", "tiles_dark", "tiles_warm", "terrazzo", "concrete")
WALLS = ("wall", "wall_blue", "wall_plain", "concrete")
CLEAR_M = 0.35


def random_frames(
    seed: int,
    count: int,
    size_px: tuple[int, int] = (1280, 720),
    change: Callable[[People], People] | None = None,
    elsewhere: Elsewhere = BY_CHANCE,
) -> Iterator[tuple[U8, FrameTruth]]:
    """Yield `count` pictures (BGR uint8) with ground truth, of one random place; each with a new crowd and trains.

    change: modifies each crowd before it is drawn; the place, its trains and its light are unchanged.
    elsewhere: people at places that random placement hardly reaches; with people on a track bed there is no train.
    """
    rng = np.random.default_rng([seed, 41])
    paths = sorted(STATIONS.glob("*.yaml"))
    layout = _redecorate(rng, load_layout(paths[int(rng.integers(len(paths)))]))
    ground = ground_of(layout)
    camera = _somewhere_up(rng, layout, ground, size_px, elsewhere)
    light = Lighting(
        level=float(rng.uniform(0.6, 1.2)),
        shadow=float(rng.uniform(0.15, 0.6)),
        cast_m=(float(rng.uniform(-0.4, 0.4)), float(rng.uniform(-0.3, 0.3))),
        gloss=float(rng.choice([0, 0, 0.1, 0.2])),
    )
    model = CameraModel(
        name="random",
        position_m=camera.position_m,
        yaw_deg=camera.yaw_deg,
        tilt_deg=camera.tilt_deg,
        size_px=size_px,
        night=bool(rng.random() < 0.08),
        noise=PictureNoise(sensor=float(rng.uniform(0.5, 6)), softness_px=float(rng.uniform(0, 1.4))),
    )
    renderer, sensor = (
        Renderer(View(quads_of(layout), camera, light.level), light),
        Sensor(model, light, size_px, seed),
    )
    for number in range(1, count + 1):
        crowd, trains = _crowd(rng, layout, ground, camera), _trains(rng, layout)
        own = np.random.default_rng([seed, number])
        if elsewhere.on_track and len(ground.pits):
            crowd, trains = some_on_track(own, crowd, ground, camera, elsewhere.on_track), ()
        if elsewhere.in_lanes and layout.lanes:
            crowd = some_in_lanes(own, crowd, layout, camera, elsewhere.in_lanes)
        if elsewhere.seated and layout.seats:
            crowd = some_seated(own, crowd, layout, camera, elsewhere.seated)
        people = change(crowd) if change else crowd
        snapshot = _still(people, trains)
        drawn = renderer.draw(snapshot, people, number)
        yield sensor.picture(drawn.bgr, 0.0, gain=float(rng.uniform(0.75, 1.25)), night=model.night), drawn.truth


def _redecorate(rng: np.random.Generator, layout: StationLayout) -> StationLayout:
    floors = tuple(f.model_copy(update={"material": str(rng.choice(FLOORS))}) for f in layout.floors)
    tint = tuple(int(v) for v in rng.integers(30, 220, 3))
    tracks = tuple(t.model_copy(update={"livery": tint}) for t in layout.tracks)
    return layout.model_copy(
        update={
            "floors": floors,
            "tracks": tracks,
            "walls": str(rng.choice(WALLS)),
            "ends": str(rng.choice(WALLS)),
        }
    )


def _walkable(ground: Ground, xy_m: F64) -> bool:
    solid = np.concatenate([ground.blocked, ground.pits])
    grown = solid + np.array([-1, -1, 1, 1]) * CLEAR_M
    return not ((xy_m > grown[:, :2]) & (xy_m < grown[:, 2:])).all(-1).any()


def _place(rng: np.random.Generator, layout: StationLayout, ground: Ground, inset_m: float = 0.3) -> F64:
    low = np.array([layout.x_m[0], layout.y_m[0]]) + inset_m
    high = np.array([layout.x_m[1], layout.y_m[1]]) - inset_m
    for _ in range(500):
        spot = rng.uniform(low, high)
        if _walkable(ground, spot):
            return np.asarray(spot)
    return (low + high) / 2


def _somewhere_up(
    rng: np.random.Generator, layout: StationLayout, ground: Ground, size_px: tuple[int, int], elsewhere: Elsewhere
) -> SimCamera:
    """Under the ceiling, looking at a place 6 to 18 m away; at gates or benches if people are placed there."""
    spot = _place(rng, layout, ground)
    high = float(rng.uniform(2.5, min(layout.ceiling_m - 0.3, 6.0)))
    for _ in range(200):
        asked = elsewhere.goal(rng, layout)
        goal = _place(rng, layout, ground) if asked is None else asked
        far = float(np.linalg.norm(goal - spot))
        if 6 < far < 18:
            break
    yaw = np.degrees(np.arctan2(*(goal - spot)[::-1]))
    tilt = np.degrees(np.arctan2(high - 0.9, max(far, 3))) + rng.normal(0, 3)
    hfov = np.radians(rng.uniform(48, 95))
    corner_r2 = np.tan(hfov / 2) ** 2 * (1 + (size_px[1] / size_px[0]) ** 2)
    k1 = float(rng.uniform(-0.14, 0.0) / corner_r2)
    return SimCamera(
        "random",
        (float(spot[0]), float(spot[1]), high),
        float(yaw),
        float(np.clip(tilt, 5, 60)),
        float(size_px[0] / 2 / np.tan(hfov / 2)),
        size_px,
        roll_deg=float(rng.normal(0, 2)),
        distortion=(k1, 0.1 * k1 * k1),
    )


def _crowd(rng: np.random.Generator, layout: StationLayout, ground: Ground, camera: SimCamera) -> People:
    count = int(rng.integers(0, 7)) if rng.random() < 0.35 else int(rng.integers(7, 45))
    spots = [_place(rng, layout, ground) for _ in range(count)]
    eye = np.array(camera.position_m[:2])
    spots = [s for k, s in enumerate(spots) if np.linalg.norm(s - eye) > 1.5 and _apart(s, spots[:k])]
    n = len(spots)
    looks = [random_look(rng, child=bool(rng.random() < 0.08), worker=bool(rng.random() < 0.06)) for _ in range(n)]
    xy = np.array(spots).reshape(-1, 2)
    posture = rng.choice([Posture.UPRIGHT, Posture.SITTING, Posture.LYING], n, p=[0.98, 0.0, 0.02]).astype(
        np.int64
    )
    speed = np.where(posture == Posture.UPRIGHT, rng.choice([0, 0, 1.0, 1.3, 1.6, 3.2], n), 0.0)
    return People(
        np.arange(1, n + 1),
        np.column_stack([xy, ground.height_m(xy)]),
        rng.uniform(-np.pi, np.pi, n),
        speed,
        rng.uniform(0, 2 * np.pi, n),
        posture,
        Wardrobe.of(looks),
    )


def _apart(spot: F64, others: list[F64]) -> bool:
    return all(np.linalg.norm(spot - other) > 0.45 for other in others)


def _trains(rng: np.random.Generator, layout: StationLayout) -> tuple[TrainPosition, ...]:
    states = []
    for track in tracks_of(layout).values():
        if rng.random() < 0.4:
            low = track.stop_x_m - (track.length_m if track.direction > 0 else 0.0)
            doors = float(rng.choice([0, 0.5, 1.0]))
            states.append(TrainPosition(track, low + float(rng.uniform(-10, 10)), doors, TrainPhase.OPEN))
    return tuple(states)


def _still(people: People, trains: tuple[TrainPosition, ...]) -> Snapshot:
    ahead = np.stack([np.cos(people.heading_rad), np.sin(people.heading_rad)], -1)
    return Snapshot(
        0.0,
        people.id,
        people.xyz_m,
        ahead * people.speed_mps[:, None],
        people.heading_rad,
        people.phase_rad,
        people.posture,
        trains,
        (),
    )
