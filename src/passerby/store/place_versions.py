"""The table of the versions of each camera's zones and lines, so that an earlier one can be taken back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from passerby.store.utc import now_ms

MOST_LISTED = 50
_SELECT = "SELECT row, camera, actor, at_ms, places FROM place_version"


@dataclass(frozen=True, slots=True)
class PlaceVersion:
    """Zones and lines as they were saved. places: JSON of contracts.drawing. at_ms: UTC."""

    row: int
    camera: str
    actor: str
    at_ms: int
    places: str


def add(connection: sqlite3.Connection, camera: str, actor: str, places: str) -> None:
    """Add a version."""
    connection.execute(
        "INSERT INTO place_version (camera, actor, at_ms, places) VALUES (?, ?, ?, ?)",
        (camera, actor, now_ms(), places),
    )


def versions(connection: sqlite3.Connection, camera: str) -> list[PlaceVersion]:
    """Return the newest versions of a camera, the newest first."""
    found = connection.execute(f"{_SELECT} WHERE camera = ? ORDER BY row DESC LIMIT ?", (camera, MOST_LISTED))
    return [PlaceVersion(*row) for row in found]


def version(connection: sqlite3.Connection, camera: str, row: int) -> PlaceVersion | None:
    """Return one version of a camera."""
    found = connection.execute(f"{_SELECT} WHERE camera = ? AND row = ?", (camera, row)).fetchone()
    return None if found is None else PlaceVersion(*found)
