"""Keeps a live decoder close to its stream: while it is behind, only key frames are decoded.

Without it, a machine that cannot decode every picture would show an ever older one: the packets wait in the
connection. Decoding all pictures begins again at a key frame, so no picture is damaged.
"""

from __future__ import annotations

import logging

from av.video.codeccontext import VideoCodecContext

log = logging.getLogger(__name__)
# Key frames alone from the first delay on, and all pictures again below the second one, seconds. Chosen: an event
# is promised within a second.
BEHIND_S, CAUGHT_UP_S = 1.0, 0.2
# The clocks of camera and machine drift apart by at most this, seconds per second. Chosen: ten times the error of
# a cheap oscillator.
DRIFT = 0.001
# A larger step is a jump of the stream's clock and no delay, seconds. Chosen: far beyond what connections hold.
JUMP_S = 30.0


class CatchUp:
    """Watches one stream; `step` is called with every packet before it is decoded.

    behind_s: delay of the decoder, seconds; at least BEHIND_S while only key frames are decoded.
    """

    def __init__(self, codec: VideoCodecContext, name: str) -> None:
        self._codec, self._name = codec, name
        self._least_s: float | None = None
        self._last_s: float | None = None
        self.skips, self.behind_s = False, 0.0

    def step(self, now_s: float, stream_s: float, *, is_key: bool) -> None:
        """Choose what is decoded.

        now_s: this machine's clock. stream_s: the packet's own time. is_key: it is a key frame.
        """
        delay_s = now_s - stream_s
        if self._least_s is None or abs(delay_s - self._least_s) > JUMP_S:
            self._least_s = delay_s
        passed_s = now_s - (now_s if self._last_s is None else self._last_s)
        self._least_s, self._last_s = min(delay_s, self._least_s + DRIFT * max(0.0, passed_s)), now_s
        behind_s = delay_s - self._least_s
        if not self.skips and behind_s > BEHIND_S:
            log.warning("%s: decoding is %.1f s behind; only key frames are decoded now", self._name, behind_s)
            self._codec.skip_frame, self.skips = "NONKEY", True
        elif self.skips and is_key and behind_s < CAUGHT_UP_S:
            log.info("%s: decoding has caught up", self._name)
            self._codec.skip_frame, self.skips = "DEFAULT", False
        self.behind_s = max(behind_s, BEHIND_S) if self.skips else behind_s
