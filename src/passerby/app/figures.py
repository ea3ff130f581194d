"""The counters and sums of a camera's loop, as the console shows them."""

from __future__ import annotations

import time
from collections.abc import Callable

from passerby.camera.loop import CameraLoop
from passerby.console.ports import CameraFigures, CameraHistory

FIRST_S, EVERY_S = 1.0, 60.0


class Histories:
    """The sums of all cameras. Each camera's thread takes its own from time to time; any thread may read."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._taken: dict[str, CameraHistory] = {}
        self._due_s: dict[str, float] = {}

    def step(self, camera: str, loop: CameraLoop) -> None:
        """Take the sums if they are due; called in the camera's thread."""
        now_s = self._now_s()
        if now_s < self._due_s.setdefault(camera, now_s + FIRST_S) or loop.state is None:
            return
        self._due_s[camera] = now_s + EVERY_S
        self._taken[camera] = CameraHistory(loop.state.history(), loop.state.frame_wh)

    def get(self, camera: str) -> CameraHistory | None:
        """Return the latest sums of a camera."""
        return self._taken.get(camera)


def figures_of(camera: str, loop: CameraLoop) -> CameraFigures:
    """Return the present counters; the loop may run meanwhile."""
    losses = loop.losses
    return CameraFigures(
        camera,
        loop.frames,
        loop.frames_analysed,
        losses.dropped,
        losses.decode_errors,
        losses.reconnects,
        loop.times.totals(),
        dict(loop.events),
    )
