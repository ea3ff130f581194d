"""A real PostgreSQL on loopback, from Debian's package postgresql, and databases in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine

from passerby.centre.store.engine import connect, migrate
from passerby.centre.store.months import make_months
from passerby.evals.centre_servers import NATS, POSTGRES, Server, database_url, postgres
from passerby.store.utc import now_ms

needs_postgres = pytest.mark.skipif(POSTGRES is None, reason="Debian's postgresql is not installed")
needs_nats = pytest.mark.skipif(NATS is None, reason="Debian's nats-server is not installed")
_NUMBERS = count(1)


@contextmanager
def running_postgres() -> Iterator[Server]:
    """A server for many tests, without the durability that only a power cut would show."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    server = None
    try:
        server = postgres(folder / "pg", "fsync=off", "full_page_writes=off")
        server.start()
        yield server
    finally:
        if server is not None:
            server.close()
        shutil.rmtree(folder)


def new_url(server: Server) -> str:
    """A new empty database."""
    name = f"test{next(_NUMBERS)}"
    engine = connect(database_url(server))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return database_url(server, name)


@contextmanager
def new_database(server: Server) -> Iterator[Engine]:
    """A new database with the tables of a control room."""
    engine = connect(new_url(server))
    try:
        migrate(engine)
        with engine.begin() as connection:
            make_months(connection, now_ms())
        yield engine
    finally:
        engine.dispose()
