"""Pixels to metres and back, and how far off a metre may be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.calibrate import fit_points, from_mounting
from passerby.ground.geometry.plane import FloorPoints, GroundPlane, unit_vectors

WH = (1280, 720)


@st.composite
def planes(draw: st.DrawFn) -> GroundPlane:
    """Any camera a station may have: 2 to 8 m high, looking ahead or straight down."""
    mount = Calibration(
        height_m=draw(st.floats(2, 8)),
        tilt_deg=draw(st.floats(0, 90)),
        roll_deg=draw(st.floats(-20, 20)),
        focal_px=draw(st.floats(400, 2500)),
    )
    return from_mounting(mount, WH).exact()


floor_m = st.tuples(st.floats(-20, 20), st.floats(0.5, 60))


@given(planes(), st.lists(floor_m, min_size=1, max_size=8))
def test_picture_and_floor_invert_each_other(plane: GroundPlane, points: list[tuple[float, float]]) -> None:
    there = plane.to_picture(np.array(points))
    back = plane.to_floor(there)
    assert back.valid.all()
    assert np.abs(back.pos_m - points).max() < 1e-6


@given(
    st.floats(2, 8), st.floats(0, 60), st.floats(400, 2500),
    st.floats(-3000, 3000), st.floats(0, 2000), st.floats(0, 10),
)  # fmt: skip
def test_a_point_above_the_horizon_is_never_a_number(
    height: float, tilt: float, focal: float, x: float, above: float, sd_px: float
) -> None:
    mount = Calibration(height_m=height, tilt_deg=tilt, focal_px=focal)
    horizon_y = WH[1] / 2 - focal * np.tan(np.radians(tilt))
    for plane in (from_mounting(mount, WH), from_mounting(mount, WH).exact()):
        seen = plane.to_floor(np.array([[x, horizon_y - above - 1e-6]]), sd_px)
        assert not seen.valid[0]
        assert np.isnan(seen.pos_m).all()
        assert np.isnan(seen.cov_m2).all()
        assert np.isnan(seen.sd_m[0])
        assert np.isnan(plane.m_per_px(np.array([[x, horizon_y - above - 1e-6]]))[0])


@given(planes(), st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_any_pixel_whatever_gives_a_number_or_none_but_no_error(plane: GroundPlane, x: float, y: float) -> None:
    seen = plane.to_floor(np.array([[x, y]]), 3.0)
    assert np.isfinite(seen.pos_m).all() == seen.valid[0]


@pytest.mark.parametrize("below_px", [0.0, 1e-12, 1e-9, 1e-6, 1e-3, 1.0])
def test_just_under_the_horizon_is_too_uncertain_not_a_crash(below_px: float) -> None:
    plane = from_mounting(Calibration(height_m=3, tilt_deg=0, focal_px=1000), WH)
    seen = plane.to_floor(np.array([[640.0, 360.0 + below_px]]), 1.0)
    assert not seen.valid[0]


def test_behind_the_camera_there_is_no_picture() -> None:
    plane = from_mounting(Calibration(height_m=3, tilt_deg=10, focal_px=1000), WH)
    assert np.isnan(plane.to_picture(np.array([[0.0, -30.0]]))).all()
    assert np.isfinite(plane.to_picture(np.array([[0.0, 10.0]]))).all()


def test_no_points_in_no_points_out() -> None:
    plane = from_mounting(Calibration(height_m=3, tilt_deg=30, focal_px=1000), WH)
    assert plane.to_floor(np.zeros((0, 2))).pos_m.shape == (0, 2)
    assert plane.to_floor(np.zeros((0, 2))).sd_m.shape == (0,)
    assert plane.to_picture(np.zeros((0, 2))).shape == (0, 2)


def test_m_per_px_is_the_step_to_the_neighbouring_pixel() -> None:
    plane = from_mounting(Calibration(height_m=4, tilt_deg=20, focal_px=1663), (1920, 1080))
    spot = np.array([[960.0, 700.0]])
    half = np.array([[0, 0.5]])
    step = plane.to_floor(spot + half).pos_m - plane.to_floor(spot - half).pos_m
    assert plane.m_per_px(spot)[0] == pytest.approx(np.linalg.norm(step), rel=1e-4)


SURVEY_M = np.array([[0.0, 4.0], [5.0, 4.0], [5.0, 14.0], [0.0, 14.0], [2.5, 7.0], [1.0, 11.0]])


@pytest.mark.parametrize("count", [4, 6], ids=["four points", "six points"])
def test_position_error_is_what_clicks_and_feet_scatter(count: int) -> None:
    """A thousand surveys with clicks 2 px off, asked with a foot 3 px off: they scatter by the stated error."""
    rng = np.random.default_rng(1)
    true = from_mounting(Calibration(height_m=4, tilt_deg=22, focal_px=1300), WH).exact()
    survey = SURVEY_M[:count]
    asked_m = np.array([[2.0, 6.0], [3.0, 12.0], [-1.0, 9.0]])
    clicks, feet = true.to_picture(survey), true.to_picture(asked_m)
    found = []
    for _ in range(1000):
        plane = fit_points(clicks + rng.normal(0, 2, clicks.shape), survey, click_sd_px=2.0)
        found.append(plane.to_floor(feet + rng.normal(0, 3, feet.shape)).pos_m)
    scatter = np.linalg.eigvalsh(np.stack([np.cov(column.T) for column in np.stack(found, axis=1)]))[:, -1] ** 0.5
    stated = fit_points(clicks, survey, click_sd_px=2.0).to_floor(feet, 3.0).sd_m
    assert stated == pytest.approx(scatter, rel=0.25)


def test_error_grows_with_distance_and_beyond_the_limit_there_is_no_number() -> None:
    plane = from_mounting(Calibration(height_m=3, tilt_deg=15, focal_px=1000), WH)
    ahead = plane.to_floor(plane.to_picture(np.array([[0.0, y] for y in (5, 10, 15, 40)])), 2.0)
    assert (np.diff(ahead.sd_m[:3]) > 0).all()
    assert ahead.valid.tolist() == [True, True, True, False]


def test_speed_error_of_the_fit_is_the_scatter_of_the_speeds_other_fits_give() -> None:
    rng = np.random.default_rng(2)
    true = from_mounting(Calibration(height_m=4, tilt_deg=22, focal_px=1300), WH).exact()
    clicks, pos, vel = true.to_picture(SURVEY_M[:4]), np.array([[2.0, 9.0]]), np.array([[0.6, 1.2]])
    ends = true.to_picture(np.vstack([pos - vel / 2, pos + vel / 2]))
    speeds = []
    for _ in range(1000):
        a, b = fit_points(clicks + rng.normal(0, 2, clicks.shape), SURVEY_M[:4]).to_floor(ends).pos_m
        speeds.append(np.linalg.norm(b - a))
    stated = np.sqrt(fit_points(clicks, SURVEY_M[:4]).fit_speed_var(pos, vel)[0])
    assert stated == pytest.approx(np.std(speeds), rel=0.25)
    assert fit_points(clicks, SURVEY_M[:4]).exact().fit_speed_var(pos, vel)[0] == 0


@pytest.mark.parametrize(
    ("matrix", "why"),
    [
        (np.zeros((3, 3)), "nothing at all"),
        (np.ones((3, 3)), "one line"),
        (np.diag([1.0, np.nan, 1.0]), "not a number"),
        (np.diag([1.0, np.inf, 1.0]), "no end"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_matrix_without_a_floor_is_refused(matrix: np.ndarray, why: str) -> None:
    with pytest.raises(CalibrationError, match="does not describe a floor"):
        GroundPlane(matrix, np.zeros((9, 9)))


def test_shapes_are_checked_and_arrays_are_read_only() -> None:
    with pytest.raises(ValueError, match=r"fit_cov: expected shape \(9, 9\), got \(3, 3\)"):
        GroundPlane(np.eye(3), np.eye(3))
    with pytest.raises(ValueError, match="read-only"):
        GroundPlane(np.eye(3), np.zeros((9, 9))).world_to_image[0, 0] = 2


def test_worst_axis_is_the_longer_one() -> None:
    points = FloorPoints(np.zeros((1, 2)), np.array([[[4.0, 0], [0, 9.0]]]), np.array([True]))
    assert points.sd_m.tolist() == [3.0]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=5))
def test_unit_vectors_have_length_one_even_of_nothing(vectors: list[tuple[float, float]]) -> None:
    assert np.linalg.norm(unit_vectors(np.array(vectors)), axis=1) == pytest.approx(1.0)
