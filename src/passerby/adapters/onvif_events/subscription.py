"""One subscription: a place in the tables of events and counts, and a filter.

Messages that are not fetched stay in the tables, so a client that does not read costs no memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager

from passerby.adapters.onvif_events.messages import OnvifMessage, count_message, event_message
from passerby.adapters.onvif_events.properties import PropertyStates
from passerby.adapters.onvif_events.topics import TopicFilter
from passerby.contracts.config import Unit
from passerby.contracts.events import LineSample, ZoneSample
from passerby.store import events, samples
from passerby.store.outbox import newest_row
from passerby.store.utc import now_ms, utc_text

Reading = Callable[[], AbstractContextManager[sqlite3.Connection]]
# Rows that are read at a time: the longest list of messages that waits here.
AT_ONCE = 200


class Subscription:
    """Follows the store for one client, from now on. Every call but `synchronize` raises StoreError."""

    def __init__(self, reading: Reading, unit: Unit, wanted: TopicFilter) -> None:
        self._reading, self._filter = reading, wanted
        with reading() as connection:
            self._row = newest_row(connection)
            self._zones = _newest(samples.newest_rows(connection, ZoneSample, 0, 1))
            self._lines = _newest(samples.newest_rows(connection, LineSample, 0, 1))
            self._properties = PropertyStates(unit, events.open_incidents(connection))
        self._pending: list[OnvifMessage] = []
        self.synchronize()

    def synchronize(self) -> None:
        """Put the present state of every property before the next messages."""
        now = utc_text(now_ms())
        states = [event_message(one, "Initialized", now) for one in self._properties.present()]
        self._pending = [*self._kept(states), *(m for m in self._pending if not m.is_initial)]

    def pull(self, most: int) -> list[OnvifMessage]:
        """Return up to `most` messages, without waiting."""
        if not self._pending:
            self._pending = list(self._kept(self._new()))
        taken, self._pending = self._pending[:most], self._pending[most:]
        return taken

    def _kept(self, messages: Iterable[OnvifMessage]) -> Iterator[OnvifMessage]:
        return (message for message in messages if self._filter.takes(message.topic, message.content))

    def _new(self) -> Iterator[OnvifMessage]:
        now = utc_text(now_ms())
        with self._reading() as connection:
            found = events.EVENTS.after_row(connection, self._row, AT_ONCE)
            zones = samples.newest_rows(connection, ZoneSample, self._zones, AT_ONCE)
            lines = samples.newest_rows(connection, LineSample, self._lines, AT_ONCE)
        for row, event in found:
            self._row = row
            made = self._properties.apply(event)
            if made is not None:
                yield event_message(made, "Changed" if made.state else "", now)
        yield from (count_message(sample, now) for _, sample in zones)
        yield from (count_message(sample, now) for _, sample in lines)
        self._zones, self._lines = max(self._zones, _newest(zones)), max(self._lines, _newest(lines))


def _newest(rows: Iterable[tuple[int, object]]) -> int:
    return max((row for row, _ in rows), default=0)
