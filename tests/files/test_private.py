"""Files and folders are their owner's alone, whatever the umask is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from passerby.files.private import make_folder, private
from passerby.files.whole import write_whole

UMASKS = pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o277])


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@UMASKS
def test_new_files_and_folders(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        make_folder(tmp_path / "a" / "b")
        with open(tmp_path / "a" / "b" / "f", "w", opener=private) as file:
            file.write("x")
        write_whole(tmp_path / "a" / "b" / "whole", b"x")
    modes = {path.name: mode(path) for path in (tmp_path / "a").rglob("*")}
    assert (mode(tmp_path / "a"), modes) == (0o700, {"b": 0o700, "f": 0o600, "whole": 0o600})


def test_a_folder_that_was_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    make_folder(tmp_path / "shared" / "own")
    assert (mode(tmp_path / "shared"), mode(tmp_path / "shared" / "own")) == (0o755, 0o700)


def test_a_file_of_an_earlier_version_loses_the_rights_of_others(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("old")
    path.chmod(0o644)
    open(path, "r+", opener=private).close()
    assert (mode(path), path.read_text()) == (0o600, "old")


def test_what_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with pytest.raises(OSError, match="f"):
        make_folder(tmp_path / "f" / "below")
    with pytest.raises(NotADirectoryError):
        make_folder(tmp_path / "f")
    with pytest.raises(FileNotFoundError):
        make_folder(tmp_path / "gone" / "stills", parents=False)
