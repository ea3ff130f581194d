"""The cameras, places and kinds that a database has rows of, to recognise a name that was mistyped."""

from __future__ import annotations

import sqlite3

_CAMERAS = ("event", "zone_sample", "line_sample", "camera_health", "ledger")
_PLACES = (("place", "event"), ("zone", "zone_sample"), ("line", "line_sample"))


def cameras(connection: sqlite3.Connection) -> set[str]:
    """Return the cameras with an event, a sample, a health report or an account."""
    return _distinct(connection, *(("camera", table) for table in _CAMERAS))


def places(connection: sqlite3.Connection) -> set[str]:
    """Return the zones and lines with an event or a sample."""
    return _distinct(connection, *_PLACES)


def kinds(connection: sqlite3.Connection) -> set[str]:
    """Return the kinds of the stored events."""
    return _distinct(connection, ("kind", "event"))


def _distinct(connection: sqlite3.Connection, *columns: tuple[str, str]) -> set[str]:
    selects = " UNION ".join(f"SELECT DISTINCT {column} FROM {table}" for column, table in columns)  # noqa: S608
    return {name for (name,) in connection.execute(selects) if name}
