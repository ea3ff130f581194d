"""The local time at which a place closes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class ClosingTime:
    """Reports once per date that the local time `closed_at` (HH:MM) has passed in `timezone`.

    In a repeated hour the first of the two times counts; in a skipped hour, the moment when clocks go forward.
    """

    def __init__(self, closed_at: str, timezone: str) -> None:
        self._closed_at, self._zone = time.fromisoformat(closed_at), ZoneInfo(timezone)
        self._last: date | None = None

    def passed(self, utc: str) -> bool:
        """Return whether closing time has passed since the call before; `utc` is RFC 3339."""
        local = datetime.fromisoformat(utc).astimezone(self._zone)
        day = local.date() if local.time() >= self._closed_at else local.date() - DAY
        last = self._last
        # More than one date back is not a change of clocks: the clock was wrong before.
        self._last = day if last is None or day > last or last - day > DAY else last
        return last is not None and day > last
