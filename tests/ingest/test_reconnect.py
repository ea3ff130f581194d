from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from passerby.contracts.errors import StreamLost, StreamRefused
from passerby.contracts.events import Gap
from passerby.contracts.time import TimeSource
from passerby.ingest.reader import Patience
from passerby.ingest.reconnect import LiveSource
from passerby.pixels.frame import RawFrame
from support.clock import MachineClock
from support.rtsp import TestCamera, free_port, rtsp_camera
from support.video import number_of

pytestmark = pytest.mark.rtsp
QUICK = Patience(
    open_s=3, read_s=1, lost_after_s=1, first_after_s=5, retry_first_s=0.1, retry_most_s=0.5, refused_first_s=30
)
Item = RawFrame | Gap


class Watch:
    """Reads a live source in this thread, item by item, and checks what must always hold."""

    def __init__(self, url: str, patience: Patience = QUICK) -> None:
        self.source = LiveSource(url, "gate", MachineClock(), patience)
        self.stop = threading.Event()
        self.items: list[Item] = []
        self._frames = self.source.frames(self.stop)

    def until(self, enough: Callable[[Item], bool], limit_s: float = 20) -> Item:
        began = time.monotonic()
        for item in self._frames:
            self._check(item)
            if enough(item):
                return item
            assert time.monotonic() - began < limit_s, f"waited in vain; the last of {len(self.items)} was {item}"
        raise AssertionError("the source ended")

    def frames(self, count: int) -> list[RawFrame]:
        start = len(self.items)
        self.until(lambda _: sum(isinstance(item, RawFrame) for item in self.items[start:]) >= count)
        return [item for item in self.items[start:] if isinstance(item, RawFrame)]

    @property
    def gaps(self) -> list[Gap]:
        return [item for item in self.items if isinstance(item, Gap)]

    def _check(self, item: Item) -> None:
        now_s = item.to_s if isinstance(item, Gap) else item.at.s
        if self.items:
            last = self.items[-1]
            assert now_s >= (last.to_s if isinstance(last, Gap) else last.at.s), "time ran backwards"
        self.items.append(item)

    def end(self) -> float:
        """Stop, and say how long that took, s."""
        began = time.monotonic()
        self.stop.set()
        assert not [item for item in self._frames if isinstance(item, Gap)]
        self.source.close()
        return time.monotonic() - began


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[TestCamera]:
    with rtsp_camera(tmp_path) as running:
        yield running


def test_frames_arrive_with_numbers_and_times(camera: TestCamera) -> None:
    watch = Watch(camera.url())
    watch.frames(30)  # the burst at the start may drop some
    frames = watch.frames(25)
    # The picture's own number and the frame's differ by a constant: dropped frames are counted too.
    assert len({(number_of(f.bgr) - f.number) % 20 for f in frames}) == 1
    assert frames[-1].at.s - frames[0].at.s == pytest.approx(
        0.04 * (frames[-1].number - frames[0].number), rel=0.01
    )
    assert all(f.at.source in (TimeSource.RTCP, TimeSource.ARRIVAL) for f in frames)
    assert all(abs((f.at.utc_ns or 0) - time.time_ns()) < 5e9 for f in frames)
    assert watch.gaps == []
    assert watch.end() < 1.5


def test_the_newest_frame_wins_when_the_loop_is_slow(camera: TestCamera) -> None:
    watch = Watch(camera.url())
    watch.frames(1)
    time.sleep(1)
    late, current = watch.frames(2)
    watch.end()
    assert current.number - late.number <= 5
    assert late.number > 15
    assert watch.source.losses.dropped >= 15


def test_killed_and_back(camera: TestCamera, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "passerby.ingest")
    watch = Watch(camera.url())
    before = watch.frames(10)[-1]
    camera.kill()
    down_since = time.monotonic()
    first = watch.until(lambda item: isinstance(item, Gap))
    assert time.monotonic() - down_since < 3
    grown = watch.until(lambda item: isinstance(item, Gap) and item.to_s > first.to_s + 1.5)
    camera.start()
    back = watch.until(lambda item: isinstance(item, RawFrame))
    down_s = time.monotonic() - down_since
    watch.frames(10)
    watch.end()
    assert isinstance(first, Gap)
    assert isinstance(grown, Gap)
    assert isinstance(back, RawFrame)
    assert {gap.from_s for gap in watch.gaps} == {first.from_s}
    assert first.from_s >= before.at.s
    assert watch.gaps[-1].to_s == pytest.approx(back.at.s)
    assert back.at.s - first.from_s == pytest.approx(down_s, abs=1)
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
    frozen_at = time.monotonic()
    watch.until(lambda item: isinstance(item, Gap))
    assert time.monotonic() - frozen_at < 3
    watch.until(lambda item: isinstance(item, Gap) and item.to_s > item.from_s + 4)
    camera.thaw()
    thawed_at = time.monotonic()
    watch.until(lambda item: isinstance(item, RawFrame))
    assert time.monotonic() - thawed_at < 8
    watch.frames(10)
    watch.end()
    assert watch.source.losses.reconnects >= 1


def test_a_short_freeze_is_no_gap_and_the_connection_stays(camera: TestCamera) -> None:
    watch = Watch(camera.url(), Patience(lost_after_s=2, read_s=3))
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
    assert frame.number < 25  # the newest of the burst a connection begins with
    assert frame.at.s >= gap.to_s
    watch.end()


def test_a_wrong_password_is_told_and_retried_seldom(tmp_path: Path) -> None:
    with rtsp_camera(tmp_path, ("viewer", "right")) as camera:
        watch = Watch(camera.url("viewer:wr0ng"))
        with pytest.raises(StreamRefused):
            watch.source.open()
        gap = watch.until(lambda item: isinstance(item, Gap) and item.to_s > 3)
        assert isinstance(gap, Gap)
        assert "user name or password" in gap.why
        assert "wr0ng" not in gap.why
        assert watch.source.losses.reconnects == 0
        assert watch.end() < 1.5


@pytest.mark.parametrize("state", ["there", "gone", "frozen"])
def test_stop_is_obeyed_at_once(camera: TestCamera, state: str) -> None:
    watch = Watch(camera.url())
    watch.frames(5)
    if state == "gone":
        camera.kill()
    if state == "frozen":
        camera.freeze()
    if state != "there":
        watch.until(lambda item: isinstance(item, Gap))
    assert watch.end() < 1.5
    if state == "frozen":
        camera.thaw()


def test_stop_before_anything_came() -> None:
    watch = Watch(f"rtsp://127.0.0.1:{free_port()}/cam")
    assert watch.end() < 1.5
    assert watch.items == []


def test_what_open_found_is_used_and_not_opened_twice(camera: TestCamera) -> None:
    watch = Watch(camera.url())
    assert watch.source.open().wh == (64, 48)
    began = time.monotonic()
    watch.frames(1)
    assert time.monotonic() - began < 0.5  # a new connection takes about a second
    watch.end()


def test_open_and_close_without_reading(camera: TestCamera) -> None:
    source = LiveSource(camera.url(), "gate", MachineClock(), QUICK)
    source.open()
    source.close()
    source.close()
