"""What to measure next where walking people do not determine a floor."""

from __future__ import annotations

import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.prior import prior_of
from passerby.ground.calibration.selfcal import WORST_LENGTH_SD, fit_walkers
from passerby.ground.calibration.survey import POINTS, next_step
from support.walkers import WH, Crowd, camera, walkers

NOTHING = Calibration(people=True)


def advice(n: int, calibration: Calibration, crowd: Crowd | None = None) -> str:
    seen, prior = walkers(camera(), n, crowd, 1), prior_of(calibration, WH)
    with pytest.raises(CalibrationError) as refused:
        fit_walkers(seen, WH, prior)
    return next_step(refused.value, seen, WH, prior)


def test_one_measurement_does_where_walkers_are_near_and_far() -> None:
    said = advice(100, NOTHING)
    assert said.startswith(
        "the smallest survey that fixes this: --hfov-deg (data sheet): a metre is then known to "
    )
    assert ", or --tilt-deg (a phone held to the camera): a metre is then known to " in said


def test_what_it_promises_comes_true() -> None:
    with_lens = fit_walkers(
        walkers(camera(), 100, None, 1), WH, prior_of(NOTHING.model_copy(update={"focal_px": 650}), WH)
    )
    assert f"(data sheet): a metre is then known to {with_lens.length_sd:.0%}" in advice(100, NOTHING)
    assert with_lens.length_sd <= WORST_LENGTH_SD


def test_measurements_that_are_given_are_not_asked_for() -> None:
    said = advice(100, Calibration(people=True, height_m=4.0))
    assert "--height-m" not in said
    assert "--hfov-deg" in said


@pytest.mark.parametrize(
    ("n", "crowd", "why"),
    [(5, None, "too few walkers"), (19, None, "nearly enough: nobody waits for the last one")],
)
def test_else_points_do(n: int, crowd: Crowd | None, why: str) -> None:
    assert advice(n, NOTHING, crowd) == POINTS, why
