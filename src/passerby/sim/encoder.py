"""The video encoder of the simulated cameras."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import av
from av.video.codeccontext import VideoCodecContext

TICKS = 90_000
Codec = Literal["h264", "h265"]
_ENCODERS = {
    "h264": ("libx264", {"preset": "veryfast", "tune": "zerolatency", "crf": "24", "bf": "0"}),
    "h265": ("libx265", {"preset": "ultrafast", "crf": "26", "x265-params": "bframes=0:log-level=none:pools=1"}),
}


def encoder_of(codec: Codec, size_px: tuple[int, int], fps: float, key_every: int) -> VideoCodecContext:
    """Return an encoder with a key frame every `key_every` frames, whose times are in 1 / TICKS s."""
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = size_px
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, TICKS)
    encoder.framerate = Fraction(fps).limit_denominator(1001)
    encoder.thread_count = 1
    encoder.options = {**options, "g": str(key_every)}
    return encoder
