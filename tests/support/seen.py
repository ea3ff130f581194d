"""What a camera and its detector saw, made up: frames, boxes and tracks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from passerby.contracts.people import Detections, Tracks
from passerby.contracts.time import Timestamp
from passerby.pixels.frame import RawFrame

CAMERA = "platform-1"
WH = (640, 480)
Box = Sequence[float]


def at(seconds: float) -> Timestamp:
    """The time of a frame of a recording."""
    return Timestamp(round(seconds * 1e9))


def noise(wh: tuple[int, int] = WH, seed: int = 1) -> NDArray[np.uint8]:
    """A picture in which no pixel has the fill colour: every channel is above 128."""
    return np.random.default_rng(seed).integers(129, 256, (wh[1], wh[0], 3), np.uint8)


def frame(
    wh: tuple[int, int] = WH,
    seconds: float = 0.0,
    *,
    bgr: NDArray[np.uint8] | None = None,
    camera: str = CAMERA,
    number: int = 1,
) -> RawFrame:
    """A frame of noise, or of `bgr`."""
    return RawFrame(camera, number, at(seconds), noise(wh) if bgr is None else bgr)


def found(
    boxes: Sequence[Box] = (),
    seconds: float = 0.0,
    *,
    score: float | Sequence[float] = 0.9,
    wh: tuple[int, int] = WH,
    camera: str = CAMERA,
) -> Detections:
    """Detections with one score for all, or one each."""
    xyxy = np.asarray(boxes, np.float32).reshape(-1, 4)
    return Detections(
        camera, at(seconds), wh, xyxy, np.broadcast_to(np.asarray(score, np.float32), len(xyxy)).copy()
    )


def tracked(
    boxes: Sequence[Box] = (),
    seconds: float = 0.0,
    *,
    predicted: bool = False,
    wh: tuple[int, int] = WH,
    camera: str = CAMERA,
) -> Tracks:
    """Confirmed tracks with these boxes."""
    xyxy = np.asarray(boxes, np.float32).reshape(-1, 4)
    n = len(xyxy)
    with np.errstate(all="ignore"):  # boxes may be absurd
        foot = np.stack([(xyxy[:, 0] + xyxy[:, 2]) / 2, xyxy[:, 3]], axis=1)
    return Tracks(
        camera,
        at(seconds),
        wh,
        id=np.arange(1, n + 1),
        xyxy_px=xyxy,
        foot_px=foot,
        score=np.ones(n, np.float32),
        age_s=np.ones(n, np.float32),
        confirmed=np.ones(n, bool),
        predicted=np.full(n, predicted),
        removed=np.zeros(0, np.int64),
    )


def person(x: float, foot_y: float = 400.0, height: float = 120.0) -> tuple[float, float, float, float]:
    """The box of somebody standing at (x, foot_y) px."""
    return x - height / 5, foot_y - height, x + height / 5, foot_y
