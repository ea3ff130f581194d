"""What somebody is asked to act on. An event is a fact and is always kept; an alarm is a request for attention."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.contracts.events import Phase, Severity

FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One line of alarms.jsonl.

    id: that of its first incident, where its evidence is. seq: 0 for the start; (id, seq) is unique.
    kind: the incidents' kind, or "flood" for many that came at once.
    camera, place: where; "" where they differ among its incidents.
    priority: as the incidents' severity; info never becomes an alarm.
    at_s, utc: of the incident that caused this line. incidents: how many incidents it stands for so far.
    people: of all its open incidents together; in the end, the most there were at once.
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
    """An alarm that somebody put aside for a while: ISA-18.2 calls it shelved.

    camera, kind, place: which; "" for any. until_utc: RFC 3339. reason, by: for the record.
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
