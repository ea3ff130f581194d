"""How long each stage takes, and how the camera did in the last minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from passerby.contracts.events import CameraHealth, CameraState
from passerby.contracts.results import StageTime
from passerby.contracts.time import Timestamp
from passerby.ingest.source import Losses

HEALTH_EVERY_S = 60.0
_KEPT = 5000


class StageTimes:
    """Wall time per stage: an exact mean, and the 95th percentile of the last few thousand frames."""

    def __init__(self) -> None:
        self._last_ms: dict[str, deque[float]] = {}
        self._sum_ms: dict[str, float] = {}
        self._count: dict[str, int] = {}

    @contextmanager
    def span(self, stage: str) -> Iterator[None]:
        """Time what happens inside."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, 1000 * (time.perf_counter() - began))

    def add(self, stage: str, ms: float) -> None:
        """Count one duration."""
        self._last_ms.setdefault(stage, deque(maxlen=_KEPT)).append(ms)
        self._sum_ms[stage] = self._sum_ms.get(stage, 0.0) + ms
        self._count[stage] = self._count.get(stage, 0) + 1

    def p95_ms(self, stage: str) -> float | None:
        """Return the 95th percentile of a stage, None if it never ran."""
        last = self._last_ms.get(stage)
        return float(np.percentile(last, 95)) if last else None

    def table(self) -> tuple[StageTime, ...]:
        """Return every stage in the order of its first run."""
        return tuple(
            StageTime(
                stage, round(self._sum_ms[stage] / self._count[stage], 3), round(self.p95_ms(stage) or 0.0, 3)
            )
            for stage in self._count
        )


class HealthMeter:
    """Reports once a minute what a camera delivered."""

    def __init__(self, camera: str, losses: Losses, times: StageTimes) -> None:
        self._camera, self._losses, self._times = camera, losses, times
        self._began: Timestamp | None = None
        self._frames = 0
        self._before = (0, 0)

    def frame(self, at: Timestamp) -> list[CameraHealth]:
        """Count one analysed frame; return the report that became due with it, if any."""
        if self._began is None:
            self._began = at
        self._frames += 1
        elapsed_s = at.since_s(self._began)
        if elapsed_s < HEALTH_EVERY_S:
            return []
        report = self._report(self._began, at, elapsed_s)
        self._began, self._frames = at, 0
        return [report]

    def _report(self, began: Timestamp, at: Timestamp, elapsed_s: float) -> CameraHealth:
        now = (self._losses.dropped, self._losses.decode_errors)
        before, self._before = self._before, now
        p95_ms = self._times.p95_ms("frame")
        return CameraHealth(
            camera=self._camera,
            from_s=round(began.s, 3),
            utc=began.utc,
            window_s=round(elapsed_s, 3),
            state=CameraState.LIVE,
            fps=round(self._frames / elapsed_s, 2),
            dropped=now[0] - before[0],
            decode_errors=now[1] - before[1],
            p95_ms=None if p95_ms is None else round(p95_ms, 1),
            utc_err_ms=at.utc_err_ms,
        )
