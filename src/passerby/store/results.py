"""A results folder: the database and the derived files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from passerby.contracts.alarms import Alarm
from passerby.contracts.closing import Closing
from passerby.contracts.errors import StoreError
from passerby.contracts.events import Event, EvidenceFile
from passerby.contracts.ports import Record
from passerby.files.private import make_folder
from passerby.store.connect import open_reader
from passerby.store.db import Database
from passerby.store.files import FileProgress, FollowingFile, save_mark, saved_marks
from passerby.store.filters import AlarmFilter, EventFilter
from passerby.store.formats import FORMATS, Format
from passerby.store.queries import Queries, querying
from passerby.store.records import append_all

log = logging.getLogger(__name__)
T = TypeVar("T")
DATABASE = "passerby.db"
MARK_EVERY = 200  # writes between two saved marks: bounds what a start after a crash compares

_FILE_OF = {format_.of: format_ for format_ in FORMATS}


class ResultsStore(Closing):
    """A results folder: passerby.db, and the derived files of FORMATS.

    The folder is created if necessary. fresh: replace the data of an earlier run; otherwise it is continued after
    the files were compared with the database. Raises StoreError if the folder is in use by another process or
    cannot be written.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        make_results_folder(folder)
        self._folder = folder
        with ExitStack() as stack:
            self._database = stack.enter_context(Database(folder / DATABASE, fresh=fresh))
            if fresh:
                _remove_following(folder)
            with self.reading() as connection:
                known = saved_marks(connection)
            self._files: dict[Format, FollowingFile] = {}
            for kind in FORMATS:
                # One connection each: an unfinished statement of another thread would pin an old state.
                connection = stack.enter_context(closing(open_reader(folder / DATABASE)))
                file = FollowingFile(folder, kind, connection, known.get(kind.name))
                self._files[kind] = stack.enter_context(closing(file))
            self._writes = 0
            self._behind: set[Format] = set()
            self._file_error: StoreError | None = None
            self._open = stack.pop_all()

    @property
    def folder(self) -> Path:
        """The folder."""
        return self._folder

    def write_records(self, records: Sequence[Record]) -> list[str]:
        """Write records in one transaction, and into the derived files; return the reasons of permanently refused
        ones.

        An event with an existing (id, seq) is stored once. Raises StoreError if the database cannot be written. A
        file that cannot be written is completed by a later call or by `close`.
        """
        refused = self.write(lambda connection: append_all(connection, records))
        self._follow({type(record) for record in records})
        return refused

    def record_file(self, file: EvidenceFile) -> None:
        """Write the record of a file. Raises StoreError if the database cannot be written."""
        self.write_records([file])

    def is_there(self) -> bool:
        """Return whether the folder still contains the opened database."""
        return self._database.is_there()

    def resume(self) -> tuple[Event, ...]:
        """Return the newest event of each incident that a crash left open, so that it can be ended."""
        with self.queries() as queries:
            return tuple(queries.events(EventFilter(open_only=True)))

    def open_alarms(self) -> tuple[Alarm, ...]:
        """Return the newest line of each alarm that a crash left active."""
        with self.queries() as queries:
            return tuple(queries.alarms(AlarmFilter(open_only=True)))

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` on the writer's connection in one transaction. Raises StoreError if that fails."""
        return self._database.execute_write(fn)

    def reading(self) -> AbstractContextManager[Connection]:
        """A read-only connection for a with block."""
        return self._database.reading()

    def queries(self) -> AbstractContextManager[Queries]:
        """The query interface for a with block."""
        return querying(self._database.path)

    def close(self) -> None:
        """Finish the files and the database and unlock the folder. May be called twice.

        Raises StoreError if a derived file cannot be completed.
        """
        if not self._files:
            return
        self._follow(())
        # A mark only saves work at the next start: a failure to write it must not keep files open.
        with self._open, suppress(StoreError, OSError):
            self._save_marks()
        self._files = {}
        if self._file_error is not None:
            raise self._file_error

    def _follow(self, written: Iterable[type]) -> None:
        self._behind |= {_FILE_OF[of] for of in written if of in _FILE_OF}
        for kind in sorted(self._behind, key=lambda kind: kind.name):
            try:
                self._files[kind].follow()
            except StoreError as error:
                if self._file_error is None:
                    log.error("%s", error)
                self._file_error = error
                return
            self._behind.discard(kind)
        self._file_error = None
        self._writes += 1
        if self._writes % MARK_EVERY == 0:
            self._save_marks()

    def _save_marks(self) -> None:
        marks: dict[str, FileProgress] = {kind.name: file.synced() for kind, file in self._files.items()}

        def save(connection: Connection) -> None:
            for name, mark in marks.items():
                save_mark(connection, name, mark)

        self._database.execute_write(save)


def _remove_following(folder: Path) -> None:
    """Remove the files of an earlier run, whose database is gone as well."""
    for kind in FORMATS:
        with suppress(OSError):  # what cannot be removed cannot be written either, and is reported then
            (folder / kind.name).unlink(missing_ok=True)


def make_results_folder(folder: Path) -> None:
    """Make a folder of results and those above it, for their owner alone. Raises StoreError if that fails."""
    try:
        make_folder(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be created ({error.strerror}); give another folder") from error


def the_database(where: Path) -> Path:
    """Return the one database of a results folder. Raises StoreError if there is none, or if there are several."""
    found = databases_in(where)
    if len(found) > 1:
        raise StoreError(f"{where} contains the results of {len(found)} videos; give one of its subfolders")
    return found[0]


def databases_in(where: Path) -> tuple[Path, ...]:
    """Return the database of a results folder, those of its subfolders (one per video), or `where` itself.

    Raises StoreError if there is none.
    """
    if where.is_file():
        return (where,)
    if (where / DATABASE).is_file():
        return (where / DATABASE,)
    found = tuple(sorted(where.glob(f"*/{DATABASE}")))
    if not found:
        raise StoreError(f"{where} contains no {DATABASE}; give a results folder of passerby")
    return found
