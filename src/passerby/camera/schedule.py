"""The schedules of rules: hours and days by the wall clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from passerby.contracts.base_rule import Schedule
from passerby.contracts.errors import UsageError
from passerby.contracts.rules import Rule
from passerby.contracts.time import NS_PER_S, Timestamp

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class WallClock:
    """The station's local time of frames. begins_utc_ns: time of a recording's first frame."""

    def __init__(self, timezone: str = "UTC", begins_utc_ns: int | None = None) -> None:
        """Raise UsageError for an unknown time zone."""
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UsageError(f"timezone {timezone!r} is unknown: write for example Europe/Paris") from None
        self._begins_ns = begins_utc_ns

    @property
    def is_set(self) -> bool:
        """Return whether the start time of a recording is known."""
        return self._begins_ns is not None

    def utc_ns(self, at: Timestamp) -> int:
        """Return the time of a frame, ns since 1970 UTC.

        Raises UsageError for a recording without a start time.
        """
        if at.utc_ns is not None:
            return at.utc_ns
        if self._begins_ns is None:
            raise UsageError("a recording has no clock: give its start with --begins 2026-03-01T08:00")
        return self._begins_ns + at.mono_ns

    def local(self, at: Timestamp) -> datetime:
        """Return the local time of a frame. Raises UsageError as `utc_ns` does."""
        return datetime.fromtimestamp(self.utc_ns(at) / NS_PER_S, self.zone)


class Schedules:
    """The active rules of a camera."""

    def __init__(self, rules: Sequence[Rule], clock: WallClock) -> None:
        self._schedules = {i: rule.schedule for i, rule in enumerate(rules) if rule.schedule is not None}
        self._clock = clock

    def is_active(self, rule: int, at: Timestamp) -> bool:
        """Return whether the rule with this number is active. Raises UsageError as WallClock does."""
        schedule = self._schedules.get(rule)
        return schedule is None or is_within(schedule, self._clock.local(at))


def is_within(schedule: Schedule, local: datetime) -> bool:
    """Return whether a local time is in a schedule; one over midnight belongs to the day on which it begins."""
    minute, yesterday = local.hour * 60 + local.minute, DAYS[(local - timedelta(days=1)).weekday()]
    begins, ends = _minute(schedule.begins), _minute(schedule.ends)
    begun_today = DAYS[local.weekday()] in schedule.days
    if begins < ends:
        return begun_today and begins <= minute < ends
    return (begun_today and minute >= begins) or (yesterday in schedule.days and minute < ends)


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
