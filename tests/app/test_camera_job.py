from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from passerby.app.camera_job import CameraJob
from passerby.camera.schedule import WallClock
from passerby.contracts.config import Camera, Unit
from passerby.contracts.errors import InputError
from passerby.ingest.substream import Substream
from support.clock import FakeClock
from support.fakes import ColourDetector

MAIN, SUB = "rtsp://camera/1", "rtsp://camera/2"


class AskedError(InputError):
    """Ends the work of the job when its source is to be opened."""


@pytest.mark.parametrize("substream", [None, SUB])
def test_a_camera_is_opened_with_its_substream(tmp_path: Path, substream: str | None) -> None:
    camera = Camera(name="hall", source=MAIN, substream=substream, picture_px=(1920, 1080))
    asked: dict[str, Any] = {}

    def opener(source: str, name: str, **more: Any) -> Any:
        asked.update(source=source, **more)
        raise AskedError

    job = CameraJob(
        camera, Unit(station="s", cameras=(camera,)), tmp_path, None, None, ColourDetector(), FakeClock(),
        WallClock(), lambda: None, opener=opener,
    )  # type: ignore[arg-type]  # fmt: skip
    with pytest.raises(AskedError):
        job.work(threading.Event())
    assert asked["source"] == MAIN
    found = asked["substream"]
    if substream is None:
        assert found is None
    else:
        assert isinstance(found, Substream)
        assert found.address == SUB
        assert "aspect ratio" in (found.fault((640, 480)) or "")
