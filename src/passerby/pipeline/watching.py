"""Watching a camera for a while only to calibrate it: its walkers, and a redacted still."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from passerby.contracts.errors import InputError
from passerby.contracts.events import Gap
from passerby.ground.walkers import Walker, WalkerCollector
from passerby.ingest.source import FrameSource
from passerby.pipeline.pace import Pace
from passerby.pipeline.shown import shown_wh
from passerby.pixels.redact import RedactedImage, Redactor
from passerby.vision.detector import Detector
from passerby.vision.tracker import Tracker

FPS = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What was seen: the picture's size, the walkers, a still, and seconds and frames looked at."""

    picture_wh: tuple[int, int]
    walkers: list[Walker]
    still: RedactedImage
    seconds: float
    frames: int


def watch_walkers(
    source: FrameSource, camera: str, detector: Detector, seconds: float | None, progress: Callable[[float], None]
) -> Watched:
    """Look at `source`, opened, for `seconds`, or to its end. Raises InputError if it has no picture."""
    tracker, collector, pace = Tracker(camera, detector.info.score), WalkerCollector(), Pace(FPS)
    walkers: list[Walker] = []
    redactor: Redactor | None = None
    wh, frames, at_s, stop = (0, 0), 0, 0.0, threading.Event()
    for item in source.frames(stop):
        if isinstance(item, Gap):
            tracker.forget()
            walkers += collector.forget()
            continue
        if not pace.wants(item.at):
            continue
        (found,) = detector.detect([item])
        tracks = tracker.step(found)
        walkers += collector.step(tracks)
        redactor = redactor or Redactor(item.wh, shown_wh(item.wh, None, np.inf))
        redactor.see(item, found, tracks)
        wh, frames, at_s = item.wh, frames + 1, item.at.s
        progress(at_s)
        if seconds is not None and at_s >= seconds:
            stop.set()
            break
    if redactor is None:
        raise InputError(f"camera {camera}: no picture came, so there is nothing to calibrate by")
    return Watched(wh, [*walkers, *collector.forget()], redactor.show(), at_s, frames)
