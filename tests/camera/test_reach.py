"""Pixels per metre against the formula of the pinhole camera, and what passerby needs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from passerby.camera.limits import EXACT_BOXES, DetectorLimits
from passerby.camera.reach import LEVELS_2014, LEVELS_2025, profile_of, reaches
from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.plane import GroundPlane

WH, HEIGHT_M, TILT_DEG, HFOV_DEG = (1920, 1080), 4.0, 20.0, 60.0


def plane() -> GroundPlane:
    return make_plane(Calibration(height_m=HEIGHT_M, tilt_deg=TILT_DEG, hfov_deg=HFOV_DEG), WH)


def slant_m(px_per_m: float) -> float:
    """Distance along the optical axis at which a metre across the view has this many pixels."""
    return WH[0] / (2 * px_per_m * math.tan(math.radians(HFOV_DEG / 2)))


def on_floor_m(depth_m: float) -> float:
    """Horizontal distance of the floor point on the vertical line through the middle with this depth."""
    tilt = math.radians(TILT_DEG)
    # depth = x cos(tilt) + height sin(tilt)
    return (depth_m - HEIGHT_M * math.sin(tilt)) / math.cos(tilt)


def nearest_m() -> float:
    focal = WH[0] / 2 / math.tan(math.radians(HFOV_DEG / 2))
    below = math.radians(TILT_DEG) + math.atan((WH[1] - 1 - WH[1] / 2) / focal)
    return HEIGHT_M / math.tan(below)


@pytest.mark.parametrize("px_per_m", [62.5, 80, 125])
def test_a_density_reaches_as_far_as_the_formula_says(px_per_m: float) -> None:
    (line, *_) = reaches(profile_of(plane(), WH), EXACT_BOXES, {"level": px_per_m})
    assert line.reach_m == pytest.approx(on_floor_m(slant_m(px_per_m)) - nearest_m(), rel=0.06)
    assert not line.is_whole


def test_denser_levels_reach_less_far() -> None:
    for levels in (LEVELS_2014, LEVELS_2025):
        lines = reaches(profile_of(plane(), WH), EXACT_BOXES, levels)[: len(levels)]
        reached = [line.reach_m or 0.0 for line in lines]
        assert reached == sorted(reached, reverse=True)
        assert lines[-1].reach_m is None or lines[-1].reach_m < 5


def test_a_coarser_detector_finds_people_less_far_and_knows_speeds_less_well() -> None:
    fine, coarse = DetectorLimits(0.5, 1.0, 20.0), DetectorLimits(0.5, 4.0, 60.0)
    near = {line.what: line.reach_m or 0.0 for line in reaches(profile_of(plane(), WH, 4.0), coarse, {})}
    far = {line.what: line.reach_m or 0.0 for line in reaches(profile_of(plane(), WH, 1.0), fine, {})}
    assert all(near[what] < far[what] for what in far)


def test_the_error_of_a_speed_grows_with_the_distance() -> None:
    profile = profile_of(plane(), WH)
    known = np.isfinite(profile.figures.speed_sd_mps)
    assert (np.diff(profile.figures.speed_sd_mps[known]) > -1e-3).all()
    assert (np.diff(profile.distance_m) > 0).all()
