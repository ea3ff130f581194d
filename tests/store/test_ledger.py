from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.events import Account
from passerby.store import ledger
from passerby.store.migrations import migrate
from passerby.store.results import DATABASE, ResultsStore

ACCOUNT = Account("north", "2026-03-01T23:59:59.999Z", 480, 475, 1000, 250, 475, 3, 1, 90_000, 2)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("a.db"))
        yield made


def test_accounts_of_a_day_are_summed(connection: sqlite3.Connection) -> None:
    for account in (
        ACCOUNT,
        ACCOUNT,
        replace(ACCOUNT, utc="2026-03-02T00:00:00.000Z"),
        replace(ACCOUNT, utc=None),
    ):
        ledger.append(connection, account)
    first, second, recording = ledger.days(connection)
    assert (first.day, first.frames_in, first.frames_out, first.bytes_written, first.lost) == (
        *("2026-03-01", 960, 950, 180_000, 4),
    )
    assert (second.day, second.stills, second.clips, second.video_frames) == ("2026-03-02", 3, 1, 475)
    assert recording.day == ledger.RECORDING
    assert first.covered_share == 0.25


def test_cameras_are_kept_apart_and_deletions_beside_what_was_stored(connection: sqlite3.Connection) -> None:
    ledger.append(connection, ACCOUNT)
    ledger.append(connection, replace(ACCOUNT, camera="south"))
    ledger.deleted(connection, "south", 2, 5000, at_ms=1_772_351_112_500)
    ledger.deleted(connection, "south", 1, 1000, at_ms=1_772_451_112_500)
    south = ledger.days(connection, "south")
    assert [(d.day, d.frames_in, d.files_deleted, d.bytes_deleted) for d in south] == [
        ("2026-03-01", 480, 2, 5000),
        ("2026-03-02", 0, 1, 1000),
    ]
    assert south[1].covered_share is None
    (north,) = ledger.days(connection, "north")
    assert north.files_deleted == 0


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_nothing_is_lost_in_summing(counts: list[int]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, Path("a.db"))
        for n in counts:
            ledger.append(connection, replace(ACCOUNT, frames_in=n, pixels_out=7 * n))
        (day,) = ledger.days(connection)
        assert (day.frames_in, day.pixels_out) == (sum(counts), 7 * sum(counts))


def test_it_survives_the_program(tmp_path: Path) -> None:
    for _ in range(2):
        with ResultsStore(tmp_path) as store:
            store.write_records([ACCOUNT])
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        assert [day.frames_in for day in ledger.days(connection)] == [960]
