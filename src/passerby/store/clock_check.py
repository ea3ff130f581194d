"""Whether the wall clock may decide that a file is old: not after it was set, nor after a long silence."""

from __future__ import annotations

from passerby.contracts.settings import LONGEST_KEPT_H

STEP_MS = 60_000
HOUR_MS = 3_600_000


class ClockCheck:
    """Compares the wall clock with a monotonic one, both in ms, and with the newest record of the folder.

    A small computer without a battery starts with a wrong time, which is corrected by days later on. After that,
    and after a silence longer than files are kept, ages are trusted again once so much time has passed that every
    file is as old as it may become. limit_h: how long files are kept.
    """

    def __init__(self, utc_ms: int, mono_ms: int, newest_ms: int | None, limit_h: float) -> None:
        self._limit_ms = min(limit_h, LONGEST_KEPT_H) * HOUR_MS
        self._offset_ms = utc_ms - mono_ms
        is_silent = newest_ms is not None and utc_ms - newest_ms > self._limit_ms
        self._trusted_from_ms = mono_ms + self._limit_ms if is_silent else float(mono_ms)

    def is_trusted(self, utc_ms: int, mono_ms: int) -> bool:
        """Return whether ages by the wall clock can be trusted now."""
        if abs(utc_ms - mono_ms - self._offset_ms) > STEP_MS:
            self._offset_ms = utc_ms - mono_ms
            self._trusted_from_ms = mono_ms + self._limit_ms
        return mono_ms >= self._trusted_from_ms
