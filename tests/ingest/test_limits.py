from __future__ import annotations

import ctypes
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
import cv2
import pytest

from passerby.contracts.errors import InputError
from passerby.ingest import limits
from passerby.ingest.file import FileSource
from passerby.ingest.limits import (
    ANSWER_BYTES,
    CAP,
    MAX_ALLOCATION_BYTES,
    AllocationCap,
    libav,
    picture_bytes,
    too_large,
)
from passerby.ingest.picture import square_wh
from support.video import joined, write
from support.waiting import PATIENCE_S

LARGE = (4096, 3088)


def allocated(size: int) -> bool:
    """Whether libav gives a piece of `size` bytes."""
    library = libav()
    library.av_malloc.restype, library.av_malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.av_free.argtypes = [ctypes.c_void_p]
    piece = library.av_malloc(size)
    library.av_free(piece)
    return piece is not None


def test_the_cap_is_found_and_holds_in_the_library_that_pyav_runs_on() -> None:
    assert CAP.allow(MAX_ALLOCATION_BYTES)
    assert allocated(MAX_ALLOCATION_BYTES - 100)
    assert not allocated(MAX_ALLOCATION_BYTES + 1)
    with pytest.raises(MemoryError):
        av.VideoFrame(8192, 8192, "bgr24")


def test_it_is_not_the_library_that_opencv_brought() -> None:
    cv2.VideoCapture("none.mp4")  # loads its own
    mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libavutil" in line}
    assert CAP.allow(MAX_ALLOCATION_BYTES)
    assert not allocated(MAX_ALLOCATION_BYTES + 1), mapped


def test_a_library_that_is_not_found_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "libav", object)
    limits._av_max_alloc.cache_clear()
    cap = AllocationCap()
    with caplog.at_level(logging.WARNING):
        assert [cap.allow(ANSWER_BYTES), cap.allow(MAX_ALLOCATION_BYTES)] == [False, False]
    limits._av_max_alloc.cache_clear()
    assert len(caplog.messages) == 1


def test_the_cap_follows_the_largest_input(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(limits, "_av_max_alloc", lambda: lambda size: given.append(size.value))
    cap = AllocationCap()
    for wanted in (
        ANSWER_BYTES,
        picture_bytes((1920, 1080), is_deep=False),
        picture_bytes((3840, 2160), is_deep=False),
    ):
        assert cap.allow(wanted)
    cap.allow(ANSWER_BYTES)
    cap.allow(picture_bytes((4096, 3072), is_deep=True))
    assert given == [ANSWER_BYTES, 3840 * 2160 * 3 + (1 << 20), MAX_ALLOCATION_BYTES]


READER = """
import resource, sys, time
from passerby.contracts.errors import StreamLost
from passerby.ingest.rtsp import RtspConnection
def mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
address, times = sys.argv[1], int(sys.argv[2])
try:
    RtspConnection("rtsp://127.0.0.1:9/none", 2.0, 2.0)
except StreamLost:
    before = mb()
for _ in range(times):
    try:
        RtspConnection(address, 5.0, 2.0)
    except StreamLost as error:
        print(error)
print(round(mb() - before, 1))
"""


@contextmanager
def hostile_camera(body_bytes: int, sent_bytes: int) -> Iterator[str]:
    """A server whose description has a body of that length; yields its address."""
    head = b"RTSP/1.0 200 OK\r\nCSeq: %d\r\n"
    public = head % 1 + b"Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n\r\n"
    described = head % 2 + b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % body_bytes

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.recv(4096)
            client.sendall(public)
            client.recv(4096)
            client.sendall(described)
            for _ in range(sent_bytes // 65536 + 1):
                client.sendall(b"a=x\r\n" * 13107)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"rtsp://127.0.0.1:{server.getsockname()[1]}/x"


@pytest.mark.parametrize(
    ("body_bytes", "why"),
    [
        (2_000_000_000, "the case of a report"),
        (60 << 20, "below the cap of recordings"),
        (15 << 20, "below the cap"),
    ],
)
def test_an_answer_of_a_camera_adds_at_most_sixteen_megabytes(body_bytes: int, why: str) -> None:
    with hostile_camera(body_bytes, min(body_bytes, 80 << 20)) as address:
        words = [sys.executable, "-c", READER, address, "3"]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    *sentences, grown_mb = done.stdout.splitlines()
    assert len(sentences) == 3, why
    assert all("127.0.0.1" in sentence for sentence in sentences)
    assert float(grown_mb) < 18.0, why


@pytest.mark.parametrize(
    ("wh", "fits"),
    [((1, 1), True), ((3840, 2160), True), ((4096, 3072), True), (LARGE, False), ((30000, 30000), False)],
)
def test_the_largest_picture(wh: tuple[int, int], fits: bool) -> None:
    assert (too_large(wh) is None) == fits


def test_a_file_of_larger_pictures_is_refused_before_one_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"its pictures have 4096 x 3088 px, and at most 12\.6 million") as caught:
        FileSource(write(tmp_path / "large.mp4", 1, wh=LARGE), "hall").open()
    assert "\n" not in str(caught.value)


def test_pictures_that_become_too_large_midway_are_counted_as_damage(tmp_path: Path) -> None:
    small, large = write(tmp_path / "s.ts", 20), write(tmp_path / "l.ts", 2, wh=LARGE)
    source = FileSource(joined(tmp_path / "both.ts", small, large), "hall")
    assert len(list(source.frames(threading.Event()))) == 20
    assert source.losses.decode_errors >= 1
    source.close()


def test_square_pixels_do_not_make_a_picture_too_large() -> None:
    assert square_wh((4096, 3072), Fraction(2)) == (4096, 3072)
