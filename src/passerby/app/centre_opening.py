"""Opens the database and the folder of a control room for the commands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from passerby.contracts.errors import UsageError
from passerby.store import audit
from passerby.store.audit import Act
from passerby.store.connect import writing
from passerby.store.results import DATABASE, ResultsStore
from passerby.store.utc import now_ms

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from passerby.centre.fleet.fleet_desk import Enter, FleetDesk

logging.getLogger("alembic").setLevel(logging.WARNING)  # it names each of its plug-ins
PACKAGES = ("sqlalchemy", "pg8000", "alembic", "cryptography")


@contextmanager
def opened_database(database: str) -> Iterator[Engine]:
    """The database at an address, for a with block. Raises UsageError if packages are missing."""
    if any(find_spec(name) is None for name in PACKAGES):
        raise UsageError("a control room needs further packages: pip install 'passerby[centre]'")
    from passerby.centre.store.engine import connect

    engine = connect(database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened_folder(folder: Path) -> Iterator[Enter]:
    """A function that writes acts into the audit log of a folder, also while the control room runs.

    A missing folder is made. Raises StoreError if the log cannot be written.
    """
    if not (folder / DATABASE).exists():
        ResultsStore(folder).close()
    with writing(folder / DATABASE):
        pass  # an act without an entry must not be done

    def write(entry: Callable[[Connection], int]) -> None:
        with writing(folder / DATABASE) as connection:
            entry(connection)

    yield entering(write)


def entering(write: Callable[[Callable[[Connection], int]], object]) -> Enter:
    """Return the function that writes acts into an audit log. write: calls a function within a transaction."""

    def enter(who: str, act: Act, what: str, detail: str) -> None:
        write(lambda connection: audit.record(connection, who, act, what, detail))

    return enter


@contextmanager
def opened_fleet(folder: Path, database: str) -> Iterator[FleetDesk]:
    """The fleet of a control room, for a with block. Raises UsageError without keys, StoreError without tables."""
    with opened_database(database) as engine:
        from passerby.centre.fleet.fleet_desk import FleetDesk
        from passerby.centre.fleet.folder import keys_of
        from passerby.centre.store.engine import check_schema
        from passerby.centre.store.fleet import FleetTables

        keys = keys_of(folder)
        check_schema(engine)
        with opened_folder(folder) as enter:
            yield FleetDesk(FleetTables(engine), keys, enter, now_ms)
