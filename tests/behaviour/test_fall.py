"""Lying, told by the shape of the box, followed by place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerby.behaviour.continuity import Continuity
from passerby.behaviour.fall import Fall
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.people import GroundTracks, Hit
from passerby.contracts.rules import FallRule
from passerby.contracts.scene import Scene
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.near import standing_px
from support.rows import Spot, area, frame

RULE = FallRule(kind="fall", zone="z", lying_s=5.0)
STANDS, LIES, CROUCHES = (60.0, 170.0), (150.0, 60.0), (80.0, 100.0)


def shaped(ground: GroundTracks, wh_px: tuple[float, float]) -> GroundTracks:
    n = len(ground)
    return replace(ground, width_px=np.full(n, wh_px[0]), height_px=np.full(n, wh_px[1]))


def hits(shapes: list[tuple[float, float]], spot: Spot = (2, 2)) -> list[Hit]:
    """One person, two looks a second."""
    rule = Fall(0, RULE, area(), None)
    frames = [shaped(frame(k / 2, {1: spot}), shape) for k, shape in enumerate(shapes)]
    return [hit for ground in frames for hit in rule.step(Scene(ground))]


CASES = [
    ([STANDS] * 4 + [LIES] * 12, (2, 2), True, "falls and lies"),
    ([STANDS] * 4 + [LIES] * 9, (2, 2), False, "lies for 4 s"),
    ([STANDS] * 40, (2, 2), False, "stands"),
    ([CROUCHES] * 40, (2, 2), False, "ties a shoe"),
    ([LIES] * 40, (9, 9), False, "outside the zone"),
    ([LIES] * 6 + [STANDS] * 10 + [LIES] * 6, (2, 2), False, "got up in between"),
    ([LIES] * 6 + [STANDS] * 2 + [LIES] * 6, (2, 2), True, "one wrong box does not end it"),
]


@pytest.mark.parametrize(("shapes", "spot", "want", "why"), CASES, ids=[c[3] for c in CASES])
def test_who_lies(shapes: list[tuple[float, float]], spot: Spot, want: bool, why: str) -> None:
    assert bool(hits(shapes, spot)) is want, why


def test_it_is_followed_when_the_track_breaks_off() -> None:
    rule, continuity, reported = Fall(0, RULE, area(), None), Continuity(), list[Hit]()
    for k in range(14):
        track = 1 if k < 5 else 2
        ground = shaped(frame(k / 2, {track: (2, 2)}, removed=[1] if k == 5 else []), LIES)
        reported += rule.step(Scene(continuity.step(ground)))
    assert [hit.began_s for hit in reported[:1]] == [0.0]
    assert reported[0].measures[0].value == 5.0
    rule.reset()
    assert len(rule) == 0


def test_two_who_lie_apart_are_two() -> None:
    rule = Fall(0, RULE, area(), None)
    for k in range(12):
        found = rule.step(Scene(shaped(frame(k / 2, {1: (0.5, 0.5), 2: (3.5, 3.5)}), LIES)))
    assert len(found) == 2


PLANE = make_plane(Calibration(height_m=4.0, tilt_deg=20, focal_px=900), (1280, 720))
FOOT = PLANE.to_picture(np.array([[0.0, 8.0]]))
UPRIGHT = float(standing_px(PLANE, FOOT)[0])
ON_FLOOR = [
    ((0.83, 0.48), True, True, "lies along the view, as somebody in the simulation does"),
    ((0.59, 0.64), True, True, "tall and slim, lies with the feet towards the camera"),
    ((2.5, 0.2), True, True, "lies across the view"),
    ((1.0, 0.9), True, False, "two people side by side in one box"),
    ((0.4, 0.6), True, False, "a child"),
    ((0.6, 0.68), True, False, "somebody who sits"),
    ((1.5, 0.34), False, False, "cut off by the picture's edge, where no foot is seen"),
]


@pytest.mark.parametrize(("shape", "on_floor", "want", "why"), ON_FLOOR, ids=[c[3] for c in ON_FLOOR])
def test_on_a_known_floor(shape: tuple[float, float], on_floor: bool, want: bool, why: str) -> None:
    """Shapes are width over height, and height over that of somebody standing there."""
    rule, height = Fall(0, RULE, area(-50, -50, 50, 50), PLANE), shape[1] * UPRIGHT
    reported = []
    for k in range(12):
        one = shaped(frame(k / 2, {1: (0, 0)}), (shape[0] * height, height))
        reported += rule.step(Scene(replace(one, foot_px=FOOT.astype(np.float32), on_floor=np.array([on_floor]))))
    assert bool(reported) is want, why
