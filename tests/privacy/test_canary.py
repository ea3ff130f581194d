"""A pattern painted on every head of the simulated station is looked for in every picture shown or kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from passerby.camera.covering import CoverageMeter
from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.contracts.people import Detections
from passerby.contracts.time import Timestamp
from passerby.evidence.video import RedactedVideo
from passerby.pixels.frame import RawFrame
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.scene.place import Place
from passerby.sim.station import Station
from passerby.sim.truth import FrameTruth
from support import redacted
from support.canary import everything_in, found_in, marked
from support.fakes import ColourDetector, ListSink, ListSource
from support.seen import tracked
from support.stage import camera

WH, FPS = (960, 540), 5.0


class Forgetful(ColourDetector):
    """Knows the truth, and misses everybody every third time on average."""

    def __init__(self, truths: dict[int, FrameTruth], misses: float = 0.34) -> None:
        super().__init__()
        self._truths, self._misses = truths, misses

    def detect(self, frames: object) -> list[Detections]:
        (frame,) = frames  # type: ignore[misc]
        truth = self._truths[frame.number]
        seen = np.random.default_rng(frame.number).random(len(truth.id)) > self._misses
        boxes = truth.box_px[seen & (truth.visibility > 0.1)].astype(np.float32)
        return [Detections(frame.camera, frame.at, frame.wh, boxes, np.full(len(boxes), 0.9, np.float32))]


class Bypassed:
    """A place and a redactor that let the frame through: what the test must be able to find."""

    def see(self, frame: RawFrame, *_: object) -> RawFrame:
        self._raw = frame
        return frame

    def draw(self, *_: object) -> RedactedImage:
        nobody = Detections(
            self._raw.camera, self._raw.at, self._raw.wh, np.zeros((0, 4), np.float32), np.zeros(0, np.float32)
        )
        return redacted.redact(self._raw, nobody, tracked(wh=self._raw.wh))


def watch(folder: Path, scenario: str, seconds: float) -> None:
    truths: dict[int, FrameTruth] = {}

    def frames() -> Iterator[RawFrame]:
        shots = Station.load(scenario, seed=2).frames(seconds=seconds, size_px=WH, fps=FPS)
        for k, (t_s, bgr, truth) in enumerate(shots, 1):
            truths[k] = truth
            yield RawFrame("platform-1", k, Timestamp(round(1e9 * t_s)), marked(bgr, truth))

    with Outputs(folder, RedactedVideo(folder / "redacted.mp4")) as outputs:
        services = CameraServices(Forgetful(truths), ListSink(), outputs)
        CameraLoop(camera(picture_px=[320, 240]), ListSource(frames()), services).run(Event())
        (folder / "background.jpg").write_bytes(outputs.background() or b"")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["demo", "hall-rush"])
def test_no_picture_holds_the_pattern(tmp_path: Path, scenario: str) -> None:
    watch(tmp_path, scenario, 30.0)
    shown = [*everything_in(tmp_path)]
    assert len(shown) > 140
    assert [k for k, picture in enumerate(shown) if found_in(picture)] == []


@pytest.mark.slow
def test_the_pattern_is_found_where_the_redactor_is_bypassed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bypassed = Bypassed()
    monkeypatch.setattr(Place, "step", bypassed.see)
    monkeypatch.setattr(Redactor, "draw", bypassed.draw)
    monkeypatch.setattr(CoverageMeter, "add", lambda *_: None)
    watch(tmp_path, "demo", 4.0)
    found = [found_in(picture) for picture in everything_in(tmp_path)]
    assert sum(count > 0 for count in found) > len(found) / 2
