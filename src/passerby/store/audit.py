"""The audit log: all actions with user and time, in a Merkle tree in which any later change is detected.

Entries are JSON texts, numbered from 0; the hash of each is a leaf (RFC 6962). The head (size and full subtrees)
is stored beside them. A user with write access to the file can write a completely new log, and the log cannot show
that by itself; roots published elsewhere can (`roots.py`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from passerby.contracts.errors import StoreError
from passerby.store.encode import json_text
from passerby.store.merkle import HASH_BYTES, Frontier, leaf_hash
from passerby.store.utc import now_ms, utc_text

UNIT, CONTROL_ROOM = "unit", "control room"
_SELECT = "SELECT number, entry, leaf FROM audit"


class Act(StrEnum):
    """The kinds of actions."""

    STARTED = "started"
    STOPPED = "stopped"
    CONFIGURED = "configured"
    REQUESTED = "requested"
    REFUSED = "refused"
    KEPT = "kept"
    LOOKED = "looked"
    EXPORTED = "exported"
    RESTORED = "restored"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    PURGED = "purged"
    FOCUSED = "focused"
    PUBLISHED = "published"
    CLOCK = "clock"
    LOGGED_IN = "logged in"
    LOGGED_OUT = "logged out"
    LOGIN_REFUSED = "login refused"
    ACCOUNT_ADDED = "account added"
    ACCOUNT_CHANGED = "account changed"
    ACCOUNT_REMOVED = "account removed"
    SCOPE_CHANGED = "scope changed"
    GRANTED = "granted"
    GRANT_ENDED = "grant ended"
    PROGRAM_ADDED = "token added"
    PROGRAM_REMOVED = "token removed"
    ACKNOWLEDGED = "acknowledged"
    RATED = "rated"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    HANDED_OVER = "handed over"
    ESCALATED = "escalated"
    DELIVERY_CHANGED = "delivery changed"
    UNIT_ADDED = "unit added"
    UNIT_INVITED = "unit invited"
    UNIT_JOINED = "unit joined"
    UNIT_RENEWED = "unit certificate renewed"
    UNIT_REVOKED = "unit revoked"
    ROLLOUT_BEGUN = "rollout begun"
    ROLLOUT_CONTINUED = "rollout continued"
    ROLLOUT_FINISHED = "rollout finished"
    ROLLOUT_HALTED = "rollout halted"
    CONFIGURATION_APPLIED = "configuration applied"
    CONFIGURATION_REFUSED = "configuration refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action.

    utc: RFC 3339, by this machine's clock. actor: the user of the operating system, "NAME (console)" for an
    account of the console, or UNIT or CONTROL_ROOM for automatic actions. what: its object, for example the id of
    an event. detail: text or a checksum.
    """

    utc: str
    actor: str
    act: str
    what: str
    detail: str = ""

    @property
    def text(self) -> str:
        """The stored and hashed text of the entry."""
        return json_text(asdict(self))


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row of the log, not verified."""

    number: int
    text: str
    leaf: bytes

    @property
    def entry(self) -> Entry:
        """The action. Raises StoreError if the text is invalid."""
        try:
            return Entry(**json.loads(self.text))
        except (ValueError, TypeError) as error:
            raise StoreError(f"audit entry {self.number} is invalid; run `passerby audit verify`") from error


def record(
    connection: sqlite3.Connection, actor: str, act: Act, what: str, detail: str = "", *, at_ms: int | None = None
) -> int:
    """Append one action in the caller's transaction; return its number.

    Actions are also appended to a damaged log, and its head is left unchanged: the unit continues, and `passerby
    audit verify` continues to report the damage.
    """
    entry = Entry(utc_text(now_ms() if at_ms is None else at_ms), actor, act.value, what, detail)
    text = _storable(entry.text)
    leaf, before, number = leaf_hash(text.encode()), _sound_head(connection), _next(connection)
    values = (number, text, leaf)
    connection.execute("INSERT INTO audit (number, entry, leaf) VALUES (?, ?, ?)", values)
    if before is not None and before.size == number:
        _keep(connection, before.add(leaf))
    return number


def head(connection: sqlite3.Connection) -> Frontier:
    """Return the stored size and full subtrees of the log. Raises StoreError if they are invalid."""
    row = connection.execute("SELECT size, peaks FROM audit_head").fetchone()
    if row is None:
        if connection.execute("SELECT 1 FROM audit LIMIT 1").fetchone():
            raise StoreError("the audit log has no head; another program changed it")
        return Frontier()
    size, peaks = row
    try:
        return Frontier(size, tuple(peaks[i : i + HASH_BYTES] for i in range(0, len(peaks), HASH_BYTES)))
    except ValueError as error:
        raise StoreError(f"the head of the audit log is damaged ({error})") from error


def rows(connection: sqlite3.Connection, last: int | None = None) -> Iterator[Numbered]:
    """Yield the rows in their order; `last`: only this many of the newest."""
    if last is None:
        return (Numbered(*row) for row in connection.execute(f"{_SELECT} ORDER BY number"))
    newest = connection.execute(f"{_SELECT} ORDER BY number DESC LIMIT ?", (last,)).fetchall()
    return (Numbered(*row) for row in reversed(newest))


def newest(connection: sqlite3.Connection, before: int | None, limit: int) -> list[Numbered]:
    """Return up to `limit` rows with numbers below `before` (None: from the end), the newest first."""
    where, values = ("", []) if before is None else ("WHERE number < ?", [before])
    found = connection.execute(f"{_SELECT} {where} ORDER BY number DESC LIMIT ?", (*values, limit))
    return [Numbered(*row) for row in found]


def size(connection: sqlite3.Connection) -> int:
    """Return the number of rows."""
    return int(connection.execute("SELECT count(*) FROM audit").fetchone()[0])


def leaves(connection: sqlite3.Connection) -> list[bytes]:
    """Return every leaf hash, in order."""
    return [leaf for (leaf,) in connection.execute("SELECT leaf FROM audit ORDER BY number")]


def latest_detail(connection: sqlite3.Connection, *acts: Act) -> str | None:
    """Return the detail of the newest entry of these kinds; None if there is none."""
    row = connection.execute(
        "SELECT json_extract(entry, '$.detail') FROM audit WHERE json_valid(entry)"
        " AND json_extract(entry, '$.act') IN (SELECT value FROM json_each(?)) ORDER BY number DESC LIMIT 1",
        (json.dumps(acts),),
    ).fetchone()
    return None if row is None else str(row[0])


def _next(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number) + 1, 0) FROM audit").fetchone()[0])


def _sound_head(connection: sqlite3.Connection) -> Frontier | None:
    try:
        return head(connection)
    except StoreError:
        return None


def _storable(text: str) -> str:
    """Replace unpaired surrogates, which may occur in user and file names."""
    return text.encode("utf-8", "replace").decode()


def _keep(connection: sqlite3.Connection, frontier: Frontier) -> None:
    connection.execute(
        "INSERT INTO audit_head (only_row, size, peaks) VALUES (0, ?, ?)"
        " ON CONFLICT (only_row) DO UPDATE SET size = excluded.size, peaks = excluded.peaks",
        (frontier.size, b"".join(frontier.peaks)),
    )
