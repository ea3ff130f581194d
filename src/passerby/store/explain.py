"""SQLite's error codes as sentences that name file and remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from passerby.contracts.errors import StoreError

_PRIMARY = 0xFF  # the low byte of SQLite's extended result codes

_SENTENCES = {
    sqlite3.SQLITE_NOTADB: "{path} is not a database; move it away or give another folder",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged ({error}); move it away, and restore a copy or start without it",
    sqlite3.SQLITE_FULL: "{path} cannot grow: the disk is full; free some space; the written data is safe",
    sqlite3.SQLITE_BUSY: "{path} is locked by another program; close that program and try again",
    sqlite3.SQLITE_LOCKED: "{path} is locked by another program; close that program and try again",
    sqlite3.SQLITE_READONLY: "{path} cannot be written; check the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened; check that its folder exists, and its permissions",
    sqlite3.SQLITE_IOERR: "{path}: the disk reports an error ({error}); check the disk and its free space",
}


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """Return the StoreError for `error` of the database at `path`."""
    code = getattr(error, "sqlite_errorcode", None)  # the module's own errors carry none
    sentence = "{path}: {error}" if code is None else _SENTENCES.get(code & _PRIMARY, "{path}: {error}")
    return StoreError(sentence.format(path=path, error=error))
