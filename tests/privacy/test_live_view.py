"""The live view of a running unit shows nobody, in every state of a camera: before a background, and after."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from passerby.app import running_unit
from passerby.app.clock import SystemClock
from passerby.app.running_unit import RunningUnit
from passerby.app.unit_file import UnitFile, load_unit
from passerby.camera import live_tile
from passerby.store.results import ResultsStore
from support import stage
from support.fakes import ColourDetector
from support.figures import film, leaked
from support.stage import CAST, SECONDS


@pytest.mark.parametrize("mode", ["silhouette", "solid", "schematic"])
def test_a_viewer_who_watches_all_the_time_sees_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(live_tile, "MOST_FPS", 1e9)  # every picture, not four a second
    monkeypatch.setattr(running_unit, "announce", lambda *_: None)
    video = film(tmp_path / "v.mp4", CAST, SECONDS)
    path = stage.unit(tmp_path / "unit.yaml", {"source": str(video), "redaction": {"mode": mode}})
    seen: dict[int, bytes] = {}
    with ResultsStore(tmp_path / "out") as store:
        unit = RunningUnit(load_unit(path), tmp_path / "out", store, ColourDetector(), SystemClock())
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                picture = unit.live.picture("platform-1")
                if picture is not None:
                    seen[picture.number] = picture.jpeg
                over.wait(0.001)

        viewer = threading.Thread(target=watch)
        viewer.start()
        try:
            unit.run(threading.Event(), threading.Event(), UnitFile(path, store))
        finally:
            over.set()
            viewer.join()
    pictures = [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) for data in seen.values()]
    assert len(pictures) > 10
    assert sum(leaked(picture) for picture in pictures) == 0
