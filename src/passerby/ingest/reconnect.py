"""A live camera as an endless source of frames and gaps."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import av

from passerby.contracts.events import Gap
from passerby.contracts.time import Clock
from passerby.ingest.outage import Outage
from passerby.ingest.picture import Pictures
from passerby.ingest.reader import ArrivedPicture, Connect, Connection, Patience, Reader
from passerby.ingest.rtsp import RtspConnection
from passerby.ingest.source import IsIdle, Losses, SourceInfo, Wants, every_frame, never_idle
from passerby.ingest.wallclock import LiveTime
from passerby.pixels.frame import RawFrame

_POLL_S = 0.2
_LEAVE_S = 0.5


class LiveSource:
    """An RTSP camera as a FrameSource: reconnects without limit, the newest frame wins.

    `frames` needs no successful `open`: an unreachable camera is retried. A reading thread decodes, so the camera
    never waits; a picture becomes an array only when the loop takes it. connect: opens the address.
    """

    def __init__(
        self,
        url: str,
        camera: str,
        clock: Clock,
        patience: Patience | None = None,
        connect: Connect = RtspConnection,
    ) -> None:
        self._url = url
        self._camera = camera
        self._clock = clock
        self._patience = patience or Patience()
        self._losses = Losses()
        self._connect = connect
        self._ready: Connection | None = None

    @property
    def losses(self) -> Losses:
        """Counters so far, over all connections."""
        return self._losses

    @property
    def notes(self) -> tuple[str, ...]:
        """No notes: events of a live camera are reported when they happen."""
        return ()

    def open(self) -> SourceInfo:
        """Try one connection and keep it for `frames`. Raises StreamLost; StreamRefused for a wrong password."""
        self.close()
        self._ready = self._connect(self._url, self._patience.open_s, self._patience.read_s)
        return self._ready.info

    def frames(
        self, stop: threading.Event, wants: Wants = every_frame, is_idle: IsIdle = never_idle
    ) -> Iterator[RawFrame | Gap]:
        """Yield the newest frame whenever the loop is ready and wants it, until `stop`, within a second.

        While the camera is lost, a Gap at once and then every second: `from_s` stays, `to_s` grows. When pictures
        return, the complete Gap once more, then the frame.
        """
        time = LiveTime(self._clock)
        ready, self._ready = self._ready, None
        reader = Reader(self._url, self._clock, time, self._losses, self._patience, ready, self._connect, is_idle)
        patience = self._patience
        outage = Outage(self._camera, self._clock, time, patience.lost_after_s, patience.first_after_s)
        reader.start()
        try:
            yield from self._loop(reader, outage, stop, wants)
        finally:
            reader.stop(_LEAVE_S)

    def close(self) -> None:
        """Close the connection of `open`; may be called twice. The connection of `frames` is closed when it
        ends."""
        if self._ready is not None:
            self._ready.close()
            self._ready = None

    def _loop(
        self, reader: Reader, outage: Outage, stop: threading.Event, wants: Wants
    ) -> Iterator[RawFrame | Gap]:
        pictures, reported_s, late = Pictures(), -1.0, 0
        while not stop.is_set():
            arrival = reader.slot.take(_POLL_S)
            if arrival is not None and arrival.at.s <= reported_s:
                # Its time stamp is from just before the report of the gap; time must not run backwards.
                late, arrival = late + 1, None
            self._losses.dropped = reader.slot.dropped + late
            gap = outage.silence(reader.why, reader.heard_ns) if arrival is None else outage.picture(arrival.at)
            if gap is not None:
                reported_s = gap.to_s
                yield gap
            if arrival is None:
                continue
            reported_s = arrival.at.s
            frame = self._frame(arrival, pictures) if wants(arrival.number, arrival.at) else None
            if frame is not None:
                yield frame

    def _frame(self, arrival: ArrivedPicture, pictures: Pictures) -> RawFrame | None:
        try:
            picture = pictures.of(arrival.shot.frame, arrival.shot.pixel_aspect)
        except av.error.FFmpegError:
            self._losses.decode_errors += 1
            return None
        return RawFrame(self._camera, arrival.number, arrival.at, picture)
