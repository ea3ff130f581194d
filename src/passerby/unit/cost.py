"""How many processor cores the live cameras of a configuration need, from figures that were measured."""

from __future__ import annotations

from collections.abc import Sequence

from passerby.contracts.config import Camera
from passerby.contracts.urls import is_live
from passerby.unit.rates import live_fps

# Decoding of H.264 at 4 Mbit/s with one thread, ms per million pixels of a frame: 127 ms for a second of 25 frames
# of 1920 x 1080 px (docs/performance.md), rounded up.
DECODE_MS_PER_MPX = 2.7
# Everything else, ms per analysed frame with about 20 people: 25.4 at 1920 x 1080 and 25.0 at 1280 x 720 px
# (docs/performance.md), rounded up.
FRAME_MS = 26.0
# The usual settings of cameras, if the configuration does not say more: frames/s, and sizes of both streams.
CAMERA_FPS, MAIN_WH, SUB_WH = 25.0, (1920, 1080), (640, 360)


def camera_ms(camera: Camera) -> float:
    """Return the processor time of a live camera with people, ms per second."""
    width, height = SUB_WH if camera.substream else camera.picture_px or MAIN_WH
    return CAMERA_FPS * DECODE_MS_PER_MPX * width * height / 1e6 + live_fps(camera) * FRAME_MS


def needed_cores(cameras: Sequence[Camera]) -> float:
    """Return how many cores the live cameras need if all of them show people."""
    return sum(camera_ms(camera) for camera in cameras if is_live(camera.source)) / 1000


def overload_note(cameras: Sequence[Camera], cores: int) -> str | None:
    """Return a sentence if the cameras may need more than the machine has; None if they do not."""
    needed = needed_cores(cameras)
    if needed <= cores:
        return None
    live = sum(is_live(camera.source) for camera in cameras)
    amount = f"about {needed:.1f} of {cores} processor core{'s' if cores > 1 else ''}"
    if live == 1:
        return (
            f"while its picture shows people, the live camera needs {amount} and would be analysed less often: "
            "give it a substream or a lower analysis_fps"
        )
    return (
        f"with people in all {live} pictures, the live cameras need {amount} and would be analysed less often: "
        "give substreams, or a lower analysis_fps, or use fewer cameras"
    )
