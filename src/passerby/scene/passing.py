"""Detects that a train has come or left, from the motion in a zone, without a model of a train.

While a train arrives, its part of the zone moves and the rest is still; then all of it moves; then all of it stops
at once. While a train leaves, the order is reversed: all of it starts to move at once, and at the end the part
behind the train is still. The durations in which only one end moves, before and after the complete motion,
distinguish the two.
"""

from __future__ import annotations

from enum import StrEnum

from passerby.contracts.arrays import F64

# None of the numbers of this file was varied in a measurement; tests/scene/test_passing.py has the cases that they
# separate.

# Mean grey levels from frame to frame of a slice that is still, and of one that moves as trains do. Chosen by
# judgement.
STILL_GREY, STRONG_GREY = 4.0, 12.0

# All of the zone moves, or one end, if this many of the slices do: people walk in front of some. The motion is
# over when at most this fraction has moved for this long. Chosen by judgement.
ALL, AGREE, QUIET, STILL_S = 0.9, 0.8, 0.35, 0.8
# Least number of slices of an end. Chosen: people cover a slice or two.
FEWEST = 3
# One duration must be this long, and this many times as long as the other. Chosen by judgement.
LEAST_S, TIMES = 0.4, 2.0


class Passed(StrEnum):
    """The detected motion."""

    CAME = "came"
    LEFT = "left"


class Passing:
    """Detects passages from the motion of each slice, frame by frame."""

    def __init__(self) -> None:
        self._before_s = self._after_s = self._quiet_s = 0.0
        self._has_filled = False

    def step(self, motion: F64, dt_s: float) -> Passed | None:
        """Return the passage that has just ended, if there is one.

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
    """Return whether one end moves as only a train does and the other is still; a braking train fades instead."""
    n, strong, still = len(motion), motion > STRONG_GREY, motion <= STILL_GREY
    if int(strong.sum()) < FEWEST or int(still.sum()) < FEWEST:
        return False
    return any(
        int(first[:k].sum() + then[k:].sum()) >= AGREE * n
        for first, then in ((strong, still), (still, strong))
        for k in range(FEWEST, n - FEWEST + 1)
    )
