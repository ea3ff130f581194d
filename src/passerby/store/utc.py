"""Converts wall-clock times between text (RFC 3339) and the database's milliseconds since 1970 UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from passerby.contracts.errors import StoreError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_ms(text: str) -> int:
    """Return milliseconds since 1970 UTC; fractions of a millisecond are cut off.

    Raises StoreError for text that is not an RFC 3339 time or has no offset from UTC.
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return (moment.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError) as error:
        raise StoreError(f"{text!r} is not a UTC time; write for example 2026-03-01T07:45:00Z") from error


def utc_text(ms: int) -> str:
    """Return RFC 3339 in UTC with milliseconds, for example 2026-03-01T07:45:00.000Z."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def now_ms() -> int:
    """Return this machine's clock, for retention and the audit log; observations have the camera's time."""
    return time.time_ns() // 1_000_000


def day_of(ms: int) -> str:
    """Return the day in UTC, for example 2026-03-01."""
    return utc_text(ms)[:10]


def optional_ms(text: str | None) -> int | None:
    """`utc_ms`, with None for a recording."""
    return None if text is None else utc_ms(text)


def optional_text(ms: int | None) -> str | None:
    """`utc_text`, with None for a recording."""
    return None if ms is None else utc_text(ms)
