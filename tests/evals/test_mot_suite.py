"""The suite over labelled recordings, on a made-up one: who walks, at which speed, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Sequence as Several
from pathlib import Path

import numpy as np
import pytest

from passerby.contracts.errors import UsageError
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.evals import mot_suite as suite
from passerby.evals.result import Report
from passerby.evals.tracking import Frame, TrackScore
from passerby.pixels.frame import RawFrame
from support.video import write

FPS, FRAMES, WH = 8.0, 40, (640, 480)
METRES = np.array([[0.02, 0, 0], [0, -0.05, 24.0], [0, 0, 1]])  # of a pixel of the picture
WALK = suite.Sequence("made up", "made-up.mp4", "made-up.txt", "floor", FPS, 0.10)
SPEEDS_MPS = {1: 1.4, 7: -0.8}


def _labels() -> np.ndarray:
    """Rows of two people who walk across: frame, id, x, y, w, h, 1, and their place in metres."""
    rows = []
    for number in range(1, FRAMES + 1):
        for who, speed_mps in SPEEDS_MPS.items():
            x_m, y_m = (2.0 if speed_mps > 0 else 10.0) + speed_mps * (number - 1) / FPS, 4.0 + who / 2
            foot = np.linalg.inv(METRES) @ (x_m, y_m, 1.0)
            rows.append([number, who, foot[0] - 20, foot[1] - 110, 40, 110, 1, x_m, y_m])
    return np.array(rows)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "groundtruth"
    (folder / "mot").mkdir(parents=True)
    np.savetxt(folder / "mot" / WALK.labels, _labels(), delimiter=",")
    floors = {WALK.floor: {"image_size": WH, "image_to_world_m": METRES.tolist()}}
    (folder / "mot" / "homographies.json").write_text(json.dumps(floors))
    monkeypatch.setattr(suite, "SEQUENCES", (WALK,))
    monkeypatch.setattr(suite, "score_tracks", _score)
    return folder


def _score(truth: np.ndarray, frames: Several[Frame]) -> TrackScore:
    """TrackEval is optional: count the numbers only."""
    made = {int(number) for ids, _ in frames for number in ids}
    return TrackScore(1.0, 1.0, 1.0, len(made), len(set(truth[:, 1])))


class Labeller:
    """A detector that says the labels."""

    batch = 1

    def __init__(self) -> None:
        self.info, self.seen = ModelInfo("labeller", "00", "none", (320, 240), 0.5), list[int]()

    def detect(self, frames: Several[RawFrame]) -> list[Detections]:
        (frame,) = frames
        self.seen.append(frame.number)
        rows = _labels()
        rows = rows[rows[:, 0] == frame.number]
        boxes = np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]).astype(np.float32)
        return [Detections(frame.camera, frame.at, frame.wh, boxes, np.full(len(boxes), 0.9, np.float32))]


def _row(report: Report) -> dict[str, object]:
    (table,) = report.tables
    return dict(zip(table.heads, table.rows[0], strict=True))


def test_boxes_of_the_labels_have_the_speed_of_the_labels(data: Path) -> None:
    report = suite.mot_suite(data, None)
    row = _row(report)
    assert row["identities made / true"] == "2 / 2"
    assert row["speeds"] > FRAMES
    assert row["speed MAE, m/s"] < 0.05
    assert report.aims == ()  # the aims are for detectors


def test_a_detector_is_held_to_the_aim_of_the_recording(data: Path) -> None:
    (data.parent / "media").mkdir()
    write(data.parent / "media" / WALK.video, frames=FRAMES, wh=WH, fps=8)
    detector = Labeller()
    report = suite.mot_suite(data, detector)
    assert detector.seen == list(range(1, FRAMES + 1))
    (aim,) = report.aims
    assert (aim.key, aim.limit) == ("mot.speed.floor", 0.10)
    assert aim.figure == _row(report)["speed MAE, m/s"] < 0.05
    assert report.settings == (("boxes", "labeller 320x240"),)


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [("labels", "no labels; give"), ("video", "no such video")],
)
def test_what_is_missing_is_named(data: Path, lacks: str, sentence: str) -> None:
    if lacks == "labels":
        (data / "mot" / WALK.labels).unlink()
    with pytest.raises(UsageError, match=sentence):
        suite.mot_suite(data, Labeller())
