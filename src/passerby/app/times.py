"""Times on the command line."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from passerby.contracts.errors import UsageError
from passerby.store.where import When

MOMENT = "seconds into the recording (12.5) or a time, UTC unless it has an offset (2026-03-01T07:45)"


def moment(option: str, text: str | None) -> When | None:
    """Return the typed time as seconds or as RFC 3339 text. Raises UsageError naming the option."""
    if text is None:
        return None
    try:
        seconds = float(text)
        if math.isfinite(seconds):
            return seconds
    except ValueError:
        with_zone = _in_utc(text)
        if with_zone is not None:
            return with_zone
    raise UsageError(f"{option} {text!r} is neither seconds (12.5) nor a time (2026-03-01T07:45:00Z)")


def _in_utc(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
