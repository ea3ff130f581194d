"""Distances on the floor, and along a zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Zone
from passerby.contracts.people import GroundTracks
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.near import Axis, distance_m, standing_px
from passerby.ground.geometry.places import Area
from support.rows import area, frame

PLANE = make_plane(Calibration(height_m=4.0, tilt_deg=22, focal_px=900), (1280, 720))


def on_floor(*spots_m: tuple[float, float]) -> GroundTracks:
    """People at places on the floor of PLANE."""
    ground = frame(0, dict.fromkeys(range(len(spots_m)), (0.0, 0.0)))
    pos = np.array(spots_m, np.float64)
    return replace(
        ground, foot_px=PLANE.to_picture(pos).astype(np.float32), pos_m=pos, on_floor=np.ones(len(pos), bool)
    )


def spot_px(x: float, y: float) -> tuple[float, float]:
    u, v = PLANE.to_picture(np.array([[x, y]]))[0].tolist()
    return u, v


def test_on_the_floor_it_is_metres() -> None:
    away = distance_m(PLANE, spot_px(0, 8), on_floor((0, 8), (3, 12), (-1, 8)))
    assert away == pytest.approx([0.0, 5.0, 1.0], abs=0.01)


def test_without_a_floor_a_body_is_the_ruler() -> None:
    assert distance_m(None, (200.0, 800.0), frame(0, {1: (2.0, 2.0), 2: (2.0, 3.7)})) == pytest.approx([0, 1.7])


def test_a_spot_above_the_horizon_is_measured_in_bodies_too() -> None:
    away = distance_m(PLANE, (640.0, -500.0), on_floor((0, 8)))
    assert np.isfinite(away).all()


def test_nobody_is_near() -> None:
    assert distance_m(PLANE, (640.0, 700.0), frame(0)).shape == (0,)


@pytest.mark.parametrize("y_m", [5.0, 10.0, 20.0])
def test_a_standing_person_is_as_high_as_the_camera_shows_them(y_m: float) -> None:
    tilt, focal, height = np.radians(22), 900.0, 4.0

    def row(z_m: float) -> float:
        down, ahead = height - z_m, y_m
        depth = ahead * np.cos(tilt) + down * np.sin(tilt)
        return float(focal * (down * np.cos(tilt) - ahead * np.sin(tilt)) / depth)

    true_px = row(0.0) - row(1.7)
    assert standing_px(PLANE, np.array([spot_px(0, y_m)]))[0] == pytest.approx(true_px, rel=0.13)


def test_off_the_floor_nothing_stands() -> None:
    assert np.isnan(standing_px(PLANE, np.array([[640.0, -500.0]]))[0])


def test_along_a_zone_on_the_floor() -> None:
    corners = [(-1.0, 6.0), (0.5, 6.0), (0.5, 16.0), (-1.0, 16.0)]
    zone = Zone(name="edge", polygon_px=tuple(spot_px(*c) for c in corners))
    along = Axis.of(Area.of(zone, PLANE), PLANE).along_m(on_floor((0, 7), (0, 10), (0.5, 15)))
    assert np.abs(np.diff(along)) == pytest.approx([3.0, 5.0], abs=0.1)


def test_along_a_zone_without_a_floor() -> None:
    strip = area(0, 0, 20, 1.5)
    along = Axis.of(strip, None).along_m(frame(0, {1: (3, 0.7), 2: (8, 0.2)}))
    assert abs(along[1] - along[0]) == pytest.approx(5.0, abs=0.01)
