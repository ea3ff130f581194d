"""A pattern painted on every head of the simulated station is looked for in every picture shown or kept."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest

from passerby.camera.loop import CameraLoop, CameraServices
from passerby.camera.outputs import Outputs
from passerby.contracts.people import Detections
from passerby.contracts.time import Timestamp
from passerby.evidence.video import RedactedVideo
from passerby.pixels.frame import U8, RawFrame
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.scene.place import Place
from passerby.sim.station import Station
from passerby.sim.truth import FrameTruth
from support import redacted
from support.fakes import ColourDetector, ListSink, ListSource
from support.figures import pictures
from support.seen import tracked
from support.stage import camera

DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
NUMBER, WH, FPS = 7, (960, 540), 5.0
LIKE = 0.86
JPEG = re.compile(rb"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")


def marked(bgr: U8, truth: FrameTruth) -> U8:
    """The picture with the pattern on every head in sight."""
    picture = bgr.copy()
    for (x0, y0, x1, y1), seen in zip(truth.box_px, truth.visibility, strict=True):
        side = round(max(18, 0.2 * (y1 - y0)))
        left, top = round((x0 + x1 - side) / 2), round(y0)
        inside = left >= 0 and top >= 0 and left + side <= WH[0] and top + side <= WH[1]
        if seen > 0.3 and inside:
            pattern = cv2.aruco.generateImageMarker(DICTIONARY, NUMBER, 60)
            small = cv2.resize(pattern, (side, side), interpolation=cv2.INTER_AREA)
            picture[top : top + side, left : left + side] = small[..., None]
    return picture


def found_in(picture: U8) -> int:
    """How often a decoder or a comparison at many sizes finds the pattern."""
    large = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    numbers = cv2.aruco.ArucoDetector(DICTIONARY).detectMarkers(np.asarray(large))[1]
    decoded = 0 if numbers is None else int((numbers == NUMBER).sum())
    return decoded + sum(_compared(picture, side) for side in (9, 12, 16, 20, 26))


def _compared(picture: U8, side: int) -> int:
    pattern = cv2.resize(
        cv2.aruco.generateImageMarker(DICTIONARY, NUMBER, 60), (side, side), interpolation=cv2.INTER_AREA
    )
    if min(picture.shape[:2]) < side:
        return 0
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return int((cv2.matchTemplate(grey, pattern, cv2.TM_CCOEFF_NORMED) > LIKE).sum())


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
        services = CameraServices(
            Forgetful(truths), ListSink(), outputs, lambda: f"i{len([*folder.rglob('*.jpg')])}"
        )
        CameraLoop(camera(picture_px=[320, 240]), ListSource(frames()), services).run(Event())
        (folder / "background.jpg").write_bytes(outputs.background() or b"")


def everything_in(folder: Path) -> Iterator[U8]:
    for path in folder.rglob("*"):
        if path.suffix in {".jpg", ".mp4"}:
            yield from pictures(path)
        elif path.is_file():
            for embedded in JPEG.findall(path.read_bytes()):
                yield np.asarray(cv2.imdecode(np.frombuffer(base64.b64decode(embedded), np.uint8), 1), np.uint8)


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
    watch(tmp_path, "demo", 4.0)
    found = [found_in(picture) for picture in everything_in(tmp_path)]
    assert sum(count > 0 for count in found) > len(found) / 2
