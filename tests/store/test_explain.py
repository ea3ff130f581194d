from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from passerby.store.explain import explain

PATH = Path("out/passerby.db")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (sqlite3.SQLITE_NOTADB, "is not a database; move it away"),
        (sqlite3.SQLITE_CORRUPT, "is damaged (why)"),
        (sqlite3.SQLITE_FULL, "the disk is full; free some space"),
        (sqlite3.SQLITE_BUSY, "is locked by another program"),
        (sqlite3.SQLITE_LOCKED, "is locked by another program"),
        (sqlite3.SQLITE_READONLY, "cannot be written; check the permissions"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_IOERR, "the disk reports an error (why)"),
        (sqlite3.SQLITE_IOERR_WRITE, "the disk reports an error (why)"),  # an extended code of the same family
        (sqlite3.SQLITE_CONSTRAINT, "why"),  # no sentence of its own: SQLite's
        (None, "why"),  # raised by Python's module, not by SQLite
    ],
)
def test_each_code_has_its_sentence(code: int | None, says: str) -> None:
    error = sqlite3.OperationalError("why")
    if code is not None:
        error.sqlite_errorcode = code
    sentence = str(explain(error, PATH))
    assert says in sentence
    assert str(PATH) in sentence
