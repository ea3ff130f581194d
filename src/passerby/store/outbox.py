"""The outbox: how far each destination has received the table of events, and the events that were set aside.

The events themselves are not copied: a destination is a row number in the table of events.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from passerby.contracts.events import Event
from passerby.store.events import EVENTS

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """One destination. row: of the last event that is done. newest: of the newest event.

    since_ms, error: since when and why nothing could be delivered; None and "" while it works. aside: events that
    were set aside.
    """

    destination: str
    row: int
    newest: int
    since_ms: int | None
    error: str
    aside: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event that was set aside, with the reason and the time."""

    row: int
    event: Event
    reason: str
    at_ms: int


def newest_row(connection: sqlite3.Connection) -> int:
    """Return the row of the newest event, 0 without events."""
    return int(connection.execute("SELECT coalesce(max(row), 0) FROM event").fetchone()[0])


def begin(connection: sqlite3.Connection, destination: str) -> None:
    """Begin a new destination at the newest event; a known one goes on."""
    connection.execute(
        "INSERT INTO outbox (destination, row) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (destination, newest_row(connection)),
    )


def progress(connection: sqlite3.Connection) -> list[Progress]:
    """Return all destinations, by name."""
    newest = newest_row(connection)
    found = connection.execute(
        "SELECT destination, row, since_ms, error, (SELECT count(*) FROM outbox_aside AS aside"
        " WHERE aside.destination = outbox.destination) FROM outbox ORDER BY destination"
    )
    return [Progress(name, row, newest, since, error, aside) for name, row, since, error, aside in found]


def waiting(connection: sqlite3.Connection, destination: str, limit: int) -> list[tuple[int, Event]]:
    """Return up to `limit` events after the last one that is done, each with its row."""
    found = connection.execute("SELECT row FROM outbox WHERE destination = ?", (destination,)).fetchone()
    return EVENTS.after_row(connection, int(found[0]), limit) if found else []


def older(connection: sqlite3.Connection, destination: str, utc_ms: int, limit: int) -> list[tuple[int, Event]]:
    """Return the waiting events at the begin of the queue that are older than `utc_ms`, each with its row.

    Events without a time of the clock (of a recording) are never too old.
    """
    found = waiting(connection, destination, limit)
    ends = {row for row, in connection.execute(
        "SELECT row FROM event WHERE row > (SELECT row FROM outbox WHERE destination = ?) AND"
        " (utc_ms IS NULL OR utc_ms >= ?) ORDER BY row LIMIT 1",
        (destination, utc_ms),
    )}  # fmt: skip
    first = min(ends, default=None)
    return [(row, event) for row, event in found if first is None or row < first]


def beyond(connection: sqlite3.Connection, destination: str, most: int, limit: int) -> list[tuple[int, Event]]:
    """Return the oldest waiting events if more than `most` are waiting, each with its row."""
    (number,) = connection.execute(
        "SELECT count(*) FROM event WHERE row > (SELECT row FROM outbox WHERE destination = ?)", (destination,)
    ).fetchone()
    return waiting(connection, destination, min(limit, number - most)) if number > most else []


def done(connection: sqlite3.Connection, destination: str, row: int) -> None:
    """Record that all events up to `row` are done."""
    connection.execute(
        "UPDATE outbox SET row = max(row, ?), since_ms = NULL, error = '' WHERE destination = ?",
        (row, destination),
    )


def failing(connection: sqlite3.Connection, destination: str, error: str, at_ms: int) -> None:
    """Record a failed attempt."""
    connection.execute(
        "UPDATE outbox SET since_ms = coalesce(since_ms, ?), error = ? WHERE destination = ?",
        (at_ms, error[:LONGEST_REASON], destination),
    )


def set_aside(
    connection: sqlite3.Connection, destination: str, rows: Iterable[int], reason: str, at_ms: int
) -> None:
    """Set events aside: they are not sent again until `retry`."""
    connection.executemany(
        "INSERT INTO outbox_aside (destination, event_row, reason, at_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET reason = excluded.reason, at_ms = excluded.at_ms, again = 0",
        [(destination, row, reason[:LONGEST_REASON], at_ms) for row in rows],
    )


def give_up(
    connection: sqlite3.Connection, destination: str, rows: Iterable[int], up_to: int, reason: str, at_ms: int
) -> None:
    """Set `rows` aside and pass over all events up to the row `up_to`; the failure goes on."""
    set_aside(connection, destination, rows, reason, at_ms)
    connection.execute("UPDATE outbox SET row = max(row, ?) WHERE destination = ?", (up_to, destination))


def aside(connection: sqlite3.Connection, destination: str, limit: int, *, again: bool = False) -> list[SetAside]:
    """Return events that were set aside, oldest first. again: only those that are to be sent again."""
    found = connection.execute(
        "SELECT event_row, reason, at_ms FROM outbox_aside WHERE destination = ? AND again >= ?"
        " ORDER BY event_row LIMIT ?",
        (destination, int(again), limit),
    ).fetchall()
    return [
        SetAside(row, event, reason, at_ms)
        for row, reason, at_ms in found
        for _, event in EVENTS.after_row(connection, row - 1, 1)
    ]


def retry(connection: sqlite3.Connection, destination: str) -> int:
    """Mark all events that were set aside to be sent again; return their number."""
    return connection.execute("UPDATE outbox_aside SET again = 1 WHERE destination = ?", (destination,)).rowcount


def sent_again(connection: sqlite3.Connection, destination: str, rows: Iterable[int]) -> None:
    """Remove events that were sent again; those that were set aside once more stay."""
    connection.executemany(
        "DELETE FROM outbox_aside WHERE destination = ? AND event_row = ? AND again = 1",
        [(destination, row) for row in rows],
    )


def drop(connection: sqlite3.Connection, destination: str) -> int:
    """Remove all events that were set aside; return their number."""
    return connection.execute("DELETE FROM outbox_aside WHERE destination = ?", (destination,)).rowcount
