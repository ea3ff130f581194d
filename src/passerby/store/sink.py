"""The event sink on SQLite."""

from __future__ import annotations

from pathlib import Path

from passerby.contracts.alarms import Alarm
from passerby.contracts.closing import Closing
from passerby.contracts.events import Account, Event, EvidenceFile
from passerby.contracts.ports import Report
from passerby.store import alarms, events, evidence, ledger, samples
from passerby.store.db import Database


class SqliteSink(Closing):
    """An EventSink on the database at `path`; `put` and `put_report` return once their row is durable.

    fresh: drop what an earlier run left in the file. Raises StoreError as `Database`.
    """

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.database = Database(path, fresh=fresh)

    def put(self, event: Event) -> None:
        """Keep one event; the same (id, seq) twice is kept once."""
        self.database.execute_write(lambda connection: events.append(connection, event))

    def put_report(self, report: Report) -> None:
        """Keep one sample, one line of an alarm, a finished file of evidence, or an account."""
        if isinstance(report, Alarm):
            self.database.execute_write(lambda connection: alarms.append(connection, report))
        elif isinstance(report, EvidenceFile):
            self.database.execute_write(lambda connection: evidence.append(connection, report))
        elif isinstance(report, Account):
            self.database.execute_write(lambda connection: ledger.append(connection, report))
        else:
            self.database.execute_write(lambda connection: samples.append(connection, report))

    def open_incidents(self) -> tuple[Event, ...]:
        """Return the newest event of each incident that has not ended."""
        with self.database.reading() as connection:
            return events.open_incidents(connection)

    def close(self) -> None:
        """Finish what is queued and give the file free."""
        self.database.close()
