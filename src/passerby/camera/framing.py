"""Analyses a camera only to show its place: the redacted picture with the smallest covered fraction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from passerby.camera.covering import CoverageMeter
from passerby.camera.steps import steps
from passerby.contracts.config import Camera
from passerby.contracts.errors import InputError
from passerby.contracts.results import Coverage
from passerby.ingest.source import FrameSource
from passerby.pixels.look import Look
from passerby.pixels.redact import RedactedImage
from passerby.vision.detector import Detector

FPS = 4.0
# The background is learned as far as possible if for this time no picture showed more of it, seconds; "more" is
# this fraction. Chosen: blocks are learned again every 15 s at most, and people who wait leave in the meantime.
SETTLED_S, MORE = 60.0, 0.005


@dataclass(frozen=True, slots=True)
class FrameWanted:
    """The end of the search.

    limit_s: the longest analysed time. at_s: the time of the wanted picture; None for the one that shows most.
    """

    limit_s: float | None = None
    at_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LearnedFrame:
    """The result: a picture and its time, the size of the frame, and how much of the picture is covered."""

    image: RedactedImage
    picture_wh: tuple[int, int]
    covered: Coverage | None
    at_s: float


def learned_frame(
    source: FrameSource,
    camera: Camera,
    detector: Detector,
    until: FrameWanted,
    progress: Callable[[float], None],
) -> LearnedFrame:
    """Analyse the opened `source` until its background is learned as far as possible, and return the best picture.

    Raises InputError if there is no picture, or the recording ends before the wanted one.
    """
    search, now_s = _Search(until), 0.0
    for step in steps(source, camera.model_copy(update={"rules": ()}), detector, FPS):
        if step.result is None:
            continue
        now_s = step.result.at.s
        progress(now_s)
        if step.result.scene.look is not None:
            search.see(step.result.scene.look, partial(step.state.draw, result=step.result))
        if search.is_over(now_s):
            break
    if search.best is None:
        raise InputError(f"camera {camera.name}: no picture received")
    if until.at_s is not None and now_s < until.at_s:
        raise InputError(
            f"camera {camera.name}: there is no picture at {until.at_s:g} s; the last one is at {now_s:.1f} s"
        )
    return search.best


class _Search:
    """The best picture so far: with the smallest covered fraction, or the last before a wanted time."""

    def __init__(self, until: FrameWanted) -> None:
        self.best: LearnedFrame | None = None
        self._until, self._better_s, self._knows = until, 0.0, False

    def see(self, look: Look, draw: Callable[[Look], RedactedImage]) -> None:
        """Process one frame."""
        self._knows = self._knows or bool(look.foreground.known.any())
        gained = 1.0 if self.best is None else self.best.image.covered - float(look.covered.mean())
        if gained > MORE:
            self._better_s = look.at.s
        if gained > 0 or self._until.at_s is not None:
            meter = CoverageMeter()
            meter.add(look)
            self.best = LearnedFrame(draw(look), look.frame_wh, meter.mean(), look.at.s)

    def is_over(self, now_s: float) -> bool:
        """Return whether the search ends."""
        until = self._until
        if until.at_s is not None:
            return now_s >= until.at_s
        is_settled = self._knows and now_s - self._better_s >= SETTLED_S
        return is_settled or (until.limit_s is not None and now_s >= until.limit_s)
