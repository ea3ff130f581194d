"""The time of a live camera's frames: one clock for durations that spans connections, and one wall clock.

Durations follow the stream's own times from frame to frame, because arrival times contain the network's jitter,
and a burst at the start of a connection would make people look fast. The sum is adjusted towards this machine's
clock by at most SLEW, which absorbs the drift of two quartz clocks and hardly changes a speed. If the two differ
by more than APART within a connection, the stream's clock jumped or is wrong: that step is taken from this
machine's clock, and after DISTRUST such steps in a short time the complete connection is timed by arrival. The
idea of re-anchoring is from mediamtx (internal/ntpestimator); the rules are passerby's.

The wall clock is the camera's (RTCP sender reports) while it agrees with this machine's to within a possible
network delay; otherwise it is the time of arrival.
"""

from __future__ import annotations

import threading

from passerby.contracts.time import NS_PER_S, Clock, TimeSource, Timestamp

SLEW = 0.001
APART_NS = 5 * NS_PER_S
DISTRUST = 3
JUMPS_WITHIN_NS = 60 * NS_PER_S
MIN_STEP_NS = NS_PER_S // 1000
# The drift is measured over at least this time and at most ten times as long. Chosen: the jitter of a network, a
# tenth of a second, is then a small fraction.
DRIFT_NS = 60 * NS_PER_S
# A picture is older than its arrival by the delay of encoder and network: rarely over a second.
ARRIVAL_ERR_MS = 1000.0
RTCP_LATE_MS = 10_000.0
RTCP_EARLY_MS = 1000.0


class LiveTime:
    """Timestamps of one camera's session over all its connections, strictly increasing.

    drift: by which fraction the stream's own time passes too fast; None until it was measured.
    The reading thread (`stamp`, `reconnected`) and the loop (`report_now_ns`) may use it at the same time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._start_ns = clock.mono_ns()
        self._last: tuple[int, int] | None = None  # session time and arrival of the last frame, ns
        self._reported_ns = 0
        self._pts_ns: int | None = None
        self._apart_ns = 0
        self._jumps = 0
        self._jumped_ns = 0
        self._anchor: tuple[int, int] | None = None  # stream time and arrival of an earlier frame, ns
        self.drift: float | None = None

    def report_now_ns(self) -> int:
        """The present time of the session; no later frame gets an earlier time.

        Starts the session if no frame has: its time then counts from the creation of this object.
        """
        with self._lock:
            if self._last is None:
                self._last = (0, self._start_ns)
            last_ns, arrived_ns = self._last
            self._reported_ns = last_ns + self._clock.mono_ns() - arrived_ns
            return self._reported_ns

    def reconnected(self) -> None:
        """Handle a new connection, in which the stream's own times start again."""
        with self._lock:
            self._pts_ns = self._anchor = self.drift = None
            self._jumps = 0

    def stamp(self, pts_ns: int | None, camera_utc_ns: int | None = None) -> Timestamp:
        """Return the time of a frame that arrives now.

        pts_ns: the stream's time, None if it has none. camera_utc_ns: the camera's wall clock for it, if known.
        """
        arrived_ns = self._clock.mono_ns()
        with self._lock:
            mono_ns = self._mono(pts_ns, arrived_ns)
            self._measure_drift(pts_ns, arrived_ns)
            self._last, self._pts_ns = (mono_ns, arrived_ns), pts_ns
        return _with_wall(mono_ns, camera_utc_ns, self._clock.utc_ns())

    def _mono(self, pts_ns: int | None, arrived_ns: int) -> int:
        if self._last is None:
            self._start_ns = arrived_ns
            return 0
        last_ns, before_ns = self._last
        by_arrival_ns = max(last_ns + max(arrived_ns - before_ns, MIN_STEP_NS), self._reported_ns + MIN_STEP_NS)
        if pts_ns is None or self._pts_ns is None or self._jumps >= DISTRUST:
            return self._anchored(by_arrival_ns, arrived_ns)
        by_stream_ns = self._slewed(last_ns, pts_ns - self._pts_ns, arrived_ns)
        if self._parted(by_stream_ns, arrived_ns):
            self._count_jump(arrived_ns)
            return self._anchored(by_arrival_ns, arrived_ns)
        if by_stream_ns <= self._reported_ns:
            return self._anchored(by_arrival_ns, arrived_ns)
        return max(by_stream_ns, last_ns + MIN_STEP_NS)

    def _measure_drift(self, pts_ns: int | None, arrived_ns: int) -> None:
        if pts_ns is None or self._anchor is None:
            self._anchor = None if pts_ns is None else (pts_ns, arrived_ns)
            return
        stream_ns, here_ns = pts_ns - self._anchor[0], arrived_ns - self._anchor[1]
        if here_ns >= DRIFT_NS:
            self.drift = stream_ns / here_ns - 1
        if here_ns >= 10 * DRIFT_NS:
            self._anchor = (pts_ns, arrived_ns)

    def _anchored(self, at_ns: int, arrived_ns: int) -> int:
        self._apart_ns = self._lead(at_ns, arrived_ns)
        return at_ns

    def _slewed(self, last_ns: int, step_ns: int, arrived_ns: int) -> int:
        at_ns = last_ns + step_ns
        most_ns = round(SLEW * abs(step_ns))
        return at_ns - max(-most_ns, min(most_ns, self._lead(at_ns, arrived_ns)))

    def _parted(self, at_ns: int, arrived_ns: int) -> bool:
        lead_ns = self._lead(at_ns, arrived_ns)
        return min(abs(lead_ns), abs(lead_ns - self._apart_ns)) > APART_NS

    def _lead(self, at_ns: int, arrived_ns: int) -> int:
        return at_ns - (arrived_ns - self._start_ns)

    def _count_jump(self, arrived_ns: int) -> None:
        recent = arrived_ns - self._jumped_ns < JUMPS_WITHIN_NS
        self._jumps = self._jumps + 1 if recent else 1
        self._jumped_ns, self._anchor = arrived_ns, None


def _with_wall(mono_ns: int, camera_utc_ns: int | None, here_utc_ns: int) -> Timestamp:
    if camera_utc_ns is not None:
        age_ms = (here_utc_ns - camera_utc_ns) / 1e6
        if -RTCP_EARLY_MS <= age_ms <= RTCP_LATE_MS:
            return Timestamp(mono_ns, camera_utc_ns, abs(age_ms), TimeSource.RTCP)
    return Timestamp(mono_ns, here_utc_ns, ARRIVAL_ERR_MS, TimeSource.ARRIVAL)
