"""Known lengths on the floor, alone, with points, and with what is known of the mounting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.calibrate import from_mounting, make_plane
from passerby.ground.calibration.quality import point_misses

WH = (1280, 720)
TRUE = from_mounting(Calibration(height_m=4, tilt_deg=22, focal_px=900), WH).exact()
ENDS_M = [
    ((-3.0, 5.0), (3.0, 5.0)),
    ((-3.0, 14.0), (3.0, 14.0)),
    ((-2.0, 5.0), (-2.0, 9.0)),
    ((2.0, 9.0), (2.0, 15.0)),
    ((-2.0, 6.0), (2.0, 11.0)),
]
ASKED_M = np.array([[0.0, 6.0], [1.5, 8.0], [-1.5, 12.0]])


def px(m: Any) -> tuple[float, float]:
    x, y = TRUE.to_picture(np.array([m]))[0]
    return float(x), float(y)


def lengths(n: int = 5, noise_px: float = 0.0, longer: float = 1.0) -> list[dict[str, Any]]:
    rng = np.random.default_rng(5)
    out = []
    for a, b in ENDS_M[:n]:
        ends = [tuple(np.array(px(p)) + rng.normal(0, noise_px, 2)) for p in (a, b)]
        out.append({"px": ends, "m": float(np.hypot(a[0] - b[0], a[1] - b[1]))})
    out[0]["m"] *= longer
    return out


def apart(plane: Any) -> np.ndarray:
    pos = plane.exact().to_floor(TRUE.to_picture(ASKED_M)).pos_m
    return np.asarray(
        np.linalg.norm(np.diff(pos, axis=0), axis=1) / np.linalg.norm(np.diff(ASKED_M, axis=0), axis=1)
    )


def calibration(**given: Any) -> Calibration:
    return Calibration.model_validate(given)


@pytest.mark.parametrize(
    "given",
    [
        {"lengths": lengths()},
        {"lengths": lengths(4), "hfov_deg": float(np.degrees(2 * np.arctan(640 / 900)))},
        {"lengths": lengths(1), "height_m": 4, "tilt_deg": 22},
        {"lengths": lengths(1), "height_m": 4, "focal_px": 900},
        {"lengths": lengths(2), "points": [{"px": px(m), "m": m} for m in ((0, 5), (2, 12), (-2, 9))]},
    ],
)
def test_lengths_give_the_metres_they_came_from(given: dict[str, Any]) -> None:
    plane = make_plane(calibration(**given), WH)
    assert apart(plane) == pytest.approx(np.ones(2), abs=0.015)
    assert plane.rms_cm == pytest.approx(0.0, abs=3)


def test_the_error_of_clicking_is_stated_and_true() -> None:
    plane = make_plane(calibration(lengths=lengths(noise_px=2.0)), WH)
    floor = plane.to_floor(TRUE.to_picture(ASKED_M))
    assert (floor.sd_m > 0.01).all()
    way = plane.fit_speed_var(floor.pos_m[:2], np.diff(floor.pos_m, axis=0))
    off = np.abs(apart(plane) - 1) * np.linalg.norm(np.diff(ASKED_M, axis=0), axis=1)
    assert (off < 4 * np.sqrt(way)).all()


def test_a_length_that_is_off_widens_the_error() -> None:
    wrong = calibration(lengths=lengths(longer=1.05), height_m=4, tilt_deg=22)
    plane = make_plane(wrong, WH)
    misses = {miss.what: abs(miss.cm) for miss in point_misses(wrong, plane)}
    assert misses["length 1 of 6.3 m"] > 4
    assert len(misses) == 5
    right = make_plane(calibration(lengths=lengths(), height_m=4, tilt_deg=22), WH)
    spot = TRUE.to_picture(ASKED_M)
    assert (plane.to_floor(spot).sd_m > 1.5 * right.to_floor(spot).sd_m).all()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lengths": lengths(2)}, "3 of height_m, tilt_deg and hfov_deg are unknown"),
        ({"lengths": lengths(1), "height_m": 4}, "2 of height_m"),
        ({"lengths": lengths(3), "people": True}, "not both"),
        ({"people": True, "hfov_deg": 70, "focal_px": 900}, "exactly one of focal_px and hfov_deg"),
    ],
)
def test_too_little_is_said_when_the_file_is_read(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        calibration(**given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"lengths": [{"px": [(300, 500), (300, 500)], "m": 2}] * 3},
            "both ends of a known length are on the same pixel",
        ),
        ({"lengths": [lengths()[0]] * 3}, "uncertain by"),
        ({"lengths": lengths(longer=1.2), "height_m": 4, "tilt_deg": 22}, "of 7.2 m comes out as"),
    ],
)
def test_lengths_that_report_no_floor_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(CalibrationError, match=words):
        make_plane(calibration(**given), WH)


def test_people_alone_are_no_floor_yet() -> None:
    with pytest.raises(CalibrationError, match="learned from people"):
        make_plane(Calibration(people=True, hfov_deg=70), WH)
