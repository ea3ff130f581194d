"""Results files derived from the database: each is a function of its table, so it can always be repaired.

A file contains the table's rows in their order. `follow` appends the missing rows; the same mechanism serves a
running program and a start after a crash. The database is authoritative, the file is a copy.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from threading import Lock

from passerby.contracts.errors import StoreError
from passerby.files.private import private
from passerby.store.explain import explain
from passerby.store.formats import Format

log = logging.getLogger(__name__)
CHUNK_ROWS = 500
_NOTHING = -1  # not even the header


@dataclass(frozen=True, slots=True)
class FileProgress:
    """The part of a file that agrees with its table: up to `row`, `size` bytes. Row 0 is the header."""

    row: int = _NOTHING
    size: int = 0


class FollowingFile:
    """The file of `kind` in `folder`, derived from the database of `connection`.

    A file found there keeps what agrees with the table and loses a line that a crash truncated. A file with whole
    lines that the table does not have, as after the loss of a database, is renamed and kept.
    known: a mark saved earlier; if it is valid, only the part after it is compared.
    Raises StoreError if the file cannot be written.
    """

    def __init__(
        self, folder: Path, kind: Format, connection: sqlite3.Connection, known: FileProgress | None = None
    ) -> None:
        self.kind = kind
        self._path = folder / kind.name
        self._connection = connection
        self._lock = Lock()
        try:
            self._fd = private(self._path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise self._cannot(error) from error
        try:
            self._mark = self._agreed(known)
            self._keep_aside()
            os.ftruncate(self._fd, self._mark.size)
            self.follow()
        except BaseException:
            os.close(self._fd)
            raise

    def follow(self) -> None:
        """Append all missing rows and pass them to the operating system.

        Raises StoreError if the file cannot be written; a later call writes the missing rows.
        """
        with self._lock:
            while rows := self._next(self._mark.row):
                data = b"".join(data for _, data in rows)
                self._write(data)
                self._mark = FileProgress(rows[-1][0], self._mark.size + len(data))

    def synced(self) -> FileProgress:
        """Sync the file to the disk; return the mark up to which it agrees with its table."""
        with self._lock:
            os.fsync(self._fd)
            return self._mark

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)

    def _next(self, row: int) -> list[tuple[int, bytes]]:
        if row == _NOTHING:
            return [(0, self.kind.header)]
        try:
            # Fetched completely: an open cursor would pin an old state of the database.
            return self.kind.rows(self._connection, row, CHUNK_ROWS)
        except sqlite3.Error as error:
            raise explain(error, self._path) from error

    def _write(self, data: bytes) -> None:
        # Always at the agreed size: the rest of a failed write is overwritten.
        done = 0
        try:
            while done < len(data):
                done += os.pwrite(self._fd, data[done:], self._mark.size + done)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._fd, self._mark.size)
            raise self._cannot(error) from error

    def _agreed(self, known: FileProgress | None) -> FileProgress:
        with self._path.open("rb") as file:
            mark = known if known is not None and self._holds(known, file) else FileProgress()
            file.seek(mark.size)
            while rows := self._next(mark.row):
                for row, data in rows:
                    if file.read(len(data)) != data:
                        return mark
                    mark = FileProgress(row, mark.size + len(data))
        return mark

    def _keep_aside(self) -> None:
        """Rename a file that holds whole lines which the table has not, and begin another."""
        os.lseek(self._fd, self._mark.size, os.SEEK_SET)
        while data := os.read(self._fd, 1 << 20):
            if b"\n" in data:
                break
        else:
            return
        aside = self._path.with_name(f"{self._path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
        try:
            self._path.rename(aside)
            fresh = private(self._path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise self._cannot(error) from error
        os.close(self._fd)
        self._fd, self._mark = fresh, FileProgress()
        log.warning("%s holds rows that the database has not; it is kept as %s", self._path, aside.name)

    def _holds(self, mark: FileProgress, file: BufferedReader) -> bool:
        """Return whether the mark's row ends in the file at the mark's size."""
        if mark.row < 1:
            return False
        rows = self.kind.rows(self._connection, mark.row - 1, 1)
        if not rows or rows[0][0] != mark.row or mark.size < len(rows[0][1]):
            return False
        file.seek(mark.size - len(rows[0][1]))
        return file.read(len(rows[0][1])) == rows[0][1]

    def _cannot(self, error: OSError) -> StoreError:
        return StoreError(
            f"{self._path} cannot be written ({error.strerror}); free space or check permissions,"
            " its rows are safe in the database and follow with the next write"
        )


def save_mark(connection: sqlite3.Connection, file: str, mark: FileProgress) -> None:
    """Store the mark of a file."""
    connection.execute(
        "INSERT INTO file_mark (file, row, bytes) VALUES (?, ?, ?)"
        " ON CONFLICT (file) DO UPDATE SET row = excluded.row, bytes = excluded.bytes",
        (file, mark.row, mark.size),
    )


def saved_marks(connection: sqlite3.Connection) -> dict[str, FileProgress]:
    """Return the stored marks, by file name."""
    return {
        file: FileProgress(row, size)
        for file, row, size in connection.execute("SELECT file, row, bytes FROM file_mark")
    }
