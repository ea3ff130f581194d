"""The table of tokens with which programs use the console. Every change is in the audit log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.utc import now_ms

MOST_TOKENS = 200
PROGRAM_SUFFIX = " (token)"
_SELECT = "SELECT name, scopes, made_ms, used_ms FROM api_token"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program that may use the console. scopes: what it may do. made_ms, used_ms: UTC; None if never used."""

    name: str
    scopes: tuple[str, ...]
    made_ms: int
    used_ms: int | None


def tokens(connection: sqlite3.Connection) -> list[ApiToken]:
    """Return all tokens by name."""
    return [_token(row) for row in connection.execute(f"{_SELECT} ORDER BY name")]


def by_digest(connection: sqlite3.Connection, digest: bytes) -> ApiToken | None:
    """Return the token with this digest of its text."""
    row = connection.execute(f"{_SELECT} WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else _token(row)


def add(connection: sqlite3.Connection, name: str, digest: bytes, scopes: Sequence[str], actor: str) -> None:
    """Add a token; only the digest of its text is stored. Raises UsageError for a name in use."""
    known = tokens(connection)
    if any(token.name == name for token in known):
        raise UsageError(f"there is a token {name} already; give another name, or remove it first")
    if len(known) >= MOST_TOKENS:
        raise UsageError(f"there are {MOST_TOKENS} tokens already; remove one first")
    connection.execute(
        "INSERT INTO api_token (name, digest, scopes, made_ms) VALUES (?, ?, ?, ?)",
        (name, digest, json.dumps(list(scopes)), now_ms()),
    )
    audit.record(connection, actor, Act.PROGRAM_ADDED, name, f"scopes {', '.join(scopes)}")


def remove(connection: sqlite3.Connection, name: str, actor: str) -> None:
    """Remove a token; its next request is refused. Raises UsageError if it is unknown."""
    if connection.execute("DELETE FROM api_token WHERE name = ?", (name,)).rowcount == 0:
        raise UsageError(f"there is no token {name}; `passerby users token list` shows the tokens")
    audit.record(connection, actor, Act.PROGRAM_REMOVED, name)


def use(connection: sqlite3.Connection, name: str) -> None:
    """Note that a token is in use."""
    connection.execute("UPDATE api_token SET used_ms = ? WHERE name = ?", (now_ms(), name))


def _token(row: tuple[str, str, int, int | None]) -> ApiToken:
    name, scopes, made_ms, used_ms = row
    return ApiToken(name, tuple(json.loads(scopes)), made_ms, used_ms)
