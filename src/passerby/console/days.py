"""One day or week of the unit's time zone, and what was counted in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from passerby.contracts.events import Event, FlowSample, OccupancySample, ZoneSample
from passerby.store.utc import utc_ms, utc_text

MINUTE_S, HOUR_S = 60.0, 3600.0
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day, or a week. day: the first. begin_ms: its midnight, UTC. seconds: the length; a day has 23 or 25 hours
    when clocks are changed."""

    day: date
    begin_ms: int
    seconds: float

    @classmethod
    def week(cls, day: date, zone: str) -> LocalDay:
        """Return the week of a day, from Monday, in a time zone."""
        return cls.of(day - timedelta(days=day.weekday()), zone, WEEK_DAYS)

    @classmethod
    def of(cls, day: date, zone: str, days: int = 1) -> LocalDay:
        """Return the day in a time zone. days: of them together."""
        begin, end = (
            datetime.combine(day + timedelta(days=n), time(), ZoneInfo(zone)).astimezone(UTC) for n in (0, days)
        )
        return cls(day, utc_ms(begin.isoformat()), (end - begin).total_seconds())

    @property
    def since(self) -> str:
        """Its begin, RFC 3339."""
        return utc_text(self.begin_ms)

    @property
    def until(self) -> str:
        """Its end, RFC 3339."""
        return utc_text(self.begin_ms + round(1000 * self.seconds))

    def at_s(self, utc: str | None) -> float:
        """Return the seconds since its midnight; 0 without a time."""
        return 0.0 if utc is None else (utc_ms(utc) - self.begin_ms) / 1000


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of a day or week that charts show. from_s, to_s: since its midnight."""

    from_s: float
    to_s: float

    @classmethod
    def around(cls, times_s: Iterable[float]) -> Hours:
        """Return the whole hours around some times; the first hour without any."""
        known = list(times_s) or [0.0]
        first, last = math.floor(min(known) / HOUR_S), math.ceil(max(known) / HOUR_S)
        return cls(first * HOUR_S, max(first + 1, last) * HOUR_S)

    @property
    def seconds(self) -> float:
        """The length."""
        return self.to_s - self.from_s

    def of(self, by_minute: Sequence[float]) -> tuple[float, ...]:
        """Return the values of these hours, from one value per minute of the day."""
        return tuple(by_minute[round(self.from_s / MINUTE_S) : round(self.to_s / MINUTE_S)])


def minutes(day: LocalDay, windows: Iterable[tuple[str | None, float, float]]) -> tuple[float, ...]:
    """Return one value per minute of the day, NaN without one, from windows (begin, length in seconds, value)."""
    values = [math.nan] * math.ceil(day.seconds / MINUTE_S)
    for utc, window_s, value in windows:
        first = math.floor(day.at_s(utc) / MINUTE_S)
        for k in range(first, first + max(1, round(window_s / MINUTE_S))):
            if 0 <= k < len(values):
                values[k] = value
    return tuple(values)


def of_zone(day: LocalDay, samples: Iterable[ZoneSample]) -> tuple[float, ...]:
    """Return the mean number of people in a zone per minute; NaN where no picture was seen."""
    return minutes(day, ((s.utc, s.window_s, s.count_mean if s.coverage > 0 else math.nan) for s in samples))


def of_place(day: LocalDay, samples: Iterable[OccupancySample]) -> tuple[float, ...]:
    """Return the number of people in a place per minute."""
    return minutes(day, ((s.utc, s.window_s, float(s.people)) for s in samples))


def from_midnight(day: LocalDay, samples: Sequence[FlowSample]) -> list[FlowSample]:
    """Return the quarter hours with times counted from midnight."""
    return [replace(sample, from_s=day.at_s(sample.utc)) for sample in samples]


def measures_of(events: Iterable[Event], name: str) -> list[float]:
    """Return the last value of a measure in each incident."""
    last = {e.id: m.value for e in events for m in e.measures if m.name == name}
    return [value for value in last.values() if not isinstance(value, str)]


def in_bins(values: Iterable[float], edges: Sequence[float]) -> list[int]:
    """Return how many values lie from each edge to the next; the last interval has no end."""
    counts = [0] * len(edges)
    for value in values:
        k = max((n for n, edge in enumerate(edges) if value >= edge), default=0)
        counts[k] += 1
    return counts
