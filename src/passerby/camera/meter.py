"""The time of each stage, and the health of the camera in the last minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from passerby.camera.outage import LOST_AFTER_S
from passerby.contracts.arrays import F32
from passerby.contracts.camera_faults import NO_OPTICS, OpticsView
from passerby.contracts.events import CameraHealth, CameraStatus, Gap
from passerby.contracts.results import StageTime
from passerby.contracts.stream_status import LIVE, StreamStatus, picture_status
from passerby.contracts.time import Timestamp, later
from passerby.ingest.source import Losses

HEALTH_EVERY_S = 60.0
# A shorter gap is a jump of a recording's clock, not a camera outage, seconds.
SILENCE_S = 1.0
# Durations of a stage. As numbers of Python they would take eight times the memory, and fill it for an hour.
_KEPT = 5000


@dataclass(slots=True)
class _Stage:
    """The durations of one stage, ms: their sum, their number, and the last ones in a ring (_KEPT,)."""

    sum_ms: float = 0.0
    count: int = 0
    last_ms: F32 = field(default_factory=lambda: np.zeros(_KEPT, np.float32))

    def add(self, ms: float) -> None:
        self.last_ms[self.count % _KEPT] = ms
        self.sum_ms += ms
        self.count += 1

    def p95_ms(self) -> float:
        return float(np.percentile(self.last_ms[: self.count], 95))


class StageTimes:
    """Time per stage: the exact mean, and the 95th percentile of the last few thousand frames.

    clock: seconds; wall time by default, time.thread_time for the processor time of the calling thread.
    """

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self.clock = clock or time.perf_counter
        self._stages: dict[str, _Stage] = {}

    @contextmanager
    def span(self, stage: str) -> Iterator[None]:
        """Measure the time of the block."""
        began = self.clock()
        try:
            yield
        finally:
            self.add(stage, 1000 * (self.clock() - began))

    def add(self, stage: str, ms: float) -> None:
        """Count one duration."""
        if stage not in self._stages:
            self._stages[stage] = _Stage()
        self._stages[stage].add(ms)

    def p95_ms(self, stage: str) -> float | None:
        """Return the 95th percentile of a stage, None if it never ran."""
        found = self._stages.get(stage)
        return found.p95_ms() if found else None

    def totals(self) -> dict[str, tuple[int, float]]:
        """Return how often each stage ran, and its time in all, seconds; may be called from any thread."""
        return {name: (stage.count, stage.sum_ms / 1000) for name, stage in dict(self._stages).items()}

    def table(self) -> tuple[StageTime, ...]:
        """Return every stage in the order of its first run."""
        return tuple(
            StageTime(name, round(stage.sum_ms / stage.count, 3), round(stage.p95_ms(), 3))
            for name, stage in self._stages.items()
        )


class HealthMeter:
    """Reports the state of a camera about once a minute, and whenever it changes.

    losses: returns the source's present counters.
    """

    def __init__(self, camera: str, losses: Callable[[], Losses], times: StageTimes) -> None:
        self._camera, self._losses, self._times = camera, losses, times
        self._began: Timestamp | None = None
        self._last: Timestamp | None = None
        self._gap: Gap | None = None
        self._down_s = 0.0
        self._frames = 0
        self._before = (0, 0)
        self._optics = NO_OPTICS
        self._faults: set[str] = set()
        self._status = LIVE

    def frame(self, at: Timestamp, optics: OpticsView = NO_OPTICS) -> list[CameraHealth]:
        """Count one analysed frame with the health of its picture; return the reports that are due."""
        due, faults = self._back(at), {fault.type.name for fault in optics.faults}
        status = picture_status(faults)
        self._last = at
        if self._began is not None:
            self._frames += 1
            elapsed_s = at.since_s(self._began)
            if elapsed_s >= HEALTH_EVERY_S or (status != self._status and elapsed_s > 0):
                due.append(self._seen(self._began, at))
                self._began = None
        if self._began is None:
            self._began, self._frames = at, 0
        self._status, self._optics = status, optics
        self._faults |= faults
        return due

    def gap(self, gap: Gap) -> list[CameraHealth]:
        """Process a growing gap; return the reports that are due."""
        due = []
        if self._gap is None:
            self._down_s = gap.from_s
            if self._began is not None and self._last is not None and self._last != self._began:
                due.append(self._seen(self._began, self._last))
            self._began, self._frames = None, 0
        self._gap = gap
        if gap.to_s - self._down_s >= HEALTH_EVERY_S:
            due.append(self._down(gap, gap.to_s))
        return due

    def _back(self, at: Timestamp) -> list[CameraHealth]:
        gap, self._gap = self._gap, None
        if gap is None or at.s - self._down_s < SILENCE_S:
            return []
        return [self._down(gap, at.s)]

    def _seen(self, began: Timestamp, at: Timestamp) -> CameraHealth:
        elapsed_s, p95_ms = at.since_s(began), self._times.p95_ms("frame")
        faults, self._faults, optics = self._faults, set(), self._optics
        report = self._report(self._status, began.s, began.utc, elapsed_s)
        return replace(
            report,
            fps=round(self._frames / elapsed_s, 2),
            p95_ms=None if p95_ms is None else round(p95_ms, 1),
            utc_err_ms=at.utc_err_ms,
            faults=" ".join(sorted(faults)),
            sharpness=None if optics.sharpness is None else round(optics.sharpness, 3),
            brightness=None if optics.brightness is None else round(optics.brightness, 1),
        )

    def _down(self, gap: Gap, to_s: float) -> CameraHealth:
        from_s, self._down_s = self._down_s, to_s
        is_new = self._last is None and to_s - gap.from_s < LOST_AFTER_S
        status = StreamStatus(CameraStatus.CONNECTING if is_new else CameraStatus.DOWN, gap.why)
        return self._report(status, from_s, later(gap.utc, from_s - gap.from_s), to_s - from_s)

    def _report(self, status: StreamStatus, from_s: float, utc: str | None, window_s: float) -> CameraHealth:
        losses = self._losses()
        now = (losses.dropped, losses.decode_errors)
        before, self._before = self._before, now
        return CameraHealth(
            camera=self._camera,
            from_s=round(from_s, 3),
            utc=utc,
            window_s=round(window_s, 3),
            state=status.state,
            why=status.why,
            fps=0.0,
            dropped=now[0] - before[0],
            decode_errors=now[1] - before[1],
            p95_ms=None,
            utc_err_ms=None,
        )
