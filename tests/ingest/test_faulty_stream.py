"""A real camera behind a link that spoils its packets: the connection stays, and no time of it runs away."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from passerby.evals.faulty_link import SOFT, FaultyLink
from passerby.evals.rtsp_pieces import JUMP_S
from passerby.pixels.frame import RawFrame
from support.live_source import PATIENT, Watch
from support.rtsp import TestCamera, rtsp_camera
from support.video import write

pytestmark = pytest.mark.rtsp
# Sender reports come every 5 s: so many frames at 25 a second contain one. Other faults are in every packet.
WITH_REPORT, FRAMES = 150, 40


def check_times(frames: list[RawFrame], began_s: float) -> None:
    """Neither duration nor wall clock has taken part in a jump of an hour."""
    assert frames[-1].at.s - frames[0].at.s < time.monotonic() - began_s + JUMP_S / 4
    assert all(abs((frame.at.utc_ns or 0) - time.time_ns()) < JUMP_S / 4 * 1e9 for frame in frames)


@pytest.mark.parametrize("kind", sorted(SOFT))
def test_a_spoiled_stream_goes_on_without_a_gap(tmp_path: Path, kind: str) -> None:
    began_s = time.monotonic()
    with rtsp_camera(tmp_path) as camera, closing(FaultyLink(camera.port)) as link:
        watch = Watch(f"rtsp://127.0.0.1:{link.port_here}/cam", PATIENT)
        frames = watch.frames(10)
        link.begin(kind)
        frames += watch.frames(WITH_REPORT if kind.startswith("clock") else FRAMES)
        link.end()
        frames += watch.frames(25)
        assert watch.gaps == []
        assert len(link.accepted_s) == 1
        watch.end()
    check_times(frames, began_s)


def test_a_picture_size_that_changes_within_a_connection(tmp_path: Path) -> None:
    sizes = ((64, 48), (96, 64))
    parts = [write(tmp_path / f"{w}.h264", 20, wh=(w, h), format="h264").read_bytes() for w, h in sizes]
    video = tmp_path / "both.h264"
    video.write_bytes(b"".join(parts))
    with rtsp_camera(tmp_path) as running:
        running.kill()
        camera = TestCamera(video).start()
        try:
            watch = Watch(camera.url(), PATIENT)
            for wh in (*sizes, *sizes):
                watch.until(lambda item, wh=wh: isinstance(item, RawFrame) and item.wh == wh)  # type: ignore[misc]
            assert watch.gaps == []
            watch.end()
        finally:
            camera.kill()
