"""`sim serve` against a real client: frames arrive in real time, over the loop's end, and the port is freed."""

from __future__ import annotations

import socket
import time
from itertools import pairwise
from pathlib import Path

import av
import pytest

from passerby.contracts.errors import InputError, UsageError
from passerby.sim.serve import EncodedLoop, RtspServer, encode_loop, find_python
from passerby.sim.station import Station
from support.waiting import PATIENCE_S

pytestmark = pytest.mark.rtsp
BURST_S = 1.0  # what a server may send at once when a client comes


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> EncodedLoop:
    try:
        find_python()
    except UsageError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("loop")
    return encode_loop(Station.load("sways-on-line"), "passage-1", folder, 2, size_px=(320, 180))


def test_frames_come_in_real_time_and_over_the_end_of_the_loop(loop: EncodedLoop, tmp_path: Path) -> None:
    with RtspServer([loop], tmp_path, port=0) as server:
        options = {"rtsp_transport": "tcp", "allowed_media_types": "video"}
        began_s = time.monotonic()
        with av.open(server.urls["passage-1"], options=options, timeout=(PATIENCE_S, PATIENCE_S)) as client:
            times = []
            for frame in client.decode(video=0):
                if frame.pts is not None:
                    times.append(float(frame.pts * frame.time_base))
                if len(times) == 90:
                    break
        taken_s = time.monotonic() - began_s
    steps = [b - a for a, b in pairwise(times)]
    assert all(step == pytest.approx(0.04, abs=0.002) for step in steps)
    assert times[-1] - times[0] > loop.seconds
    assert taken_s > times[-1] - times[0] - BURST_S, "no faster than a camera"


def test_it_listens_on_this_machine_only_and_frees_its_port(loop: EncodedLoop, tmp_path: Path) -> None:
    with RtspServer([loop], tmp_path, port=0) as server:
        port = server.port
        socket.create_connection(("127.0.0.1", port), timeout=3).close()
        with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
            socket.create_connection(("127.0.0.2", port), timeout=2).close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_taken_port_is_reported(loop: EncodedLoop, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with (
            pytest.raises(InputError, match="did not start"),
            RtspServer([loop], tmp_path, port=taken.getsockname()[1]),
        ):
            pass
