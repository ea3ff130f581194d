"""The query interface of stored results, for any database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from passerby.contracts.alarms import Alarm
from passerby.contracts.events import Event
from passerby.store import alarms, events, evidence, ledger, samples
from passerby.store.alarms import EVERY_ALARM
from passerby.store.connect import reading
from passerby.store.events import EVERY_EVENT
from passerby.store.evidence import Kept, Lock
from passerby.store.filters import AlarmFilter, EventFilter, SampleFilter
from passerby.store.ledger import Day
from passerby.store.samples import EVERY_SAMPLE, S

LINES_AT_ONCE = 500


class Queries(Protocol):
    """Stored records, in storage order unless a filter asks for the order of their times.

    A filter with an invalid time raises StoreError.
    """

    def events(self, wanted: EventFilter = EVERY_EVENT) -> Iterator[Event]:
        """Yield events."""

    def alarms(self, wanted: AlarmFilter = EVERY_ALARM) -> Iterator[Alarm]:
        """Yield the newest line of each alarm."""

    def alarm_lines(self, after_row: int) -> list[tuple[int, Alarm]]:
        """Return some of the lines of alarms stored after a row, each with its row; none if there are no more."""

    def samples(self, of: type[S], wanted: SampleFilter = EVERY_SAMPLE) -> Iterator[S]:
        """Yield the samples of one type."""

    def evidence(self, event: str | None = None, *, at_ms: int | None = None) -> list[Kept]:
        """Return all files, also removed ones, of one or all incidents, oldest first."""

    def locks(self, *, at_ms: int | None = None) -> list[Lock]:
        """Return the locks on evidence that are valid at a time, None for now, by their end."""

    def days(self, camera: str | None = None) -> list[Day]:
        """Return the ledger of one or all cameras, by day and camera."""


class SqliteQueries:
    """The port over one SQLite connection, within the caller's transaction if there is one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def events(self, wanted: EventFilter = EVERY_EVENT) -> Iterator[Event]:
        """See Queries."""
        return events.query(self._connection, wanted)

    def alarms(self, wanted: AlarmFilter = EVERY_ALARM) -> Iterator[Alarm]:
        """See Queries."""
        return alarms.query(self._connection, wanted)

    def alarm_lines(self, after_row: int) -> list[tuple[int, Alarm]]:
        """See Queries."""
        return alarms.after_row(self._connection, after_row, LINES_AT_ONCE)

    def samples(self, of: type[S], wanted: SampleFilter = EVERY_SAMPLE) -> Iterator[S]:
        """See Queries."""
        return samples.query(self._connection, of, wanted)

    def evidence(self, event: str | None = None, *, at_ms: int | None = None) -> list[Kept]:
        """See Queries."""
        return evidence.files(self._connection, event, at_ms=at_ms)

    def locks(self, *, at_ms: int | None = None) -> list[Lock]:
        """See Queries."""
        return evidence.locks(self._connection, at_ms=at_ms)

    def days(self, camera: str | None = None) -> list[Day]:
        """See Queries."""
        return ledger.days(self._connection, camera)


@contextmanager
def querying(path: Path) -> Iterator[Queries]:
    """Query the database at `path` in a with block. Raises StoreError as `connect.open_reader`."""
    with reading(path) as connection:
        yield SqliteQueries(connection)
