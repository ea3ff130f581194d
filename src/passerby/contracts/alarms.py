"""Alarms: requests that staff act. An event is a fact and is always recorded; an alarm asks for attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from passerby.contracts.events import Phase, Severity

FLOOD = "flood"
# The acts of a person on an alarm, and the most characters of the note of an act.
ActName = Literal[
    "acknowledged", "useful", "not_useful", "resolved", "reopened", "handed_over", "shelved", "escalated"
]
LONGEST_NOTE = 1000
# As they are kept: the end of shelving is about the shelf, and enters an act on each alarm that was shelved.
KeptAct = Literal[ActName, "unshelved"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One line of alarms.jsonl.

    id: the id of its first incident, which has the evidence. seq: 0 for the start; (id, seq) is unique.
    kind: the kind of the incidents, or "flood" for many kinds at once.
    camera, place: "" if they differ among its incidents.
    priority: the severity of the incidents; info never becomes an alarm.
    at_s, utc: of the incident that caused this line. incidents: number of its incidents so far.
    people: the sum over its open incidents; in the last line, the largest sum.
    """

    id: str
    seq: int
    kind: str
    phase: Phase
    camera: str
    place: str
    priority: Severity
    at_s: float
    utc: str | None
    incidents: int
    people: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """An alarm that is suppressed for a limited time (ISA-18.2: shelved).

    camera, kind, place: "" for any. until_utc: RFC 3339. reason, by: for the audit log.
    """

    until_utc: str
    reason: str
    by: str
    camera: str = ""
    kind: str = ""
    place: str = ""

    def covers(self, camera: str, kind: str, place: str, utc: str) -> bool:
        """Return whether an alarm of this camera, kind and place is shelved at `utc`."""
        wanted = ((self.camera, camera), (self.kind, kind), (self.place, place))
        return utc < self.until_utc and all(mine in ("", other) for mine, other in wanted)
