"""The table of alarms: append and query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict

from passerby.contracts.alarms import Alarm
from passerby.store.encode import TIME_DECIMALS, json_line, tidy
from passerby.store.filters import AlarmFilter
from passerby.store.tables import RecordTable
from passerby.store.where import Where

ALARMS = RecordTable("alarm", Alarm, seconds="at_s")
EVERY_ALARM = AlarmFilter()

_NEWEST = "NOT EXISTS (SELECT 1 FROM alarm AS later WHERE later.id = alarm.id AND later.seq > alarm.seq)"


def append(connection: sqlite3.Connection, alarm: Alarm) -> None:
    """Add the line unless its (id, seq) exists. Raises StoreError for an invalid time."""
    ALARMS.append(connection, alarm, f"alarm {alarm.id}")


def query(connection: sqlite3.Connection, wanted: AlarmFilter = EVERY_ALARM) -> Iterator[Alarm]:
    """Yield the newest line of each alarm in storage order, or by time. Raises StoreError for an invalid time."""
    return ALARMS.query(connection, conditions(wanted), wanted)


def conditions(wanted: AlarmFilter) -> Where:
    """Return the conditions of a filter. Raises StoreError for an invalid time."""
    where = ALARMS.where(wanted)
    where.add(_NEWEST)
    if wanted.open_only:
        where.add("phase <> 'end'")
    return where


def after_row(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, Alarm]]:
    """Return up to `limit` lines stored after `row`, each with its row."""
    return ALARMS.after_row(connection, row, limit)


def alarm_line(alarm: Alarm) -> bytes:
    """Return the line of alarms.jsonl, UTF-8, with its newline."""
    return json_line({**asdict(alarm), "at_s": tidy(alarm.at_s, TIME_DECIMALS)})
