"""The partitions of the events, one a month."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

# Before and after the present month. Events of other times are kept in the partition `event_other`.
MONTHS_BEFORE, MONTHS_AFTER = 3, 2


def make_months(connection: Connection, now_ms: int) -> None:
    """Make the partitions around `now_ms` that are missing."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    number = now.year * 12 + now.month - 1
    for month in range(number - MONTHS_BEFORE, number + MONTHS_AFTER + 1):
        name = f"event_{month // 12}_{month % 12 + 1:02}"
        known = connection.exec_driver_sql("SELECT to_regclass(%s)", (name,)).scalar_one()
        if known is None and not _is_used(connection, _begin_ms(month), _begin_ms(month + 1)):
            connection.exec_driver_sql(
                f"CREATE TABLE {name} PARTITION OF event FOR VALUES"
                f" FROM ({_begin_ms(month)}) TO ({_begin_ms(month + 1)})"
            )


def _is_used(connection: Connection, from_ms: int, to_ms: int) -> bool:
    """Return whether `event_other` has events of that month already: it then keeps all of them."""
    found = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM event_other WHERE at_ms >= %s AND at_ms < %s)", (from_ms, to_ms)
    )
    return bool(found.scalar_one())


def _begin_ms(month: int) -> int:
    return round(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)
