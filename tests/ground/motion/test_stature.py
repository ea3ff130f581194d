"""Feet of boxes that grow down to what stands before their people, and of those that only look like it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.people import Tracks
from passerby.contracts.time import Timestamp
from passerby.ground.calibration.calibrate import make_plane
from passerby.ground.geometry.near import standing_px
from passerby.ground.motion.stature import Statures
from passerby.ground.motion.velocity import Motion

WH = (1280, 720)
PLANE = make_plane(Calibration(height_m=5.0, tilt_deg=22, focal_px=760), WH).exact()
# Somebody walks away between gates that end here, m in front of the camera.
GATE_M, SPEED_MPS = 12.0, 1.2


def box_at(y_m: float, height_m: float = 1.7) -> np.ndarray:
    """The box (4,) of somebody straight ahead."""
    (foot,) = PLANE.to_picture(np.array([[0.0, y_m]]))
    tall = standing_px(PLANE, foot[None])[0] * height_m / 1.7
    return np.array([foot[0] - 0.2 * tall, foot[1] - tall, foot[0] + 0.2 * tall, foot[1]], np.float32)


def drawn_down(y_m: float) -> np.ndarray:
    """The box as a detector draws it that takes the gate's end for feet."""
    box = box_at(y_m)
    box[3] = max(box[3], box_at(GATE_M)[3])
    return box


def one(t_s: float, box: np.ndarray, predicted: bool = False, track: int = 1) -> Tracks:
    return Tracks(
        camera="c", at=Timestamp(round(t_s * 1e9)), frame_wh=WH, id=np.array([track]), xyxy_px=box[None],
        foot_px=np.array([[(box[0] + box[2]) / 2, box[3]]], np.float32), score=np.ones(1, np.float32),
        age_s=np.array([t_s], np.float32), confirmed=np.ones(1, bool), predicted=np.array([predicted]),
        removed=np.zeros(0, np.int64),
    )  # fmt: skip


def feet_m(
    boxes: Callable[[float], np.ndarray], seconds: float = 5.0, fps: float = 8.0
) -> tuple[list[float], list[bool]]:
    """How far away each foot is, m, and whether its box has grown; the true way begins at 10 m."""
    statures, away, grown = Statures(), [], []
    for k in range(round(seconds * fps)):
        feet, is_grown = statures.feet_px(one(k / fps, boxes(10.0 + SPEED_MPS * k / fps)), PLANE)
        away.append(float(PLANE.to_floor(feet).pos_m[0, 1]))
        grown.append(bool(is_grown[0]))
    return away, grown


@pytest.mark.parametrize("fps", [5, 8, 12.5, 25])
def test_who_walks_away_between_gates_goes_on_although_the_box_stays(fps: float) -> None:
    away, grown = feet_m(drawn_down, fps=fps)
    assert grown[-1]
    assert not grown[round(1.5 * fps)], "before the gate's end the lower edge is the foot"
    assert away[-1] == pytest.approx(10.0 + SPEED_MPS * (round(5 * fps) - 1) / fps, abs=0.7)


def test_who_is_seen_whole_stands_on_the_lower_edge() -> None:
    away, grown = feet_m(box_at)
    assert not any(grown)
    assert away == pytest.approx([10.0 + SPEED_MPS * k / 8 for k in range(40)], abs=1e-3)


@pytest.mark.parametrize(
    ("before_m", "after_m", "in_s"),
    [
        pytest.param(1.25, 1.75, 1.0, id="stands up from a bench: no taller than people are"),
        pytest.param(1.1, 1.35, 2.0, id="a child stretches"),
        pytest.param(1.7, 1.85, 2.0, id="raises the head: a tenth is what boxes scatter by"),
        pytest.param(1.7, 2.4, 0.0, id="at once: the head of somebody behind"),
        pytest.param(1.7, 1.0, 1.0, id="bends down"),
    ],
)
def test_a_box_that_changes_otherwise_stands_on_its_lower_edge(
    before_m: float, after_m: float, in_s: float
) -> None:
    statures = Statures()
    for k in range(48):
        part = 0.0 if k < 16 else 1.0 if in_s == 0 else min((k - 16) / 8 / in_s, 1.0)
        box = box_at(12.0, before_m + part * (after_m - before_m))
        feet, grown = statures.feet_px(one(k / 8, box), PLANE)
        assert not grown.any()
        assert feet[0, 1] == pytest.approx(box[3])


def test_a_head_that_was_anothers_stays_anothers_until_the_box_is_as_before() -> None:
    statures, fit_text = Statures(), []
    heights = [*[1.7] * 16, *[2.4] * 8, *[2.45] * 8, *[1.7] * 4]
    for k, height_m in enumerate(heights):
        fit_text.append(statures.feet_px(one(k / 8, box_at(12.0, height_m)), PLANE)[1][0])
    assert not any(fit_text)


def state_of(statures: Statures) -> list[float]:
    """What is known of track 1."""
    return [float(statures._known[name][0]) for name in ("usual", "last", "at_s", "is_other")]


@pytest.mark.parametrize("spoilt", ["predicted", "cut off above", "cut off below", "young"])
def test_looks_that_say_nothing_of_the_height_change_nothing(spoilt: str) -> None:
    statures = Statures()
    for k in range(16):
        statures.feet_px(one(k / 8, box_at(10.0)), PLANE)
    before = state_of(statures)
    box = box_at(10.0, 2.2)
    box[1] = 0.0 if spoilt == "cut off above" else box[1]
    box[3] = WH[1] if spoilt == "cut off below" else box[3]
    tracks = one(2.0, box, predicted=spoilt == "predicted", track=2 if spoilt == "young" else 1)
    feet, grown = statures.feet_px(tracks, PLANE)
    assert not grown.any()
    assert feet[0, 1] == pytest.approx(box[3])
    assert state_of(statures) == before


def test_above_the_horizon_nothing_is_known() -> None:
    statures = Statures()
    box = np.array([600, 5, 640, 45], np.float32)
    feet, grown = statures.feet_px(one(0.0, box), PLANE)
    assert feet.tolist() == [[620.0, 45.0]]
    assert not grown.any()
    assert len(statures) == 0


def test_tracks_that_ended_are_forgotten() -> None:
    statures = Statures()
    statures.feet_px(one(0.0, box_at(10.0)), PLANE)
    assert len(statures) == 1
    statures.reset(np.array([1, 7]))
    assert len(statures) == 0


def test_a_grown_box_has_a_place_but_no_speed() -> None:
    motion, fit_text = Motion(PLANE), []
    for k in range(40):
        fit_text.append(motion.step(one(k / 8, drawn_down(10.0 + SPEED_MPS * k / 8))))
    assert np.isnan(fit_text[-1].vel_mps).all()
    assert np.isnan(fit_text[-1].speed_sd_mps).all()
    assert fit_text[-1].pos_m[0, 1] == pytest.approx(10.0 + SPEED_MPS * 39 / 8, abs=1.0)
    assert fit_text[-1].pos_sd_m[0] > 1.5 * fit_text[8].pos_sd_m[0], "a foot by the head is known less well"
