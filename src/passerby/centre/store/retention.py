"""Removes what units reported when it is too old: whole months where possible, otherwise rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine

from passerby.centre.store.engine import store_errors
from passerby.centre.store.months import MONTHS_BEFORE, begin_ms, month_of

DAY_MS = 86_400_000
# Rows in one transaction: well below the longest time of a statement.
AT_ONCE = 10_000
_MONTHS = """SELECT relname FROM pg_inherits JOIN pg_class ON inhrelid = pg_class.oid
WHERE inhparent = 'event'::regclass ORDER BY relname"""
_OF_NO_EVENT = """(began_ms < %s OR began_ms > %s) AND NOT EXISTS
(SELECT FROM event WHERE event.unit_id = alarm.unit_id AND event.id = alarm.id)"""


@dataclass(frozen=True, slots=True)
class KeptDays:
    """How long, in days. events: and the alarms made of them. counts: of people over lines. health: of cameras."""

    events: int
    counts: int
    health: int


@dataclass(frozen=True, slots=True)
class RemovedRows:
    """How many rows of each kind were removed."""

    events: int
    alarms: int
    counts: int
    health: int

    def __str__(self) -> str:
        """Return the numbers that are not 0, for the audit log."""
        return ", ".join(f"{name}: {number}" for name, number in asdict(self).items() if number)


def remove_old(engine: Engine, kept: KeptDays, now_ms: int) -> RemovedRows:
    """Remove what is older. Raises StoreError; what was removed before stays removed.

    The age of an event counts from its arrival, because the clock of a unit may be wrong.
    """
    before = {name: now_ms - days * DAY_MS for name, days in asdict(kept).items()}
    with store_errors():
        return RemovedRows(
            events=_remove_events(engine, before["events"], now_ms),
            alarms=_delete(engine, "alarm", _OF_NO_EVENT, before["events"], now_ms + DAY_MS),
            counts=_delete(engine, "count", "at_ms < %s", before["counts"]),
            health=_delete(engine, "health", "at_ms < %s", before["health"]),
        )


def _remove_events(engine: Engine, before_ms: int, now_ms: int) -> int:
    removed = 0
    for name, month in _months(engine):
        if month is None:
            removed += _delete(engine, name, "received_ms < %s", before_ms)
        elif begin_ms(month) < before_ms:
            is_in_use = month >= month_of(now_ms) - MONTHS_BEFORE
            dropped = None if is_in_use or begin_ms(month + 1) > before_ms else _drop(engine, name, before_ms)
            old = "at_ms < %s AND received_ms < %s"
            removed += _delete(engine, name, old, before_ms, before_ms) if dropped is None else dropped
    return removed


def _months(engine: Engine) -> Iterator[tuple[str, int | None]]:
    """Yield the partitions of the events with their months; None for that of all other times."""
    with engine.connect() as connection:
        names = connection.exec_driver_sql(_MONTHS).scalars().all()
    for name in names:
        found = re.fullmatch(r"event_(\d{4})_(\d{2})", name)
        yield name, None if found is None else int(found[1]) * 12 + int(found[2]) - 1


def _drop(engine: Engine, name: str, before_ms: int) -> int | None:
    """Drop a month and return how many events it had; None if one of them came later than `before_ms`."""
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")  # no event comes in between
        newest, number = _newest(connection, name)
        if newest >= before_ms:
            return None
        connection.exec_driver_sql(f"DROP TABLE {name}")
        return number


def _newest(connection: Connection, name: str) -> tuple[int, int]:
    asked = f"SELECT coalesce(max(received_ms), 0), count(*) FROM {name}"  # noqa: S608  a name of ours
    newest, number = connection.exec_driver_sql(asked).one()
    return int(newest), int(number)


def _delete(engine: Engine, table: str, where: str, *values: int) -> int:
    """Delete rows, a part at a time."""
    part = f"SELECT ctid FROM {table} WHERE {where} LIMIT {AT_ONCE}"  # noqa: S608  names of ours
    removed = 0
    while True:
        with engine.begin() as connection:
            found = connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE ctid = ANY (ARRAY({part}))",  # noqa: S608
                values,
            )
        removed += found.rowcount
        if found.rowcount < AT_ONCE:
            return removed
