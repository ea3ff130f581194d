"""The message of an escalated alarm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from passerby.contracts.escalation import EscalationMessage

_MESSAGE = EscalationMessage(
    id="a1-7",
    station="Riverside",
    alarm="a1",
    title="Intrusion",
    reason="1 person inside for 3.2 s in track 1",
    camera="platform-1",
    place="track 1",
    priority="alarm",
    began="2026-03-01T07:45:12.500Z",
    by="anna",
    note="look at gate 3",
    link="https://console.example/alarms/a1",
)


def a_message(**changes: Any) -> EscalationMessage:
    """A message with these changes."""
    return replace(_MESSAGE, **changes)
