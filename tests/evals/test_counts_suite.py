"""Counting on a clip of one's own: from the video to ratio and interval."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from passerby.config.check import load_checked
from passerby.contracts.config import Camera, Line
from passerby.contracts.errors import UsageError
from passerby.contracts.people import Detections
from passerby.contracts.results import ModelInfo
from passerby.evals.counts import HandCount
from passerby.evals.counts_suite import counts_suite
from passerby.pixels.frame import RawFrame
from passerby.sim.record import record
from passerby.sim.station import Station


class TruthDetector:
    """Says what truth_tracks.txt says of a frame."""

    info = ModelInfo("truth", "", "none", (1, 1), 0.5)
    batch = 1

    def __init__(self, path: Path | None = None) -> None:
        self._rows = np.zeros((0, 9)) if path is None else np.loadtxt(path, delimiter=",", ndmin=2)

    def detect(self, frames: Sequence[RawFrame]) -> list[Detections]:
        out = []
        for frame in frames:
            rows = self._rows[(self._rows[:, 0] == frame.number) & (self._rows[:, 8] > 0.25)]
            box = np.hstack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]).clip(0, frame.wh * 2).astype(np.float32)
            out.append(Detections(frame.camera, frame.at, frame.wh, box, np.full(len(box), 0.9, np.float32)))
        return out


CAMERA = Camera(name="c", source="x.mp4", lines=(Line(name="gate", from_px=(0, 0), to_px=(9, 9)),))


@pytest.mark.parametrize(
    ("hand", "what"),
    [
        ([HandCount("gat", "in", 0, 60, 1)], "name the line 'gat'; the configuration has gate"),
        ([], "has no rows"),
    ],
)
def test_what_cannot_be_compared_is_refused(hand: list[HandCount], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        counts_suite(Path("x.mp4"), CAMERA, hand, TruthDetector(), lambda _: None)


@pytest.mark.slow
def test_a_clip_is_counted_and_compared(tmp_path: Path) -> None:
    station = Station.load("counting")
    made = record(station, "passage-1", tmp_path, 16.0, size_px=(640, 360))
    camera = load_checked(tmp_path / "unit.yaml").unit.cameras[0].model_copy(update={"analysis_fps": 8.0})
    true = made.ledger.line_counts()["gate"][0]
    # One person more than there was, so that the ratio says that one is missed.
    hand = [HandCount("gate", "in", 0.0, 15.9, true + 1)]
    detector = TruthDetector(tmp_path / "truth_tracks.txt")
    report, (error,) = counts_suite(tmp_path / "video.mp4", camera, hand, detector, lambda _: None)
    assert (error.counted, error.true) == (true, true + 1)
    assert error.ratio == pytest.approx(true / (true + 1))
    assert report.tables[0].rows[0][:5] == ("gate", "in", 1, true + 1, true)
    late = [HandCount("gate", "in", 0.0, 60.0, 1)]
    with pytest.raises(UsageError, match="the clip ends at"):
        counts_suite(tmp_path / "video.mp4", camera, late, detector, lambda _: None)
