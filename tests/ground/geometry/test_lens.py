"""A bent lens: there and back, its slopes, and that it is found from points where there is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.calibration_settings import Calibration
from passerby.ground.calibration.calibrate import fit_points, from_mounting
from passerby.ground.geometry.lens import MOST_BEND, Lens
from passerby.ground.geometry.plane import GroundPlane

WH = (1280, 720)
STRAIGHT = from_mounting(Calibration(height_m=4, tilt_deg=30, focal_px=700), WH).exact()
ALL_OVER_M = np.array([[x, y] for y in (3.0, 5.0, 8.0, 12.0) for x in (-3.0, -1.0, 1.5, 3.5)])
ASKED_M = np.array([[0.0, 7.0], [2.5, 4.0], [-2.5, 10.0]])
bends = st.floats(-MOST_BEND, 0.3)
spots = st.tuples(st.floats(0, WH[0]), st.floats(0, WH[1]))


def filmed(bend: float) -> GroundPlane:
    return GroundPlane(STRAIGHT.world_to_image, np.zeros((9, 9)), max_sd_m=np.inf, lens=Lens(WH, bend))


@given(bends, spots)
def test_straightening_and_bending_undo_each_other(bend: float, spot: tuple[float, float]) -> None:
    lens, px = Lens(WH, bend), np.array([spot])
    straight = lens.straight(px)
    if np.isfinite(straight).all():
        assert lens.bent(straight) == pytest.approx(px, abs=1e-6)


@given(bends, spots)
def test_slopes_are_the_change_of_the_straight_point(bend: float, spot: tuple[float, float]) -> None:
    lens, px, step = Lens(WH, bend), np.array([spot]), 0.01
    sides = [lens.straight(px + shift) - lens.straight(px - shift) for shift in step * np.eye(2)[:, None]]
    assert lens.slopes(px)[0] == pytest.approx(
        np.column_stack([s[0] for s in sides]) / (2 * step), rel=1e-3, abs=1e-4
    )


def test_the_middle_stays_and_a_barrel_pulls_the_corners_in() -> None:
    lens = Lens(WH, -0.2)
    middle = (np.array([WH], float) - 1) / 2
    assert lens.straight(middle) == pytest.approx(middle)
    assert lens.straight(np.array([[0.0, 0.0]])).max() < -50
    assert np.isnan(lens.straight(np.array([[-9000.0, 0.0]]))).all(), "nothing is known far outside"


@pytest.mark.parametrize(("bend", "better"), [(-0.35, 2), (-0.2, 1.5), (-0.1, 1.05), (0.1, 1.1)])
def test_a_bent_lens_is_found_from_noisy_points(bend: float, better: float) -> None:
    true, rng = filmed(bend), np.random.default_rng(4)
    px = true.to_picture(ALL_OVER_M) + rng.normal(0, 1, ALL_OVER_M.shape)
    plane = fit_points(px, ALL_OVER_M, 1.0, WH)
    assert plane.lens is not None
    assert plane.lens.bend == pytest.approx(bend, abs=0.03)
    bare = fit_points(px, ALL_OVER_M, 1.0)
    misses = [
        np.linalg.norm(p.to_floor(true.to_picture(ASKED_M)).pos_m - ASKED_M, axis=1).max() for p in (plane, bare)
    ]
    assert misses[0] < 0.08
    assert misses[1] > better * misses[0]


@pytest.mark.parametrize("seed", range(12))
def test_a_straight_lens_stays_straight(seed: int) -> None:
    rng = np.random.default_rng(seed)
    px = STRAIGHT.to_picture(ALL_OVER_M) + rng.normal(0, 2, ALL_OVER_M.shape)
    assert fit_points(px, ALL_OVER_M, 2.0, WH).lens is None


@pytest.mark.parametrize(
    ("count", "wh"), [(7, WH), (16, None), (16, (600, 300))], ids=["few", "no size", "outside"]
)
def test_too_little_is_known_for_a_lens(count: int, wh: tuple[int, int] | None) -> None:
    px = filmed(-0.3).to_picture(ALL_OVER_M)
    assert fit_points(px[-count:], ALL_OVER_M[-count:], 2.0, wh).lens is None


def test_what_is_uncertain_of_a_foot_grows_where_the_lens_squeezes() -> None:
    corner = np.array([[1200.0, 690.0]])
    bent, straight = filmed(-0.3).to_floor(corner, 2.0), STRAIGHT.to_floor(filmed(-0.3).lens.straight(corner), 2.0)  # type: ignore[union-attr]
    assert bent.pos_m == pytest.approx(straight.pos_m)
    assert bent.sd_m[0] > 1.3 * straight.sd_m[0]
