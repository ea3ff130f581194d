"""Zones and lines: who is inside, which side, how far."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Line, Zone
from passerby.ground.calibration.calibrate import from_mounting
from passerby.ground.geometry.foot import AHEAD_M
from passerby.ground.geometry.places import Area, Gate, body_scale_m
from passerby.ground.geometry.plane import GroundPlane
from passerby.ground.motion.velocity import Motion
from support.floor_scene import Sampling, parse
from support.rows import area, frame, gate, px

INSIDE = [
    ((2.0, 2.0), True, "the middle"),
    ((0.0, 2.0), True, "the border belongs to the zone"),
    ((4.0, 4.0), True, "so do the corners"),
    ((4.01, 2.0), False, "a centimetre beside it"),
    ((-1.0, -1.0), False, "far off"),
]


@pytest.mark.parametrize(("spot", "inside", "why"), INSIDE)
def test_a_foot_is_inside_or_not(spot: tuple[float, float], inside: bool, why: str) -> None:
    assert area().contains(frame(0, {1: spot}).foot_px).tolist() == [inside], why


def test_a_zone_of_nobody_holds_nobody() -> None:
    assert area().contains(frame(0).foot_px).tolist() == []


def test_a_hollow_zone_excludes_its_notch() -> None:
    corners = [(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]
    notched = Area.of(Zone(name="z", polygon_px=tuple(px(c) for c in corners)), None)
    assert notched.contains(frame(0, {1: (2, 3), 2: (2, 0.5)}).foot_px).tolist() == [False, True]


PLANE = from_mounting(Calibration(height_m=4, tilt_deg=25, focal_px=1000), (1280, 720))


def test_a_zone_knows_its_square_metres_if_all_of_it_is_on_the_floor() -> None:
    rectangle_m = np.array([[-2, 5], [2, 5], [2, 8], [-2, 8]])
    near = Zone(name="z", polygon_px=tuple(map(tuple, PLANE.to_picture(rectangle_m).tolist())))
    far = Zone(name="z", polygon_px=((100, 700), (1200, 700), (640, -200)))
    assert Area.of(near, PLANE).area_m2 == pytest.approx(12.0)
    assert Area.of(far, PLANE).area_m2 is None
    assert Area.of(near, None).area_m2 is None


def test_left_of_the_line_is_negative_for_somebody_walking_along_it() -> None:
    """Drawn from left to right in the picture, left is up the picture, away from the camera."""
    offset, _ = gate().offset_m(frame(0, {1: (0, 2.0), 2: (0, -3.0), 3: (40, 0.0)}))
    assert offset == pytest.approx([-2.0, 3.0, 0.0])


spots = st.tuples(st.floats(-6, 6), st.floats(-6, 6))


@given(spots, spots, spots)
def test_turning_a_line_around_turns_the_sign(
    a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]
) -> None:
    assume(np.hypot(a[0] - b[0], a[1] - b[1]) > 0.1)
    there, _ = gate(a, b).offset_m(frame(0, {1: p}))
    back, _ = gate(b, a).offset_m(frame(0, {1: p}))
    assert there == pytest.approx(-back, abs=1e-4)


def _seen(spots_m: list[tuple[float, float]]) -> tuple[Gate, np.ndarray, np.ndarray, np.ndarray]:
    walkers = [{"start_m": spot, "moves": [{"stand_s": 1}]} for spot in spots_m]
    camera = {"height_m": 4, "tilt_deg": 25, "focal_px": 1000}
    scene = parse("t", {"seconds": 0, "camera": camera, "walkers": walkers})
    ends = scene.to_px([(-2, 8), (2, 8)]).tolist()
    line = Gate.of(Line(name="l", from_px=ends[0], to_px=ends[1]), PLANE)
    ground = Motion(PLANE).step(next(iter(scene.tracks(Sampling()))))
    offset, sd = line.offset_m(ground)
    return line, offset, sd, ground.pos_sd_m


def test_on_a_floor_the_distance_is_in_its_metres() -> None:
    _, offset, sd, _ = _seen([(0, 7), (1, 9.5), (-5, 8.25)])
    spots = np.array([(0, 7), (1, 9.5), (-5, 8.25)])
    # Behind the lower edge of the box, straight away from the camera 4 m above (0, 0), by the cosine of the view.
    behind = AHEAD_M * spots[:, 1] / np.hypot(4.0, np.linalg.norm(spots, axis=1))
    assert offset == pytest.approx(8.0 - spots[:, 1] - behind, abs=5e-3)
    assert (sd > 0.05).all()


def test_on_a_floor_it_is_the_smoothed_position_that_counts() -> None:
    line = Gate.of(Line(name="l", from_px=(300, 500), to_px=(900, 500)), PLANE)
    walker = {"start_m": (0, 9), "moves": [{"stand_s": 5}]}
    camera = {"height_m": 4, "tilt_deg": 25, "focal_px": 1000}
    scene, motion = parse("t", {"seconds": 5, "camera": camera, "walkers": [walker]}), Motion(PLANE)
    seen = [motion.step(tracks) for tracks in scene.tracks(Sampling(noise_px=4.0))][25:]
    away = [PLANE.to_floor(line.feet_px(g)).pos_m - g.pos_m for g in seen]
    assert np.linalg.norm(away, axis=-1) == pytest.approx(AHEAD_M * 9 / np.hypot(4, 9), abs=0.005)
    raw = [dataclasses.replace(g, pos_m=PLANE.to_floor(g.foot_px.astype(np.float64)).pos_m) for g in seen]
    spread, spread_raw = (np.std([line.offset_m(g)[0] for g in frames]) for frames in (seen, raw))
    assert spread < 0.6 * spread_raw


def test_seen_from_straight_above_people_stand_where_their_box_ends() -> None:
    plan = GroundPlane(np.array([[100.0, 0, 640], [0, -100, 360], [0, 0, 1]]), np.zeros((9, 9)))
    line = Gate.of(Line(name="l", from_px=(140, 360), to_px=(1140, 360)), plan)
    ground = dataclasses.replace(frame(0, {1: (0, 0)}), pos_m=np.array([[1.0, 0.5]]), on_floor=np.ones(1, bool))
    assert plan.to_floor(line.feet_px(ground)).pos_m == pytest.approx(np.array([[1.0, 0.5]]), abs=1e-6)


def test_the_error_across_a_line_is_the_foots_alone() -> None:
    """A tilt half a degree off shifts line and foot alike, so it is no reason to wait longer."""
    _, _, across, in_all = _seen([(0, 12)])
    assert across[0] < 0.5 * in_all[0]


def test_a_mirrored_plan_changes_no_side() -> None:
    line = Line(name="l", from_px=(300, 500), to_px=(900, 500))
    mirrored = PLANE.world_to_image @ np.diag([-1.0, 1.0, 1.0])
    walker = {"start_m": (0, 9), "moves": [{"stand_s": 1}]}
    camera = {"height_m": 4, "tilt_deg": 25, "focal_px": 1000}
    tracks = next(iter(parse("t", {"seconds": 0, "camera": camera, "walkers": [walker]}).tracks(Sampling())))
    sides = []
    for plane in (PLANE, type(PLANE)(mirrored, np.zeros((9, 9)))):
        sides.append(float(Gate.of(line, plane).offset_m(Motion(plane).step(tracks))[0][0]))
    assert sides[0] == pytest.approx(sides[1], rel=1e-6)


def test_a_line_that_reaches_above_the_horizon_is_measured_by_bodies() -> None:
    line = Gate.of(Line(name="l", from_px=(0, 700), to_px=(640, -300)), PLANE)
    offset, sd = line.offset_m(frame(0, {1: (5.0, 5.0)}))
    assert np.isfinite(offset).all()
    assert sd[0] == pytest.approx(1.7 * np.hypot(100 * 0.02, 1.2) / 100, rel=0.2)


WAYS = [
    ((0.0, 1.0), (0.0, -1.0), True, "straight over it"),
    ((-4.9, 1.0), (-4.9, -1.0), True, "just inside its end"),
    ((-5.1, 1.0), (-5.1, -1.0), False, "just past its end"),
    ((0.0, 1.0), (0.0, 0.5), False, "not as far as the line"),
    ((0.0, 1.0), (0.0, 0.0), True, "onto the line"),
    ((-6.0, 1.0), (6.0, 1.0), False, "alongside"),
]


@pytest.mark.parametrize(("start", "end", "crossed", "why"), WAYS)
def test_a_way_meets_the_line_between_its_ends(
    start: tuple[float, float], end: tuple[float, float], crossed: bool, why: str
) -> None:
    assert gate().is_crossed(np.array([px(start)]), np.array([px(end)])).tolist() == [crossed], why


def test_a_body_is_the_ruler_without_a_floor() -> None:
    assert body_scale_m(np.array([170.0, 85.0, 0.0], np.float32)) == pytest.approx([0.01, 0.02, 1.7])
