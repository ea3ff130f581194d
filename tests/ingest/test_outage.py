from __future__ import annotations

import logging

import pytest

from passerby.contracts.events import Gap
from passerby.ingest.outage import Outage
from passerby.ingest.wallclock import LiveTime
from support.clock import FakeClock


class Camera:
    """An outage watch with its clock, and pictures on demand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.time = LiveTime(self.clock)
        self.outage = Outage("platform-1", self.clock, self.time, lost_after_s=2, first_after_s=10)

    def picture(self) -> Gap | None:
        return self.outage.picture(self.time.stamp(None))

    def silence(self, seconds: float, why: str | None = None) -> list[Gap]:
        reported = []
        for _ in range(round(seconds * 5)):
            self.clock.pass_s(0.2)
            gap = self.outage.silence(why)
            reported += [gap] if gap else []
        return reported


def test_a_short_silence_is_nothing() -> None:
    camera = Camera()
    camera.picture()
    assert camera.silence(1.8) == []
    assert camera.picture() is None


def test_a_gap_begins_with_the_last_picture_grows_each_second_and_ends_with_the_next() -> None:
    camera = Camera()
    camera.picture()
    camera.clock.pass_s(0.5)
    camera.picture()
    reported = camera.silence(5, "refused")
    whole = camera.picture()
    assert whole is not None
    assert [gap.to_s for gap in reported] == pytest.approx([2.5, 3.5, 4.5, 5.5])
    assert {(gap.from_s, gap.why, gap.utc) for gap in [*reported, whole]} == {
        (0.5, "refused", "2027-01-15T08:00:00.500Z")
    }
    assert whole.to_s == pytest.approx(5.5, abs=0.01)
    assert camera.picture() is None


def test_a_camera_that_is_connecting_gets_more_time_than_one_that_was_there() -> None:
    camera = Camera()
    assert camera.silence(9.8) == []
    (gap,) = camera.silence(0.2)
    assert (gap.from_s, gap.to_s) == (0, pytest.approx(10))


def test_a_camera_that_refused_at_once_is_reported_soon() -> None:
    camera = Camera()
    gaps = camera.silence(3, "there is no route to the host")
    assert [gap.to_s for gap in gaps] == pytest.approx([2, 3])
    assert gaps[0].utc == "2027-01-15T08:00:00.000Z"


def test_lost_and_back_are_one_line_each(caplog: pytest.LogCaptureFixture) -> None:
    camera = Camera()
    camera.picture()
    with caplog.at_level(logging.INFO, "passerby.ingest"):
        camera.silence(2.4)
        camera.silence(8, "the host accepts no connection")
        camera.picture()
        camera.picture()
    assert caplog.messages == [
        "camera platform-1 is lost: the camera is silent",
        "camera platform-1 is back after 10.4 s without pictures",
    ]


def test_a_camera_that_sends_what_nobody_needs_to_see_is_not_silent() -> None:
    camera = Camera()
    camera.picture()
    for _ in range(60):
        camera.clock.pass_s(1.0)
        assert camera.outage.silence(None, camera.clock.mono_ns()) is None
    reported = camera.silence(2.2)
    assert [gap.from_s for gap in reported] == [0.0], "and when it is, the gap begins at the last picture"
