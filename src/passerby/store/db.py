"""One SQLite file: one thread writes, anybody reads.

After datasette's `database.py`: the thread owns the only write connection and takes functions from a queue.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from passerby.contracts.errors import StoreError
from passerby.store.connect import open_writer, reading
from passerby.store.explain import explain
from passerby.store.lock import FileLock

T = TypeVar("T")
_Job = tuple[Callable[[sqlite3.Connection], Any], "Future[Any]"]


class Database:
    """The database at `path`, created if need be, held by this process alone until `close`.

    fresh: drop what an earlier run left in the file. busy_timeout_s: how long to wait for other programs.
    Raises StoreError when the folder is missing or in use, or the file is not ours, newer or damaged.
    """

    def __init__(self, path: Path, *, fresh: bool = False, busy_timeout_s: float = 5.0) -> None:
        self.path = path
        _check_folder(path)
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            if fresh:
                _remove(path)
            self._connection = open_writer(path, busy_timeout_s)
        except BaseException:
            self._lock.release()
            raise
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._gate = Lock()
        self._closed = False
        self._writer = Thread(target=self._work, name=f"store {path.name}", daemon=True)
        self._writer.start()

    def execute_write(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Run `fn` in a transaction of its own on the writer thread; return its result once that is durable.

        `fn` must not call back into this object. What it raises undoes the transaction and is raised here,
        SQLite's errors as StoreError. Raises StoreError after `close`.
        """
        done: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise StoreError(f"{self.path} is closed; nothing more can be written to it")
            self._jobs.put((fn, done))
        return done.result()

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A read-only connection of its own for the length of a with block."""
        return reading(self.path)

    def close(self) -> None:
        """Finish what is queued, close the file, give it free. Doing so twice is harmless."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._writer.join()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            fn, done = job
            try:
                result = self._transaction(fn)
            except sqlite3.Error as error:
                done.set_exception(explain(error, self.path))
            except BaseException as error:  # it belongs to the caller, and this thread must live on
                done.set_exception(error)
            else:
                done.set_result(result)
        self._connection.close()

    def _transaction(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = fn(self._connection)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has already rolled back
                self._connection.execute("ROLLBACK")
            raise
        return result


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise StoreError(f"{path.parent} is not a folder; create it first")
    if path.is_dir():
        raise StoreError(f"{path} is a folder where a database file should be; move it away")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
