"""Opens the database file, for one writer and for any number of readers."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from passerby.contracts.errors import StoreError
from passerby.files.private import private
from passerby.store.explain import explain
from passerby.store.migrations import STEPS, migrate, version_of

_STRICT_SINCE = (3, 37, 0)


def open_writer(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """Open or create the database with the newest schema, in WAL mode, with each commit synced to the disk.

    Raises StoreError naming file and remedy.
    """
    _check_library()
    _make_private(path)
    try:
        connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
        try:
            migrate(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise explain(error, path) from error
    return connection


def open_reader(path: Path, busy_timeout_s: float = 5.0) -> sqlite3.Connection:
    """Open an existing database read-only; the connection may be passed between threads, one at a time.

    Raises StoreError naming file and remedy.
    """
    _check_library()
    if not path.is_file():
        raise StoreError(f"{path} does not exist; give a results folder of passerby")
    try:
        connection = sqlite3.connect(
            _read_only_uri(path), uri=True, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            _check_version(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise explain(error, path) from error
    return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection for a with block; SQLite's errors are raised as StoreError."""
    with closing(open_reader(path)) as connection:
        try:
            yield connection
        except sqlite3.Error as error:
            raise explain(error, path) from error


@contextmanager
def writing(path: Path, busy_timeout_s: float = 5.0) -> Iterator[sqlite3.Connection]:
    """A transaction on an existing database, also while a unit uses it; rolled back if the block raises.

    For tables without a derived file. Raises StoreError as `open_reader`, and if it cannot be written.
    """
    with reading(path):
        pass  # its checks: it exists and is of this version
    try:
        with closing(sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            yield connection  # closing without COMMIT undoes everything
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise explain(error, path) from error


def _read_only_uri(path: Path) -> str:
    # A reader of a WAL file shares memory with the writer in a file beside it. On a read-only medium there is no
    # writer and that file cannot be created, so SQLite gets the promise that nothing will change.
    finished = not path.with_name(path.name + "-wal").exists()
    still = finished and not os.access(path.parent, os.W_OK, effective_ids=True)
    return path.absolute().as_uri() + ("?mode=ro&immutable=1" if still else "?mode=ro")


def _make_private(path: Path) -> None:
    """Let only the owner read the database; SQLite gives the files beside it the same rights."""
    with suppress(OSError):  # SQLite explains what cannot be opened
        os.close(private(path, os.O_RDWR | os.O_CREAT))


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    version = version_of(connection, path)
    if version == 0:
        raise StoreError(f"{path} is empty; give a results folder of passerby")
    if version < len(STEPS):
        raise StoreError(f"{path} has the older schema {version}; `passerby run` on its folder upgrades it")


def _check_library() -> None:
    if sqlite3.sqlite_version_info < _STRICT_SINCE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; use a Python with SQLite 3.37 or newer")
