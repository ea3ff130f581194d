from __future__ import annotations

import pytest

from passerby.ingest.refusals import WAIT_S, Refusals
from support.clock import FakeClock

URL = "rtsp://viewer:wr0ng@10.0.0.7:554/stream1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def refusals(clock: FakeClock) -> Refusals:
    refused = Refusals()
    refused.add(URL, clock)
    return refused


def test_a_refused_login_waits_five_minutes(refusals: Refusals, clock: FakeClock) -> None:
    assert WAIT_S == 300
    assert refusals.wait_s(URL, clock) == pytest.approx(300)
    clock.pass_s(299)
    assert refusals.wait_s(URL, clock) == pytest.approx(1)
    clock.pass_s(1)
    assert refusals.wait_s(URL, clock) == 0


SAME = ["rtsp://viewer:wr0ng@10.0.0.7:554/stream2", "rtsp://viewer:wr0ng@10.0.0.7:554"]
OTHERS = [
    ("a changed password", "rtsp://viewer:right@10.0.0.7:554/stream1"),
    ("another user", "rtsp://admin:wr0ng@10.0.0.7:554/stream1"),
    ("another camera", "rtsp://viewer:wr0ng@10.0.0.8:554/stream1"),
    ("nobody", "rtsp://10.0.0.7:554/stream1"),
]


@pytest.mark.parametrize("url", SAME)
def test_other_streams_of_the_camera_share_the_login(url: str, refusals: Refusals, clock: FakeClock) -> None:
    assert refusals.wait_s(url, clock) > 0


@pytest.mark.parametrize("url", [case[1] for case in OTHERS], ids=[case[0] for case in OTHERS])
def test_any_other_login_is_tried_at_once(url: str, refusals: Refusals, clock: FakeClock) -> None:
    assert refusals.wait_s(url, clock) == 0


def test_a_login_that_works_is_forgiven(refusals: Refusals, clock: FakeClock) -> None:
    refusals.remove(URL)
    refusals.remove(URL)
    assert refusals.wait_s(URL, clock) == 0


def test_no_password_is_kept(refusals: Refusals) -> None:
    assert b"wr0ng" not in b"".join(refusals._until_ns)
