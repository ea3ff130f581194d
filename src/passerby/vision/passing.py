"""Did a train just come or leave? From what moves where in a zone, without knowing what is a train and what is
not.

While a train comes in, its part of the zone moves and the rest is still; then all of it moves; then all of it
stands still at once. While one leaves it is the other way round: all of it begins to move at once, and at the end
the part behind the train is still. So the seconds in which one end moves and the other does not, before and after
the seconds in which everything moves, tell the two apart.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from passerby.contracts.arrays import Bools

# Everything moves, or one end does, if so many of the slices agree: people walk before some. It is over when no
# more than this share has moved for so long.
ALL, AGREE, QUIET, STILL_S = 0.9, 0.8, 0.35, 0.8
# An end is at least so many slices.
FEWEST = 3
# The one must last this long, and be so many times as long as the other.
LEAST_S, TIMES = 0.4, 2.0


class Passed(StrEnum):
    """What has passed."""

    CAME = "came"
    LEFT = "left"


class Passing:
    """Feed it which slices move, frame by frame."""

    def __init__(self) -> None:
        self._before_s = self._after_s = self._quiet_s = 0.0
        self._has_filled = False

    def step(self, moves: Bools, dt_s: float) -> Passed | None:
        """Return what has just passed, once it has; `moves` (SLICES,) in the order of the zone's long axis."""
        share = float(moves.mean())
        if share >= ALL:
            self._has_filled, self._after_s = True, 0.0
        elif _is_split(moves):
            self._before_s += 0.0 if self._has_filled else dt_s
            self._after_s += dt_s if self._has_filled else 0.0
        self._quiet_s = self._quiet_s + dt_s if share <= QUIET else 0.0
        if self._quiet_s < STILL_S:
            return None
        passed = self._verdict() if self._has_filled else None
        self.__init__()  # type: ignore[misc]
        return passed

    def _verdict(self) -> Passed | None:
        before, after = self._before_s, self._after_s
        if max(before, after) < LEAST_S or max(before, after) < TIMES * min(before, after):
            return None
        return Passed.CAME if before > after else Passed.LEFT


def _is_split(moves: Bools) -> bool:
    """Whether one end moves and the other does not."""
    n, moving = len(moves), int(moves.sum())
    if not FEWEST <= moving <= n - FEWEST:
        return False
    moved_until = np.concatenate([[0], np.cumsum(moves)])
    k = np.arange(n + 1)
    agree = moved_until + (n - k) - (moved_until[-1] - moved_until)
    inner = agree[2:-2]
    return bool(max(inner.max(), (n - inner).max()) >= AGREE * n)
