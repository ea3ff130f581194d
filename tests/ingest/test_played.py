from __future__ import annotations

import threading
import time
from collections.abc import Generator
from itertools import islice, pairwise
from pathlib import Path

import pytest

from passerby.contracts.closing import Closing
from passerby.contracts.errors import StreamLost
from passerby.ingest.played import PlayedVideo
from passerby.ingest.reconnect import LiveSource
from passerby.ingest.rtsp import Shot
from passerby.ingest.source import IsIdle, Losses, SourceInfo, never_idle
from passerby.pixels.frame import RawFrame
from support.clock import FakeClock, MachineClock
from support.video import number_of, sound_only, write


def test_a_video_plays_again_and_time_goes_on(tmp_path: Path) -> None:
    with PlayedVideo(str(write(tmp_path / "a.mp4", 5, fps=25))) as video:
        shots = list(islice(video.shots(Losses()), 12))
        assert video.info.wh == (64, 48)
    seen = [number_of(shot.frame.to_ndarray(format="bgr24")) for shot in shots]
    assert seen == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]
    steps_ns = [b.pts_ns - a.pts_ns for a, b in pairwise(shots) if a.pts_ns is not None and b.pts_ns is not None]
    assert steps_ns == pytest.approx([40_000_000] * 11, abs=1_000_000)


def test_a_video_starts_at_a_part_of_its_duration_and_waits_for_its_time(tmp_path: Path) -> None:
    """The key frame before it is shown first, as much later as it lies before it, as if the camera ran already."""
    path = write(tmp_path / "a.mp4", 30, fps=25, codec_options={"g": "12"})
    began_s = time.monotonic()
    with PlayedVideo(str(path), 0.7) as video:
        shots = list(islice(video.shots(Losses()), 7))
    seen = [number_of(shot.frame.to_ndarray(format="bgr24")) for shot in shots]
    assert seen == [13, 14, 15, 16, 17, 18, 19], "the second group of twelve"
    assert shots[0].pts_ns == 0
    assert time.monotonic() - began_s >= 0.7 * 1.2 - 12 / 25 + 6 / 25 - 0.01


def test_a_closed_video_ends(tmp_path: Path) -> None:
    video = PlayedVideo(str(write(tmp_path / "a.mp4", 2, pts_ms=(0, 3_600_000))))
    shots = video.shots(Losses())
    assert next(shots).pts_ns == 0
    threading.Timer(0.05, video.close).start()
    assert next(shots, None) is None, "without waiting for a picture that is due in an hour"
    video.close()


def test_other_threads_may_close_a_video_while_it_is_read(tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.mp4", 2, pts_ms=(0, 3_600_000)))
    for _ in range(200):
        video = PlayedVideo(path)
        shots = video.shots(Losses())
        next(shots)
        closers = [threading.Thread(target=video.close) for _ in range(2)]
        for closer in closers:
            closer.start()
        assert next(shots, None) is None
        for closer in closers:
            closer.join()


def test_what_cannot_be_played_is_named(tmp_path: Path) -> None:
    with pytest.raises(StreamLost, match=r"none\.mp4 cannot be played"):
        PlayedVideo(str(tmp_path / "none.mp4"))
    with pytest.raises(StreamLost, match="contains no video"):
        PlayedVideo(str(sound_only(tmp_path / "sound.mp4")))


def test_a_live_source_plays_a_video_as_a_camera(tmp_path: Path) -> None:
    path, stop = write(tmp_path / "a.mp4", 5, fps=25), threading.Event()
    source = LiveSource(
        "rtsp://played.invalid/0", "hall", MachineClock(), connect=lambda *_: PlayedVideo(str(path))
    )
    frames = (item for item in source.frames(stop) if isinstance(item, RawFrame))
    found = list(islice(frames, 8))
    stop.set()
    assert all(a.at.s < b.at.s for a, b in pairwise(found))
    assert all(frame.at.utc_ns is not None for frame in found)


class RestingCamera(Closing):
    """A connection that shows one picture, then for twenty seconds of its clock nothing that is decoded."""

    def __init__(self, path: str, clock: FakeClock) -> None:
        self._video, self._clock = PlayedVideo(path), clock

    @property
    def info(self) -> SourceInfo:
        return self._video.info

    def shots(self, losses: Losses, is_idle: IsIdle = never_idle) -> Generator[Shot | None]:
        yield next(self._video.shots(losses))
        assert is_idle()
        for _ in range(20):
            self._clock.pass_s(1.0)
            yield None
            time.sleep(0.02)
        yield next(self._video.shots(losses))

    def close(self) -> None:
        self._video.close()


def test_a_camera_that_rests_is_not_lost(tmp_path: Path) -> None:
    path, clock, stop = write(tmp_path / "a.mp4", 5, fps=25), FakeClock(), threading.Event()
    source = LiveSource(
        "rtsp://played.invalid/0", "hall", clock, connect=lambda *_: RestingCamera(str(path), clock)
    )
    frames = source.frames(stop, is_idle=lambda: True)
    found = [next(frames), next(frames)]
    stop.set()
    assert [type(item) for item in found] == [RawFrame, RawFrame], "and no gap in twenty seconds"
