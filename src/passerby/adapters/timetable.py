"""Departures by timetable: a CSV file of times of day."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any, Protocol

from passerby.adapters.merge import with_departures
from passerby.contracts.errors import ConfigError, Problem
from passerby.contracts.time import NS_PER_S, Timestamp
from passerby.contracts.trains import TrainState
from passerby.files.small import read_small

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]?\d|2[0-9]):([0-5]\d)(?::([0-5]\d))?")
DAY_S = 86400
# A larger step than the corrections of a camera clock in ingest/wallclock.py: the clock was set.
CLOCK_SET_NS = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Departure:
    """A departure: a track, a second of the day (beyond 86400: after midnight), and days of the week."""

    track: str
    second: int
    days: frozenset[str]


def read_timetable(path: Path) -> tuple[Departure, ...]:
    """Read a CSV file with the columns track, departs (HH:MM or HH:MM:SS, up to 29:59) and days ("mon tue"; all).

    Raises ConfigError with all its errors.
    """
    try:
        rows = csv.DictReader(io.StringIO(read_small(path).decode("utf-8-sig"), newline=""))
        columns = set(rows.fieldnames or ())
        lines = [(rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError([Problem(str(path), None, "", f"cannot be read as a timetable: {error}")]) from None
    if lacking := {"track", "departs"} - columns:
        what = f"no column {' and '.join(sorted(lacking))}: the first line must be track,departs,days"
        raise ConfigError([Problem(str(path), 1, "", what)])
    if unknown := sorted(columns - {"track", "departs", "days", ""}):
        what = f"unknown column {' and '.join(unknown)}: the first line must be track,departs,days"
        raise ConfigError([Problem(str(path), 1, "", what)])
    found = [_departure(path, number, row) for number, row in lines]
    if problems := [one for one in found if isinstance(one, Problem)]:
        raise ConfigError(problems)
    return tuple(one for one in found if isinstance(one, Departure))


def tracks_of(path: Path) -> frozenset[str]:
    """Return the tracks of a timetable. Raises ConfigError as `read_timetable` does."""
    return frozenset(departure.track for departure in read_timetable(path))


def _departure(path: Path, line: int, row: dict[str | None, Any]) -> Departure | Problem:
    surplus = [cell for cell in (*(row.get(None) or ()), row.get("") or "") if cell.strip()]
    if surplus:
        what = f"{surplus[0]!r} has no column: write several days with blanks, as in mon tue wed"
        return Problem(str(path), line, "", what)
    time, track = _TIME.fullmatch((row["departs"] or "").strip()), (row["track"] or "").strip()
    days = frozenset((row.get("days") or "").lower().split()) or frozenset(DAYS)
    if not track or time is None:
        return Problem(str(path), line, "departs", "write a track and a time, for example 07:45 or 07:45:30")
    if wrong := sorted(days - set(DAYS)):
        return Problem(str(path), line, "days", f"{wrong[0]!r} is not a day: write some of {' '.join(DAYS)}")
    hours, minutes, seconds = (int(part or 0) for part in time.groups())
    return Departure(track, hours * 3600 + minutes * 60 + seconds, days)


class StationClock(Protocol):
    """The station's time zone, and the time of a frame."""

    @property
    def zone(self) -> tzinfo:
        """The station's time zone."""
        ...

    def utc_ns(self, at: Timestamp) -> int:
        """Return nanoseconds since 1970 UTC. Raises UsageError for a recording without a start time."""
        ...


def moments(departure: Departure, day: date, zone: tzinfo) -> Iterator[float]:
    """Yield the UTC times, in seconds since 1970, of a departure on the service day `day`.

    A local time in an hour that is repeated gives two, one in an hour that is skipped gives none.
    """
    local = datetime.combine(day, time()) + timedelta(seconds=departure.second)
    both = {local.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1)}
    return (s for s in both if datetime.fromtimestamp(s, zone).replace(tzinfo=None) == local)


class Timetable:
    """Departures of `tracks` since the first frame, counted in UTC; `clock` gives the time of a frame."""

    def __init__(self, departures: Iterable[Departure], tracks: Iterable[str], clock: StationClock) -> None:
        self._departures, self._clock = tuple(departures), clock
        self._counted = dict.fromkeys(tracks, 0)
        self._days: dict[int, dict[str, list[float]]] = {}
        self._mono_ns: int | None = None
        self._until_ns = 0

    def merged(self, seen: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        """See DepartureSource. Raises UsageError for a recording without a start time."""
        now_ns = self._clock.utc_ns(at)
        after_ns = self._after(now_ns, at.mono_ns)
        if after_ns < now_ns or self._mono_ns is None:
            for track in self._counted:
                self._counted[track] += self._between(track, after_ns / NS_PER_S, now_ns / NS_PER_S)
            self._until_ns, self._mono_ns = now_ns, at.mono_ns
        return with_departures(seen, self._counted, at)

    def _after(self, now_ns: int, mono_ns: int) -> int:
        """Return the start of the interval to count: the end of the last one.

        If the clock was set, the interval has the length of the elapsed time.
        """
        if self._mono_ns is None:
            return now_ns
        passed_ns = max(mono_ns - self._mono_ns, 0)
        was_set = abs(now_ns - self._until_ns - passed_ns) > CLOCK_SET_NS
        return now_ns - passed_ns if was_set else self._until_ns

    def _between(self, track: str, after_s: float, until_s: float) -> int:
        """Return the number of departures in (after, until]."""
        number = 0
        for day in range(int(after_s // DAY_S), int(until_s // DAY_S) + 1):
            leave_s = self._of_day(day)[track]
            number += bisect_right(leave_s, until_s) - bisect_right(leave_s, after_s)
        return number

    def _of_day(self, day: int) -> dict[str, list[float]]:
        """Return the UTC times of departure by track in one UTC day, from 1970; keeps the last two days."""
        if day not in self._days:
            known = [*self._days.items()][-1:]
            self._days = dict([*known, (day, self._made(day))])
        return self._days[day]

    def _made(self, day: int) -> dict[str, list[float]]:
        begins_s, found = day * DAY_S, {track: set[float]() for track in self._counted}
        first = datetime.fromtimestamp(begins_s, UTC).date() - timedelta(days=2)
        for service in (first + timedelta(days=n) for n in range(4)):
            for one in self._departures:
                if one.track in found and DAYS[service.weekday()] in one.days:
                    found[one.track].update(moments(one, service, self._clock.zone))
        return {
            track: sorted(s for s in times_s if begins_s <= s < begins_s + DAY_S)
            for track, times_s in found.items()
        }
