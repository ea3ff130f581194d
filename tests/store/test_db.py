from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import passerby
from passerby.contracts.errors import StoreError
from passerby.store.db import Database
from support.file_limit import file_size_limit
from support.waiting import PATIENCE_S


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "passerby.db", busy_timeout_s=PATIENCE_S) as made:
        made.execute_write(lambda c: c.execute("CREATE TABLE t (x INTEGER, blob BLOB) STRICT").close())
        yield made


def add(x: int, blob: bytes = b"") -> object:
    return lambda c: c.execute("INSERT INTO t VALUES (?, ?)", (x, blob)).rowcount


def kept(database: Database) -> list[int]:
    with database.reading() as connection:
        return [x for (x,) in connection.execute("SELECT x FROM t ORDER BY rowid")]


def test_a_write_returns_its_result_once_others_can_read_it(database: Database) -> None:
    assert database.execute_write(add(1)) == 1
    assert kept(database) == [1]


def test_every_write_runs_on_the_one_thread(database: Database) -> None:
    seen = {database.execute_write(lambda c: threading.get_ident()) for _ in range(3)}
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_a_write_that_raises_is_undone_and_the_next_one_works(database: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (1, x'')")
        raise ZeroDivisionError("a fault of the caller's")

    with pytest.raises(ZeroDivisionError, match="a fault of the caller's"):
        database.execute_write(half)
    with pytest.raises(StoreError, match=r"passerby\.db: no such table: nowhere"):
        database.execute_write(lambda c: c.execute("INSERT INTO nowhere VALUES (1)"))
    database.execute_write(add(2))
    assert kept(database) == [2]


def test_a_full_disk_loses_nothing_and_heals(database: Database) -> None:
    database.execute_write(add(1))
    pages = database.execute_write(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    database.execute_write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 1}").close())
    with pytest.raises(StoreError, match="the disk is full; free some space; the written data is safe"):
        database.execute_write(add(2, bytes(100_000)))
    database.execute_write(lambda c: c.execute("PRAGMA max_page_count = 1000000").close())
    database.execute_write(add(3, bytes(100_000)))
    assert kept(database) == [1, 3]


def test_a_file_the_system_will_not_grow_loses_nothing_and_heals(database: Database) -> None:
    database.execute_write(add(1))
    with file_size_limit(200_000), pytest.raises(StoreError, match="the disk reports an error"):
        database.execute_write(add(2, bytes(1_000_000)))
    database.execute_write(add(3, bytes(1_000_000)))
    assert kept(database) == [1, 3]


def test_another_programs_transaction_is_named_not_waited_for_forever(database: Database) -> None:
    database.execute_write(lambda c: c.execute("PRAGMA busy_timeout = 50").close())
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another program; close that program"):
            database.execute_write(add(1))
        other.execute("ROLLBACK")
    database.execute_write(add(2))
    assert kept(database) == [2]


def test_readers_see_whole_writes_while_writing_goes_on(database: Database) -> None:
    stop, seen = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            seen.append(len(kept(database)))

    reader = threading.Thread(target=read)
    reader.start()
    for x in range(0, 200, 2):  # two rows a transaction
        database.execute_write(
            lambda c, x=x: c.executemany("INSERT INTO t VALUES (?, x'')", [(x,), (x + 1,)]).close()
        )
    stop.set()
    reader.join()
    assert kept(database) == list(range(200))
    assert seen == sorted(seen)
    assert all(count % 2 == 0 for count in seen)


def test_close_finishes_what_is_queued_and_then_refuses(database: Database) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        begun.set()
        go.wait(PATIENCE_S)
        connection.execute("INSERT INTO t VALUES (0, x'')")

    writers = [threading.Thread(target=database.execute_write, args=(slow,))]
    writers[0].start()
    assert begun.wait(PATIENCE_S)
    for x in range(1, 4):
        writers.append(threading.Thread(target=database.execute_write, args=(add(x),)))
        writers[-1].start()
    while database._jobs.qsize() < 3:
        pass
    closer = threading.Thread(target=database.close)
    closer.start()
    go.set()
    for thread in (*writers, closer):
        thread.join(PATIENCE_S)
    with pytest.raises(StoreError, match="is closed; nothing more can be written"):
        database.execute_write(add(9))
    database.close()
    with Database(database.path) as again:
        assert sorted(kept(again)) == [0, 1, 2, 3]


def queued(database: Database, jobs: list[object]) -> list[object]:
    """Run jobs that were all waiting when the writer came to them; return each one's result or error."""
    begun, go, outcomes = threading.Event(), threading.Event(), {}

    def hold(connection: sqlite3.Connection) -> None:
        begun.set()
        go.wait(PATIENCE_S)

    def run(number: int, job: object) -> None:
        try:
            outcomes[number] = database.execute_write(job)
        except Exception as error:
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate([hold, *jobs])]
    threads[0].start()
    assert begun.wait(PATIENCE_S)
    for thread in threads[1:]:
        before = database._jobs.qsize()
        thread.start()
        while database._jobs.qsize() == before:
            pass
    go.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    return [outcomes[number] for number in range(1, len(threads))]


def test_jobs_that_wait_share_a_commit_and_one_that_fails_fails_alone(database: Database) -> None:
    commits = []
    database._connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (77, x'')")
        connection.execute("INSERT INTO t VALUES ('no number', x'')")

    first, failed, last = queued(database, [add(1), half, add(3)])
    assert (first, last) == (1, 1)
    assert isinstance(failed, StoreError)
    assert "cannot store TEXT value in INTEGER column" in str(failed)
    assert kept(database) == [1, 3]
    assert len(commits) == 2  # the one that held the others up, and theirs


def test_a_commit_that_fails_fails_for_all_who_shared_it(database: Database) -> None:
    pages = database.execute_write(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    database.execute_write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 1}").close())
    outcomes = queued(database, [add(1), add(2, bytes(100_000)), add(3)])
    stored = kept(database)
    reported = [x for x, outcome in enumerate(outcomes, start=1) if outcome == 1]
    assert stored == reported  # whoever was reported "done" is there, nobody else is
    assert isinstance(outcomes[1], StoreError)
    assert "the disk is full" in str(outcomes[1])
    database.execute_write(lambda c: c.execute("PRAGMA max_page_count = 1000000").close())
    database.execute_write(add(4, bytes(100_000)))
    assert kept(database) == [*stored, 4]


def test_one_database_one_holder(database: Database) -> None:
    with pytest.raises(StoreError, match=rf"in use by process {os.getpid()} \(passerby.db.lock\)"):
        Database(database.path)
    assert database.execute_write(add(1)) == 1


def test_fresh_drops_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "passerby.db"
    with Database(path) as first:
        first.execute_write(lambda c: c.execute("CREATE TABLE t (x INTEGER)").close())
    with Database(path, fresh=True) as second, second.reading() as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 't'").fetchall() == []


@pytest.mark.parametrize("content", [b"x" * 5000, None], ids=["no database", "a folder"])
def test_a_wrong_file_is_refused_untouched_and_left_unlocked(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "passerby.db"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(StoreError, match=r"passerby\.db is (not a database|a folder)"):
        Database(path)
    assert [p.name for p in tmp_path.iterdir()] == ["passerby.db"]
    assert content is None or path.read_bytes() == content


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere is not a folder; create it first"):
        Database(tmp_path / "nowhere" / "passerby.db")


def test_fifty_openings_leave_nothing_behind(tmp_path: Path) -> None:
    def held() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    before = held()
    for _ in range(50):
        with Database(tmp_path / "passerby.db") as database, database.reading() as connection:
            connection.execute("SELECT count(*) FROM event").fetchone()
    # Threads of an earlier test may end meanwhile.
    assert all(now <= then for now, then in zip(held(), before, strict=True))
    assert [p.name for p in tmp_path.iterdir()] == ["passerby.db"]


def test_no_statement_numbers_its_placeholders() -> None:
    """Python 3.12 warns of `?1` with a sequence of values, and 3.14 refuses it; 3.11 takes it without a word."""
    numbered = re.compile(r"\?[1-9]\b")
    source = Path(passerby.__file__).parent
    assert [str(path) for path in source.rglob("*.py") if numbered.search(path.read_text("utf-8"))] == []
    assert numbered.search("SELECT x FROM t WHERE y = ?1") is not None
