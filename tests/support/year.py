"""The minutes of a year as the walls of several places show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from passerby.contracts.time import NS_PER_S

YEAR = 2026
# Summer time in the north, in the south and at midnight, by half an hour, and none.
ZONES = ("Europe/Paris", "America/Santiago", "Australia/Lord_Howe", "UTC")


class ZoneClock:
    """What a timetable asks of a clock: frames of a recording that began with the year."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self._begins_ns = round(datetime(YEAR, 1, 1, tzinfo=UTC).timestamp()) * NS_PER_S

    def utc_ns(self, at: object) -> int:
        return self._begins_ns + int(at.mono_ns)  # type: ignore[attr-defined]


def minutes(zone: str) -> Iterator[tuple[int, datetime]]:
    """Yield every minute of the year: how many seconds it is after the first, and what the wall shows."""
    begins_s, place = round(datetime(YEAR, 1, 1, tzinfo=UTC).timestamp()), ZoneInfo(zone)
    for s in range(0, 365 * 86400, 60):
        yield s, datetime.fromtimestamp(begins_s + s, place)
