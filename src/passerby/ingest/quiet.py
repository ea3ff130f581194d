"""Detects motion from the sizes of a stream's packets, without decoding: what moves has to be sent.

The sizes are compared with those of the same camera while its place was empty. A stream with a constant bit rate
shows no difference; there motion is found at the next decoded picture.
"""

from __future__ import annotations

from collections import deque

import numpy as np

# Sizes are averaged over this many packets, because encoders alternate larger and smaller ones. Chosen: a fifth of
# a second at 25 frames/s.
AVERAGED = 5
# Averages of the empty place to compare with, and the fewest of them. Chosen: half a minute, and two seconds.
MOST_KNOWN, LEAST_KNOWN = 750, 50
# Motion is an average above this many times the quiet level, which is this quantile of the averages.
RISE, QUIET_QUANTILE = 1.3, 0.98
# The level is computed again after this many packets: a second of video.
_RENEW_EVERY = 25


class QuietLevel:
    """The sizes of predicted packets while the place is empty, in bytes."""

    def __init__(self) -> None:
        self._known: deque[float] = deque(maxlen=MOST_KNOWN)
        self._last: deque[int] = deque(maxlen=AVERAGED)
        self._level: float | None = None
        self._new = 0

    @property
    def is_known(self) -> bool:
        """Return whether enough of the empty place is known to notice motion."""
        return self._level is not None

    def average(self, size: int) -> float:
        """Add the size of the next packet and return the average of the last ones."""
        self._last.append(size)
        return sum(self._last) / len(self._last)

    def is_motion(self, average: float) -> bool:
        """Return whether an average is above the quiet level."""
        return self._level is not None and average > RISE * self._level

    def learn(self, average: float) -> None:
        """Add an average of the empty place."""
        self._known.append(average)
        self._new += 1
        if self._new >= _RENEW_EVERY and len(self._known) >= LEAST_KNOWN:
            self._level, self._new = float(np.quantile(self._known, QUIET_QUANTILE)), 0
