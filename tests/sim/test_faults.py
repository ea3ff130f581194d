"""Faults are on the picture when the scenario says so, and only then."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from passerby.sim.camera import SimCamera
from passerby.sim.faults import Faults
from passerby.sim.focus import LEVELS_M, FocusLens
from passerby.sim.scenario import Fault

PICTURE = np.random.default_rng(0).integers(0, 255, (90, 160, 3)).astype(np.uint8)


def faults(kind: str, amount: float = 0.0) -> Faults:
    return Faults((Fault(kind=kind, camera="c", from_s=1, to_s=2, amount=amount),), "c", 0)


LENS = [("covered", 1.0), ("spray", 0.9), ("drops", 0.3), ("cleaning", 0.2), ("sun", 0.1), ("headlights", 1.0)]


@pytest.mark.parametrize(("kind", "amount"), LENS)
def test_things_on_the_lens_are_there_only_during_their_fault(kind: str, amount: float) -> None:
    fault = faults(kind, amount)
    assert np.array_equal(fault.before_lens(PICTURE, 0.5), PICTURE)
    assert not np.array_equal(fault.before_lens(PICTURE, 1.9), PICTURE)
    assert np.array_equal(fault.before_lens(PICTURE, 2.0), PICTURE)


@pytest.mark.parametrize("kind", ["signal_loss", "frozen"])
def test_a_picture_is_spoilt_only_during_its_fault(kind: str) -> None:
    fault = faults(kind)
    assert np.array_equal(fault.spoil(PICTURE, 0.5), PICTURE)
    assert not np.array_equal(fault.spoil(PICTURE[::-1], 1.9), PICTURE[::-1])
    assert np.array_equal(fault.spoil(PICTURE, 2.0), PICTURE)


def test_frozen_repeats_the_last_picture_before() -> None:
    fault = faults("frozen")
    fault.spoil(PICTURE, 0.9)
    assert np.array_equal(fault.spoil(PICTURE[::-1], 1.5), PICTURE)


def test_a_wholly_covered_lens_shows_nothing_of_the_scene() -> None:
    assert faults("covered", 1.0).before_lens(PICTURE, 1.99).std() < 5


def test_drops_hide_the_given_fraction() -> None:
    flat = np.zeros((90, 160, 3), np.uint8)
    flat[:45] = 200
    changed = np.abs(faults("drops", 0.4).before_lens(flat, 1.99).astype(int) - flat).max(axis=2) > 20
    assert 0.25 <= changed.mean() <= 0.6


def test_lamps_flicker_and_a_camera_switches_to_infrared() -> None:
    lamps = faults("flicker", 0.3)
    gains = [lamps.gain(t) for t in np.linspace(1, 1.99, 30)]
    assert (lamps.gain(0.5), min(gains) < 0.8, max(gains) > 1.2) == (1.0, True, True)
    assert [faults("night").is_night(t) for t in (0.5, 1.5, 2.0)] == [False, True, False]


def test_another_camera_is_not_touched() -> None:
    other = Faults((Fault(kind="covered", camera="else", amount=1.0),), "c", 0)
    assert other.active(1.0) == ()


@pytest.mark.parametrize(
    ("kind", "amount", "count", "repeats"),
    [("dropped", 1.0, 20, False), ("duplicated", 1.0, 30, True), ("late", 0.3, 30, False)],
)
def test_times_still_rise(kind: str, amount: float, count: int, repeats: bool) -> None:
    shots = [(k / 10, np.full((2, 2, 3), k, np.uint8), None) for k in range(30)]
    sent = list(faults(kind, amount).timing(iter(shots)))
    times = [t for t, _, _ in sent]
    assert len(sent) == count
    assert all(b > a for a, b in pairwise(times))
    assert (len({int(bgr[0, 0, 0]) for _, bgr, _ in sent}) < count) is repeats


def test_a_pushed_camera_looks_elsewhere_and_the_scripted_one_stays() -> None:
    camera = SimCamera("c", (0.0, 0.0, 4.0), 10, 20, 500, (640, 360))
    assert faults("moved", 12).pointing(camera, 1.5).yaw_deg == -2
    assert faults("moved", 12).pointing(camera, 0.5) == camera
    assert faults("tilted", 3).pointing(camera, 1.5).tilt_deg == 17


def test_blur_is_zero_at_the_focus_and_grows_away_from_it() -> None:
    lens = FocusLens(1321, 1920, focus_m=4.0)
    blur = lens.blur_px(np.array([1.0, 2.0, 4.0, 8.0, 30.0]))
    assert blur[2] == pytest.approx(0, abs=1e-9)
    assert blur[0] > blur[1] > 0
    assert blur[4] > blur[3] > 0


def test_the_circle_of_confusion_is_the_thin_lens_formula() -> None:
    """c = A f |d - s| / (d (s - f)), computed here from the textbook."""
    lens, per_mm = FocusLens(1321, 1920, focus_m=0.5), 1920 / 5.6
    f, s, d = 1321 / per_mm, 500.0, 10_000.0
    textbook = f / 1.6 * f * (d - s) / (d * (s - f)) * per_mm
    assert float(lens.blur_px(np.array([10.0]))[0]) == pytest.approx(textbook, rel=1e-6)


@pytest.mark.parametrize(
    "lens",
    [FocusLens(1321, 1920, focus_m=0.2), FocusLens(1321, 1920, heat_c=30), FocusLens(1321, 1920, infrared=0.008)],
)
def test_defocus_heat_and_infrared_soften_the_picture(lens: FocusLens) -> None:
    assert lens.is_soft()
    assert lens.blur_px(LEVELS_M).max() > 4
    depth = np.full((90, 160), 8.0, np.float32)
    assert lens.expose(PICTURE, depth).std() < 0.5 * PICTURE.std()


def test_a_focused_lens_leaves_the_picture_alone() -> None:
    assert not FocusLens(1321, 1920, focus_m=8.0).is_soft()
