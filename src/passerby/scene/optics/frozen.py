"""A picture that does not change although frames arrive: the encoder repeats one image."""

from __future__ import annotations

import numpy as np

from passerby.contracts.time import Timestamp
from passerby.pixels.frame import U8

# An unchanged picture is frozen after this time, seconds, or after this many times the longest such time that
# ended by itself, at most LONGEST_S. Chosen: some cameras send no change of a quiet scene between key frames.
FROZEN_S, TIMES_LONGEST, LONGEST_S = 20.0, 2.0, 1800.0
# Changes below this fraction of the usual quiet change are none: an encoder may code a frozen image anew. Chosen
# by judgement.
QUIET_SHARE = 0.15
# Weights with which the quiet level follows larger and smaller changes. Chosen by judgement.
UP, DOWN = 0.01, 0.3


class PictureChange:
    """The change from sample to sample. wait_s: how long an unchanged picture must last to be frozen."""

    def __init__(self) -> None:
        self._before: U8 | None = None
        self._quiet: float | None = None
        self._same_since: Timestamp | None = None
        self._longest_s = 0.0

    @property
    def wait_s(self) -> float:
        """Seconds."""
        return min(LONGEST_S, max(FROZEN_S, TIMES_LONGEST * self._longest_s))

    def is_same(self, strips: U8, at: Timestamp) -> bool:
        """Return whether the picture is the same as that of the sample before."""
        before, self._before = self._before, strips
        if before is None or before.shape != strips.shape:
            return False
        change = float(np.mean(strips != before))
        if change <= QUIET_SHARE * (self._quiet or 0.0):
            self._same_since = self._same_since or at
            return True
        self._quiet = change if self._quiet is None else self._quiet
        self._quiet += (UP if change > self._quiet else DOWN) * (change - self._quiet)
        self._end_of_same(at)
        return False

    def reset(self) -> None:
        """Handle an interrupted picture."""
        self._before = self._same_since = None

    def _end_of_same(self, at: Timestamp) -> None:
        if self._same_since is not None and (lasted_s := at.since_s(self._same_since)) < self.wait_s:
            self._longest_s = max(self._longest_s, lasted_s)
        self._same_since = None
