from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.store import connect, events, migrations
from passerby.store.connect import open_reader, open_writer, reading
from passerby.store.db import Database
from passerby.store.records import append_all
from support.stored import an_event
from support.unprivileged import open_folder, read_only


@pytest.fixture
def written() -> Iterator[Path]:
    """A finished database with one event."""
    with open_folder() as folder:
        path = folder / "passerby.db"
        with Database(path) as database:
            database.execute_write(lambda connection: append_all(connection, [an_event()]))
        path.chmod(0o644)
        yield path


def test_the_writer_syncs_every_commit_and_lets_others_read(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "a.db", 1.0)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_reader_cannot_write(written: Path) -> None:
    with (
        pytest.raises(StoreError, match="cannot be written; check the permissions"),
        reading(written) as connection,
    ):
        connection.execute("DELETE FROM event")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "does not exist; give a results folder"),
        (b"", "is empty; give a results folder"),
        (b"no database at all, but long enough for its first page" * 100, "is not a database"),
        (b"SQLite format 3\x00" + b"\xff" * 4096, "is not a database"),  # the right start, then nonsense
    ],
)
def test_a_reader_says_what_is_wrong_with_the_file(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "passerby.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=rf"{path} {says}"):
        open_reader(path)


def test_an_older_schema_is_not_guessed_at(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "STEPS", (*migrations.STEPS, ("SELECT 1",)))
    with pytest.raises(
        StoreError, match=f"older schema {len(migrations.STEPS)}; `passerby run` on its folder upgrades it"
    ):
        open_reader(written)


def test_results_on_a_read_only_medium_can_be_read(written: Path) -> None:
    with read_only(written.parent):
        with pytest.raises(PermissionError):
            (written.parent / "x").touch()
        with reading(written) as connection:
            assert [event.id for event in events.query(connection)] == ["e1"]


def test_a_folder_that_cannot_be_written_is_named(written: Path) -> None:
    with read_only(written.parent), pytest.raises(StoreError, match=r"cannot be written \(Permission denied\)"):
        Database(written.parent / "new.db")


def test_a_damaged_page_is_named(written: Path) -> None:
    with written.open("r+b") as file:  # the header stays whole, every table is overwritten
        file.seek(100)
        file.write(b"\xff" * (written.stat().st_size - 100))
    with pytest.raises(StoreError, match="is damaged"), reading(written) as connection:
        list(events.query(connection))


def test_a_sqlite_without_strict_tables_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match=r"is too old; use a Python with SQLite 3\.37 or newer"):
        open_writer(tmp_path / "a.db", 1.0)


def test_a_name_with_signs_that_mean_something_in_addresses(tmp_path: Path) -> None:
    path = tmp_path / "50% in? out#1.db"
    with Database(path) as database:
        database.execute_write(lambda connection: append_all(connection, [an_event()]))
    with reading(path) as connection:
        assert len(list(events.query(connection))) == 1
