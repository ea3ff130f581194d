"""The thread that reads one camera: connects, decodes, and retries without limit. The only place that retries."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol, Self

from passerby.contracts.errors import StreamLost, StreamRefused
from passerby.contracts.time import NS_PER_S, Clock, Timestamp
from passerby.contracts.urls import mask_url
from passerby.ingest.backoff import Backoff
from passerby.ingest.latest import Latest
from passerby.ingest.refusals import REFUSALS, WAIT_S
from passerby.ingest.rtsp import OPEN_S, READ_S, RtspConnection, Shot
from passerby.ingest.source import IsIdle, Losses, SourceInfo, never_idle
from passerby.ingest.wallclock import LiveTime

log = logging.getLogger(__name__)
# After a connection of this duration, seconds, the next failure is retried quickly again.
STEADY_NS = 10 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Patience:
    """The waiting times of a live source, seconds.

    open_s, read_s: see RtspConnection. lost_after_s, first_after_s: see Outage.
    retry_first_s to retry_most_s: between attempts; the most is what a camera that returns may have to wait.
    refused_s: after a refused login, because cameras lock an account that tries too often.
    """

    open_s: float = OPEN_S
    read_s: float = READ_S
    lost_after_s: float = 2.0
    first_after_s: float = 10.0
    retry_first_s: float = 0.5
    retry_most_s: float = 3.0
    refused_s: float = WAIT_S


class Connection(Protocol):
    """An open stream; see RtspConnection. Use as a context manager, in one thread."""

    @property
    def info(self) -> SourceInfo:
        """The camera's data about its stream."""
        ...

    def shots(self, losses: Losses, is_idle: IsIdle = never_idle) -> Generator[Shot | None]:
        """Yield pictures until the stream ends, which raises StreamLost with the reason.

        None for a packet that is not decoded because the place is empty.
        """
        ...

    def close(self) -> None:
        """Close the connection; may be called twice."""
        ...

    def __enter__(self) -> Self:
        """Return the connection."""
        ...

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        ...


Connect = Callable[[str, float, float], Connection]
"""Opens the address of a camera; see RtspConnection."""


@dataclass(frozen=True, slots=True)
class ArrivedPicture:
    """A decoded picture with its number in the session and its time."""

    shot: Shot
    number: int
    at: Timestamp


class Reader(threading.Thread):
    """Puts each picture of the camera into `slot`.

    why: the reason of missing pictures, None if there is none. heard_ns: when the last packet came that was not
    decoded because the place is empty, on the clock.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        time: LiveTime,
        losses: Losses,
        patience: Patience,
        ready: Connection | None = None,
        connect: Connect = RtspConnection,
        is_idle: IsIdle = never_idle,
    ) -> None:
        super().__init__(name="camera reader", daemon=True)
        self.slot: Latest[ArrivedPicture] = Latest()
        self.why: str | None = None
        self.heard_ns = 0
        self._url = url
        self._clock = clock
        self._time = time
        self._losses = losses
        self._patience = patience
        self._ready, self._open, self._is_idle = ready, connect, is_idle
        self._number = 0
        self._connections = 0
        self._quit = threading.Event()
        self._backoff = Backoff(patience.retry_first_s, patience.retry_most_s)

    def stop(self, wait_s: float) -> None:
        """Stop the thread and wait for it up to `wait_s`.

        A thread that waits for a silent camera ends by itself at its read timeout, and disconnects then.
        """
        self._quit.set()
        self.join(wait_s)

    def run(self) -> None:
        """Connect, read, wait, and again, until `stop`."""
        self._wait_for_login()
        while not self._quit.is_set():
            try:
                self._read()
            except StreamRefused as refused:
                self._failed(str(refused))
                REFUSALS.add(self._url, self._clock, self._patience.refused_s)
                self._wait_for_login()
            except StreamLost as lost:
                self._quit.wait(self._failed(str(lost)))
            except Exception as error:  # a camera thread must outlive whatever a camera sends
                log.exception("reading failed in an unforeseen way")
                self._quit.wait(self._failed(f"reading failed ({type(error).__name__})"))

    def _wait_for_login(self) -> None:
        wait_s = REFUSALS.wait_s(self._url, self._clock)
        if wait_s:
            self.why = self.why or f"{mask_url(self._url)}: the camera refused this login; wait {wait_s:.0f} s"
            self._quit.wait(wait_s)

    def _failed(self, why: str) -> float:
        self.why = why
        wait_s = self._backoff.next_s()
        log.debug("%s; next attempt in %.1f s", why, wait_s)
        return wait_s

    def _read(self) -> None:
        with (
            self._connect() as connection,
            contextlib.closing(connection.shots(self._losses, self._is_idle)) as shots,
        ):
            self._time.reconnected()
            since_ns = self._clock.mono_ns()
            for shot in shots:
                if self._quit.is_set():
                    return
                if shot is None:
                    self.heard_ns = self._clock.mono_ns()
                else:
                    self._put(shot)
                if self._clock.mono_ns() - since_ns > STEADY_NS:
                    self._backoff.reset()

    def _connect(self) -> Connection:
        connection, self._ready = self._ready, None
        connection = connection or self._open(self._url, self._patience.open_s, self._patience.read_s)
        REFUSALS.remove(self._url)
        self._losses.reconnects = self._connections
        self._connections += 1
        return connection

    def _put(self, shot: Shot) -> None:
        self._number += 1
        self.why = None
        at = self._time.stamp(shot.pts_ns, shot.camera_utc_ns)
        self._losses.clock_drift = self._time.drift
        self.slot.put(ArrivedPicture(shot, self._number, at))
