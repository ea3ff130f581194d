"""The main walking direction in a zone, as a mean over all people."""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.time import Timestamp

# Time constant of the mean, seconds: long enough to bridge the pause between two trains, short enough to follow
# the change from the morning's direction to the evening's. Chosen by judgement; not varied in a measurement.
MEMORY_S = 300.0
# A slower person does not walk, m/s. Chosen by judgement, well below the mean walking speed of 1.34 m/s (Weidmann
# 1993); not varied in a measurement.
WALKING_MPS = 0.5
# The direction is known after this many person-seconds of walking if the mean has at least this length: 0 is no
# direction, 1 is one direction. 0.5 is three people one way for each person the other way. Chosen by
# judgement; not varied in a measurement.
LEAST_PERSON_S, CLEAR = 20.0, 0.5
# Longest time that one frame represents, seconds. Chosen: as FRAME_SPEAKS_S of windows.py.
FRAME_S = 1.0


class MainFlow:
    """Accumulates velocities; returns the main direction."""

    def __init__(self) -> None:
        self._sum, self._weight_s = np.zeros(2), 0.0
        self._last: Timestamp | None = None

    def add(self, at: Timestamp, vel_mps: F64) -> F64 | None:
        """Add the velocities (N, 2) of one frame, metres per second; return the direction (2,) with them."""
        passed_s = 0.0 if self._last is None else at.since_s(self._last)
        self._last = at
        fade, share_s = float(np.exp(-passed_s / MEMORY_S)), min(passed_s, FRAME_S)
        speed = np.linalg.norm(vel_mps, axis=1)
        walking = speed >= WALKING_MPS
        headings = vel_mps[walking] / speed[walking, None]
        self._sum = fade * self._sum + share_s * headings.sum(axis=0)
        self._weight_s = fade * self._weight_s + share_s * int(walking.sum())
        return self.direction()

    def direction(self) -> F64 | None:
        """Return the unit vector (2,) of the main direction on the floor; None while there is none."""
        length = float(np.linalg.norm(self._sum))
        if self._weight_s < LEAST_PERSON_S or length < CLEAR * self._weight_s:
            return None
        return np.asarray(self._sum / length)
