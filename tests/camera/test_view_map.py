"""The map over the picture agrees with the table along the middle of the picture."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.camera.limits import DetectorLimits
from passerby.camera.reach import FOUND, SURE, profile_of, reaches
from passerby.camera.view_map import COLUMNS, ROWS, ViewMap, view_map
from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.plane import GroundPlane

WH, LEVEL = (1920, 1080), {"level": 62.5}
LIMITS = DetectorLimits(0.5, 3.75, 60.0)


@pytest.fixture(scope="module")
def plane() -> GroundPlane:
    return make_plane(Calibration(height_m=4, tilt_deg=12, hfov_deg=60), WH)


@pytest.fixture(scope="module")
def seen(plane: GroundPlane) -> ViewMap:
    return view_map(plane, WH, LIMITS)


def test_each_border_crosses_the_middle_where_the_table_says(plane: GroundPlane, seen: ViewMap) -> None:
    profile = profile_of(plane, WH, LIMITS.resolution_px)
    reach = {line.what: line.reach_m or 0.0 for line in reaches(profile, LIMITS, LEVEL)}
    for what, value in (("level", seen.px_per_m / 62.5), (FOUND, seen.found), (SURE, seen.sure)):
        top = int(np.flatnonzero(value[:, COLUMNS // 2] >= 1)[0])
        rows_px = np.linspace(0, WH[1] - 1, ROWS)[[max(0, top - 1), top]]
        far_m, near_m = np.interp(rows_px, profile.y_px[::-1], profile.distance_m[::-1])
        assert near_m - 0.3 <= reach[what] <= far_m + 0.3, what


def test_above_the_horizon_there_is_nothing(plane: GroundPlane, seen: ViewMap) -> None:
    def above(value: F64) -> float:
        return float(value[0].max())

    assert not plane.exact().to_floor(np.array([[960.0, 0.0]])).valid[0]
    assert [above(value) for value in (seen.px_per_m, seen.found, seen.sure)] == [0.0, 0.0, 0.0]


def test_a_speed_is_reliable_only_where_people_are_found(seen: ViewMap) -> None:
    assert (seen.sure <= seen.found).all()
    assert (seen.sure >= 1).any()
