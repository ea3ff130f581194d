"""The table of alarms: append and ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from passerby.contracts.alarms import Alarm
from passerby.contracts.events import Phase, Severity
from passerby.store.encode import check_finite, json_line, tidy
from passerby.store.utc import optional_ms, optional_text

_INSERT = """
INSERT INTO alarm (id, seq, kind, phase, camera, place, priority, at_s, utc_ms, incidents, people)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, seq) DO NOTHING"""
_SELECT = """
SELECT row, id, seq, kind, phase, camera, place, priority, at_s, utc_ms, incidents, people FROM alarm"""
_NEWEST = "NOT EXISTS (SELECT 1 FROM alarm AS later WHERE later.id = alarm.id AND later.seq > alarm.seq)"


def append(connection: sqlite3.Connection, alarm: Alarm) -> None:
    """Add the line unless its (id, seq) is there. Raises StoreError for a time that is none."""
    check_finite(f"alarm {alarm.id}", at_s=alarm.at_s)
    values = (
        *(alarm.id, alarm.seq, alarm.kind, alarm.phase.value, alarm.camera, alarm.place, alarm.priority.value),
        *(alarm.at_s, optional_ms(alarm.utc), alarm.incidents, alarm.people),
    )
    connection.execute(_INSERT, values)


def newest(connection: sqlite3.Connection, *, only_open: bool = False) -> Iterator[Alarm]:
    """Yield the newest line of every alarm, or of those that have not ended, oldest alarm first."""
    is_open = " AND phase <> 'end'" if only_open else ""
    return (_alarm(row) for row in connection.execute(f"{_SELECT} WHERE {_NEWEST}{is_open} ORDER BY row"))


def after_row(connection: sqlite3.Connection, row: int, limit: int) -> list[tuple[int, Alarm]]:
    """Return up to `limit` lines stored after `row`, each with its row; rows only ever grow."""
    rows = connection.execute(f"{_SELECT} WHERE row > ? ORDER BY row LIMIT ?", (row, limit))
    return [(found[0], _alarm(found)) for found in rows.fetchall()]


def alarm_line(alarm: Alarm) -> bytes:
    """Return the line of alarms.jsonl, UTF-8, with its newline."""
    data = {
        "id": alarm.id,
        "seq": alarm.seq,
        "kind": alarm.kind,
        "phase": alarm.phase.value,
        "camera": alarm.camera,
        "place": alarm.place,
        "priority": alarm.priority.value,
        "at_s": tidy(alarm.at_s, 3),
        "utc": alarm.utc,
        "incidents": alarm.incidents,
        "people": alarm.people,
    }
    return json_line(data)


def _alarm(row: tuple[Any, ...]) -> Alarm:
    _, id_, seq, kind, phase, camera, place, priority, at_s, ms, incidents, people = row
    return Alarm(
        id_, seq, kind, Phase(phase), camera, place, Severity(priority), at_s, optional_text(ms), incidents, people
    )
