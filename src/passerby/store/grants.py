"""Incidents that a control room opened to emergency services: each with a reason, for a limited time."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from passerby.contracts.errors import UsageError
from passerby.store import audit, scopes
from passerby.store.audit import Act
from passerby.store.scopes import Organisation
from passerby.store.utc import now_ms, utc_text

LONGEST_GRANT_MIN = 240
LONGEST_REASON = 1000
MOST_OPEN_EACH = 50
_SELECT = "SELECT row, name, alarm, reason, actor, made_ms, until_ms FROM incident_grant"


@dataclass(frozen=True, slots=True)
class IncidentGrant:
    """One account may see one alarm until a time. made_ms, until_ms: UTC."""

    row: int
    name: str
    alarm: str
    reason: str
    actor: str
    made_ms: int
    until_ms: int

    @property
    def until_utc(self) -> str:
        """Its end, RFC 3339."""
        return utc_text(self.until_ms)


def grant(
    connection: sqlite3.Connection, name: str, alarm: str, reason: str, minutes: int, actor: str
) -> IncidentGrant:
    """Let an account of emergency services see an alarm. Raises UsageError for any other account or time."""
    _check(connection, name, reason, minutes)
    now = now_ms()
    until = now + 60_000 * minutes
    values = (name, alarm, reason, actor, now, until)
    row = connection.execute(
        "INSERT INTO incident_grant (name, alarm, reason, actor, made_ms, until_ms) VALUES (?, ?, ?, ?, ?, ?)",
        values,
    ).lastrowid
    audit.record(connection, actor, Act.GRANTED, alarm, f"to {name} until {utc_text(until)}: {reason}", at_ms=now)
    assert row is not None
    return IncidentGrant(row, *values)


def end(connection: sqlite3.Connection, row: int, actor: str) -> None:
    """End a grant before its time. Raises UsageError if there is none that is open."""
    now = now_ms()
    found = connection.execute(f"{_SELECT} WHERE row = ? AND until_ms > ?", (row, now)).fetchone()
    if found is None:
        raise UsageError("this grant has ended already")
    ended = IncidentGrant(*found)
    connection.execute("UPDATE incident_grant SET until_ms = ? WHERE row = ?", (now, row))
    audit.record(connection, actor, Act.GRANT_ENDED, ended.alarm, f"of {ended.name}", at_ms=now)


def open_of(connection: sqlite3.Connection, name: str, at_ms: int) -> list[IncidentGrant]:
    """Return the grants of an account that are open at a time, the newest first."""
    found = connection.execute(f"{_SELECT} WHERE name = ? AND until_ms > ? ORDER BY row DESC", (name, at_ms))
    return [IncidentGrant(*row) for row in found]


def of_alarm(connection: sqlite3.Connection, alarm: str) -> list[IncidentGrant]:
    """Return all grants of an alarm, also those that ended, the newest first."""
    return [
        IncidentGrant(*row) for row in connection.execute(f"{_SELECT} WHERE alarm = ? ORDER BY row DESC", (alarm,))
    ]


def _check(connection: sqlite3.Connection, name: str, reason: str, minutes: int) -> None:
    scope = scopes.scope_of(connection, name)
    if scope is None or scope.organisation is not Organisation.EMERGENCY_SERVICES:
        raise UsageError(f"{name} is no account of emergency services")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise UsageError(f"give a reason of at most {LONGEST_REASON} characters")
    if not 1 <= minutes <= LONGEST_GRANT_MIN:
        raise UsageError(f"an incident can be opened for 1 to {LONGEST_GRANT_MIN} minutes")
    if len(open_of(connection, name, now_ms())) >= MOST_OPEN_EACH:
        raise UsageError(f"{name} has {MOST_OPEN_EACH} open incidents; end one first")
