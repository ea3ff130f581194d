"""The trend of a density: the slope of a straight line through its last minutes."""

from __future__ import annotations

from collections import deque

import numpy as np

from passerby.contracts.time import Timestamp

# Three minutes, because a train every two or three minutes is a wave and not a trend; at least one minute before
# there is a value. One value per second is enough and bounds the memory. Seconds. Chosen for these
# reasons; not varied in a measurement.
SPAN_S, LEAST_S, EVERY_S = 180.0, 60.0, 1.0


class Trend:
    """Accumulates people per square metre by time; returns the growth per minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def add(self, at: Timestamp, density_per_m2: float) -> None:
        """Add one value."""
        if self._seen and at.s - self._seen[-1][0] < EVERY_S:
            return
        self._seen.append((at.s, density_per_m2))
        while at.s - self._seen[0][0] > SPAN_S:
            self._seen.popleft()

    def per_minute(self) -> float | None:
        """Return the least-squares slope, people per square metre and minute; None before `LEAST_S`."""
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < LEAST_S:
            return None
        t_s, density = np.array(self._seen).T
        return float(60 * np.polyfit(t_s - t_s.mean(), density, 1)[0])

    def reset(self) -> None:
        """Reset, because the picture was interrupted."""
        self._seen.clear()
