"""One PostgreSQL for these tests, and a database and a NATS server for each that asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from passerby.evals.centre_servers import Server, nats
from support.databases import new_database, running_postgres


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_postgres() as made:
        yield made


@pytest.fixture
def engine(server: Server) -> Iterator[Engine]:
    with new_database(server) as made:
        yield made


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Server]:
    tmp_path.chmod(0o755)
    made = nats(tmp_path)
    made.start()
    yield made
    made.close()
