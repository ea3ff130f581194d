from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from passerby.contracts.alarms import Shelf
from passerby.contracts.errors import StoreError
from passerby.store.shelves import SHELVES, Shelves, load, save
from support.unprivileged import open_folder, read_only

SHELF = Shelf("2026-03-01T08:00:00.000Z", "sun — on the lens", "kim", camera="platform 1", kind="loitering")


def test_what_is_saved_is_seen_by_a_running_unit(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path)
    assert shelves() == ()
    save(tmp_path / SHELVES, [SHELF])
    assert shelves() == (SHELF,)
    save(tmp_path / SHELVES, [])
    assert shelves() == ()
    (tmp_path / SHELVES).unlink()
    assert shelves() == ()


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / SHELVES
    save(path, [SHELF])
    shelves = Shelves(tmp_path)
    assert shelves() == (SHELF,)
    stat = path.stat()
    path.write_bytes(b"x" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert shelves() == (SHELF,)


BROKEN = ["{", "[1]", '[{"until_utc": "soon", "reason": "r", "by": "b"}]', '[{"reason": "r"}]', "\udcff"]


@pytest.mark.parametrize("text", BROKEN)
def test_a_damaged_file_shelves_nothing_and_says_so(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / SHELVES).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(StoreError, match=r"shelves.json cannot be read .* remove it and shelve the alarms again"):
        load(tmp_path / SHELVES)
    with caplog.at_level(logging.WARNING):
        assert Shelves(tmp_path)() == ()
    assert "no alarm is shelved" in caplog.text


def test_a_folder_that_cannot_be_written() -> None:
    with open_folder() as folder, read_only(folder), pytest.raises(StoreError, match="cannot be written"):
        save(folder / SHELVES, [SHELF])
