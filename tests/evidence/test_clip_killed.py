"""kill -9 at random moments while clips are being written: every file plays up to its last fragment."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from support import clipping
from support.clipping import SECONDS

TESTS = Path(clipping.__file__).parents[1]
TRIES = 30
MOST_PICTURES = 5 * 4 * (SECONDS + 10)  # of five clips


def killed_after(folder: Path, pictures: int, seconds: float) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])}
    with subprocess.Popen(
        [sys.executable, clipping.__file__, str(folder)], stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout is not None
        for _ in range(pictures):
            assert child.stdout.readline()
        time.sleep(seconds)
        child.kill()
    assert child.returncode == -9


def times(path: Path) -> list[float]:
    """The times of all pictures; none for a file that was killed before its first fragment."""
    try:
        with av.open(str(path)) as file:
            return [frame.time for frame in file.decode(video=0)]
    except av.error.InvalidDataError:
        return []


def assert_plays(folder: Path) -> tuple[int, int]:
    """Decode every clip; return how many there are and how many have no picture yet."""
    clips = sorted((folder / "clips").glob("*.mp4"), key=lambda p: int(p.stem.split("-")[1]))
    lengths = []
    for path in clips:
        shown = times(path)
        assert shown == pytest.approx([n / 4 for n in range(len(shown))], abs=0.002), "no picture is missing"
        lengths.append(len(shown))
    # Two are with the writer at the most: the one being written and the one being finished.
    assert all(n >= 4 * SECONDS for n in lengths[:-2])
    return len(lengths), lengths.count(0)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_at_random_moments(tmp_path: Path) -> None:
    chance, clips, empty = random.Random(20260301), 0, 0
    for attempt in range(TRIES):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        killed_after(folder, chance.randint(1, MOST_PICTURES), chance.uniform(0.0, 0.1))
        found, without = assert_plays(folder)
        clips, empty = clips + found, empty + without
    assert clips >= TRIES
    assert empty < clips / 2, "most were killed in the middle, not before the first fragment"
