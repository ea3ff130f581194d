"""Who went over the platform's edge: boxes of people on a platform and its track as a camera sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from passerby.behaviour.intrusion import Intrusion
from passerby.behaviour.over_edge import OverEdge
from passerby.contracts.people import GroundTracks
from passerby.contracts.rules import IntrusionRule
from passerby.contracts.scene import Scene
from passerby.contracts.trains import TrainState
from passerby.ground.geometry.places import Area
from support.rows import frame, zone_px

EDGE_M, BED_M = 6.0, -1.1
FOCAL_PX, CAMERA_M, TILT = 900.0, np.array([0.0, 1.0, 4.2]), np.radians(20)
# x (away), y (across) and height above the platform of the feet, then how tall the person is at that moment.
Place = tuple[float, float, float, float]
Way = Callable[[float], Place]


def px(x: float, y: float, z: float) -> tuple[float, float]:
    """A camera over the platform that looks along it and down."""
    ahead, right, up = np.array([x, y, z]) - CAMERA_M
    depth = ahead * np.cos(TILT) - up * np.sin(TILT)
    down = -up * np.cos(TILT) - ahead * np.sin(TILT)
    return 640 + FOCAL_PX * right / depth, 360 + FOCAL_PX * down / depth


def track_area() -> Area:
    """The bed as far as the platform does not hide it, from 8 to 30 m away."""
    occluded = CAMERA_M[1] + (EDGE_M - CAMERA_M[1]) * (CAMERA_M[2] - BED_M) / CAMERA_M[2]
    return zone_px(
        [px(x, y, BED_M) for x, y in ((8, occluded), (8, 9.4), (30, 9.4), (30, occluded))], kind="track"
    )


def ground(t_s: float, place: Place, rng: np.random.Generator, **how: Iterable[int]) -> GroundTracks:
    x, y, z, tall = place
    (_, head_y), (foot_x, foot_y) = px(x, y, z + tall), px(x, y, z)
    rows = frame(t_s, {1: (0, 0)}, **how)
    head_y, foot_y = np.array([head_y, foot_y]) + rng.normal(0, 0.01, 2) * (foot_y - head_y)
    return replace(rows, foot_px=np.array([[foot_x, foot_y]], np.float32), height_px=np.array([foot_y - head_y]))


def step(t_s: float, at_s: float, before: float, after: float) -> float:
    """From one value to another, within 0.45 s: as long as a fall of one metre takes."""
    return before + (after - before) * min(max((t_s - at_s) / 0.45, 0.0), 1.0)


def waits(t_s: float) -> Place:
    return 12.0, 5.6, 0.0, 1.7


def steps_down(t_s: float) -> Place:
    y = 5.0 + 0.8 * min(max(t_s - 3.0, 0.0), 2.0)
    return 12.0, y, step(t_s, 4.3, 0.0, BED_M), 1.7


def falls_while_walking(t_s: float) -> Place:
    return 9.0 + 1.4 * t_s, min(5.0 + 0.3 * t_s, 6.9), step(t_s, 3.5, 0.0, BED_M), 1.7


def climbs_up_again(t_s: float) -> Place:
    x, y, z, tall = steps_down(min(t_s, 5.0))
    return x, y if t_s < 8 else 5.9, z if t_s < 8 else step(t_s, 8.0, BED_M, 0.0), tall


def crouches(t_s: float) -> Place:
    return 12.0, 5.7, 0.0, step(t_s, 4.0, 1.7, 0.9)


def runs_to_the_camera(t_s: float) -> Place:
    return 28.0 - 3.5 * t_s, 5.6, 0.0, 1.7


def stops_before_the_camera(t_s: float) -> Place:
    return max(20.0 - 3.0 * t_s, 10.0), 5.6, 0.0, 1.7


def starts_to_run(t_s: float) -> Place:
    return 22.0 - 3.5 * max(t_s - 3.0, 0.0), 5.6, 0.0, 1.7


def far_on_the_platform(t_s: float) -> Place:
    return 12.0, 1.5, step(t_s, 4.0, 0.0, BED_M), 1.7


CASES = [
    (waits, 8.0, None, None, "waits at the edge"),
    (steps_down, 8.0, 4.3, 5.3, "steps down and stays at the wall"),
    (falls_while_walking, 7.0, 3.5, 4.5, "walks off the edge"),
    (climbs_up_again, 8.0, 4.3, 5.3, "is down until climbing up"),
    (climbs_up_again, 14.0, None, None, "is up again in the end, and coming up was no fall"),
    (crouches, 9.0, None, None, "the head sinks, the foot stays"),
    (runs_to_the_camera, 5.5, None, None, "sinks in the picture, and grows"),
    (stops_before_the_camera, 7.0, None, None, "slows down"),
    (starts_to_run, 6.5, None, None, "cannot be foreseen, but grows"),
    (far_on_the_platform, 9.0, None, None, "away from the track something else has happened"),
]


@pytest.mark.parametrize("fps", [5, 8, 25])
@pytest.mark.parametrize(("way", "until_s", "first_s", "last_s", "why"), CASES)
def test_who_is_down(
    way: Way, until_s: float, first_s: float | None, last_s: float | None, why: str, fps: int
) -> None:
    edge, rng = OverEdge(track_area()), np.random.default_rng(3)
    down = [(t, bool(edge.step(ground(t, way(t), rng))[0])) for t in np.arange(0, until_s, 1 / fps).tolist()]
    assert down[-1][1] is (first_s is not None), why
    if first_s is not None and last_s is not None:
        assert first_s < next(t for t, is_down in down if is_down) <= last_s + 1 / fps, why


def test_a_fall_that_was_not_seen_is_known_when_the_person_is_seen_again() -> None:
    edge, rng = OverEdge(track_area()), np.random.default_rng(4)
    for t in np.arange(0, 7, 0.125).tolist():
        predicted = [1] if 4.2 < t < 5.4 else []
        (is_down,) = edge.step(ground(t, steps_down(t), rng, predicted=predicted)).tolist()
        assert is_down is (t >= 5.4)


def test_the_end_of_a_track_and_of_the_picture_is_the_end() -> None:
    edge, rng = OverEdge(track_area()), np.random.default_rng(5)
    for t in np.arange(0, 6, 0.125).tolist():
        edge.step(ground(t, steps_down(t), rng))
    assert len(edge) == 1
    edge.step(frame(6.2, removed=[1]))
    assert len(edge) == 0
    edge.step(ground(6.3, waits(6.3), rng))
    edge.reset()
    assert len(edge) == 0


@pytest.mark.parametrize(("is_there", "reported"), [(False, True), (True, False)])
def test_intrusion_counts_them_as_inside_while_no_train_is_there(is_there: bool, reported: bool) -> None:
    rule = IntrusionRule(kind="intrusion", zone="z", hold_s=0.4)
    watcher, rng, hits = Intrusion(0, rule, track_area()), np.random.default_rng(6), []
    for t in np.arange(0, 8, 0.125).tolist():
        rows = ground(t, steps_down(t), rng)
        train = TrainState("z", is_there, rows.at, 0)
        hits += [t for _ in watcher.step(Scene(rows, (train,)))]
    assert bool(hits) is reported
    assert not hits or hits[0] < 5.8
