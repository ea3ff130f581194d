"""A results folder: the database and the files that follow it."""

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
from passerby.contracts.events import Event
from passerby.contracts.ports import Record
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
    """A results folder: passerby.db, and the files of FORMATS following it.

    The folder is made if need be. fresh: replace what an earlier run left in these files; otherwise they are
    continued, and brought in step with the database first. Raises StoreError when the folder is in use by another
    process or cannot be written.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        _make(folder)
        with ExitStack() as stack:
            self._database = stack.enter_context(Database(folder / DATABASE, fresh=fresh))
            with self.reading() as connection:
                known = saved_marks(connection)
            self._files: dict[Format, FollowingFile] = {}
            for kind in FORMATS:
                # One connection each: a statement another thread has not finished would pin an old state.
                connection = stack.enter_context(closing(open_reader(folder / DATABASE)))
                file = FollowingFile(folder, kind, connection, known.get(kind.name))
                self._files[kind] = stack.enter_context(closing(file))
            self._writes = 0
            self._behind: set[Format] = set()
            self._file_error: StoreError | None = None
            self._open = stack.pop_all()

    def write_records(self, records: Sequence[Record]) -> list[str]:
        """Write records in one transaction, and into the files that follow; return why some were refused for good.

        An event whose (id, seq) is there already is kept once. Raises StoreError when the database cannot be
        written. A file that cannot be written is behind the database until a later call or `close` brings it up.
        """
        refused = self.write(lambda connection: append_all(connection, records))
        self._follow({type(record) for record in records})
        return refused

    def is_there(self) -> bool:
        """Return whether the folder still holds the database that is open."""
        return self._database.is_there()

    def resume(self) -> tuple[Event, ...]:
        """Return the newest event of each incident a crash left open, for the pipeline to end them."""
        with self.queries() as queries:
            return tuple(queries.events(EventFilter(open_only=True)))

    def open_alarms(self) -> tuple[Alarm, ...]:
        """Return the newest line of each alarm a crash left up."""
        with self.queries() as queries:
            return tuple(queries.alarms(AlarmFilter(open_only=True)))

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` on the writer's connection, all of it or nothing. Raises StoreError if it cannot be."""
        return self._database.execute_write(fn)

    def reading(self) -> AbstractContextManager[Connection]:
        """A read-only connection for the length of a with block."""
        return self._database.reading()

    def queries(self) -> AbstractContextManager[Queries]:
        """The query port for the length of a with block."""
        return querying(self._database.path)

    def close(self) -> None:
        """Finish the files and the database and give the folder free. Doing so twice is harmless.

        Raises StoreError if a file is behind the database and still cannot be written.
        """
        if not self._files:
            return
        self._follow(())
        # A mark only saves the next start some work: that it cannot be written must not keep files open.
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


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made ({error.strerror}); give another folder") from error


def the_database(where: Path) -> Path:
    """Return the one database of a results folder. Raises StoreError for none, and for a folder of several."""
    found = databases_in(where)
    if len(found) > 1:
        raise StoreError(f"{where} holds the results of {len(found)} videos; give one of its folders")
    return found[0]


def databases_in(where: Path) -> tuple[Path, ...]:
    """Return the database of a results folder, those of its subfolders (one a video), or `where` itself.

    Raises StoreError when there is none.
    """
    if where.is_file():
        return (where,)
    if (where / DATABASE).is_file():
        return (where / DATABASE,)
    found = tuple(sorted(where.glob(f"*/{DATABASE}")))
    if not found:
        raise StoreError(f"{where} holds no {DATABASE}; give the folder that passerby wrote its results to")
    return found
