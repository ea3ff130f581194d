"""The source of a run and where it stopped, in words."""

from __future__ import annotations

import re

from passerby.contracts.results import Summary


def stopped_words(summary: Summary) -> str:
    """Return "at 4.4 s of 30.0 s; …" for a run that was interrupted, "" for one that reached the end."""
    if summary.stopped_at_s is None:
        return ""
    of = "" if summary.recording_s is None else f" of {summary.recording_s:.1f} s"
    return f"at {summary.stopped_at_s:.1f} s{of}; the rest was not analysed"


def place_of(source: str) -> str:
    """Return the source of the pictures; for a stream only the host, because addresses may contain passwords."""
    scheme, found, rest = source.partition("://")
    if not found or scheme == "file":
        return source
    return f"{scheme}://{re.split('[/?#]', rest.rsplit('@', 1)[-1])[0]}"
