"""The tables of evidence: files with pictures, locks, and removed files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event, EvidenceFile
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.utc import now_ms, optional_ms, utc_text

LONGEST_LOCK_DAYS = 90
DAY_MS = 86_400_000

_SELECT = """
SELECT path, event, camera, kind, sha256, bytes, seconds, utc_ms, made_ms, gone_ms, gone_why,
       (SELECT until_ms FROM evidence_lock WHERE event = evidence_file.event AND until_ms > :now)
FROM evidence_file"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file with pictures: its creation, its removal with the reason, the end of its lock (ms, UTC).

    taken_ms: when the camera took its first picture, None for a recording; a picture may be older than its event.
    sha256: "" if it is not finished; made_ms is then its beginning.
    """

    path: str
    event: str
    camera: str
    kind: Literal["still", "clip", "video", "report"]
    sha256: str
    bytes: int
    seconds: float
    taken_ms: int | None
    made_ms: int
    gone_ms: int | None
    gone_why: str | None
    locked_until_ms: int | None

    @property
    def is_finished(self) -> bool:
        """Whether the file was closed; a file that a crash left is finished at the next start."""
        return bool(self.sha256)


@dataclass(frozen=True, slots=True)
class Lock:
    """Evidence of one incident that no purge may remove before `until_ms`."""

    event: str
    reason: str
    until_ms: int
    locked_by: str
    at_ms: int


def append(connection: sqlite3.Connection, file: EvidenceFile, made_ms: int | None = None) -> None:
    """Add a file that is begun, in place of an earlier one of that path, or finish one.

    The checksum of a finished clip is entered into the audit log.
    """
    values = (file.path, file.event, file.camera, file.kind, file.sha256, file.bytes, file.seconds)
    made = now_ms() if made_ms is None else made_ms
    if not file.sha256:
        connection.execute("DELETE FROM evidence_file WHERE path = ?", (file.path,))
    connection.execute(
        "INSERT INTO evidence_file"
        " (path, event, camera, kind, sha256, bytes, seconds, utc_ms, made_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes,"
        " seconds = excluded.seconds, utc_ms = coalesce(excluded.utc_ms, utc_ms), made_ms = excluded.made_ms",
        (*values, optional_ms(file.utc), made),
    )
    if file.kind == "clip" and file.sha256:
        audit.record(connection, audit.UNIT, Act.KEPT, file.path, f"sha256 {file.sha256}", at_ms=made)


def files(connection: sqlite3.Connection, event: str | None = None, *, at_ms: int | None = None) -> list[Kept]:
    """Return all files, also removed ones, of one or all incidents, oldest first."""
    now = now_ms() if at_ms is None else at_ms
    where = "" if event is None else " WHERE event = :event"
    return [
        Kept(*row) for row in connection.execute(f"{_SELECT}{where} ORDER BY row", {"now": now, "event": event})
    ]


def mark_gone(connection: sqlite3.Connection, paths: Iterable[str], why: str, at_ms: int) -> None:
    """Record that files were removed; their rows are kept."""
    connection.executemany(
        "UPDATE evidence_file SET gone_ms = ?, gone_why = ? WHERE path = ? AND gone_ms IS NULL",
        [(at_ms, why, path) for path in paths],
    )


def lock(connection: sqlite3.Connection, event: str, reason: str, until_ms: int, actor: str) -> Lock:
    """Lock the evidence of an incident until a time, with a reason; the newest lock counts.

    Raises UsageError for an incident without evidence, an empty reason, or a time in the past or too far ahead.
    """
    now = now_ms()
    _check(connection, event, reason, until_ms, now)
    made = Lock(event, reason.strip(), until_ms, actor, now)
    connection.execute(
        "INSERT OR REPLACE INTO evidence_lock (event, reason, until_ms, locked_by, at_ms) VALUES (?, ?, ?, ?, ?)",
        (made.event, made.reason, made.until_ms, made.locked_by, made.at_ms),
    )
    audit.record(connection, actor, Act.LOCKED, event, f"until {utc_text(until_ms)}: {made.reason}", at_ms=now)
    return made


def unlock(connection: sqlite3.Connection, event: str, actor: str) -> None:
    """Unlock the evidence of an incident. Raises UsageError if it is not locked."""
    if connection.execute("DELETE FROM evidence_lock WHERE event = ?", (event,)).rowcount == 0:
        raise UsageError(f"the evidence of {event} is not locked; `passerby evidence list` shows the locks")
    audit.record(connection, actor, Act.UNLOCKED, event)


def locks(connection: sqlite3.Connection, *, at_ms: int | None = None) -> list[Lock]:
    """Return the present locks, by their end."""
    now = now_ms() if at_ms is None else at_ms
    found = connection.execute(
        "SELECT event, reason, until_ms, locked_by, at_ms FROM evidence_lock WHERE until_ms > ? ORDER BY until_ms",
        (now,),
    )
    return [Lock(*row) for row in found]


def as_it_is(event: Event, kept: Iterable[Kept]) -> Event:
    """Return the event with the present state of its `kept` files: the clip's checksum, and their removal."""
    if event.evidence is None:
        return event
    known = {file.path: file for file in kept}
    still, clip = known.get(event.evidence.still), known.get(event.evidence.clip or "")
    gone = None
    if still is not None and still.gone_ms is not None:
        gone = f"{utc_text(still.gone_ms)} {still.gone_why}"
    clip_sha256 = clip.sha256 if clip and clip.is_finished else None
    return replace(event, evidence=replace(event.evidence, clip_sha256=clip_sha256, gone=gone))


def _check(connection: sqlite3.Connection, event: str, reason: str, until_ms: int, now: int) -> None:
    if not reason.strip():
        raise UsageError("a lock needs a reason; give it with --reason")
    if until_ms <= now:
        raise UsageError(f"{utc_text(until_ms)} is in the past; give a later --until")
    if until_ms > now + LONGEST_LOCK_DAYS * DAY_MS:
        raise UsageError(
            f"a lock lasts at most {LONGEST_LOCK_DAYS} days; give an earlier --until and renew it then"
        )
    if not any(file.gone_ms is None for file in files(connection, event)):
        raise UsageError(f"{event} has no evidence to lock; `passerby evidence list` shows all evidence")
