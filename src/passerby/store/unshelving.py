"""Ends the shelving of alarms before its time is over."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from passerby.store import alarms, audit, handling, shelves
from passerby.store.audit import Act
from passerby.store.filters import AlarmFilter
from passerby.store.utc import now_ms, utc_text


def unshelve(connection: sqlite3.Connection, path: Path, camera: str, kind: str, place: str, actor: str) -> None:
    """End the shelf of this camera, kind and place, with its entry in the audit log.

    Each alarm that staff shelved, and that no other shelf covers, gets the act `unshelved`: a control room knows
    the acts and not the shelves. path: of the file of shelves. Raises UsageError and StoreError as `shelves.end`.
    """
    audit.record(connection, actor, Act.UNSHELVED, shelves.named(camera, kind, place))
    known, now = shelves.load(path), now_ms()
    left = [one for one in known if (one.camera, one.kind, one.place) != (camera, kind, place)]
    ids = tuple(handling.shelved(connection, now))
    for alarm in alarms.query(connection, AlarmFilter(id=ids)) if ids else ():
        covering = [one for one in known if one.covers(alarm.camera, alarm.kind, alarm.place, utc_text(now))]
        if covering and not any(one in left for one in covering):
            handling.add(connection, alarm.id, "unshelved", actor)
    shelves.end(path, camera, kind, place)
