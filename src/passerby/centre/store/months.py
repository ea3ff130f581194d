"""The partitions of the events, one a month."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

# Before and after the present month. Events of other times are kept in the partition `event_other`.
MONTHS_BEFORE, MONTHS_AFTER = 3, 2


def make_months(connection: Connection, now_ms: int) -> None:
    """Make the partitions around `now_ms` that are missing."""
    number = month_of(now_ms)
    for month in range(number - MONTHS_BEFORE, number + MONTHS_AFTER + 1):
        name = f"event_{month // 12}_{month % 12 + 1:02}"
        known = connection.exec_driver_sql("SELECT to_regclass(%s)", (name,)).scalar_one()
        if known is None and not _is_used(connection, begin_ms(month), begin_ms(month + 1)):
            connection.exec_driver_sql(
                f"CREATE TABLE {name} PARTITION OF event FOR VALUES"
                f" FROM ({begin_ms(month)}) TO ({begin_ms(month + 1)})"
            )


def _is_used(connection: Connection, from_ms: int, to_ms: int) -> bool:
    """Return whether `event_other` has events of that month already: it then keeps all of them."""
    found = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM event_other WHERE at_ms >= %s AND at_ms < %s)", (from_ms, to_ms)
    )
    return bool(found.scalar_one())


def month_of(at_ms: int) -> int:
    """Return the number of a month, by which months are counted."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.year * 12 + at.month - 1


def begin_ms(month: int) -> int:
    """Return when a month begins, UTC."""
    return round(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)
