"""The table of events: append and query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from passerby.contracts.event_kinds import MOMENTARY_KINDS
from passerby.contracts.events import Event
from passerby.store.encode import check_finite
from passerby.store.filters import EventFilter
from passerby.store.tables import RecordTable
from passerby.store.where import Where

EVENTS = RecordTable("event", Event, seconds="at_s")
EVERY_EVENT = EventFilter()

# The newest line of an incident without an end.
_OPEN = """
NOT EXISTS (SELECT 1 FROM event AS other WHERE other.id = event.id
            AND (other.seq > event.seq OR other.phase = 'end'))"""


def append(connection: sqlite3.Connection, event: Event) -> bool:
    """Add the event; return False if its (id, seq) exists.

    Raises StoreError for a figure that is not finite, text that is not Unicode, or an invalid utc.
    """
    what = f"event {event.id}"
    for measure in event.measures:
        check_finite(f"{what}, measure {measure.name}", value=measure.value, sd=measure.sd)
    return EVENTS.append(connection, event, what)


def query(connection: sqlite3.Connection, wanted: EventFilter = EVERY_EVENT) -> Iterator[Event]:
    """Yield the matching events in storage order, or by time. Raises StoreError for an invalid time."""
    return EVENTS.query(connection, conditions(wanted), wanted)


def conditions(wanted: EventFilter) -> Where:
    """Return the conditions of a filter. Raises StoreError for an invalid time."""
    where = EVENTS.where(wanted)
    if wanted.open_only:
        where.add(f"kind NOT IN ({', '.join('?' * len(MOMENTARY_KINDS))})", *MOMENTARY_KINDS)
        where.add(_OPEN)
    return where


def open_incidents(connection: sqlite3.Connection) -> tuple[Event, ...]:
    """Return the newest event of each incident that has not ended."""
    return tuple(query(connection, EventFilter(open_only=True)))
