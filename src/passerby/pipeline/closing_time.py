"""A time of day on the wall that a place closes at."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class ClosingTime:
    """Says once for every date that `closed_at` (HH:MM) has passed on the wall of `timezone`.

    In the night when clocks go back it is the first of two such times; when they go forward over it, the moment
    they do.
    """

    def __init__(self, closed_at: str, timezone: str) -> None:
        self._closed_at, self._zone = time.fromisoformat(closed_at), ZoneInfo(timezone)
        self._last: date | None = None

    def passed(self, utc: str) -> bool:
        """Return whether closing time has passed since the call before; `utc` is RFC 3339."""
        wall = datetime.fromisoformat(utc).astimezone(self._zone)
        day = wall.date() if wall.time() >= self._closed_at else wall.date() - DAY
        last = self._last
        # A date that is further back than clocks go in a night: the clock was wrong before.
        self._last = day if last is None or day > last or last - day > DAY else last
        return last is not None and day > last
