"""The share of a zone that is near enough."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Zone
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.visibility.resolved import resolved_share

WH = (1280, 720)
PLANE = make_plane(Calibration(height_m=4.0, tilt_deg=20.0, focal_px=1000.0), WH)


def zone(near_m: float, far_m: float) -> Zone:
    corners = PLANE.to_picture(np.array([[-2, near_m], [2, near_m], [2, far_m], [-2, far_m]]))
    return Zone(name="z", polygon_px=tuple((float(x), float(y)) for x, y in corners))


@pytest.mark.parametrize(
    ("near_m", "far_m", "least_px", "share", "why"),
    [
        (6, 16, 0, 1.0, "no limit"),
        (6, 16, 50, 1.0, "1.7 m at 16 m are about 100 px"),
        (6, 16, 113, 0.84, "1.7 m are 113 px at about 15 m of sight, 14.4 m on the floor: 8.4 of 10 m"),
        (6, 16, 1000, 0.0, "nobody is that high anywhere"),
    ],
)
def test_share(near_m: float, far_m: float, least_px: float, share: float, why: str) -> None:
    assert resolved_share(zone(near_m, far_m), PLANE, least_px) == pytest.approx(share, abs=0.05), why


def test_where_a_position_would_be_too_uncertain_nothing_is_resolved() -> None:
    far = resolved_share(zone(30, 60), PLANE, 0.0)
    assert far is None or far < 0.5


def test_a_zone_above_the_horizon_has_no_share() -> None:
    sky = Zone(name="sky", polygon_px=((100, 10), (900, 10), (900, 60)))
    assert resolved_share(sky, PLANE, 10.0) is None
