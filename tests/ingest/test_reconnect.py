from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.contracts.errors import StreamLost, StreamRefused
from passerby.contracts.events import Gap
from passerby.contracts.time import TimeSource
from passerby.evals.ports import free_port
from passerby.ingest import reader
from passerby.ingest.reconnect import LiveSource
from passerby.pixels.frame import RawFrame
from support.clock import MachineClock
from support.live_source import PATIENT, QUICK, Watch
from support.rtsp import TestCamera, rtsp_camera
from support.video import number_of
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.rtsp


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[TestCamera]:
    with rtsp_camera(tmp_path) as running:
        yield running


def test_frames_arrive_with_numbers_and_times(camera: TestCamera) -> None:
    watch = Watch(camera.url(), PATIENT)
    watch.frames(30)  # the burst at the start may drop some
    frames = watch.frames(25)
    # The picture's own number and the frame's differ by a constant: dropped frames are counted too.
    assert len({(number_of(f.bgr) - f.number) % 20 for f in frames}) == 1
    assert frames[-1].at.s - frames[0].at.s == pytest.approx(
        0.04 * (frames[-1].number - frames[0].number), rel=0.01
    )
    assert all(f.at.source in (TimeSource.RTCP, TimeSource.ARRIVAL) for f in frames)
    assert all(abs((f.at.utc_ns or 0) - time.time_ns()) < PATIENCE_S * 1e9 for f in frames)
    assert watch.gaps == []
    watch.end()


def test_the_newest_frame_wins_when_the_loop_is_slow(camera: TestCamera) -> None:
    watch = Watch(camera.url(), PATIENT)
    taken = watch.frames(1)
    before = watch.source.losses.dropped
    while watch.source.losses.dropped < before + 15:
        time.sleep(0.5)
        taken += watch.frames(1)
    watch.end()
    assert len(taken) < 15, "what came meanwhile is not kept"
    assert taken[-1].number - taken[0].number >= 15, "and its numbers are counted"


def test_killed_and_back(camera: TestCamera, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "passerby.ingest")
    watch = Watch(camera.url())
    began_s = time.monotonic()
    before = watch.frames(10)[-1]
    camera.kill()
    killed_s = time.monotonic()
    first = watch.until(lambda item: isinstance(item, Gap))
    grown = watch.until(lambda item: isinstance(item, Gap) and item.to_s > first.to_s + 1.5)
    started_s = time.monotonic()
    camera.start()
    back = watch.until(lambda item: isinstance(item, RawFrame))
    back_s = time.monotonic()
    watch.frames(10)
    watch.end()
    assert isinstance(first, Gap)
    assert isinstance(grown, Gap)
    assert isinstance(back, RawFrame)
    assert {gap.from_s for gap in watch.gaps} == {first.from_s}
    assert first.from_s >= before.at.s
    assert watch.gaps[-1].to_s == pytest.approx(back.at.s)
    assert started_s - killed_s - 0.5 < back.at.s - first.from_s < back_s - began_s + 0.5
    assert watch.source.losses.reconnects == 1
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert [line.split(":")[0].split(" after")[0] for line in lines] == [
        "camera gate is lost",
        "camera gate is back",
    ]


def test_frozen_and_thawed(camera: TestCamera) -> None:
    watch = Watch(camera.url())
    watch.frames(10)
    camera.freeze()
    watch.until(lambda item: isinstance(item, Gap) and item.to_s > item.from_s + 4)
    camera.thaw()
    watch.until(lambda item: isinstance(item, RawFrame))
    watch.frames(10)
    watch.end()
    assert watch.gaps, "whether the connection outlived the silence is up to the server"


def test_a_short_freeze_is_no_gap_and_the_connection_stays(camera: TestCamera) -> None:
    watch = Watch(camera.url(), PATIENT)
    watch.frames(10)
    camera.freeze()
    time.sleep(0.6)
    camera.thaw()
    watch.frames(30)
    watch.end()
    assert (watch.gaps, watch.source.losses.reconnects) == ([], 0)


def test_never_there_is_retried_until_it_comes(camera: TestCamera) -> None:
    camera.kill()
    watch = Watch(camera.url())
    with pytest.raises(StreamLost, match="accepts no connection"):
        watch.source.open()
    gap = watch.until(lambda item: isinstance(item, Gap))
    assert isinstance(gap, Gap)
    assert gap.from_s == 0
    assert "accepts no connection" in gap.why
    camera.start()
    frame = watch.until(lambda item: isinstance(item, RawFrame))
    assert isinstance(frame, RawFrame)
    assert frame.number < 250  # the newest of the burst a connection begins with
    assert frame.at.s >= gap.to_s
    watch.end()


def test_a_wrong_password_is_reported_and_retried_seldom(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path, ("viewer", "right")) as camera:
        watch = Watch(camera.url("viewer:wr0ng"))
        with pytest.raises(StreamRefused):
            watch.source.open()
        gap = watch.until(lambda item: isinstance(item, Gap) and item.to_s > 3)
        assert isinstance(gap, Gap)
        assert "user name or password" in gap.why
        assert "wr0ng" not in gap.why
        assert watch.source.losses.reconnects == 0
        watch.end()


def test_a_corrected_password_is_used_at_once(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path, ("viewer", "right")) as camera:
        wrong = Watch(camera.url("viewer:wr0ng"))
        wrong.until(lambda item: isinstance(item, Gap) and "password" in item.why)
        wrong.end()
        corrected = Watch(camera.url("viewer:right"))
        assert len(corrected.frames(3)) >= 3
        corrected.end()


@pytest.mark.parametrize("state", ["there", "gone", "frozen"])
def test_stop_is_obeyed_whatever_is_waited_for(camera: TestCamera, state: str) -> None:
    watch = Watch(camera.url(), replace(PATIENT, lost_after_s=1))
    watch.frames(5)
    if state == "gone":
        camera.kill()
    if state == "frozen":
        camera.freeze()
    if state != "there":
        watch.until(lambda item: isinstance(item, Gap))
    watch.end()
    if state == "frozen":
        camera.thaw()


def test_stop_before_anything_came() -> None:
    watch = Watch(f"rtsp://127.0.0.1:{free_port()}/cam", PATIENT)
    watch.end()
    assert watch.items == []


def test_what_open_found_is_used_and_not_opened_twice(camera: TestCamera, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(camera.url())
    assert watch.source.open().wh == (64, 48)
    monkeypatch.setattr(reader, "RtspConnection", None)
    watch.frames(1)
    watch.end()


def test_open_and_close_without_reading(camera: TestCamera) -> None:
    source = LiveSource(camera.url(), "gate", MachineClock(), QUICK)
    source.open()
    source.close()
    source.close()
