"""Near the camera speeds can be judged, far from it they cannot, and that is known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.calibrate import from_mounting
from passerby.ground.motion.reach import NEEDED_SD_MPS, OVER_MPS, RUN_MPS, expected_speed_sd, reliable_share
from passerby.ground.motion.velocity import is_reliable

WH = (1280, 720)
PLANE = from_mounting(Calibration(height_m=4, tilt_deg=22, focal_px=1300), WH)


def zone(near_m: float, far_m: float) -> list[tuple[float, float]]:
    corners = [(-1.0, near_m), (1.0, near_m), (1.0, far_m), (-1.0, far_m)]
    return [(float(x), float(y)) for x, y in PLANE.to_picture(np.array(corners))]


def test_the_error_grows_with_the_distance() -> None:
    sd = expected_speed_sd(PLANE, PLANE.to_picture(np.array([[0.0, d] for d in (6.5, 8, 10, 12, 35)])), WH)
    assert (np.diff(sd[:4]) > 0).all()
    assert np.isnan(sd[4]), "off the floor there is no speed at all"


@pytest.mark.parametrize(
    ("near_m", "far_m", "least", "most"),
    [(6.5, 8.0, 0.99, 1.0), (30.0, 40.0, 0.0, 0.0), (6.5, 25.0, 0.05, 0.9)],
    ids=["all near", "all far", "from near to far"],
)
def test_share_of_the_floor(near_m: float, far_m: float, least: float, most: float) -> None:
    assert least <= reliable_share(zone(near_m, far_m), PLANE, WH) <= most


@pytest.mark.parametrize(("more", "reliable"), [(-0.01, True), (0.01, False)], ids=["just known", "just not"])
def test_what_is_asked_for_is_what_the_rule_asks_for(more: float, reliable: bool) -> None:
    sd = np.array([NEEDED_SD_MPS + more], np.float32)
    assert is_reliable(np.array([RUN_MPS]), sd, RUN_MPS - OVER_MPS).tolist() == [reliable]
