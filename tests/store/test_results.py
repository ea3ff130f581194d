from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.contracts.events import ZoneSample
from passerby.store import events, samples
from passerby.store.encode import event_from_line, event_line
from passerby.store.files import FileProgress, saved_marks
from passerby.store.formats import FLOWS, LINES, OCCUPANCY, ZONES
from passerby.store.results import DATABASE, ResultsStore, databases_in
from support.stored import EVENT, FLOW, HEALTH, LINE, PLACE, ZONE, an_end, an_event, csv_line
from support.unprivileged import open_folder, read_only


def read(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()


def test_everything_is_in_the_files_as_soon_as_put_returns(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "video"
    with ResultsStore(folder) as store:
        for _ in range(2):
            store.write_records([EVENT])
        for report in (ZONE, LINE, FLOW, PLACE, HEALTH):
            store.write_records([report])
        assert read(folder, "events.jsonl") == event_line(EVENT)
        assert read(folder, "zones.csv") == ZONES.header + csv_line(samples.ZONES, ZONE)
        assert read(folder, "lines.csv") == LINES.header + csv_line(samples.LINES, LINE)
        assert read(folder, "flows.csv") == FLOWS.header + csv_line(samples.FLOWS, FLOW)
        assert read(folder, "occupancy.csv") == OCCUPANCY.header + csv_line(samples.OCCUPANCY, PLACE)
        with store.reading() as connection:
            assert list(events.query(connection)) == [EVENT]
    assert sorted(p.name for p in folder.iterdir()) == [
        *("alarms.jsonl", "events.jsonl", "flows.csv", "lines.csv", "occupancy.csv", DATABASE, "zones.csv")
    ]


def test_threads_together_leave_files_that_equal_the_database(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:

        def put(camera: str) -> None:
            for n in range(60):
                store.write_records([an_event(f"{camera}{n}")])
                assert f'"{camera}{n}"'.encode() in read(tmp_path, "events.jsonl")

        threads = [threading.Thread(target=put, args=(camera,)) for camera in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.reading() as connection:
            stored = list(events.query(connection))
    assert len(stored) == 240
    assert [event_from_line(line) for line in read(tmp_path, "events.jsonl").splitlines()] == stored


def test_a_second_run_goes_on_and_knows_what_is_open(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        assert store.resume() == ()
        store.write_records([an_event("a")])
    with ResultsStore(tmp_path) as store:
        assert store.resume() == (an_event("a"),)
        store.write_records([an_end("a", 1)])
        assert store.resume() == ()
    assert read(tmp_path, "events.jsonl") == event_line(an_event("a")) + event_line(an_end("a", 1))


def test_fresh_replaces_an_earlier_run(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        store.write_records([an_event("a")])
        store.write_records([ZONE])
    (tmp_path / "redacted.mp4").write_bytes(b"not the store's")
    with ResultsStore(tmp_path, fresh=True) as store:
        assert store.resume() == ()
    assert read(tmp_path, "events.jsonl") == b""
    assert read(tmp_path, "zones.csv") == ZONES.header
    assert (tmp_path / "redacted.mp4").exists()


def test_a_lost_file_is_made_again(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        store.write_records([EVENT])
    (tmp_path / "events.jsonl").unlink()
    with ResultsStore(tmp_path):
        assert read(tmp_path, "events.jsonl") == event_line(EVENT)


def test_marks_are_saved_now_and_then_and_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passerby.store.results.MARK_EVERY", 3)
    with ResultsStore(tmp_path) as store:
        for n in range(4):
            store.write_records([an_event(str(n))])
        with store.reading() as connection:
            assert saved_marks(connection)["events.jsonl"].row == 3
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        size = (tmp_path / "events.jsonl").stat().st_size
        assert saved_marks(connection)["events.jsonl"] == FileProgress(4, size)
        assert saved_marks(connection)["lines.csv"] == FileProgress(0, len(LINES.header))


def test_a_folder_in_use_is_refused_with_the_holders_number(tmp_path: Path) -> None:
    with ResultsStore(tmp_path) as store:
        with pytest.raises(StoreError, match=rf"is in use by process {os.getpid()} \(passerby\.db\.lock\)"):
            ResultsStore(tmp_path, fresh=True)
        store.write_records([EVENT])
        assert store.resume() == (EVENT,)


def test_a_start_that_fails_lets_everything_go(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").mkdir()  # one of the files
    with pytest.raises(StoreError, match=r"lines\.csv cannot be written"):
        ResultsStore(tmp_path)
    held = [path.resolve() for path in Path("/proc/self/fd").iterdir()]
    assert [path for path in held if path.is_relative_to(tmp_path.resolve())] == []
    (tmp_path / "lines.csv").rmdir()
    ResultsStore(tmp_path).close()


def test_a_file_that_cannot_be_written_is_brought_up_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is what counts; its rows must not be written twice because a file could not."""

    def refuse(*_: object) -> None:
        raise StoreError("zones.csv cannot be written")

    with ResultsStore(tmp_path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(store._files[ZONES], "_write", refuse)
            store.write_records([ZONE])
        with store.reading() as connection:
            assert list(samples.query(connection, ZoneSample)) == [ZONE]
        store.write_records([an_event("a")])
        assert read(tmp_path, "zones.csv") == ZONES.header + csv_line(samples.ZONES, ZONE), "with the next write"


def test_a_file_that_stays_behind_is_an_error_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("zones.csv cannot be written")

    store = ResultsStore(tmp_path)
    monkeypatch.setattr(store._files[ZONES], "_write", refuse)
    store.write_records([ZONE])
    with pytest.raises(StoreError, match=r"zones\.csv cannot be written"):
        store.close()
    with ResultsStore(tmp_path):
        assert read(tmp_path, "zones.csv") == ZONES.header + csv_line(samples.ZONES, ZONE), (
            "the next start makes it whole"
        )


def test_a_closed_store_refuses(tmp_path: Path) -> None:
    store = ResultsStore(tmp_path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.write_records([EVENT])
    with pytest.raises(StoreError, match="is closed"):
        store.write_records([ZONE])


def test_closing_on_a_full_disk_still_closes(tmp_path: Path) -> None:
    store = ResultsStore(tmp_path)
    store.write_records([EVENT])
    with closing(sqlite3.connect(tmp_path / DATABASE, isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout = 0")
        store._database.execute_write(lambda c: c.execute("PRAGMA busy_timeout = 0").close())
        other.execute("BEGIN IMMEDIATE")  # the marks cannot be written
        store.close()
    with ResultsStore(tmp_path) as again:
        assert again.resume() == (EVENT,)
        assert read(tmp_path, "events.jsonl") == event_line(EVENT)


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with (
        open_folder() as folder,
        read_only(folder),
        pytest.raises(StoreError, match=r"out cannot be created \(Perm"),
    ):
        ResultsStore(folder / "out")


def test_where_results_are_found(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"contains no passerby\.db; give a results folder"):
        databases_in(tmp_path)
    for name in ("b", "a"):
        ResultsStore(tmp_path / name).close()
    assert databases_in(tmp_path) == (tmp_path / "a" / DATABASE, tmp_path / "b" / DATABASE)
    assert databases_in(tmp_path / "a") == (tmp_path / "a" / DATABASE,)
    assert databases_in(tmp_path / "a" / DATABASE) == (tmp_path / "a" / DATABASE,)
    with pytest.raises(StoreError, match=r"nowhere contains no passerby\.db"):
        databases_in(tmp_path / "nowhere")
