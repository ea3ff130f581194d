"""The time of a recording's frames, from presentation times that may be missing, repeated or broken.

The rules, in the order in which they are tried (t is the time in the file, last the time of the frame before):

- no presentation time: one nominal frame interval after last, counted in `assumed`;
- ahead by at most MAX_STEP: t is used, so a variable frame rate is kept;
- ahead by up to MAX_HOLE: a hole in the recording, reported as such; t is used, so times match a player's;
- ahead by more: a broken clock, reported as such; time continues one interval after last from a new origin;
- behind by less than JUMP_BACK (repeated or slightly disordered times): MIN_STEP after last, origin kept; after
  STUCK_FRAMES in a row the file's clock stands still, and nominal intervals are used;
- behind by more: the clock jumped back, reported as such; time continues one interval after last.

The times therefore always increase.
"""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.time import NS_PER_S

MAX_STEP_NS = 5 * NS_PER_S
MAX_HOLE_NS = 3600 * NS_PER_S
JUMP_BACK_NS = NS_PER_S // 5
MIN_STEP_NS = NS_PER_S // 1000
STUCK_FRAMES = 5


@dataclass(frozen=True, slots=True)
class FrameTime:
    """The time of one frame; `gap` is the reason of missing pictures before it."""

    mono_ns: int
    gap: str | None = None


class Timeline:
    """Times of one recording, from 0 at its first frame, strictly increasing.

    assumed: frames with a generated time.
    """

    def __init__(self, interval_ns: int) -> None:
        self.assumed = 0
        self._interval_ns = interval_ns
        self._last_ns: int | None = None
        self._origin_ns: int | None = None
        self._held = 0

    @property
    def last_ns(self) -> int:
        """The time of the last frame, 0 before the first."""
        return self._last_ns or 0

    def step(self, pts_ns: int | None) -> FrameTime:
        """Return the time of the next frame from its presentation time in the file, ns."""
        step = self._next(pts_ns)
        self._last_ns = step.mono_ns
        return step

    def _next(self, pts_ns: int | None) -> FrameTime:
        due_ns = 0 if self._last_ns is None else self._last_ns + self._interval_ns
        if pts_ns is None:
            self.assumed += 1
            return FrameTime(due_ns)
        if self._origin_ns is None or self._last_ns is None:
            return self._from(pts_ns, due_ns)
        claimed_ns = pts_ns - self._origin_ns
        ahead_ns = claimed_ns - self._last_ns
        if ahead_ns > 0:
            self._held = 0
        if ahead_ns > MAX_HOLE_NS:
            return self._from(pts_ns, due_ns, "the recording's clock jumps ahead")
        if ahead_ns > MAX_STEP_NS:
            return FrameTime(claimed_ns, "the recording has a hole")
        if ahead_ns > 0:
            return FrameTime(claimed_ns)
        if ahead_ns <= -JUMP_BACK_NS:
            return self._from(pts_ns, due_ns, "the recording's clock jumps back")
        return self._hold(pts_ns, due_ns)

    def _hold(self, pts_ns: int, due_ns: int) -> FrameTime:
        self._held += 1
        if self._held > STUCK_FRAMES:
            self.assumed += 1
            return self._from(pts_ns, due_ns)
        return FrameTime(due_ns - self._interval_ns + min(MIN_STEP_NS, self._interval_ns))

    def _from(self, pts_ns: int, at_ns: int, gap: str | None = None) -> FrameTime:
        self._origin_ns = pts_ns - at_ns
        return FrameTime(at_ns, gap)
