"""Reduces frames to a rate, by their own times."""

from __future__ import annotations

from passerby.contracts.time import NS_PER_S, Timestamp

# Frames arrive slightly early or late; a frame is used if it is early by at most this fraction of a period.
_EARLY_SHARE = 0.25


class Pace:
    """Selects the frames to analyse; with `fps` None, all of them. `fps` may be changed at any time."""

    def __init__(self, fps: float | None) -> None:
        self._next_ns: int | None = None
        self._fps, self._period_ns = fps, _period_ns(fps)

    @property
    def fps(self) -> float | None:
        """Most frames per second."""
        return self._fps

    @fps.setter
    def fps(self, fps: float | None) -> None:
        period_ns = _period_ns(fps)
        if self._next_ns is not None:  # a higher rate begins at once
            self._next_ns += min(0, period_ns - self._period_ns)
        self._fps, self._period_ns = fps, period_ns

    def is_due(self, at: Timestamp) -> bool:
        """Return whether the frame at `at` is due."""
        return self._next_ns is None or at.mono_ns >= self._next_ns - _EARLY_SHARE * self._period_ns

    def wants(self, at: Timestamp) -> bool:
        """Return whether the frame at `at` is due, and count it as used.

        Keeps the mean rate: one late frame costs no later frame.
        """
        if not self.is_due(at):
            return False
        due_ns = at.mono_ns if self._next_ns is None else self._next_ns
        self._next_ns = max(due_ns, at.mono_ns - self._period_ns) + self._period_ns
        return True


def _period_ns(fps: float | None) -> int:
    return 0 if fps is None else round(NS_PER_S / fps)
