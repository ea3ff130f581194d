from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from passerby.contracts.errors import UsageError
from passerby.store import audit, tokens
from passerby.store.migrations import migrate
from passerby.store.tokens import MOST_TOKENS

KEY = bytes(32)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("a.db"))
        yield made


def test_a_token_and_its_end_are_in_the_log(connection: sqlite3.Connection) -> None:
    tokens.add(connection, "grafana", KEY, ["metrics"], "root")
    found = tokens.by_digest(connection, KEY)
    assert found is not None
    assert (found.name, found.scopes, found.used_ms) == ("grafana", ("metrics",), None)
    assert tokens.by_digest(connection, bytes([1]) * 32) is None
    tokens.use(connection, "grafana")
    assert tokens.tokens(connection)[0].used_ms is not None
    tokens.remove(connection, "grafana", "root")
    assert tokens.tokens(connection) == []
    log = [(row.entry.act, row.entry.what, row.entry.detail) for row in audit.rows(connection)]
    assert log == [("token added", "grafana", "scopes metrics"), ("token removed", "grafana", "")]


def test_what_is_refused(connection: sqlite3.Connection) -> None:
    tokens.add(connection, "grafana", KEY, ["metrics"], "root")
    with pytest.raises(UsageError, match="there is a token grafana already"):
        tokens.add(connection, "grafana", bytes([1]) * 32, ["metrics"], "root")
    with pytest.raises(UsageError, match="there is no token other"):
        tokens.remove(connection, "other", "root")


def test_the_number_of_tokens_is_bounded(connection: sqlite3.Connection) -> None:
    for n in range(MOST_TOKENS):
        tokens.add(connection, f"p{n}", n.to_bytes(32, "big"), ["read"], "root")
    with pytest.raises(UsageError, match="remove one first"):
        tokens.add(connection, "more", bytes([9]) * 32, ["read"], "root")
