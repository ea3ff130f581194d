"""When rules are active: hours and days by the clock on the station's wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from passerby.contracts.errors import UsageError
from passerby.contracts.rules import Rule, Schedule
from passerby.contracts.time import NS_PER_S, Timestamp

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WallClock:
    """The station's local time of frames. begins_utc_ns: when a recording's first frame was taken."""

    def __init__(self, timezone: str = "UTC", begins_utc_ns: int | None = None) -> None:
        """Raise UsageError for a time zone that does not exist."""
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UsageError(f"timezone {timezone!r} is not known: write one such as Europe/Paris") from None
        self._begins_ns = begins_utc_ns

    @property
    def is_set(self) -> bool:
        """Return whether a recording's beginning is known."""
        return self._begins_ns is not None

    def utc_ns(self, at: Timestamp) -> int:
        """Return when a frame was taken, in ns since 1970 UTC.

        Raises UsageError for a recording nobody said the beginning of.
        """
        if at.utc_ns is not None:
            return at.utc_ns
        if self._begins_ns is None:
            raise UsageError("a recording has no clock: say when it begins with --begins 2026-03-01T08:00")
        return self._begins_ns + at.mono_ns

    def local(self, at: Timestamp) -> datetime:
        """Return the local time of a frame. Raises UsageError as `utc_ns` does."""
        return datetime.fromtimestamp(self.utc_ns(at) / NS_PER_S, self.zone)


class Schedules:
    """Which of a camera's rules are active."""

    def __init__(self, rules: Sequence[Rule], clock: WallClock) -> None:
        self._schedules = {i: rule.schedule for i, rule in enumerate(rules) if rule.schedule is not None}
        self._clock = clock

    def is_active(self, rule: int, at: Timestamp) -> bool:
        """Return whether the rule with this number is active. Raises UsageError as WallClock does."""
        schedule = self._schedules.get(rule)
        return schedule is None or is_within(schedule, self._clock.local(at))


def is_within(schedule: Schedule, local: datetime) -> bool:
    """Return whether a local time lies in a schedule; one over midnight belongs to the day it begins on."""
    minute, yesterday = local.hour * 60 + local.minute, DAYS[(local - timedelta(days=1)).weekday()]
    begins, ends = _minute(schedule.begins), _minute(schedule.ends)
    begun_today = DAYS[local.weekday()] in schedule.days
    if begins < ends:
        return begun_today and begins <= minute < ends
    return (begun_today and minute >= begins) or (yesterday in schedule.days and minute < ends)


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
