from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from passerby.contracts.alarms import LONGEST_NOTE, KeptAct
from passerby.contracts.errors import UsageError
from passerby.store import alarms, audit, handling
from passerby.store.migrations import migrate
from support.stored import ALARM


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("a.db"))
        alarms.append(made, ALARM)
        yield made


def test_the_newest_act_of_each_kind_counts(connection: sqlite3.Connection) -> None:
    assert handling.of_alarms(connection, ["e1"]) == {}
    handling.add(connection, "e1", "acknowledged", "anna")
    handling.add(connection, "e1", "not_useful", "anna")
    handling.add(connection, "e1", "useful", "boris", "a runner indeed")
    handling.add(connection, "e1", "resolved", "boris", "left the station")
    state = handling.of_alarms(connection, ["e1", "other"])["e1"]
    assert state.acknowledged is not None
    assert state.acknowledged.actor == "anna"
    assert state.rating is not None
    assert (state.rating.act, state.rating.note) == ("useful", "a runner indeed")
    assert state.resolved is not None
    handling.add(connection, "e1", "reopened", "anna", "he is back")
    assert handling.of_alarms(connection, ["e1"])["e1"].resolved is None
    assert [act.act for act in handling.after(connection, 3, 10)] == ["resolved", "reopened"]
    entries = [
        (row.entry.act, row.entry.actor, row.entry.what, row.entry.detail) for row in audit.rows(connection)
    ]
    assert entries[2] == ("rated", "boris", "e1", "useful: a runner indeed")
    assert entries[3] == ("resolved", "boris", "e1", "left the station")


def test_every_act_can_be_stored(connection: sqlite3.Connection) -> None:
    for act in get_args(KeptAct):
        handling.add(connection, "e1", act, "anna")
    assert len(handling.of_alarms(connection, ["e1"])["e1"].acts) == len(get_args(KeptAct))


def test_what_is_refused(connection: sqlite3.Connection) -> None:
    with pytest.raises(UsageError, match="there is no alarm e2"):
        handling.add(connection, "e2", "acknowledged", "anna")
    with pytest.raises(UsageError, match=f"write at most {LONGEST_NOTE}"):
        handling.add(connection, "e1", "resolved", "anna", "x" * (LONGEST_NOTE + 1))
    assert list(audit.rows(connection)) == []


def test_the_newest_shelving_counts_until_it_is_ended(connection: sqlite3.Connection) -> None:
    def until_ms() -> int | None:
        return handling.of_alarms(connection, ["e1"])["e1"].shelved_until_ms

    handling.add(connection, "e1", "acknowledged", "anna")
    assert until_ms() is None
    handling.add(connection, "e1", "shelved", "anna", "until noon: sun", until_ms=5000)
    handling.add(connection, "e1", "shelved", "anna", "sun", until_ms=9000)
    assert until_ms() == 9000
    assert handling.shelved(connection, 8999) == ["e1"]
    assert handling.shelved(connection, 9000) == [], "its time is over"
    handling.add(connection, "e1", "unshelved", "boris")
    assert until_ms() is None
    assert handling.shelved(connection, 4000) == []
