"""How much of the people on a floor can be seen past those in front."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.arrays import F64
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.config import Zone
from passerby.contracts.people import GroundTracks
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.near import standing_px
from passerby.ground.visibility.open_floor import OpenFloor
from support.rows import frame

PLANE = make_plane(Calibration(height_m=4.0, tilt_deg=20.0, focal_px=1000.0), (1280, 720))
CORNERS_M = np.array([[-2.0, 6.0], [2.0, 6.0], [2.0, 16.0], [-2.0, 16.0]])
Place = tuple[float, float]


def zone() -> Zone:
    return Zone(name="z", polygon_px=tuple((float(x), float(y)) for x, y in PLANE.to_picture(CORNERS_M)))


def floor(least_height_px: float = 0.0) -> OpenFloor:
    made = OpenFloor.of(zone(), PLANE, least_height_px)
    assert made is not None
    return made


def people(places_m: list[Place], unconfirmed: Collection[int] = ()) -> GroundTracks:
    """Standing adults at places on the floor, across and ahead of the camera."""
    ground = frame(0, dict.fromkeys(range(len(places_m)), (0.0, 0.0)), unconfirmed=unconfirmed)
    feet: F64 = PLANE.to_picture(np.array(places_m).reshape(-1, 2))
    height = standing_px(PLANE, feet)
    return replace(ground, foot_px=feet, height_px=height, width_px=0.4 * height)


@pytest.mark.parametrize(
    ("places", "low", "high", "why"),
    [
        ([], 1.0, 1.0, "an empty floor is open"),
        ([(0.0, 15.9)], 0.99, 1.0, "who stands at the far end hides nobody"),
        ([(9.0, 6.0)], 1.0, 1.0, "who stands beside the zone hides nothing of it"),
        ([(0.0, 6.0)], 0.9, 0.99, "one at the near end throws a shadow 4.4 m long, a sixth as wide as the zone"),
        (
            [(x, 6.0) for x in np.arange(-2, 2.1, 0.4)],
            0.6,
            0.85,
            "a row from side to side hides all feet on those 4.4 m, no heads further off",
        ),
    ],
)
def test_share(places: list[Place], low: float, high: float, why: str) -> None:
    assert low <= floor().share(people(places)) <= high, why


def test_only_who_is_surely_there_hides() -> None:
    assert floor().share(people([(0.0, 6.0)], unconfirmed=[0])) == 1.0


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(6, 16)), min_size=1, max_size=12))
def test_nobody_opens_the_floor_by_coming(places: list[Place]) -> None:
    shares = [floor().share(people(places[:n])) for n in range(len(places) + 1)]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)


def test_where_people_are_too_small_to_be_found_they_are_as_good_as_occluded() -> None:
    half = floor(least_height_px=float(standing_px(PLANE, PLANE.to_picture(np.array([[0.0, 11.0]])))[0]))
    assert half.share(people([])) == pytest.approx(0.5, abs=0.1)
    assert floor(least_height_px=5000).share(people([])) == 0.0


def test_a_zone_above_the_horizon_has_no_floor() -> None:
    sky = Zone(name="sky", polygon_px=((100, 10), (900, 10), (900, 60)))
    assert OpenFloor.of(sky, PLANE, 0.0) is None
