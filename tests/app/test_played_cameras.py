"""Played cameras: the latencies that they note."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from passerby.app.played_cameras import ADDRESS, PlayedCameras
from support.clock import MachineClock
from support.video import write


def test_latencies_are_noted_for_the_time_in_which_a_frame_was_finished(tmp_path: Path) -> None:
    video = write(tmp_path / "hall.mp4", frames=10)
    played = PlayedCameras((str(video),), tmp_path)
    began_s, stop = time.monotonic(), threading.Event()
    source = played(f"{ADDRESS}3", "hall", clock=MachineClock())
    for taken, _ in enumerate(source.frames(stop), 1):
        if taken == 4:
            stop.set()
    source.close()
    found = played.latencies_s(began_s, time.monotonic())
    assert len(found) >= 3
    assert min(found) >= 0
    assert played.latencies_s(0.0, began_s) == []
