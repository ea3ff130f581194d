"""One SQLite file: one thread writes, any thread reads.

After datasette's `database.py`: the thread owns the only write connection and takes functions from a queue.
Functions that are queued while the disk syncs share the next commit, so many cameras wait for one sync.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.store.connect import open_writer, reading
from passerby.store.explain import explain
from passerby.store.lock import FileLock

T = TypeVar("T")
_Fn = Callable[[sqlite3.Connection], Any]
_Job = tuple[_Fn, "Future[Any]"]

MOST_IN_A_COMMIT = 100


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any = None
    error: BaseException | None = None


class Database(Closing):
    """The database at `path`, created if necessary, locked by this process until `close`.

    fresh: remove the data of an earlier run. busy_timeout_s: longest wait for other programs.
    Raises StoreError if the folder is missing or in use, or if the file is foreign, newer or damaged.
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
        """Run `fn` on the writer thread in one transaction; return its result when that is durable.

        `fn` must neither commit nor call back into this object. Its error rolls back its changes and is raised
        here, SQLite's errors as StoreError. Raises StoreError after `close`.
        """
        done: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise StoreError(f"{self.path} is closed; nothing more can be written to it")
            self._jobs.put((fn, done))
        return done.result()

    def is_there(self) -> bool:
        """Return whether `path` is still the file that was opened, and not removed or replaced."""
        return self._lock.is_there()

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A separate read-only connection for a with block."""
        return reading(self.path)

    def close(self) -> None:
        """Finish the queued work, close and unlock the file. May be called twice."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._writer.join()
        self._lock.release()

    def _work(self) -> None:
        while batch := self._next_batch():
            try:
                outcomes = self._commit([fn for fn, _ in batch])
            except BaseException as error:  # it belongs to the callers, and this thread must live on
                outcomes = [_Outcome(error=error) for _ in batch]
            for (_, done), outcome in zip(batch, outcomes, strict=True):
                self._report(done, outcome)
        self._connection.close()

    def _next_batch(self) -> list[_Job]:
        """Wait for a job and take the other queued ones; empty after `close`."""
        batch: list[_Job] = []
        while not batch or (len(batch) < MOST_IN_A_COMMIT and not self._jobs.empty()):
            job = self._jobs.get()
            if job is None:
                if batch:
                    self._jobs.put(None)  # for the next time round: nothing is queued after it
                break
            batch.append(job)
        return batch

    def _commit(self, fns: Sequence[_Fn]) -> list[_Outcome]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [self._run(fn) for fn in fns]
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return outcomes

    def _run(self, fn: _Fn) -> _Outcome:
        self._connection.execute("SAVEPOINT job")
        try:
            result = fn(self._connection)
        except BaseException as error:
            if not self._connection.in_transaction:  # a full disk rolls back everything by itself
                raise
            self._connection.execute("ROLLBACK TO job")
            self._connection.execute("RELEASE job")
            return _Outcome(error=error)
        self._connection.execute("RELEASE job")
        return _Outcome(result)

    def _report(self, done: Future[Any], outcome: _Outcome) -> None:
        if isinstance(outcome.error, sqlite3.Error):
            done.set_exception(explain(outcome.error, self.path))
        elif outcome.error is not None:
            done.set_exception(outcome.error)
        else:
            done.set_result(outcome.result)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise StoreError(f"{path.parent} is not a folder; create it first")
    if path.is_dir():
        raise StoreError(f"{path} is a folder in place of the database file; move it away")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
