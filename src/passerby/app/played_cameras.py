"""Cameras that play video files in real time, and note how late each frame is analysed: for measurements."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from passerby.contracts.events import Gap
from passerby.contracts.time import Clock
from passerby.ingest.played import PlayedVideo
from passerby.ingest.reconnect import LiveSource
from passerby.ingest.source import IsIdle, Losses, SourceInfo, Wants, every_frame, never_idle
from passerby.ingest.substream import Substream
from passerby.pixels.frame import RawFrame

# The cameras have no address; this one cannot exist (RFC 2606), and nothing connects to it.
ADDRESS = "rtsp://played.invalid/"
# Each camera starts at a later share of its video, so that not all have the same pictures and key frames at the
# same time: the golden ratio, whose multiples fill one evenly.
APART = 0.618
_SUFFIX = ".latencies"


@dataclass(frozen=True, slots=True)
class PlayedCameras:
    """An Opener that may be sent to another process. folder: where the latencies of each camera are noted."""

    videos: tuple[str, ...]
    folder: Path

    def __call__(
        self, source: str, camera: str, *, clock: Clock, substream: Substream | None = None
    ) -> TimedSource:
        """Return the source at an address of `ADDRESS`; its last part is the number of the camera."""
        assert substream is None
        number = int(source.removeprefix(ADDRESS))
        video, part = self.videos[number % len(self.videos)], number * APART % 1
        live = LiveSource(source, camera, clock, connect=lambda *_: PlayedVideo(video, part))
        return TimedSource(live, (self.folder / f"{camera}{_SUFFIX}").open("ab"))

    def latencies_s(self, from_s: float, to_s: float) -> list[float]:
        """Return the latencies of the frames that were finished between two times of `time.monotonic`.

        The sources must be closed.
        """
        found = array("d")
        for path in self.folder.glob(f"*{_SUFFIX}"):
            found.frombytes(path.read_bytes())
        return [late_s for at_s, late_s in zip(found[::2], found[1::2], strict=True) if from_s <= at_s <= to_s]


@dataclass(frozen=True, slots=True)
class TimedSource:
    """A live camera's frames, with the time from the decoded picture to the end of its analysis.

    The loop asks for the next frame when the events of the last one are with the recorder, which commits them in
    at most 0.1 s. noted: gets the time and the latency of each frame.
    """

    source: LiveSource
    noted: BinaryIO

    @property
    def losses(self) -> Losses:
        """See FrameSource."""
        return self.source.losses

    @property
    def notes(self) -> tuple[str, ...]:
        """See FrameSource."""
        return self.source.notes

    def open(self) -> SourceInfo:
        """See FrameSource."""
        return self.source.open()

    def frames(
        self, stop: threading.Event, wants: Wants = every_frame, is_idle: IsIdle = never_idle
    ) -> Iterator[RawFrame | Gap]:
        """See FrameSource."""
        for item in self.source.frames(stop, wants, is_idle):
            arrived_ns = item.at.utc_ns if isinstance(item, RawFrame) else None
            yield item
            if arrived_ns is not None:
                late_s = (time.time_ns() - arrived_ns) / 1e9
                self.noted.write(array("d", (time.monotonic(), late_s)).tobytes())

    def close(self) -> None:
        """See FrameSource."""
        self.source.close()
        self.noted.close()
