from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from passerby.contracts.errors import StoreError
from passerby.store.lock import FileLock

HOLD = """
import sys, pathlib
from passerby.store.lock import FileLock
lock = FileLock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
lock.release()
"""


def test_a_second_holder_is_reported_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = FileLock(path)
    with pytest.raises(StoreError, match=rf"{tmp_path} is in use by process {os.getpid()} \(lock\); stop it"):
        FileLock(path)
    lock.release()
    assert not path.exists()
    FileLock(path).release()


@pytest.mark.parametrize("killed", [False, True], ids=["ends", "is killed"])
def test_another_process_holds_it_until_it(tmp_path: Path, killed: bool) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=f"in use by process {holder.pid} "):
            FileLock(path)
        if killed:
            holder.kill()
        holder.communicate()
    assert path.exists() == killed  # what is left of the killed one guards nothing
    FileLock(path).release()


def test_a_lock_file_removed_meanwhile_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The last holder removes the file after we opened it and before we locked it.
    path, opened = tmp_path / "lock", []
    really_open = os.open

    def open_then_lose(*args: object) -> int:
        fd = really_open(*args)  # type: ignore[arg-type]
        opened.append(fd)
        if len(opened) == 1:
            path.unlink()
        return fd

    monkeypatch.setattr(os, "open", open_then_lose)
    lock = FileLock(path)
    assert len(opened) == 2
    assert path.read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere cannot be written \(No such file or directory\)"):
        FileLock(tmp_path / "nowhere" / "lock")
