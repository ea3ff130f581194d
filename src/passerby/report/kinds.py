"""The title of each kind of event on the page, and the order of severities."""

from __future__ import annotations

from passerby.contracts.events import Severity

URGENCY = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ALARM: 2}
_TITLES = {"counter_flow": "Against the flow"}


def title_of(name: str) -> str:
    """Return the title of a kind; most are named by their identifier."""
    return _TITLES.get(name) or name.replace("_", " ").strip().capitalize() or "Event"
