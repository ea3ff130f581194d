"""Detects lost cameras: gaps for the loop, and one log message each for lost and back."""

from __future__ import annotations

import logging

from passerby.contracts.events import Gap
from passerby.contracts.time import NS_PER_S, Clock, Timestamp
from passerby.ingest.wallclock import LiveTime

log = logging.getLogger(__name__)


class Outage:
    """The outages of one camera.

    lost_after_s: silence that counts as a loss. first_after_s: the same before the first picture, unless
    connecting has failed. every_s: interval of reports of a lasting gap; it grows.
    """

    def __init__(
        self,
        camera: str,
        clock: Clock,
        time: LiveTime,
        lost_after_s: float = 2.0,
        first_after_s: float = 10.0,
        every_s: float = 1.0,
    ) -> None:
        self._camera = camera
        self._clock = clock
        self._time = time
        self._lost_after_ns = round(lost_after_s * NS_PER_S)
        self._first_after_ns = round(first_after_s * NS_PER_S)
        self._every_ns = round(every_s * NS_PER_S)
        self._seen_ns = clock.mono_ns()
        self._last: Timestamp | None = None
        self._gap: Gap | None = None
        self._reported_ns = 0

    def picture(self, at: Timestamp) -> Gap | None:
        """Process a picture. Returns the complete gap that it ends, if there was one."""
        self._last, self._seen_ns = at, self._clock.mono_ns()
        gap, self._gap = self._gap, None
        if gap is None:
            return None
        log.info("camera %s is back after %.1f s without pictures", self._camera, at.s - gap.from_s)
        return Gap(gap.camera, gap.from_s, at.s, gap.utc, gap.why)

    def silence(self, why: str | None, heard_ns: int = 0) -> Gap | None:
        """Process a missing picture. `why`: the reader's reason, None if it knows none.

        heard_ns: when the camera last sent what nobody needed to see, on the clock; that is no silence.

        Returns the gap so far when it begins and every `every_s` after.
        """
        now_ns = self._clock.mono_ns()
        if self._gap is None:
            self._seen_ns = max(self._seen_ns, heard_ns)
            if now_ns - self._seen_ns < self._patience_ns(failed=why is not None):
                return None
            why = why or "the camera is silent"
            log.warning("camera %s is lost: %s", self._camera, why)
            return self._report(now_ns, self._begin(why))
        return self._report(now_ns, self._gap) if now_ns - self._reported_ns >= self._every_ns else None

    def _patience_ns(self, failed: bool) -> int:
        return self._first_after_ns if self._last is None and not failed else self._lost_after_ns

    def _begin(self, why: str) -> Gap:
        if self._last is None or self._last.utc_ns is None:
            from_s, utc_ns = 0.0, self._clock.utc_ns() - (self._clock.mono_ns() - self._seen_ns)
        else:
            from_s, utc_ns = self._last.s, self._last.utc_ns
        return Gap(self._camera, from_s, from_s, Timestamp(0, utc_ns).utc, why)

    def _report(self, now_ns: int, gap: Gap) -> Gap:
        self._reported_ns = now_ns
        self._gap = Gap(gap.camera, gap.from_s, self._time.report_now_ns() / NS_PER_S, gap.utc, gap.why)
        return self._gap
