from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.events import CameraHealth, CameraStatus, LineSample, Phase, ZoneSample
from passerby.store import events, evidence, handling, samples
from passerby.store.db import Database
from passerby.store.files import FileProgress, saved_marks
from passerby.store.migrations import APPLICATION_ID, STEPS, Step, migrate, version_of
from passerby.store.utc import utc_ms

SCHEMAS = Path(__file__).parent / "schemas"
NEXT: Step = ("ALTER TABLE event ADD COLUMN remark TEXT", "CREATE TABLE thing (x INTEGER) STRICT")
# A file that the second schema added, and one of the fourth.
FILES = [
    ("stills/e1.jpg", "still", "ab"),
    ("cameras/platform-1/redacted-20260301.mp4", "video", ""),
]
BROKEN: Step = ("CREATE TABLE half (x INTEGER) STRICT", "CREATE TABLE event (x INTEGER) STRICT")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        yield made


def layout(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


def pragmas(connection: sqlite3.Connection) -> tuple[int, int]:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application, version


def test_an_empty_file_gets_every_step(connection: sqlite3.Connection) -> None:
    migrate(connection, Path("new.db"))
    assert pragmas(connection) == (APPLICATION_ID, len(STEPS))
    before = layout(connection)
    migrate(connection, Path("new.db"))
    assert layout(connection) == before


def test_every_released_schema_is_kept_as_a_script() -> None:
    assert {path.name for path in SCHEMAS.iterdir()} == {f"v{n}.sql" for n in range(1, len(STEPS) + 1)}


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
def test_a_file_of_each_version_is_brought_up_with_its_rows(tmp_path: Path, version: int) -> None:
    path = tmp_path / "passerby.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript((SCHEMAS / f"v{version}.sql").read_text())
    Database(path).close()
    with (
        closing(sqlite3.connect(path)) as now,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh,
    ):
        migrate(fresh, path)
        assert layout(now) == layout(fresh)
        assert pragmas(now) == pragmas(fresh)
        start, end = events.query(now)
        assert (start.id, start.phase, end.phase, end.utc) == (
            "e1",
            Phase.START,
            Phase.END,
            "2026-03-01T07:45:20.250Z",
        )
        assert [s.count_max for s in samples.query(now, ZoneSample)] == [7]
        assert [s.in_ for s in samples.query(now, LineSample)] == [12]
        assert [s.dropped for s in samples.query(now, CameraHealth)] == [2]
        assert saved_marks(now) == {"events.jsonl": FileProgress(2, 600)}
        kept = [(file.path, file.kind, file.sha256) for file in evidence.files(now)]
        assert kept == FILES[: {1: 0, 2: 1, 3: 1}.get(version, 2)]


def test_the_rows_of_the_health_history_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "passerby.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript((SCHEMAS / "v11.sql").read_text())
        old.execute("UPDATE sqlite_sequence SET seq = 7 WHERE name = 'camera_health'")  # later rows were purged
        old.commit()
    Database(path).close()
    with closing(sqlite3.connect(path)) as now:
        (old_health,) = samples.query(now, CameraHealth)
        samples.append(now, replace(old_health, state=CameraStatus.BLIND, why="Lens is covered"))
        rows = now.execute("SELECT row, state, why FROM camera_health ORDER BY row").fetchall()
    assert rows == [(1, "live", ""), (8, "blind", "Lens is covered")]


def test_an_act_that_shelves_gets_its_time_from_its_note(tmp_path: Path) -> None:
    path = tmp_path / "passerby.db"
    notes = ("until 2027-01-15T08:00:00.123Z: sun: low", "until noon: sun", "")
    with closing(sqlite3.connect(path)) as old:
        old.executescript((SCHEMAS / "v12.sql").read_text())
        for note in notes:
            old.execute(
                "INSERT INTO alarm_act VALUES (NULL, 'e1', 'shelved', 'anna (console)', 1772351113000, ?)", (note,)
            )
        old.execute("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'alarm_act'")  # later rows were purged
        old.commit()
    Database(path).close()
    with closing(sqlite3.connect(path)) as now:
        acts = handling.after(now, 0, 10)
        added = handling.add(now, "e1", "unshelved", "boris (console)")
    assert [(one.row, one.act, one.note) for one in acts[1:]] == [
        (row, "shelved", note) for row, note in enumerate(notes, 2)
    ]
    assert [one.until_ms for one in acts] == [None, utc_ms("2027-01-15T08:00:00.123Z"), None, None]
    assert added.row == 10, "a control room has seen the numbers before"


def test_a_later_step_is_added_to_an_older_file(connection: sqlite3.Connection) -> None:
    migrate(connection, Path("a.db"))
    migrate(connection, Path("a.db"), (*STEPS, NEXT))
    assert pragmas(connection) == (APPLICATION_ID, len(STEPS) + 1)
    assert ("thing",) in connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert "remark" in {row[1] for row in connection.execute("PRAGMA table_info(event)")}


def test_a_step_that_fails_leaves_the_file_as_it_was(connection: sqlite3.Connection) -> None:
    migrate(connection, Path("a.db"))
    before = layout(connection)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        migrate(connection, Path("a.db"), (*STEPS, NEXT, BROKEN))
    assert layout(connection) == before
    assert version_of(connection, Path("a.db")) == len(STEPS)
    assert not connection.in_transaction


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (
            f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {len(STEPS) + 1}",
            f"a.db has schema {len(STEPS) + 1}, this version knows {len(STEPS)}; install",
        ),
        ("CREATE TABLE bookmarks (url TEXT)", "a.db is another program's database; move it away"),
        ("PRAGMA user_version = 1", "a.db is another program's database"),
        ("PRAGMA application_id = 17; CREATE TABLE t (x)", "a.db is another program's database"),
    ],
    ids=["newer", "foreign tables", "foreign version", "foreign application"],
)
def test_files_that_are_not_ours_to_change_are_refused(
    connection: sqlite3.Connection, script: str, says: str
) -> None:
    connection.executescript(script)
    before = layout(connection)
    with pytest.raises(StoreError, match=says):
        migrate(connection, Path("a.db"))
    assert layout(connection) == before
