"""Reduces frames to a rate, by their own times."""

from __future__ import annotations

from passerby.contracts.time import NS_PER_S, Timestamp

# Frames arrive slightly early or late; a frame is used if it is early by at most this fraction of a period.
_EARLY_SHARE = 0.25


class Pace:
    """Selects the frames to analyse; with `fps` None, all of them."""

    def __init__(self, fps: float | None) -> None:
        self._period_ns = 0 if fps is None else round(NS_PER_S / fps)
        self._next_ns: int | None = None

    def wants(self, at: Timestamp) -> bool:
        """Return whether the frame at `at` is due. Keeps the mean rate: one late frame costs no later frame."""
        if self._next_ns is not None and at.mono_ns < self._next_ns - _EARLY_SHARE * self._period_ns:
            return False
        due_ns = at.mono_ns if self._next_ns is None else self._next_ns
        self._next_ns = max(due_ns, at.mono_ns - self._period_ns) + self._period_ns
        return True
