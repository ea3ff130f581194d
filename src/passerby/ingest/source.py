"""The sources of the loop: a recording or a live camera, behind one interface."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from passerby.contracts.events import Gap
from passerby.contracts.time import Timestamp
from passerby.pixels.frame import RawFrame

Wants = Callable[[int, Timestamp], bool]
"""Asked once about every decoded frame, with its number and time, before any work on its picture."""


IsIdle = Callable[[], bool]
"""Asked before decoding: whether the place is empty, so that key frames are enough until something moves."""


def every_frame(_number: int, _at: Timestamp) -> bool:
    """Want every frame."""
    return True


def never_idle() -> bool:
    """Decode every frame."""
    return False


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """The data of an open stream.

    wh: picture size, px. fps: nominal rate, None if the stream does not state it.
    frames, seconds: length of a recording, None if unknown or live.
    time_is_assumed: the stream has no times, so they were generated from a rate.
    """

    wh: tuple[int, int]
    fps: float | None
    codec: str
    frames: int | None = None
    seconds: float | None = None
    time_is_assumed: bool = False


@dataclass(slots=True)
class Losses:
    """Counters of losses by name, for the health report.

    decode_errors: damaged packets or pictures. dropped: frames skipped for newer ones.
    reconnects: connections after the first. packets, received_bytes: of a live stream, damaged ones too.
    clock_drift: by which fraction the time of a live stream passes too fast; None while it is unknown.
    behind_s: by how much the decoder of a live stream is late now, seconds.
    """

    decode_errors: int = 0
    dropped: int = 0
    reconnects: int = 0
    packets: int = 0
    received_bytes: int = 0
    clock_drift: float | None = None
    behind_s: float = field(default=0.0, compare=False)  # no counter: it is never twice the same


class FrameSource(Protocol):
    """Frames in the order of their time, which never runs backwards. Their size may change."""

    @property
    def losses(self) -> Losses:
        """Counters so far."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes about the input for a reader of the results, one sentence each; complete when frames() ends."""
        ...

    def open(self) -> SourceInfo:
        """Open and examine the stream. Raises InputError naming the source and the reason."""
        ...

    def frames(
        self, stop: threading.Event, wants: Wants = every_frame, is_idle: IsIdle = never_idle
    ) -> Iterator[RawFrame | Gap]:
        """Yield the wanted frames, and a Gap where the picture was missing, until the end or until `stop`.

        Opens the source if `open` was not called or failed. While a live camera is lost the same Gap is yielded
        once per second with a growing `to_s`; the first frame after it ends the gap.

        Raises InputError if nothing more can be read and a retry is not possible.
        """
        ...

    def close(self) -> None:
        """Free the decoder; may be called twice."""
        ...
