"""Departures by timetable: a CSV file of times of day."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from passerby.adapters.merge import with_departures
from passerby.contracts.errors import ConfigError, Problem
from passerby.contracts.time import Timestamp
from passerby.contracts.trains import TrainState

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]?\d|2[0-9]):([0-5]\d)(?::([0-5]\d))?")
_DAY_S = 86400


@dataclass(frozen=True, slots=True)
class Departure:
    """A train leaves a track at a second of the day (beyond 86400: after midnight), on days of the week."""

    track: str
    second: int
    days: frozenset[str]


def read_timetable(path: Path) -> tuple[Departure, ...]:
    """Read a CSV file with the columns track, departs (HH:MM or HH:MM:SS, up to 29:59) and days ("mon tue"; all).

    Raises ConfigError with every mistake in it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = set(rows.fieldnames or ())
            lines = [(rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError([Problem(str(path), None, "", f"cannot be read as a timetable: {error}")]) from None
    if lacking := {"track", "departs"} - columns:
        what = f"no column {' and '.join(sorted(lacking))}: the first line must be track,departs,days"
        raise ConfigError([Problem(str(path), 1, "", what)])
    found = [_departure(path, number, row) for number, row in lines]
    if problems := [one for one in found if isinstance(one, Problem)]:
        raise ConfigError(problems)
    return tuple(one for one in found if isinstance(one, Departure))


def tracks_of(path: Path) -> frozenset[str]:
    """Return the tracks that trains leave in a timetable. Raises ConfigError as `read_timetable` does."""
    return frozenset(departure.track for departure in read_timetable(path))


def _departure(path: Path, line: int, row: dict[str, str | None]) -> Departure | Problem:
    time, track = _TIME.fullmatch((row["departs"] or "").strip()), (row["track"] or "").strip()
    days = frozenset((row.get("days") or "").lower().split()) or frozenset(DAYS)
    if not track or time is None:
        return Problem(str(path), line, "departs", "write a track and a time such as 07:45 or 07:45:30")
    if wrong := sorted(days - set(DAYS)):
        return Problem(str(path), line, "days", f"{wrong[0]!r} is no day: write some of {' '.join(DAYS)}")
    hours, minutes, seconds = (int(part or 0) for part in time.groups())
    return Departure(track, hours * 3600 + minutes * 60 + seconds, days)


class Timetable:
    """Departures of `tracks` since the first frame; `local` gives the local time of a frame."""

    def __init__(
        self, departures: Iterable[Departure], tracks: Iterable[str], local: Callable[[Timestamp], datetime]
    ) -> None:
        self._local = local
        self._counted = dict.fromkeys(tracks, 0)
        self._seconds = {
            (track, day): sorted(d.second for d in departures if d.track == track and day in d.days)
            for departures in [tuple(departures)]
            for track in self._counted
            for day in DAYS
        }
        self._last: datetime | None = None

    def merged(self, seen: tuple[TrainState, ...], at: Timestamp) -> tuple[TrainState, ...]:
        """See DepartureSource. Raises UsageError for a recording nobody said the beginning of."""
        now = self._local(at).replace(tzinfo=None)
        if self._last is None or now > self._last:
            for track in self._counted:
                self._counted[track] += self._between(track, self._last or now, now)
            self._last = now
        return with_departures(seen, self._counted, at)

    def _between(self, track: str, after: datetime, until: datetime) -> int:
        """Return how many trains leave in (after, until]; the day before counts, for trains after midnight."""
        number, day = 0, (after - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        while day <= until:
            seconds = self._seconds[track, DAYS[day.weekday()]]
            from_s, to_s = (after - day).total_seconds(), (until - day).total_seconds()
            number += bisect_right(seconds, to_s) - bisect_right(seconds, from_s)
            day += timedelta(seconds=_DAY_S)
        return number
