from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import pytest

from passerby.contracts.errors import StreamLost, StreamRefused
from passerby.contracts.time import Timestamp
from passerby.evals.ports import free_port
from passerby.ingest.open import probe
from passerby.ingest.picture import Pictures
from passerby.ingest.rtsp import RtspConnection
from passerby.ingest.source import Losses
from passerby.pixels.frame import RawFrame
from support.rtsp import TestCamera, rtsp_camera
from support.video import number_of
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.rtsp
OPEN_S = READ_S = PATIENCE_S
USER = ("viewer", "p@ss:w/rd")
IN_URL = "viewer:p%40ss%3Aw%2Frd"


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCamera]:
    with rtsp_camera(tmp_path_factory.mktemp("rtsp")) as running:
        yield running


@pytest.fixture(scope="module")
def locked_camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCamera]:
    with rtsp_camera(tmp_path_factory.mktemp("locked"), USER) as running:
        yield running


def test_pictures_arrive_whole_in_order_and_with_times(camera: TestCamera) -> None:
    losses, pictures = Losses(), Pictures()
    with RtspConnection(camera.url(), OPEN_S, READ_S) as connection:
        assert (connection.info.wh, connection.info.codec, connection.info.fps) == ((64, 48), "h264", 25.0)
        shots = list(islice(connection.shots(losses), 60))
    numbers = [number_of(RawFrame("c", 1, Timestamp(0), pictures.of(shot.frame)).bgr) for shot in shots]
    steps = [(b - a) % 20 for a, b in pairwise(numbers)]
    times_ns = [shot.pts_ns for shot in shots if shot.pts_ns is not None]
    assert steps == [1] * 59
    assert [b - a for a, b in pairwise(times_ns)] == pytest.approx([40e6] * 59, abs=1e6)
    assert losses.packets >= 60
    assert losses.received_bytes > 0
    assert replace(losses, packets=0, received_bytes=0) == Losses()


@pytest.mark.parametrize(
    ("transport", "codec", "why"),
    [
        ("tcp+udp", "mjpeg", "MJPEG"),
        ("udp", "h264", "a camera that refuses TCP is read by UDP"),
        ("udp", "mjpeg", "both"),
    ],
)
def test_other_codecs_and_transports(tmp_path: Path, transport: str, codec: str, why: str) -> None:
    pictures = Pictures()
    with (
        rtsp_camera(tmp_path, transport=transport, codec=codec) as camera,
        RtspConnection(camera.url(), OPEN_S, READ_S) as connection,
    ):
        assert (connection.info.wh, connection.info.codec) == ((64, 48), codec), why
        shots = list(islice(connection.shots(Losses()), 30))
    numbers = [number_of(RawFrame("c", 1, Timestamp(0), pictures.of(shot.frame)).bgr) for shot in shots]
    steps = [(b - a) % 20 for a, b in pairwise(numbers)]
    assert sum(step == 1 for step in steps) >= 25, why  # UDP may lose packets on a busy machine


def test_the_cameras_wall_clock_arrives_with_its_sender_reports(camera: TestCamera) -> None:
    with RtspConnection(camera.url(), OPEN_S, READ_S) as connection:
        shots = connection.shots(Losses())
        reported = next(shot for shot in islice(shots, 400) if shot.camera_utc_ns is not None)
        assert reported.camera_utc_ns is not None
        assert abs(time.time_ns() - reported.camera_utc_ns) < PATIENCE_S * 1e9


def test_the_right_password_with_special_characters(locked_camera: TestCamera) -> None:
    assert probe(locked_camera.url(IN_URL), open_s=OPEN_S, read_s=READ_S).wh == (64, 48)


@pytest.mark.parametrize("user", [None, "viewer:wr0ng", "somebody:p%40ss%3Aw%2Frd"])
def test_a_wrong_user_is_refused_and_no_password_is_shown(locked_camera: TestCamera, user: str | None) -> None:
    with pytest.raises(StreamRefused, match="user name or password") as caught:
        RtspConnection(locked_camera.url(user), OPEN_S, READ_S)
    assert "wr0ng" not in str(caught.value)
    assert "p%40ss" not in str(caught.value)


def test_a_wrong_path(camera: TestCamera) -> None:
    with pytest.raises(StreamLost, match="no stream with this name"):
        RtspConnection(camera.url(path="nothing"), OPEN_S, READ_S)


def test_nobody_there() -> None:
    with pytest.raises(StreamLost, match="accepts no connection"):
        RtspConnection(f"rtsp://127.0.0.1:{free_port()}/cam", OPEN_S, READ_S)


def test_an_unknown_host() -> None:
    with pytest.raises(StreamLost, match=r"camera\.invalid"):
        RtspConnection("rtsp://camera.invalid/cam", OPEN_S, READ_S)


def test_the_end_of_the_stream_is_reported(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        rtsp_camera(tmp_path_factory.mktemp("ends")) as camera,
        RtspConnection(camera.url(), OPEN_S, READ_S) as connection,
    ):
        shots = connection.shots(Losses())
        next(shots)
        camera.kill()
        with pytest.raises(StreamLost, match=r"ended the stream|was interrupted"):
            list(shots)


@pytest.mark.parametrize("transport", ["tcp+udp", "udp"])
def test_a_silent_hang_is_noticed(tmp_path_factory: pytest.TempPathFactory, transport: str) -> None:
    with (
        rtsp_camera(tmp_path_factory.mktemp("hangs"), transport=transport) as camera,
        RtspConnection(camera.url(), OPEN_S, 3) as connection,
    ):
        shots = (camera.freeze() for _ in connection.shots(Losses()))  # with the first one
        with pytest.raises(StreamLost, match="no answer in time"):
            list(shots)
        camera.thaw()


def test_a_host_that_accepts_and_says_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    with rtsp_camera(tmp_path_factory.mktemp("mute")) as camera:
        camera.freeze()
        with pytest.raises(StreamLost, match="no answer in time"):
            RtspConnection(camera.url(), 1, 1)
        camera.thaw()
