"""The table of events: append and ask."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from passerby.contracts.errors import StoreError
from passerby.contracts.events import MOMENTARY_KINDS, Event, Phase, Severity
from passerby.store.encode import (
    check_finite,
    event_line,
    evidence_from_dict,
    evidence_to_dict,
    json_text,
    measure_from_dict,
    measure_to_dict,
)
from passerby.store.utc import optional_ms, optional_text
from passerby.store.where import When, Where

_INSERT = """
INSERT INTO event (id, seq, kind, phase, camera, place, began_s, at_s, utc_ms, people, severity, measures,
                   evidence, schema)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, seq) DO NOTHING"""

_SELECT = """
SELECT row, id, seq, kind, phase, camera, place, began_s, at_s, utc_ms, people, severity, measures, evidence,
       schema
FROM event"""

# The newest line of an incident that has no end yet.
_OPEN = """
NOT EXISTS (SELECT 1 FROM event AS other WHERE other.id = event.id
            AND (other.seq > event.seq OR other.phase = 'end'))"""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to ask for; an empty tuple or None sets no limit.

    since, until: since <= time < until, in seconds since the first frame or as RFC 3339 text.
    open_only: of each incident without an end, its newest event. last: only that many, the newest.
    """

    camera: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    since: When | None = None
    until: When | None = None
    open_only: bool = False
    last: int | None = None


EVERYTHING = EventFilter()


def append(connection: sqlite3.Connection, event: Event) -> bool:
    """Add the event; return False when its (id, seq) is already there.

    Raises StoreError for a figure that is not finite, text that is not Unicode, or a utc that is no time.
    """
    _check(event)
    evidence = None if event.evidence is None else json_text(evidence_to_dict(event.evidence))
    values = (
        *(event.id, event.seq, event.kind, event.phase.value, event.camera, event.place),
        *(event.began_s, event.at_s, optional_ms(event.utc), event.people, event.severity.value),
        *(json_text([measure_to_dict(m) for m in event.measures]), evidence, event.schema),
    )
    return connection.execute(_INSERT, values).rowcount == 1


def query(connection: sqlite3.Connection, wanted: EventFilter = EVERYTHING) -> Iterator[Event]:
    """Yield the events asked for in the order they were stored. Raises StoreError for a time that is none."""
    where = _where(wanted)
    if wanted.last is None:
        rows = connection.execute(where.after(_SELECT, "ORDER BY row"), where.values)
        return (_event(row) for row in rows)
    where.values.append(wanted.last)
    newest = connection.execute(where.after(_SELECT, "ORDER BY row DESC LIMIT ?"), where.values)
    return (_event(row) for row in reversed(newest.fetchall()))


def open_incidents(connection: sqlite3.Connection) -> tuple[Event, ...]:
    """Return the newest event of each incident that has not ended."""
    return tuple(query(connection, EventFilter(open_only=True)))


def after_row(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, Event]]:
    """Return up to `limit` events stored after `row`, each with its row; rows only ever grow."""
    rows = connection.execute(f"{_SELECT} WHERE row > ? ORDER BY row LIMIT ?", (row, limit))
    return [(found[0], _event(found)) for found in rows.fetchall()]


def _where(wanted: EventFilter) -> Where:
    where = Where("at_s")
    where.one_of("camera", wanted.camera)
    where.one_of("kind", wanted.kind)
    where.one_of("place", wanted.place)
    where.one_of("severity", wanted.severity)
    where.one_of("phase", wanted.phase)
    where.between(wanted.since, wanted.until)
    if wanted.open_only:
        where.add(f"kind NOT IN ({', '.join('?' * len(MOMENTARY_KINDS))})", *MOMENTARY_KINDS)
        where.add(_OPEN)
    return where


def _check(event: Event) -> None:
    what = f"event {event.id}"
    check_finite(what, began_s=event.began_s, at_s=event.at_s)
    for measure in event.measures:
        check_finite(f"{what}, measure {measure.name}", value=measure.value, sd=measure.sd)
    try:
        event_line(event)
    except UnicodeEncodeError as error:
        raise StoreError(f"event {event.id!r} holds text that is not Unicode ({error.object!r})") from error


def _event(row: tuple[Any, ...]) -> Event:
    _, id_, seq, kind, phase, camera, place, began_s, at_s, ms, people, severity, measures, evidence, schema = row
    return Event(
        id=id_,
        seq=seq,
        kind=kind,
        phase=Phase(phase),
        camera=camera,
        place=place,
        began_s=began_s,
        at_s=at_s,
        utc=optional_text(ms),
        people=people,
        severity=Severity(severity),
        measures=tuple(measure_from_dict(m) for m in json.loads(measures)),
        evidence=None if evidence is None else evidence_from_dict(json.loads(evidence)),
        schema=schema,
    )
