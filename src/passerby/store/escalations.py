"""The queue of escalations: messages about alarms that a person sends to a recipient, until they are delivered."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass

from passerby.contracts.escalation import EscalationMessage
from passerby.store.encode import json_text

LONGEST_ERROR = 300
_SELECT = "SELECT row, recipient, message, made_ms, sent_ms, given_up_ms, error FROM escalation"


@dataclass(frozen=True, slots=True)
class QueuedEscalation:
    """One message. sent_ms, given_up_ms: UTC, None while it waits. error: of the last attempt, "" for none."""

    row: int
    recipient: str
    message: EscalationMessage
    made_ms: int
    sent_ms: int | None
    given_up_ms: int | None
    error: str


def add(connection: sqlite3.Connection, recipient: str, message: EscalationMessage, at_ms: int) -> None:
    """Queue a message."""
    connection.execute(
        "INSERT INTO escalation (alarm, recipient, message, made_ms) VALUES (?, ?, ?, ?)",
        (message.alarm, recipient, json_text(asdict(message)), at_ms),
    )


def waiting(connection: sqlite3.Connection) -> list[QueuedEscalation]:
    """Return the messages that are not delivered and not given up, the oldest first."""
    return _found(connection, "WHERE sent_ms IS NULL AND given_up_ms IS NULL ORDER BY row")


def of_alarm(connection: sqlite3.Connection, alarm: str) -> list[QueuedEscalation]:
    """Return all messages about an alarm, the oldest first."""
    return _found(connection, "WHERE alarm = ? ORDER BY row", alarm)


def sent(connection: sqlite3.Connection, row: int, at_ms: int) -> None:
    """Record that a message was taken."""
    connection.execute("UPDATE escalation SET sent_ms = ?, error = '' WHERE row = ?", (at_ms, row))


def failed(connection: sqlite3.Connection, row: int, error: str, given_up_ms: int | None) -> None:
    """Record a failed attempt. given_up_ms: time if it was the last one."""
    connection.execute(
        "UPDATE escalation SET error = ?, given_up_ms = ? WHERE row = ?", (error[:LONGEST_ERROR], given_up_ms, row)
    )


def _found(connection: sqlite3.Connection, where: str, *values: str) -> list[QueuedEscalation]:
    return [
        QueuedEscalation(row, recipient, EscalationMessage(**json.loads(message)), *rest)
        for row, recipient, message, *rest in connection.execute(f"{_SELECT} {where}", values)
    ]
