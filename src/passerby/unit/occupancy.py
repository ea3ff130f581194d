"""The number of people in a place: counted in minus counted out, corrected when the sum has drifted.

A camera that misses one person in a hundred is wrong by dozens in the evening. The sum therefore starts again
whenever the true number is known: no people were seen for a long time, or the place is closed. Every correction is
recorded with its size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from passerby.config.counts_error import Z_95, CountError
from passerby.contracts.events import LineSample, OccupancySample, ZoneSample
from passerby.contracts.occupancy import Occupancy, OccupancyLine
from passerby.unit.closing_time import ClosingTime

# A sum below 0 for this many windows is not an effect of the order of minutes: people were missed on their way in.
# Chosen.
NEGATIVE_WINDOWS = 5
# A window without people counts only if this fraction of it had a picture. Chosen.
SEEN = 0.95
Reset = Literal["empty", "closed", "negative"]
# (camera, line, direction over it)
Errors = Mapping[tuple[str, str, str], CountError]


@dataclass(slots=True)
class _DirectionCount:
    """One direction over one line: the count since the last correction."""

    error: CountError | None
    counted: int = 0


class OccupancyMeter:
    """One place. It takes every window of every line and zone, and returns a sample when each line has one more
    window.

    errors: the lines' errors; unless all of them are known, the interval is unknown.
    """

    def __init__(self, place: Occupancy, errors: Errors) -> None:
        self._place = place
        self._lines = {(line.camera, line.line): line for line in place.lines}
        self._directions = {
            (*key, direction): _DirectionCount(errors.get((*key, direction)))
            for key in self._lines
            for direction in ("in", "out")
        }
        self._views: dict[tuple[str, str], ZoneSample] = {}
        self._waiting: dict[tuple[str, str], LineSample] = {}
        self._base = 0
        self._below: list[int] = []
        self._empty_s = 0.0
        self._closing = ClosingTime(place.closed_at, place.timezone) if place.closed_at is not None else None

    def use(self, errors: Errors) -> None:
        """Use other errors of the lines; the counted people remain."""
        for key, count in self._directions.items():
            count.error = errors.get(key)

    def zone(self, window: ZoneSample) -> None:
        """Process one window of a zone."""
        if any((view.camera, view.zone) == (window.camera, window.zone) for view in self._place.views):
            self._views[window.camera, window.zone] = window

    def line(self, window: LineSample) -> list[OccupancySample]:
        """Process one window of a line; return the place's window that it completes, if there is one.

        A lost camera must not stop the place: a line that reports twice completes the window for the others.
        """
        key = (window.camera, window.line)
        if key not in self._lines:
            return []
        done = self._answer() if key in self._waiting else []
        self._waiting[key] = window
        self._directions[*key, "in"].counted += window.in_
        self._directions[*key, "out"].counted += window.out
        return [*done, *(self._answer() if len(self._waiting) == len(self._lines) else [])]

    def close(self) -> list[OccupancySample]:
        """Return the last, incomplete window."""
        return self._answer() if self._waiting else []

    def _answer(self) -> list[OccupancySample]:
        windows, self._waiting = tuple(self._waiting.values()), {}
        last = max(windows, key=lambda w: w.from_s)
        drift, reset = self._corrected(last)
        people = max(self._sum(), 0)
        low, high = self._interval()
        coverage = min(w.coverage for w in windows) if len(windows) == len(self._lines) else 0.0
        return [
            OccupancySample(
                camera=last.camera,
                place=self._place.name,
                from_s=last.from_s,
                utc=last.utc,
                window_s=last.window_s,
                people=people,
                low=low,
                high=high,
                drift=drift,
                reset=reset,
                coverage=coverage,
            )
        ]

    def _sum(self) -> int:
        return self._base + sum(self._sign(key) * count.counted for key, count in self._directions.items())

    def _sign(self, key: tuple[str, str, str]) -> int:
        line: OccupancyLine = self._lines[key[0], key[1]]
        return 1 if key[2] == line.inwards else -1

    def _corrected(self, now: LineSample) -> tuple[int, Reset | None]:
        """Correct the sum if the true number is known; return the error, and the reason."""
        self._below = [*self._below, self._sum()][-NEGATIVE_WINDOWS:]
        views = [self._views.pop((view.camera, view.zone), None) for view in self._place.views]
        seen = [view for view in views if view is not None and view.coverage >= SEEN]
        nobody = len(seen) == len(views) > 0 and not any(view.count_max for view in seen)
        self._empty_s = self._empty_s + now.window_s if nobody else 0.0
        if self._has_closed(now):
            return self._set_to(sum(round(view.count_mean) for view in seen)), "closed"
        if self._empty_s >= self._place.empty_s and self._sum() != 0:
            return self._set_to(0), "empty"
        if len(self._below) == NEGATIVE_WINDOWS and max(self._below) < 0:
            self._base -= (over := max(self._below))
            self._below.clear()
            return over, "negative"
        return 0, None

    def _set_to(self, people: int) -> int:
        drift, self._base = self._sum() - people, people
        for count in self._directions.values():
            count.counted = 0
        self._below.clear()
        return drift

    def _has_closed(self, now: LineSample) -> bool:
        """Return whether closing time has passed since the previous window; never without a wall clock."""
        return self._closing is not None and now.utc is not None and self._closing.passed(now.utc)

    def _interval(self) -> tuple[float | None, float | None]:
        """Return the 95 % interval of the true number, from all counts since the last correction."""
        middle, variance = float(self._base), 0.0
        for key, count in self._directions.items():
            if count.error is None:
                return None, None
            middle += self._sign(key) * count.counted / count.error.ratio
            variance += count.error.variance(count.counted)
        half = Z_95 * variance**0.5
        return round(max(middle - half, 0.0), 1), round(max(middle + half, 0.0), 1)
