"""Analyses a camera only to calibrate it: its walkers, and a redacted still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from passerby.camera.state import CameraState
from passerby.camera.steps import steps
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError
from passerby.ground.calibration.walkers import Walker, WalkerCollector
from passerby.ingest.source import FrameSource
from passerby.pixels.look import Look
from passerby.pixels.redact import RedactedImage
from passerby.vision.detector import Detector

FPS = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationFootage:
    """The result: picture size, walkers, a still, and the analysed seconds and frames."""

    picture_wh: tuple[int, int]
    walkers: list[Walker]
    still: RedactedImage
    seconds: float
    frames: int


def watch_walkers(
    source: FrameSource,
    camera: Camera,
    detector: Detector,
    seconds: float | None,
    progress: Callable[[float], None],
) -> CalibrationFootage:
    """Analyse the opened `source` for `seconds`, or to its end.

    Raises InputError if it has no picture, or pictures of several sizes.
    """
    bare = Camera(name=camera.name, source=camera.source)
    collector, walkers = WalkerCollector(), list[Walker]()
    state: CameraState | None = None
    look: Look | None = None
    frames, at_s = 0, 0.0
    for step in steps(source, bare, detector, FPS):
        state, result = step.state, step.result
        if result is None:
            walkers += collector.reset()
            continue
        if result.gap is not None:
            raise InputError(f"camera {camera.name}: {result.gap.why}; calibrate with pictures of one size")
        walkers += collector.step(result.tracks)
        look = result.scene.look or look
        frames, at_s = frames + 1, result.at.s
        progress(at_s)
        if seconds is not None and at_s >= seconds:
            break
    if state is None or look is None:
        raise InputError(f"camera {camera.name}: no picture received, so calibration is not possible")
    still = state.redactor.draw(look)
    return CalibrationFootage(state.frame_wh, [*walkers, *collector.reset()], still, at_s, frames)
