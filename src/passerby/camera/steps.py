"""Steps through a source for a command that needs its pictures once: `frame`, `calibrate`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from passerby.camera.pace import Pace
from passerby.camera.result import FrameResult
from passerby.camera.state import CameraState
from passerby.contracts.config import Camera
from passerby.contracts.events import Gap
from passerby.ingest.source import FrameSource
from passerby.vision.detector import Detector


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step: the state after it, and its result; None if the pictures were interrupted."""

    state: CameraState
    result: FrameResult | None


def steps(source: FrameSource, camera: Camera, detector: Detector, fps: float) -> Iterator[Step]:
    """Analyse the opened `source` at most `fps` times per second, until it ends or the caller does."""
    pace, stop = Pace(fps), threading.Event()
    state: CameraState | None = None
    try:
        for item in source.frames(stop, lambda _, at: pace.wants(at)):
            if not isinstance(item, Gap):
                state = state or CameraState(camera, item.wh, detector.info)
                yield Step(state, state.step(item, detector.detect([item])[0]))
            elif state is not None:
                state.gap()
                yield Step(state, None)
    finally:
        stop.set()
