"""Faults of a live stream that its pictures do not show: fewer pictures or bytes than usual, and a wrong clock."""

from __future__ import annotations

from collections.abc import Iterator

from passerby.contracts.camera_faults import CLOCK_DRIFT, LOW_BITRATE, LOW_FPS, CameraFault
from passerby.contracts.event_kinds import EventKind
from passerby.contracts.events import Measure
from passerby.contracts.time import Timestamp
from passerby.ingest.source import Losses
from passerby.scene.optics.sustained import Sustained

# The rates are compared once per this time, and a fault must last for LASTS_S, seconds. Chosen: longer than a
# burst after a disturbance of the network.
EVERY_S, LASTS_S = 10.0, 29.0
# What is usual is not known before this time, seconds: of packets, and of bytes, which depend on the scene.
KNOWN_AFTER_S = 60.0
# A stream below this fraction of its usual rate of packets, and of its least usual rate of bytes. Chosen by
# judgement.
FEW_PACKETS, FEW_BYTES = 0.6, 0.2
# The stream's time passes faster or more slowly than this machine's by this fraction. Speeds are wrong by as much.
DRIFT = 0.01
# By this fraction a usual rate follows the present one per EVERY_S: upwards and downwards; of bytes, the least.
FOLLOWS, SLOWLY = 0.01, 0.001


class StreamHealth:
    """The stream of one camera."""

    def __init__(self) -> None:
        self._since: Timestamp | None = None
        self._before = (0, 0)
        self._packets, self._bytes = _Usual(FOLLOWS, FOLLOWS), _Usual(SLOWLY, FOLLOWS)
        self._lasting = Sustained()
        self._faults: tuple[CameraFault, ...] = ()

    def step(self, losses: Losses, at: Timestamp) -> tuple[CameraFault, ...]:
        """Return the present faults. losses: the counters of the source; without packets nothing is judged."""
        if self._since is None:
            self._since, self._before = at, (losses.packets, losses.received_bytes)
        elapsed_s = at.since_s(self._since)
        if elapsed_s < EVERY_S or not losses.packets:
            return self._faults
        rates = [
            (now - before) / elapsed_s
            for now, before in zip((losses.packets, losses.received_bytes), self._before, strict=True)
        ]
        self._since, self._before = at, (losses.packets, losses.received_bytes)
        self._faults = tuple(self._judge(rates[0], rates[1], losses.clock_drift, at))
        return self._faults

    def reset(self) -> None:
        """Handle an interrupted stream; what is usual stays."""
        self._since = None
        self._lasting.interrupt()

    def _judge(self, packets: float, size: float, drift: float | None, at: Timestamp) -> Iterator[CameraFault]:
        share, bytes_share = self._packets.share(packets), self._bytes.share(size)
        is_slow = None if share is None else share < FEW_PACKETS
        is_poor = None if bytes_share is None or is_slow else bytes_share < FEW_BYTES
        drifts = None if drift is None else abs(drift) > DRIFT
        for kind, is_on, value in (
            (LOW_FPS, is_slow, share),
            (LOW_BITRATE, is_poor, bytes_share),
            (CLOCK_DRIFT, drifts, drift),
        ):
            if self._lasting.step(kind.name, is_on, at, LASTS_S):
                yield self._fault(kind, at, value)
        if not any(self._lasting.is_pending(kind.name) for kind in (LOW_FPS, LOW_BITRATE)):
            self._packets.learn(packets)
            self._bytes.learn(size)

    def _fault(self, kind: EventKind, at: Timestamp, value: float | None) -> CameraFault:
        measures = () if value is None else (Measure("stream_share", round(value, 3)),)
        return CameraFault(kind, self._lasting.since(kind.name) or at, measures)


class _Usual:
    """A usual rate that follows the present one slowly."""

    def __init__(self, up: float, down: float) -> None:
        self._up, self._down = up, down
        self._rate: float | None = None
        self._samples = 0

    def share(self, rate: float) -> float | None:
        """Return a rate as a fraction of the usual one; None while that is unknown."""
        if not self._rate or self._samples * EVERY_S < KNOWN_AFTER_S:
            return None
        return rate / self._rate

    def learn(self, rate: float) -> None:
        """Follow one rate; during the first minute, take the mean."""
        self._samples += 1
        if self._rate is None or self._samples * EVERY_S <= KNOWN_AFTER_S:
            self._rate = rate if self._rate is None else self._rate + (rate - self._rate) / self._samples
            return
        step = rate / self._rate - 1 if self._rate else 0.0
        self._rate *= 1 + max(-self._down, min(self._up, step))
