from __future__ import annotations

from pathlib import Path

import pytest

from passerby.contracts.errors import InputError, StreamLost
from passerby.evals.ports import free_port
from passerby.ingest.file import FileSource
from passerby.ingest.open import open_source, probe
from passerby.ingest.reconnect import LiveSource
from support.clock import FakeClock
from support.video import write
from support.waiting import PATIENCE_S


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("rtsp://cam/1", LiveSource),
        ("RTSPS://cam/1", LiveSource),
        ("video.mp4", FileSource),
        ("/a/b:c.mp4", FileSource),
        ("", FileSource),
    ],
)
def test_an_address_is_live_and_the_rest_are_files(source: str, kind: type) -> None:
    assert isinstance(open_source(source, "hall", clock=FakeClock()), kind)


@pytest.mark.parametrize("source", ["http://user:s3cret@cam/video.mjpg", "udp://@:5000", "file:///a.mp4"])
def test_other_addresses_are_refused_without_showing_a_password(source: str) -> None:
    for attempt in (lambda: open_source(source, "hall", clock=FakeClock()), lambda: probe(source)):
        with pytest.raises(InputError, match="addresses are not read") as caught:
            attempt()
        assert "s3cret" not in str(caught.value)


def test_the_assumed_rate_reaches_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h264", 5, format="h264")
    source = open_source(str(path), "hall", clock=FakeClock(), assumed_fps=7)
    assert source.open().fps == 7
    source.close()


def test_probe_looks_and_lets_go(tmp_path: Path) -> None:
    assert probe(str(write(tmp_path / "a.mp4", 5))).frames == 5


def test_probe_of_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no such file"):
        probe("none.mp4")


def test_probe_of_a_camera_that_is_not_there() -> None:
    with pytest.raises(StreamLost, match="accepts no connection"):
        probe(f"rtsp://127.0.0.1:{free_port()}/cam", open_s=PATIENCE_S, read_s=PATIENCE_S)
