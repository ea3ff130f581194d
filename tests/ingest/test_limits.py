from __future__ import annotations

import ctypes
import logging
import threading
from fractions import Fraction
from pathlib import Path

import av
import cv2
import pytest

from passerby.contracts.errors import InputError
from passerby.ingest import limits
from passerby.ingest.file import FileSource
from passerby.ingest.limits import MAX_ALLOCATION_BYTES, cap_allocations, libav, too_large
from passerby.ingest.picture import square_wh
from support.video import joined, write

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
    assert cap_allocations()
    assert allocated(MAX_ALLOCATION_BYTES - 100)
    assert not allocated(MAX_ALLOCATION_BYTES + 1)
    with pytest.raises(MemoryError):
        av.VideoFrame(8192, 8192, "bgr24")


def test_it_is_not_the_library_that_opencv_brought() -> None:
    cv2.VideoCapture("none.mp4")  # loads its own
    mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libavutil" in line}
    assert cap_allocations()
    assert not allocated(MAX_ALLOCATION_BYTES + 1), mapped


def test_a_library_that_is_not_found_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "libav", object)
    cap_allocations.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert [cap_allocations(), cap_allocations()] == [False, False]
    cap_allocations.cache_clear()
    assert len(caplog.messages) == 1


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
