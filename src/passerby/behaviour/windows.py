"""Divides frame time into windows and sums the values in each.

The value of a frame holds until the next frame, but at most `FRAME_SPEAKS_S`; a longer interval is time without a
picture. The covered time of a window is therefore exact to its borders at any frame rate.
"""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.time import NS_PER_S, Timestamp

# The counts are per minute (docs/behaviours.md). Chosen: the flow of a quarter of an hour is a sum of minutes.
WINDOW_S = 60.0
# Seconds. Chosen by judgement: longer than the interval of frames at 5 frames per second; not varied in a
# measurement.
FRAME_SPEAKS_S = 1.0
_WINDOW_NS, _SPEAKS_NS = int(WINDOW_S * NS_PER_S), int(FRAME_SPEAKS_S * NS_PER_S)


@dataclass(slots=True)
class Window:
    """One window's sums, until `until_ns`; covered_ns is the time with a picture, person_ns the person-time in it.

    plus, minus: people who came and left, in one direction and the other for a line.
    """

    index: int
    utc: str | None
    until_ns: int = 0
    covered_ns: int = 0
    person_ns: int = 0
    peak: int = 0
    plus: int = 0
    minus: int = 0

    @property
    def from_s(self) -> float:
        """Start of the window, seconds."""
        return self.index * WINDOW_S

    @property
    def length_s(self) -> float:
        """Length of the window so far, seconds."""
        return self.until_ns / NS_PER_S - self.from_s

    @property
    def mean(self) -> float:
        """Mean number of people over the covered time."""
        return self.person_ns / self.covered_ns if self.covered_ns else float(self.peak)

    @property
    def coverage(self) -> float:
        """Fraction of the window so far with a picture."""
        length_s = self.length_s
        return round(min(1.0, self.covered_ns / NS_PER_S / length_s), 3) if length_s > 0 else 1.0

    def hold(self, from_ns: int, to_ns: int, count: int) -> None:
        """Add `count` people for the part of this time that is in the window."""
        begin_ns = self.index * _WINDOW_NS
        ns = min(to_ns, begin_ns + _WINDOW_NS) - max(from_ns, begin_ns)
        if ns > 0:
            self.covered_ns, self.person_ns = self.covered_ns + ns, self.person_ns + ns * count
            self.peak = max(self.peak, count)


class Windows:
    """The open window, and the frame that is still valid."""

    def __init__(self) -> None:
        self._open: Window | None = None
        self._last: Timestamp | None = None
        self._count = 0

    def step(self, at: Timestamp, count: int, plus: int = 0, minus: int = 0) -> list[Window]:
        """Apply the last frame up to `at`, then `count` people from there on, after `plus` came and `minus` left.

        Return the window that closed with it, if there is one.
        """
        closed, window = [], self._open
        if window is not None and window.index != at.mono_ns // _WINDOW_NS:
            self._hold(window, at)
            window.until_ns = (window.index + 1) * _WINDOW_NS
            closed, window = [window], None
        self._open = window = window or Window(at.mono_ns // _WINDOW_NS, at.utc)
        self._hold(window, at)
        window.until_ns, window.peak = at.mono_ns, max(window.peak, count)
        window.plus, window.minus = window.plus + plus, window.minus + minus
        self._last, self._count = at, count
        return closed

    def interrupt(self, minus: int = 0) -> None:
        """End the validity of the last frame, because the picture stopped; `minus` people leave with it."""
        if self._open is not None:
            self._open.minus += minus
        self._last = None

    def last(self) -> list[Window]:
        """Return the unfinished window, unless it is empty."""
        window = self._open
        return [window] if window and (window.length_s > 0 or window.plus or window.minus) else []

    def _hold(self, window: Window, at: Timestamp) -> None:
        if self._last is not None:
            window.hold(self._last.mono_ns, min(at.mono_ns, self._last.mono_ns + _SPEAKS_NS), self._count)
