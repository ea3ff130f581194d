from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from support.video import write

PROGRAM = """
import resource, sys, threading
from passerby.ingest.file import FileSource
from passerby.ingest.heap import keep_freed_pictures
assert keep_freed_pictures()
faults = []
for frame in FileSource(sys.argv[1], "hall").frames(threading.Event()):
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
print((faults[-1] - faults[20]) / (len(faults) - 21))
"""


def faults_per_frame(video: Path) -> float:
    command = [sys.executable, "-c", PROGRAM, str(video)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library is not glibc")
def test_freed_pictures_cost_no_page_faults(tmp_path: Path) -> None:
    video = write(tmp_path / "hd.mp4", 60, wh=(1920, 1080))
    # About 1,000 without, where this was written; other versions of the C library may keep them anyway.
    assert faults_per_frame(video) < 50


HOLES = """
from pathlib import Path
from passerby.ingest.heap import keep_freed_pictures, return_freed_memory
def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
assert keep_freed_pictures()
blocks = [bytes([n % 255 + 1]) * 1_000_000 for n in range(200)]
last = bytes(1) * 1_000_000  # above the blocks, so that the end of the heap stays in use
del blocks
before = resident_mb()
assert return_freed_memory()
print(before - resident_mb())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc")
def test_freed_memory_between_used_memory_is_returned() -> None:
    answer = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert float(answer.stdout) > 150, "of 200 MB"
