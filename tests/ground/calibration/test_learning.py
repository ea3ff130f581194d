"""Learning the floor while running, keeping it, and noticing that the camera was moved."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace

import numpy as np
import pytest

from passerby.contracts.calibration import LearnedFloor
from passerby.contracts.calibration_settings import Calibration
from passerby.contracts.people import Tracks
from passerby.ground.calibration.learning import FIT_AT, RECENT, FloorLearner, Learned, News
from passerby.sim.camera import SimCamera
from support.walkers import WH, Crowd, camera, stream

LENS = Calibration(people=True, focal_px=650)
SPOTS_M = np.array([[0.0, 8.0], [0.0, 12.0]])


def feed(learner: FloorLearner, frames: Iterable[Tracks]) -> list[News]:
    return [news for tracks in frames if (news := learner.step(tracks))]


def four_metres(learner: FloorLearner, seen_by: SimCamera) -> float:
    plane = learner.plane()
    assert plane is not None
    px, _ = seen_by.project(np.column_stack([SPOTS_M, np.zeros(2)]))
    return float(np.linalg.norm(np.diff(plane.exact().to_floor(px).pos_m, axis=0)))


@pytest.fixture(scope="module")
def kept() -> LearnedFloor:
    learner = FloorLearner(LENS, WH)
    feed(learner, stream(camera(), 45))
    assert learner.floor is not None
    return learner.floor


def test_metres_come_with_the_twentieth_walker_and_get_better() -> None:
    learner = FloorLearner(LENS, WH)
    assert feed(learner, stream(camera(), FIT_AT[0] - 1)) == []
    assert learner.plane() is None
    news = feed(learner, stream(camera(), 25, seed=2, first=FIT_AT[0]))
    assert [n.what for n in news] == [Learned.FLOOR, Learned.FLOOR]
    assert learner.floor is not None
    assert learner.floor.walkers == FIT_AT[1]
    assert four_metres(learner, camera()) == pytest.approx(4.0, rel=0.05)


def test_what_cannot_be_known_yet_says_why() -> None:
    learner = FloorLearner(Calibration(people=True), WH)
    assert feed(learner, stream(camera(), 25)) == []
    assert "hfov_deg" in learner.refused


def test_a_kept_floor_is_used_at_once(kept: LearnedFloor) -> None:
    learner = FloorLearner(LENS, WH, kept)
    assert four_metres(learner, camera()) == pytest.approx(4.0, rel=0.05)
    assert feed(learner, stream(camera(), 25)) == []


@pytest.mark.parametrize(
    ("calibration", "change"),
    [(LENS, {"picture_wh": (640, 480)}), (Calibration(people=True, focal_px=700), {})],
)
def test_a_floor_of_another_picture_or_lens_is_void(
    kept: LearnedFloor, calibration: Calibration, change: dict[str, tuple[int, int]]
) -> None:
    assert FloorLearner(calibration, WH, replace(kept, **change)).plane() is None


@pytest.mark.parametrize("moved", [camera(tilt_deg=24), camera(tilt_deg=16), camera(focal_px=850)])
def test_a_camera_that_was_moved_is_noticed_and_learned_anew(kept: LearnedFloor, moved: SimCamera) -> None:
    calibration = Calibration(people=True, focal_px=moved.focal_px)
    learner = FloorLearner(
        calibration, WH, replace(kept, given=calibration.model_dump_json(exclude_defaults=True))
    )
    news = feed(learner, stream(moved, 2 * RECENT + 25, seed=5))
    assert [n.what for n in news[:2]] == [Learned.MOVED, Learned.FLOOR]
    assert news[0].times >= 2
    assert four_metres(learner, moved) == pytest.approx(4.0, rel=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_other_people_are_no_movement(kept: LearnedFloor, seed: int) -> None:
    learner = FloorLearner(LENS, WH, kept)
    crowd = Crowd(children=0.15, box_sd=0.03)
    assert Learned.MOVED not in [n.what for n in feed(learner, stream(camera(), 150, crowd, seed + 10))]


def test_nothing_of_anybody_is_in_what_is_kept(kept: LearnedFloor) -> None:
    assert len(json.dumps(asdict(kept))) < 1500
    assert set(asdict(kept)) == {
        "picture_wh", "given", "vector", "cov", "people_misfit", "box_misfit", "length_sd", "walkers",
    }  # fmt: skip
