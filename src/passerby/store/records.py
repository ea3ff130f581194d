"""Appends records of every type to their tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from passerby.contracts.alarms import Alarm
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Account, Event, EvidenceFile
from passerby.contracts.ports import Record
from passerby.store import alarms, events, evidence, ledger, samples


def append_all(connection: sqlite3.Connection, records: Iterable[Record]) -> list[str]:
    """Append records in their order; return the reasons of permanently refused ones, such as a figure that is not
    a number.

    An event or a line of an alarm with an existing (id, seq) is stored once.
    """
    refused = []
    for record in records:
        try:
            _append(connection, record)
        except (StoreError, sqlite3.IntegrityError) as error:
            refused.append(str(error))
    return refused


def _append(connection: sqlite3.Connection, record: Record) -> None:
    match record:
        case Event():
            events.append(connection, record)
        case Alarm():
            alarms.append(connection, record)
        case EvidenceFile():
            evidence.append(connection, record)
        case Account():
            ledger.append(connection, record)
        case _:
            samples.append(connection, record)
