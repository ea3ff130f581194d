"""Quarter-hour flows over a line, from its minutes, with the 95 % interval of the true number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from passerby.config.counts_error import CountError
from passerby.contracts.events import FlowSample, LineSample

QUARTER_S = 900.0
Direction = Literal["in", "out"]
DIRECTIONS: tuple[Direction, Direction] = ("in", "out")


class FlowMeter:
    """The quarter hours of one line: by the wall clock if there is one, otherwise by the recording.

    errors: by direction, as measured on a clip; without one the interval is unknown.
    """

    def __init__(self, errors: Mapping[Direction, CountError]) -> None:
        self._errors = errors
        self._minutes: list[LineSample] = []

    def add(self, minute: LineSample) -> list[FlowSample]:
        """Process one window of the line; return the quarter hour that closed with it, one row per direction, if
        there is one."""
        closed = self.close() if self._minutes and not self._goes_on(minute) else []
        self._minutes.append(minute)
        return closed

    def close(self) -> list[FlowSample]:
        """Return the unfinished quarter hour and start the next one."""
        minutes, self._minutes = self._minutes, []
        return [self._sample(minutes, direction) for direction in DIRECTIONS] if minutes else []

    def _goes_on(self, minute: LineSample) -> bool:
        """Return whether a minute belongs to the open quarter; a restarted camera counts from 0 s again."""
        is_later = minute.from_s > self._minutes[-1].from_s
        return is_later and _quarter(minute) == _quarter(self._minutes[0])

    def _sample(self, minutes: list[LineSample], direction: Direction) -> FlowSample:
        first, last, error = minutes[0], minutes[-1], self._errors.get(direction)
        people = sum(m.in_ if direction == "in" else m.out for m in minutes)
        window_s = last.from_s + last.window_s - first.from_s
        low, high = (None, None) if error is None else error.interval(people)
        covered = sum(m.coverage * m.window_s for m in minutes) / window_s if window_s > 0 else 1.0
        return FlowSample(
            camera=first.camera,
            line=first.line,
            direction=direction,
            from_s=first.from_s,
            utc=first.utc,
            window_s=round(window_s, 3),
            people=people,
            low=None if low is None or high is None else round(low, 1),
            high=None if high is None else round(high, 1),
            error_people=None if error is None else error.people,
            coverage=round(min(covered, 1.0), 3),
        )


def _quarter(minute: LineSample) -> str:
    """Return the quarter hour in which a minute begins, by the wall clock or by seconds."""
    if minute.utc is None:
        return str(minute.from_s // QUARTER_S)
    return f"{minute.utc[:13]} {int(minute.utc[14:16]) // 15}"
