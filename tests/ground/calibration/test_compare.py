"""A drawn floor beside the floor that people give: which lens they share, and how far their metres are apart."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.calibration.compare import beside, focal_px, learned_plane, ratio
from passerby.ground.geometry.mounting import Mounting, floor_of
from passerby.ground.geometry.plane import GroundPlane

WH = (1280, 720)
NEAR_AND_FAR = [(x, y) for y in (5.0, 9.0, 14.0) for x in (-2.0, 2.0)]
NEAR = [(x, y) for y in (5.0, 5.4) for x in (-0.2, 0.2)]


def mounted(height_m: float = 4.0, tilt_deg: float = 22.0, focal: float = 1000.0) -> GroundPlane:
    return floor_of(Mounting.of(height_m, tilt_deg, 0, focal), WH)


def points(metres: list[tuple[float, float]], by: float = 1.0) -> Calibration:
    px = mounted().to_picture(np.array(metres)).tolist()
    known = [{"px": p, "m": (by * m[0], by * m[1])} for p, m in zip(px, metres, strict=True)]
    return Calibration.model_validate({"points": known})


def learned(height_m: float = 4.0) -> LearnedFloor:
    mounting = Mounting.of(height_m, 22, 0, 500)
    cov = (0.0,) * 16
    return LearnedFloor((640, 360), "{}", tuple(mounting.vector.tolist()), cov, 0.04, 0.02, 0.05, 40)


def test_points_near_and_far_give_the_lens() -> None:
    assert focal_px(make_plane(points(NEAR_AND_FAR), WH), WH) == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize(
    ("calibration", "expected"),
    [
        (points(NEAR_AND_FAR), 65.2),  # from the drawing
        (points(NEAR), None),  # clicks of 2 px leave the lens open
        (Calibration(height_m=4, tilt_deg=22, hfov_deg=70), 70.0),  # as configured
    ],
)
def test_only_the_lens_of_a_drawing_is_shared(calibration: Calibration, expected: float | None) -> None:
    found = beside(calibration, make_plane(calibration, WH), WH)
    assert found.model_dump(exclude_defaults=True) == {
        "people": True,
        **({} if expected is None else {"hfov_deg": pytest.approx(expected, abs=0.3)}),
    }


@pytest.mark.parametrize(
    ("by", "is_apart"),
    [
        (1.0, False),
        (1.08, False),  # less than two standard deviations of 5 %
        (1.25, True),  # drawn metres are too short: feet taken for yards, or wrong tiles
        (0.8, True),
    ],
)
def test_the_ratio_of_metres_and_whether_it_matters(by: float, is_apart: bool) -> None:
    drawn = make_plane(points(NEAR_AND_FAR, by), WH)
    found = ratio(drawn, learned_plane(learned(), WH), 0.05, WH)
    assert found is not None
    assert found.median == pytest.approx(1 / by, rel=0.01)
    assert found.low == pytest.approx(found.high, rel=0.02)  # the same view, so the same ratio everywhere
    assert found.is_apart == is_apart


def test_a_floor_that_is_not_in_the_picture_has_no_ratio() -> None:
    assert ratio(mounted(), mounted(tilt_deg=-60), 0.05, WH) is None
