"""Walkers before the simulation's camera: boxes of bodies with feet, a head and a height of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.people import Tracks
from passerby.contracts.time import Timestamp
from passerby.ground.calibration.walkers import Walker
from passerby.sim.camera import SimCamera

WH = (960, 540)
F64 = NDArray[np.float64]


def camera(
    height_m: float = 4.0, tilt_deg: float = 20.0, focal_px: float = 650.0, roll_deg: float = 0.0
) -> SimCamera:
    """Looks along +y from above the origin; clockwise roll is positive."""
    return SimCamera("cam", (0.0, 0.0, height_m), 90.0, tilt_deg, focal_px, WH, -roll_deg)


def boxes(seen_by: SimCamera, axis_m: F64, height_m: float) -> F64:
    """Boxes (N, 4) of a person whose axis stands at (N, 2): the nearer foot 25 cm before it, a head of 10 cm."""
    away = np.linalg.norm(axis_m, axis=1, keepdims=True)
    foot = axis_m * (1 - 0.25 / away)
    low, _ = seen_by.project(np.column_stack([foot, np.zeros(len(foot))]))
    head, depth = seen_by.project(np.column_stack([axis_m, np.full(len(foot), height_m - 0.1)]))
    base, _ = seen_by.project(np.column_stack([axis_m, np.zeros(len(foot))]))
    top, bottom = head[:, 1] - 0.1 * seen_by.focal_px / depth, low[:, 1]
    middle, half = (head[:, 0] + base[:, 0]) / 2, 0.17 * (bottom - top)
    return np.column_stack([middle - half, top, middle + half, bottom])


@dataclass(frozen=True)
class Crowd:
    """How people come: mean and deviation of their height, the boxes' error, and what is not as it should be."""

    mean_m: float = 1.715
    sd_m: float = 0.10
    box_sd: float = 0.02
    children: float = 0.0
    cut: float = 0.0
    near_m: float = 5.0
    far_m: float = 20.0


def ways(rng: np.random.Generator, n: int, crowd: Crowd) -> Iterator[tuple[F64, float, bool]]:
    """Straight ways (12, 2) in metres, heights, and who is cut off."""
    for _ in range(n):
        from_y, to_y = rng.permutation([crowd.near_m, crowd.far_m])
        x = rng.uniform(-0.35, 0.35, 2) * [from_y, to_y]
        run = np.linspace(0, 1, 12)[:, None]
        way = np.array([x[0], from_y]) * (1 - run) + np.array([x[1], to_y]) * run
        child = rng.random() < crowd.children
        height = rng.uniform(1.0, 1.35) if child else rng.normal(crowd.mean_m, crowd.sd_m)
        yield way, float(height), bool(rng.random() < crowd.cut)


def walkers(seen_by: SimCamera, n: int, crowd: Crowd | None = None, seed: int = 1) -> list[Walker]:
    """What a collector would hand out of `n` people."""
    rng, out, crowd = np.random.default_rng(seed), [], crowd or Crowd()
    for way, height, cut in ways(rng, n, crowd):
        box = boxes(seen_by, way, height)
        tall = box[:, 3] - box[:, 1]
        bottom = box[:, 3] + rng.normal(0, crowd.box_sd / 2, len(box)) * tall - (0.3 * tall if cut else 0)
        top = box[:, 1] + rng.normal(0, crowd.box_sd / 2, len(box)) * tall
        x = (box[:, 0] + box[:, 2]) / 2
        out.append(Walker(np.column_stack([x, bottom]), bottom - top))
    return out


def frame_of(
    t_s: float,
    rows: Sequence[tuple[int, Sequence[float]]],
    *,
    removed: Sequence[int] = (),
    predicted: bool = False,
) -> Tracks:
    """One frame of confirmed tracks, by number and box."""
    xyxy = np.array([box for _, box in rows], np.float32).reshape(-1, 4)
    n = len(rows)
    foot = np.column_stack([(xyxy[:, 0] + xyxy[:, 2]) / 2, xyxy[:, 3]]).astype(np.float32)
    return Tracks(
        camera="cam", at=Timestamp(round(t_s * 1e9)), frame_wh=WH, id=np.array([i for i, _ in rows], np.int64),
        xyxy_px=xyxy, foot_px=foot, score=np.full(n, 0.9, np.float32), age_s=np.full(n, 1.0, np.float32),
        confirmed=np.ones(n, bool), predicted=np.full(n, predicted), removed=np.array(removed, np.int64),
    )  # fmt: skip


def stream(
    seen_by: SimCamera, n: int, crowd: Crowd | None = None, seed: int = 1, first: int = 1
) -> Iterator[Tracks]:
    """One walker after the other, twelve frames each at 2 a second, then one in which the track is gone."""
    rng, crowd = np.random.default_rng(seed), crowd or Crowd()
    for k, (way, height, _) in enumerate(ways(rng, n, crowd)):
        number, begin = first + k, 10.0 * (first + k)
        for i, box in enumerate(boxes(seen_by, way, height)):
            tall = box[3] - box[1]
            noise = np.array([0, *rng.normal(0, crowd.box_sd / 2, 1), 0, *rng.normal(0, crowd.box_sd / 2, 1)])
            yield frame_of(begin + i / 2, [(number, box + tall * noise)])
        yield frame_of(begin + 8, [], removed=[number])
