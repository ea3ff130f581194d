from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.camera.shown import MAX_SHOWN_WH, MIN_SHOWN_PX, nearest_px_per_m, shown_wh
from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.plane import GroundPlane

WH = (1280, 720)


def straight_down(px_per_m: float) -> GroundPlane:
    """A floor that has the same scale everywhere."""
    return GroundPlane(np.diag([px_per_m, px_per_m, 1.0]), np.zeros((9, 9)))


@pytest.mark.parametrize(
    ("wh", "px_per_m", "limit", "shown", "why"),
    [
        (WH, None, 62.5, (960, 540), "no floor: only the size counts"),
        ((640, 480), None, 62.5, (640, 480), "never enlarged"),
        ((720, 1280), None, 62.5, (540, 960), "upright"),
        (WH, 125.0, 62.5, (640, 360), "half as sharp"),
        (WH, 30.0, 62.5, (960, 540), "far away as it is"),
        (WH, 125.0, 250.0, (960, 540), "the size still counts"),
        (WH, 5000.0, 62.5, (160, 90), "not so small that nothing is seen"),
        ((1, 1), 125.0, 62.5, (1, 1), "one pixel"),
    ],
)
def test_the_size_that_is_shown(
    wh: tuple[int, int], px_per_m: float | None, limit: float, shown: tuple[int, int], why: str
) -> None:
    plane = None if px_per_m is None else straight_down(px_per_m)
    assert shown_wh(wh, plane, limit) == shown, why


@given(st.floats(10, 90), st.floats(2, 12), st.floats(40, 100), st.floats(5, 250))
def test_no_metre_of_floor_is_sharper_than_the_limit(
    tilt: float, height: float, hfov: float, limit: float
) -> None:
    plane = make_plane(Calibration(height_m=height, tilt_deg=tilt, hfov_deg=hfov), WH)
    shown = shown_wh(WH, plane, limit)
    assert max(shown) <= max(MAX_SHOWN_WH)
    nearest = nearest_px_per_m(WH, plane)
    if nearest is not None and max(shown) > MIN_SHOWN_PX:
        assert nearest * shown[0] / WH[0] <= limit * (1 + 2 / min(shown))


def test_the_nearest_floor_is_at_the_bottom_edge() -> None:
    """Width over distance: at 4 m height, looking 30 degrees down, checked by hand."""
    calibration = Calibration(height_m=4, tilt_deg=30, focal_px=1000)
    below = np.radians(30) + np.arctan2(360, 1000)
    ahead_of_lens = 4 / np.sin(below) * np.cos(np.arctan2(360, 1000))
    assert nearest_px_per_m(WH, make_plane(calibration, WH)) == pytest.approx(1000 / ahead_of_lens, rel=1e-6)
