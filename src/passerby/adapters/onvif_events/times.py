"""Times of requests: durations of XML Schema, and ends of subscriptions, absolute or relative."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from passerby.adapters.onvif_events.soap import SoapError

_DURATION = re.compile(
    r"P(?:(?P<days>\d{1,4})D)?(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,9})?)S)?)?"
)
_SECONDS = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


def duration_s(text: str) -> float:
    """Return a duration such as PT1M in seconds. Raises SoapError; years and months have no fixed length."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise SoapError(f"{text[:40]!r} is not a duration; write for example PT1M")
    return sum(_SECONDS[name] * float(value) for name, value in found.groupdict().items() if value)


def lasting_s(text: str, now_s: float) -> float:
    """Return how long a subscription is to last: a duration, or a moment. Raises SoapError."""
    if text.strip().startswith("P"):
        return duration_s(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SoapError(f"{text[:40]!r} is neither a duration nor a time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now_s
