"""Memory limits of one input."""

from __future__ import annotations

import ctypes
import functools
import logging
import threading
from typing import Any

from av import _core

log = logging.getLogger(__name__)
# 4K cameras have 8.3 million pixels, the largest fish-eyes 12.6. Each exists up to twenty times while decoding.
MAX_PIXELS = 4096 * 3072
# The largest single pieces in earnest: a picture of that size in BGR takes 38 MB, the index of a day at 30 frames
# a second 62 MB.
MAX_ALLOCATION_BYTES = 64 << 20
# A camera announces the length of its answers, and libav allocates that much. No answer needs nearly as much, and
# the planes of the largest picture (12.6 MB) are smaller, so every stream can be opened.
ANSWER_BYTES = 16 << 20
# For the decoder, and for the one that looks at the stream while it is opened. Without deblocking between key
# frames decoding takes about a fifth less time, and the detector finds the same people (decision 0026).
DECODER_OPTIONS = {"max_pixels": str(MAX_PIXELS), "skip_loop_filter": "nokey"}


def too_large(wh: tuple[int, int]) -> str | None:
    """Return the problem of a picture of that size, px; None if it can be read."""
    width, height = wh
    if width * height <= MAX_PIXELS:
        return None
    return (
        f"its pictures have {width} x {height} px, and at most {MAX_PIXELS / 1e6:.1f} million pixels are read "
        "(4096 x 3072); record or convert it smaller"
    )


class AllocationCap:
    """The largest single allocation of libav in this process: as much as the largest of its inputs needs.

    A camera or file may announce gigabytes in a line of text.
    """

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._bytes = 0

    def allow(self, most_bytes: int) -> bool:
        """Let libav allocate pieces of up to `most_bytes`, at most MAX_ALLOCATION_BYTES; never less than before.

        Returns False, with one log message, if PyAV's own copy of the library cannot be reached.
        """
        wanted = min(most_bytes, MAX_ALLOCATION_BYTES)
        with self._gate:
            if wanted > self._bytes and (av_max_alloc := _av_max_alloc()) is not None:
                av_max_alloc(ctypes.c_size_t(wanted))
                self._bytes = wanted
            return self._bytes > 0


CAP = AllocationCap()


def picture_bytes(wh: tuple[int, int], *, is_deep: bool) -> int:
    """Return the memory of a picture in BGR, with `is_deep` of two bytes per value."""
    return wh[0] * wh[1] * (6 if is_deep else 3) + (1 << 20)


@functools.cache
def _av_max_alloc() -> Any:
    try:
        return libav().av_max_alloc
    except (OSError, AttributeError):
        log.warning("the memory of the video library cannot be limited: PyAV was built without av_max_alloc")
        return None


def libav() -> ctypes.CDLL:
    """The functions of PyAV's libraries: OpenCV may have loaded others with the same name."""
    return ctypes.CDLL(_core.__file__)
