"""Divides frame time into windows and sums the values in each.

The value of a frame holds until the next frame, but at most `FRAME_SPEAKS_S`; a longer interval is time without a
picture. The covered time of a window is therefore exact to its borders at any frame rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from passerby.contracts.time import NS_PER_S, Timestamp

# The counts are per minute (docs/behaviours.md). Chosen: the flow of a quarter of an hour is a sum of minutes.
WINDOW_S = 60.0
# Seconds. Chosen by judgement: longer than the interval of frames at 5 frames per second; not varied in a
# measurement.
FRAME_SPEAKS_S = 1.0
_WINDOW_NS, _SPEAKS_NS = int(WINDOW_S * NS_PER_S), int(FRAME_SPEAKS_S * NS_PER_S)


@dataclass(slots=True)
class Window:
    """One window's sums; covered_ns is the time with a picture, person_ns the person-time in it."""

    index: int
    utc: str | None
    covered_ns: int = 0
    person_ns: int = 0
    peak: int = 0
    plus: int = 0
    minus: int = 0

    @property
    def from_s(self) -> float:
        """Start of the window, seconds."""
        return self.index * WINDOW_S

    def hold(self, ns: int, count: int) -> None:
        """Add `count` people for `ns` nanoseconds."""
        if ns > 0:
            self.covered_ns, self.person_ns = self.covered_ns + ns, self.person_ns + ns * count
            self.peak = max(self.peak, count)

    def mean(self) -> float:
        """Mean number of people over the covered time."""
        return self.person_ns / self.covered_ns if self.covered_ns else float(self.peak)

    def coverage(self, window_s: float) -> float:
        """Fraction of the window's `window_s` seconds with a picture."""
        return round(min(1.0, self.covered_ns / NS_PER_S / window_s), 3) if window_s > 0 else 1.0


@dataclass(slots=True)
class Windows:
    """The open window, and the frame that is still valid."""

    window: Window | None = None
    _until_ns: int = 0
    _last: Timestamp | None = field(default=None)
    _count: int = 0

    def advance(self, at: Timestamp) -> Window | None:
        """Apply the last frame up to `at`; return the window that closed with it, if there is one."""
        index, closed = at.mono_ns // _WINDOW_NS, None
        from_ns, to_ns = self._spoken_for(at)
        if self.window is not None and self.window.index != index:
            closed, border_ns = self.window, (self.window.index + 1) * _WINDOW_NS
            closed.hold(min(to_ns, border_ns) - from_ns, self._count)
            self.window = None
        if self.window is None:
            self.window = Window(index, at.utc)
        self.window.hold(to_ns - max(from_ns, index * _WINDOW_NS), self._count)
        self._until_ns = at.mono_ns
        return closed

    def say(self, at: Timestamp, count: int) -> Window:
        """Set `count` people from `at` on; return the window of `at`, which must be the open one."""
        assert self.window is not None
        self.window.peak = max(self.window.peak, count)
        self._last, self._count = at, count
        return self.window

    def interrupt(self) -> None:
        """End the validity of the last frame, because the picture stopped."""
        self._last = None

    def last(self) -> tuple[Window, float] | None:
        """Return the unfinished window and its length in seconds, unless it is empty."""
        if self.window is None:
            return None
        seconds = self._until_ns / NS_PER_S - self.window.from_s
        is_empty = seconds <= 0 and not (self.window.plus or self.window.minus)
        return None if is_empty else (self.window, seconds)

    def _spoken_for(self, at: Timestamp) -> tuple[int, int]:
        if self._last is None:
            return at.mono_ns, at.mono_ns
        return self._last.mono_ns, min(at.mono_ns, self._last.mono_ns + _SPEAKS_NS)
