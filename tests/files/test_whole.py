"""A file is whole or absent, whatever happens while it is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerby.contracts.errors import StoreError
from passerby.files.whole import write_whole
from support.file_limit import file_size_limit
from support.unprivileged import open_folder, read_only
from support.waiting import until

CURE = "; free space or give another folder"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=30)
@given(contents=st.lists(st.binary(max_size=3000), min_size=1, max_size=4))
def test_the_last_content_is_there_and_nothing_else(tmp_path: Path, contents: list[bytes]) -> None:
    for data in contents:
        write_whole(tmp_path / "a.json", data)
    assert (tmp_path / "a.json").read_bytes() == contents[-1]
    assert names(tmp_path) == ["a.json"]


def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, b"old")
    with file_size_limit(500), pytest.raises(StoreError) as caught:
        write_whole(path, bytes(5000))
    assert str(caught.value) == f"{path} cannot be written (File too large){CURE}"
    assert (names(tmp_path), path.read_bytes()) == (["a.json"], b"old")


def test_a_vanished_folder_is_one_sentence_and_is_not_made_again(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "a.json"
    with pytest.raises(StoreError) as caught:
        write_whole(path, b"new")
    assert str(caught.value) == f"{path} cannot be written (No such file or directory){CURE}"
    assert names(tmp_path) == []


def test_a_folder_is_made_where_it_is_asked_for(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "c.jpg", b"new", make_folder=True)
    assert (tmp_path / "a" / "b" / "c.jpg").read_bytes() == b"new"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(StoreError, match=r"a/c\.jpg cannot be written \((File exists|Not a directory)\)"):
        write_whole(tmp_path / "a" / "c.jpg", b"new", make_folder=True)


def test_a_folder_that_may_not_be_written_is_one_sentence() -> None:
    with open_folder() as folder, read_only(folder), pytest.raises(StoreError, match="Permission denied"):
        write_whole(folder / "a.json", b"new")


def test_a_folder_in_the_files_place_is_one_sentence_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(StoreError, match=r"a\.json cannot be written \(Is a directory\)"):
        write_whole(tmp_path / "a.json", b"new")
    assert names(tmp_path) == ["a.json"]


def test_the_content_is_on_the_disk_before_it_gets_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, waited = tmp_path / "a.json", []
    write_whole(path, b"old")
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda fd: (waited.append((path.read_bytes(), os.fstat(fd).st_size)), fsync(fd))
    )
    write_whole(path, b"newer")
    assert waited == [(b"old", 5)]


WRITER = """
import sys
from pathlib import Path
from passerby.files.whole import write_whole
number = 0
while True:
    number += 1
    write_whole(Path(sys.argv[1]), str(number).encode().ljust(400_000, b"."))
"""


def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for wait_s in (0.0, 0.013, 0.031):
        path.unlink(missing_ok=True)
        with subprocess.Popen([sys.executable, "-c", WRITER, path]) as writer:
            until(path.exists)
            time.sleep(wait_s)
            writer.send_signal(signal.SIGKILL)
        data = path.read_bytes()
        assert len(data) == 400_000
        assert int(data.rstrip(b".")) >= 1
    write_whole(path, b"new")
    assert names(tmp_path) == ["a.json"], "what the killed one left is taken over"
