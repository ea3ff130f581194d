"""The disk of the results folder: whether it can be written, how fast, and how much is free."""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from passerby.app.doctor.finding import Finding, note, ok, problem

BLOCK, BLOCKS, COMMITS = b"\0" * 1_000_000, 32, 15
# Redacted video and clips of 16 cameras, with a reserve.
LEAST_MB_S = 10.0
# Events are committed within 100 ms.
MOST_COMMIT_MS = 100.0
_ANOTHER = "use a solid-state disk, or another folder (data_dir)"


def disk(folder: Path, least_free_mb: int) -> Iterator[Finding]:
    """Yield the findings on a folder, or on the nearest one above it that exists."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    free_mb = shutil.disk_usage(there).free / 1e6
    what = f"{free_mb / 1000:.1f} GB free for results"
    if free_mb < least_free_mb:
        cure = f"free space: below {least_free_mb} MB (retention.free_mb) evidence is removed before its time"
        yield problem("disk", what, cure)
    else:
        yield ok("disk", what)
    try:
        with TemporaryFile(dir=there) as file:
            mb_s, commit_ms = _speed(file)
    except OSError as error:
        cure = "give this user the right to write there, free space, or choose another folder (data_dir)"
        yield problem("disk", f"the results folder cannot be written ({error.strerror})", cure)
        return
    yield _judged(mb_s, commit_ms)


def _judged(mb_s: float, commit_ms: float) -> Finding:
    what = f"writes {mb_s:.0f} MB/s, and needs {commit_ms:.1f} ms to make a small change safe"
    if mb_s < LEAST_MB_S or commit_ms > MOST_COMMIT_MS:
        return note("disk", f"{what}: slow for several cameras", _ANOTHER)
    return ok("disk", what)


def _speed(file: IO[bytes]) -> tuple[float, float]:
    """Return megabytes per second, and the median time of a small write that reaches the disk, ms."""
    began_s = time.perf_counter()
    for _ in range(BLOCKS):
        file.write(BLOCK)
    _sync(file)
    mb_s = BLOCKS * len(BLOCK) / 1e6 / (time.perf_counter() - began_s)
    took = []
    for _ in range(COMMITS):
        began_s = time.perf_counter()
        file.write(BLOCK[:4096])
        _sync(file)
        took.append(1000 * (time.perf_counter() - began_s))
    return mb_s, statistics.median(took)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
