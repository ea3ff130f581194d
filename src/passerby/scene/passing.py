"""Did a train just come or leave? From what moves where in a zone, without knowing what is a train and what is
not.

While a train comes in, its part of the zone moves and the rest is still; then all of it moves; then all of it
stands still at once. While one leaves it is the other way round: all of it begins to move at once, and at the end
the part behind the train is still. So the seconds in which one end moves and the other does not, before and after
the seconds in which everything moves, tell the two apart.
"""

from __future__ import annotations

from enum import StrEnum

from passerby.contracts.arrays import F64

# A slice stands still, or moves as trains do, at so many grey levels from frame to frame on average.
STILL_GREY, STRONG_GREY = 4.0, 12.0

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
    """Feed it how much each slice moves, frame by frame."""

    def __init__(self) -> None:
        self._before_s = self._after_s = self._quiet_s = 0.0
        self._has_filled = False

    def step(self, motion: F64, dt_s: float) -> Passed | None:
        """Return what has just passed, once it has.

        motion: grey levels from frame to frame (SLICES,), in the order of the zone's long axis.
        """
        share = float((motion > STILL_GREY).mean())
        if share >= ALL:
            self._has_filled, self._after_s = True, self._after_s if _is_split(motion) else 0.0
        if _is_split(motion):
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


def _is_split(motion: F64) -> bool:
    """Whether one end moves as only a train does and the other stands still; a train that brakes fades instead."""
    n, strong, still = len(motion), motion > STRONG_GREY, motion <= STILL_GREY
    if int(strong.sum()) < FEWEST or int(still.sum()) < FEWEST:
        return False
    return any(
        int(first[:k].sum() + then[k:].sum()) >= AGREE * n
        for first, then in ((strong, still), (still, strong))
        for k in range(FEWEST, n - FEWEST + 1)
    )
