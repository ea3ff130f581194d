"""A small disk that can be filled to its last byte."""

from __future__ import annotations

import errno
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MOUNT, UMOUNT = shutil.which("mount") or "mount", shutil.which("umount") or "umount"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of that size at `folder`. Skips the test where this user may not mount one."""
    folder.mkdir()
    command = [MOUNT, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a file system in memory can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run([UMOUNT, "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte is free on the disk of `folder` for the length of a with block."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            _fill(file.write, bytes(size))
        try:
            yield
        finally:
            filler.unlink()


def _fill(write: Callable[[bytes], int | None], block: bytes) -> None:
    while True:
        try:
            write(block)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                return
            raise
