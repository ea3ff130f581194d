"""People who walk past tell how a camera is mounted; where they cannot, there is a sentence and no number."""

from __future__ import annotations

import numpy as np
import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.errors import CalibrationError
from passerby.ground.calibration.body import box_heights_px
from passerby.ground.calibration.prior import prior_of
from passerby.ground.calibration.selfcal import WalkerFit, fit_walkers
from passerby.ground.geometry.mounting import Mounting, floor_of
from support.walkers import WH, Crowd, boxes, camera, walkers

LENS = Calibration(people=True, focal_px=650)
ASKED_M = np.array([[-1.0, 7.0], [1.0, 7.0], [0.0, 9.0], [0.0, 14.0], [-2.0, 14.0]])


def fit(
    n: int = 100, crowd: Crowd | None = None, calibration: Calibration = LENS, seed: int = 1, **mount: float
) -> WalkerFit:
    return fit_walkers(walkers(camera(**mount), n, crowd, seed), WH, prior_of(calibration, WH))


def scale_errors(found: WalkerFit, **mount: float) -> np.ndarray:
    """Of the distances between spots on the floor, as shares."""
    true = camera(**mount)
    px, _ = true.project(np.column_stack([ASKED_M, np.zeros(len(ASKED_M))]))
    pos = floor_of(found.mounting, WH).exact().to_floor(px).pos_m
    i, j = np.triu_indices(len(pos), 1)
    return np.asarray(
        np.linalg.norm(pos[i] - pos[j], axis=1) / np.linalg.norm(ASKED_M[i] - ASKED_M[j], axis=1) - 1
    )


@pytest.mark.parametrize(
    "mount",
    [
        {"height_m": 4.0, "tilt_deg": 20.0},
        {"height_m": 3.0, "tilt_deg": 14.0},
        {"height_m": 5.5, "tilt_deg": 33.0},
        {"height_m": 4.0, "tilt_deg": 22.0, "roll_deg": 4.0},
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_hundred_walkers_give_metres_to_two_percent(mount: dict[str, float], seed: int) -> None:
    found = fit(seed=seed, **mount)
    assert np.abs(np.median(scale_errors(found, **mount))) <= 0.02
    assert found.mounting.height_m == pytest.approx(mount["height_m"], rel=0.05)
    assert found.mounting.tilt_deg == pytest.approx(mount["tilt_deg"], abs=1.5)
    assert found.mounting.roll_deg == pytest.approx(mount.get("roll_deg", 0.0), abs=1.5)


def test_a_tilt_known_does_for_a_lens() -> None:
    found = fit(calibration=Calibration(people=True, tilt_deg=20))
    assert np.abs(np.median(scale_errors(found))) <= 0.03
    assert found.mounting.focal_px == pytest.approx(650, rel=0.06)


@pytest.mark.parametrize("crowd", [Crowd(children=0.2), Crowd(cut=0.15), Crowd(children=0.1, cut=0.1)])
def test_children_and_boxes_cut_off_move_it_little(crowd: Crowd) -> None:
    assert np.abs(np.median(scale_errors(fit(crowd=crowd)))) <= 0.03
    assert fit(crowd=crowd).doubted >= 0.05


def test_the_truth_lies_within_the_stated_error() -> None:
    """Of forty other crowds, whose mean differs as nations do, the height's error is what is stated."""
    rng, off = np.random.default_rng(3), []
    for seed in range(40):
        found = fit(60, Crowd(mean_m=1.715 + rng.normal(0, 0.03)), seed=seed)
        off.append((found.mounting.height_m - 4.0) / found.mounting.sd[0])
    assert np.mean(np.abs(off) < 2) >= 0.85
    assert np.std(off) < 1.5


def test_the_error_reaches_the_speed() -> None:
    few, many = fit(20), fit(200)
    pos, vel = np.array([[0.0, 12.0]]), np.array([[0.0, 1.34]])
    sd = [float(np.sqrt(floor_of(f.mounting, WH).fit_speed_var(pos, vel))[0]) for f in (few, many)]
    assert 0.02 < sd[1] < sd[0] < 0.15
    assert many.length_sd < few.length_sd


NO_LENS, SHORT = Calibration(people=True), Calibration(people=True, focal_px=300)
ABOVE = {"tilt_deg": 75.0, "focal_px": 300.0}
REFUSED = {
    "too few": ((19, Crowd(), LENS, {}), "complete, upright walkers: 19 of the 20 needed"),
    "lens and tilt unknown": ((100, Crowd(), NO_LENS, {}), "hfov_deg"),
    "one row, lens unknown": ((100, Crowd(near_m=9, far_m=9.3), NO_LENS, {}), "people walk nearer"),
    "from above": ((100, Crowd(near_m=0.8, far_m=3), SHORT, ABOVE), "looks down by"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_known_is_refused_in_a_sentence(case: str) -> None:
    (n, crowd, calibration, mount), words = REFUSED[case]
    with pytest.raises(CalibrationError, match=words) as refused:
        fit(n, crowd, calibration, **mount)
    assert "\n" not in str(refused.value)


def test_the_body_is_the_one_the_simulation_projects() -> None:
    mounting = Mounting.of(4.0, 20.0, 3.0, 650.0)
    box = boxes(camera(roll_deg=3.0), np.array([[0.0, 5.0], [2.0, 8.0], [-4.0, 18.0]]), 1.8)
    bottom = np.column_stack([(box[:, 0] + box[:, 2]) / 2, box[:, 3]])
    found = box_heights_px(mounting.vector, bottom, 1.8, WH)
    assert found == pytest.approx(box[:, 3] - box[:, 1], rel=0.01)


def test_nobody_stands_above_the_horizon() -> None:
    mounting = Mounting.of(4.0, 20.0, 0.0, 650.0)
    assert np.isnan(box_heights_px(mounting.vector, np.array([[480.0, 10.0]]), 1.7, WH)).all()
