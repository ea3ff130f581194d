"""Pictures of a simulated camera encoded while they are drawn, and sent into a pipe that the RTSP server reads."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from passerby.pixels.frame import U8
from passerby.sim.encoder import TICKS, Codec, encoder_of

# Of each access unit in the pipe: its size, and whether it is a key frame (rtsp_server.py).
HEAD = struct.Struct(">I?")
# Every picture is a key frame: a client that comes late, or decodes too slowly, sees the present focus at once.
KEY_EVERY = 1
END_S = 5.0
Pictures = Callable[[threading.Event], Iterator[U8]]
"""Yields pictures when they are due, until the event is set."""


class LiveStream:
    """The stream of one camera, for a with block inside that of the server that reads its pipe."""

    def __init__(
        self,
        camera: str,
        pictures: Pictures,
        folder: Path,
        size_px: tuple[int, int],
        fps: float,
        codec: Codec = "h264",
    ) -> None:
        self.camera, self.codec, self.pipe = camera, codec, folder / f"{camera}.pipe"
        self._pictures, self._encoder = pictures, encoder_of(codec, size_px, fps, KEY_EVERY)
        self._fps, self._stop = fps, threading.Event()
        self._thread = threading.Thread(target=self._send, name=f"stream {camera}", daemon=True)
        os.mkfifo(self.pipe)

    def __enter__(self) -> LiveStream:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(END_S)

    def _send(self) -> None:
        with suppress(BrokenPipeError), self.pipe.open("wb", buffering=0) as out:  # the server may end first
            for number, bgr in enumerate(self._pictures(self._stop)):
                frame = av.VideoFrame.from_ndarray(bgr, format="bgr24")
                frame.pts, frame.time_base = round(number * TICKS / self._fps), Fraction(1, TICKS)
                for packet in self._encoder.encode(frame):
                    out.write(_unit(packet))


def _unit(packet: av.Packet[Any]) -> bytes:
    data = bytes(packet)
    return HEAD.pack(len(data), packet.is_keyframe) + data
