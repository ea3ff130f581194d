"""Which way a density is going: the slope of a straight line through its last minutes."""

from __future__ import annotations

from collections import deque

import numpy as np

from passerby.contracts.time import Timestamp

# Three minutes, because at a platform a train every two or three minutes is a wave that should not be taken for a
# trend; at least one minute before anything is said. One value a second is enough and bounds what is kept.
SPAN_S, LEAST_S, EVERY_S = 180.0, 60.0, 1.0


class Trend:
    """Takes people per square metre by time; answers how fast it grows, per minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def add(self, at: Timestamp, density_per_m2: float) -> None:
        """Take one moment."""
        if self._seen and at.s - self._seen[-1][0] < EVERY_S:
            return
        self._seen.append((at.s, density_per_m2))
        while at.s - self._seen[0][0] > SPAN_S:
            self._seen.popleft()

    def per_minute(self) -> float | None:
        """Return the least-squares slope, people per square metre and minute; None before `LEAST_S` were seen."""
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < LEAST_S:
            return None
        t_s, density = np.array(self._seen).T
        return float(60 * np.polyfit(t_s - t_s.mean(), density, 1)[0])

    def reset(self) -> None:
        """Begin anew, because the picture was interrupted."""
        self._seen.clear()
