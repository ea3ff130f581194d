"""Which way most people walk through a zone, learned from them all and from none in particular."""

from __future__ import annotations

import numpy as np

from passerby.contracts.arrays import F64
from passerby.contracts.time import Timestamp

# What was seen so long ago counts e times less: long enough to bridge the pause between two trains, short enough
# to follow the turn from the morning's direction to the evening's.
MEMORY_S = 300.0
WALKING_MPS = 0.5
# There is a main direction once so many person-seconds of walking were seen and their mean is this clear: 0 is
# every way alike, 1 is all one way. 0.5 is three people one way for every one the other way.
LEAST_PERSON_S, CLEAR = 20.0, 0.5
# No frame speaks for longer.
FRAME_S = 1.0


class MainFlow:
    """Takes velocities by time; answers with the direction of most."""

    def __init__(self) -> None:
        self._sum, self._weight_s = np.zeros(2), 0.0
        self._last: Timestamp | None = None

    def add(self, at: Timestamp, vel_mps: F64) -> None:
        """Take the velocities (N, 2) of one frame, metres per second."""
        passed_s = 0.0 if self._last is None else at.since_s(self._last)
        self._last = at
        fade, share_s = float(np.exp(-passed_s / MEMORY_S)), min(passed_s, FRAME_S)
        speed = np.linalg.norm(vel_mps, axis=1)
        walking = speed >= WALKING_MPS
        headings = vel_mps[walking] / speed[walking, None]
        self._sum = fade * self._sum + share_s * headings.sum(axis=0)
        self._weight_s = fade * self._weight_s + share_s * int(walking.sum())

    def direction(self) -> F64 | None:
        """Return the unit vector (2,) of the main direction on the floor; None while there is none."""
        length = float(np.linalg.norm(self._sum))
        if self._weight_s < LEAST_PERSON_S or length < CLEAR * self._weight_s:
            return None
        return np.asarray(self._sum / length)
