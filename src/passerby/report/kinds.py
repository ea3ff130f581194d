"""The title and the colour of each kind of event on the page."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.events import Severity

URGENCY = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ALARM: 2}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind's title and its class in the stylesheet."""

    title: str
    css: str


_KNOWN = {
    "line_crossing": Kind("Line crossing", "k-line"),
    "fast_movement": Kind("Fast movement", "k-fast"),
    "loitering": Kind("Loitering", "k-stay"),
    "intrusion": Kind("Intrusion", "k-intrusion"),
    "crowding": Kind("Crowding", "k-crowd"),
    "counter_flow": Kind("Against the flow", "k-fast"),
    "queue": Kind("Queue", "k-crowd"),
}


def kind_of(name: str) -> Kind:
    """Return the presentation of a kind; an unknown kind is shown by its name."""
    title = name.replace("_", " ").strip().capitalize() or "Event"
    other = Kind(title, "k-camera" if name.startswith("camera_") else "k-other")
    return _KNOWN.get(name, other)
