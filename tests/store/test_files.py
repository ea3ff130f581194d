from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.contracts.errors import StoreError
from passerby.store import events, samples
from passerby.store.encode import event_line
from passerby.store.files import FileProgress, FollowingFile, save_mark, saved_marks
from passerby.store.formats import EVENTS, LINES, ZONES
from passerby.store.migrations import migrate
from support.file_limit import file_size_limit
from support.stored import ZONE, an_event, csv_line

LINE_OF = [event_line(an_event(str(n))) for n in range(3)]
WHOLE = b"".join(LINE_OF)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """A database with three events."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made, Path("memory"))
        for n in range(3):
            events.append(made, an_event(str(n)))
        yield made


def followed(folder: Path, connection: sqlite3.Connection, known: FileProgress | None = None) -> bytes:
    """Open and close events.jsonl; return what it holds then."""
    with closing(FollowingFile(folder, EVENTS, connection, known)):
        pass
    return (folder / "events.jsonl").read_bytes()


def test_a_new_file_holds_every_row_and_then_follows(tmp_path: Path, connection: sqlite3.Connection) -> None:
    with closing(FollowingFile(tmp_path, EVENTS, connection)) as file:
        assert (tmp_path / "events.jsonl").read_bytes() == WHOLE
        events.append(connection, an_event("new"))
        file.follow()
        file.follow()  # nothing new
        assert (tmp_path / "events.jsonl").read_bytes() == WHOLE + event_line(an_event("new"))


def test_a_table_without_rows_gives_a_file_with_a_header(tmp_path: Path, connection: sqlite3.Connection) -> None:
    with closing(FollowingFile(tmp_path, ZONES, connection)) as file:
        assert (tmp_path / "zones.csv").read_bytes() == ZONES.header
        samples.append(connection, ZONE)
        file.follow()
    with closing(FollowingFile(tmp_path, LINES, connection)):
        assert (tmp_path / "lines.csv").read_bytes() == LINES.header
    assert (tmp_path / "zones.csv").read_bytes() == ZONES.header + csv_line(samples.ZONES, ZONE)


def test_more_rows_than_one_chunk(
    tmp_path: Path, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("passerby.store.files.CHUNK_ROWS", 2)
    assert followed(tmp_path, connection) == WHOLE
    assert followed(tmp_path, connection) == WHOLE


def test_a_crash_at_any_byte_is_mended(tmp_path: Path, connection: sqlite3.Connection) -> None:
    last = len(WHOLE) - len(LINE_OF[-1])
    for cut in (*range(0, last, 25), *range(last, len(WHOLE) + 1)):
        (tmp_path / "events.jsonl").write_bytes(WHOLE[:cut])
        assert followed(tmp_path, connection) == WHOLE


@pytest.mark.parametrize(
    "found",
    [
        WHOLE + b'{"id": "3", "se',  # torn behind the last row
        WHOLE + event_line(an_event("never committed")),
        WHOLE + WHOLE,
        LINE_OF[0] + LINE_OF[0] + LINE_OF[1],  # a doubled line
        LINE_OF[0] + LINE_OF[2],  # a lost line
        LINE_OF[1] + LINE_OF[0] + LINE_OF[2],
        b"\0" * len(WHOLE),  # what a power cut leaves on some file systems
        WHOLE.replace(b"\n", b"\r\n"),
    ],
)
def test_what_does_not_agree_is_replaced(tmp_path: Path, connection: sqlite3.Connection, found: bytes) -> None:
    (tmp_path / "events.jsonl").write_bytes(found)
    assert followed(tmp_path, connection) == WHOLE


@given(keep=st.integers(0, len(WHOLE)), junk=st.binary(max_size=300), marked=st.integers(0, 3))
def test_whatever_is_found_becomes_the_table(
    tmp_path_factory: pytest.TempPathFactory, keep: int, junk: bytes, marked: int
) -> None:
    folder = tmp_path_factory.mktemp("found")
    (folder / "events.jsonl").write_bytes(WHOLE[:keep] + junk)
    known = FileProgress(marked, sum(len(line) for line in LINE_OF[:marked]))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, Path("memory"))
        for n in range(3):
            events.append(connection, an_event(str(n)))
        assert followed(folder, connection, known) == WHOLE


def test_a_mark_spares_comparing_what_lies_before_it(tmp_path: Path, connection: sqlite3.Connection) -> None:
    edited = WHOLE.replace(b"platform-1", b"platform-9", 1)
    mark = FileProgress(2, len(LINE_OF[0]) + len(LINE_OF[1]))
    (tmp_path / "events.jsonl").write_bytes(edited)
    assert followed(tmp_path, connection, mark) == edited
    assert followed(tmp_path, connection) == WHOLE


@pytest.mark.parametrize(
    "mark",
    [
        FileProgress(2, len(LINE_OF[0])),  # row 2 does not end there
        FileProgress(1, 10**9),  # beyond the file
        FileProgress(9, len(WHOLE)),  # no such row
        FileProgress(0, 0),
        FileProgress(-1, 0),
        FileProgress(3, 5),  # too short to hold the row
    ],
)
def test_a_mark_that_does_not_hold_is_not_trusted(
    tmp_path: Path, connection: sqlite3.Connection, mark: FileProgress
) -> None:
    (tmp_path / "events.jsonl").write_bytes(WHOLE.replace(b"platform-1", b"platform-9", 1))
    assert followed(tmp_path, connection, mark) == WHOLE


def test_marks_are_kept_and_replaced(connection: sqlite3.Connection) -> None:
    assert saved_marks(connection) == {}
    for mark in (FileProgress(1, 300), FileProgress(2, 600)):
        save_mark(connection, "events.jsonl", mark)
    assert saved_marks(connection) == {"events.jsonl": FileProgress(2, 600)}


def test_a_full_disk_tears_no_line_and_the_rest_follows(tmp_path: Path, connection: sqlite3.Connection) -> None:
    path = tmp_path / "events.jsonl"
    with closing(FollowingFile(tmp_path, EVENTS, connection)) as file:
        events.append(connection, an_event("late"))
        with file_size_limit(len(WHOLE) + 50):  # half of the line still fits
            for _ in range(2):
                with pytest.raises(
                    StoreError, match=r"events.jsonl cannot be written \(File too large\); free space"
                ):
                    file.follow()
                assert path.read_bytes() == WHOLE
        file.follow()
        assert path.read_bytes() == WHOLE + event_line(an_event("late"))


def test_a_folder_in_the_way_is_named(tmp_path: Path, connection: sqlite3.Connection) -> None:
    (tmp_path / "events.jsonl").mkdir()
    with pytest.raises(StoreError, match=r"events.jsonl cannot be written \(Is a directory\)"):
        FollowingFile(tmp_path, EVENTS, connection)


def test_a_file_with_lines_that_the_table_does_not_have_is_kept_aside(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    """After the loss of a database its events are in this file only."""
    lost = event_line(an_event("of a lost database"))
    (tmp_path / "events.jsonl").write_bytes(LINE_OF[0] + lost)
    assert followed(tmp_path, connection) == WHOLE
    (aside,) = tmp_path.glob("events.jsonl.before-*")
    assert aside.read_bytes() == LINE_OF[0] + lost


def test_a_truncated_last_line_is_completed_and_kept_nowhere_else(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    (tmp_path / "events.jsonl").write_bytes(LINE_OF[0] + LINE_OF[1][:20])
    assert followed(tmp_path, connection) == WHOLE
    assert not list(tmp_path.glob("*.before-*"))
