"""What a floor is worth, in centimetres, metres per second, and lines to look at."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.calibrate import from_mounting, make_plane
from passerby.ground.calibration.quality import bands, error_map, floor_grid, horizon, point_misses, usable_share

WH = (1280, 720)
MOUNT = Calibration(height_m=4, tilt_deg=22, focal_px=1000)
PLANE = from_mounting(MOUNT, WH)
GRID_M = [(x, y) for y in (5.0, 9.0, 14.0) for x in (-2.0, 0.0, 2.0)]


def surveyed(off_m: float) -> Calibration:
    px = PLANE.to_picture(np.array(GRID_M)).tolist()
    points = [{"px": p, "m": m} for p, m in zip(px, GRID_M, strict=True)]
    points[4]["m"] = (GRID_M[4][0] + off_m, GRID_M[4][1])
    return Calibration.model_validate({"points": points})


def test_the_point_that_is_off_is_the_worst() -> None:
    calibration = surveyed(0.6)
    misses = point_misses(calibration, make_plane(calibration, WH))
    worst = max(misses, key=lambda miss: miss.cm)
    assert worst.what.startswith("point 5 at")
    assert 20 < worst.cm < 60
    assert all(miss.cm < 1e-3 for miss in point_misses(surveyed(0.0), make_plane(surveyed(0.0), WH)))


def test_speeds_get_worse_with_distance_until_there_is_none() -> None:
    said = bands(PLANE, WH)
    known = [band.speed_sd_mps for band in said if band.speed_sd_mps is not None]
    assert known == sorted(known)
    assert 0.05 < known[0] < 0.2
    assert said[-1].px_per_m is None or said[-1].px_per_m < known[-1] * 1000
    assert 0.3 < usable_share(PLANE, WH) < 1


def test_the_map_of_errors_agrees_with_the_share_that_is_usable() -> None:
    errors = error_map(PLANE, WH, 48, 36)
    assert errors.shape == (36, 48)
    assert np.isnan(errors[0]).all()
    assert errors[-1, 24] == pytest.approx(bands(PLANE, WH)[0].speed_sd_mps, rel=0.1)
    assert (np.nan_to_num(errors, nan=9.0) <= 0.2).mean() == pytest.approx(usable_share(PLANE, WH), abs=0.04)


def test_the_grid_is_a_metre_wide_and_stays_in_the_picture() -> None:
    lines = floor_grid(PLANE, WH)
    assert len(lines) > 20
    assert any(bold for bold, _ in lines)
    for _, points in lines:
        assert (points >= -0.01).all()
        assert (points <= np.array(WH)).all()
        floor = PLANE.exact().to_floor(points)
        off = np.abs(floor.pos_m - np.round(floor.pos_m)).max(axis=0)
        assert off.min() < 0.02


def test_the_horizon_is_where_the_floor_ends() -> None:
    left, right = horizon(PLANE, WH)
    assert left[1] == pytest.approx(360 - 1000 * np.tan(np.radians(22)), abs=0.5)
    assert right[1] == pytest.approx(left[1], abs=0.5)
    assert not PLANE.to_floor(np.array([[640.0, left[1] - 3]])).valid[0]
