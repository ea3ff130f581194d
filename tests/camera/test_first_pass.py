"""The first pass: its segments, and the detections that the second takes from it."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from passerby.camera.first_pass import FirstPass, KeptDetections
from passerby.contracts.config import Camera
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Gap
from passerby.contracts.people import Detections
from passerby.pixels.frame import RawFrame
from support.fakes import CAMERA, ColourDetector, ListSource
from support.figures import MAGENTA, WH, Figure, drawn
from support.seen import frame

CROSSES = Figure(MAGENTA, ((0.0, 40, 200), (8.0, 280, 200)))
CUT_S = 12.0


def frames(until_s: float) -> list[RawFrame | Gap]:
    """Somebody crosses a place; from CUT_S on it is another place."""
    found: list[RawFrame | Gap] = []
    for k in range(round(4 * until_s)):
        bgr = drawn([CROSSES], k / 4)
        bgr[: WH[1] // 2] //= 2
        found.append(frame(WH, k / 4, bgr=bgr if k / 4 < CUT_S else 255 - bgr, camera=CAMERA, number=k + 1))
    return found


def same(one: Detections, other: Detections) -> bool:
    return (
        one.at == other.at
        and np.array_equal(one.xyxy_px, other.xyxy_px)
        and np.array_equal(one.score, other.score)
    )


def learn(kept: KeptDetections, items: list[RawFrame | Gap]) -> Any:
    first = FirstPass(Camera(name=CAMERA, source="drawn.mp4"), None, lambda _: None)
    return first.learn(ListSource(items), kept, threading.Event())


def test_the_second_pass_gets_the_detections_of_the_first_and_asks_no_detector() -> None:
    detector, items = ColourDetector(), [item for item in frames(6) if isinstance(item, RawFrame)]
    kept = KeptDetections(detector, BytesIO())
    assert learn(kept, [*items]) is not None
    calls = len(detector.calls)
    again = [kept.detect([item])[0] for item in items]
    assert len(detector.calls) == calls == len(items)
    fresh = ColourDetector().detect(items)
    assert any(len(found) for found in fresh)
    assert all(same(one, other) for one, other in zip(again, fresh, strict=True))


def test_a_frame_that_the_first_pass_did_not_see_goes_to_the_detector() -> None:
    items = [item for item in frames(3) if isinstance(item, RawFrame)]
    detector = ColourDetector()
    kept = KeptDetections(detector, BytesIO())
    learn(kept, [*items[:4], *items[6:]])
    for item in items:
        assert same(kept.detect([item])[0], ColourDetector().detect([item])[0])
    assert len(detector.calls) == len(items)


def test_each_scene_has_its_own_background() -> None:
    items = [*frames(24), Gap(CAMERA, 24.0, 25.0, None, "a hole")]
    place = learn(KeptDetections(ColourDetector(), BytesIO()), items)
    background = place._background
    assert [segment.from_s for segment in background._coming] == [0.0, CUT_S]
    first, second = background._coming
    assert first.known.mean() > 0.5
    assert not second.known.any(), "no person was tracked there"


def test_a_recording_without_a_frame_has_no_place() -> None:
    assert learn(KeptDetections(ColourDetector(), BytesIO()), []) is None


def test_a_full_disk_is_reported() -> None:
    class Full(BytesIO):
        def write(self, *_: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left on device"):
        learn(KeptDetections(ColourDetector(), Full()), frames(1))
