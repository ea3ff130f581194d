"""Surveyed points and mountings become a floor, or one sentence on why not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.contracts.calibration_settings import Calibration, CalibrationPoint
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.calibrate import MOUNT_SD, fit_points, from_mounting, make_plane

WH = (1280, 720)
MOUNT = Calibration(height_m=4, tilt_deg=22, focal_px=1300)
TRUE = from_mounting(MOUNT, WH).exact()
CORNERS_M = np.array([[-3.0, 5.0], [3.0, 5.0], [3.0, 15.0], [-3.0, 15.0]])
GRID_M = np.array([[x, y] for y in (5.0, 8.0, 11.0, 15.0) for x in (-3.0, 0.0, 3.0)])
ASKED_M = np.array([[0.0, 7.0], [2.0, 10.0], [-2.0, 13.0]])


def test_four_exact_points_give_the_homography_they_came_from() -> None:
    plane = fit_points(TRUE.to_picture(CORNERS_M), CORNERS_M)
    assert np.abs(plane.to_floor(TRUE.to_picture(ASKED_M)).pos_m - ASKED_M).max() < 1e-6
    scaled = plane.world_to_image / plane.world_to_image[2, 2] * TRUE.world_to_image[2, 2]
    assert scaled == pytest.approx(TRUE.world_to_image, rel=1e-6, abs=1e-6)
    assert plane.rms_cm == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_twelve_noisy_points_give_nearly_that_homography_and_say_how_near(seed: int) -> None:
    px = TRUE.to_picture(GRID_M) + np.random.default_rng(seed).normal(0, 2, (12, 2))
    plane = fit_points(px, GRID_M, click_sd_px=2.0)
    floor = plane.to_floor(TRUE.to_picture(ASKED_M))
    assert (np.linalg.norm(floor.pos_m - ASKED_M, axis=1) < 4 * floor.sd_m).all()
    assert plane.rms_cm is not None
    assert 1 < plane.rms_cm < 25


def test_points_that_scatter_more_than_clicks_do_widen_the_error() -> None:
    px = TRUE.to_picture(GRID_M)
    rough = px + np.random.default_rng(3).normal(0, 12, px.shape)
    careful = fit_points(px, GRID_M, 2.0).to_floor(px[5:6]).sd_m
    careless = fit_points(rough, GRID_M, 2.0).to_floor(px[5:6]).sd_m
    assert careless > 2.5 * careful


@settings(max_examples=40, deadline=None)
@given(
    st.floats(2.5, 7),
    st.floats(5, 60),
    st.floats(-10, 10),
    st.floats(600, 2200),
    st.randoms(use_true_random=False),
)
def test_any_mounting_is_found_again_from_points(
    height: float, tilt: float, roll: float, focal: float, rng: object
) -> None:
    true = from_mounting(Calibration(height_m=height, tilt_deg=tilt, roll_deg=roll, focal_px=focal), WH).exact()
    px = true.to_picture(CORNERS_M)
    plane = fit_points(px, CORNERS_M).exact()
    assert np.abs(plane.to_floor(true.to_picture(ASKED_M)).pos_m - ASKED_M).max() < 1e-4


def test_the_origin_and_the_handedness_of_the_metres_are_free() -> None:
    """A station's own grid, and a plan drawn as in a mirror, give the same distances."""
    px = TRUE.to_picture(GRID_M)
    for metres in (GRID_M + np.array([4000.0, -7000.0]), GRID_M * [-1, 1]):
        plane = fit_points(px, metres)
        asked = plane.to_floor(TRUE.to_picture(ASKED_M)).pos_m
        apart = np.linalg.norm(np.diff(asked, axis=0), axis=1)
        assert apart == pytest.approx(np.linalg.norm(np.diff(ASKED_M, axis=0), axis=1), abs=1e-3)


LINE_M = np.array([[0.0, 4.0], [0.0, 8.0], [0.0, 12.0], [0.0, 16.0]])
THREE_IN_ROW_M = np.array([[0.0, 4.0], [0.0, 8.0], [0.0, 12.0], [3.0, 9.0]])
DEGENERATE = {
    "three points": (TRUE.to_picture(CORNERS_M[:3]), CORNERS_M[:3], "need at least 4"),
    "no points": (np.zeros((0, 2)), np.zeros((0, 2)), "need at least 4"),
    "all on one line": (TRUE.to_picture(LINE_M), LINE_M, "do not span a floor"),
    "three of four on one line": (TRUE.to_picture(THREE_IN_ROW_M), THREE_IN_ROW_M, "do not span a floor"),
    "one point four times": (np.full((4, 2), 300.0), np.full((4, 2), 1.0), "same point"),
    "one metre for all pixels": (TRUE.to_picture(CORNERS_M), np.full((4, 2), 1.0), "same point"),
    "one point twice": (TRUE.to_picture(CORNERS_M)[[0, 0, 1, 2]], CORNERS_M[[0, 0, 1, 2]], "do not span a floor"),
    "two swapped": (TRUE.to_picture(CORNERS_M)[[1, 0, 2, 3]], CORNERS_M, "both sides of the horizon"),
    "metres of a city plan": (TRUE.to_picture(CORNERS_M), CORNERS_M + 5.8e6, "5800 km from their origin"),
    "pixels on a line, metres not": (TRUE.to_picture(LINE_M), CORNERS_M, "floor"),
    "metres on a line, pixels not": (TRUE.to_picture(CORNERS_M), LINE_M, "floor"),
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_points_are_refused_in_one_sentence(case: str) -> None:
    px, m, words = DEGENERATE[case]
    with pytest.raises(CalibrationError, match=words) as refused:
        fit_points(px, m)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_mounting_is_the_pinhole_one_computes_by_hand() -> None:
    """4 m up, 30 degrees down, focal 1000 px: a point 10 m ahead and 1 m to the right.

    Ahead of the lens: 10 cos 30 + 4 sin 30 = 10.660 m; below its axis: 4 cos 30 - 10 sin 30 = -1.536 m.
    """
    plane = from_mounting(Calibration(height_m=4, tilt_deg=30, focal_px=1000), WH)
    depth, below = 10 * np.cos(np.pi / 6) + 2, 4 * np.cos(np.pi / 6) - 5
    by_hand = [[640 + 1000 * 1 / depth, 360 + 1000 * below / depth]]
    assert plane.to_picture(np.array([[1.0, 10.0]])) == pytest.approx(np.array(by_hand))
    assert by_hand[0] == pytest.approx([733.8, 215.9], abs=0.05)


def test_the_axis_of_the_lens_meets_the_floor_where_tilt_says() -> None:
    plane = from_mounting(Calibration(height_m=3, tilt_deg=45, focal_px=800), WH)
    assert plane.to_picture(np.array([[0.0, 3.0]])) == pytest.approx(np.array([[640.0, 360.0]]))


def test_straight_down_is_a_plain_scale() -> None:
    plane = from_mounting(Calibration(height_m=5, tilt_deg=90, focal_px=1000), WH)
    assert plane.to_picture(np.array([[1.0, 1.0]])) == pytest.approx(np.array([[840.0, 160.0]]))


def test_a_camera_turned_clockwise_sees_the_right_side_higher() -> None:
    plane = from_mounting(Calibration(height_m=4, tilt_deg=30, roll_deg=10, focal_px=1000), WH)
    left, right = plane.to_picture(np.array([[-2.0, 8.0], [2.0, 8.0]]))
    assert right[1] < left[1]


def test_field_of_view_is_the_focal_length_in_other_words() -> None:
    focal = 640 / np.tan(np.radians(30))
    by_view = make_plane(Calibration(height_m=4, tilt_deg=20, hfov_deg=60), WH)
    by_focal = make_plane(Calibration(height_m=4, tilt_deg=20, focal_px=focal), WH)
    assert by_view.world_to_image == pytest.approx(by_focal.world_to_image)


def test_a_mountings_error_is_what_its_tape_and_phone_leave() -> None:
    rng = np.random.default_rng(4)
    spot = np.array([[1.0, 10.0]])
    foot = from_mounting(MOUNT, WH).to_picture(spot)
    found = []
    for _ in range(800):
        off = Calibration(
            height_m=4 + rng.normal(0, MOUNT_SD["height_m"]), tilt_deg=22 + rng.normal(0, MOUNT_SD["tilt_deg"]),
            roll_deg=rng.normal(0, MOUNT_SD["roll_deg"]), focal_px=1300 * (1 + rng.normal(0, MOUNT_SD["focal"])),
        )  # fmt: skip
        found.append(from_mounting(off, WH).exact().to_floor(foot).pos_m[0])
    scatter = np.linalg.eigvalsh(np.cov(np.array(found).T))[-1] ** 0.5
    assert from_mounting(MOUNT, WH).to_floor(foot).sd_m[0] == pytest.approx(scatter, rel=0.25)


def test_points_come_before_the_picture_size() -> None:
    points = [
        CalibrationPoint(px=tuple(p), m=tuple(m))
        for p, m in zip(TRUE.to_picture(GRID_M).tolist(), GRID_M.tolist(), strict=True)
    ]
    plane = make_plane(Calibration(points=tuple(points)), (1, 1))
    assert plane.rms_cm is not None
    assert plane.to_floor(TRUE.to_picture(ASKED_M)).pos_m == pytest.approx(ASKED_M, abs=1e-4)
