"""Incidents from lines of events.jsonl: one incident from its start, updates and end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passerby.contracts.event_kinds import MOMENTARY_KINDS
from passerby.contracts.events import Event, EvidenceRef, Measure, Phase, Severity


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident.

    ended_s: None for a momentary kind, and if it was open when the run ended.
    severity, people: the highest values. measures: the latest of each name. evidence: the first still.
    """

    id: str
    kind: str
    place: str
    severity: Severity
    began_s: float
    ended_s: float | None
    utc: str | None
    people: int
    measures: tuple[Measure, ...]
    evidence: EvidenceRef | None
    moment: bool


def incidents(events: Iterable[Event]) -> tuple[Incident, ...]:
    """Return one incident per id, in the order of their starts."""
    by_id: dict[str, list[Event]] = {}
    for event in events:
        by_id.setdefault(event.id, []).append(event)
    return tuple(sorted((_joined(lines) for lines in by_id.values()), key=lambda i: (i.began_s, i.id)))


def pressing(found: Sequence[Incident], most: int) -> list[Incident]:
    """Return the `most` urgent incidents: by severity, then by time."""
    return sorted(found, key=lambda i: (-i.severity.rank, i.began_s, i.id))[:most]


def _joined(lines: list[Event]) -> Incident:
    lines = sorted(lines, key=lambda e: e.seq)
    first, last = lines[0], lines[-1]
    return Incident(
        id=first.id,
        kind=first.kind,
        place=first.place,
        severity=max((e.severity for e in lines), key=lambda severity: severity.rank),
        began_s=min(e.began_s for e in lines),
        ended_s=last.at_s if last.phase is Phase.END else None,
        utc=first.utc,
        people=max(e.people for e in lines),
        measures=tuple({m.name: m for e in lines for m in e.measures}.values()),
        evidence=next((e.evidence for e in lines if e.evidence is not None), None),
        moment=first.kind in MOMENTARY_KINDS,
    )
