"""The counters of a camera's loop, as the console publishes them."""

from __future__ import annotations

from passerby.camera.loop import CameraLoop
from passerby.console.ports import CameraFigures


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
