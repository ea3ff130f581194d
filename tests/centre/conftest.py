"""One PostgreSQL for these tests, and a database for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from passerby.evals.centre_servers import Server
from support.databases import new_database, running_postgres


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_postgres() as made:
        yield made


@pytest.fixture
def engine(server: Server) -> Iterator[Engine]:
    with new_database(server) as made:
        yield made
