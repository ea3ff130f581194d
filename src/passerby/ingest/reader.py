"""The thread that reads one camera: connects, decodes, and retries without limit. The only place that retries."""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass

from passerby.contracts.errors import StreamLost, StreamRefused
from passerby.contracts.time import NS_PER_S, Clock, Timestamp
from passerby.ingest.backoff import Backoff
from passerby.ingest.latest import Latest
from passerby.ingest.rtsp import OPEN_S, READ_S, RtspConnection, Shot
from passerby.ingest.source import Losses
from passerby.ingest.wallclock import LiveTime

log = logging.getLogger(__name__)
# After a connection of this duration, seconds, the next failure is retried quickly again.
STEADY_NS = 10 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Patience:
    """The waiting times of a live source, seconds.

    open_s, read_s: see RtspConnection. lost_after_s, first_after_s: see Outage.
    retry_first_s to retry_most_s: between attempts. refused_first_s to refused_most_s: the same after a refused
    password, because cameras lock an account after many attempts.
    """

    open_s: float = OPEN_S
    read_s: float = READ_S
    lost_after_s: float = 2.0
    first_after_s: float = 10.0
    retry_first_s: float = 0.5
    retry_most_s: float = 15.0
    refused_first_s: float = 60.0
    refused_most_s: float = 300.0


@dataclass(frozen=True, slots=True)
class ArrivedPicture:
    """A decoded picture with its number in the session and its time."""

    shot: Shot
    number: int
    at: Timestamp


class Reader(threading.Thread):
    """Puts each picture of the camera into `slot`; `why` is the reason of missing pictures, None if there is
    none."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        time: LiveTime,
        losses: Losses,
        patience: Patience,
        ready: RtspConnection | None = None,
    ) -> None:
        super().__init__(name="camera reader", daemon=True)
        self.slot: Latest[ArrivedPicture] = Latest()
        self.why: str | None = None
        self._url = url
        self._clock = clock
        self._time = time
        self._losses = losses
        self._patience = patience
        self._ready = ready
        self._number = 0
        self._connections = 0
        self._quit = threading.Event()
        self._backoff = Backoff(patience.retry_first_s, patience.retry_most_s)
        self._refused = Backoff(patience.refused_first_s, patience.refused_most_s)

    def stop(self, wait_s: float) -> None:
        """Stop the thread and wait for it up to `wait_s`.

        A thread that waits for a silent camera ends by itself at its read timeout, and disconnects then.
        """
        self._quit.set()
        self.join(wait_s)

    def run(self) -> None:
        """Connect, read and wait repeatedly, until `stop`."""
        while not self._quit.is_set():
            try:
                self._read()
            except StreamLost as lost:
                self._quit.wait(self._failed(str(lost), self._refused if _says_no(lost) else self._backoff))
            except Exception as error:  # a camera thread must survive any data of a camera
                log.exception("reading failed with an unexpected error")
                self._quit.wait(self._failed(f"reading failed ({type(error).__name__})", self._backoff))

    def _failed(self, why: str, backoff: Backoff) -> float:
        self.why = why
        wait_s = backoff.next_s()
        log.debug("%s; next attempt in %.1f s", why, wait_s)
        return wait_s

    def _read(self) -> None:
        with self._connect() as connection, contextlib.closing(connection.shots(self._losses)) as shots:
            self._time.reconnected()
            since_ns = self._clock.mono_ns()
            for shot in shots:
                if self._quit.is_set():
                    return
                self._put(shot)
                if self._clock.mono_ns() - since_ns > STEADY_NS:
                    self._backoff.reset()
                    self._refused.reset()

    def _connect(self) -> RtspConnection:
        connection, self._ready = self._ready, None
        connection = connection or RtspConnection(self._url, self._patience.open_s, self._patience.read_s)
        self._losses.reconnects = self._connections
        self._connections += 1
        return connection

    def _put(self, shot: Shot) -> None:
        self._number += 1
        self.why = None
        self.slot.put(ArrivedPicture(shot, self._number, self._time.stamp(shot.pts_ns, shot.camera_utc_ns)))


def _says_no(lost: StreamLost) -> bool:
    return isinstance(lost, StreamRefused)
